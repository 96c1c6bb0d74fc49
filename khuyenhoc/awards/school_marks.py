"""School results as reports write them, put on one scale: what a rule may compare across levels and decrees."""

from khuyenhoc.core.names import fold

MARKS = {
    "hoan thanh xuat sac": 4,
    "hoan thanh tot": 3,
    "hoan thanh": 2,
    "chua hoan thanh": 1,
    "xuat sac": 4,
    "gioi": 4,
    "tot": 4,
    "kha": 3,
    "trung binh kha": 2,
    "trung binh": 2,
    "tb": 2,
    "dat": 2,
    "yeu": 1,
    "kem": 1,
    "chua dat": 1,
}
"""The words of primary schools, of Thông tư 22/2021 and of the older reports → 4 best, 1 not reached."""


def mark_of(study: str) -> int | None:
    """1 to 4 for a result in words; nothing for words that no report uses."""
    return MARKS.get(fold(study).removeprefix("hoc sinh ").removeprefix("hoc luc ").strip(" ."))


def years_that_count(school_year: str) -> tuple[str, str]:
    """Whose results count for an award of this school year: its own, else those of the year before."""
    first = int(school_year[:4])
    return school_year, f"{first - 1}–{first}"


def shown(average: int) -> str:
    """Hundredths as a report shows them: 850 → ``8,5``, 825 → ``8,25``."""
    whole, part = divmod(average, 100)
    return f"{whole},{part:02d}".removesuffix("0")
