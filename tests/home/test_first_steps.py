"""A site that was just founded leads its first steps: each stands before whoever may take it, until it is taken."""

from datetime import date

import pytest
from flask import Flask

from khuyenhoc.core.database import writing
from khuyenhoc.funds import items
from khuyenhoc.funds.campaigns import get_campaign
from khuyenhoc.giving import donations, donors
from khuyenhoc.giving.donations import GiftLine
from khuyenhoc.ledger.accounts import cash_and_banks
from khuyenhoc.org.units import Unit, get_unit
from khuyenhoc.org.users import COMMAND_LINE, find_user
from khuyenhoc.upkeep.found import Plan, found
from tests.support.browser import Browser
from tests.support.people import person
from tests.support.world import DAY


@pytest.fixture
def young(app: Flask) -> Unit:
    """A ward as ``khuyenhoc init`` leaves it: a unit, an administrator, a fund, a cash box."""
    found(
        Plan(
            unit_code="BN",
            unit_name="Hội Khuyến học phường Bến Nắng",
            unit_kind="ward_association",
            address="",
            day=date(2026, 1, 1),
            username="quantri",
            full_name="Nguyễn Thị Lập",
            honorific="Bà",
            password="mot cau de nho 2026",
            fund_code="QKH",
            fund_name="Quỹ Khuyến học",
            standing_code="GEN",
        )
    )
    return get_unit("BN")


def test_the_first_administrator_is_led_to_the_people_who_work(young: Unit, browser: Browser) -> None:
    lap = find_user("quantri")
    assert lap is not None
    first = browser.sign_in(lap).get("home.today")

    assert "Lập tài khoản cho người làm việc" in first.text
    assert "Còn thiếu: Thủ quỹ, Kế toán, Chủ tịch." in first.text
    assert first.offers("/quan-tri/nguoi-dung/moi")

    person("ngocha", role="treasurer", unit=young)
    person("vidu", role="vice_chair", unit=young)
    assert "Còn thiếu: Kế toán." in browser.get("home.today").text
    person("minhhoa", role="accountant", unit=young)
    assert "Lập tài khoản" not in browser.get("home.today").text


def test_the_accountant_is_led_to_bank_goods_and_campaign_until_gifts_come(young: Unit, browser: Browser) -> None:
    first = browser.sign_in(person("minhhoa", role="accountant", unit=young)).get("home.today")

    assert "có 3 việc chờ" in first.h1
    for step, where in (
        ("Ghi tài khoản ngân hàng", "/so-sach/tai-khoan/them"),
        ("Kê các loại hiện vật sẽ nhận", "/quy/hien-vat/moi"),
        ("Lập chiến dịch đầu tiên", "/chien-dich/moi"),
    ):
        assert step in first.text
        assert first.offers(where)

    with writing():
        items.add_item("xe_dap", "Xe đạp", "chiếc", 2_375_000, "bicycle", by=COMMAND_LINE)
    assert "Kê các loại hiện vật" not in browser.get("home.today").text


def test_who_has_no_work_finds_the_way_to_every_daily_page(young: Unit, browser: Browser) -> None:
    first = browser.sign_in(person("bang", role="committee_member", unit=young)).get("home.today")

    assert "chưa có việc nào chờ" in first.h1
    assert "Hồ sơ được giao cho quý vị chấm điểm." in first.text
    assert first.offers("/hoc-bong")


def test_who_first_gave_ends_the_first_steps_but_not_the_missing_offices(young: Unit, browser: Browser) -> None:
    with writing():
        donor = donors.create(donors.Details("unknown"), unit=young, by=COMMAND_LINE)
    ha = person("ngocha", role="treasurer", unit=young)
    assert "Lập chiến dịch đầu tiên" in browser.sign_in(ha).get("home.today").text
    assert browser.get("gift_form.new").offers("/quy/hien-vat/moi")  # there is nothing to choose from yet
    browser.get("desk.index")
    desk = browser.post(
        "desk.open_desk", campaign=get_campaign("GEN").id, name="Tối nay", date="15/8/2026", method="cash"
    )
    assert desk.offers("/quy/hien-vat/moi")

    with writing():
        donations.record(
            donor,
            [GiftLine(get_campaign("GEN"), 500_000)],
            method="cash",
            account=cash_and_banks(young.id)[0],
            on=DAY,
            by=ha,
            key="gift",
        )

    assert "Lập chiến dịch đầu tiên" not in browser.get("home.today").text
    lap = find_user("quantri")
    assert lap is not None
    assert "Còn thiếu: Kế toán, Chủ tịch." in browser.sign_in(lap).get("home.today").text
