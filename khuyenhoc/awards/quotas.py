"""Quotas: how many of a level a unit may nominate.

Whoever is nominated counts once: towards the lines of the nearest unit, itself or above, that has one for the level or
for all levels together. A line of the unit above is for whoever has none.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import func, select

from khuyenhoc.awards.award_tables import ENDED, Award
from khuyenhoc.awards.programme_tables import Programme, UnitQuota
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.history.events import Event
from khuyenhoc.org.units import last_parents_of, moves_since, name_on, unit_by_id

NOT_COUNTED = ("draft", "returned", *ENDED)
"""States that take no place of the quota: not confirmed, sent back, or ended."""

GIVEN = ("recommended", "decided", "published", "paid", "handed_over", "settled")
"""States that take one of the number that a level has."""

ALL_LEVELS = 0


@dataclass(frozen=True)
class Room:
    """One line of the allocation: of ``quota`` so many are ``used``. ``level_id`` 0: all levels together."""

    unit_id: int
    level_id: int
    quota: int
    used: int

    @property
    def left(self) -> int:
        """How many may still come."""
        return max(0, self.quota - self.used)


def rooms(programme: Programme, unit_id: int) -> list[Room]:
    """The lines that bind a unit; none when the programme has no allocation at all."""
    if not programme.quotas:
        return []
    holders = _holders(programme, [unit_id])[unit_id]
    binding = [line for line in programme.quotas if any(_binds(line, level_id, holders) for level_id in holders)]
    used = _used(programme)
    return [
        Room(line.unit_id, line.level_id, line.quota, _count(used, line))
        for line in sorted(binding, key=lambda line: (line.level_id, line.unit_id))
    ]


def require_room(programme: Programme, awards: Sequence[Award]) -> None:
    """RuleBroken when these nominations, with those confirmed before, pass a quota or a unit has none."""
    if not programme.quotas:
        return
    used, coming = _used(programme), _by_holder(programme, ((a.nominating_unit_id, a.level_id, 1) for a in awards))
    for award in {(award.nominating_unit_id, award.level_id): award for award in awards}.values():
        _require_line(programme, award)
    for line in sorted(programme.quotas, key=lambda line: (line.unit_id, line.level_id)):
        asked, room = _count(coming, line), Room(line.unit_id, line.level_id, line.quota, _count(used, line))
        if asked > room.left:
            raise RuleBroken(_over(programme, room, asked))


def left_of_levels(programme: Programme, besides: int | None = None) -> dict[int, int]:
    """Level → how many a meeting (of id ``besides``) may still put forward, for each level with a number of its own."""
    levels = {level.id: level.quota for level in programme.levels if level.quota is not None}
    query = select(Award.level_id, func.count()).where(Award.level_id.in_(sorted(levels)), Award.state.in_(GIVEN))
    if besides is not None:
        query = query.where(func.coalesce(Award.meeting_id, 0) != besides)
    given = dict(db.session.execute(query.group_by(Award.level_id)).all())
    return {level_id: max(0, quota - given.get(level_id, 0)) for level_id, quota in levels.items()}


def _require_line(programme: Programme, award: Award) -> None:
    """RuleBroken where others have lines for this level, or for all, and nobody on this unit's way up has."""
    unit_id = award.nominating_unit_id
    holders = _holders(programme, [unit_id])[unit_id]
    others_have = any(line.level_id in (ALL_LEVELS, award.level_id) for line in programme.quotas)
    if not others_have or holders.get(award.level_id) is not None:
        return
    name = name_on(unit_by_id(unit_id))
    if not any(holders.values()):
        raise RuleBroken(_("%(unit)s chưa được phân chỉ tiêu của chương trình này.", unit=name))
    raise RuleBroken(_("%(unit)s chưa được phân chỉ tiêu %(level)s.", unit=name, level=award.level.label))


def _over(programme: Programme, room: Room, asked: int) -> str:
    numbers = {"quota": room.quota, "used": room.used, "asked": asked, "left": room.left}
    level = next((one.label for one in programme.levels if one.id == room.level_id), "")
    if level:
        return _(
            "Mức %(level)s có chỉ tiêu %(quota)s, đã xác nhận %(used)s, chỉ còn %(left)s; xin bớt từ %(asked)s hồ sơ.",
            level=level,
            **numbers,
        )
    return _("Chỉ tiêu %(quota)s, đã xác nhận %(used)s, chỉ còn %(left)s; xin bớt từ %(asked)s hồ sơ.", **numbers)


