"""The pages of campaigns, funds and items."""

import io
from datetime import date

import openpyxl
import pytest

from khuyenhoc.approvals import requests
from khuyenhoc.core.database import db
from khuyenhoc.funds import campaigns, closing, funds, items, panels
from khuyenhoc.funds.panels import Panel, Progress
from tests.approvals.office import employ
from tests.support.browser import Browser

NEW = {
    "name": "Xe đạp đến trường 2026",
    "code": "xd26",
    "kind": "bicycle",
    "starts": "1/7/2026",
    "ends": "30/9/2026",
    "goal_money": "52tr",
    "restriction": "Xe đạp cho học sinh nhà xa trường.",
    "donor_order": "day",
    "show_amounts": "y",
}


def row(n, **values):
    return {f"goals-{n}-{name}": value for name, value in values.items()}


@pytest.fixture
def accountant_s(browser, office, qkh):
    """The accountant's browser."""
    return browser.sign_in(office.accountant)


def state_of(campaign):
    db.session.refresh(campaign)
    return campaign.state


def test_a_campaign_is_drafted_with_a_goal_in_money_and_goods(accountant_s, bicycle):
    accountant_s.get("campaigns.new")

    page = accountant_s.post("campaigns.draft", {**NEW, **row(0, item=str(bicycle.id), quantity="20")})

    assert page.h1 == "Xe đạp đến trường 2026"
    assert "Mục tiêu 52.000.000\u00a0₫, 20 xe đạp 24 inch." in page.text
    assert campaigns.get_campaign("XD26").state == "draft"


def test_more_rows_work_without_script_and_lose_nothing(accountant_s, bicycle):
    accountant_s.get("campaigns.new")
    typed = {**NEW, **row(0, item=str(bicycle.id), quantity="20")}

    page = accountant_s.post("campaigns.draft", {**typed, "more": "1"})
    assert page.field("name") == "Xe đạp đến trường 2026"
    assert page.field("goals-0-quantity") == "20"
    assert page.field("goals-1-name") == ""
    assert campaigns.find("XD26") is None

    second = row(1, name="Phần quà", unit_of_measure="phần", quantity="40")
    accountant_s.post("campaigns.draft", {**typed, **second})
    assert [goal.quantity for goal in campaigns.get_campaign("XD26").goals] == [20, 40]


def test_htmx_gets_only_the_rows(app, office, qkh):
    from_htmx = Browser(app, htmx=True)
    page = from_htmx.sign_in(office.accountant).post("campaigns.draft", {**NEW, "more": "1"})

    assert "Thêm một dòng hiện vật" in page.text
    assert "Tên chiến dịch" not in page.text


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", {"name": ""}),
        ("code", {"code": "XĐ"}),
        ("code", {"code": "GEN-BN"}),
        ("fund", {"fund": "999"}),
        ("fund", {"fund": "²"}),
        ("kind", {"kind": "lottery"}),
        ("starts", {"starts": "32/7/2026"}),
        ("ends", {"ends": "30/6/2026"}),
        ("goal_money", {"goal_money": "1.5"}),
        ("goal_money", {"goal_money": "-5"}),
        ("donor_order", {"donor_order": "richest"}),
        ("goals-0-quantity", row(0, name="Xe", unit_of_measure="chiếc", quantity="²")),
        ("goals-0-quantity", row(0, name="Xe", unit_of_measure="chiếc", quantity="")),
        ("goals-0-name", row(0, unit_of_measure="chiếc", quantity="1")),
        ("goals-0-unit_of_measure", row(0, name="Xe", quantity="1")),
        ("goals-0-item", row(0, item="77", quantity="1")),
    ],
)
def test_what_makes_no_sense_is_asked_again_beside_its_field(accountant_s, field, wrong):
    accountant_s.get("campaigns.new")

    page = accountant_s.post("campaigns.draft", {**NEW, **wrong}, expect=422)

    assert page.errors
    assert campaigns.find("XD26") is None


def test_strange_row_numbers_are_passed_over(accountant_s):
    hostile = {"goals-²-name": "x", f"goals-{'9' * 5000}-name": "x", "goals--name": "x", "goals-٣-name": "x"}
    accountant_s.get("campaigns.new")

    accountant_s.post("campaigns.draft", {**NEW, **hostile})

    assert campaigns.get_campaign("XD26").goals == []


def test_the_whole_way_from_draft_to_closed(browser, office, opened_by_pages):
    campaign = opened_by_pages
    assert state_of(campaign) == "open"

    browser.sign_in(office.accountant).get("campaigns.show", code="XD26")
    page = browser.post("campaigns.ask_to_close", to={"code": "XD26"}, reason="Đã trao đủ")
    assert "đã đề nghị đóng chiến dịch này" in page.text
    request = requests.find_waiting("campaign.close", "campaign", campaign.id)
    browser.sign_in(office.chair).get("approvals.index")
    browser.post("approvals.decide", to={"request_id": request.id}, decision="approve")

    assert state_of(campaign) == "closed"
    assert "Chiến dịch đã đóng" in browser.get("campaigns.show", code="XD26").text


