"""Đồng: whole numbers, how they are shown, and how they are read from what people type.

The reader never guesses. What can be read in one way only is read; what can be read two ways is
asked (``Unclear`` with the readings to choose from); everything else is refused in words.
Only the ASCII digits 0–9 count: Arabic or full-width digits are not digits here.
"""

import re
import unicodedata

from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.names import clean
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.core.words import amount as words

__all__ = ["LARGEST", "Dong", "Reading", "Unclear", "figures", "percent", "read", "show", "words"]

Dong = int
LARGEST: Dong = 999_999_999_999
SMALLEST_UNASKED: Dong = 1_000
NBSP = "\u00a0"
MINUS = "\u2212" + NBSP


def figures(number: int) -> str:
    """``1.234.567``; below zero ``− 1.234.567`` with a true minus and a no-break space."""
    return (MINUS if number < 0 else "") + f"{abs(number):,}".replace(",", ".")


def show(amount: Dong) -> str:
    """``1.234.567 ₫`` with a no-break space."""
    return f"{figures(amount)}{NBSP}₫"


def percent(part: int, whole: int, places: int = 0) -> str:
    """``77,07 %``, cut and never rounded, so that 100 % means reached; ``–`` of nothing."""
    if whole == 0:
        return "–"
    scaled = abs(part) * 100 * 10**places // abs(whole)
    sign = MINUS if scaled and (part < 0) != (whole < 0) else ""
    before, after = divmod(scaled, 10**places)
    decimals = f",{after:0{places}d}" if places else ""
    return f"{sign}{figures(before)}{decimals}{NBSP}%"


@dataclass(frozen=True)
class Reading:
    """An amount as it was understood; figures and words are what the person is shown at once."""

    amount: Dong

    @property
    def shown(self) -> str:
        """``1.500.000 ₫``."""
        return show(self.amount)

    @property
    def words(self) -> str:
        """``Một triệu năm trăm nghìn đồng``."""
        return words(self.amount)


class Unclear(RuleBroken):
    """The amount can be read in the ways of ``readings``; the person must choose one of them."""

    def __init__(self, sentence: str, readings: list[Dong]) -> None:
        super().__init__(sentence)
        self.readings = readings


SUFFIXES: dict[str, int] = {
    "k": 10**3,
    "nghìn": 10**3,
    "ngàn": 10**3,
    "tr": 10**6,
    "triệu": 10**6,
    "tỷ": 10**9,
    "tỉ": 10**9,
}
SPACES = str.maketrans({NBSP: " ", "\u202f": " ", "\t": " "})
_SUFFIX = "|".join(sorted(SUFFIXES, key=len, reverse=True))
_GROUPED = r"[1-9][0-9]{0,2}(?:(?P<sep>[., ])[0-9]{3})(?:(?P=sep)[0-9]{3})*"
_PLAIN = re.compile(r"0|[1-9][0-9]*")
_GROUPS = re.compile(_GROUPED)
_DECIMAL = re.compile(r"(?P<whole>0|[1-9][0-9]*)[.,](?P<part>[0-9]{1,2})")
_GROUPS_DECIMAL = re.compile(rf"(?P<whole>{_GROUPED})(?!(?P=sep))[.,](?P<part>[0-9]{{1,2}})")
_ONE_GROUP = re.compile(r"(?P<whole>0|[1-9][0-9]{0,2})[.,](?P<part>[0-9]{3})")
_SUFFIXED = re.compile(rf"(?P<number>[0-9][0-9., ]*?) ?(?P<suffix>{_SUFFIX})(?P<tail>[0-9]{{0,3}})")
_CURRENCY = re.compile(r"(?<=.) *(?:đồng|vnđ|vnd|đ|₫)$")


