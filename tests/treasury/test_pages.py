"""The pages of the treasury: who may open them, what they record, what they answer to nonsense."""

import datetime
from io import BytesIO

import openpyxl
import pytest
from flask import Flask

from khuyenhoc.approvals import requests
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotAllowed
from khuyenhoc.history.events import record
from khuyenhoc.ledger import approvables, balances
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org import grants
from khuyenhoc.org.users import COMMAND_LINE
from khuyenhoc.treasury.cash_counts import CashCount
from tests.support import people
from tests.support.browser import Browser
from tests.support.world import HA, World, make_world
from tests.treasury.conftest import Officers, approve

READING = [
    "/so-sach",
    "/so-sach/chung-tu",
    "/so-sach/kiem-quy",
    "/so-sach/khoa-so",
    "/so-sach/tai-khoan",
    "/so-sach/quy-tien-mat",
    "/so-sach/ngan-hang",
    "/so-sach/nhat-ky",
    "/so-sach/de-nghi-chi",
]
WRITING = [
    "/so-sach/ghi/so-du-dau",
    "/so-sach/ghi/so-du-dau-hien-vat",
    "/so-sach/ghi/thu-khac",
    "/so-sach/ghi/phi-ngan-hang",
    "/so-sach/ghi/nop-ngan-hang",
    "/so-sach/ghi/rut-tien-mat",
    "/so-sach/chuyen-chien-dich",
]


def last_document() -> Document:
    return db.session.query(Document).order_by(Document.id.desc()).first()  # type: ignore[return-value]


@pytest.mark.alternating
@pytest.mark.parametrize("path", READING)
def test_bookkeepers_heads_and_the_auditor_read(app: Flask, ward: World, officers: Officers, path: str) -> None:
    ward.gift(500_000)
    for who in (officers.treasurer, officers.accountant, officers.chair, officers.auditor):
        Browser(app).sign_in(who).get(path)
    Browser(app).sign_in(officers.secretary).get(path, expect=403)
    Browser(app).get(path, expect=303)


@pytest.mark.parametrize("path", READING)
def test_before_anything_is_recorded_pages_say_what_to_do(
    app: Flask, ward: World, officers: Officers, path: str
) -> None:
    Browser(app, htmx=True).sign_in(officers.auditor).get(path)


@pytest.mark.alternating
@pytest.mark.parametrize("path", WRITING)
def test_only_bookkeepers_record(app: Flask, ward: World, officers: Officers, path: str) -> None:
    for who in (officers.treasurer, officers.accountant):
        Browser(app).sign_in(who).get(path)
    for who in (officers.chair, officers.auditor, officers.secretary):
        Browser(app).sign_in(who).get(path, expect=403)
        Browser(app).sign_in(who).post(path, expect=403)


def test_interest_is_recorded_and_shown(either_browser: Browser, ward: World, officers: Officers) -> None:
    either_browser.sign_in(officers.accountant).get("/so-sach/ghi/thu-khac")
    fields = {"campaign": ward.general.id, "account": ward.bank.id, "amount": "104.567", "memo": "Lãi quý 2"}
    answer = either_browser.post("movements.record", fields, to={"kind": "thu-khac"}, date="15/8/2026")

    assert "TK-2026-0001" in answer.h1
    assert "104.567" in answer.text
    assert balances.on_account(ward.bank.id) == 104_567


def test_a_wrong_form_keeps_what_was_typed(either_browser: Browser, ward: World, officers: Officers) -> None:
    either_browser.sign_in(officers.accountant).get("/so-sach/ghi/phi-ngan-hang")
    fields = {"campaign": ward.general.id, "account": ward.bank.id, "amount": "2tr", "memo": "", "date": "31/2/2026"}
    answer = either_browser.post("movements.record", fields, to={"kind": "phi-ngan-hang"}, expect=422)

    assert answer.error("memo")
    assert answer.error("date") == "Không có ngày 31/2/2026 trong lịch."
    assert answer.field("amount") == "2tr"
    assert db.session.query(Document).count() == 0


def test_money_that_is_not_there_is_refused_there(either_browser: Browser, ward: World, officers: Officers) -> None:
    either_browser.sign_in(officers.treasurer).get("/so-sach/ghi/nop-ngan-hang")
    fields = {"campaign": ward.general.id, "cash": ward.cash.id, "bank": ward.bank.id, "amount": "1tr"}
    answer = either_browser.post("movements.record", fields, to={"kind": "nop-ngan-hang"}, date="15/8/2026", expect=422)

    assert "chỉ còn 0" in answer.error("amount")


