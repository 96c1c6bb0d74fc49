"""What a reporter finds on the first page: the latest year's figures, and which reports wait to be issued."""

from collections.abc import Iterable, Iterator

from khuyenhoc.core.values import dataclass
from khuyenhoc.org.units import unit_by_id
from khuyenhoc.reports import annual, annual_papers, years
from khuyenhoc.reports.annual import Annual
from khuyenhoc.reports.figures import Figure
from khuyenhoc.reports.years import Year

LOOKED_BACK = 2
"""So many past years are looked at; older ones that nobody reported are nobody's work today."""


@dataclass(frozen=True)
class Latest:
    """A year's figures in short."""

    year: Year
    figures: list[Figure]


@dataclass(frozen=True)
class Waiting:
    """A past year that waits for its reporter: to be issued, to be issued anew, or to be said otherwise."""

    year: Year
    why: str


def report(unit_ids: Iterable[int]) -> Latest | None:
    """The figures of the last year with an entry in one of these units' books; None for empty books."""
    found = years.latest(years.with_books(unit_ids))
    if found is None:
        return None
    year = years.of_unit(unit_by_id(found[1]), found[0])
    return Latest(year, annual.of(year).figures)


def waiting(unit_ids: Iterable[int]) -> Iterator[Waiting]:
    """The last past years of these units with books: what of their reports waits, one thing each."""
    for unit_id in years.with_books(unit_ids):
        for number in _past(unit_id):
            year = years.of_unit(unit_by_id(unit_id), number)
            why = _why(annual.of(year))
            if why:
                yield Waiting(year, why)


def _past(unit_id: int) -> list[int]:
    last = years.latest([unit_id])
    newest = min(last[0], years.this_year() - 1) if last is not None else 0
    return [n for n in range(newest, newest - LOOKED_BACK, -1) if n > 0 and years.has_entries(unit_id, n)]


def _why(found: Annual) -> str:
    if any(not figure.holds for figure in found.figures):
        return "untrue"
    if not found.year.is_closed:
        return ""
    paper = annual_papers.find(found)
    if paper is None:
        return "issue"
    return "" if annual_papers.is_current(found, paper) else "anew"
