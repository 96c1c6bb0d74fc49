"""Identity numbers: checked, encrypted at rest, compared by a keyed digest, masked on screen.

Both keys are derived from the installation's secret by HKDF, one for each use. Whoever has the
database and not the secret reads no number and cannot try numbers out against the digests. What
encrypts is loaded by the first number, not by the start.
"""

import base64
import hashlib
import hmac
import re
from datetime import date
from functools import lru_cache
from importlib import import_module
from typing import Any, NamedTuple

from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.recipients.recipient_tables import Recipient
from khuyenhoc.web import instance

LENGTH = 12
CENTURIES = {"0": 1900, "1": 1900, "2": 2000, "3": 2000, "4": 2100, "5": 2100}
"""The fourth digit of a number says century and sex: even for men, odd for women."""

_SEPARATORS = re.compile(r"[\s.\-–]")


class Kept(NamedTuple):
    """What is stored of a number: encrypted, its keyed digest, its last four digits."""

    sealed: str
    digest: str
    tail: str


NOTHING = Kept("", "", "")


def checked(typed: str, *, born: date | None = None, birth_year: int | None = None, gender: str = "") -> str:
    """The twelve digits of what was typed; RuleBroken unless they fit the birth and the sex that are on the card."""
    number = _SEPARATORS.sub("", typed[:40])
    if not re.fullmatch(r"[0-9]{12}", number):
        raise RuleBroken(_("Số định danh có đúng 12 chữ số."), field="identity")
    century = CENTURIES.get(number[3])
    if century is None:
        raise RuleBroken(_("Số định danh này không đúng: chữ số thứ tư phải từ 0 đến 5."), field="identity")
    year = born.year if born else birth_year
    if year and century + int(number[4:6]) != year:
        raise RuleBroken(_("Số định danh này không hợp với năm sinh %(year)s.", year=year), field="identity")
    if gender and (int(number[3]) % 2 == 0) != (gender == "male"):
        raise RuleBroken(_("Số định danh này không hợp với giới tính đã chọn."), field="identity")
    return number


def keep(number: str) -> Kept:
    """A checked number as it is stored."""
    return Kept(_fernet(instance.secret()).encrypt(number.encode()).decode(), digest(number), number[-4:])


def digest(number: str) -> str:
    """The keyed digest by which the same number is found again: HMAC-SHA-256, in hex."""
    return hmac.new(_key(instance.secret(), "identity digest"), number.encode(), hashlib.sha256).hexdigest()


def opened(recipient: Recipient) -> str:
    """The number itself; RuleBroken when the installation's secret is no longer the one it was encrypted with."""
    if not recipient.identity_sealed:
        return ""
    try:
        return _fernet(instance.secret()).decrypt(recipient.identity_sealed.encode()).decode()
    except import_module("cryptography.fernet").InvalidToken as wrong:
        raise RuleBroken(_("Không mở được số định danh: khóa bí mật của máy chủ đã đổi.")) from wrong


def masked(tail: str) -> str:
    """As it stands on every screen: ``•••• •••• 1234``."""
    return f"•••• •••• {tail}" if tail else ""


@lru_cache(maxsize=8)
def _fernet(secret: str) -> Any:
    return import_module("cryptography.fernet").Fernet(base64.urlsafe_b64encode(_key(secret, "identity number")))


@lru_cache(maxsize=8)
def _key(secret: str, use: str) -> bytes:
    hkdf, hashes = (import_module(f"cryptography.hazmat.primitives.{name}") for name in ("kdf.hkdf", "hashes"))
    derive = hkdf.HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=f"khuyenhoc {use}".encode())
    return bytes(derive.derive(secret.encode()))
