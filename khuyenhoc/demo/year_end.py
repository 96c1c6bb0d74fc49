"""The end of the demonstration year: its months are closed one by one, and its report says one sum as it is printed."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from khuyenhoc.core.dong import Dong
from khuyenhoc.demo.asking import approve
from khuyenhoc.demo.awards import Deed
from khuyenhoc.demo.books import Books
from khuyenhoc.ledger import period_approvals, periods
from khuyenhoc.reports import stating, years

CLOSE_THE_YEAR, STATE_THE_FIGURES = 8, 9
"""Where these deeds stand within their day."""

NEARLY: tuple[str, Dong] = ("reward_amount", 165_000_000)
"""The one figure that the article of that year does not print exactly: “gần 165 triệu đồng”."""


def deeds(file: dict[str, Any], books: Books) -> Iterator[Deed]:
    """What happens on New Year's Day, when December is over."""
    year = int(file["year"])
    following = date(year + 1, 1, 1)
    yield following, CLOSE_THE_YEAR, lambda: _close(books, year)
    yield following, STATE_THE_FIGURES, lambda: _state(books, year)


def _close(books: Books, year: int) -> None:
    """The accountant asks, the chair approves, month after month."""
    unit = books.units["U01"]
    for index in range(year * 12, year * 12 + 12):
        assert index == periods.next_to_close(unit.id)
        approve(period_approvals.ask_to_close(unit.id, index, by=books.accountant), by=books.chair)


def _state(books: Books, year: int) -> None:
    figure, said = NEARLY
    stating.state(years.of_unit(books.units["U01"], year), figure, "nearly", said, by=books.people["baocao"])