@pytest.fixture
def opened_by_pages(browser, office, xd26):
    """The campaign after asking and approving in the browser."""
    browser.sign_in(office.accountant).get("campaigns.show", code="XD26")
    page = browser.post("campaigns.ask_to_open", to={"code": "XD26"}, reason="")
    assert "Đang chờ ông Lê Công Thành hoặc bà Trần Thị Oanh duyệt." in page.text
    request = requests.find_waiting("campaign.open", "campaign", xd26.id)
    browser.sign_in(office.chair).get("approvals.index")
    browser.post("approvals.decide", to={"request_id": request.id}, decision="approve")
    return xd26


def test_closing_says_on_the_page_what_is_still_open(browser, office, opened, monkeypatch):
    monkeypatch.setattr(closing, "_checks", {"money": lambda _campaign: ["Còn 520.000 ₫ chưa dùng."]})
    browser.sign_in(office.accountant).get("campaigns.show", code="XD26")

    page = browser.post("campaigns.ask_to_close", to={"code": "XD26"}, reason="Hết hạn", expect=422)

    assert "Còn 520.000 ₫ chưa dùng." in page.text
    assert page.field("reason").strip() == "Hết hạn"


def test_closing_asks_for_a_reason(browser, office, opened):
    browser.sign_in(office.accountant).get("campaigns.show", code="XD26")

    page = browser.post("campaigns.ask_to_close", to={"code": "XD26"}, reason="", expect=422)

    assert "ghi lý do" in page.error("reason")


def test_a_draft_is_edited_and_keeps_its_goods(accountant_s, xd26):
    page = accountant_s.get("campaigns.edit", code="XD26")
    assert page.field("goal_money") == "52.000.000"
    assert page.field("goals-0-quantity") == "20"

    page = accountant_s.post("campaigns.change", to={"code": "XD26"}, **{"goals-0-quantity": "25"})

    assert "25 xe đạp 24 inch" in page.text


def test_an_open_campaign_offers_only_what_may_change(accountant_s, opened):
    page = accountant_s.get("campaigns.edit", code="XD26")
    assert "restriction" not in page.fields("/chien-dich/XD26/sua")

    accountant_s.post("campaigns.change", to={"code": "XD26"}, restriction="Gì cũng được", ends="31/12/2026")

    db.session.refresh(opened)
    assert (opened.ends, opened.restriction) == (date(2026, 12, 31), "Xe đạp cho học sinh nhà xa trường.")


def test_the_list_shows_progress_beside_its_numbers(accountant_s, opened, bicycle, monkeypatch):
    found = {opened.id: Progress(received=51_999_999, available=1_000, goods={bicycle.id: 8}, reconciled=True)}
    monkeypatch.setattr(panels, "_progress", [lambda _ids: found])

    text = accountant_s.get("campaigns.index").text

    assert "8 trong 20 xe đạp 24 inch" in text
    assert "99\u00a0% của 52.000.000\u00a0₫" in text
    assert "51.999.999" in text
    assert "Khớp" in text


def test_the_list_is_narrowed_and_taken_as_excel(accountant_s, xd26):
    assert "Xe đạp đến trường" in accountant_s.get("campaigns.index", trang_thai="draft").text
    assert "Không có chiến dịch nào như vậy" in accountant_s.get("campaigns.index", trang_thai="closed").text
    assert accountant_s.get("campaigns.as_excel").response.mimetype.endswith("sheet")


def test_panels_of_higher_features_stand_on_the_page(accountant_s, opened, monkeypatch):
    monkeypatch.setattr(panels, "_providers", {})
    panels.register("test", lambda campaign: Panel("funds/_panels.html", {"n": campaign.id}), place="top")
    panels.register("none", lambda _campaign: None, place="aside")

    assert [len(found) for found in panels.of(opened).values()] == [0, 1, 0, 0, 0]


@pytest.mark.parametrize("endpoint", ["campaigns.show", "campaigns.edit"])
def test_foreign_campaigns_are_not_found(browser, opened, cau_may, endpoint):
    stranger = employ("nguoila", "Đỗ Thị Lạ", "Bà", ("accountant", cau_may))

    browser.sign_in(stranger).get(endpoint, code="XD26", expect=404)


