"""One line per envelope: ``minh hoa 2tr`` says who gives and how much.

Only what cannot be part of a name is taken for the amount: digits with a suffix (``500k``, ``2 triệu``, ``50.000đ``),
in groups of three (``1.234.000``), or five and more of them. ``Lớp 9A khóa 1996`` stays a name.
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
    )""",
    re.VERBOSE | re.IGNORECASE,
)


def split(typed: str) -> tuple[str, str]:
    """Who, and how much as it was typed; the whole line and nothing where it does not end in an amount."""
    line = " ".join(unicodedata.normalize("NFC", typed).split())
    found = _AMOUNT.fullmatch(line) if len(line) <= 200 else None
    return (found["who"], found["amount"]) if found else (typed, "")


def told_apart(donor: str, amounts: Sequence[str]) -> tuple[str, list[str]]:
    """The two fields as they would have been typed, where the amount was left empty and stands behind the name."""
    if amounts and amounts[0].strip():
        return donor, list(amounts)
    who, amount = split(donor)
    return (who, [amount, *amounts[1:]]) if amount else (donor, list(amounts))
