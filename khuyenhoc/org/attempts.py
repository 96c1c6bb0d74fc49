"""Attempts to sign in: counted per account and per network address, so that guessing is slow.

Every attempt is written down as failed *before* the password is looked at; a success clears it. The
names that were typed are kept only as a hash, because now and then somebody types a password there.
"""

import hashlib
from datetime import timedelta
from ipaddress import ip_address

from sqlalchemy import CheckConstraint, ColumnElement, Index, String, delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from khuyenhoc.core import clock, names
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import Base, BigInt, db
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history.chains import INSTALLATION
from khuyenhoc.history.events import record
from khuyenhoc.org.users import User

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 8
PER_ADDRESS = 50
KEPT = timedelta(days=30)


class TooManyAttempts(RuleBroken):
    """Sign-in is closed for a while for this account or this address (429). ``minutes`` says how long."""

    def __init__(self, minutes: int) -> None:
        super().__init__(
            _(
                "Đã thử sai nhiều lần. Xin đợi %(minutes)s phút rồi thử lại, hoặc gọi người quản trị của Hội.",
                minutes=minutes,
            )
        )
        self.minutes = minutes


class SignInAttempt(Base):
    """One attempt. ``account`` is a hash of whom it was for; known and unknown names look alike."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (
        CheckConstraint("outcome IN ('failed', 'succeeded', 'forgiven')", name="outcome"),
        Index("ix_sign_in_attempts_account_at", "account", "at"),
        Index("ix_sign_in_attempts_address_at", "address", "at"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    account: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(45))
    at: Mapped[str] = mapped_column(String(27))
    outcome: Mapped[str] = mapped_column(String(10))


def admit(user: User | None, typed_name: str, address: str) -> SignInAttempt:
    """Write down an attempt, or raise TooManyAttempts when there were too many failures lately."""
    account, network = account_key(user, typed_name), network_of(address)
    _require_few(SignInAttempt.account == account, PER_ACCOUNT)
    _require_few(SignInAttempt.address == network, PER_ADDRESS)
    attempt = SignInAttempt(account=account, address=network, at=clock.stamp(), outcome="failed")
    db.session.add(attempt)
    db.session.flush()
    return attempt


def succeeded(attempt_id: int) -> None:
    """The attempt was right: it clears the account's failures, and old attempts are forgotten."""
    attempt = db.session.get_one(SignInAttempt, attempt_id)
    attempt.outcome = "succeeded"
    db.session.flush()
    _forgive(attempt.account)
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.at < clock.stamp(clock.now() - KEPT)))


def failures_of(user: User) -> int:
    """How often signing in to this account failed lately."""
    return _failures(SignInAttempt.account == account_key(user, ""))[0]


def is_locked(user: User) -> bool:
    """Whether the account takes no sign-in at the moment."""
    return failures_of(user) >= PER_ACCOUNT


def unlock(user: User, *, by: Person) -> None:
    """Let the person try again at once."""
    _forgive(account_key(user, ""))
    record("user.unlocked", user, by=by, unit_id=INSTALLATION)


def account_key(user: User | None, typed_name: str) -> str:
    """One key per account, by whichever of its names it was tried, and one per unknown name."""
    whom = f"user {user.id}" if user is not None else f"name {names.clean(typed_name).lower()}"
    return hashlib.sha256(whom.encode("utf-8", "surrogatepass")).hexdigest()


def network_of(address: str) -> str:
    """The address as it is counted: one of IPv4, or the /64 that one household of IPv6 has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:45]
    if parsed.version == 4:
        return str(parsed)
    return ":".join(parsed.exploded.split(":")[:4]) + "::"


def _require_few(whose: ColumnElement[bool], most: int) -> None:
    count, oldest = _failures(whose)
    if count >= most and oldest is not None:
        left = clock.from_stamp(oldest) + WINDOW - clock.now()
        raise TooManyAttempts(max(1, -(-int(left.total_seconds()) // 60)))


def _failures(whose: ColumnElement[bool]) -> tuple[int, str | None]:
    since = clock.stamp(clock.now() - WINDOW)
    recent = select(func.count(), func.min(SignInAttempt.at))
    row = db.session.execute(recent.where(whose, SignInAttempt.outcome == "failed", SignInAttempt.at > since)).one()
    return int(row[0]), row[1]


def _forgive(account: str) -> None:
    failed = update(SignInAttempt).where(SignInAttempt.account == account, SignInAttempt.outcome == "failed")
    db.session.execute(failed.values(outcome="forgiven"))
