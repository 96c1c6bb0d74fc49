"""Sessions: one row per sign-in. The cookie holds only a random token, the row only its hash.

So a session can be listed, ended by its owner or by the administrator, and a cookie kept from an
ended one opens nothing.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, ForeignKey, Index, String, and_, bindparam, select, update
from sqlalchemy.orm import Mapped, mapped_column

from khuyenhoc.core import clock
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import Base, BigInt, db
from khuyenhoc.core.errors import NotFound
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history.chains import INSTALLATION, lock
from khuyenhoc.history.events import record
from khuyenhoc.org.users import User

SEEN_EVERY = timedelta(minutes=1)
"""``last_seen`` is written at most this often, so that reading does not become writing."""

_BROWSERS = (
    ("Zalo", "Zalo"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("coc_coc", "Cốc Cốc"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


class Limits(NamedTuple):
    """How long a session lives: without a sign of life, and at all."""

    idle: timedelta
    absolute: timedelta


class UserSession(Base):
    """One sign-in on one device, until it is ended or too old."""

    __tablename__ = "user_sessions"
    __table_args__ = (Index("ix_user_sessions_user_id", "user_id"),)
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[str] = mapped_column(String(27))
    last_seen: Mapped[str] = mapped_column(String(27))
    address: Mapped[str] = mapped_column(String(45))
    device: Mapped[str] = mapped_column(String(200))
    ended_at: Mapped[str | None] = mapped_column(String(27))
    ended_by: Mapped[str | None] = mapped_column(String(120))


def start(user: User, *, address: str, device: str) -> str:
    """Open a session and give the token for the cookie; only its hash is kept."""
    token = secrets.token_urlsafe(32)
    now = clock.stamp()
    session = UserSession(
        token_hash=_hash(token),
        user_id=user.id,
        created_at=now,
        last_seen=now,
        address=address[:45],
        device=device[:200],
    )
    db.session.add(session)
    return token


_OPENED = (
    select(UserSession, User)
    .join(User, User.id == UserSession.user_id)
    .where(
        UserSession.token_hash == bindparam("token_hash"),
        UserSession.ended_at.is_(None),
        UserSession.last_seen > bindparam("seen_after"),
        UserSession.created_at > bindparam("made_after"),
    )
)


def find(token: str, limits: Limits) -> UserSession | None:
    """The living session that a cookie's token opens, or nothing."""
    found = opened(token, limits)
    return found[0] if found is not None else None


def opened(token: str, limits: Limits) -> tuple[UserSession, User] | None:
    """The living session that a cookie's token opens, and whose it is; or nothing."""
    seen_after, made_after = _oldest(limits)
    asked = {"token_hash": _hash(token), "seen_after": seen_after, "made_after": made_after}
    found = db.session.execute(_OPENED, asked).first()
    return (found[0], found[1]) if found is not None else None


def of(user: User, limits: Limits) -> Sequence[UserSession]:
    """The person's living sessions, the latest seen first."""
    query = select(UserSession).where(UserSession.user_id == user.id, _living(limits))
    return db.session.scalars(query.order_by(UserSession.last_seen.desc())).all()


def is_due(session: UserSession) -> bool:
    """Whether it is time to write again that the session was seen."""
    return session.last_seen <= clock.stamp(clock.now() - SEEN_EVERY)


def seen(session_id: int) -> None:
    """Note that the session was in use just now."""
    db.session.execute(update(UserSession).where(UserSession.id == session_id).values(last_seen=clock.stamp()))


def end(session: UserSession, *, by: Person) -> None:
    """End one session; its cookie opens nothing from the next request on."""
    session.ended_at = clock.stamp()
    session.ended_by = by.signature


def end_by_token(token: str, *, by: Person) -> None:
    """End the session that a token opens, if any."""
    session = db.session.scalar(select(UserSession).where(UserSession.token_hash == _hash(token)))
    if session is not None and session.ended_at is None:
        end(session, by=by)


def end_one_of(user: User, session_id: int, *, by: Person) -> None:
    """End the session of this id; NotFound unless it is this person's."""
    lock(INSTALLATION)
    session = db.session.get(UserSession, session_id)
    if session is None or session.user_id != user.id:
        raise NotFound(_("Không có phiên đăng nhập này."))
    if session.ended_at is None:
        end(session, by=by)
        record("session.ended", user, by=by, unit_id=INSTALLATION)


def end_all_of(user: User, *, by: Person, but: int | None = None) -> None:
    """End every session of a person, except perhaps the one at work."""
    query = update(UserSession).where(UserSession.user_id == user.id, UserSession.ended_at.is_(None))
    if but is not None:
        query = query.where(UserSession.id != but)
    db.session.execute(query.values(ended_at=clock.stamp(), ended_by=by.signature))


def device_name(user_agent: str) -> str:
    """Browser and system in a word or two, as far as the browser tells."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if browser and system:
        return _("%(browser)s trên %(system)s", browser=browser, system=system)
    return browser or system or _("Thiết bị không rõ")


def _living(limits: Limits) -> ColumnElement[bool]:
    seen_after, made_after = _oldest(limits)
    return and_(UserSession.ended_at.is_(None), UserSession.last_seen > seen_after, UserSession.created_at > made_after)


def _oldest(limits: Limits) -> tuple[str, str]:
    """After which instants a living session was last seen and was made."""
    now = clock.now()
    return clock.stamp(now - limits.idle), clock.stamp(now - limits.absolute)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
