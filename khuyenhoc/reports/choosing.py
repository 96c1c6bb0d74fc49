"""Which unit and year a reader of reports is shown: what may be asked for, and what is shown unasked."""

from collections.abc import Iterable

from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.org.units import names_on, unit_by_id
from khuyenhoc.reports import years
from khuyenhoc.reports.years import Year


@dataclass(frozen=True)
class Offer:
    """The years and units to choose from, and the chosen one."""

    year: Year
    years: list[int]
    units: list[tuple[int, str]]


def offer(unit_ids: Iterable[int], unit_id: int | None, year: int | None, seat: int) -> Offer:
    """What is asked for, as far as it may be seen; unasked the latest year with books, of the reader's own unit.

    NotFound for a foreign unit. ``seat`` is the unit in the reader's letterhead.
    """
    mine = sorted(unit_ids)
    if unit_id is not None and unit_id not in mine:
        raise NotFound(_("Không có đơn vị này."))
    keeping = years.with_books(mine)
    last = years.latest([unit_id] if unit_id is not None else keeping)
    number = year if year is not None else last[0] if last else years.this_year()
    offered = _reporting(mine, keeping, number)
    chosen = unit_id or _unasked(offered, keeping, number, seat)
    found = years.of_unit(unit_by_id(chosen), number) if chosen is not None else Year(number, None, ())
    names = names_on([*offered, *([chosen] if chosen is not None else [])], found.until)
    choices = sorted(names.items(), key=lambda pair: (pair[0] not in offered, pair[0]))
    return Offer(found, _with(years.offered(keeping), number), choices)


def _reporting(mine: list[int], keeping: list[int], number: int) -> list[int]:
    """The reader's units that keep books, or stand above one that does, in that year's tree."""
    ways = years.ways_up(number)
    above = {one for unit_id in keeping for one in ways.get(unit_id, ())}
    return [unit_id for unit_id in mine if unit_id in above]


def _unasked(offered: list[int], keeping: list[int], number: int, seat: int) -> int | None:
    told = [unit_id for unit_id in keeping if unit_id in offered and years.has_entries(unit_id, number)]
    for unit_id in (seat, *told, *offered):
        if unit_id in (told or offered):
            return unit_id
    return None


def _with(offered: list[int], number: int) -> list[int]:
    return offered if number in offered else sorted([*offered, number], reverse=True)


def report_year(unit_ids: Iterable[int], unit_id: int, year: int) -> Year:
    """The year of one unit, for an address that names both; NotFound for what the reader may not see."""
    if unit_id not in set(unit_ids):
        raise NotFound(_("Không có đơn vị này."))
    try:
        number = years.read_year(str(year))
    except RuleBroken as no:
        raise NotFound(_("Không có báo cáo của năm này.")) from no
    return years.of_unit(unit_by_id(unit_id), number)
