"""Grants: who holds which role on which unit, from which day. Taken away, it is gone at the next request.

A role granted on a unit reaches everything below it today. A closed unit keeps the tree of its last
day, but only with those below it that are closed as well: its officers still answer for its books,
while the living units answer to whoever stands above them now.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Select,
    String,
    and_,
    bindparam,
    case,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column

from khuyenhoc.core import clock
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import Base, BigInt, db
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history.chains import INSTALLATION, lock
from khuyenhoc.history.events import record
from khuyenhoc.org import units
from khuyenhoc.org.permissions import FOR_ANYONE_SIGNED_IN, PERMISSIONS, ROLES
from khuyenhoc.org.units import Unit, UnitParent
from khuyenhoc.org.users import User


class Grant(Base):
    """One role of one person on one unit. ``starts`` to ``ends`` is the term; ``taken_at`` ends it at once."""

    __tablename__ = "grants"
    __table_args__ = (Index("ix_grants_user_id", "user_id"), Index("ix_grants_unit_id_role", "unit_id", "role"))
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    role: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    starts: Mapped[date] = mapped_column(Date)
    ends: Mapped[date | None] = mapped_column(Date)
    given_at: Mapped[str] = mapped_column(String(27))
    given_by: Mapped[str] = mapped_column(String(120))
    taken_at: Mapped[str | None] = mapped_column(String(27))
    taken_by: Mapped[str | None] = mapped_column(String(120))


def give(
    user: User, role: str, unit: Unit, *, by: Person, starts: date | None = None, ends: date | None = None
) -> Grant:
    """Grant a role on a unit and everything below it. Nobody grants a role to themselves."""
    starts = starts or clock.today()
    if role not in ROLES:
        raise RuleBroken(_("Không có vai trò này."), field="role")
    if user.id == by.id:
        raise RuleBroken(_("Không ai tự giao vai trò cho mình; xin nhờ người quản trị khác."))
    lock(INSTALLATION)  # two at once do not grant the same role twice
    if ends is not None and ends < starts:
        raise RuleBroken(_("Ngày thôi giữ vai trò phải sau ngày bắt đầu."), field="ends")
    if _overlapping(user, role, unit, starts, ends):
        raise RuleBroken(_("%(name)s đã giữ vai trò này ở đơn vị này.", name=user.signature), field="role")
    return _enter(user, role, unit, starts, ends, by=by)


def look_after(unit: Unit, user: User) -> None:
    """A unit that nobody administers – new and standing alone, or set free – falls to whoever made it so."""
    db.session.flush()
    if not administrators_of(unit):
        _enter(user, "administrator", unit, clock.today(), None, by=user)


def take_away(grant: Grant, *, by: Person, reason: str = "") -> None:
    """End a role at once. The last administrator over a unit in being stays."""
    if grant.taken_at is not None:
        raise RuleBroken(_("Vai trò này đã được thôi giao."))
    if grant.role == "administrator":
        require_another_administrator(grant.user_id, [grant])
    grant.taken_at = clock.stamp()
    grant.taken_by = by.signature
    user, unit = db.session.get_one(User, grant.user_id), db.session.get_one(Unit, grant.unit_id)
    _tell("role.taken_away", user, grant, unit, by=by, reason=reason)


def require_another_administrator(user_id: int, lost: Sequence[Grant]) -> None:
    """RuleBroken when a unit in being would be left without anyone who can administer it.

    Under the installation's lock, so that two administrators cannot remove each other at once.
    """
    lock(INSTALLATION)
    today = clock.today()
    units = db.session.scalars(
        select(Unit).where(Unit.id.in_([grant.unit_id for grant in lost])).order_by(Unit.id)
    ).all()
    for unit in units:
        if unit.valid_to is not None and unit.valid_to < today:
            continue
        if not any(other.id != user_id for other in administrators_of(unit)):
            raise RuleBroken(_("Đây là người quản trị cuối cùng của đơn vị; xin giao cho người khác trước."))


def administrators_of(unit: Unit) -> list[User]:
    """The active people who administer the unit today without a set end."""
    query = select(User).join(Grant, Grant.user_id == User.id)
    lasting = and_(Grant.role == "administrator", live(clock.today()), Grant.ends.is_(None), User.active.is_(True))
    candidates = db.session.scalars(query.where(lasting).distinct().order_by(User.id)).all()
    return [user for user in candidates if "administrator" in roles_by_unit(user).get(unit.id, frozenset())]


def get_grant(grant_id: int) -> Grant:
    """The grant of this id; NotFound when there is none."""
    grant = db.session.get(Grant, grant_id)
    if grant is None:
        raise NotFound(_("Không có vai trò này."))
    return grant


def of(user: User) -> Sequence[Grant]:
    """All roles the person ever held, the newest first."""
    query = select(Grant).where(Grant.user_id == user.id)
    return db.session.scalars(query.order_by(Grant.starts.desc(), Grant.id.desc())).all()


def live_of(user: User, day: date | None = None) -> Sequence[Grant]:
    """The roles the person holds on that day."""
    query = select(Grant).where(Grant.user_id == user.id, live(day or clock.today()))
    return db.session.scalars(query.order_by(Grant.id)).all()


def first_seat(user: User) -> Unit | None:
    """The unit that the letterhead shows: the first open one of those the person's roles were granted on."""
    seats = db.session.scalars(_seats(), {"user_id": user.id, "today": clock.today()}).all()
    return next((unit for unit in seats if units.is_open(unit)), seats[0] if seats else None)