def test_another_units_things_are_not_offered_nor_taken(app: Flask, ward: World, officers: Officers) -> None:
    other = make_world("U06")
    theirs = other.gift(500_000)
    browser = Browser(app).sign_in(officers.accountant)
    browser.get("/so-sach/ghi/thu-khac")
    fields = {"campaign": other.general.id, "account": other.bank.id, "amount": "1tr", "memo": "Lãi"}

    browser.post("movements.record", fields, to={"kind": "thu-khac"}, date="15/8/2026", expect=422)
    for path in (
        f"/so-sach/chung-tu/{theirs.id}",
        f"/so-sach/quy-tien-mat?tai_khoan={other.cash.id}",
        f"/so-sach/nhat-ky?don_vi={other.unit.id}",
        f"/so-sach/nhat-ky?chien_dich={other.general.id}",
        f"/so-sach/tai-khoan/{other.cash.id}/sua",
    ):
        browser.get(path, expect=404)


def test_an_empty_month_leads_to_the_last_one_with_lines(app: Flask, ward: World, officers: Officers) -> None:
    ward.gift(300_000, on=datetime.date(2026, 6, 20))
    browser = Browser(app).sign_in(officers.treasurer)

    page = browser.get("/so-sach/quy-tien-mat")

    assert "ngày 20/6/2026" in page.text
    (link,) = [node.get("href") for node in page.page.all("a") if "tháng 6/2026" in node.text]
    assert "300.000" in browser.get(link).text


def test_a_transfer_is_asked_and_done_by_the_chair(either_browser: Browser, ward: World, officers: Officers) -> None:
    ward.gift(1_000_000, campaign=ward.general)
    either_browser.sign_in(officers.accountant).get("/so-sach/chuyen-chien-dich")
    fields = {"campaign": ward.general.id, "target": ward.bicycles.id, "account": ward.cash.id, "amount": "400k"}
    either_browser.post("movements.ask_transfer", fields, reason="Bù xe đạp")
    request = requests.about("campaign", ward.general.id)[0]
    assert balances.available(ward.bicycles.id) == 0

    approve(request, officers.chair)

    page = either_browser.get("treasury.document", document_id=last_document().id)
    assert "Người duyệt: " in page.text
    assert balances.available(ward.bicycles.id) == 400_000


def test_a_consent_that_says_nothing_is_mended_at_the_form(
    either_browser: Browser, ward: World, officers: Officers
) -> None:
    ward.gift(1_000_000, campaign=ward.general)
    with writing():
        ward.general.restriction = "Chỉ cho học sinh mồ côi"
        record("campaign.changed", ward.general, by=HA, unit_id=ward.unit.id)
    page = either_browser.sign_in(officers.accountant).get("/so-sach/chuyen-chien-dich")
    assert "ai đồng ý, ngày nào, bằng cách nào" in page.text
    fields = {"campaign": ward.general.id, "target": ward.bicycles.id, "account": ward.cash.id, "amount": "400k"}
    fields["reason"] = "Bù xe đạp"

    empty = either_browser.post("movements.ask_transfer", fields, consent="", expect=422)
    short = either_browser.post("movements.ask_transfer", fields, consent="ừ", expect=422)

    assert "văn bản đồng ý" in empty.error("consent")
    assert "ít nhất 15 ký tự" in short.error("consent")
    assert (short.field("consent"), short.field("reason")) == ("ừ", "Bù xe đạp")
    assert not requests.about("campaign", ward.general.id)
    either_browser.post("movements.ask_transfer", fields, consent="Bà Họa viết thư ngày 12/8/2026")
    assert requests.about("campaign", ward.general.id)[0].is_waiting


def test_a_void_is_asked_with_a_reason(either_browser: Browser, ward: World, officers: Officers) -> None:
    ward.gift(1_000_000)
    cost = ward.pay(20_000)
    either_browser.sign_in(officers.accountant).get("treasury.void_form", document_id=cost.id)
    assert either_browser.post("treasury.ask_void", to={"document_id": cost.id}, reason=" ", expect=422).errors
    page = either_browser.post("treasury.ask_void", to={"document_id": cost.id}, reason="Ghi nhầm")
    assert "đang chờ duyệt" in page.text
    either_browser.post("treasury.ask_void", to={"document_id": cost.id}, reason="Ghi nhầm", expect=303)
    either_browser.post("treasury.ask_void", to={"document_id": cost.id}, reason="Lý do khác", expect=422)

    approve(requests.about("document", cost.id)[0], officers.chair)

    assert "Đã hủy" in either_browser.get("treasury.document", document_id=cost.id).text


