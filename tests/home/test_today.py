"""“Hôm nay”: every role finds an honest first page, and what waits for it."""

import pytest

from khuyenhoc.core.database import writing
from khuyenhoc.giving import desks
from khuyenhoc.ledger.approvables import ask_void
from tests.giving.gift_world import Ward, make_ward
from tests.support.browser import Browser
from tests.support.people import OFFICERS
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


def test_the_chair_sees_what_waits_for_approval(ward: Ward, browser: Browser) -> None:
    with writing():
        ask_void(ward.give(90_000), by=ward.treasurer, reason="Gõ hai lần")

    assert "Việc chờ duyệt" in browser.sign_in("chutich").get("home.today").text
    assert "Việc chờ duyệt" not in browser.sign_in("thuquy").get("home.today").text


def test_somebody_who_is_not_signed_in_is_asked_to(browser: Browser) -> None:
    browser.get("home.today", expect=303)
