"""A site filled with very many gifts: the very rows that the rules write, chains, seals and kept sums included.

``verify`` passes on it (``proving``). Only few and many are not mixed as in life, but so that every list has its
worst case: a campaign, a recorder and a state that stay rare however many gifts there are.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import text

from bench import givers, world
from bench.bulk import Bulk, Row, loading
from bench.chaining import Chain
from bench.gifts import RARE, Maker, yesterday
from bench.spending import Spending
from bench.world import World
from khuyenhoc.core.database import Base, db, writing
from khuyenhoc.core.database import scalar as the_value
from khuyenhoc.funds import items
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.funds.funds import Fund
from khuyenhoc.funds.items import Item
from khuyenhoc.giving import desks, donations
from khuyenhoc.giving.desks import Desk
from khuyenhoc.history import chains
from khuyenhoc.ledger import documents
from khuyenhoc.org import grants, users
from khuyenhoc.org.users import COMMAND_LINE, User

GIFTS_PER_DONOR = 5
PORTION = 200_000


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


def fill(gifts: int, donors: int = 0, awards: int = 0) -> Filled:
    """Found a unit in the present app's database: so many gifts of the last years, donors, and awards paid of them."""
    site = _ground(world.found(), gifts)
    heads = chains.lock(site.world.unit.id)
    chain = Chain(site.world.unit.id, heads["entries"], heads["history"])
    donors = donors or max(gifts // GIFTS_PER_DONOR, 50)
    spending = Spending(awards) if awards else None
    maker = Maker(site, chain, donors, spending)
    _hold([*vars(site).values(), *vars(site.world).values(), *site.recorders])
    with loading() as bulk:  # from here on nothing else reads: the tables are locked
        givers.fill(bulk, donors, first=maker.first_donor, chain=chain, by=site.world.treasurer)
        _write(bulk, (row for number in range(gifts) for row in maker.gift(number)))
        if spending is not None:
            _write(bulk, spending.rows(maker))
        for table, rows in maker.kept():
            bulk.write(table, rows)
    with writing():
        for row in chain.rows():
            _move(row)
    if not awards:
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
        desk = desks.open_desk(found.campaign, name="Đêm gây quỹ", method="cash", on=yesterday(), by=me)
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


def _write(bulk: Bulk, rows: Iterable[tuple[str, Row]]) -> None:
    for some in _batched(rows, PORTION):
        portion: dict[str, list[Row]] = defaultdict(list)
        for table, row in some:
            portion[table].append(row)
        for table, of_table in portion.items():
            bulk.write(table, of_table)


def _batched(rows: Iterable[tuple[str, Row]], count: int) -> Iterator[list[tuple[str, Row]]]:
    rest = iter(rows)
    while some := list(islice(rest, count)):
        yield some


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
