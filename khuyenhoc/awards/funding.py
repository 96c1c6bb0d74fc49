"""Funding: which campaign gives what to which award. Pure: from lists and numbers to shares, no database.

Goods take free pieces first; for what is wanting, money is set aside at the item's unit value, a whole piece from
one campaign. A money award may be split over campaigns where one of them runs out. Lines bound to a level are used
before those for all levels, else in their order; what one award took is rearranged where another could not be
paid otherwise, so that nothing is refused which the lines together can bear.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import NamedTuple, TypeVar

from khuyenhoc.core.dong import Dong
from khuyenhoc.core.values import dataclass

Key = TypeVar("Key")

UNBOUND = 10**18
"""No line and no campaign ever bears more than this."""


class Line(NamedTuple):
    """A funding line: a campaign, the level it is bound to (None: all), and what is left of its cap in đồng (None)."""

    campaign_id: int
    level_id: int | None = None
    cap: Dong | None = None


class Want(NamedTuple):
    """What one award asks for: đồng, or pieces (item, how many) when its level is a package of goods."""

    award_id: int
    level_id: int
    amount: Dong
    pieces: tuple[tuple[int, int], ...] = ()


class Share(NamedTuple):
    """What one campaign gives to one award: đồng, pieces from its stock, or both: đồng for pieces to be bought."""

    campaign_id: int
    amount: Dong
    item_id: int | None = None
    quantity: int = 0


class Missing(NamedTuple):
    """What cannot be borne: đồng of a level's awards, or pieces of an item with the đồng they would cost."""

    level_id: int
    amount: Dong
    item_id: int | None = None
    quantity: int = 0


@dataclass(frozen=True)
class Means:
    """What there is: đồng per campaign, free pieces per (campaign, item), and what one piece of an item is worth."""

    money: Mapping[int, Dong]
    pieces: Mapping[tuple[int, int], int] = field(default_factory=dict)
    values: Mapping[int, Dong] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """Award id → its shares. Nothing may be decided while something is ``missing``."""

    shares: Mapping[int, tuple[Share, ...]]
    missing: tuple[Missing, ...]

    @property
    def committed(self) -> dict[int, Dong]:
        """Campaign → đồng set aside."""
        return _sums((share.campaign_id, share.amount) for share in self._all() if share.amount)

    @property
    def reserved(self) -> dict[tuple[int, int], int]:
        """(Campaign, item) → pieces of its stock set aside."""
        return self._pieces(to_buy=False)

    @property
    def to_buy(self) -> dict[tuple[int, int], int]:
        """(Campaign, item) → pieces that money is set aside for."""
        return self._pieces(to_buy=True)

    def _pieces(self, *, to_buy: bool) -> dict[tuple[int, int], int]:
        found = (share for share in self._all() if share.item_id is not None and bool(share.amount) is to_buy)
        return _sums(((share.campaign_id, share.item_id or 0), share.quantity) for share in found)

    def _all(self) -> Iterable[Share]:
        return (share for shares in self.shares.values() for share in shares)


def allocate(lines: Sequence[Line], wants: Sequence[Want], means: Means) -> Plan:
    """Give every award its shares, the awards in their order; what cannot be borne is ``missing``."""
    left = _Left(lines, means)
    shares: dict[int, list[Share]] = {want.award_id: [] for want in wants}
    missing: list[Missing] = []
    for item_id in dict.fromkeys(item_id for want in wants for item_id, _n in want.pieces):
        asking = [(want, n) for want in wants for item, n in want.pieces if item == item_id]
        missing += _give_pieces(item_id, asking, left, shares)
    missing += _give_money([want for want in wants if not want.pieces], left, shares)
    return Plan({award_id: tuple(given) for award_id, given in shares.items()}, tuple(missing))


class _Left:
    """What is left while things are given away, line by line and campaign by campaign."""

    def __init__(self, lines: Sequence[Line], means: Means) -> None:
        self.lines = lines
        self.caps = [UNBOUND if line.cap is None else max(line.cap, 0) for line in lines]
        self.money = {line.campaign_id: max(means.money.get(line.campaign_id, 0), 0) for line in lines}
        self.means = means

    def ways(self, level_id: int) -> list[int]:
        """The lines that may pay for a level, its own before those for all."""
        mine = [n for n, line in enumerate(self.lines) if line.level_id in (None, level_id)]
        return sorted(mine, key=lambda n: self.lines[n].level_id is None)

    def take(self, number: int, amount: Dong) -> None:
        """A line has given đồng."""
        self.caps[number] -= amount
        self.money[self.lines[number].campaign_id] -= amount


