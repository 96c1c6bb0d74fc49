"""The pages of giving back: asked from the gift's page, mended, paid, told on the gift, in lists and in Excel."""

from io import BytesIO

import openpyxl
import pytest
from flask import Flask

from khuyenhoc.approvals import requests
from khuyenhoc.core.database import db, writing
from khuyenhoc.ledger import balances
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.payment_tables import PaymentOrder
from tests.giving.gift_world import Ward
from tests.giving.returning import approve, ask, give_back, holds, request_of
from tests.support import people
from tests.support.browser import Browser
from tests.support.world import make_world

MILLION = 1_000_000


@pytest.fixture
def gift(ward: Ward) -> Document:
    """A million in cash from bà Hoa."""
    return ward.give(MILLION)


def only() -> PaymentOrder:
    """The newest order, read anew."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.query(PaymentOrder).order_by(PaymentOrder.id.desc()).first()  # type: ignore[return-value]


def test_a_gift_goes_back_by_its_pages(either_browser: Browser, ward: Ward, gift: Document) -> None:
    accountant = either_browser.sign_in(ward.accountant)
    assert accountant.get("giving.gift", document_id=gift.id).offers(f"/khoan-ung-ho/{gift.id}/hoan-tra")
    form = accountant.get("refunds.new", document_id=gift.id)
    assert [form.field(name) for name in ("amount", "person")] == ["1.000.000", "Bà Trần Thị Minh Họa"]
    asked = accountant.post("refunds.create", to={"document_id": gift.id}, amount="400k", memo="Chuyển nhầm hai lần")
    assert f"Hoàn trả khoản ủng hộ {gift.label}" in asked.h1
    shown = accountant.get("giving.gift", document_id=gift.id)
    assert "đang có đề nghị hoàn trả 400.000" in shown.text
    assert not shown.offers(f"/khoan-ung-ho/{gift.id}/huy")

    chair = either_browser.sign_in(ward.chair)
    assert "Còn chưa dùng đến" in chair.get("approvals.index").text
    chair.post("approvals.decide", to={"request_id": request_of(only()).id}, decision="approve")
    treasurer = either_browser.sign_in(ward.treasurer)
    treasurer.get("payments.show", order_id=only().id)
    treasurer.post("payments.pay", to={"order_id": only().id})

    shown = treasurer.get("giving.gift", document_id=gift.id)
    assert "Đã hoàn trả 400.000\u00a0₫; khoản này còn 600.000\u00a0₫." in shown.text
    assert "Hoàn trả một phần" in shown.text
    assert "PC-2026-0001" in shown.text
    listed = treasurer.get("giving.gifts")
    assert "Đã hoàn trả 400.000\u00a0₫ (PC-2026-0001)" in listed.text
    assert "trong đó đã hoàn trả 400.000" in listed.text
    assert "Đã hoàn trả 400.000" in treasurer.get("donors.show", donor_id=ward.hoa.id).text
    assert "Hoàn trả ủng hộ PC-2026-0001" in treasurer.get("treasury.document", document_id=only().document_id).h1
    assert balances.available(ward.world.bicycles.id) == 600_000
    assert holds()


def test_a_voided_refund_is_told_no_more(either_browser: Browser, ward: Ward, gift: Document) -> None:
    refund = give_back(ward, gift, MILLION)
    treasurer = either_browser.sign_in(ward.treasurer)
    treasurer.get("treasury.void_form", document_id=refund.id)
    treasurer.post("treasury.ask_void", to={"document_id": refund.id}, reason="Chi nhầm người")
    request = requests.about("document", refund.id)[0]
    with writing():
        requests.approve(request, by=ward.chair, shown=requests.fingerprint(request))

    shown = treasurer.get("giving.gift", document_id=gift.id)
    assert "khoản này còn" not in shown.text
    assert "Đã chi, đã hủy" in shown.text
    assert shown.offers(f"/khoan-ung-ho/{gift.id}/huy")


def test_too_much_is_refused_beside_the_amount_and_everything_stays(
    either_browser: Browser, ward: Ward, gift: Document
) -> None:
    accountant = either_browser.sign_in(ward.accountant)
    accountant.get("refunds.new", document_id=gift.id)
    fields = {"amount": "1tr1", "memo": "Xin lại", "person": "Anh Con"}
    page = accountant.post("refunds.create", fields, to={"document_id": gift.id}, expect=422)

    assert "chỉ còn 1.000.000" in page.error("amount")
    assert [page.field(name) for name in ("amount", "memo", "person")] == ["1tr1", "Xin lại", "Anh Con"]
    for wrong in ({"amount": ""}, {"memo": ""}, {"person": ""}, {"campaign": "999"}, {"account": "x"}):
        assert accountant.post("refunds.create", {**fields, **wrong}, to={"document_id": gift.id}, expect=422).errors
    assert db.session.query(PaymentOrder).count() == 0


def test_what_was_returned_is_mended_and_asked_again(either_browser: Browser, ward: Ward, gift: Document) -> None:
    order = ask(ward, gift, 400_000)
    with writing():
        requests.send_back(request_of(order), by=ward.chair, reason="Xin kèm đơn của bà Họa")
    accountant = either_browser.sign_in(ward.accountant)
    assert accountant.get("payments.show", order_id=order.id).offers(f"/khoan-ung-ho/{gift.id}/hoan-tra/{order.id}/sua")
    form = accountant.get("refunds.edit", document_id=gift.id, order_id=order.id)
    assert "Xin kèm đơn của bà Họa" in form.text
    to = {"document_id": gift.id, "order_id": order.id}
    accountant.post("refunds.mend", to=to, amount="300k", memo="Chuyển nhầm, đơn ngày 14/8")

    assert (only().amount, only().memo, request_of(only()).amount) == (300_000, "Chuyển nhầm, đơn ngày 14/8", 300_000)
    accountant.get("refunds.edit", document_id=gift.id, order_id=order.id)
    approve(ward, only())
    assert "đã duyệt rồi" in accountant.post("refunds.mend", to=to, amount="1k", memo="x", expect=422).text
    late = accountant.get("refunds.edit", document_id=gift.id, order_id=order.id)
    assert "Chỉ sửa được đề nghị chưa duyệt." in late.text


def test_a_gift_of_which_nothing_is_left_says_so(app: Flask, ward: Ward, gift: Document) -> None:
    ward.world.pay(MILLION)
    browser = Browser(app).sign_in(ward.accountant)

    assert not browser.get("giving.gift", document_id=gift.id).offers(f"/khoan-ung-ho/{gift.id}/hoan-tra")
    assert "Không còn đồng nào" in browser.get("refunds.new", document_id=gift.id).text


def test_other_roles_and_units_do_none_of_it(app: Flask, ward: Ward, gift: Document) -> None:
    order = ask(ward, gift, 1_000)
    for who in (ward.treasurer, ward.secretary, ward.chair):
        browser = Browser(app).sign_in(who)
        assert not browser.get("giving.gift", document_id=gift.id).offers(f"/khoan-ung-ho/{gift.id}/hoan-tra")
        browser.get("refunds.new", document_id=gift.id, expect=403)
        browser.post("refunds.create", to={"document_id": gift.id}, expect=403)
        browser.get("refunds.edit", document_id=gift.id, order_id=order.id, expect=403)
    stranger = people.person("xa.ketoan", role="accountant", unit=make_world("U06").unit)
    browser = Browser(app).sign_in(stranger)
    for endpoint in ("refunds.new", "refunds.edit"):
        more = {"order_id": order.id} if endpoint == "refunds.edit" else {}
        browser.get(endpoint, document_id=gift.id, expect=404, **more)
    other = ward.give(MILLION)
    Browser(app).sign_in(ward.accountant).get("refunds.edit", document_id=other.id, order_id=order.id, expect=404)


def test_the_excel_file_has_what_went_back(app: Flask, ward: Ward, gift: Document) -> None:
    give_back(ward, gift, 400_000)
    file = Browser(app).sign_in(ward.treasurer).client.get("/khoan-ung-ho/bang.xlsx")

    rows = list(openpyxl.load_workbook(BytesIO(file.data)).active.values)  # type: ignore[union-attr]
    head = next(row for row in rows if "Đã hoàn trả (₫)" in row)
    first = rows[rows.index(head) + 1]
    assert (first[head.index("Số tiền (₫)")], first[head.index("Đã hoàn trả (₫)")]) == (MILLION, 400_000)
