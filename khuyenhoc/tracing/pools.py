"""Drawing from what is unspent: a restricted gift first for its own purpose, then the oldest free đồng.

What is bound to other purposes stays untouched, except by what merely happens (a bank's fee, goods lost): facts
fall on the oldest đồng left. What an award gets, and what goods cost, passes by đồng without which others that are
decided and not yet paid could no longer all be met; it takes the next ones of its own, or free ones, instead.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import chain
from typing import Any, NamedTuple

from khuyenhoc.core.dong import Dong, show
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.funds.campaigns import campaign_by_id
from khuyenhoc.ledger.refusals import NotEnough
from khuyenhoc.tracing import eligible, queues
from khuyenhoc.tracing.promised import Kept
from khuyenhoc.tracing.queues import Open, Place, Pool
from khuyenhoc.tracing.sparing import Group
from khuyenhoc.tracing.trace_tables import NONE


class Portion(NamedTuple):
    """So many đồng of one layer."""

    place: Place
    amount: Dong


@dataclass
class _Use:
    """What one use still misses, and what it has found; ``kept``: what it must leave to others, if it has to."""

    pool: Pool
    missing: Dong
    purposes: tuple[int, ...]
    kept: Kept | None = None
    portions: list[Portion] = field(default_factory=list)


@dataclass
class _Queue:
    rest: Iterator[Open]
    head: Open | None = None
    passed: list[Open] = field(default_factory=list)
    """Layers that uses have left to others."""


@dataclass
class Draw:
    """Draws made one after the other in one deed: what an earlier one took, a later one does not find."""

    leave: frozenset[Place] = frozenset()
    """Layers that are on their way out and must not be drawn from: those of the document that is being voided."""
    void_source: int | None = None
    """That document: none of its đồng, wherever they lie."""
    promised: Mapping[int, Mapping[int, Dong]] = field(default_factory=dict)
    """Campaign → purpose → đồng that are promised until now and that this deed pays."""
    drawn: Mapping[int, Mapping[int, Dong]] | None = None
    """Campaign → purpose → đồng that it draws for them; None: as many."""
    _taken: dict[Place, Dong] = field(default_factory=dict)
    _queues: dict[tuple[Any, ...], _Queue] = field(default_factory=dict)
    _kept: dict[int, Kept] = field(default_factory=dict)
    _groups: dict[Pool, dict[Group, list[Open]]] = field(default_factory=dict)

    def take(
        self,
        pool: Pool,
        amount: Dong,
        purposes: tuple[int, ...] = (),
        *,
        source_id: int | None = None,
        worth: Sequence[tuple[Group, Dong]] = (),
        fact: bool = False,
        spares: bool = False,
    ) -> list[Portion]:
        """So many đồng from the pool; NotEnough when what may be used for this does not reach.

        ``source_id``: that gift's own đồng first; ``worth``: so many of those that may serve which purposes.
        ``fact``: in the end whatever is there. ``spares``: what others are promised and could not have from elsewhere
        is left to them.
        """
        use = _Use(pool, amount, purposes)
        if spares and purposes and pool.item_id == NONE:
            use.kept = self._kept_of(pool)
            use.kept.pay(purposes, amount)
        if source_id is not None:
            self._along(queues.of_source(pool, source_id), use)
        if worth:
            self._named(worth, use)
        if use.missing and purposes:
            self._own(use)
        if use.missing:
            self._along(self._rest((pool, "free"), queues.oldest(pool, restricted=False)), use)
        if use.missing and fact:
            self._along(self._rest((pool, "bound"), queues.oldest(pool, restricted=True)), use)
        if use.missing:
            raise self._refusal(use, amount)
        return _joined(use.portions)

    def _kept_of(self, pool: Pool) -> Kept:
        if pool.campaign_id not in self._kept:
            drawn = self.promised if self.drawn is None else self.drawn
            promised, own = (one.get(pool.campaign_id, {}) for one in (self.promised, drawn))
            self._kept[pool.campaign_id] = Kept(pool.campaign_id, promised, own, self.void_source)
        return self._kept[pool.campaign_id]

    def _along(self, layers: Iterable[Open], use: _Use) -> None:
        """Take from one layer after the other, until nothing is missing or the free ones are all meant for others."""
        for layer in layers:
            self._some(layer, use)
            if not use.missing or self._left(layer):
                return

    def _own(self, use: _Use) -> None:
        """What is bound to its purposes, the oldest first.

        What one use leaves to others no later one of the same purposes may take either: to all that follow and to the
        others together it would do the same.
        """
        key = (use.pool, use.purposes, "own")
        queue = self._queues.setdefault(key, _Queue(queues.own(use.pool, use.purposes)))
        for layer in self._rest(key, queue.rest):
            self._some(layer, use)
            if not use.missing:
                return
            if self._left(layer):
                queue.passed.append(layer)

    def _named(self, worth: Sequence[tuple[Group, Dong]], use: _Use) -> None:
        """So many of each group's, the oldest first."""
        groups = self._groups.get(use.pool)
        if groups is None:
            groups = self._groups[use.pool] = eligible.layers_by_group(use.pool)
        for group, amount in worth:
            layers = groups.get(group, [])
            while amount and layers:
                amount -= self._some(layers[0], use, amount)
                if self._left(layers[0]):
                    break
                layers.pop(0)

    def _left(self, layer: Open) -> Dong:
        if layer.place in self.leave or layer.source_id == self.void_source:
            return 0
        return layer.unspent - self._taken.get(layer.place, 0)

    def _some(self, layer: Open, use: _Use, most: Dong | None = None) -> Dong:
        """As much of a layer as is missing (at most so much) and may go."""
        some = min(self._left(layer), use.missing if most is None else min(use.missing, most))
        if use.kept and some > 0:
            some = use.kept.room(layer, some)
        if some > 0:
            self._taken[layer.place] = self._taken.get(layer.place, 0) + some
            use.portions.append(Portion(layer.place, some))
            use.missing -= some
            if use.pool.item_id == NONE:
                self._kept_of(use.pool).take(layer, some)
        return max(0, some)

    def _rest(self, key: tuple[Any, ...], layers: Iterator[Open]) -> Iterator[Open]:
        """What is left of a queue; a reader who stops at a layer finds it again the next time."""
        queue = self._queues.setdefault(key, _Queue(layers))
        while layer := queue.head or next(queue.rest, None):
            queue.head = layer
            yield layer
            queue.head = None

    def _refusal(self, use: _Use, amount: Dong) -> RuleBroken:
        """Whose they are, where there were others that reach; else how few there are."""
        if not use.kept or not use.kept.awake:
            return _bound(use.pool, amount, amount - use.missing)
        passed = self._queues[use.pool, use.purposes, "own"].passed
        free = self._rest((use.pool, "free"), queues.oldest(use.pool, restricted=False))
        missing, takes = use.missing, []
        for layer in chain(passed, free):
            some = min(self._left(layer), missing)
            takes.append((layer, some))
            missing -= some
            if not missing:
                return use.kept.refusal(takes)
        return _bound(use.pool, amount, amount - missing)


def _joined(portions: Iterable[Portion]) -> list[Portion]:
    sums: dict[Place, Dong] = {}
    for place, amount in portions:
        sums[place] = sums.get(place, 0) + amount
    return [Portion(place, amount) for place, amount in sums.items()]


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
