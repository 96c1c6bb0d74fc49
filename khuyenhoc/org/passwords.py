"""Passwords: argon2id, sized for a small machine with eight threads (stack.md: 29 ms, 19 MiB)."""

import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _

SHORTEST, LONGEST = 10, 200
_ALPHABET = "23456789cfghjkmnpqrtvxy"
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$WljBWKsG8QncBgXbecioCA$oFmMArtwRWz+y42IgCO/UYZmL8TUZ7vn3YXRJShkYsQ"
"""The hash of a thrown-away password, checked for unknown names so that they take as long as known ones."""


def hashed(password: str) -> str:
    """What is stored of a password. Different keyboards write the same letter differently: NFC makes them one."""
    return _hasher.hash(_one_form(password))


def matches(password_hash: str, typed: str) -> bool:
    """Whether the typed password is the stored one; takes the same time either way."""
    try:
        return _hasher.verify(password_hash, _one_form(typed[:LONGEST]))
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other costs than today's."""
    return _hasher.check_needs_rehash(password_hash)


def require_good(password: str, *, username: str) -> None:
    """RuleBroken unless the password is long enough and not easily guessed."""
    if len(password) < SHORTEST:
        raise RuleBroken(
            _("Mật khẩu cần ít nhất %(least)s ký tự; một câu ngắn dễ nhớ là tốt nhất.", least=SHORTEST),
            field="password",
        )
    if len(password) > LONGEST:
        raise RuleBroken(_("Mật khẩu dài nhất %(most)s ký tự.", most=LONGEST), field="password")
    plain = password.casefold()
    if len(set(plain)) < 5 or plain in ("1234567890", "0123456789", "qwertyuiop", "matkhau123", "password123"):
        raise RuleBroken(_("Mật khẩu này quá dễ đoán."), field="password")
    if username.casefold() in plain and len(username) * 2 > len(plain):
        raise RuleBroken(_("Mật khẩu không được giống tên đăng nhập."), field="password")


def one_time() -> str:
    """A password to be read out on the telephone and changed at once: ``7k2m-9pvc-fghj`` (54 bits)."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _place in range(4)) for _group in range(3))


def _one_form(password: str) -> str:
    return unicodedata.normalize("NFC", password)
