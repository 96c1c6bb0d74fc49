"""What may be used for what: whether a campaign's unspent money reaches for several purposes at once.

Free đồng serve every purpose, bound ones only those that an earmark names. Whether all needs can be met
together is a flow from groups of đồng to purposes; each group is bound to one set of purposes.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from khuyenhoc.core import fixed
from khuyenhoc.core.dong import Dong, show
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds.campaigns import campaign_by_id
from khuyenhoc.ledger.refusals import NotEnough
from khuyenhoc.tracing.pools import earmarked

Groups = Mapping[frozenset[int] | None, Dong]
"""Set of purposes → unspent đồng bound to them; ``None``: free."""


Step = tuple[frozenset[int], int]
"""A group of đồng, and the purpose that it gives to."""


class Lot(NamedTuple):
    """What a lot still holds, in đồng: all of it, and what may serve the purposes asked for."""

    document_id: int
    position: int
    unspent: Dong
    eligible: Dong


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
    " (SELECT o.source_document_id FROM trace_open o WHERE o.campaign_id = {} AND o.item_id = 0"
    " AND o.restricted = {} AND o.unspent > 0)"
)
_LOTS = (
    "SELECT o.lot_document_id, o.lot_position, SUM(o.unspent), SUM(CASE WHEN NOT o.restricted OR EARMARKED THEN"
    " o.unspent ELSE 0 END) FROM trace_open o WHERE o.campaign_id = {} AND o.item_id = {} AND o.unspent > 0"
    " GROUP BY o.lot_document_id, o.lot_position ORDER BY MIN(o.date), o.lot_document_id, o.lot_position"
)


def groups(campaign_id: int) -> Groups:
    """A campaign's unspent money by what it may serve, in đồng."""
    purposes: dict[int, set[int]] = defaultdict(set)
    for document_id, purpose_id in fixed.run(_EARMARKS, campaign_id, True):
        purposes[document_id].add(purpose_id)
    sums: dict[frozenset[int] | None, Dong] = {None: int(fixed.run(_FREE, campaign_id, False).scalar_one())}
    for document_id, amount in fixed.run(_GROUPS, campaign_id, True):
        key = frozenset(purposes[document_id])
        sums[key] = sums.get(key, 0) + int(amount)
    return sums


def lots(campaign_id: int, item_id: int, purposes: tuple[int, ...]) -> list[Lot]:
    """The campaign's lots of an item with something left, the oldest first."""
    rows = fixed.run(_LOTS.replace("EARMARKED", earmarked(purposes)), *purposes, campaign_id, item_id)
    return [Lot(document, position, int(unspent), int(some)) for document, position, unspent, some in rows]


def missing(needs: Mapping[int, Dong], money: Groups) -> Dong:
    """How many đồng are short when every purpose is to have its need at once; 0: all can be met. A pure function."""
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
    return max(0, sum(lack.values()) - money.get(None, 0))


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
