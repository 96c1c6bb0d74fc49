"""Days off in Vietnam, as data: what the Labour Code gives every year, and each year's announced days.

A day that falls on a weekend is made up for on the next working days (Bộ luật Lao động 2019, Điều 111, khoản 3;
Điều 112). Tết and Giỗ Tổ follow the moon, and the second day of the National Day is chosen each year, so these
stand here as announced. A year is added when its announcement is out; until then only the fixed days are known.
"""

import datetime

from khuyenhoc.core.values import dataclass

LABOUR_CODE = "Bộ luật Lao động số 45/2019/QH14 (20/11/2019), Điều 112"

FIXED = ((1, 1), (4, 30), (5, 1), (9, 2))
"""Day off every year by the Labour Code: month and day."""


@dataclass(frozen=True)
class Year:
    """The days off of one year, weekends aside, each span with both its ends; where it was announced, noted when."""

    spans: tuple[tuple[str, str], ...]
    source: str
    noted: str


ANNOUNCED = {
    2022: Year(
        (
            ("2022-01-03", "2022-01-03"),
            ("2022-01-31", "2022-02-04"),
            ("2022-04-11", "2022-04-11"),
            ("2022-05-02", "2022-05-03"),
            ("2022-09-01", "2022-09-02"),
        ),
        f"{LABOUR_CODE}; lịch nghỉ Tết Nhâm Dần và Quốc khánh 2022 do Bộ Lao động – Thương binh và Xã hội thông báo",
        "2026-11-26",
    ),
    2023: Year(
        (
            ("2023-01-02", "2023-01-02"),
            ("2023-01-20", "2023-01-26"),
            ("2023-05-01", "2023-05-03"),
            ("2023-09-01", "2023-09-04"),
        ),
        f"{LABOUR_CODE}; lịch nghỉ Tết Quý Mão và Quốc khánh 2023 do Bộ Lao động – Thương binh và Xã hội thông báo",
        "2026-11-26",
    ),
    2024: Year(
        (
            ("2024-01-01", "2024-01-01"),
            ("2024-02-08", "2024-02-14"),
            ("2024-04-18", "2024-04-18"),
            ("2024-04-29", "2024-05-01"),
            ("2024-09-02", "2024-09-03"),
        ),
        f"{LABOUR_CODE}; lịch nghỉ Tết Giáp Thìn và Quốc khánh 2024 do Bộ Lao động – Thương binh và Xã hội thông báo",
        "2026-11-26",
    ),
    2025: Year(
        (
            ("2025-01-01", "2025-01-01"),
            ("2025-01-27", "2025-01-31"),
            ("2025-04-07", "2025-04-07"),
            ("2025-04-30", "2025-05-02"),
            ("2025-09-01", "2025-09-02"),
        ),
        f"{LABOUR_CODE}; lịch nghỉ Tết Ất Tỵ và Quốc khánh 2025 do Bộ Lao động – Thương binh và Xã hội thông báo",
        "2026-11-26",
    ),
    2026: Year(
        (
            ("2026-01-01", "2026-01-02"),
            ("2026-02-16", "2026-02-20"),
            ("2026-04-27", "2026-04-27"),
            ("2026-04-30", "2026-05-01"),
            ("2026-08-31", "2026-09-02"),
            ("2026-11-24", "2026-11-24"),
        ),
        f"{LABOUR_CODE}; lịch nghỉ Tết Bính Ngọ và Quốc khánh 2026 do Bộ Nội vụ thông báo;"
        " Ngày Văn hóa Việt Nam 24/11 theo Nghị quyết 80-NQ/TW (7/1/2026)",
        "2026-11-26",
    ),
}


def is_day_off(day: datetime.date) -> bool:
    """Whether nobody works that day, as far as it is known."""
    if day.weekday() >= 5 or (day.month, day.day) in FIXED:
        return True
    year = ANNOUNCED.get(day.year)
    return year is not None and any(first <= day.isoformat() <= last for first, last in year.spans)


def is_known(year: int) -> bool:
    """Whether the days that follow the moon stand here for this year."""
    return year in ANNOUNCED


def working_day_after(day: datetime.date, days: int) -> datetime.date:
    """The so-many-th working day after a day, which itself is not counted; the day itself for 0."""
    while days > 0:
        day += datetime.timedelta(days=1)
        days -= not is_day_off(day)
    return day


def last_working_day(first: datetime.date, days: int) -> datetime.date:
    """The last of so many working days that begin with ``first``, counted where it is one; ``first`` itself for 0."""
    return working_day_after(first - datetime.timedelta(days=1), days) if days else first


def working_days(first: datetime.date, last: datetime.date) -> int:
    """How many working days there are from a day to another, both included."""
    days = (first + datetime.timedelta(days=n) for n in range((last - first).days + 1))
    return sum(not is_day_off(day) for day in days)
