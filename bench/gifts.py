"""The rows of very many gifts, as the rules would write them, and the sums that the database's triggers would keep."""

import datetime
import random
from collections import defaultdict
from collections.abc import Iterator
from itertools import accumulate
from typing import Any, Protocol

from bench import givers
from bench.bulk import Row
from bench.chaining import Chain
from bench.world import World
from bench.writing import Contents
from khuyenhoc.core import clock
from khuyenhoc.core.database import scalar as the_value
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.funds.items import Item
from khuyenhoc.giving.desks import Desk
from khuyenhoc.giving.donation_tables import SERIES_OF
from khuyenhoc.history import chains
from khuyenhoc.history.seal import Rows
from khuyenhoc.ledger.accounts import KIND, of_kind
from khuyenhoc.ledger.write import PostingLine
from khuyenhoc.org.users import User

YEARS = 5
RARE = 60
"""So many gifts have the rare campaign and recorder, the evening and the known givers, and so many are void."""
METHODS = {"cash": 60, "bank": 35, "in_kind": 5}
AMOUNTS = [n * 1_000 for n in (50, 100, 200, 200, 300, 500, 500, 1_000, 2_000, 5_000)]
USUAL = {"campaign": 50, "general": 30, "by_amount": 20}
Sums = dict[tuple[Any, ...], list[int]]


class Spending(Protocol):
    """Bound gifts, and what becomes of all."""

    def binds(self, number: int, method: str) -> bool:
        """Whether the giver of this gift bound it to a purpose."""

    def lay(self, layer: Row, number: int) -> None:
        """Hold what is left of a gift's đồng, which is then not written by the maker."""


class Place(Protocol):
    """Where the gifts go: a site and those of its things that stay few."""

    world: World
    by_amount: Campaign
    rare: Campaign
    recorders: list[User]
    item: Item
    desk: Desk
    gifts: int


def yesterday() -> datetime.date:
    """The day of the last gifts."""
    return clock.today() - datetime.timedelta(days=1)


class Chances:
    """One of several things, each as often as its weight says."""

    def __init__(self, numbers: random.Random, weights: dict[str, int]) -> None:
        self._numbers, self._things, self._sums = numbers, [*weights], [*accumulate(weights.values())]

    def one(self) -> str:
        """The next."""
        return self._numbers.choices(self._things, cum_weights=self._sums)[0]


