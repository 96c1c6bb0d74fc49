"""One line per envelope: ``minh hoa 2tr`` says who gives and how much.

Only what cannot be part of a name is taken for the amount: digits with a suffix (``500k``, ``2 triệu``, ``50.000đ``),
in groups of three (``1.234.000``), or five and more of them. ``Lớp 9A khóa 1996`` stays a name. What nobody's name
ends in but can be read two ways (``1.5``, ``500``) is taken too: the amount's own field then asks what is meant.
"""

import re
import unicodedata
from collections.abc import Sequence

from khuyenhoc.core.dong import SUFFIXES

_SUFFIX = "|".join(sorted(SUFFIXES, key=len, reverse=True))
_AMOUNT = re.compile(
    rf"""(?P<who>.*\S)[ ](?P<amount>
        [0-9][0-9.,]*[ ]?(?:{_SUFFIX})[0-9]{{0,3}}(?:[ ]?(?:đồng|vnđ|vnd|đ|₫))?
      | [0-9][0-9.,]*[ ]?(?:đồng|vnđ|vnd|đ|₫)
      | [1-9][0-9]{{0,2}}(?:[.,][0-9]{{3}})+
      | [1-9][0-9]{{4,11}}
      | [0-9]{{1,3}}[.,][0-9]{{1,2}}
      | [1-9][0-9]{{2}}
    )""",
    re.VERBOSE | re.IGNORECASE,
)

_NUMBERED = frozenset(
    (
        *("lớp", "khóa", "khoá", "tổ", "đội", "khối", "trường", "phòng"),
        *("số", "nhà", "đường", "phố", "hẻm", "ấp", "thôn"),
    )
)
"""What stands before a number that belongs to the name: ``Tổ 101``."""


def split(typed: str) -> tuple[str, str]:
    """Who, and how much as it was typed; the whole line and nothing where it does not end in an amount."""
    line = " ".join(unicodedata.normalize("NFC", typed).split())
    found = _AMOUNT.fullmatch(line) if len(line) <= 200 else None
    if not found or (found["amount"].isdigit() and found["who"].split()[-1].casefold() in _NUMBERED):
        return typed, ""
    return found["who"], found["amount"]


def told_apart(donor: str, amounts: Sequence[str]) -> tuple[str, list[str]]:
    """The two fields as they would have been typed, where the amount was left empty and stands behind the name."""
    if amounts and amounts[0].strip():
        return donor, list(amounts)
    who, amount = split(donor)
    return (who, [amount, *amounts[1:]]) if amount else (donor, list(amounts))
