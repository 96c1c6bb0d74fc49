"""Who sees which programme and which award: the one place where that is decided. Whatever is foreign is not there.

The unit that keeps the books sees all of a programme. Whoever looks after a unit below it sees the
programme once it is open, and of its awards those that this unit, or one below it, nominated, or one
that has closed and gone over to it wholly. A member of the committee sees an award from the moment it
is put before the committee, and no draft.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from khuyenhoc.awards import programmes
from khuyenhoc.awards.award_tables import STATES, Award
from khuyenhoc.awards.programme_tables import Programme
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import NotFound
from khuyenhoc.core.text import gettext as _
from khuyenhoc.org import access
from khuyenhoc.org.permissions import PERMISSIONS
from khuyenhoc.org.units import parents_on
from khuyenhoc.recipients import gate

MEMBER = frozenset({"committee_member"})
BEFORE_MEMBERS = tuple(state for state in STATES if state not in ("draft", "submitted", "verified", "returned"))
"""States of an award that the committee has or had before it."""


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


def results_or_404(code: str) -> Programme:
    """The programme of this code for whoever may see what its meetings came to: who may see the meetings themselves."""
    programme = programme_or_404(code)
    if programme.unit_id not in access.units_where("meeting.see"):
        raise NotFound(_("Không có chương trình này."))
    return programme


def seen_awards() -> ColumnElement[bool]:
    """The condition that the person sees an award: of a unit they look after, or put before their committee."""
    mine, member = _looked_after(), _sits_for()
    before_me = and_(Award.unit_id.in_(member), Award.state.in_(BEFORE_MEMBERS))
    return or_(Award.unit_id.in_(mine), Award.nominating_unit_id.in_(mine), before_me)


def select_awards(programme: Programme, *entities: Any) -> Select[Any]:
    """The awards of a programme that the person may see, as ``entities`` (the award itself)."""
    return select(*(entities or (Award,))).where(Award.programme_id == programme.id, seen_awards())


def parts_of(award: Award) -> frozenset[str]:
    """The parts of the recipient's file that the person may read with this award."""
    roles = access.my_roles_and_former()
    held = roles.get(award.nominating_unit_id, frozenset()) | roles.get(award.unit_id, frozenset())
    return gate.parts_for(held if award.state in BEFORE_MEMBERS else held - MEMBER)


def _looked_after() -> list[int]:
    """The units whose awards the person sees by a role other than a member's, those that went over to them too."""
    holders = PERMISSIONS["award.see"] - MEMBER
    return sorted(unit_id for unit_id, roles in access.my_roles_and_former().items() if roles & holders)


def _sits_for() -> list[int]:
    """The units for whose programmes the person may sit on a committee."""
    return sorted(unit_id for unit_id, roles in access.my_roles().items() if roles & MEMBER)


def award_or_404(programme: Programme, number: int) -> Award:
    """The award of this number in the programme, if the person may see it."""
    award: Award | None = db.session.scalar(select_awards(programme).where(Award.number == number))
    if award is None:
        raise NotFound(_("Không có hồ sơ này."))
    return award
