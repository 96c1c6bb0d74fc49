"""What may be used for what: whether a campaign's unspent money reaches for several purposes at once.

Free đồng serve every purpose, bound ones only those that an earmark names. Whether all needs can be met
together is a flow from groups of đồng to purposes; each group is bound to one set of purposes.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from khuyenhoc.core import fixed
from khuyenhoc.core.dong import Dong, show
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds.campaigns import campaign_by_id
from khuyenhoc.ledger.refusals import NotEnough
from khuyenhoc.tracing.queues import Open, Pool, earmarked, oldest
from khuyenhoc.tracing.trace_tables import NONE

Groups = Mapping[frozenset[int] | None, Dong]
"""Set of purposes → unspent đồng bound to them; ``None``: free."""


Step = tuple[frozenset[int], int]
"""A group of đồng, and the purpose that it gives to."""


class Lot(NamedTuple):
    """What a lot still holds, in đồng: all of it, what may serve the purposes asked for, and what is bound to them."""

    document_id: int
    position: int
    unspent: Dong
    eligible: Dong
    own: Dong


_GROUPS = (
    "SELECT o.source_document_id, SUM(o.unspent) FROM trace_open o WHERE o.campaign_id = {} AND o.item_id = 0"
    " AND o.restricted = {} AND o.unspent > 0 GROUP BY o.source_document_id"
)
_FREE = (
    "SELECT COALESCE(SUM(o.unspent), 0) FROM trace_open o WHERE o.campaign_id = {} AND o.item_id = 0"
    " AND o.restricted = {} AND o.unspent > 0"
)
_EARMARKS = (
    "SELECT e.document_id, e.purpose_id FROM earmarks e WHERE e.ended_at IS NULL AND e.document_id IN"
    " (SELECT o.source_document_id FROM trace_open o WHERE o.campaign_id = {} AND o.item_id = {}"
    " AND o.restricted = {} AND o.unspent > 0)"
)
_LOTS = (
    "SELECT o.lot_document_id, o.lot_position, SUM(o.unspent), SUM(CASE WHEN NOT o.restricted OR EARMARKED THEN"
    " o.unspent ELSE 0 END), SUM(CASE WHEN o.restricted AND EARMARKED THEN o.unspent ELSE 0 END)"
    " FROM trace_open o WHERE o.campaign_id = {} AND o.item_id = {} AND o.unspent > 0"
    " GROUP BY o.lot_document_id, o.lot_position ORDER BY MIN(o.date), o.lot_document_id, o.lot_position"
)
_PIECES = (
    "SELECT o.lot_document_id, o.lot_position, o.source_document_id, o.restricted, SUM(o.unspent), l.amount, l.quantity"
    " FROM trace_open o JOIN document_lines l ON l.document_id = o.lot_document_id AND l.position = o.lot_position"
    " WHERE o.campaign_id = {} AND o.item_id = {} AND o.unspent > 0"
    " GROUP BY o.lot_document_id, o.lot_position, o.source_document_id, o.restricted, l.amount, l.quantity"
    " ORDER BY o.lot_document_id, o.lot_position, o.source_document_id"
)
_PURPOSES = "SELECT e.purpose_id FROM earmarks e WHERE e.document_id = {} AND e.ended_at IS NULL ORDER BY e.purpose_id"


def groups(campaign_id: int) -> Groups:
    """A campaign's unspent money by what it may serve, in đồng."""
    purposes = purposes_by_source(campaign_id)
    sums: dict[frozenset[int] | None, Dong] = {None: int(fixed.run(_FREE, campaign_id, False).scalar_one())}
    for document_id, amount in fixed.run(_GROUPS, campaign_id, True):
        key = purposes.get(document_id, frozenset())
        sums[key] = sums.get(key, 0) + int(amount)
    return sums


def purposes_by_source(campaign_id: int, item_id: int = NONE) -> dict[int, frozenset[int]]:
    """Gift → what it may pay for, of every bound gift with money, or goods of an item, left in a campaign."""
    purposes: dict[int, set[int]] = defaultdict(set)
    for document_id, purpose_id in fixed.run(_EARMARKS, campaign_id, item_id, True):
        purposes[document_id].add(purpose_id)
    return {document_id: frozenset(some) for document_id, some in purposes.items()}


def layers_by_group(pool: Pool) -> dict[frozenset[int] | None, list[Open]]:
    """The open layers of a pool by what they may serve, the oldest first."""
    purposes = purposes_by_source(pool.campaign_id, pool.item_id)
    found: dict[frozenset[int] | None, list[Open]] = {}
    for restricted in (True, False):
        for layer in oldest(pool, restricted=restricted):
            group = purposes.get(layer.source_id, frozenset()) if restricted else None
            found.setdefault(group, []).append(layer)
    return found


def lots(campaign_id: int, item_id: int, purposes: tuple[int, ...]) -> list[Lot]:
    """The campaign's lots of an item with something left, the oldest first."""
    sql = _LOTS.replace("EARMARKED", earmarked(purposes))
    rows = fixed.run(sql, *purposes, *purposes, campaign_id, item_id)
    return [Lot(document, position, *map(int, sums)) for document, position, *sums in rows]