def test_whoever_may_not_have_it_voided_is_refused_and_not_asked_to_mend(
    browser: Browser, ward: World, officers: Officers, monkeypatch: pytest.MonkeyPatch
) -> None:
    ward.gift(1_000_000)
    cost = ward.pay(20_000)
    for who in (officers.auditor, officers.chair):
        browser.sign_in(who).post("treasury.ask_void", to={"document_id": cost.id}, reason="Ghi nhầm", expect=403)

    def taken_away(*_asked: object, **_more: object) -> None:
        """The right was taken away while the form was being sent."""
        raise NotAllowed("Việc này không thuộc vai trò của cô ở đơn vị này.")

    monkeypatch.setattr(approvables, "ask_void", taken_away)
    accountant = browser.sign_in(officers.accountant)
    told = accountant.post("treasury.ask_void", to={"document_id": cost.id}, reason="Ghi nhầm", expect=403)

    assert "không thuộc vai trò" in told.text
    assert requests.about("document", cost.id) == []


def test_a_gift_is_not_voided_here(app: Flask, ward: World, officers: Officers) -> None:
    gift = ward.gift(1_000_000)
    browser = Browser(app).sign_in(officers.accountant)

    browser.get("treasury.document", document_id=gift.id, expect=303)
    browser.get("treasury.void_form", document_id=gift.id, expect=404)


def test_the_list_filters_and_the_excel_file_holds_exactly_that(app: Flask, ward: World, officers: Officers) -> None:
    ward.gift(1_000_000)
    cost, other = ward.pay(20_000), ward.pay(30_000)
    ward.void(other)
    browser = Browser(app).sign_in(officers.auditor)

    assert other.label in browser.get("/so-sach/chung-tu").text
    live = browser.get("/so-sach/chung-tu?trang_thai=recorded&loai=running_cost")
    assert cost.label in live.text
    assert other.label not in live.text
    assert other.label in browser.get(f"/so-sach/chung-tu?q={other.label}").text
    assert "Không có chứng từ" in browser.get("/so-sach/chung-tu?q=khong-co-dau").text
    file = browser.client.get("/so-sach/chung-tu.xlsx?trang_thai=recorded")
    rows = list(openpyxl.load_workbook(BytesIO(file.data)).active.values)  # type: ignore[union-attr]
    assert [row[0] for row in rows[3:]] == [cost.label]


def test_the_cash_is_counted_with_and_without_script(either_browser: Browser, ward: World, officers: Officers) -> None:
    ward.gift(1_250_000)
    either_browser.sign_in(officers.treasurer).get("/so-sach/kiem-quy")
    sums = either_browser.post("cash.record", to_500000="2", cong="1")
    assert "1.000.000" in sums.text
    assert db.session.query(CashCount).count() == 0

    page = either_browser.post("cash.record", cong=None, to_500000="2", to_200000="1", to_50000="1")

    assert "Khớp" in page.text
    assert either_browser.client.get(f"{page.path}.pdf").data.startswith(b"%PDF")
    assert "Khớp" in either_browser.get("/so-sach/kiem-quy").text


def test_a_count_that_was_returned_says_so(browser: Browser, ward: World, officers: Officers) -> None:
    browser.sign_in(officers.treasurer).get("/so-sach/kiem-quy")
    page = browser.post("cash.record", to_500="4", note="Có trong hộp", campaign=ward.general.id)
    assert "Chờ duyệt" in page.text
    found = db.session.query(CashCount).one()
    with writing():
        requests.send_back(requests.about("cash_count", found.id)[0], by=officers.chair, reason="Hộp nào?")

    for answer in (browser.get("cash.one", count_id=found.id), browser.get("/so-sach/kiem-quy")):
        assert "Trả lại để sửa" in answer.page.one("main").text


def test_a_difference_asks_why_and_waits(either_browser: Browser, ward: World, officers: Officers) -> None:
    either_browser.sign_in(officers.treasurer).get("/so-sach/kiem-quy")
    answer = either_browser.post("cash.record", to_500="4", expect=422)
    assert "lý do" in answer.error("note")

    page = either_browser.post("cash.record", to_500="4", note="Có trong hộp", campaign=ward.general.id)

    assert "Thừa 2.000" in page.text
    found = db.session.query(CashCount).one()
    requests_of = requests.about("cash_count", found.id)
    approve(requests_of[0], officers.chair)
    assert "KQ-2026-0001" in either_browser.get("cash.one", count_id=found.id).text


