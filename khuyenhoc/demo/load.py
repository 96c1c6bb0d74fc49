"""Loads the demonstration once, through the same functions that the pages call, all of it or nothing."""

import os
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from itertools import groupby
from typing import Any

from khuyenhoc.core import clock
from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.demo import awards, books, people, units, world, year_end
from khuyenhoc.demo.awards import Deed
from khuyenhoc.demo.books import Books
from khuyenhoc.org import installation, users
from khuyenhoc.org.users import COMMAND_LINE

OPENS = 8
"""The hour of the first deed of a day; the next kind of deed is done an hour later."""

FOUND, OPEN = -2, -1
"""Where these deeds stand within their day: before the day's first document."""


def load(*, whole_year: bool = True, tell: Callable[[date], None] | None = None) -> bool:
    """Load the demonstration year; False when it is there already. Refuses a database that others use.

    What came in and what went out: purchases, awards, handovers, its months closed at the end. Not ``whole_year``:
    only what came in, fees and the transfer. ``tell`` hears of each month when it begins.
    """
    if installation.is_demonstration():
        return False
    if users.how_many():
        raise RuleBroken(_("Cơ sở dữ liệu này đã có người dùng thật; dữ liệu mẫu không nạp vào đây."))
    file = world.read()
    with writing():
        installation.mark("mode", "demonstration")
        found = units.found(file["units"], by=COMMAND_LINE)
        homes = [found[file["unit"]], found[file["today"]["unit"]]]
        password = os.environ.get("KHUYENHOC_DEMO_PASSWORD") or people.PASSWORD
        at_work = Books(found, people.enrol(homes, password, by=COMMAND_LINE))
        _live(_deeds(file, at_work, whole=whole_year), tell or (lambda _month: None))
        units.reform(file["units"], file["unit_lineage"], found, by=COMMAND_LINE)
        installation.mark("loading", "done")
    return True


def _deeds(file: dict[str, Any], at_work: Books, *, whole: bool) -> list[Deed]:
    """Every deed of the file: on which day, at which place within it."""
    deeds = [*_founding(file, at_work), *books.dated_deeds(file, at_work)]
    if whole:
        blocks = awards.rounds(file, at_work)
        deeds += [deed for block in blocks for deed in block.deeds()]
        deeds += [
            (world.day(row["date"]), awards.BUY, partial(awards.buy, row, at_work, blocks)) for row in file["purchases"]
        ]
        deeds += year_end.deeds(file, at_work)
    return deeds


def _founding(file: dict[str, Any], at_work: Books) -> Iterator[Deed]:
    """The funds with all they need, and each campaign on its first day."""

    def begin() -> None:
        books.catalogue(file["items"], by=at_work.accountant)
        unit = at_work.units[file["unit"]]
        books.know_donors(file["donors"], unit, at_work)
        users.link_donor(at_work.people["nhahaotam"], at_work.donors[people.DONOR].id, by=COMMAND_LINE)

    yield date(int(file["year"]), 1, 1), FOUND, begin
    for rows in (file, file["today"]):
        for row in rows["campaigns"]:
            if row["standing"]:
                deed = partial(books.open_fund, rows["fund"], rows["accounts"], row, at_work)
                yield world.day(row["start"]), FOUND, deed
            else:
                yield world.day(row["start"]), OPEN, partial(books.open_campaign, row, at_work)


def _live(deeds: list[Deed], tell: Callable[[date], None]) -> None:
    """Every deed on its own day, and within a day in the order that the file asks for."""
    deeds.sort(key=lambda deed: deed[:2])
    for month, in_it in groupby(deeds, key=lambda deed: deed[0].replace(day=1)):
        tell(month)
        for on, order, deed in in_it:
            with clock.stopped_at(clock.midnight(on) + timedelta(hours=OPENS + order)):
                deed()
