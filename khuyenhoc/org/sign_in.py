"""Signing in: the same answer, in text and in time, for known and unknown names.

Three steps, because hashing must not hold up other writers: ``ask`` writes the attempt down,
``prove`` checks the password outside any transaction, ``enter`` opens the session.
"""

from typing import NamedTuple

from khuyenhoc.core.database import db
from khuyenhoc.org import attempts, passwords, sessions, users
from khuyenhoc.org.users import User


class Asked(NamedTuple):
    """An attempt that was let in: its row, and whom it is for (None: nobody we know)."""

    attempt_id: int
    user_id: int | None
    password_hash: str


def ask(typed_name: str, address: str) -> Asked:
    """Write the attempt down; TooManyAttempts when the account or the address failed too often."""
    user = users.find_by_sign_in_name(typed_name)
    attempt = attempts.admit(user, typed_name, address)
    known = user is not None and user.active
    return Asked(
        attempt.id, user.id if user and known else None, user.password_hash if user and known else passwords.NOBODY
    )


def prove(asked: Asked, password: str) -> bool:
    """Whether the password is right. Always hashes once, so that an unknown name takes as long as a known one."""
    return passwords.matches(asked.password_hash, password) and asked.user_id is not None


def enter(asked: Asked, password: str, *, address: str, device: str, former_token: str | None) -> tuple[User, str]:
    """Open a session after a proven password; gives the person and the new token.

    A session the same browser held before is ended, so that a token never outlives a sign-in.
    """
    user = db.session.get_one(User, asked.user_id)
    attempts.succeeded(asked.attempt_id)
    if passwords.is_outdated(user.password_hash):
        users.renew_hash(user, password)
    if former_token:
        sessions.end_by_token(former_token, by=user)
    return user, sessions.start(user, address=address, device=device)