def test_while_counting_the_sums_come_at_once(app: Flask, ward: World, officers: Officers) -> None:
    browser = Browser(app, htmx=True).sign_in(officers.treasurer)
    browser.get("/so-sach/kiem-quy")
    answer = browser.client.post(
        "/so-sach/kiem-quy/cong",
        data={"csrf_token": browser._token(), "form_key": "12345678", "to_200000": "3", "account": ward.cash.id},
        headers={"HX-Request": "true", "Referer": "http://localhost/"},
    )

    assert answer.status_code == 200
    assert 'id="tien-200000"' in answer.get_data(as_text=True)
    assert "600.000" in answer.get_data(as_text=True)
    assert db.session.query(CashCount).count() == 0


def test_the_accountant_never_counts_the_cash(app: Flask, ward: World, officers: Officers) -> None:
    for who in (officers.accountant, officers.chair, officers.auditor):
        browser = Browser(app).sign_in(who)
        assert not browser.get("/so-sach/kiem-quy").page.all("form", action="/so-sach/kiem-quy", method="post")
        browser.post("cash.record", to_500="4", expect=403)
        browser.post("cash.add_up", to_500="4", expect=403)


@pytest.mark.parametrize("typed", ["-1", "1.5", "٣", "１", "9" * 30, "1e5", "x", "'; DROP TABLE cash_counts"])
def test_a_strange_number_of_notes_is_refused_in_words(app: Flask, ward: World, officers: Officers, typed: str) -> None:
    browser = Browser(app).sign_in(officers.treasurer)
    browser.get("/so-sach/kiem-quy")
    answer = browser.post("cash.record", to_500=typed, note="x", campaign=ward.general.id, expect=422)

    assert answer.errors
    assert db.session.query(CashCount).count() == 0


@pytest.mark.parametrize(
    "path, status",
    [
        ("/so-sach/ghi/khong-co", 404),
        ("/so-sach/chung-tu/999999", 404),
        ("/so-sach/chung-tu/99999999999999999999", 404),
        ("/so-sach/kiem-quy/999999", 404),
        ("/so-sach/kiem-quy?ban=77", 404),
        ("/so-sach/nhat-ky?thang=1999-01", 400),
        ("/so-sach/nhat-ky?thang=x", 400),
        ("/so-sach/nhat-ky?sau=2026-08-15_x", 400),
        ("/so-sach/nhat-ky?sau=x_1", 400),
        ("/so-sach/nhat-ky?don_vi=x", 404),
        ("/so-sach/quy-tien-mat?tai_khoan=x", 404),
        ("/so-sach/quy-tien-mat?tai_khoan=999999", 404),
        ("/so-sach/quy-tien-mat?chien_dich=999999", 404),
        ("/so-sach/chung-tu?xep=hack", 400),
        ("/so-sach/chung-tu?sau=hack", 400),
        ("/so-sach/khac.xlsx", 404),
    ],
)
def test_nonsense_in_an_address_is_answered_in_words(
    app: Flask, ward: World, officers: Officers, path: str, status: int
) -> None:
    Browser(app).sign_in(officers.accountant if "kiem-quy?" not in path else officers.treasurer).get(
        path, expect=status
    )


def test_the_books_on_paper_and_in_excel(app: Flask, ward: World, officers: Officers) -> None:
    ward.gift(1_000_000)
    ward.bicycles_given(2)
    ward.void(ward.pay(20_000))  # on the same day: neither went nor came
    client = Browser(app).sign_in(officers.accountant).client

    for book in ("quy-tien-mat", "ngan-hang", "nhat-ky"):
        pdf, excel = client.get(f"/so-sach/{book}.pdf"), client.get(f"/so-sach/{book}.xlsx")
        assert pdf.status_code == 200
        assert pdf.data.startswith(b"%PDF")
        assert excel.status_code == 200
    rows = list(openpyxl.load_workbook(BytesIO(client.get("/so-sach/quy-tien-mat.xlsx").data)).active.values)  # type: ignore[union-attr]
    assert rows[-1][3:5] == (1_000_000, 0)


def test_the_month_is_asked_to_be_closed(either_browser: Browser, ward: World, officers: Officers) -> None:
    ward.gift(500_000, on=ward_july())
    page = either_browser.sign_in(officers.accountant).get("/so-sach/khoa-so")
    assert "Đến lượt tháng 7/2026" in page.text

    page = either_browser.post("ledger.ask_to_close")
    assert "đang chờ duyệt" in page.text
    request = db.session.query(requests.Request).filter_by(kind="period.close").one()
    approve(request, officers.chair)

    page = either_browser.get("/so-sach/khoa-so")
    assert "Đã khóa" in page.text
    either_browser.post("ledger.ask_to_reopen", reason="", expect=422)
    assert "đang chờ duyệt" in either_browser.post("ledger.ask_to_reopen", reason="Sót một phiếu").text