def _give_pieces(
    item_id: int, asking: Sequence[tuple[Want, int]], left: _Left, shares: dict[int, list[Share]]
) -> Iterable[Missing]:
    """Free pieces first, then đồng for whole pieces; what is still wanting."""
    needs = _sums((want.level_id, n) for want, n in asking)
    value = left.means.values.get(item_id, 0)
    stock = {c: max(left.means.pieces.get((c, item_id), 0), 0) for c in left.money}
    free = _route(needs, left, [UNBOUND] * len(left.lines), stock)
    rest = {level: n - sum(free.get((level, way), 0) for way in left.ways(level)) for level, n in needs.items()}
    bought: dict[tuple[int, int], int] = {}
    if value > 0:
        caps, rooms = [cap // value for cap in left.caps], {c: money // value for c, money in left.money.items()}
        bought = _route(rest, left, caps, rooms)
    for (_level, way), n in bought.items():
        left.take(way, n * value)
    queues = {level: _queue(level, left, (free, 0), (bought, value)) for level in needs}
    for want, n in asking:
        given = _pull(queues[want.level_id], n)
        shares[want.award_id] += [Share(c, taken * each, item_id, taken) for c, each, taken in given]
    for level, n in rest.items():
        lacking = n - sum(bought.get((level, way), 0) for way in left.ways(level))
        if lacking:
            yield Missing(level, lacking * value, item_id, lacking)


def _give_money(wants: Sequence[Want], left: _Left, shares: dict[int, list[Share]]) -> Iterable[Missing]:
    needs = _sums((want.level_id, want.amount) for want in wants)
    routed = _route(needs, left, left.caps, left.money)
    queues = {level: _queue(level, left, (routed, 0)) for level in needs}
    for want in wants:
        shares[want.award_id] += [Share(c, taken) for c, _each, taken in _pull(queues[want.level_id], want.amount)]
    for level, amount in needs.items():
        lacking = amount - sum(routed.get((level, way), 0) for way in left.ways(level))
        if lacking:
            yield Missing(level, lacking)


Routed = Mapping[tuple[int, int], int]
"""(Level, number of the line) → how much of it."""


def _queue(level: int, left: _Left, *given: tuple[Routed, Dong]) -> deque[list[int]]:
    """What a level was given, to be handed out in order: campaign, đồng for each, how much is left."""
    return deque(
        [left.lines[way].campaign_id, each, routed[level, way]]
        for routed, each in given
        for way in left.ways(level)
        if routed.get((level, way))
    )


def _pull(queue: deque[list[int]], wanted: int) -> list[tuple[int, Dong, int]]:
    """Take so much from the front; neighbours of one campaign count as one."""
    taken: list[tuple[int, Dong, int]] = []
    while wanted and queue:
        head = queue[0]
        some = min(wanted, head[2])
        if taken and taken[-1][:2] == (head[0], head[1]):
            taken[-1] = (head[0], head[1], taken[-1][2] + some)
        else:
            taken.append((head[0], head[1], some))
        wanted -= some
        head[2] -= some
        if not head[2]:
            queue.popleft()
    return taken


def _route(
    needs: Mapping[int, int], left: _Left, caps: Sequence[int], rooms: Mapping[int, int]
) -> dict[tuple[int, int], int]:
    """The most that can flow from levels over lines to campaigns: (level, line) → how much.

    The shortest ways are taken first, in the order of the lines; a longer one lets an earlier level give way.
    """
    room: dict[tuple[Place, Place], int] = {}
    for level in needs:
        for number in left.ways(level):
            campaign = left.lines[number].campaign_id
            room[("level", level), ("line", number)] = UNBOUND
            room[("line", number), ("campaign", campaign)] = caps[number]
            room[("campaign", campaign), END] = rooms.get(campaign, 0)
    ways: dict[Place, list[Place]] = {}
    for start, end in room:
        ways.setdefault(start, []).append(end)
    for start, end in list(room):
        room[end, start] = 0  # what flows may be taken back
        ways.setdefault(end, []).append(start)
    for level, wanting in needs.items():
        while wanting and (path := _shortest(("level", level), ways, room)):
            amount = min(wanting, *(room[step] for step in path))
            for start, end in path:
                room[start, end] -= amount
                room[end, start] += amount
            wanting -= amount
    return {
        (level, number): taken
        for level in needs
        for number in left.ways(level)
        if (taken := room[("line", number), ("level", level)])
    }


Place = tuple[str, int]
END: Place = ("end", 0)


def _shortest(
    start: Place, ways: Mapping[Place, Sequence[Place]], room: Mapping[tuple[Place, Place], int]
) -> list[tuple[Place, Place]]:
    """The steps of the shortest way with room to the end; none when there is no way."""
    came_from: dict[Place, Place] = {start: start}
    queue = deque([start])
    while queue and END not in came_from:
        here = queue.popleft()
        for there in ways.get(here, ()):
            if there not in came_from and room[here, there] > 0:
                came_from[there] = here
                queue.append(there)
    path: list[tuple[Place, Place]] = []
    there = END
    while there != start:
        if there not in came_from:
            return []
        path.append((came_from[there], there))
        there = came_from[there]
    return path


def _sums(pairs: Iterable[tuple[Key, int]]) -> dict[Key, int]:
    found: dict[Key, int] = {}
    for key, value in pairs:
        found[key] = found.get(key, 0) + value
    return found
