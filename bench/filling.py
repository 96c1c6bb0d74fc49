"""A site filled with very many gifts: the very rows that the rules write, chains, seals and kept sums included.

``verify`` passes on it. Only few and many are not mixed as in life, but so that every list has its
worst case: a campaign, a recorder and a state that stay rare however many gifts there are.
"""

import datetime
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text

from bench import givers, world
from bench.bulk import Bulk, Row, loading
from bench.chaining import Chain
from bench.world import World
from khuyenhoc.core import clock
from khuyenhoc.core.database import Base, db, writing
from khuyenhoc.core.database import scalar as the_value
from khuyenhoc.funds import items
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.funds.funds import Fund
from khuyenhoc.funds.items import Item
from khuyenhoc.giving import desks, donations
from khuyenhoc.giving.desks import Desk
from khuyenhoc.giving.donation_tables import SERIES_OF
from khuyenhoc.history import chains, seal
from khuyenhoc.ledger import documents
from khuyenhoc.ledger.accounts import KIND, of_kind
from khuyenhoc.ledger.write import PostingLine
from khuyenhoc.org import grants, users
from khuyenhoc.org.users import COMMAND_LINE, User

YEARS = 5
GIFTS_PER_DONOR = 5
RARE = 60
"""So many gifts has the rare campaign, the rare recorder and the evening, and so many are void."""
METHODS = {"cash": 60, "bank": 35, "in_kind": 5}
PORTION = 10_000
Sums = dict[tuple[Any, ...], list[int]]


@dataclass
class Filled:
    """A filled site, and those of its things that stay few."""

    world: World
    by_amount: Campaign
    rare: Campaign
    recorders: list[User]
    item: Item
    desk: Desk
    gifts: int
    sums: dict[str, Sums] = field(default_factory=dict)


