"""Drawing from what is unspent: a restricted gift first for its own purpose, then the oldest free đồng.

A *pool* is the money of one campaign, or its goods of one item. What is bound to other purposes stays
untouched, except by what merely happens (a bank's fee, goods lost): facts fall on the oldest đồng left.
"""

from collections.abc import Iterable, Iterator
from dataclasses import field
from heapq import merge
from itertools import chain
from typing import Any, NamedTuple

from khuyenhoc.core import fixed
from khuyenhoc.core.dong import Dong, show
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.funds.campaigns import campaign_by_id
from khuyenhoc.ledger.refusals import NotEnough

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


class Portion(NamedTuple):
    """So many đồng of one layer."""

    place: Place
    amount: Dong


@dataclass
class Draw:
    """Draws made one after the other in one deed: what an earlier one took, a later one does not find."""

    leave: frozenset[Place] = frozenset()
    """Layers that are on their way out and must not be drawn from."""
    void_source: int | None = None
    """A gift that is on its way out: none of its đồng, wherever they lie."""
    _taken: dict[Place, Dong] = field(default_factory=dict)
    _queues: dict[tuple[Any, ...], "_Queue"] = field(default_factory=dict)

    def take(
        self,
        pool: Pool,
        amount: Dong,
        purposes: tuple[int, ...] = (),
        *,
        source_id: int | None = None,
        fact: bool = False,
    ) -> list[Portion]:
        """So many đồng from the pool; NotEnough when what may be used for this does not reach.

        ``source_id``: that gift's own đồng first. ``fact``: in the end whatever is there.
        """
        portions: list[Portion] = []
        missing = amount
        queues = [_of_source(pool, source_id)] if source_id is not None else []
        for layer in chain(*queues, self._queue(pool, purposes, fact)):
            missing -= self._some(layer, missing, portions)
            if not missing:
                return _joined(portions)
        raise _bound(pool, amount, amount - missing)

    def _some(self, layer: Open, missing: Dong, portions: list[Portion]) -> Dong:
        left = layer.unspent - self._taken.get(layer.place, 0)
        if left <= 0 or layer.place in self.leave or layer.source_id == self.void_source:
            return 0
        some = min(left, missing)
        self._taken[layer.place] = self._taken.get(layer.place, 0) + some
        portions.append(Portion(layer.place, some))
        return some

    def _queue(self, pool: Pool, purposes: tuple[int, ...], fact: bool) -> Iterator[Open]:
        """The layers in their order. Those used up in this deed are not read a second time."""
        if purposes:
            yield from self._rest((pool, purposes, "own"), _own(pool, purposes))
        yield from self._rest((pool, "free"), _oldest(pool, restricted=False))
        if fact:
            yield from self._rest((pool, "bound"), _oldest(pool, restricted=True))

    def _rest(self, key: tuple[Any, ...], layers: Iterator[Open]) -> Iterator[Open]:
        """What is left of a queue; a reader who stops at a layer finds it again the next time."""
        queue = self._queues.setdefault(key, _Queue(layers))
        while layer := queue.head or next(queue.rest, None):
            queue.head = layer
            yield layer
            queue.head = None


@dataclass
class _Queue:
    rest: Iterator[Open]
    head: Open | None = None


def _joined(portions: Iterable[Portion]) -> list[Portion]:
    sums: dict[Place, Dong] = {}
    for place, amount in portions:
        sums[place] = sums.get(place, 0) + amount
    return [Portion(place, amount) for place, amount in sums.items()]


_COLUMNS = "SELECT o.document_id, o.position, o.source_document_id, o.date, o.unspent FROM trace_open o"
_IN_ORDER = " ORDER BY o.date, o.document_id, o.position"
_NEXT = f" AND o.restricted = {{}} AND (o.date, o.document_id, o.position) > ({{}}, {{}}, {{}}){_IN_ORDER} LIMIT {{}}"
_OF_PURPOSE = (
    "SELECT o.document_id, o.position, o.source_document_id, o.date, o.unspent FROM trace_bound b"
    " JOIN trace_open o ON o.document_id = b.document_id AND o.position = b.position"
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


def _own(pool: Pool, purposes: tuple[int, ...]) -> Iterator[Open]:
    """The open layers of a pool that an earmark gives to one of these purposes, the oldest first, each once."""
    if pool.lot:
        yield from _oldest(pool, restricted=True, purposes=purposes)
        return
    queues = [_pages(_OF_PURPOSE, *pool.values, purpose) for purpose in dict.fromkeys(purposes)]
    last = None
    for layer in queues[0] if len(queues) == 1 else merge(*queues, key=lambda layer: (layer.date, layer.place)):
        if layer.place != last:
            yield layer
        last = layer.place


def _oldest(pool: Pool, *, restricted: bool, purposes: tuple[int, ...] = ()) -> Iterator[Open]:
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


def _of_source(pool: Pool, source_id: int) -> Iterator[Open]:
    sql = f"{_COLUMNS}{pool.condition} AND o.source_document_id = {{}}{_IN_ORDER}"
    yield from (_open(row) for row in fixed.run(sql, *pool.values, source_id).all())


def _open(row: Any) -> Open:
    return Open(Place(row[0], row[1]), row[2], row[3], row[4])


def _bound(pool: Pool, asked: Dong, found: Dong) -> NotEnough:
    """What is there is bound to other purposes: said with the figures."""
    campaign = campaign_by_id(pool.campaign_id)
    sentence = _(
        "%(campaign)s chỉ có %(found)s được dùng cho việc này, cần %(asked)s: phần còn lại nhà hảo tâm dành cho mục"
        " đích khác. Xin gắn khoản ủng hộ với mức này, hoặc ghi sự đồng ý của nhà hảo tâm.",
        campaign=campaign.name,
        found=show(found),
        asked=show(asked),
    )
    return NotEnough(sentence, field="amount")
