"""Which year of whose books: the days of a calendar year in Vietnam, and the units that stood in the tree then.

A unit belongs to the tree as it was on its own last day of that year: 31 December, the day on which it was
closed, or today while the year runs. So each unit's books are counted once, and a report for a past year
uses that year's tree.
"""

import datetime
import re
from collections.abc import Iterable, Sequence
from functools import cached_property

from sqlalchemy import func, select

from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.ledger import periods
from khuyenhoc.ledger.accounts import Account
from khuyenhoc.ledger.entries import Entry
from khuyenhoc.org.units import Unit, UnitParent, all_units, name_on, some_units, unit_by_id

FIRST_YEAR = 1900
DECEMBER = 12
ONE_DAY = datetime.date.resolution
_FOUR_DIGITS = re.compile(r"[0-9]{4}", re.ASCII)


@dataclass(frozen=True)
class Year:
    """A calendar year of some units. ``unit`` is whose report it is; None: everything that the installation keeps."""

    year: int
    unit: Unit | None
    unit_ids: tuple[int, ...]

    @property
    def since(self) -> datetime.date:
        """New Year's Day."""
        return datetime.date(self.year, 1, 1)

    @property
    def until(self) -> datetime.date:
        """The last day that is counted: 31 December, today while the year runs."""
        return min(datetime.date(self.year, DECEMBER, 31), clock.today())

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed in Vietnam."""
        return self.year < this_year()

    @cached_property
    def keeping_books(self) -> tuple[int, ...]:
        """Those of the units that keep books."""
        return tuple(with_books(self.unit_ids))

    @cached_property
    def is_closed(self) -> bool:
        """Whether nothing can be entered into it any more: the year is over and every month with books is closed."""
        if not self.is_over:
            return False
        lasts = {unit.id: last_day(unit, self.year) for unit in some_units(self.keeping_books)}
        with_entries = [unit_id for unit_id in self.keeping_books if has_entries(unit_id, self.year)]
        return bool(with_entries) and all(
            (periods.last_closed(unit_id) or 0) >= periods.month_index(lasts[unit_id]) for unit_id in with_entries
        )

    @property
    def whose(self) -> str:
        """The name of the unit as it was called at the end of the year; empty for the whole installation."""
        return name_on(self.unit, last_day(self.unit, self.year)) if self.unit is not None else ""


def this_year() -> int:
    """The present year in Vietnam."""
    return clock.today().year


def read_year(text: str) -> int:
    """A year as it is typed: four digits, from 1900 to the present one; RuleBroken for anything else."""
    if not _FOUR_DIGITS.fullmatch(text) or not FIRST_YEAR <= int(text) <= this_year():
        raise RuleBroken(
            _("Năm gồm bốn chữ số, từ %(first)s đến %(last)s.", first=FIRST_YEAR, last=this_year()), field="nam"
        )
    return int(text)


def of_unit(unit: Unit, year: int) -> Year:
    """The year of a unit and of everything below it then; of no unit at all when it did not exist."""
    below = [unit_id for unit_id, way in ways_up(year).items() if unit.id in way]
    return Year(year, unit, tuple(sorted(below)))


def of_installation(year: int) -> Year:
    """The year of every unit there was. Where one of them stood above all others, the report is that unit's."""
    ways = ways_up(year)
    top = [unit_id for unit_id, way in ways.items() if way == [unit_id]]
    return Year(year, unit_by_id(top[0]) if len(top) == 1 else None, tuple(sorted(ways)))


def _alive(year: int) -> list[Unit]:
    first, last = datetime.date(year, 1, 1), datetime.date(year, DECEMBER, 31)
    return [
        unit
        for unit in all_units()
        if unit.valid_from <= min(last, clock.today()) and (unit.valid_to is None or unit.valid_to >= first)
    ]


def last_day(unit: Unit, year: int) -> datetime.date:
    """The day on which a unit's place in that year's tree is looked up."""
    days = [datetime.date(year, DECEMBER, 31), clock.today()]
    return min([*days, unit.valid_to] if unit.valid_to is not None else days)


def _parents() -> dict[int, list[UnitParent]]:
    found: dict[int, list[UnitParent]] = {}
    for row in db.session.scalars(select(UnitParent)):
        found.setdefault(row.unit_id, []).append(row)
    return found


def ways_up(year: int) -> dict[int, list[int]]:
    """Unit id → the unit and everything above it on its last day of the year, from the bottom up."""
    parents = _parents()
    return {unit.id: _above(unit, year, parents) for unit in _alive(year)}


def _above(unit: Unit, year: int, parents: dict[int, list[UnitParent]]) -> list[int]:
    day, way = last_day(unit, year), [unit.id]
    while True:
        rows = parents.get(way[-1], ())
        above = next((r.parent_id for r in rows if r.starts <= day and (r.ends is None or r.ends >= day)), None)
        if above is None or above in way:
            return way
        way.append(above)


def has_entries(unit_id: int, year: int) -> bool:
    """Whether a unit's books hold anything of that year."""
    days = (Entry.date >= datetime.date(year, 1, 1), Entry.date <= datetime.date(year, DECEMBER, 31))
    return db.session.scalar(select(Entry.number).where(Entry.unit_id == unit_id, *days).limit(1)) is not None


def with_books(unit_ids: Iterable[int]) -> list[int]:
    """Of these units those that keep books."""
    query = select(Account.unit_id).where(Account.unit_id.in_(sorted(unit_ids)), Account.kind == "cash")
    return sorted(db.session.scalars(query.distinct()))


def offered(unit_ids: Sequence[int]) -> list[int]:
    """The years that the books of these units speak of, the latest first; the present one is always among them."""
    firsts = [db.session.scalar(select(func.min(Entry.date)).where(Entry.unit_id == one)) for one in unit_ids]
    first = min((day.year for day in firsts if day is not None), default=this_year())
    return list(range(this_year(), first - 1, -1))


def latest(unit_ids: Iterable[int]) -> tuple[int, int] | None:
    """The last year with an entry in one of these books, and the unit whose entry it is; None for empty books."""
    lasts = [(db.session.scalar(select(func.max(Entry.date)).where(Entry.unit_id == one)), one) for one in unit_ids]
    known = [(day, unit_id) for day, unit_id in lasts if day is not None]
    if not known:
        return None
    day, unit_id = max(known, key=lambda pair: (pair[0], -pair[1]))
    return day.year, unit_id