Holders = Mapping[int, int | None]
"""Level → the unit whose lines bind what one unit nominates of it: its own, else the nearest above that has one."""


def _holders(programme: Programme, unit_ids: Iterable[int], day: date | None = None) -> dict[int, Holders]:
    """Unit → its holders, for many units, in the tree of that day (today)."""
    lines: dict[int, set[int]] = {}
    for line in programme.quotas:
        lines.setdefault(line.unit_id, set()).add(line.level_id)
    above = _above(unit_ids, day)
    found: dict[int, Holders] = {}
    for unit_id in unit_ids:
        mine: dict[int, int | None] = dict.fromkeys(level.id for level in programme.levels)
        here: int | None = unit_id
        while here is not None:
            for level_id in [level_id for level_id, holder in mine.items() if holder is None]:
                mine[level_id] = here if lines.get(here, set()) & {ALL_LEVELS, level_id} else None
            here = above.get(here)
        found[unit_id] = mine
    return found


def _above(unit_ids: Iterable[int], day: date | None) -> dict[int, int]:
    """Unit → the unit above it, for these and for all above them; what has closed still counts where it stood last."""
    found: dict[int, int] = {}
    here = frozenset(unit_ids)
    while here:
        parents = last_parents_of(here, day)
        found |= parents
        here = frozenset(parents.values()) - found.keys()
    return found


def _binds(line: UnitQuota, level_id: int, holders: Holders) -> bool:
    return holders[level_id] == line.unit_id and line.level_id in (ALL_LEVELS, level_id)


Counts = Mapping[tuple[int, int], int]
"""(Unit with lines, level) → how many nominations."""


def _used(programme: Programme) -> Counts:
    """What is confirmed, by the unit towards whose lines it counts: where the unit stood when it confirmed."""
    found: Counter[tuple[int, int]] = Counter()
    for day, rows in _confirmed(programme).items():
        found.update(_by_holder(programme, rows, day))
    return found


Rows = Iterable[tuple[int, int, int]]
"""Unit, level, how many it nominates."""


def _confirmed(programme: Programme) -> Mapping[date | None, Rows]:
    """Day → what was confirmed, the last time, from that day on, up to the next one on which a unit moved.

    All together, for today's tree, where no unit has moved since the programme opened.
    """
    mine = (Award.programme_id == programme.id, Award.state.not_in(NOT_COUNTED))
    place = (Award.nominating_unit_id, Award.level_id)
    moves = moves_since(programme.opens)
    if not moves:
        counted = db.session.execute(select(*place, func.count()).where(*mine).group_by(*place))
        return {None: counted.all()}
    confirmed = (Event.subject_table == "awards") & (Event.subject_id == Award.id) & (Event.action == "award.submitted")
    at = func.coalesce(select(func.max(Event.at)).where(confirmed).scalar_subquery(), Award.nominated_at)
    found: dict[date | None, list[tuple[int, int, int]]] = {}
    for stamp, unit_id, level_id in db.session.execute(select(at, *place).where(*mine)):
        day = clock.from_stamp(stamp).date()
        since = max((one for one in moves if one <= day), default=programme.opens)
        found.setdefault(since, []).append((unit_id, level_id, 1))
    return found


def _by_holder(programme: Programme, rows: Rows, day: date | None = None) -> Counts:
    rows = list(rows)
    holders = _holders(programme, {unit_id for unit_id, _level_id, _n in rows}, day)
    found: Counter[tuple[int, int]] = Counter()
    for unit_id, level_id, n in rows:
        holder = holders[unit_id].get(level_id)
        if holder is not None:
            found[holder, level_id] += n
    return found


def _count(counts: Counts, line: UnitQuota) -> int:
    return sum(
        n
        for (unit_id, level_id), n in counts.items()
        if unit_id == line.unit_id and line.level_id in (ALL_LEVELS, level_id)
    )
