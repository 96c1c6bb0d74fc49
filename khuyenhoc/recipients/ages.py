"""How old somebody is on a day, also where only the year of birth is known: then both answers count, the strict one."""

from datetime import date
from typing import NamedTuple

from khuyenhoc.recipients.recipient_tables import AGE_OF_OWN_CONSENT, MINOR_UNDER

YOUNG_KINDS = frozenset({"pupil"})
"""Kinds of recipients who count as children as long as nothing is known of their age."""


class Born(NamedTuple):
    """What is known of a birth."""

    day: date | None
    year: int | None

    def least_age(self, on: date) -> int | None:
        """Full years on that day, at least."""
        return self._age(on, (12, 31))

    def most_age(self, on: date) -> int | None:
        """Full years on that day, at most."""
        return self._age(on, (1, 1))

    def _age(self, on: date, unknown: tuple[int, int]) -> int | None:
        year = self.day.year if self.day else self.year
        if year is None:
            return None
        month, day = (self.day.month, self.day.day) if self.day else unknown
        return on.year - year - ((on.month, on.day) < (month, day))


def is_minor(kind: str, born: Born, on: date) -> bool:
    """Whether a guardian answers for this person on that day."""
    age = born.least_age(on)
    return kind in YOUNG_KINDS if age is None else age < MINOR_UNDER and kind != "group"


def is_asked_too(kind: str, born: Born, on: date) -> bool:
    """Whether a minor must have said yes as well: from seven full years, and where nobody knows the age."""
    age = born.most_age(on)
    return is_minor(kind, born, on) and (age is None or age >= AGE_OF_OWN_CONSENT)
