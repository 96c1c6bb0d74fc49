"""One form, one answer; and how long it is kept."""

from collections.abc import Callable
from datetime import datetime, timedelta

from khuyenhoc.core.database import db
from khuyenhoc.funds import items
from khuyenhoc.org.answers import KEPT, FormAnswer
from tests.conftest import EVENING
from tests.support.browser import Browser

ITEM = {"code": "tui_50", "name": "Túi quà", "unit_of_measure": "túi", "unit_value": "50k", "spending_kind": "gift"}


def add(browser: Browser, key: str, **other: str) -> str:
    """Send the form of a new item under a key; gives where it led."""
    browser.sign_in("ketoan").get("funds.new_item")
    return browser.post("funds.add_item", {**ITEM, **other, "form_key": key}).path


def kept() -> list[str]:
    """The keys of the forms whose answers are kept."""
    return sorted(db.session.scalars(db.select(FormAnswer.form_key)))


def test_a_form_that_is_sent_again_leads_where_it_led(browser: Browser) -> None:
    assert add(browser, "first-press") == add(browser, "first-press")

    assert [item.code for item in items.all_items()] == ["tui_50"]
    assert kept() == ["first-press"]


def test_an_answer_that_no_open_page_can_ask_for_is_forgotten(
    browser: Browser, clock: Callable[[datetime], None]
) -> None:
    add(browser, "long-ago-1")
    clock(EVENING + timedelta(days=1))
    add(browser, "day-after", code="tui_51")

    clock(EVENING + KEPT + timedelta(hours=1))
    add(browser, "much-later", code="tui_52")

    assert kept() == ["day-after", "much-later"]
