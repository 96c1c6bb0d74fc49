"""Who sees which programme and which award: the one place where that is decided. Whatever is foreign is not there.

The unit that keeps the books sees all of a programme. Whoever looks after a unit below it sees the
programme once it is open, and of its awards those that this unit, or one below it, nominated.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, select

from khuyenhoc.awards import programmes
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.programme_tables import Programme
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import NotFound
from khuyenhoc.core.text import gettext as _
from khuyenhoc.org import access
from khuyenhoc.org.units import parents_on


def above(unit_ids: Collection[int]) -> frozenset[int]:
    """The units somewhere above these today."""
    found: set[int] = set()
    here = frozenset(unit_ids)
    while here:
        here = frozenset(parents_on(here).values()) - found
        found |= here
    return frozenset(found)


def select_programmes() -> Select[Any]:
    """The programmes that the person who is asking may see."""
    seen = access.units_where("programme.see")
    statement: Select[Any] = programmes.select_seen(seen, above(seen))
    return statement


def programme_or_404(code: str, permission: str = "programme.see") -> Programme:
    """The programme of this code if the person may see it; ``permission`` is insisted on at its own unit."""
    programme = programmes.get(code)
    seen = access.units_where("programme.see")
    visible = programme.unit_id in seen or (programme.state != "draft" and programme.unit_id in above(seen))
    if not visible:
        raise NotFound(_("Không có chương trình này."))
    if permission != "programme.see":
        access.require(permission, programme.unit_id)
    return programme


def select_awards(programme: Programme, *entities: Any) -> Select[Any]:
    """The awards of a programme that the person may see, as ``entities`` (the award itself)."""
    statement = select(*(entities or (Award,))).where(Award.programme_id == programme.id)
    seen = access.units_where("award.see")
    return statement if programme.unit_id in seen else statement.where(Award.nominating_unit_id.in_(sorted(seen)))


def award_or_404(programme: Programme, number: int) -> Award:
    """The award of this number in the programme, if the person may see it."""
    award: Award | None = db.session.scalar(select_awards(programme).where(Award.number == number))
    if award is None:
        raise NotFound(_("Không có hồ sơ này."))
    return award


def sees_all(programme: Programme) -> bool:
    """Whether the person sees the awards of every unit."""
    return programme.unit_id in access.units_where("award.see")