@pytest.mark.parametrize("endpoint", ["campaigns.change", "campaigns.ask_to_open", "campaigns.ask_to_close"])
def test_nothing_is_done_to_foreign_campaigns(browser, opened, cau_may, endpoint):
    stranger = employ("nguoila", "Đỗ Thị Lạ", "Bà", ("accountant", cau_may))

    browser.sign_in(stranger).post(endpoint, to={"code": "XD26"}, reason="x", expect=404)


def test_a_campaign_is_not_drafted_in_a_foreign_fund(browser, office, qkh, cau_may):
    stranger = employ("nguoila", "Đỗ Thị Lạ", "Bà", ("accountant", cau_may))

    browser.sign_in(stranger).post("campaigns.draft", {**NEW, "fund": str(qkh.id)}, expect=422)

    assert campaigns.find("XD26") is None


def test_the_chair_reads_and_edits_nothing(browser, office, opened):
    browser.sign_in(office.chair)

    assert not browser.get("campaigns.show", code="XD26").offers("/chien-dich/XD26/sua")
    browser.get("campaigns.edit", code="XD26", expect=403)
    browser.post("campaigns.ask_to_close", to={"code": "XD26"}, reason="x", expect=403)


def test_unknown_campaigns_are_not_found(accountant_s):
    accountant_s.get("campaigns.show", code="NOPE", expect=404)


FUND = {
    "name": "Quỹ Tài năng",
    "code": "QTN",
    "legal_form": "internal",
    "standing_code": "GEN-TN",
    "standing_name": "Quỹ chung tài năng",
    "starts": "1/1/2026",
    "management_cost_cap_percent": "5",
}


def test_a_fund_is_founded_with_its_standing_campaign(accountant_s):
    accountant_s.get("funds.new")

    page = accountant_s.post("funds.add", FUND)

    assert "Quỹ Tài năng" in page.text
    assert campaigns.get_campaign("GEN-TN").is_open
    assert funds.get_fund("QTN").management_cost_cap_percent == 5


@pytest.mark.parametrize(
    "wrong", [{"code": "QKH-BN"}, {"code": ""}, {"unit": "99"}, {"standing_code": "GEN-BN"}, {"starts": "1/1/2030"}]
)
def test_a_fund_that_makes_no_sense_is_asked_again(accountant_s, wrong):
    accountant_s.get("funds.new")

    assert accountant_s.post("funds.add", {**FUND, **wrong}, expect=422).errors
    assert funds.find_fund("QTN") is None


def test_a_fund_is_renamed(accountant_s, qkh):
    accountant_s.get("funds.edit", code="QKH-BN")

    accountant_s.post("funds.change", to={"code": "QKH-BN"}, name="Quỹ Khuyến tài")

    db.session.refresh(qkh)
    assert qkh.name == "Quỹ Khuyến tài"


def test_foreign_funds_are_not_found(browser, qkh, cau_may):
    stranger = employ("nguoila", "Đỗ Thị Lạ", "Bà", ("accountant", cau_may))
    browser.sign_in(stranger)

    assert "QKH-BN" not in browser.get("funds.index").text
    browser.get("funds.edit", code="QKH-BN", expect=404)
    browser.post("funds.change", to={"code": "QKH-BN"}, name="x", expect=404)


ITEM = {"code": "tui_50", "name": "Túi quà", "unit_of_measure": "túi", "unit_value": "50k", "spending_kind": "gift"}


def test_an_item_is_added_and_valued_anew(accountant_s):
    accountant_s.get("funds.new_item")
    accountant_s.post("funds.add_item", ITEM)
    accountant_s.get("funds.edit_item", code="tui_50")
    page = accountant_s.post("funds.change_item", to={"code": "tui_50"}, unit_value="60k")

    assert "60.000" in page.text
    assert items.get_item("tui_50").unit_value == 60_000


@pytest.mark.parametrize("wrong", [{"code": "Ú"}, {"name": ""}, {"unit_value": "x"}, {"spending_kind": "bank_fees"}])
def test_an_item_that_makes_no_sense_is_asked_again(accountant_s, wrong):
    assert accountant_s.post("funds.add_item", {**ITEM, **wrong}, expect=422).errors
    assert items.all_items() == []


def test_the_catalogue_is_taken_as_excel(accountant_s, bicycle):
    assert accountant_s.get("funds.catalogue").offers("/quy/hien-vat.xlsx")

    answer = accountant_s.client.get("/quy/hien-vat.xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.data)).active.iter_rows(min_row=4, values_only=True))
    assert (bicycle.name, bicycle.code, bicycle.unit_of_measure, bicycle.unit_value) in [row[:4] for row in rows]


def test_the_treasurer_founds_no_fund(browser, office, qkh):
    browser.sign_in(office.treasurer).get("funds.new", expect=403)
    browser.post("funds.add", FUND, expect=403)