def test_only_the_accountant_asks_to_close(app: Flask, ward: World, officers: Officers) -> None:
    ward.gift(500_000, on=ward_july())
    for who in (officers.treasurer, officers.chair, officers.auditor):
        browser = Browser(app).sign_in(who)
        assert not browser.get("/so-sach/khoa-so").offers("/so-sach/khoa-so/xin-khoa")
        browser.post("ledger.ask_to_close", unit=ward.unit.id, month=24318, expect=403)


@pytest.mark.parametrize("unit, month", [("x", "24318"), ("", ""), ("1", "-1"), ("1", "9" * 12), ("1", "24999")])
def test_a_month_that_is_none_is_refused(app: Flask, ward: World, officers: Officers, unit: str, month: str) -> None:
    ward.gift(500_000, on=ward_july())
    sent = str(ward.unit.id) if unit == "1" else unit

    Browser(app).sign_in(officers.accountant).post("ledger.ask_to_close", unit=sent, month=month, expect=422)


def test_a_bank_account_is_added_and_renamed(either_browser: Browser, ward: World, officers: Officers) -> None:
    either_browser.sign_in(officers.accountant).get("/so-sach/tai-khoan/them")
    bad = {
        "kind": "bank",
        "name": "Tiền gửi BIDV",
        "code": "U05-BIDV",
        "number": "12a",
        "bank": "BIDV",
        "holder": "HKH",
    }
    assert "chữ số" in either_browser.post("ledger.add_account", bad, expect=422).error("number")
    page = either_browser.post("ledger.add_account", {**bad, "number": "99900044455566", "bin": "970418"})
    assert "Tiền gửi BIDV" in page.text

    either_browser.get("ledger.edit_account", account_id=ward.cash.id)
    for _again in range(2):  # the same name once more is no change, and no mistake
        page = either_browser.post("ledger.rename_account", to={"account_id": ward.cash.id}, name="Két sắt văn phòng")
        assert "Két sắt văn phòng" in page.text


def test_only_the_accountant_opens_accounts(app: Flask, ward: World, officers: Officers) -> None:
    for who in (officers.treasurer, officers.chair, officers.auditor):
        Browser(app).sign_in(who).get("/so-sach/tai-khoan/them", expect=403)
        Browser(app).sign_in(who).post("ledger.add_account", expect=403)


def test_counts_and_accounts_are_filtered_and_exported(app: Flask, ward: World, officers: Officers) -> None:
    browser = Browser(app).sign_in(officers.treasurer)
    browser.get("/so-sach/kiem-quy")
    browser.post("cash.record")
    assert "Khớp" in browser.get("/so-sach/kiem-quy?trang_thai=counted&xep=chenh-lech").text
    assert "Không có lần kiểm quỹ" in browser.get("/so-sach/kiem-quy?tu=1/9/2026").text

    for address, heads in (("/so-sach/kiem-quy.xlsx?tu=1/9/2026", 3), ("/so-sach/tai-khoan.xlsx", 5)):
        file = browser.client.get(address)
        assert len(list(openpyxl.load_workbook(BytesIO(file.data)).active.values)) == heads  # type: ignore[union-attr]


def ward_july() -> datetime.date:
    return datetime.date(2026, 7, 20)


@pytest.mark.alternating
@pytest.mark.parametrize("path", [*READING, *WRITING])
def test_who_keeps_two_units_books_sees_both(app: Flask, ward: World, path: str) -> None:
    other = make_world("U06")
    keeper = people.person("hai.so", role="accountant", unit=ward.unit)
    with writing():
        grants.give(keeper, "accountant", other.unit, by=COMMAND_LINE)
    for world in (ward, other):
        world.gift(500_000, on=ward_july())
        world.void(world.pay(1_000))

    page = Browser(app).sign_in(keeper).get(path)

    if path in ("/so-sach/quy-tien-mat", "/so-sach/nhat-ky"):
        assert not page.page.all("details", class_="fold")  # which month this is must be seen
    if path in ("/so-sach", "/so-sach/khoa-so"):
        keeper_of_both = people.person("ba.so", role="accountant", unit=other.unit)
        people.grant(keeper_of_both, "accountant", ward.unit)
        seen = Browser(app).sign_in(keeper_of_both).get(path).page.one("main").text
        assert seen.index("Hội Khuyến học U06") < seen.index("Hội Khuyến học U05")  # one's own unit first
    if path in ("/so-sach", "/so-sach/khoa-so", "/so-sach/tai-khoan", *WRITING):
        assert "Hội Khuyến học U05" in page.text
        assert "Hội Khuyến học U06" in page.text
