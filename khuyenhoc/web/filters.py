"""How templates show money, days and instants. One house style in both languages."""

import re
from datetime import date, datetime

from flask import Flask
from markupsafe import Markup, escape

from khuyenhoc.core import clock, dong
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.core.words import amount_in_english
from khuyenhoc.web.language import chosen

WEEKDAYS = (
    _l("Thứ Hai"),
    _l("Thứ Ba"),
    _l("Thứ Tư"),
    _l("Thứ Năm"),
    _l("Thứ Sáu"),
    _l("Thứ Bảy"),
    _l("Chủ nhật"),
)


def day(value: date | None) -> str:
    """``15/8/2026``; nothing for no day."""
    return f"{value.day}/{value.month}/{value.year}" if value else ""


def hundredths(value: int | None) -> str:
    """A count of hundredths as people write the number: 825 is ``8,25``, 850 is ``8,5``; nothing for none."""
    if value is None:
        return ""
    whole, rest = divmod(value, 100)
    return f"{whole},{rest:02d}".rstrip("0") if rest else str(whole)


def words(value: int) -> str:
    """An amount in words, in the reader's language; papers, which are Vietnamese, do not ask here."""
    return amount_in_english(value) if chosen() == "en" else dong.words(value)


def weekday(value: date) -> str:
    """``Thứ Bảy, 15/8/2026``."""
    return f"{WEEKDAYS[value.weekday()]}, {day(value)}"


def instant(value: datetime | str | None) -> str:
    """``20:47 15/8/2026`` in Vietnamese time, from an instant or a stored stamp."""
    if not value:
        return ""
    moment = clock.from_stamp(value) if isinstance(value, str) else value.astimezone(clock.VIETNAM)
    return f"{hour(moment)} {day(moment)}"


def hour(value: datetime | str | None) -> str:
    """``20:47`` in Vietnamese time."""
    if not value:
        return ""
    moment = clock.from_stamp(value) if isinstance(value, str) else value.astimezone(clock.VIETNAM)
    return f"{moment.hour}:{moment.minute:02d}"


_NUMBER = re.compile(r"(?=\S*\d)\S*[-–]\S+")
LONGEST_NUMBER = 24


def unbroken(text: str) -> Markup:
    """A line of text whose numbers of papers (``05/QĐ-HKH``, ``PT-2026-0162``) stand on one line each."""
    return Markup(_NUMBER.sub(_on_one_line, str(escape(text))))  # noqa: S704  # escaped just now


def _on_one_line(number: re.Match[str]) -> str:
    return number[0] if len(number[0]) > LONGEST_NUMBER else f'<span class="text-nowrap">{number[0]}</span>'


def install(app: Flask) -> None:
    """Offer the filters: dong, figures, words, percent (of two numbers), day, weekday, instant, hour, hundredths,
    unbroken."""
    app.jinja_env.filters.update(
        dong=dong.show,
        figures=dong.figures,
        words=words,
        percent=dong.percent,
        day=day,
        weekday=weekday,
        instant=instant,
        hour=hour,
        hundredths=hundredths,
        unbroken=unbroken,
    )
