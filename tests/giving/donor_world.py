"""A ward, its secretary and the donors of the demonstration year, for the donors' tests."""

from dataclasses import dataclass
from datetime import date

from khuyenhoc.core.database import writing
from khuyenhoc.giving import donors
from khuyenhoc.giving.donors import Details, Donor, NameFrom
from khuyenhoc.org import unit_changes
from khuyenhoc.org.units import Unit


@dataclass
class Someone:
    """A person at work, with no account."""

    id: int = 7
    signature: str = "Bà Đoàn Ngọc Hạ"


SECRETARY = Someone()


def open_unit(code: str = "U05") -> Unit:
    """A unit that has been open for a long time."""
    with writing():
        return unit_changes.open_unit(
            code=code, kind="ward_association", name=f"Hội {code}", starts=date(2004, 1, 10), by=SECRETARY
        )


def new_donor(unit: Unit, kind: str = "individual", name: str | None = None, past=(), **more) -> Donor:
    """A card, kept by the unit."""
    with writing():
        return donors.create(
            Details(kind=kind, name=name, **more),
            unit=unit,
            by=SECRETARY,
            past=[NameFrom(date.fromisoformat(starts), called) for starts, called in past],
        )