def read(text: str, *, confirmed: bool = False) -> Reading:
    """What was typed, as đồng from 1 to 999.999.999.999.

    Raises ``Unclear`` where there are several readings (also below 1.000, where thousands are
    often meant) and ``RuleBroken`` where there is none. ``confirmed`` says that ``text`` is a
    reading that the person chose from those offered: a plain whole number, taken as it stands.
    """
    typed = unicodedata.normalize("NFC", text).translate(SPACES).strip(" \r\n").lower()
    if not typed:
        raise RuleBroken(_("Xin gõ số tiền."))
    if confirmed and _PLAIN.fullmatch(typed):
        return Reading(_in_bounds(_whole(typed)))
    bare = _CURRENCY.sub("", typed) if len(typed) <= 60 else ""
    if _PLAIN.fullmatch(bare) or _GROUPS.fullmatch(bare):
        return _read_plain(_whole(bare))
    if suffixed := _SUFFIXED.fullmatch(bare):
        return _read_suffixed(suffixed, text)
    if decimal := _DECIMAL.fullmatch(bare):
        raise _several(text, [_scaled(decimal, unit) for unit in (10**3, 10**6, 10**9)])
    raise _not_understood(text)


def _read_plain(amount: Dong) -> Reading:
    _in_bounds(amount)
    if amount < SMALLEST_UNASKED:
        raise Unclear(_("%(n)s đồng hay %(n)s nghìn? Xin chọn một cách đọc.", n=amount), [amount, amount * 1000])
    return Reading(amount)


def _read_suffixed(match: re.Match[str], typed: str) -> Reading:
    number, unit, tail = match["number"], SUFFIXES[match["suffix"]], match["tail"]
    plain = _PLAIN.fullmatch(number)
    if tail:
        if not plain:
            raise _not_understood(typed)
        return _read_tail(_whole(number) * unit, tail, unit, typed)
    if one_group := _ONE_GROUP.fullmatch(number):
        readings = [_whole(one_group["whole"]) * unit + int(one_group["part"]) * unit // 1000]
        if _GROUPS.fullmatch(number):
            readings.append(_whole(number) * unit)
        raise _several(typed, readings)
    if plain or _GROUPS.fullmatch(number):
        return Reading(_in_bounds(_whole(number) * unit))
    if decimal := _DECIMAL.fullmatch(number) or _GROUPS_DECIMAL.fullmatch(number):
        return Reading(_in_bounds(_scaled(decimal, unit)))
    raise _not_understood(typed)


def _read_tail(base: Dong, tail: str, unit: int, typed: str) -> Reading:
    """``2tr5`` is two and a half million; ``2tr50`` may be 2,50 million or two million and fifty thousand."""
    fraction = base + int(tail) * unit // 10 ** len(tail)
    if len(tail) == 1 and tail != "0":
        return Reading(_in_bounds(fraction))
    raise _several(typed, [fraction, base + int(tail) * unit // 1000, base + int(tail)])


def _several(typed: str, readings: list[Dong]) -> RuleBroken:
    possible = sorted({amount for amount in readings if 1 <= amount <= LARGEST})
    if not possible:
        return _out_of_bounds()
    return Unclear(_("“%(typed)s” có thể đọc nhiều cách. Xin chọn số tiền đúng.", typed=_quoted(typed)), possible)


def _in_bounds(amount: Dong) -> Dong:
    if not 1 <= amount <= LARGEST:
        raise _out_of_bounds()
    return amount


def _out_of_bounds() -> RuleBroken:
    return RuleBroken(_("Số tiền phải từ 1 đồng đến %(largest)s đồng.", largest=figures(LARGEST)))


def _not_understood(typed: str) -> RuleBroken:
    return RuleBroken(_("Chưa hiểu “%(typed)s”. Xin gõ như 500k, 2tr hoặc 1.500.000.", typed=_quoted(typed)))


def _quoted(typed: str) -> str:
    quoted = clean(typed)
    return quoted if len(quoted) <= 40 else quoted[:40] + "…"


def _whole(number: str) -> int:
    digits = re.sub("[., ]", "", number)
    return int(digits) if len(digits) <= 15 else LARGEST + 1


def _scaled(decimal: re.Match[str], unit: int) -> Dong:
    part = decimal["part"].ljust(2, "0")
    return _whole(decimal["whole"]) * unit + int(part) * unit // 100
