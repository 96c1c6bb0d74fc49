"""The patterns in a real browser: with script the page stays and only its part changes; without, all works as well."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.support import checker, chromium, usable
from tests.support.chromium import Windows
from tests.web.test_forms import GOOD, send, stored

pytestmark = pytest.mark.browser


@pytest.fixture
def windows(house: Flask, launched: Browser) -> Iterator[Windows]:
    """Windows on the demo; none may report an error besides the refusals that a test provokes."""
    with chromium.served(house) as address:
        opened = Windows(launched, address)
        yield opened
        opened.close()
    assert [fault for fault in opened.faults if "422" not in fault] == []


def fill(page: Page) -> None:
    """Type an envelope."""
    page.fill("#donor", "Bà Trần Thị Minh Họa")
    page.fill("#on", "15/8/2026")
    page.click("text=Tiền mặt")


@pytest.mark.parametrize("script", [True, False])
def test_an_unclear_amount_is_asked_and_recorded(house: Flask, windows: Windows, script: bool) -> None:
    page = windows.open(script=script)
    page.goto("/thu/")
    fill(page)
    page.fill("#amount", "1.5")
    page.press("#amount", "Enter")  # the button moves down when the amount has been read
    page.wait_for_selector("#can-sua")
    page.click("text=Một triệu năm trăm nghìn đồng")
    page.press("#amount", "Enter")
    page.wait_for_selector("text=Đã ghi khoản của Bà Trần Thị Minh Họa")

    assert [envelope.amount for envelope in stored(house)] == [1_500_000]


def test_the_amount_is_read_out_while_one_types(windows: Windows) -> None:
    page = windows.open()
    page.goto("/thu/")
    page.fill("#amount", "2tr5")

    page.wait_for_selector("text=Hai triệu năm trăm nghìn đồng")
    expect(page.locator("#amount-doc .big")).to_have_text("2.500.000\u00a0₫")


def test_a_refused_form_takes_the_eye_to_what_is_to_be_mended(windows: Windows) -> None:
    page = windows.open()
    page.goto("/thu/")
    page.click("text=Ghi và ra phiếu")

    expect(page.locator("#can-sua")).to_be_focused()


def test_a_rule_that_says_no_leaves_what_was_typed(windows: Windows) -> None:
    page = windows.open()
    page.goto("/thu/")
    page.fill("#donor", "Bà Minh Họa")
    page.click("#chi")
    page.wait_for_selector("text=Quỹ không đủ chi.")

    expect(page.locator("#donor")).to_have_value("Bà Minh Họa")


def test_the_house_can_be_used_by_everyone(windows: Windows) -> None:
    page = windows.open()

    assert [fault for path in ("/thu/", "/thu/danh-sach", "/them") for fault in usable.faults_of(page, path)] == []


def test_the_house_is_valid(house: Flask, tmp_path: Path) -> None:
    visitor = house.test_client()
    answers = {
        "desk": visitor.get("/thu/"),
        "list": visitor.get("/thu/danh-sach"),
        "more": visitor.get("/them"),
        "nothing": visitor.get("/khong-co"),
        "refused": send(visitor, **{**GOOD, "donor": "", "amount": "1.5"}),
        "stale": visitor.post("/thu/", data=GOOD),
        "mistake": send(visitor, "/thu/tu-choi/mistake"),
    }

    assert checker.faults({name: answer.text for name, answer in answers.items()}, tmp_path) == []
