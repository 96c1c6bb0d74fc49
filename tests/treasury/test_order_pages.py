"""The pages of payment orders: asked, approved, paid, voided, by whom; what others see; nonsense."""

from io import BytesIO

import openpyxl
import pytest
from flask import Flask

from khuyenhoc.approvals import requests
from khuyenhoc.core.database import db, writing
from khuyenhoc.funds.funds import fund_by_id
from khuyenhoc.history.events import record
from khuyenhoc.ledger import balances
from khuyenhoc.ledger.payment_tables import PaymentOrder
from khuyenhoc.proof.verify import verify
from tests.support import people
from tests.support.browser import Browser
from tests.support.world import HA, World, make_world
from tests.treasury.conftest import Officers, approve
from tests.treasury.ordered import approve as approve_order
from tests.treasury.ordered import prepare, request_of

WATER = {"amount": "30k", "memo": "Nước uống", "person": "Quán nước Bà Tư"}


def only() -> PaymentOrder:
    """The newest order, read anew."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.query(PaymentOrder).order_by(PaymentOrder.id.desc()).first()  # type: ignore[return-value]


def test_a_running_cost_by_its_pages(either_browser: Browser, ward: World, officers: Officers) -> None:
    ward.gift(1_000_000, campaign=ward.general)
    accountant = either_browser.sign_in(officers.accountant)
    accountant.get("running_costs.new")
    shown = accountant.post("running_costs.create", {**WATER, "campaign": ward.general.id, "account": ward.cash.id})
    assert "Chờ duyệt" in shown.text
    assert not shown.offers(f"/so-sach/de-nghi-chi/{only().id}/chi")

    chair = either_browser.sign_in(officers.chair)
    assert "Chi phí hoạt động: Nước uống" in chair.get("approvals.index").text
    chair.post("approvals.decide", to={"request_id": request_of(only()).id}, decision="approve")
    assert not chair.get("payments.show", order_id=only().id).offers(f"/so-sach/de-nghi-chi/{only().id}/chi")

    treasurer = either_browser.sign_in(officers.treasurer)
    assert "Quán nước Bà Tư" in treasurer.get("payments.index", trang_thai="approved").text
    treasurer.get("payments.show", order_id=only().id)
    paid = treasurer.post("payments.pay", to={"order_id": only().id})
    assert "Đã chi, chứng từ PC-2026-0001." in paid.text
    document = treasurer.get("treasury.document", document_id=only().document_id)
    assert document.offers(f"/so-sach/de-nghi-chi/{only().id}")
    assert balances.available(ward.general.id) == 970_000

    treasurer.get("treasury.void_form", document_id=only().document_id)
    treasurer.post("treasury.ask_void", to={"document_id": only().document_id}, reason="Chi nhầm")
    approve(requests.about("document", only().document_id or 0)[0], officers.chair)
    assert "Đã chi, đã hủy" in treasurer.get("payments.show", order_id=only().id).text
    assert balances.available(ward.general.id) == 1_000_000
    assert verify().ok


def test_a_returned_order_is_mended_where_it_says_so(either_browser: Browser, ward: World, officers: Officers) -> None:
    order = prepare(ward)
    with writing():
        requests.send_back(request_of(order), by=officers.chair, reason="Thiếu hóa đơn")
    accountant = either_browser.sign_in(officers.accountant)
    assert accountant.get("approvals.index").offers(f"/so-sach/de-nghi-chi/{order.id}")
    assert "Thiếu hóa đơn" in accountant.get("payments.show", order_id=order.id).text
    form = accountant.get("running_costs.edit", order_id=order.id)
    assert "Thiếu hóa đơn" in form.text
    assert [form.field(name) for name in ("amount", "memo", "person")] == ["30.000", "Nước uống", "Quán nước Bà Tư"]

    page = accountant.post("running_costs.mend", to={"order_id": order.id}, memo="", expect=422)
    assert page.error("memo")
    accountant.post("running_costs.mend", to={"order_id": order.id}, memo="Nước uống, hóa đơn 12")
    log = accountant.get("payments.show", order_id=order.id).log
    assert any(line.startswith("Trả lại để sửa") and line.endswith("Thiếu hóa đơn") for line in log)

    assert only().memo == "Nước uống, hóa đơn 12"
    assert request_of(only()).is_waiting


def test_an_order_is_dropped_with_a_reason(either_browser: Browser, ward: World, officers: Officers) -> None:
    order = prepare(ward)
    either_browser.sign_in(officers.accountant).get("payments.show", order_id=order.id)
    assert either_browser.post("payments.cancel", to={"order_id": order.id}, reason=" ", expect=422).errors
    page = either_browser.post("payments.cancel", to={"order_id": order.id}, reason="Đã có người tặng")

    assert "Thôi không chi" in page.text
    assert "Đã có người tặng" in page.text


def test_a_wrong_order_keeps_what_was_typed(either_browser: Browser, ward: World, officers: Officers) -> None:
    either_browser.sign_in(officers.accountant).get("running_costs.new")
    answer = either_browser.post(
        "running_costs.create",
        {"campaign": ward.general.id, "account": ward.cash.id, "amount": "2tr", "memo": "", "person": ""},
        expect=422,
    )

    assert answer.error("memo")
    assert answer.error("person") == "Trả cho ai?"
    assert answer.field("amount") == "2tr"
    assert db.session.query(PaymentOrder).count() == 0


def test_the_payer_reads_why_not_and_a_wrong_day_is_refused(app: Flask, ward: World, officers: Officers) -> None:
    ward.gift(1_000_000, campaign=ward.general)
    order = prepare(ward)
    treasurer = Browser(app).sign_in(officers.treasurer)
    refused = treasurer.post("payments.pay", to={"order_id": order.id}, date="15/8/2026", expect=422)
    assert "chưa được duyệt" in refused.text
    approve_order(order, officers.chair)
    treasurer.get("payments.show", order_id=order.id)

    for day in ("14/8/2026", "16/8/2026", "x", ""):
        assert treasurer.post("payments.pay", to={"order_id": order.id}, date=day, expect=422).errors
    assert only().state == "approved"
    people.grant(officers.chair, "treasurer", ward.unit)
    both = Browser(app).sign_in(officers.chair)
    assert "đã duyệt việc này nên không chi được" in both.get("payments.show", order_id=order.id).text
    both.post("payments.pay", to={"order_id": order.id}, date="15/8/2026", expect=403)


def test_other_roles_and_other_units_do_none_of_it(app: Flask, ward: World, officers: Officers) -> None:
    order = prepare(ward)
    pages = [("payments.show", 200), ("running_costs.edit", 403)]
    for who in (officers.chair, officers.auditor, officers.treasurer):
        browser = Browser(app).sign_in(who)
        for endpoint, status in pages:
            browser.get(endpoint, order_id=order.id, expect=status)
        browser.get("running_costs.new", expect=403)
        browser.post("payments.cancel", to={"order_id": order.id}, reason="x", expect=403)
    for role in ("accountant", "treasurer"):
        stranger = people.person(f"xa.{role}", role=role, unit=make_world(f"U0{len(role)}").unit)
        browser = Browser(app).sign_in(stranger)
        browser.get("payments.show", order_id=order.id, expect=404)
        assert "Quán nước" not in browser.get("payments.index").text
        endpoint, code = ("running_costs.mend", 404) if role == "accountant" else ("payments.pay", 404)
        browser.post(endpoint, to={"order_id": order.id}, expect=code)
    assert only().state == "prepared"


def test_the_list_is_narrowed_and_taken_as_excel(app: Flask, ward: World, officers: Officers) -> None:
    prepare(ward)
    prepare(ward, 45_000, person="Nhà in Cô Ba", memo="In giấy mời")
    browser = Browser(app).sign_in(officers.auditor)

    assert "Nhà in Cô Ba" in browser.get("payments.index", q="co ba").text
    assert "Quán nước" not in browser.get("payments.index", q="co ba").text
    assert "Không có đề nghị nào như vậy" in browser.get("payments.index", trang_thai="paid").text
    file = browser.client.get("/so-sach/de-nghi-chi/danh-sach.xlsx?q=giấy mời&xep=-tien")
    rows = list(openpyxl.load_workbook(BytesIO(file.data)).active.values)  # type: ignore[union-attr]
    assert [(row[2], row[-1]) for row in rows[3:]] == [("Nhà in Cô Ba", 45_000)]


def test_above_the_cap_it_is_said_before_and_after(app: Flask, ward: World, officers: Officers) -> None:
    fund = fund_by_id(ward.general.fund_id)
    with writing():
        fund.management_cost_cap_percent = 5
        record("fund.changed", fund, by=HA, unit_id=ward.unit.id)
    ward.gift(1_000_000)
    browser = Browser(app).sign_in(officers.accountant)
    assert "mức của quỹ là 5" in browser.get("running_costs.new").text

    page = browser.post("running_costs.create", {**WATER, "campaign": ward.bicycles.id, "account": ward.cash.id})

    assert page.text.count("vượt mức 5") == 2  # told at once, and beside the order


@pytest.mark.parametrize("path", ["/so-sach/de-nghi-chi/999999", "/so-sach/de-nghi-chi/999999/sua"])
def test_what_never_was_is_not_found(app: Flask, ward: World, officers: Officers, path: str) -> None:
    Browser(app).sign_in(officers.accountant).get(path, expect=404)