@cache
def _seats() -> Select[Unit]:
    """Asked on every page: made once."""
    mine = select(Unit).join(Grant, Grant.unit_id == Unit.id).where(Grant.user_id == bindparam("user_id"))
    return mine.where(live(bindparam("today", type_=Date))).order_by(Grant.id)


def live(day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """The condition that a grant is in force on that day."""
    in_term = and_(Grant.starts <= day, or_(Grant.ends.is_(None), Grant.ends >= day))
    return and_(Grant.taken_at.is_(None), in_term)


def is_over(grant: Grant) -> bool:
    """Whether a grant was taken away or its term has ended."""
    return grant.taken_at is not None or (grant.ends is not None and grant.ends < clock.today())


def roles_by_unit(user: User) -> dict[int, frozenset[str]]:
    """Unit id → the roles that the person holds there today, everything below the granted units included."""
    found: dict[int, set[str]] = {}
    for unit_id, role in db.session.execute(_reach(), {"user_id": user.id, "today": clock.today()}):
        found.setdefault(unit_id, set()).add(role)
    return {unit_id: frozenset(roles) for unit_id, roles in found.items()}


def units_with(user: User, permission: str) -> frozenset[int]:
    """The ids of the units where the person has the permission today; KeyError for a permission that does not exist."""
    holders = PERMISSIONS[permission]
    if not user.active:
        return frozenset()
    return frozenset(unit_id for unit_id, roles in roles_by_unit(user).items() if roles & holders)


def can(user: User, permission: str, unit_id: int) -> bool:
    """Whether the person has the permission on the unit today (for rules and commands; views ask ``access``)."""
    return unit_id in units_with(user, permission) or (permission in FOR_ANYONE_SIGNED_IN and user.active)


def holders(permission: str, unit_id: int) -> list[User]:
    """The active people who have the permission on the unit today, for example to say whom an approval waits for."""
    query = select(User).join(Grant, Grant.user_id == User.id)
    query = query.where(Grant.role.in_(sorted(PERMISSIONS[permission])), live(clock.today()), User.active.is_(True))
    return [user for user in db.session.scalars(query.distinct().order_by(User.id)) if can(user, permission, unit_id)]


def offices_held(unit_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """Unit id → the roles that some active person holds there today, on the unit or on one above it."""
    above = {unit_id: [unit_id] for unit_id in unit_ids}
    level = units.parents_on(above)
    while level:
        for line in above.values():
            if line[-1] in level:
                line.append(level[line[-1]])
        level = units.parents_on(set(level.values()))
    wanted = Grant.unit_id.in_(sorted({each for line in above.values() for each in line}))
    query = select(Grant.unit_id, Grant.role).join(User, User.id == Grant.user_id)
    query = query.where(wanted, live(clock.today()), User.active.is_(True)).distinct()
    held: dict[int, set[str]] = {}
    for place, role in db.session.execute(query) if above else ():
        held.setdefault(place, set()).add(role)
    return {unit_id: frozenset().union(*(held.get(each, set()) for each in line)) for unit_id, line in above.items()}


@cache
def _reach() -> Select[int, str]:
    """Units and roles that ``user_id`` reaches ``today``: made once, for it is long and asked on every request."""
    user_id, today = bindparam("user_id", type_=BigInteger), bindparam("today", type_=Date)
    closed = and_(Unit.valid_to.is_not(None), Unit.valid_to < today)
    day = case((closed, Unit.valid_to), else_=today).label("day")
    granted = select(Grant.unit_id, Grant.role, day, case((closed, 1), else_=0).label("closed"))
    granted = granted.join(Unit, Unit.id == Grant.unit_id).where(Grant.user_id == user_id, live(today))
    reach = granted.cte("reach", recursive=True)
    child, link = aliased(Unit), aliased(UnitParent)
    further = select(link.unit_id, reach.c.role, reach.c.day, reach.c.closed)
    further = further.join(reach, link.parent_id == reach.c.unit_id).join(child, child.id == link.unit_id)
    further = further.where(
        link.starts <= reach.c.day,
        or_(link.ends.is_(None), link.ends >= reach.c.day),
        or_(reach.c.closed == 0, child.valid_to < today),
    )
    reach = reach.union(further)
    return select(reach.c.unit_id, reach.c.role).distinct()


def _enter(user: User, role: str, unit: Unit, starts: date, ends: date | None, *, by: Person) -> Grant:
    grant = Grant(
        user_id=user.id,
        role=role,
        unit_id=unit.id,
        starts=starts,
        ends=ends,
        given_at=clock.stamp(),
        given_by=by.signature,
    )
    db.session.add(grant)
    _tell("role.given", user, grant, unit, by=by)
    return grant


def _overlapping(user: User, role: str, unit: Unit, starts: date, ends: date | None) -> bool:
    query = select(Grant.id).where(Grant.user_id == user.id, Grant.role == role, Grant.unit_id == unit.id)
    query = query.where(Grant.taken_at.is_(None), or_(Grant.ends.is_(None), Grant.ends >= starts))
    if ends is not None:
        query = query.where(Grant.starts <= ends)
    return db.session.scalar(query.limit(1)) is not None


def _tell(action: str, user: User, grant: Grant, unit: Unit, *, by: Person, reason: str = "") -> None:
    details = {
        "role": grant.role,
        "unit": unit.code,
        "starts": grant.starts.isoformat(),
        "ends": grant.ends.isoformat() if grant.ends else None,
    }
    record(action, user, by=by, unit_id=INSTALLATION, reason=reason.strip(), details=details)
