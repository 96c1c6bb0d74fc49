"""The ranked list and its cut line: pure functions of scores, quotas and money, so that one may ask what if.

Highest score first. Of equals the presider says who comes first, with the reason; the order in which
units put their own people is no reason between units. Where equals stand astride the cut line and the
presider has not spoken, none of them is above it.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from khuyenhoc.core.dong import Dong
from khuyenhoc.core.values import dataclass

RECOMMENDED, RESERVE, REJECTED = "recommended", "reserve", "rejected"

ABOVE = "above"
NO_SCORE = "no_score"
LEVEL_QUOTA = "level_quota"
UNIT_QUOTA = "unit_quota"
BUDGET = "budget"
TIE = "tie"
BELOW_LEAST = "below_least"


@dataclass(frozen=True)
class Candidate:
    """One award as the list sees it. ``score`` in hundredths, None: not scored."""

    award_id: int
    level_id: int
    unit_id: int
    amount: Dong
    score: int | None


@dataclass(frozen=True)
class Room:
    """What there is: đồng in all, and how many of a level, of a unit. None, or no entry: as many as come."""

    budget: Dong | None = None
    levels: Mapping[int, int] | None = None
    units: Mapping[int, int] | None = None
    least: int = 0
    """Whoever has fewer hundredths is rejected."""
    reserve: int = 0
    """How many below the line are kept in reserve; the rest is rejected. 0: all of them."""


@dataclass(frozen=True)
class Ranked:
    """One line of the list: its place, whether others have the same score, what becomes of it and why."""

    candidate: Candidate
    position: int
    tied: bool
    outcome: str
    why: str


def rank(candidates: Iterable[Candidate], first_of_equals: Sequence[tuple[int, int]] = ()) -> list[list[Candidate]]:
    """Groups of equals, the best first; a group that the presider has put in order is groups of one.

    ``first_of_equals``: (this award, before that one), in the order in which it was said; the last word counts.
    """
    scored = sorted((c for c in candidates if c.score is not None), key=lambda c: (-(c.score or 0), c.award_id))
    groups: list[list[Candidate]] = []
    for _score, same in groupby(scored, key=lambda c: c.score):
        groups += _in_order(list(same), first_of_equals)
    return groups


def _in_order(equals: list[Candidate], said: Sequence[tuple[int, int]]) -> list[list[Candidate]]:
    """Equals in layers: whoever nobody is put before comes first."""
    ids = {c.award_id for c in equals}
    before = last_words([pair for pair in said if ids.issuperset(pair)])
    layers: list[list[Candidate]] = []
    rest = list(equals)
    while rest:
        left = {c.award_id for c in rest}
        top = [c for c in rest if not any(then == c.award_id and first in left for first, then in before)]
        layers.append(top)
        rest = [c for c in rest if c not in top]
    return layers


def last_words(said: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """What counts of what was said about equals, the last first: a later word takes back what contradicts it."""
    counting: list[tuple[int, int]] = []
    for first, then in reversed(list(said)):
        if first != then and (first, then) not in counting and not _stands_before(then, first, counting):
            counting.append((first, then))
    return counting


def _stands_before(one: int, other: int, said: Sequence[tuple[int, int]]) -> bool:
    """Whether ``one`` was put before ``other``, at once or by way of others."""
    reached, waiting = {one}, [one]
    while waiting:
        at = waiting.pop()
        further = {then for first, then in said if first == at} - reached
        reached |= further
        waiting += further
    return other in reached


def cut(candidates: Sequence[Candidate], room: Room, first_of_equals: Sequence[tuple[int, int]] = ()) -> list[Ranked]:
    """The whole list with its cut line: money and quotas are given out from the top.

    Whoever does not fit is passed over, and the next one who does may come before; unscored ones come last.
    """
    used = _Used(room)
    ranked: list[Ranked] = []
    reserve = 0
    for group in rank(candidates, first_of_equals):
        whys = used.take(group)
        for candidate in group:
            why = whys[candidate.award_id]
            outcome = RECOMMENDED if why == ABOVE else RESERVE
            if why == BELOW_LEAST or (outcome == RESERVE and room.reserve and reserve >= room.reserve):
                outcome = REJECTED
            reserve += outcome == RESERVE
            ranked.append(Ranked(candidate, len(ranked) + 1, len(group) > 1, outcome, why))
    for candidate in sorted((c for c in candidates if c.score is None), key=lambda c: c.award_id):
        ranked.append(Ranked(candidate, len(ranked) + 1, False, RESERVE, NO_SCORE))
    return ranked


class _Used:
    """What has been given out so far."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._money = 0
        self._levels: dict[int, int] = {}
        self._units: dict[int, int] = {}

    def take(self, group: Sequence[Candidate]) -> dict[int, str]:
        """Award id → why it is above the line or not. Equals are taken together or not at all."""
        if all(c.score is not None and c.score < self._room.least for c in group):
            return {c.award_id: BELOW_LEAST for c in group}
        whys: dict[int, str] = {}
        for candidate in group:
            whys[candidate.award_id] = self._one(candidate)
        fitting = [c for c in group if whys[c.award_id] == ABOVE]
        left = [c for c in group if whys[c.award_id] != ABOVE]
        if len(group) > 1 and fitting and left:
            for candidate in group:
                if self._competes(candidate, left if candidate in fitting else fitting):
                    whys[candidate.award_id] = TIE  # the place stays kept until the presider has spoken
        return whys

    def _one(self, candidate: Candidate) -> str:
        room = self._room
        if _is_full(room.levels, self._levels, candidate.level_id):
            return LEVEL_QUOTA
        if _is_full(room.units, self._units, candidate.unit_id):
            return UNIT_QUOTA
        if room.budget is not None and self._money + candidate.amount > room.budget:
            return BUDGET
        self._money += candidate.amount
        self._levels[candidate.level_id] = self._levels.get(candidate.level_id, 0) + 1
        self._units[candidate.unit_id] = self._units.get(candidate.unit_id, 0) + 1
        return ABOVE

    def _competes(self, candidate: Candidate, others: Sequence[Candidate]) -> bool:
        """Whether one of these equals could have stood in this one's place, or this one in theirs."""
        if self._room.budget is not None:
            return True
        levels, units = self._room.levels or {}, self._room.units or {}
        return any(
            (o.level_id == candidate.level_id and o.level_id in levels)
            or (o.unit_id == candidate.unit_id and o.unit_id in units)
            for o in others
        )


def _is_full(quotas: Mapping[int, int] | None, used: Mapping[int, int], key: int) -> bool:
    return quotas is not None and key in quotas and used.get(key, 0) >= quotas[key]


def spent(ranked: Iterable[Ranked]) -> Dong:
    """What everything above the line costs, in đồng."""
    return sum(one.candidate.amount for one in ranked if one.outcome == RECOMMENDED)
