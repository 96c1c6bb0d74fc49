"""On the demonstration site a treasurer of a closed and of an open unit opens today's desk without a second thought."""

import pytest
from flask import Flask

from khuyenhoc.demo import load
from khuyenhoc.funds.campaigns import get_campaign
from khuyenhoc.org.users import get_user
from tests.support.browser import Browser


@pytest.fixture
def treasurer(app: Flask, browser: Browser) -> Browser:
    """thuquy, who also keeps the books of the district that has ended."""
    load.load(whole_year=False)
    return browser.sign_in(get_user("thuquy"))


def test_only_what_takes_gifts_is_offered_and_the_usual_answers_fit(treasurer: Browser) -> None:
    page = treasurer.get("desk.index")

    assert "Xe đạp đến trường 2026" in page.text
    assert "quận Sông Xanh" not in page.text
    desk = treasurer.post(
        "desk.open_desk", campaign=get_campaign("XD26").id, name="Đêm gây quỹ", date=page.field("date")
    )
    assert "Đêm gây quỹ" in desk.h1
