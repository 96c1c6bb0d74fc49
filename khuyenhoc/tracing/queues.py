"""The queues that đồng wait in: the open layers of a pool, those of a purpose, those of one gift, the oldest first.

A *pool* is the money of one campaign, or its goods of one item. Every queue is read a few layers at a time, along
an index, so that drawing costs the same however many layers there are.
"""

from collections.abc import Iterator
from heapq import merge
from typing import Any, NamedTuple

from khuyenhoc.core import fixed
from khuyenhoc.core.dong import Dong

FIRST, AT_ONCE = 10, 100
"""Most awards need a layer or two: so many are read first, and then so many at a time."""


class Pool(NamedTuple):
    """The money (``item_id`` 0) or the goods of one item that lie in one campaign; of one lot, where one is named."""

    campaign_id: int
    item_id: int
    lot: tuple[int, int] | None = None

    @property
    def condition(self) -> str:
        """The beginning of the WHERE that finds its open layers; ``values`` are for its places.

        What lies in a lot was laid by the document that brought the lot: found by that, the other lots are not read.
        """
        if self.lot:
            own = "o.document_id = {} AND o.lot_document_id = {} AND o.lot_position = {}"
            return f" WHERE {own} AND +o.campaign_id = {{}} AND +o.item_id = {{}} AND o.unspent > 0"
        return " WHERE o.campaign_id = {} AND o.item_id = {} AND o.unspent > 0"

    @property
    def values(self) -> tuple[int, ...]:
        """What stands in the places of ``condition``."""
        lot = (self.lot[0], *self.lot) if self.lot else ()
        return (*lot, self.campaign_id, self.item_id)


class Place(NamedTuple):
    """A layer by its key: the document that laid it, and which of that document's layers."""

    document_id: int
    position: int


class Open(NamedTuple):
    """A layer with something left."""

    place: Place
    source_id: int
    date: Any
    unspent: Dong
    restricted: bool
    purposes: int
    """How many purposes an earmark lets it serve, where it was found by one of them; else 0."""


_LAYER = "SELECT o.document_id, o.position, o.source_document_id, o.date, o.unspent, o.restricted"
_COLUMNS = f"{_LAYER}, 0 FROM trace_open o"
_IN_ORDER = " ORDER BY o.date, o.document_id, o.position"
_NEXT = f" AND o.restricted = {{}} AND (o.date, o.document_id, o.position) > ({{}}, {{}}, {{}}){_IN_ORDER} LIMIT {{}}"
_OF_DOCUMENT = (
    f"{_COLUMNS} WHERE o.campaign_id = {{}} AND o.item_id = 0 AND o.unspent > 0"
    " AND (o.document_id = {} OR o.source_document_id = {})"
)
_SERVES = (
    "(SELECT COUNT(DISTINCT e.purpose_id) FROM earmarks e WHERE e.document_id = o.source_document_id"
    " AND e.ended_at IS NULL)"
)
_OF_PURPOSE = (
    _LAYER + f", {_SERVES} FROM trace_bound b JOIN trace_open o"
    " ON o.document_id = b.document_id AND o.position = b.position"
    " WHERE b.campaign_id = {} AND b.item_id = {} AND b.purpose_id = {}"
    " AND (b.date, b.document_id, b.position) > ({}, {}, {}) ORDER BY b.date, b.document_id, b.position LIMIT {}"
)
_EARMARKED = (
    "EXISTS (SELECT 1 FROM trace_bound b WHERE b.campaign_id = o.campaign_id AND b.item_id = o.item_id"
    " AND b.purpose_id IN (PURPOSES) AND b.date = o.date AND b.document_id = o.document_id AND b.position = o.position)"
)


def earmarked(purposes: tuple[int, ...]) -> str:
    """The condition that an open layer ``o`` may serve one of these purposes by an earmark."""
    return _EARMARKED.replace("PURPOSES", ", ".join(["{}"] * len(purposes)) or "NULL")


def own(pool: Pool, purposes: tuple[int, ...]) -> Iterator[Open]:
    """The open layers of a pool that an earmark gives to one of these purposes, the oldest first, each once."""
    if pool.lot:
        yield from oldest(pool, restricted=True, purposes=purposes)
        return
    queues = [_pages(_OF_PURPOSE, *pool.values, purpose) for purpose in dict.fromkeys(purposes)]
    last = None
    for layer in queues[0] if len(queues) == 1 else merge(*queues, key=lambda layer: (layer.date, layer.place)):
        if layer.place != last:
            yield layer
        last = layer.place


def oldest(pool: Pool, *, restricted: bool, purposes: tuple[int, ...] = ()) -> Iterator[Open]:
    """The open layers of a pool (that may serve these purposes), the oldest first."""
    condition = f"{pool.condition} AND {earmarked(purposes)}" if purposes else pool.condition
    return _pages(_COLUMNS + condition + _NEXT, *pool.values, *purposes, restricted)


def _pages(sql: str, *values: Any) -> Iterator[Open]:
    """What a question finds, read a few at a time: it goes on after a layer, and takes no more than so many."""
    after: tuple[Any, int, int] = ("0001-01-01", 0, 0)
    size = FIRST
    while True:
        rows = [_open(row) for row in fixed.run(sql, *values, *after, size).all()]
        yield from rows
        if len(rows) < size:
            return
        after, size = (rows[-1].date, *rows[-1].place), AT_ONCE


def of_source(pool: Pool, source_id: int) -> Iterator[Open]:
    """The open layers of a pool that lead back to this gift."""
    sql = f"{_COLUMNS}{pool.condition} AND o.source_document_id = {{}}{_IN_ORDER}"
    yield from (_open(row) for row in fixed.run(sql, *pool.values, source_id).all())


def of_document(campaign_id: int, document_id: int) -> list[Open]:
    """The open layers of a campaign's money that this document laid, or that lead back to it."""
    return [_open(row) for row in fixed.run(_OF_DOCUMENT, campaign_id, document_id, document_id).all()]


def _open(row: Any) -> Open:
    return Open(Place(row[0], row[1]), row[2], row[3], row[4], bool(row[5]), row[6])
