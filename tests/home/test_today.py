"""“Hôm nay”: every role finds an honest first page, and what waits for it."""

from datetime import date

import pytest

from khuyenhoc.core.database import writing
from khuyenhoc.giving import desks
from khuyenhoc.ledger import accounts
from khuyenhoc.ledger.approvables import ask_void
from khuyenhoc.org.unit_changes import open_unit
from khuyenhoc.org.users import COMMAND_LINE
from khuyenhoc.treasury.cash_counts import count_cash
from tests.giving.gift_world import Ward, make_ward
from tests.support.browser import Browser
from tests.support.people import OFFICERS
from tests.support.plans import plans
from tests.support.world import DAY
from tests.support.worlds import Worlds


@pytest.fixture
def ward(worlds: Worlds) -> Ward:
    """A ward with two gifts and an open desk."""
    ward = worlds.begin_with(make_ward)
    ward.give(2_000_000)
    with writing():
        desks.open_desk(ward.world.bicycles, name="Đêm gây quỹ", method="cash", on=DAY, by=ward.treasurer)
    return ward


@pytest.mark.parametrize("who", sorted(OFFICERS))
def test_every_role_finds_a_first_page(ward: Ward, browser: Browser, who: str) -> None:
    answer = browser.sign_in(who).get("home.today")

    assert answer.h1.startswith("Khoản ủng hộ của tôi" if who == "nhahaotam" else "Chào ")
    assert "sẽ có ở bản sau" not in answer.text


def test_the_treasurer_sees_the_cash_and_the_open_desk(ward: Ward, browser: Browser) -> None:
    answer = browser.sign_in("thuquy").get("home.today")

    assert "Bàn tiếp nhận “Đêm gây quỹ” đang mở" in answer.text
    assert "2.000.000" in answer.text


def test_a_receipt_voided_today_is_neither_money_in_nor_money_out(ward: Ward, browser: Browser) -> None:
    ward.world.void(ward.give(500_000))
    treasurer = browser.sign_in("thuquy")

    said = " ".join(treasurer.get("home.today").text.split())
    assert "Thu 2.000.000 Chi 0" in said

    book = " ".join(treasurer.get("books.cash_book").text.split())
    assert "Cả tháng 2.000.000 0 2.000.000" in book
    assert "− 500.000" in book


def test_the_first_page_says_when_the_box_was_last_counted(ward: Ward, browser: Browser) -> None:
    reader = browser.sign_in("thuquy")
    assert "Kiểm quỹ gần nhất" not in reader.get("home.today").text

    with writing():
        count_cash(ward.world.cash, {500_000: 4}, by=ward.treasurer, key="count")

    said = reader.get("home.today")
    assert "đếm được 2.000.000\u00a0₫, đúng với sổ" in said.text
    assert said.offers("/so-sach/kiem-quy/1")


def test_the_chair_sees_what_waits_for_approval(ward: Ward, browser: Browser) -> None:
    with writing():
        ask_void(ward.give(90_000), by=ward.treasurer, reason="Gõ hai lần")

    assert "Việc chờ duyệt" in browser.sign_in("chutich").get("home.today").text
    assert "Việc chờ duyệt" not in browser.sign_in("thuquy").get("home.today").text


def test_somebody_who_is_not_signed_in_is_asked_to(browser: Browser) -> None:
    browser.get("home.today", expect=303)


@pytest.mark.parametrize("who", ["ketoan", "thuquy"])
def test_the_first_page_asks_no_more_where_there_are_more_units(ward: Ward, browser: Browser, who: str) -> None:
    reader = browser.sign_in(who)
    reader.get("home.today")
    with plans() as few:
        reader.get("home.today")

    for number in range(3):
        with writing():
            below = open_unit(
                code=f"W{number}",
                kind="ward_association",
                name=f"Hội Khuyến học phường {number}",
                starts=date(2022, 1, 1),
                parent=ward.world.unit,
                by=COMMAND_LINE,
            )
            accounts.open_books(below.id, by=COMMAND_LINE)
            accounts.add_cash_box(below.id, f"W{number}-CASH", f"Quỹ tiền mặt {number}", by=COMMAND_LINE)
    reader.get("home.today")
    with plans() as more:
        reader.get("home.today")

    of_boxes = 3 * 3  # what each held this morning, what came and went, what it holds
    assert len(more.asked) <= len(few.asked) + of_boxes
