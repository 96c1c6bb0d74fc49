"""The full form, the list, one gift and its void, on pages."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from khuyenhoc.approvals import requests
from khuyenhoc.core.database import db, scalar
from khuyenhoc.giving import donations
from khuyenhoc.giving.donation_tables import Donation
from khuyenhoc.ledger import documents
from khuyenhoc.ledger.document_tables import Document, DocumentLine
from tests.giving.gift_world import YESTERDAY, Ward, make_ward
from tests.support import people
from tests.support.browser import Answer, Browser
from tests.support.voids import assert_asks_for_a_void
from tests.support.world import make_world
from tests.support.worlds import Worlds


@pytest.fixture
def form(ward: Ward, either_browser: Browser) -> Browser:
    """The treasurer has the full form open."""
    browser = either_browser.sign_in("thuquy")
    browser.get("gift_form.new")
    return browser


def _answers(ward: Ward, **more: Any) -> dict[str, Any]:
    """A transfer of Bà Họa for the bicycles, as typed."""
    return {
        "donor": "minh hoa", "donor_id": ward.hoa.id, "donor_for": "minh hoa", "method": "bank",
        "date": "14/8/2026", "bank": ward.world.bank.id, "bank_reference": "FT26226",
        "money-0-campaign": ward.world.bicycles.id, "money-0-amount": "4tr", "step": "check", **more,
    }  # fmt: skip


def _again(browser: Browser, shown: Answer, step: str, action: str = "/khoan-ung-ho/moi") -> dict[str, Any]:
    return {**shown.fields(action), "step": step}


def test_a_small_transfer_is_recorded_at_once(form: Browser, ward: Ward) -> None:
    done = form.post("gift_form.record", _answers(ward, restriction="Học sinh mồ côi"))

    assert done.h1 == "Khoản ủng hộ NH-2026-0001"
    for fact in ("4.000.000\u00a0₫", "Bốn triệu đồng", "FT26226", "Học sinh mồ côi", "14/8/2026", "Niêm phong"):
        assert fact in done.text
    assert scalar("SELECT restriction FROM donations") == "Học sinh mồ côi"


def test_lines_for_several_campaigns_are_one_number(form: Browser, ward: Ward) -> None:
    more = form.post("gift_form.record", _answers(ward, step="money"))
    assert more.field("money-1-amount") == ""
    if not form.htmx:  # a row being filled in is never sent again
        assert more.field("money-0-amount") == "4tr"

    second = {"money-1-campaign": ward.world.general.id, "money-1-amount": "1tr5"}
    done = form.post("gift_form.record", _answers(ward, **second))

    assert "5.500.000\u00a0₫" in done.text
    assert scalar("SELECT count(*) FROM documents") == 1
    assert scalar("SELECT count(*) FROM document_lines") == 2


def test_what_was_typed_for_another_method_says_nothing(form: Browser, ward: Ward) -> None:
    other = {"goods-0-quantity": "hai cái", "goods-0-item": "999", "cash": ward.world.cash.id}
    done = form.post("gift_form.record", _answers(ward, **other))

    assert "4.000.000\u00a0₫" in done.text
    assert ward.world.bank.id in db.session.scalars(select(DocumentLine.account_id)).all()


def test_a_button_that_nobody_knows_records_nothing(form: Browser, ward: Ward) -> None:
    shown = form.post("gift_form.record", _answers(ward, step="refresh"))

    assert shown.field("money-0-amount") == "4tr"
    assert scalar("SELECT count(*) FROM documents") == 0


def test_a_large_gift_is_read_once_more(form: Browser, ward: Ward) -> None:
    shown = form.post("gift_form.record", _answers(ward, **{"money-0-amount": "150tr"}))
    assert shown.h1 == "Kiểm tra lại trước khi ghi"
    assert "Một trăm năm mươi triệu đồng" in shown.text
    assert scalar("SELECT count(*) FROM documents") == 0

    back = form.post("gift_form.record", _again(form, shown, "back"))
    assert back.field("money-0-amount") == "150tr"
    assert scalar("SELECT count(*) FROM documents") == 0

    form.post("gift_form.record", {**_again(form, shown, "record"), "form_key": "large-gift-1"})
    form.post("gift_form.record", {**_again(form, shown, "record"), "form_key": "large-gift-1"})
    assert scalar("SELECT amount FROM documents") == 150_000_000
    assert scalar("SELECT count(*) FROM documents") == 1


def test_a_form_that_has_made_its_gift_is_not_checked_again(form: Browser, ward: Ward) -> None:
    """The same content gives the same gift, other content 409 at once: there is nothing left to confirm."""
    large = {**_answers(ward, **{"money-0-amount": "150tr"}), "form_key": "large-gift-2"}
    shown = form.post("gift_form.record", large)
    form.post("gift_form.record", {**_again(form, shown, "record"), "form_key": "large-gift-2"})

    form.get("gift_form.new")
    assert form.post("gift_form.record", large).h1.startswith("Khoản ủng hộ NH-2026-0001")
    form.get("gift_form.new")
    other = form.post("gift_form.record", {**large, "money-0-amount": "151tr"}, expect=409)

    assert "NH-2026-0001" in other.text
    assert scalar("SELECT count(*) FROM documents") == 1


def test_what_was_shown_is_what_is_recorded(form: Browser, ward: Ward) -> None:
    shown = form.post("gift_form.record", _answers(ward, **{"money-0-amount": "150tr"}))

    changed = {**_again(form, shown, "record"), "money-0-amount": "151tr"}
    again = form.post("gift_form.record", changed)

    assert again.h1 == "Kiểm tra lại trước khi ghi"
    assert "151.000.000" in again.text
    assert scalar("SELECT count(*) FROM documents") == 0


def test_goods_and_new_givers_are_read_once_more(form: Browser, ward: Ward) -> None:
    goods = {
        "donor": "Nhà sách Trang Thơm", "donor_id": "moi", "donor_for": "Nhà sách Trang Thơm", "kind": "company",
        "method": "in_kind", "date": "15/8/2026", "goods-0-campaign": ward.world.bicycles.id,
        "goods-0-item": ward.world.bicycle.id, "goods-0-quantity": "3", "goods-0-unit_value": "2tr", "step": "check",
    }  # fmt: skip

    shown = form.post("gift_form.record", goods)
    assert "3 chiếc xe đạp 24 inch, 6.000.000" in shown.text
    assert scalar("SELECT count(*) FROM donors") == 2

    done = form.post("gift_form.record", _again(form, shown, "record"))
    assert done.h1 == "Khoản ủng hộ HV-2026-0001"
    assert scalar("SELECT count(*) FROM donors") == 3


def test_a_reference_recorded_before_is_pointed_out(form: Browser, ward: Ward) -> None:
    form.post("gift_form.record", _answers(ward))
    form.get("gift_form.new")

    shown = form.post("gift_form.record", _answers(ward, **{"money-0-amount": "20tr"}))

    assert "Mã giao dịch này đã có ở NH-2026-0001" in shown.text


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"money-0-amount": "12.34"}, "money-0-amount"),
        ({"money-0-campaign": ""}, "money-0-campaign"),
        ({"money-0-campaign": "999"}, "money-0-campaign"),
        ({"date": "16/8/2026"}, "date"),
        ({"date": "31/2/2026"}, "date"),
        ({"date": "1/1/2020"}, "date"),
        ({"donor": "", "donor_id": None}, "donor"),
        ({"method": "in_kind"}, "goods"),
        ({"method": "cash", "bank_reference": ""}, ""),
        ({"bank_reference": "x" * 65}, "bank_reference"),
        ({"money-0-amount": ""}, "lines"),
    ],
)
def test_a_refused_form_keeps_what_was_typed(form: Browser, ward: Ward, wrong: dict[str, Any], field: str) -> None:
    if field == "":
        return
    answer = form.post("gift_form.record", _answers(ward, **wrong), expect=422)

    assert answer.errors
    if field not in ("goods", "lines"):
        assert answer.error(field) or answer.errors
    assert "minh hoa" in answer.body or field == "donor"
    assert scalar("SELECT count(*) FROM documents") == 0


def test_the_secretary_records_goods_and_no_money(ward: Ward, browser: Browser) -> None:
    browser.sign_in("thuky")
    page = browser.get("gift_form.new")
    assert "Chuyển khoản" not in page.text

    browser.post("gift_form.record", _answers(ward), expect=422)
    goods = {
        "method": "in_kind", "goods-0-campaign": ward.world.bicycles.id, "goods-0-item": ward.world.bicycle.id,
        "goods-0-quantity": "1",
    }  # fmt: skip
    shown = browser.post("gift_form.record", _answers(ward, **goods))
    browser.post("gift_form.record", _again(browser, shown, "record"))

    assert [d.label for d in db.session.scalars(select(Document))] == ["HV-2026-0001"]


@pytest.mark.parametrize("who", ["chutich", "kiemtra", "admin", "chihoi", "baocao", "nhahaotam", "hoidong1"])
def test_who_may_not_record_does_not(ward: Ward, browser: Browser, who: str) -> None:
    browser.sign_in(who)

    browser.get("gift_form.new", expect=403)
    browser.post("gift_form.record", _answers(ward), expect=403)
    assert scalar("SELECT count(*) FROM documents") == 0


def test_nobody_is_sent_to_sign_in(ward: Ward, browser: Browser) -> None:
    for endpoint in ("giving.gifts", "giving.as_excel", "gift_form.new", "desk.index", "giving.find_giver"):
        browser.get(endpoint, expect=303)


def make_evening() -> Ward:
    """The ward with five gifts, one of them void."""
    ward = make_ward()
    ward.give(gift=ward.gift(ward.line(100_000), on=YESTERDAY))
    ward.give(gift=ward.gift(ward.line(3_000_000), ward.line(1_000_000, ward.world.general), method="bank"))
    ward.give(gift=ward.gift(ward.bicycles(2), method="in_kind", donor=ward.company))
    ward.give(700_000, by=ward.accountant)
    ward.approve(ward.ask_void(ward.give(9_000_000)))
    return ward


@pytest.fixture
def evening(worlds: Worlds) -> Ward:
    """The ward in the middle of an evening."""
    return worlds.begin_with(make_evening)


def test_the_list_filters_sorts_and_sums(evening: Ward, either_browser: Browser) -> None:
    browser = either_browser.sign_in("ketoan")
    everything = browser.get("giving.gifts")
    totals = ("4 phiếu, đã tiếp nhận", "9.550.000\u00a0₫", "4.800.000\u00a0₫")
    for said in (*totals, "không kể 1 phiếu đã hủy", "Gõ hai lần"):
        assert said in everything.text

    def labels(**query: Any) -> list[str]:
        page = browser.get("giving.gifts", query=query)
        links = [node.text for node in page.page.all("a") if "/khoan-ung-ho/" in node.get("href")]
        return [text for text in links if text[:2] in ("PT", "NH", "HV")]

    general, company = evening.world.general.id, "mây hồng"
    assert labels(chien_dich=general) == ["NH-2026-0001"]
    assert labels(q=company) == ["HV-2026-0001"]
    assert labels(q="pt 2026 2") == ["PT-2026-0002"]
    assert labels(q="0002", hinh_thuc="bank") == ["NH-2026-0001"]
    assert labels(tu="14/8/2026", den="14/8/2026") == ["PT-2026-0001"]
    assert labels(trang_thai="voided") == ["PT-2026-0003"]
    assert labels(nguoi_ghi=evening.accountant.id) == ["PT-2026-0002"]
    assert labels(q="không có ai như vậy") == []
    assert labels(xep="-tien")[0] == "PT-2026-0003"
    assert labels(xep="ngay")[0] == "PT-2026-0001"
    assert "1.000.000" in browser.get("giving.gifts", query={"chien_dich": general}).text


def test_the_list_says_what_it_is_narrowed_to_the_words_too(evening: Ward, browser: Browser) -> None:
    browser.sign_in("ketoan")

    def seeing(**query: Any) -> str:
        """What stands between “Đang xem:” and the way back to all."""
        text = browser.get("giving.gifts", query=query).text
        return text.partition("Đang xem:")[2].partition("Bỏ lọc")[0].strip()

    assert seeing(q="mây hồng") == "tìm “mây hồng”"
    assert seeing(q=" <b>0002 ", hinh_thuc="bank") == "Chuyển khoản, tìm “<b>0002”"
    assert seeing(tu="14/8/2026") == "14/8/2026 – …"


def test_the_excel_file_is_what_the_list_shows(evening: Ward, browser: Browser) -> None:
    browser.sign_in("kiemtra")

    file = browser.client.get("/khoan-ung-ho/bang.xlsx?hinh_thuc=cash")

    sheet = load_workbook(io.BytesIO(file.data)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[0] for row in rows[3:6]] == ["PT-2026-0003", "PT-2026-0002", "PT-2026-0001"]
    assert rows[6][7] == 800_000  # the void one is not summed


def test_the_excel_file_says_how_each_giver_chose_to_be_named(ward: Ward, browser: Browser) -> None:
    ward.give(500_000)
    browser.sign_in("thuky")
    browser.post("donors.choose_display", {"display": "anonymous", "reason": "Bà dặn"}, to={"donor_id": ward.hoa.id})

    sheet = load_workbook(io.BytesIO(browser.client.get("/khoan-ung-ho/bang.xlsx").data)).active

    assert sheet is not None
    said = [cell.value for cell in list(sheet.columns)[3]]
    assert said[2:4] == ["Nêu tên khi công khai", "Mạnh thường quân giấu tên"]


@pytest.mark.parametrize(
    "query",
    [
        {"tu": "ngày mai"}, {"den": "99/99/9999"}, {"chien_dich": "999"}, {"chien_dich": "x"}, {"hinh_thuc": "vàng"},
        {"nguoi_ghi": "0 OR 1=1"}, {"q": "x" * 500}, {"don_vi": "'"}, {"xep": "donor"}, {"sau": "abc"}, {"truoc": "²"},
        {"sau": "WyIyMDI2LTA4LTE1IiwgOTk5OTk5OTk5OTk5OTk5OTk5OTk5OTldIA"},
    ],
)  # fmt: skip
def test_strange_questions_are_no_accident(evening: Ward, browser: Browser, query: dict[str, str]) -> None:
    browser.sign_in("thuquy")
    answer = browser.client.get("/khoan-ung-ho", query_string=query)

    assert answer.status_code in (200, 400, 422)
    assert answer.status_code != 200 or "don_vi" in query


def test_foreign_gifts_are_not_there(evening: Ward, browser: Browser) -> None:
    stranger = people.person("thuquy2", role="treasurer", unit=make_world("U09").unit)
    gift = db.session.scalar(select(Document.id))
    browser.sign_in(stranger)

    assert "Chưa có khoản ủng hộ nào" in browser.get("giving.gifts").text
    for endpoint in ("giving.gift", "gift_void.ask", "gift_void.again", "giving.receipt"):
        browser.get(endpoint, document_id=gift, expect=404)
    for endpoint in ("gift_void.asked", "gift_void.asked_again", "giving.print_receipt"):
        browser.post(endpoint, {"reason": "x"}, to={"document_id": gift}, expect=404)
    assert "Minh Họa" not in browser.client.get("/khoan-ung-ho/tim-nguoi?donor=hoa").get_data(as_text=True)


def test_what_is_no_gift_has_no_page(evening: Ward, browser: Browser) -> None:
    cost = evening.world.pay(1_000)
    browser.sign_in("thuquy")

    browser.get("giving.gift", document_id=cost.id, expect=404)
    browser.get("giving.gift", document_id=10**17, expect=404)


def test_a_void_is_asked_on_the_page_and_approved_by_another(evening: Ward, either_browser: Browser) -> None:
    gift = evening.give(500_000)
    browser = either_browser.sign_in("thuquy")
    assert_asks_for_a_void(browser.get("gift_void.ask", document_id=gift.id))

    refused = browser.post("gift_void.asked", {"reason": ""}, to={"document_id": gift.id}, expect=422)
    assert refused.error("reason") == "Vì sao hủy? Xin ghi lý do."
    done = browser.post("gift_void.asked", {"reason": "Gõ hai lần"}, to={"document_id": gift.id})
    assert "đang chờ người khác duyệt" in done.text
    browser.post("gift_void.asked", {"reason": "Gõ hai lần"}, to={"document_id": gift.id})
    assert scalar("SELECT count(*) FROM approval_requests WHERE state = 'waiting'") == 1


def test_a_gift_is_put_right_on_the_page(evening: Ward, either_browser: Browser) -> None:
    gift = evening.give(5_000_000)
    browser = either_browser.sign_in("thuquy")
    form = browser.get("gift_void.again", document_id=gift.id)
    assert form.field("money-0-amount") == "5.000.000"
    assert form.field("donor") == "Bà Trần Thị Minh Họa"

    refused = browser.post("gift_void.asked_again", {"reason": "x"}, to={"document_id": gift.id}, expect=422)
    assert "Chưa có gì khác" in refused.text
    typed = {"money-0-amount": "500k", "reason": "Gõ thừa một số 0"}
    browser.post("gift_void.asked_again", typed, to={"document_id": gift.id})
    request = requests.find_waiting("document.void", "document", gift.id)
    assert request is not None
    evening.approve(request)

    page = browser.get("giving.gift", document_id=gift.id)
    assert "Phiếu đã hủy" in page.text
    again = donations.replaced_by([gift.id])[gift.id]
    assert again.amount == 500_000
    assert "Ghi lại thay cho phiếu đã hủy" in browser.get("giving.gift", document_id=again.id).text
    assert documents.get_document(gift.id, fresh=True).is_void


def test_pressed_twice_a_new_giver_is_asked_for_once(evening: Ward, either_browser: Browser) -> None:
    gift = evening.give(5_000_000)
    browser = either_browser.sign_in("thuquy")
    browser.get("gift_void.again", document_id=gift.id)
    typed = {
        "donor": "Nhà sách Trang Thơm", "donor_for": "Nhà sách Trang Thơm", "donor_id": "moi", "kind": "company",
        "reason": "Nhầm người", "form_key": "pressed-twice-2",
    }  # fmt: skip

    browser.post("gift_void.asked_again", typed, to={"document_id": gift.id})
    browser.get("gift_void.again", document_id=gift.id)
    browser.post("gift_void.asked_again", typed, to={"document_id": gift.id})

    assert scalar("SELECT count(*) FROM donors WHERE name = 'Nhà sách Trang Thơm'") == 1
    asked = "SELECT count(*) FROM approval_requests WHERE kind = 'document.void' AND subject_id = :gift"
    assert scalar(asked, gift=gift.id) == 1


@pytest.mark.parametrize("choice", ["9" * 30, "²"])
def test_a_choice_that_is_no_card_shows_the_form_again(evening: Ward, browser: Browser, choice: str) -> None:
    gift = evening.give(5_000_000)
    browser.sign_in("thuquy").get("gift_void.again", document_id=gift.id)

    typed = {"donor": "Hoa", "donor_for": "Hoa", "donor_id": choice, "reason": "x", "step": "money"}
    page = browser.post("gift_void.asked_again", typed, to={"document_id": gift.id}, expect=200)

    assert "Trần Thị Minh Họa" in page.text


@pytest.mark.parametrize("who", ["chutich", "kiemtra", "thuky"])
def test_who_may_only_see_asks_for_no_void(evening: Ward, browser: Browser, who: str) -> None:
    gift = db.session.scalar(select(Donation.document_id))
    browser.sign_in(who)

    page = browser.get("giving.gift", document_id=gift)
    assert not page.offers(f"/khoan-ung-ho/{gift}/huy")
    browser.get("gift_void.ask", document_id=gift, expect=403)
    browser.post("gift_void.asked", {"reason": "x"}, to={"document_id": gift}, expect=403)
    browser.get("gift_void.again", document_id=gift, expect=403)
    browser.post("gift_void.asked_again", {"reason": "x"}, to={"document_id": gift}, expect=403)


@pytest.mark.parametrize("method", ["cash", "bank", "in_kind"])
def test_every_gift_prints_its_paper_first_as_original_then_as_copy(ward: Ward, browser: Browser, method: str) -> None:
    line = ward.bicycles(1) if method == "in_kind" else ward.line(1_000_000)
    gift = ward.give(gift=ward.gift(line, method=method))
    browser.sign_in("thuquy")
    browser.get("giving.receipt", document_id=gift.id, expect=303)

    first = browser.post("giving.print_receipt", to={"document_id": gift.id}, expect=303)
    paper = browser.client.get(first.response.location)
    second = browser.post("giving.print_receipt", to={"document_id": gift.id}, expect=303)

    assert paper.mimetype == "application/pdf"
    assert paper.data[:4] == b"%PDF"
    assert first.response.location.endswith("ban_in=1")
    assert second.response.location.endswith("ban_in=2")
    assert scalar("SELECT count(*) FROM issued_papers") == 1


def test_the_campaigns_page_shows_its_latest_gifts(evening: Ward, browser: Browser) -> None:
    browser.sign_in("thuquy")

    page = browser.get("campaigns.show", code=evening.world.bicycles.code)

    assert "Khoản ủng hộ mới nhất" in page.text
    assert "HV-2026-0001" in page.text
