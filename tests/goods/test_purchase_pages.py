"""Buying by its pages: asked, approved, counted, paid, with the papers; who may, and who is offered what."""

import datetime
from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from flask import Flask

from khuyenhoc.approvals import requests
from khuyenhoc.core.clock import VIETNAM, midnight
from khuyenhoc.core.database import db, writing
from khuyenhoc.goods import goods_papers, purchases
from khuyenhoc.goods.goods_tables import Purchase
from khuyenhoc.papers.verification import verification
from tests.awards import deciding
from tests.awards.award_world import AwardWorld
from tests.conftest import EVENING
from tests.goods.stocked import EACH, approve, ask, bought, change, decided, received
from tests.papers.reading import read, text_of
from tests.payouts import paid
from tests.support import people
from tests.support.browser import Browser
from tests.support.world import DAY

Clock = Callable[[datetime.datetime], None]


def only() -> Purchase:
    """The newest purchase, read anew."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.query(Purchase).order_by(Purchase.id.desc()).first()  # type: ignore[return-value]


def typed(world: AwardWorld, n: int = 2, **more: Any) -> dict[str, Any]:
    """What somebody types who wants bicycles."""
    return {
        "campaign": world.world.bicycles.id,
        "account": world.world.cash.id,
        "supplier": "Cửa hàng Vòng Quay",
        "reason": "Cho đợt 20/11",
        "lines-0-item": world.world.bicycle.id,
        "lines-0-quantity": str(n),
        "lines-0-unit_value": "2.375.000",
        "step": "send",
        **more,
    }


def test_the_list_shows_the_day_on_which_goods_came_and_were_paid_for(
    browser: Browser, world: AwardWorld, clock: Clock
) -> None:
    day = DAY - datetime.timedelta(days=9)
    world.world.gift(5 * EACH, campaign=world.world.bicycles, on=day)
    clock(midnight(day))
    purchase = approve(world, ask(world, 1))
    clock(EVENING)  # and then written down in one evening
    with writing():
        purchases.receive(purchase, {1: 1}, by=world.secretary, on=day)
    reader = browser.sign_in(world.chair)
    assert "6/8/2026" in reader.get("purchases.index").text
    with writing():
        purchases.pay(purchase, by=world.treasurer, on=day + datetime.timedelta(days=1))

    assert "7/8/2026" in reader.get("purchases.index").text
    rows = openpyxl.load_workbook(BytesIO(reader.get("purchases.as_excel").response.data)).active.values
    assert [row[0].day for row in rows if row[1] == purchase.supplier] == [7]


def test_a_purchase_by_its_pages(either_browser: Browser, world: AwardWorld) -> None:
    world.money(5 * EACH, world.world.bicycles)
    secretary = either_browser.sign_in(world.secretary)
    assert secretary.get("purchases.index").offers("/hien-vat/mua/moi")
    secretary.get("buying.new")
    shown = secretary.post("buying.create", typed(world, 2))
    to = {"purchase_id": only().id}
    assert "Chờ duyệt" in shown.text
    assert "4.750.000" in shown.text
    assert not shown.offers(f"/hien-vat/mua/{only().id}/nhan")
    approve(world, only())

    secretary.get("purchases.show", **to)
    answer = secretary.post("purchases.receive", {"lines-0-pieces": "3"}, to=to, expect=422)
    assert "không quá 2" in answer.error("lines-0-pieces")
    assert answer.field("lines-0-pieces") == "3"
    early = secretary.post("purchases.receive", {"lines-0-pieces": "1", "date": "14/8/2026"}, to=to, expect=422)
    assert "nhận từ ngày duyệt" in early.error("date")
    assert "Từ ngày duyệt trở đi" in early.text
    shown = secretary.post("purchases.receive", {"lines-0-pieces": "1", "date": "15/8/2026"}, to=to)
    assert "2.375.000" in shown.text
    assert not shown.offers(f"/hien-vat/mua/{only().id}/chi")

    treasurer = Browser(either_browser.app, htmx=either_browser.htmx).sign_in(world.treasurer)
    treasurer.get("purchases.show", **to)
    early = treasurer.post("purchases.pay", {"date": "14/8/2026"}, to=to, expect=422)
    assert "từ ngày nhận hàng" in early.error("date")
    shown = treasurer.post("purchases.pay", {"date": "15/8/2026"}, to=to)
    assert "PC-2026-0001" in shown.text
    assert only().state == "paid"
    assert deciding.pieces(world.world.bicycles.id, "stock") == 1
    assert treasurer.get("stock.item", code="bicycle_24").offers(f"/hien-vat/mua/{only().id}")
    assert paid.holds()


def test_a_decision_that_waits_offers_what_it_needs(either_browser: Browser, world: AwardWorld) -> None:
    world.money(3 * EACH, world.world.bicycles)
    decision = decided(world, 3)
    accountant = either_browser.sign_in(world.accountant)
    query = {"quyet_dinh": decision.id, "chien_dich": world.world.bicycles.id}
    assert accountant.get("purchases.index").offers("/hien-vat/mua/moi")
    form = accountant.get("buying.new", query=query)

    assert (form.field("lines-0-quantity"), form.field("lines-0-unit_value")) == ("3", "2.375.000")
    assert form.field("decision") == str(decision.id)
    accountant.post("buying.create", {**typed(world, 3), "decision": decision.id})

    assert only().decision_id == decision.id
    bought(world, approve(world, only()))
    assert (deciding.committed(world.world.bicycles.id), deciding.pieces(world.world.bicycles.id, "reservations")) == (
        0,
        3,
    )
    assert paid.holds()


def test_the_reason_that_is_suggested_is_vietnamese_for_whoever_reads_english(
    browser: Browser, world: AwardWorld
) -> None:
    """It is printed, and papers are Vietnamese."""
    world.money(3 * EACH, world.world.bicycles)
    query = {"quyet_dinh": decided(world, 3).id, "chien_dich": world.world.bicycles.id}
    accountant = browser.sign_in(world.accountant)
    accountant.post("web.choose_language", language="en", back="/")

    form = accountant.get("buying.new", query=query)

    assert form.field("reason").startswith("Mua hàng để trao theo Quyết định")


def test_what_is_refused_stays_typed(either_browser: Browser, world: AwardWorld) -> None:
    accountant = either_browser.sign_in(world.accountant)
    accountant.get("buying.new")

    answer = accountant.post("buying.create", {**typed(world), "supplier": "", "lines-0-unit_value": "1.5"}, expect=422)
    assert answer.error("supplier") == "Mua của ai?"
    assert answer.field("lines-0-unit_value") == "1.5"
    assert answer.field("reason") == "Cho đợt 20/11"
    answer = accountant.post("buying.create", {**typed(world), "lines-0-item": ""}, expect=422)
    assert answer.error("lines-0-item") == "Hiện vật gì?"
    empty = {**typed(world), "lines-0-item": "", "lines-0-quantity": "", "lines-0-unit_value": ""}
    answer = accountant.post("buying.create", empty, expect=422)
    assert any("ít nhất một mặt hàng" in line for line in answer.errors)
    more = accountant.post("buying.create", {**typed(world), "step": "more"})
    if not accountant.htmx:  # a row being filled in is never sent again
        assert more.field("lines-0-quantity") == "2"
    assert more.field("lines-1-quantity") == ""
    twice = {f"lines-1-{name}": typed(world)[f"lines-0-{name}"] for name in ("item", "quantity", "unit_value")}
    answer = accountant.post("buying.create", {**typed(world), **twice}, expect=422)
    assert any("cùng một mặt hàng" in line for line in answer.errors)
    assert db.session.query(Purchase).count() == 0


def test_returned_it_is_mended_on_its_page(either_browser: Browser, world: AwardWorld) -> None:
    world.money(5 * EACH, world.world.bicycles)
    purchase = ask(world, 4)
    request = purchases.waiting_for(purchase)
    assert request is not None
    with writing():
        requests.send_back(request, by=world.chair, reason="Mua 2 chiếc thôi")
    to = {"purchase_id": purchase.id}
    accountant = either_browser.sign_in(world.accountant)
    shown = accountant.get("purchases.show", **to)
    assert "Mua 2 chiếc thôi" in shown.text
    assert "Trả lại để sửa" in accountant.get("purchases.index", query={"trang_thai": "returned"}).text

    form = accountant.get("buying.edit", **to)
    assert "Mua 2 chiếc thôi" in form.text
    assert form.field("lines-0-quantity") == "4"
    refused = accountant.post("buying.mend", {**typed(world), "lines-0-quantity": "0"}, to=to, expect=422)
    assert refused.error("lines-0-quantity")
    shown = accountant.post("buying.mend", typed(world, 2), to=to)

    assert "Chờ duyệt" in shown.text
    assert any(line.startswith("Trả lại để sửa") and line.endswith("Mua 2 chiếc thôi") for line in shown.log)
    assert only().amount == 2 * EACH
    approve(world, only())
    accountant.get("purchases.show", **to)
    assert not accountant.here.offers(f"/hien-vat/mua/{purchase.id}/sua")  # type: ignore[union-attr]
    late = accountant.post("buying.mend", typed(world, 3), to=to, expect=422)
    assert any("đã duyệt rồi" in line for line in late.errors)


def test_the_page_says_who_asked_first_and_who_asked_again(browser: Browser, world: AwardWorld, clock: Clock) -> None:
    purchase = ask(world, 4)
    assert "đề nghị lại, " not in browser.sign_in(world.chair).get("purchases.show", purchase_id=purchase.id).text
    clock(datetime.datetime(2026, 9, 2, 8, 15, tzinfo=VIETNAM))
    change(world, purchase, 2, by=world.secretary)

    said = browser.sign_in(world.chair).get("purchases.show", purchase_id=purchase.id).text
    assert f"{world.accountant.signature}, 20:47 15/8/2026" in said
    assert f"{world.secretary.signature} sửa và đề nghị lại, 8:15 2/9/2026" in said


def test_a_purchase_is_cancelled_with_a_reason(either_browser: Browser, world: AwardWorld) -> None:
    purchase = ask(world, 1)
    to = {"purchase_id": purchase.id}
    accountant = either_browser.sign_in(world.accountant)
    accountant.get("purchases.show", **to)

    assert accountant.post("purchases.cancel", {"reason": " "}, to=to, expect=422).error("reason")
    shown = accountant.post("purchases.cancel", {"reason": "Được tặng rồi"}, to=to)

    assert "Được tặng rồi" in shown.text
    assert only().state == "cancelled"


def test_the_same_form_twice_asks_once(browser: Browser, world: AwardWorld) -> None:
    accountant = browser.sign_in(world.accountant)
    accountant.get("buying.new")
    first = accountant.post("buying.create", typed(world, form_key="purchase-key-01"))
    again = accountant.post("buying.create", typed(world, form_key="purchase-key-01"))

    assert first.path == again.path
    assert db.session.query(Purchase).count() == 1
    accountant.post("buying.create", typed(world, 5, form_key="purchase-key-01"), expect=409)


STEPS = {"mend": "asked", "cancel": "asked", "receive": "approved", "pay": "received"}


@pytest.mark.alternating
@pytest.mark.parametrize("step", STEPS)
def test_every_step_is_refused_to_whoever_may_not_and_elsewhere_it_is_not_there(
    app: Flask, world: AwardWorld, step: str
) -> None:
    world.money(5 * EACH, world.world.bicycles)
    purchase = ask(world, 1)
    if STEPS[step] != "asked":
        approve(world, purchase)
    if STEPS[step] == "received":
        received(world, purchase)
    endpoint = f"{'buying' if step == 'mend' else 'purchases'}.{step}"
    to = {"purchase_id": purchase.id}

    for who in (people.person("kiemtra"), world.chair, world.nominator, world.members[0]):
        Browser(app).sign_in(who).post(endpoint, to=to, expect=403)
    for role in ("accountant", "treasurer", "secretary"):
        far = Browser(app).sign_in(people.person(f"xa.{role}", role=role, unit=people.association("U02")))
        assert far.client.get(f"/hien-vat/mua/{purchase.id}").status_code == 404
        assert far.client.post(far.address(endpoint, **to), data={"csrf_token": far._token()}).status_code in (403, 404)
    Browser(app).post(endpoint, to=to, expect=303)
    assert only().state == STEPS[step]


def test_whoever_asked_reads_why_somebody_else_pays(app: Flask, world: AwardWorld) -> None:
    world.money(5 * EACH, world.world.bicycles)
    both = people.person("haiviec", role="accountant", unit=world.unit)
    people.grant(both, "treasurer", world.unit)
    purchase = received(world, approve(world, ask(world, 1, by=both)))
    browser = Browser(app).sign_in(both)

    shown = browser.get("purchases.show", purchase_id=purchase.id)
    assert "đã lập việc này nên không chi được" in shown.text
    assert not shown.offers(f"/hien-vat/mua/{purchase.id}/chi")
    browser.post("purchases.pay", {"date": "15/8/2026"}, to={"purchase_id": purchase.id}, expect=403)


def test_the_list_narrows_sorts_and_goes_to_excel(browser: Browser, world: AwardWorld) -> None:
    world.money(9 * EACH, world.world.bicycles)
    bought(world, approve(world, ask(world, 1)))
    ask(world, 3, supplier="Nhà sách Trang Thơm")
    auditor = browser.sign_in(people.person("kiemtra"))

    def rows(**query: str) -> list[list[Any]]:
        sheet = openpyxl.load_workbook(BytesIO(auditor.get("purchases.as_excel", query=query).response.data)).active
        assert sheet is not None
        return [[cell.value for cell in row] for row in list(sheet.iter_rows())[3:]]

    assert [row[1] for row in rows()] == ["Nhà sách Trang Thơm", "Cửa hàng Vòng Quay"]
    assert [row[-1] for row in rows(xep="so-tien")] == [EACH, 3 * EACH]
    assert [row[5] for row in rows(trang_thai="paid")] == ["Đã chi"]
    assert [row[1] for row in rows(q="trang thơm")] in ([], ["Nhà sách Trang Thơm"])
    assert rows(q="%_zz") == []
    assert "Không có lần mua nào như vậy" in auditor.get("purchases.index", query={"trang_thai": "cancelled"}).text
    assert not auditor.get("purchases.index").offers("/hien-vat/mua/moi")


def test_the_papers_of_a_purchase_are_frozen_and_can_be_checked(either_browser: Browser, world: AwardWorld) -> None:
    world.money(5 * EACH, world.world.bicycles)
    purchase = approve(world, ask(world, 2, supplier_address="25 đường Bánh Xe"))
    secretary = either_browser.sign_in(world.secretary)
    to = {"purchase_id": purchase.id}
    secretary.get("purchase_papers.paper", **to, slug="giao-nhan", expect=404)
    bought(world, purchase, counted=1)
    secretary.get("purchases.show", **to)

    for slug, said in (
        ("giao-nhan", ["BIÊN BẢN GIAO NHẬN HÀNG MUA", "25 đường Bánh Xe", "2.375.000 ₫"]),
        ("phieu-chi", ["PHIẾU CHI", "Cửa hàng Vòng Quay", "Mua 1 chiếc xe đạp 24 inch", "Nợ 152", "Có 111"]),
    ):
        assert "chưa ra" in secretary.get("purchase_papers.paper", **to, slug=slug).text
        where = secretary.post("purchase_papers.print_paper", to={**to, "slug": slug}, expect=303).response.location
        text = text_of(read(secretary.get(where).response.data))
        assert [word for word in said if word not in text] == []
        assert "BẢN SAO" not in text
        assert "BẢN SAO" in text_of(read(secretary.get("purchase_papers.paper", **to, slug=slug).response.data))
        paper = goods_papers.find(only(), slug)
        assert paper is not None
        facts = verification(paper.code)
        assert facts is not None
        assert (facts.genuine, facts.state, facts.amount) == (True, "live", EACH)
        db.session.rollback()
    secretary.get("purchase_papers.paper", **to, slug="khac", expect=404)
    assert paid.holds()


def test_a_purchase_paid_by_the_bank_has_its_voucher(world: AwardWorld) -> None:
    world.world.post("gift", "NH", world.world.line(world.world.bank, "received", 5 * EACH))
    purchase = bought(world, approve(world, ask(world, 2, account=world.world.bank)))

    said = goods_papers.voucher_of(purchase).content()

    assert said["name"] == "Phiếu chi tiền gửi"
    assert (said["debit"], said["credit"]) == ("152", "112")
    signers = {one["title"]: one["name"] for one in said["signers"]}
    assert "Thủ quỹ" not in signers
    assert {signers["Kế toán"], signers["Người lập phiếu"]} == {world.accountant.full_name}


def test_who_pays_a_purchase_has_not_prepared_its_voucher(world: AwardWorld) -> None:
    world.money(5 * EACH, world.world.bicycles)
    purchase = bought(world, approve(world, ask(world, 1, by=world.secretary)))

    said = goods_papers.voucher_of(purchase).content()

    signers = {one["title"]: one["name"] for one in said["signers"]}
    assert (signers["Người lập phiếu"], signers["Kế toán"]) == (world.secretary.full_name, "")
    assert signers["Thủ quỹ"] == world.treasurer.full_name


def test_a_receipt_of_what_was_sent_back_is_void(world: AwardWorld) -> None:
    world.money(5 * EACH, world.world.bicycles)
    purchase = received(world, approve(world, ask(world, 1)))
    with writing():
        goods_papers.issue_and_print(purchase, "giao-nhan", by=world.secretary)
        purchases.cancel(purchase, reason="Hàng hỏng, trả lại", by=world.accountant)

    paper = goods_papers.find(only(), "giao-nhan")
    assert paper is not None
    facts = verification(paper.code)
    assert facts is not None
    assert facts.state == "void"


def test_papers_are_for_the_office(app: Flask, world: AwardWorld) -> None:
    world.money(5 * EACH, world.world.bicycles)
    purchase = bought(world, approve(world, ask(world, 1)))
    to = {"purchase_id": purchase.id, "slug": "phieu-chi"}

    for who, status in ((world.chair, 403), (people.person("kiemtra"), 403), (world.nominator, 403)):
        Browser(app).sign_in(who).post("purchase_papers.print_paper", to=to, expect=status)
    far = Browser(app).sign_in(people.person("xa.thuquy", role="treasurer", unit=people.association("U02")))
    far.post("purchase_papers.print_paper", to=to, expect=404)
    far.get("purchase_papers.paper", **to, expect=404)
