"""Which year a thing counts in: dates, voids across years, what went back, the tree of units as it was."""

import datetime

import pytest
from flask import Flask

from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.org import unit_changes
from khuyenhoc.org.users import COMMAND_LINE
from khuyenhoc.reports import annual, annual_lines, year_books, years
from tests.awards.award_world import MILLION
from tests.reports.year_world import THEN, THIS_YEAR, YEAR, give_back, make_year, values_of, year_of
from tests.support.browser import Browser
from tests.support.world import DAY, World, make_world


@pytest.fixture
def books(app: Flask) -> World:
    """Books of their own, for tests that write."""
    return make_world("U01")


def test_what_went_back_a_year_later_stays_counted_where_it_was_given_and_comes_back_on_its_own_line(
    browser: Browser,
) -> None:
    world = make_year()
    give_back(world)

    then, now = annual.of(year_of(world.unit)), annual.of(year_of(world.unit, THIS_YEAR))

    assert (values_of(then)["scholarship_count"], values_of(then)["scholarship_amount"]) == (3, 3 * MILLION)
    assert (values_of(now)["scholarship_count"], values_of(now)["scholarship_amount"]) == (0, 0)
    assert min(values_of(now).values()) == 0
    assert now.books.opening == then.books.closing
    assert now.books.left == now.books.closing == then.books.closing + MILLION
    lines = annual_lines.money_lines(now.books, several=True)
    assert sum(line.amount for line in lines) == now.books.closing
    assert [line.amount for line in lines if line.line == "returned"] == [MILLION]
    assert now.differences() == then.differences() == {}
    assert (now.people.count, then.people.count) == (0, 5)
    part = next(one for one in now.campaigns if one.campaign.id == world.scholarships.id)
    came, went = annual_lines.came_to(part), annual_lines.went_from(part)
    assert part.books.opening + came - went == part.books.closing
    assert (part.count, annual_lines.awards_in_words(part)) == (0, "")

    reader = browser.sign_in("ketoan")
    for line, shown in (("returned", True), ("came", True), ("scholarship", False), ("went", False)):
        page = reader.get(f"/bao-cao/U01/{THIS_YEAR}/chung-tu/{line}")
        assert ("TG-" in page.text, "1.000.000" in page.text) == (shown, shown), line


def test_given_back_in_the_same_year_it_never_counted(app: Flask) -> None:
    world = make_year()
    give_back(world, THEN)

    found = annual.of(year_of(world.unit))

    assert values_of(found)["scholarship_count"] == 2
    assert found.people.count == 4
    assert found.people.by_school.rows == ()


def test_a_void_in_another_year_counts_in_neither_and_both_still_add_up(books: World) -> None:
    books.gift(500_000, on=THEN)
    books.void(books.gift(70_000, on=THEN))
    books.gift(1_000)

    then, now = annual.of(year_of(books.unit)), annual.of(year_of(books.unit, THIS_YEAR))

    assert (then.books.received, then.books.voided_later, then.books.closing) == (500_000, 70_000, 570_000)
    assert (now.books.opening, now.books.received, now.books.undone) == (570_000, 1_000, 70_000)
    assert now.books.closing == 501_000
    for report in (then, now):
        assert report.books.left == report.books.closing
        assert sum(line.amount for line in annual_lines.money_lines(report.books, several=True)) == report.books.closing
        assert report.differences() == {}


def test_opening_balances_stand_where_the_year_began(books: World) -> None:
    books.post("opening", "SD", books.line(books.cash, "opening", 300_000, books.general), on=THEN)
    books.gift(50_000, on=THEN)

    assert annual.of(year_of(books.unit)).books.opening == 300_000
    assert annual.of(year_of(books.unit, THIS_YEAR)).books.opening == 350_000


def test_new_years_eve_is_this_year_and_the_next_day_is_not(books: World) -> None:
    books.gift(1_000, on=datetime.date(YEAR, 12, 31))
    books.gift(20_000, on=datetime.date(THIS_YEAR, 1, 1))

    assert annual.of(year_of(books.unit)).books.received == 1_000
    assert annual.of(year_of(books.unit, THIS_YEAR)).books.received == 20_000


def test_another_units_books_are_another_report(books: World) -> None:
    other = make_world("U02")
    books.gift(1_000)
    other.gift(20_000)

    assert annual.of(year_of(books.unit, THIS_YEAR)).books.received == 1_000
    assert annual.of(year_of(other.unit, THIS_YEAR)).books.received == 20_000
    everything = annual.of_year(THIS_YEAR)
    assert (everything.books.received, everything.year.unit) == (21_000, None)


def test_the_tree_of_a_past_year_stays(app: Flask) -> None:
    district, ward, third = make_world("U01"), make_world("U02"), make_world("U03")
    ward.gift(20_000, on=THEN)
    _move(ward, district, on=datetime.date(YEAR, 3, 1))
    _move(ward, third, on=datetime.date(THIS_YEAR, 1, 15))

    assert annual.of(year_of(district.unit)).books.received == 20_000
    assert annual.of(year_of(third.unit)).is_empty
    assert year_of(district.unit, THIS_YEAR).unit_ids == (district.unit.id,)
    assert set(year_of(third.unit, THIS_YEAR).unit_ids) == {third.unit.id, ward.unit.id}


def test_a_unit_that_closed_within_the_year_counts_where_it_last_stood(app: Flask) -> None:
    district, ward = make_world("U01"), make_world("U02")
    ward.gift(20_000, on=datetime.date(YEAR, 3, 1))
    _move(ward, district, on=datetime.date(YEAR, 2, 1))
    with writing():
        unit_changes.close(ward.unit, on=datetime.date(YEAR, 6, 30), by=COMMAND_LINE, reason="Bỏ cấp quận")

    assert annual.of(year_of(district.unit)).books.received == 20_000
    assert year_of(district.unit, THIS_YEAR).unit_ids == (district.unit.id,)
    assert year_of(ward.unit, THIS_YEAR).unit_ids == ()


def _move(ward: World, above: World, *, on: datetime.date) -> None:
    with writing():
        unit_changes.move(ward.unit, above.unit, on=on, by=COMMAND_LINE)


@pytest.mark.parametrize("typed", ["", "22", "20x2", "２０２６", "-2026", "1899", str(THIS_YEAR + 1), "20260", "2e3"])
def test_what_is_no_year_is_refused(app: Flask, typed: str) -> None:
    with pytest.raises(RuleBroken, match="bốn chữ số"):
        years.read_year(typed)


def test_a_year_runs_until_today(books: World) -> None:
    running = year_of(books.unit, THIS_YEAR)

    assert (running.since, running.until, running.is_over) == (datetime.date(THIS_YEAR, 1, 1), DAY, False)
    assert year_books.together([]).is_empty
