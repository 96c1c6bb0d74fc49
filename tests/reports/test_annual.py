"""The year's figures: from the books alone, each line by hand, nobody to be recognised."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import cast

import pytest
import time_machine
from flask import Flask

from khuyenhoc.core.database import db
from khuyenhoc.org.units import get_unit
from khuyenhoc.payouts.payout_tables import PayoutLine
from khuyenhoc.recipients.gate import Breakdown
from khuyenhoc.reports import annual, annual_lines
from khuyenhoc.reports.annual import Annual
from khuyenhoc.reports.year_people import People
from tests.awards.award_world import MILLION, AwardWorld
from tests.conftest import EVENING
from tests.reports.year_world import YEAR, make_year, values_of, year_of
from tests.support import engines, site

BICYCLE = 2_375_000


@pytest.fixture(scope="module")
def lived(the_site: Flask, databases: engines.Databases) -> Iterator[AwardWorld]:
    """The year, made once: these tests read it."""
    with time_machine.travel(EVENING, tick=False), site.fresh_database(the_site, databases):
        yield make_year()


@pytest.fixture
def report(lived: AwardWorld) -> Annual:
    """Its report."""
    return annual.of(year_of(lived.unit))


def test_figures_are_what_the_books_give(report: Annual) -> None:
    assert values_of(report) == {
        "scholarship_count": 3,
        "scholarship_amount": 3 * MILLION,
        "bicycle_count": 2,
        "bicycle_amount": 2 * BICYCLE,
        "gift_count": 0,
        "gift_amount": 0,
        "hardship_count": 0,
        "reward_amount": 0,
    }


def test_the_year_adds_up_to_what_stands_on_the_accounts(report: Annual) -> None:
    books = report.books

    assert (books.opening, books.received_money, books.received_goods) == (0, 5_400_000, 2 * BICYCLE)
    assert (books.transfers_in, books.transfers_out) == (200_000, 200_000)
    assert books.left == books.closing == 5_400_000 - 3 * MILLION - 100_000
    assert books.held == MILLION
    assert all(part.books.left == part.books.closing for part in report.campaigns)
    assert report.differences() == {}
    assert report.gifts == 0  # the test's gifts are plain documents that no giver stands behind


def test_lines_add_up_and_a_transfer_within_is_no_income(report: Annual) -> None:
    lines = annual_lines.money_lines(report.books, several=True)

    assert sum(line.amount for line in lines) == report.books.closing
    assert not {"transfers_in", "transfers_out"} & {line.line for line in lines}
    one = next(part for part in report.campaigns if part.campaign.standing)
    assert sum(line.amount for line in annual_lines.money_lines(one.books, several=False)) == one.books.closing


def test_what_paid_for_awards_stands_with_its_campaign(report: Annual, lived: AwardWorld) -> None:
    found = {part.campaign.code: annual_lines.awards_in_words(part) for part in report.campaigns}

    assert found == {"HB-U01": "3 suất học bổng", "XD-U01": "2 suất xe đạp", "GEN-U01": ""}
    assert db.session.query(PayoutLine).count() == report.awards.count


def test_goods_are_counted_in_pieces(report: Annual) -> None:
    bicycle = report.goods[0]

    assert (bicycle.opening, bicycle.received, bicycle.handed_over, bicycle.closing) == (0, 2, 2, 0)
    assert bicycle.left == bicycle.closing


def test_small_groups_of_recipients_are_not_named(report: Annual) -> None:
    people = report.people

    assert people.count == 5
    assert people.by_kind == Breakdown((("Học sinh THCS", 5),), 0)
    assert people.by_school.rows == (("THCS Hoa Mai", 5),)
    assert people.by_circumstance.rows == ()  # their certificates begin in the next year
    assert annual.of(year_of(get_unit("U07"))).people.count == 0  # the chapter keeps no books: it paid nobody


def test_another_year_has_nothing(lived: AwardWorld) -> None:
    before = annual.of(year_of(lived.unit, YEAR - 1))

    assert before.is_empty
    assert set(values_of(before).values()) == {0}
    assert before.people.count == 0
    assert before.plain()["figures"]["scholarship_amount"]["source"].endswith("không có chứng từ")


def test_what_the_gate_holds_back_by_kind_stands_as_one_number_on_every_form_of_the_report() -> None:
    few = Breakdown((("Học sinh THCS", 12),), 8)
    told = SimpleNamespace(people=People(20, few, *(Breakdown((), 0),) * 3))

    assert annual_lines.people_groups(cast("Annual", told)) == [annual_lines.Group("Theo đối tượng", few.rows, 8)]
