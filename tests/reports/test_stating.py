"""“Gần” and “trên”: said by the reporter, after the year, and only what is true of the books."""

import pytest
from flask import Flask
from sqlalchemy import text

from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.history import events
from khuyenhoc.org.users import User
from khuyenhoc.proof.verify import verify
from khuyenhoc.reports import annual, figures, stated, stating
from khuyenhoc.reports.figures import SPEC, Figure
from khuyenhoc.reports.stated import StatedFigure
from tests.reports.year_world import THEN, THIS_YEAR, give_back, make_year, year_of
from tests.support import people
from tests.support.world import World, make_world

MILLION = 1_000_000


@pytest.fixture
def books(app: Flask) -> World:
    """Rewards of 164.850.000 đồng, as far as the books care."""
    books = make_world("U01")
    books.gift(164_850_000, on=THEN)
    books.post("payment", "PC", books.line(books.cash, "reward", -164_850_000), on=THEN)
    return books


@pytest.fixture
def reporter(books: World) -> User:
    """Anh Đặng Quốc Tạm."""
    return people.person("baocao", unit=books.unit)


def state(books: World, by: User, qualifier: str, said: int | None, figure: str = "reward_amount") -> Figure:
    with writing():
        stating.state(year_of(books.unit), figure, qualifier, said, by=by)
    return stating.figure_of(annual.of(year_of(books.unit)), figure)


def test_nearly_165_million_stands_beside_what_the_books_give(books: World, reporter: User) -> None:
    found = state(books, reporter, "nearly", 165 * MILLION)

    assert found.plain() == {
        "value": 164_850_000,
        "printed": "gần 165 triệu đồng",
        "qualifier": "nearly",
        "source": f"Sổ cái, tài khoản 615 Chi khen thưởng, 1/1–31/12/{THEN.year}: không có chứng từ",
    }
    row = db.session.query(StatedFigure).one()
    assert [event.action for event in events.of("stated_figures", row.id)] == ["figure.stated"]


@pytest.mark.parametrize(
    ("qualifier", "said", "why"),
    [
        ("nearly", 164_850_000, "“Gần”"),
        ("nearly", 164 * MILLION, "“Gần”"),
        ("nearly", 200 * MILLION, "“Gần”"),
        ("over", 165 * MILLION, "“Trên”"),
        ("over", 100 * MILLION, "“Trên”"),
        ("nearly", None, "bao nhiêu"),
        ("about", 165 * MILLION, "cách nêu"),
    ],
)
def test_what_is_not_true_is_not_said(books: World, reporter: User, qualifier: str, said: int | None, why: str) -> None:
    with pytest.raises(RuleBroken, match=why):
        state(books, reporter, qualifier, said)

    assert db.session.query(StatedFigure).count() == 0


def test_over_is_said_of_a_number_just_below(books: World, reporter: User) -> None:
    assert state(books, reporter, "over", 160 * MILLION).printed == "trên 160 triệu đồng"


def test_exactly_is_how_a_figure_is_said_anyway(books: World, reporter: User) -> None:
    assert state(books, reporter, "exact", None).printed == "164,85 triệu đồng"
    assert db.session.query(StatedFigure).count() == 0

    state(books, reporter, "nearly", 165 * MILLION)
    assert state(books, reporter, "exact", 1).printed == "164,85 triệu đồng"
    assert stated.of(books.unit.id, THEN.year)["reward_amount"].said == 164_850_000


def test_a_year_that_runs_says_nothing_yet(books: World, reporter: User) -> None:
    with pytest.raises(RuleBroken, match="chưa hết"), writing():
        stating.state(year_of(books.unit, THIS_YEAR), "reward_amount", "nearly", 1, by=reporter)


@pytest.mark.parametrize("figure", ["", "members", "hardship_unit_amount"])
def test_a_figure_that_the_books_do_not_give_is_not_there(books: World, reporter: User, figure: str) -> None:
    with pytest.raises(NotFound):
        state(books, reporter, "exact", None, figure)


def test_when_the_books_change_what_was_said_holds_no_more(app: Flask) -> None:
    world = make_year()
    reporter = people.person("baocao", unit=world.unit)
    with writing():
        stating.state(year_of(world.unit), "scholarship_amount", "nearly", 3_100_000, by=reporter)
    give_back(world, THEN)

    found = stating.figure_of(annual.of(year_of(world.unit)), "scholarship_amount")

    assert (found.value, found.printed, found.holds) == (2 * MILLION, "gần 3,1 triệu đồng", False)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ("UPDATE stated_figures SET said = 170000000", "said"),
        ("UPDATE stated_figures SET qualifier = 'over'", "qualifier"),
        ("DELETE FROM stated_figures", "id"),
    ],
)
def test_what_was_altered_behind_the_rules_is_named(books: World, reporter: User, change: str, field: str) -> None:
    state(books, reporter, "nearly", 165 * MILLION)
    db.session.rollback()
    assert verify().ok
    db.session.rollback()

    with db.engine.begin() as connection:
        connection.execute(text(change))
    db.session.rollback()

    found = [one for answer in verify().answers for one in answer.violations]
    assert [(one.table, one.field) for one in found] == [("stated_figures", field)]


@pytest.mark.parametrize(
    ("amount", "printed"),
    [
        (558_600_000, "558,6 triệu đồng"),
        (43_850_000, "43,85 triệu đồng"),
        (47_500_000, "47,5 triệu đồng"),
        (1_000_000, "1 triệu đồng"),
        (165_000_000, "165 triệu đồng"),
        (26_542_000_000, "26.542 triệu đồng"),
        (1_050_000, "1,05 triệu đồng"),
        (1_234_567, "1.234.567 đồng"),
        (500_000, "500.000 đồng"),
        (0, "0 đồng"),
        (-1_000_000, "−\u00a01.000.000 đồng"),
    ],
)
def test_amounts_are_printed_as_reports_print_them(amount: int, printed: str) -> None:
    assert figures.written(SPEC["reward_amount"], amount) == printed


def test_counts_are_printed_in_groups() -> None:
    assert figures.written(SPEC["gift_count"], 51_200) == "51.200"