def fill(gifts: int, donors: int = 0) -> Filled:
    """Found a unit in the present app's database and give it so many gifts of the last years, and so many donors."""
    site = _ground(world.found(), gifts)
    heads = chains.lock(site.world.unit.id)
    chain = Chain(site.world.unit.id, heads["entries"], heads["history"])
    donors = donors or max(gifts // GIFTS_PER_DONOR, 50)
    maker = _Maker(site, chain, donors)
    _hold([*vars(site).values(), *vars(site.world).values(), *site.recorders])
    with loading() as bulk:  # from here on nothing else reads: the tables are locked
        givers.fill(bulk, donors, first=maker.first_donor, chain=chain, by=site.world.treasurer)
        portion: dict[str, list[Row]] = defaultdict(list)
        for number in range(gifts):
            for table, row in maker.gift(number):
                portion[table].append(row)
            if (number + 1) % PORTION == 0 or number + 1 == gifts:
                _write(bulk, portion)
        for table, rows in maker.kept():
            bulk.write(table, rows)
    with writing():
        for row in chain.rows():
            _move(row)
    _void_some(site)
    return site


def _ground(found: World, gifts: int) -> Filled:
    with writing():
        me = found.treasurer
        fund = db.session.get_one(Fund, found.campaign.fund_id)
        by_amount = world.campaign("MAIAM", "Mái ấm khuyến học", fund, me, donor_order="amount")
        rare = world.campaign("HIEM", "Một việc nhỏ", fund, me)
        item = items.add_item("bicycle_24", "Xe đạp 24 inch", "chiếc", 2_375_000, "bicycle", by=me)
        others = [
            _person(username, full_name, role, found)
            for username, full_name, role in (
                ("ketoan", "Trần Thị Minh Họa", "accountant"),
                ("phuta", "Lê Văn Phụ Tá", "accountant"),
                ("kiemtra", "Bùi Công Kiểm", "auditor"),
            )
        ]
        desk = desks.open_desk(found.campaign, name="Đêm gây quỹ", method="cash", on=_yesterday(), by=me)
    return Filled(found, by_amount, rare, [me, *others[:2]], item, desk, gifts)


def _hold(things: list[Any]) -> None:
    """Let things be read without the database."""
    for thing in things:
        if isinstance(thing, Base):
            db.session.refresh(thing)
    db.session.expunge_all()


def _person(username: str, full_name: str, role: str, found: World) -> User:
    person = users.create(
        username=username, full_name=full_name, honorific="Cô", password="mot cau de nho 2026", by=COMMAND_LINE
    )
    grants.give(person, role, found.unit, by=COMMAND_LINE, starts=world.FOUNDED)
    return person


def _yesterday() -> datetime.date:
    return clock.today() - datetime.timedelta(days=1)


def _write(bulk: Bulk, portion: dict[str, list[Row]]) -> None:
    for table, rows in portion.items():
        bulk.write(table, rows)
    portion.clear()


def _move(row: Row) -> None:
    """A head grows by one in daily work; here it jumps once, so the guard stands aside for a moment."""
    set_to = "UPDATE chains SET length = :length, head = :head WHERE unit_id = :unit_id AND kind = :kind"
    if db.engine.dialect.name == "sqlite":
        guard = the_value("SELECT sql FROM sqlite_master WHERE name = 'chains_grow'")
        db.session.execute(text("DROP TRIGGER chains_grow"))
        db.session.execute(text(set_to), row)
        db.session.connection().exec_driver_sql(guard)
        return
    db.session.execute(text("SET LOCAL session_replication_role = replica"))
    db.session.execute(text(set_to), row)


def _void_some(site: Filled) -> None:
    """Void ones stay few, however many gifts there are."""
    step = max(site.gifts // RARE, 1)
    for number in range(0, site.gifts, step):
        with writing():
            label = f"bench-{number}"
            document = documents.find_by_key(site.world.unit.id, label)
            assert document is not None
            donations.void(document, reason="Ghi nhầm", by=site.recorders[1], approved_by=site.world.treasurer)


class _Maker:
    """Makes gift after gift, and keeps the sums that the database's triggers would keep."""

    def __init__(self, site: Filled, chain: Chain, donors: int) -> None:
        self.site, self.chain, self.donors = site, chain, donors
        self.random = random.Random(site.gifts)
        self.first_donor = site.world.donor.id + 1
        self.begin = _yesterday() - datetime.timedelta(days=365 * YEARS)
        self.stamp = clock.stamp()
        self.next_id = (the_value("SELECT MAX(id) FROM documents") or 0) + 1
        self.numbers: dict[tuple[str, int], int] = defaultdict(int)
        unit_id = site.world.unit.id
        self.accounts = {"cash": site.world.cash, "bank": site.world.bank, "in_kind": of_kind(unit_id, "stock")}
        kinds = ("gifts_money", "gifts_kind", "available", "free")
        self.of_kind = {kind: of_kind(unit_id, kind).id for kind in kinds}
        self.guards = {account.id: KIND[account.kind].guard for account in self.accounts.values()}
        self.guards |= {id: KIND[kind].guard for kind, id in self.of_kind.items()}
        self.moves: Sums = defaultdict(lambda: [0, 0])
        self.totals: Sums = defaultdict(lambda: [0, 0, 0])
        self.days: Sums = defaultdict(lambda: [0, 0])

    def gift(self, number: int) -> Iterator[tuple[str, Row]]:
        """The rows of one gift."""
        rare = number % max(self.site.gifts // RARE, 1) == 1
        evening = number >= self.site.gifts - RARE
        method = "cash" if evening else self.random.choices([*METHODS], METHODS.values())[0]  # type: ignore[arg-type]
        day = self.begin + datetime.timedelta(days=number * 365 * YEARS // self.site.gifts)
        document = self._document(number, method, _yesterday() if evening else day, rare)
        lines = self._lines(document, method, rare, evening)
        donation = {
            "document_id": document["id"],
            "unit_id": document["unit_id"],
            "donor_id": self.first_donor + self.random.randrange(self.donors),
            "date": document["date"],
            "method": method,
            "restriction": "",
            "note": "",
            "bank_reference": f"FT{number:010d}" if method == "bank" else "",
            "desk_id": self.site.desk.id if evening else None,
        }
        shares = [
            {
                "document_id": document["id"],
                "campaign_id": line["campaign_id"],
                "date": document["date"],
                "amount": line["amount"],
            }
            for line in sorted(lines, key=lambda line: line["campaign_id"])
        ]
        rows: seal.Rows = {
            "documents": [document],
            "document_lines": lines,
            "donations": [donation],
            "donation_shares": shares,
            "trace_layers": [_layer(document, line) for line in lines],
        }
        told = list(self._told(rows, acknowledged=number % 5 == 3))
        for table, some in rows.items():
            yield from ((table, row) for row in some)
        yield from told
        yield from self._entry(document, lines)
        for layer in rows["trace_layers"]:
            yield "trace_open", {**layer, "unspent": layer["amount"]}
        self._count(document, method, lines)
        for share in shares:
            yield (
                "campaign_gifts",
                {**share, "method": method, "state": document["state"], "recorder_id": document["created_by"]},
            )

    def _document(self, number: int, method: str, day: datetime.date, rare: bool) -> Row:
        by = self.site.recorders[2 if rare else int(self.random.random() < 0.3)]
        series = SERIES_OF[method]
        self.numbers[series, day.year] += 1
        self.next_id += 1
        return {
            "id": self.next_id - 1,
            "unit_id": self.site.world.unit.id,
            "kind": "gift",
            "series": series,
            "year": day.year,
            "number": self.numbers[series, day.year],
            "date": day.isoformat(),
            "state": "recorded",
            "memo": "Nhà hảo tâm ủng hộ Quỹ Khuyến học",
            "amount": self.random.choice((50, 100, 200, 200, 300, 500, 500, 1_000, 2_000, 5_000)) * 1_000,
            "entry_number": self.chain.entries.length + 1,
            "idempotency_key": f"bench-{number}",
            "request_digest": chains.GENESIS,
            "created_at": self.stamp,
            "created_by": by.id,
            "created_by_name": by.signature,
        }

    def _lines(self, document: Row, method: str, rare: bool, evening: bool) -> list[Row]:
        """One line; in fifty gifts one has two, for two campaigns."""
        site = self.site
        usual = self.random.choices([site.world.campaign, site.world.general, site.by_amount], [50, 30, 20])[0]
        campaigns = [site.rare] if rare else [site.world.campaign] if evening else [usual]
        if method != "in_kind" and not rare and not evening and self.random.random() < 0.02:
            campaigns = [site.world.campaign, site.by_amount]
        amounts = [document["amount"] // len(campaigns)] * len(campaigns)
        return [
            {
                "document_id": document["id"],
                "position": place,
                "campaign_id": campaign.id,
                "account_id": self.accounts[method].id,
                "heading": "received",
                "amount": amount,
                "item_id": site.item.id if method == "in_kind" else None,
                "quantity": 1 if method == "in_kind" else 0,
            }
            for place, (campaign, amount) in enumerate(zip(campaigns, amounts, strict=True), start=1)
        ]

    def _told(self, rows: seal.Rows, *, acknowledged: bool) -> Iterator[tuple[str, Row]]:
        document = rows["documents"][0]
        by = next(user for user in self.site.recorders if user.id == document["created_by"])
        label = {"label": f"{document['series']}-{document['year']}-{document['number']:04d}"}
        content = seal.content_of("documents", rows)
        yield "history", self.chain.event("gift.posted", "documents", document["id"], content, label, by)
        if acknowledged:
            document["state"], document["acknowledged_at"] = "acknowledged", self.stamp
            content = seal.content_of("documents", rows)
            how = {"how": "printed"}
            yield "history", self.chain.event("gift.acknowledged", "documents", document["id"], content, how, by)

    def _entry(self, document: Row, lines: list[Row]) -> Iterator[tuple[str, Row]]:
        counter = self.of_kind["gifts_money" if lines[0]["item_id"] is None else "gifts_kind"]
        wanted = []
        for line in lines:
            item, quantity = line["item_id"], line["quantity"]
            wanted.append(PostingLine(line["account_id"], line["campaign_id"], line["amount"], item, quantity))
            wanted.append(PostingLine(counter, line["campaign_id"], -line["amount"]))
        values = {name: document[name] for name in ("date", "kind", "memo", "created_at", "idempotency_key")}
        by = {"actor_id": document["created_by"], "actor_name": document["created_by_name"]}
        source = {"source_kind": "document", "source_id": document["id"], "reversal_of": None}
        entry, postings = self.chain.entry({**values, **by, **source}, wanted)
        yield "entries", entry
        for posting in postings:
            yield "postings", posting

    def _count(self, document: Row, method: str, lines: list[Row]) -> None:
        day, unit_id = document["date"], document["unit_id"]
        _add(self.days[unit_id, 0, day, method], 1, document["amount"])
        for line in lines:
            campaign, amount, item, pieces = line["campaign_id"], line["amount"], line["item_id"] or 0, line["quantity"]
            _add(self.days[unit_id, campaign, day, method], 1, amount)
            _add(self.totals[campaign, "received", line["account_id"], item], amount, pieces, 1)
            _add(self.moves[campaign, line["account_id"], item, day], amount, pieces)
            _add(self.moves[campaign, self.of_kind["gifts_kind" if item else "gifts_money"], 0, day], -amount, 0)
            measure = ("free", item, 0, pieces) if item else ("available", 0, amount, 0)
            _add(self.moves[campaign, self.of_kind[measure[0]], measure[1], day], measure[2], measure[3])

    def kept(self) -> Iterator[tuple[str, list[Row]]]:
        """The rows of the kept sums."""
        standing: Sums = defaultdict(lambda: [0, 0])
        by_day = []
        for (campaign, account, item, day), moved in sorted(self.moves.items(), key=lambda move: move[0][3]):
            amount, quantity = _add(standing[campaign, account, item], *moved)
            by_day.append({**self._place(campaign, account, item), "day": day, "amount": amount, "quantity": quantity})
        yield "day_balances", by_day
        yield "balances", [{**self._place(*p), "amount": a, "quantity": q} for p, (a, q) in standing.items()]
        names = ("campaign_id", "heading", "account_id", "item_id", "amount", "quantity", "lines")
        yield "document_totals", [dict(zip(names, (*p, *sums), strict=True)) for p, sums in self.totals.items()]
        names = ("unit_id", "campaign_id", "day", "method", "gifts", "amount")
        yield "gift_days", [dict(zip(names, (*p, *sums), strict=True)) for p, sums in self.days.items()]

    def _place(self, campaign: int, account: int, item: int) -> Row:
        return {"campaign_id": campaign, "account_id": account, "item_id": item, "guard": self.guards[account]}


def _layer(document: Row, line: Row) -> Row:
    """What the gift brought, lying where its line put it."""
    lot = line["item_id"] is not None
    return {
        "document_id": document["id"],
        "position": line["position"],
        "campaign_id": line["campaign_id"],
        "item_id": line["item_id"] or 0,
        "lot_document_id": document["id"] if lot else 0,
        "lot_position": line["position"] if lot else 0,
        "source_document_id": document["id"],
        "source_position": line["position"],
        "date": document["date"],
        "restricted": False,
        "amount": line["amount"],
    }


def _add(sums: list[int], *more: int) -> list[int]:
    for place, one in enumerate(more):
        sums[place] += one
    return sums