class Maker:
    """Makes gift after gift, and keeps the sums that the database's triggers would keep."""

    def __init__(self, site: Place, chain: Chain, donors: int, spending: Spending | None = None) -> None:
        self.site, self.chain, self.donors, self.spending = site, chain, donors, spending
        self.random = random.Random(site.gifts)
        self.step = max(site.gifts // RARE, 1)
        self.methods, self.usual = Chances(self.random, METHODS), Chances(self.random, USUAL)
        self.campaigns = {"campaign": site.world.campaign, "general": site.world.general, "by_amount": site.by_amount}
        self.contents, self.signatures = Contents("documents"), {user.id: user.signature for user in site.recorders}
        self.by_id = {user.id: user for user in site.recorders}
        self.first_donor = site.world.donor.id + 1
        self.begin = yesterday() - datetime.timedelta(days=365 * YEARS)
        self.stamp = clock.stamp()
        self.next_id = (the_value("SELECT MAX(id) FROM documents") or 0) + 1
        self.numbers: dict[tuple[str, int], int] = defaultdict(int)
        unit_id = site.world.unit.id
        self.accounts = {"cash": site.world.cash, "bank": site.world.bank, "in_kind": of_kind(unit_id, "stock")}
        kinds = ("gifts_money", "gifts_kind", "scholarship", "available", "free")
        self.of_kind = {kind: of_kind(unit_id, kind).id for kind in kinds}
        self.guards = {account.id: KIND[account.kind].guard for account in self.accounts.values()}
        self.guards |= {id: KIND[kind].guard for kind, id in self.of_kind.items()}
        self.moves: Sums = defaultdict(lambda: [0, 0])
        self.totals: Sums = defaultdict(lambda: [0, 0, 0])
        self.days: Sums = defaultdict(lambda: [0, 0])

    def gift(self, number: int) -> Iterator[tuple[str, Row]]:
        """The rows of one gift."""
        which, turn = self._singled_out(number)
        rare, evening = which == "rare", number >= self.site.gifts - RARE
        method = "cash" if evening else [*METHODS][turn % 3] if which else self.methods.one()
        day = self.begin + datetime.timedelta(days=number * 365 * YEARS // self.site.gifts)
        document = self._document(number, method, yesterday() if evening else day, rare)
        lines = self._lines(document, method, self._campaigns(method, which, turn, evening))
        bound = self.spending is not None and self.spending.binds(number, method)
        donation = {
            "document_id": document["id"],
            "unit_id": document["unit_id"],
            "donor_id": self.first_donor
            + (turn % givers.KNOWN if which == "known" else self.random.randrange(givers.KNOWN, self.donors)),
            "date": document["date"],
            "method": method,
            "restriction": "Cho học sinh nghèo vượt khó" if bound else "",
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
        rows: Rows = {
            "documents": [document],
            "document_lines": lines,
            "donations": [donation],
            "donation_shares": shares,
            "trace_layers": [_layer(document, line, bound) for line in lines],
        }
        told = list(self._told(rows, acknowledged=number % 5 == 3))
        for table, some in rows.items():
            yield from ((table, row) for row in some)
        yield from told
        yield from self._entry(document, lines)
        for layer in rows["trace_layers"]:
            if self.spending is not None:
                self.spending.lay(layer, number)
            else:
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
            "amount": self.random.choice(AMOUNTS),
            "entry_number": self.chain.entries.length + 1,
            "idempotency_key": f"bench-{number}",
            "request_digest": chains.GENESIS,
            "created_at": self.stamp,
            "created_by": by.id,
            "created_by_name": self.signatures[by.id],
        }

    def _singled_out(self, number: int) -> tuple[str, int]:
        """So many of these there are at every size, and of every method and campaign just as many."""
        turn, place = divmod(number, self.step)
        return ("voided", "rare", "known")[place] if place < 3 <= self.step else "", turn

    def _campaigns(self, method: str, which: str, turn: int, evening: bool) -> list[Campaign]:
        """One; two in fifty gifts."""
        world = self.site.world
        if evening or which in ("voided", "known"):
            return [world.campaign if evening or turn // 3 % 2 else world.general]
        if which == "rare":
            return [self.site.rare]
        usual = self.campaigns[self.usual.one()]
        two = method != "in_kind" and self.random.random() < 0.02
        return [world.campaign, self.site.by_amount] if two else [usual]

    def _lines(self, document: Row, method: str, campaigns: list[Campaign]) -> list[Row]:
        amounts = [document["amount"] // len(campaigns)] * len(campaigns)
        return [
            {
                "document_id": document["id"],
                "position": place,
                "campaign_id": campaign.id,
                "account_id": self.accounts[method].id,
                "heading": "received",
                "amount": amount,
                "item_id": self.site.item.id if method == "in_kind" else None,
                "quantity": 1 if method == "in_kind" else 0,
            }
            for place, (campaign, amount) in enumerate(zip(campaigns, amounts, strict=True), start=1)
        ]

    def _told(self, rows: Rows, *, acknowledged: bool) -> Iterator[tuple[str, Row]]:
        document = rows["documents"][0]
        by = self.by_id[document["created_by"]]
        label = {"label": f"{document['series']}-{document['year']}-{document['number']:04d}"}
        content = self.contents.of(rows)
        yield "history", self.chain.event("gift.posted", "documents", document["id"], content, label, by)
        if acknowledged:
            document["state"], document["acknowledged_at"] = "acknowledged", self.stamp
            content = self.contents.of(rows)
            how = {"how": "printed"}
            yield "history", self.chain.event("gift.acknowledged", "documents", document["id"], content, how, by)

    def _entry(self, document: Row, lines: list[Row]) -> Iterator[tuple[str, Row]]:
        counter = self.of_kind["gifts_money" if lines[0]["item_id"] is None else "gifts_kind"]
        wanted = []
        for line in lines:
            item, quantity = line["item_id"], line["quantity"]
            wanted.append(PostingLine(line["account_id"], line["campaign_id"], line["amount"], item, quantity))
            wanted.append(PostingLine(counter, line["campaign_id"], -line["amount"]))
        return self.entry(document, wanted)

    def entry(self, document: Row, wanted: list[PostingLine]) -> Iterator[tuple[str, Row]]:
        """A document's entry and its postings."""
        values = {name: document[name] for name in ("date", "kind", "memo", "created_at", "idempotency_key")}
        by = {"actor_id": document["created_by"], "actor_name": document["created_by_name"]}
        source = {"source_kind": "document", "source_id": document["id"], "reversal_of": None}
        entry, postings = self.chain.entry({**values, **by, **source}, wanted)
        yield "entries", entry
        for posting in postings:
            yield "postings", posting

    def _count(self, document: Row, method: str, lines: list[Row]) -> None:
        day, unit_id = document["date"], document["unit_id"]
        add(self.days[unit_id, 0, day, method], 1, document["amount"])
        for line in lines:
            campaign, amount, item, pieces = line["campaign_id"], line["amount"], line["item_id"] or 0, line["quantity"]
            add(self.days[unit_id, campaign, day, method], 1, amount)
            add(self.totals[campaign, "received", line["account_id"], item], amount, pieces, 1)
            add(self.moves[campaign, line["account_id"], item, day], amount, pieces)
            add(self.moves[campaign, self.of_kind["gifts_kind" if item else "gifts_money"], 0, day], -amount, 0)
            measure = ("free", item, 0, pieces) if item else ("available", 0, amount, 0)
            add(self.moves[campaign, self.of_kind[measure[0]], measure[1], day], measure[2], measure[3])

    def kept(self) -> Iterator[tuple[str, list[Row]]]:
        """The rows of the kept sums."""
        standing: Sums = defaultdict(lambda: [0, 0])
        by_day = []
        for (campaign, account, item, day), moved in sorted(self.moves.items(), key=lambda move: move[0][3]):
            amount, quantity = add(standing[campaign, account, item], *moved)
            by_day.append({**self._place(campaign, account, item), "day": day, "amount": amount, "quantity": quantity})
        yield "day_balances", by_day
        yield "balances", [{**self._place(*p), "amount": a, "quantity": q} for p, (a, q) in standing.items()]
        names = ("campaign_id", "heading", "account_id", "item_id", "amount", "quantity", "lines")
        yield "document_totals", [dict(zip(names, (*p, *sums), strict=True)) for p, sums in self.totals.items()]
        names = ("unit_id", "campaign_id", "day", "method", "gifts", "amount")
        yield "gift_days", [dict(zip(names, (*p, *sums), strict=True)) for p, sums in self.days.items()]

    def _place(self, campaign: int, account: int, item: int) -> Row:
        return {"campaign_id": campaign, "account_id": account, "item_id": item, "guard": self.guards[account]}


def _layer(document: Row, line: Row, bound: bool) -> Row:
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
        "restricted": bound,
        "amount": line["amount"],
    }


def add(sums: list[int], *more: int) -> list[int]:
    """Add to sums in place."""
    for place, one in enumerate(more):
        sums[place] += one
    return sums
