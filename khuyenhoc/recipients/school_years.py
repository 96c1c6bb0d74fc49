"""School years: ``2022–2023``. For consents the summer belongs to the coming year: it is asked for then."""

import re
from datetime import date

from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _

FIRST_MONTH = 6
"""From June on nominations and consents are for the coming school year; lessons end with May."""

_YEAR = re.compile(r"([0-9]{4}) ?[-–/] ?([0-9]{4})")


def of(day: date) -> str:
    """The school year that a day counts to: 31/5/2022 → ``2021–2022``, 1/6/2022 → ``2022–2023``."""
    first = day.year if day.month >= FIRST_MONTH else day.year - 1
    return f"{first}–{first + 1}"


def end_of(day: date) -> date:
    """The last day of the school year that a day counts to: 31 May."""
    return date(day.year + (day.month >= FIRST_MONTH), 5, 31)


def read(typed: str) -> str:
    """A school year as it is stored, with an en dash; RuleBroken when it is none."""
    match = _YEAR.fullmatch(typed.strip())
    if match is None or int(match[2]) != int(match[1]) + 1 or not 1950 <= int(match[1]) <= 2100:
        raise RuleBroken(_("Xin gõ năm học như 2025–2026."), field="school_year")
    return f"{match[1]}–{match[2]}"
