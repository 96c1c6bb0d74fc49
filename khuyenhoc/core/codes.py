"""Codes that people copy, type and dictate, each with its check; and phones and tax codes."""

import re
import secrets
import unicodedata

ALPHABET = "23456789CFGHJKMNPQRTVXY"
"""No vowels, nothing that looks like something else: 23 symbols."""

VERIFICATION_LENGTH = 14  # 23**14 > 2**63: more than 60 bits
REFERENCE_PREFIX = "HKH"
REFERENCE_WEIGHTS = (2, 3, 4, 5, 6, 7)
TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_EMAIL = re.compile(r"[^\s@<>\"',;:\\()\[\]]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,185})\.[a-z]{2,24}", re.ASCII)
_SEPARATORS = re.compile(r"[\s\-–.]+")


def token() -> str:
    """A secret for an address: url-safe, 192 bits."""
    return secrets.token_urlsafe(24)


def verification_code() -> str:
    """A new check code of a paper, as it is stored: 14 random symbols."""
    return "".join(secrets.choice(ALPHABET) for _ in range(VERIFICATION_LENGTH))


def show_verification_code(code: str) -> str:
    """As it is printed: ``7K2M-9PVC-FGHJ-X4``."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def normalise_code(typed: str) -> str | None:
    """A check code as it is stored, from what a person typed; None when it cannot be one."""
    code = _SEPARATORS.sub("", typed[:64]).upper()
    return code if len(code) == VERIFICATION_LENGTH and set(code) <= set(ALPHABET) else None


def reference_code() -> str:
    """A new code for the memo of a transfer: HKH, six random symbols and a check symbol."""
    stem = "".join(secrets.choice(ALPHABET) for _ in REFERENCE_WEIGHTS)
    return REFERENCE_PREFIX + stem + reference_check(stem)


def reference_check(stem: str) -> str:
    """The check symbol of six symbols; it finds every single wrong symbol and every adjacent swap."""
    total = sum(w * ALPHABET.index(symbol) for w, symbol in zip(REFERENCE_WEIGHTS, stem, strict=True))
    return ALPHABET[total % len(ALPHABET)]


def is_reference_code(code: str) -> bool:
    """Whether a code has the form and the right check symbol."""
    stem = code[len(REFERENCE_PREFIX) : -1]
    if len(code) != 10 or not code.startswith(REFERENCE_PREFIX) or not set(code[3:]) <= set(ALPHABET):
        return False
    return reference_check(stem) == code[-1]


def normalise_tax_code(typed: str) -> str | None:
    """A tax code (mã số thuế) as it is stored, or None when it is not one.

    Ten digits with a check digit, the same with ``-001`` of a branch, or a person's 12 digits.
    """
    code = re.sub(r"[\s.]", "", typed[:40]).replace("–", "-")
    if re.fullmatch(r"[0-9]{12}", code):
        return code
    if match := re.fullmatch(r"([0-9]{10})(?:-?([0-9]{3}))?", code):
        stem, branch = match.groups()
        if _tax_check(stem) == int(stem[9]) and branch != "000":
            return f"{stem}-{branch}" if branch else stem
    return None


def _tax_check(stem: str) -> int:
    return 10 - sum(w * int(digit) for w, digit in zip(TAX_WEIGHTS, stem, strict=False)) % 11


def normalise_phone(typed: str) -> str | None:
    """A phone number as it is stored, digits with ``+``: ``+84900000001``; None when it is not one.

    Mobile numbers have 10 digits (03, 05, 07, 08, 09), land lines 11 (02…); foreign numbers
    start with ``+`` and have 8 to 15 digits.
    """
    number = re.sub(r"[\s.\-–()]", "", unicodedata.normalize("NFC", typed[:40]))
    if re.fullmatch(r"(?:\+|00)?840?[2-9][0-9]{8,9}", number):
        number = "0" + re.sub(r"^(?:\+|00)?840?", "", number)
    if re.fullmatch(r"0[35789][0-9]{8}|02[0-9]{9}", number):
        return "+84" + number[1:]
    if re.fullmatch(r"\+(?!84)[1-9][0-9]{7,14}", number):
        return number
    return None


def national_digits(phone: str) -> str:
    """A stored number as one dials it at home, digits only: ``0900000001``."""
    return "0" + phone[3:] if phone.startswith("+84") else phone.lstrip("+")


def normalise_email(typed: str) -> str | None:
    """An e-mail address as it is stored, in small letters; None when it is not one."""
    address = unicodedata.normalize("NFC", typed[:300]).strip().lower()
    return address if _EMAIL.fullmatch(address) else None


def show_phone(phone: str) -> str:
    """As people write it: ``0900 000 001``; a foreign number as it is stored."""
    if not phone.startswith("+84"):
        return phone
    digits = national_digits(phone)
    return f"{digits[:4]} {digits[4:7]} {digits[7:]}"
