"""Quotas: how many a unit may nominate. A unit without a line of its own counts towards the nearest unit above it."""

from collections import Counter
from collections.abc import Iterable, Sequence

from sqlalchemy import func, select

from khuyenhoc.awards.award_tables import ENDED, Award
from khuyenhoc.awards.programme_tables import Programme, UnitQuota
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.org.units import below, name_on, parents_on, unit_by_id

NOT_COUNTED = ("draft", "returned", *ENDED)
"""States that take no place of the quota: not confirmed, sent back, or ended."""

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
    holder = _holder(programme, unit_id)
    if holder is None:
        return []
    used = _used(programme, below(unit_by_id(holder)))
    lines = sorted((q for q in programme.quotas if q.unit_id == holder), key=lambda q: q.level_id)
    return [Room(holder, line.level_id, line.quota, _count(used, line)) for line in lines]


def require_room(programme: Programme, awards: Sequence[Award]) -> None:
    """RuleBroken when these nominations, with those confirmed before, pass a quota or a unit has none."""
    if not programme.quotas:
        return
    coming: dict[int, list[Award]] = {}
    for award in awards:
        holder = _holder(programme, award.nominating_unit_id)
        if holder is None:
            name = name_on(unit_by_id(award.nominating_unit_id))
            raise RuleBroken(_("%(unit)s chưa được phân chỉ tiêu của chương trình này.", unit=name))
        coming.setdefault(holder, []).append(award)
    for holder, some in coming.items():
        for room in rooms(programme, holder):
            asked = sum(1 for award in some if room.level_id in (ALL_LEVELS, award.level_id))
            if asked > room.left:
                raise RuleBroken(_over(programme, room, asked))


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


def _holder(programme: Programme, unit_id: int) -> int | None:
    """The unit whose line binds this one: its own, else the nearest above that has one."""
    with_lines = {quota.unit_id for quota in programme.quotas}
    here: int | None = unit_id
    while here is not None and with_lines:
        if here in with_lines:
            return here
        here = parents_on([here]).get(here)
    return None


def _used(programme: Programme, unit_ids: Iterable[int]) -> Counter[int]:
    query = select(Award.level_id, func.count()).where(Award.nominating_unit_id.in_(sorted(unit_ids)))
    query = query.where(Award.programme_id == programme.id, Award.state.not_in(NOT_COUNTED)).group_by(Award.level_id)
    counts: dict[int, int] = dict(iter(db.session.execute(query)))
    return Counter(counts)


def _count(used: Counter[int], line: UnitQuota) -> int:
    return used.total() if line.level_id == ALL_LEVELS else used[line.level_id]
