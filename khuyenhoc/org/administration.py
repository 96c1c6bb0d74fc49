"""Administration: what an administrator may do to other people's accounts, and to whose.

An administrator looks after those whose roles all lie within the administrator's own units. Whoever
also holds a role elsewhere is seen, with the roles held here, but the account itself (name, password,
sessions) belongs to who stands above both: else a reset password would open foreign books.
"""

from sqlalchemy import ColumnElement, Select, and_, exists, literal, or_, select, true

from khuyenhoc.core import clock
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history.chains import INSTALLATION, lock
from khuyenhoc.history.events import Event, record
from khuyenhoc.org import attempts, grants, passwords, sessions, users
from khuyenhoc.org.grants import Grant
from khuyenhoc.org.units import Unit
from khuyenhoc.org.users import COMMAND_LINE, User


def create_first_administrator(
    *, unit: Unit, username: str, full_name: str, honorific: str, password: str, email: str = ""
) -> User:
    """The first person of a new installation, made at the server's terminal."""
    user = users.create(
        username=username, full_name=full_name, honorific=honorific, password=password, email=email, by=COMMAND_LINE
    )
    grants.give(user, "administrator", unit, by=COMMAND_LINE)
    return user


def open_account(*, username: str, full_name: str, honorific: str, email: str, by: Person) -> tuple[User, str]:
    """Open an account with a one-time password, to be read out and changed at the first sign-in."""
    one_time = passwords.one_time()
    user = users.create(
        username=username,
        full_name=full_name,
        honorific=honorific,
        email=email,
        password=one_time,
        must_change_password=True,
        by=by,
    )
    return user, one_time


def people_within(reach: frozenset[int]) -> Select[User]:
    """The people an administrator of these units sees: with a role there, or with none at all."""
    return select(User).where(_seen_from(reach))


def get_person(user_id: int, reach: frozenset[int]) -> User:
    """The person of this id; NotFound unless an administrator of these units sees them."""
    user = db.session.scalar(people_within(reach).where(User.id == user_id))
    if user is None:
        raise NotFound(_("Không có người dùng này."))
    return user


def may_manage(user: User, reach: frozenset[int]) -> bool:
    """Whether an administrator of these units may change the account itself: no role of it lies elsewhere."""
    held = grants.of(user)
    lasting = [grant for grant in held if not grants.is_over(grant)]
    return all(grant.unit_id in reach for grant in lasting or held)


def require_manage(user: User, reach: frozenset[int]) -> None:
    """NotAllowed when the account also serves units of others."""
    if not may_manage(user, reach):
        raise NotAllowed(_("Người này còn giữ vai trò ở đơn vị khác; xin nhờ người quản trị của cả hai nơi."))


def deeds_seen(reach: frozenset[int]) -> ColumnElement[bool]:
    """Of the deeds that belong to no unit's books: those that concern somebody with a role, or a unit, of this reach.

    A role given or taken away is told where it was held. What all units share (schools, items, common rules)
    is told to everybody; and to whoever reaches every unit there is, everything.
    """
    if reach >= set(db.session.scalars(select(Unit.id))):
        return true()
    here = Unit.id.in_(sorted(reach))
    of_role = Event.action.startswith("role.")
    people = select(Grant.user_id).where(Grant.unit_id.in_(sorted(reach)))
    held_here = exists().where(here, Event.details.contains(literal('"unit": "') + Unit.code + literal('"')))
    return or_(
        Event.subject_table.not_in(("users", "units")),
        and_(Event.subject_table == "units", Event.subject_id.in_(sorted(reach))),
        and_(Event.subject_table == "users", of_role, held_here),
        and_(Event.subject_table == "users", ~of_role, Event.subject_id.in_(people)),
    )


def deactivate(user: User, *, by: Person, reason: str) -> None:
    """Stop an account at once: it cannot sign in any more, its name stays on what it did."""
    if user.id == by.id:
        raise RuleBroken(_("Không ai tự ngừng tài khoản của mình."))
    if not reason.strip():
        raise RuleBroken(_("Xin ghi lý do."), field="reason")
    if not user.active:
        raise RuleBroken(_("Tài khoản này đã ngừng."))
    lock(INSTALLATION)
    lost = [grant for grant in grants.live_of(user) if grant.role == "administrator"]
    grants.require_another_administrator(user.id, lost)
    user.active = False
    sessions.end_all_of(user, by=by)
    record("user.deactivated", user, by=by, unit_id=INSTALLATION, reason=reason.strip())


def reactivate(user: User, *, by: Person) -> None:
    """Let a stopped account be used again, with the roles it still holds."""
    if user.active:
        raise RuleBroken(_("Tài khoản này đang dùng."))
    user.active = True
    record("user.reactivated", user, by=by, unit_id=INSTALLATION)


def reset_password(user: User, *, by: Person) -> str:
    """Give a one-time password that must be changed at sign-in; ends all sessions and unlocks the account."""
    if user.id == by.id:
        raise RuleBroken(_("Mật khẩu của chính mình xin đổi ở trang tài khoản."))
    one_time = users.reset_password(user, by=by)
    sessions.end_all_of(user, by=by)
    attempts.unlock(user, by=by)
    return one_time


def _seen_from(reach: frozenset[int]) -> ColumnElement[bool]:
    """By the roles held now or to come; of those who hold none, by the roles once held."""
    own = Grant.user_id == User.id
    lasting = and_(own, Grant.taken_at.is_(None), or_(Grant.ends.is_(None), Grant.ends >= clock.today()))
    here = Grant.unit_id.in_(sorted(reach))
    former = and_(~exists().where(lasting), exists().where(own, here))
    return or_(exists().where(lasting, here), former, ~exists().where(own))