def pieces(campaign_id: int, item_id: int, *, without: int = 0) -> Groups:
    """A campaign's pieces of an item by what they may serve; ``without``: but for those that this document brought."""
    sums: dict[frozenset[int] | None, int] = {}
    for place, worth in worth_by_lot(campaign_id, item_id).items():
        for group, n in worth.pieces.items() if place[0] != without else ():
            sums[group] = sums.get(group, 0) + n
    return sums


class Worth(NamedTuple):
    """What the pieces of a lot that are left are worth: đồng by what they may serve, and how many make a piece."""

    money: Mapping[frozenset[int] | None, Dong]
    each: Dong
    brought: int
    """How many pieces the lot was."""

    @property
    def pieces(self) -> dict[frozenset[int] | None, int]:
        """The pieces by what they may serve: one that is worth đồng of several gifts serves what all of them may."""
        if not self.each:  # less than a đồng apiece: the trace cannot tell how many are left
            return {None: self.brought}
        found = {group: unspent // self.each for group, unspent in self.money.items()}
        bound = [group for group in self.money if group is not None]
        mixed = frozenset[int].intersection(*bound) if bound else None
        found[mixed] = found.get(mixed, 0) + sum(self.money.values()) // self.each - sum(found.values())
        return found


def worth_by_lot(campaign_id: int, item_id: int) -> dict[tuple[int, int], Worth]:
    """Lot → what is left of it."""
    purposes = purposes_by_source(campaign_id, item_id)
    lots: dict[tuple[int, int], dict[frozenset[int] | None, Dong]] = {}
    brought: dict[tuple[int, int], tuple[Dong, int]] = {}
    for document_id, position, source_id, restricted, unspent, amount, quantity in fixed.run(
        _PIECES, campaign_id, item_id
    ):
        group = purposes.get(source_id, frozenset()) if restricted else None
        lot = lots.setdefault((document_id, position), {})
        lot[group] = lot.get(group, 0) + int(unspent)
        brought[document_id, position] = int(amount) // int(quantity), int(quantity)
    return {place: Worth(money, *brought[place]) for place, money in lots.items()}


def most(purposes: Iterable[int], needs: Mapping[int, int], there: Groups) -> int:
    """How much more there is for any of these purposes when what the others need is met first."""
    wanted, everything = frozenset(purposes), sum(there.values())
    joined: dict[frozenset[int] | None, int] = {}
    for group, amount in there.items():
        key = group | {ANY} if group is not None and group & wanted else group
        joined[key] = joined.get(key, 0) + amount
    return max(0, everything - missing({**needs, ANY: everything}, joined) + missing(needs, joined))


ANY = 0
"""No level has this id: any of several."""


def purposes_of(document_id: int) -> frozenset[int]:
    """What a bound gift may pay for."""
    return frozenset(purpose_id for (purpose_id,) in fixed.run(_PURPOSES, document_id))


def missing(needs: Mapping[int, Dong], money: Groups) -> Dong:
    """How many đồng are short when every purpose is to have its need at once; 0: all can be met. A pure function."""
    return max(0, sum(lacking(needs, money).values()) - money.get(None, 0))


def lacking(needs: Mapping[int, Dong], money: Groups) -> dict[int, Dong]:
    """Purpose → what the đồng bound to purposes leave to the free ones, when as much as possible is met by them."""
    bound = {key: amount for key, amount in money.items() if key}
    given: dict[Step, Dong] = defaultdict(int)
    left = dict(bound)
    lack = dict(needs)
    for purpose in sorted(lack):
        while lack[purpose] and (path := _path(purpose, left, given)):
            some = min(lack[purpose], left[path[-1][0]], *(given[step] for step in path.backward))
            for group, target in path:
                given[group, target] += some
            for step in path.backward:
                given[step] -= some
            left[path[-1][0]] -= some
            lack[purpose] -= some
    return lack


class _Path(list[Step]):
    """An augmenting path: which group gives to which purpose, and what is taken back on the way."""

    backward: list[Step]


def _path(
    purpose: int, left: Mapping[frozenset[int], Dong], given: Mapping[tuple[frozenset[int], int], Dong]
) -> _Path | None:
    """A way for đồng to reach the purpose, past purposes that can take from another group instead."""
    queue: list[tuple[int, list[Step], list[Step]]] = [(purpose, [], [])]
    seen = {purpose}
    while queue:
        target, forward, back = queue.pop(0)
        for group in sorted((g for g in left if target in g), key=sorted):
            if left[group]:
                path = _Path([*forward, (group, target)])
                path.backward = back
                return path
            for other in sorted(group - seen):
                if given.get((group, other)):
                    seen.add(other)
                    queue.append((other, [*forward, (group, target)], [*back, (group, other)]))
    return None


def require(campaign_id: int, needs: Mapping[int, Dong]) -> None:
    """NotEnough unless the campaign's unspent money reaches for all these purposes at once.

    ``needs``: purpose (a programme's level) → đồng, everything decided and not yet paid included.
    """
    short = missing(needs, groups(campaign_id))
    if short:
        name, asked = campaign_by_id(campaign_id).name, sum(needs.values())
        sentence = _(
            "%(campaign)s còn thiếu %(short)s cho %(asked)s: phần tiền còn lại nhà hảo tâm dành cho mục đích khác.",
            campaign=name,
            short=show(short),
            asked=show(asked),
        )
        raise NotEnough(sentence, field="amount")
