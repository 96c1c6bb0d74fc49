"""How templates show money, days and instants. One house style in both languages."""

from datetime import date, datetime

from flask import Flask

from khuyenhoc.core import clock, dong
from khuyenhoc.core.text import lazy_gettext as _l

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


def install(app: Flask) -> None:
    """Offer the filters: dong, figures, words, percent (of two numbers), day, weekday, instant, hour, hundredths."""
    app.jinja_env.filters.update(
        dong=dong.show,
        figures=dong.figures,
        words=dong.words,
        percent=dong.percent,
        day=day,
        weekday=weekday,
        instant=instant,
        hour=hour,
        hundredths=hundredths,
    )
