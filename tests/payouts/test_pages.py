"""The pages of paying: prepared, approved, paid, received, absent, paid later, back, settled; and who may."""

from io import BytesIO

import openpyxl
import pytest
from flask import Flask

from khuyenhoc.core.database import db, writing
from khuyenhoc.ledger import balances
from khuyenhoc.payouts import lists
from khuyenhoc.payouts.payout_tables import Payout, PayoutLine
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld
from tests.payouts import paid
from tests.support import people
from tests.support.browser import Browser


def only() -> Payout:
    """The newest list, read anew."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.query(Payout).order_by(Payout.id.desc()).first()  # type: ignore[return-value]


def ticked(lines: list[PayoutLine], *chosen: int, **more: object) -> dict[str, object]:
    """What the form of a deed sends: every line's id, the ticks of those at these places."""
    fields: dict[str, object] = dict(more)
    for place, line in enumerate(lines):
        fields[f"lines-{place}-line"] = line.id
        if place in chosen:
            fields[f"lines-{place}-chosen"] = "y"
    return fields


def test_a_whole_cash_list_by_its_pages(either_browser: Browser, world: AwardWorld) -> None:
    decision = paid.money(world, 3)
    accountant = either_browser.sign_in(world.accountant)
    assert accountant.get("payouts.index").offers(f"/chi-trao/lap/{decision.id}")
    accountant.get("payout_preparing.new", decision_id=decision.id)
    awards = [award.id for award in lists.ready(decision)]
    fields = {"awards": awards, "method": "cash", "account": world.world.cash.id, "place": "Hội trường"}
    accountant.post("payout_preparing.create", fields, to={"decision_id": decision.id})
    shown = accountant.get("payouts.show", payout_id=only().id)
    assert "3.000.000" in shown.text
    assert lists.mark(only()) in shown.text
    assert not shown.offers(f"/chi-trao/{only().id}/chi")
    paid.approve(world, only())

    other = Browser(either_browser.app, htmx=either_browser.htmx)
    treasurer = other.sign_in(world.treasurer)
    assert treasurer.get("payouts.show", payout_id=only().id).offers(f"/chi-trao/{only().id}/chi")
    treasurer.post("payouts.pay", to={"payout_id": only().id})
    assert "PC-2026-" in treasurer.get("payouts.show", payout_id=only().id).text
    lines = lists.lines_of(only())

    secretary = either_browser.sign_in(world.secretary)
    secretary.get("payout_deeds.form", payout_id=only().id, slug="nguoi-nhan")
    named = {"lines-0-received_by": "Nguyễn Thị Mẹ", "lines-0-relation": "mẹ", "witness": "Cô Hồ Thị Nháp"}
    to = {"payout_id": only().id, "slug": "nguoi-nhan"}
    told = secretary.post("payout_deeds.record", ticked(lines, 0, **named), to=to)
    assert "Nguyễn Thị Mẹ" in told.text
    assert "Cô Hồ Thị Nháp" in told.text
    lines = lists.lines_of(only())
    secretary.get("payout_deeds.form", payout_id=only().id, slug="vang-mat")
    away = ticked(lines[1:], 0, 1, second_date="30/12/2026")
    told = secretary.post("payout_deeds.record", away, to={**to, "slug": "vang-mat"})
    assert "Vắng mặt, tiền chưa về két" in told.text
    assert "hẹn 30/12/2026" in told.text
    treasurer.get("payout_deeds.form", payout_id=only().id, slug="tien-ve")
    treasurer.post("payout_deeds.record", ticked(lines[1:], 0, 1), to={**to, "slug": "tien-ve"})
    assert "hẹn 30/12/2026" in treasurer.get("payouts.show", payout_id=only().id).text

    treasurer.get("payout_deeds.form", payout_id=only().id, slug="lan-hai")
    later = ticked(lines[1:], 0, witness="Cô Hồ Thị Nháp")
    treasurer.post("payout_deeds.record", later, to={**to, "slug": "lan-hai"})
    treasurer.get("payout_deeds.form", payout_id=only().id, slug="nhan-lai")
    assert lines[0].name in treasurer.here.text  # type: ignore[union-attr]
    mistaken = ticked(lines[:1], 0, reason="Đánh dấu nhầm")
    told = treasurer.post("payout_deeds.record", mistaken, to={**to, "slug": "nhan-lai"})
    assert "Đã ghi nhận lại tiền" in told.text
    treasurer.get("payout_deeds.form", payout_id=only().id, slug="lan-hai")
    treasurer.post("payout_deeds.record", ticked(lines[:1], 0, witness="Cô Hồ Thị Nháp"), to={**to, "slug": "lan-hai"})
    accountant = either_browser.sign_in(world.accountant)
    accountant.get("payout_deeds.form", payout_id=only().id, slug="tra-ve")
    back = ticked(lines[2:], 0, reason="Đã chuyển đi nơi khác")
    accountant.post("payout_deeds.record", back, to={**to, "slug": "tra-ve"})
    told = accountant.get("payouts.show", payout_id=only().id)
    assert told.offers(f"/chi-trao/{only().id}/quyet-toan")
    accountant.post("payouts.settle", to={"payout_id": only().id})

    told = accountant.get("payouts.show", payout_id=only().id)
    assert "Đã quyết toán" in told.text
    assert [line.outcome for line in lists.lines_of(only())] == ["received", "received", "returned"]
    assert balances.available(world.scholarships.id) == 3 * MILLION
    assert paid.holds()


def test_bicycles_are_handed_over_by_their_page(either_browser: Browser, world: AwardWorld) -> None:
    payout = paid.approve(world, paid.prepare(world, paid.goods(world, 2), "goods"))
    lines = lists.lines_of(payout)
    treasurer = either_browser.sign_in(world.treasurer)
    shown = treasurer.get("payouts.show", payout_id=payout.id)
    assert shown.offers(f"/chi-trao/{payout.id}/ghi/trao")
    treasurer.get("payout_deeds.form", payout_id=payout.id, slug="trao")
    to = {"payout_id": payout.id, "slug": "trao"}

    told = treasurer.post("payout_deeds.record", ticked(lines, 0, witness_id=world.secretary.id), to=to)

    assert "XK-2026-" in told.text
    assert [line.outcome for line in lists.lines_of(only())] == ["received", "waiting"]
    assert lists.lines_of(only())[0].received_by == lines[0].name
    assert paid.holds()


def test_a_refused_receipt_keeps_what_was_typed(either_browser: Browser, world: AwardWorld) -> None:
    payout, lines = paid.paid(world)
    secretary = either_browser.sign_in(world.secretary)
    empty = secretary.get("payout_deeds.form", payout_id=payout.id, slug="nguoi-nhan")
    assert "bắt buộc khi không chọn ai của Hội" in empty.text
    assert "không bắt buộc" not in empty.text
    to = {"payout_id": payout.id, "slug": "nguoi-nhan"}

    half = {"lines-0-received_by": "Nguyễn Thị Mẹ", "witness": "Cô Hồ Thị Nháp"}
    answer = secretary.post("payout_deeds.record", ticked(lines, 0, **half), to=to, expect=422)
    assert answer.error("lines-0-relation") == "Người nhận thay là gì của học sinh?"
    assert answer.field("lines-0-received_by") == "Nguyễn Thị Mẹ"
    answer = secretary.post("payout_deeds.record", ticked(lines, 0), to=to, expect=422)
    assert answer.error("witness") == "" or "chứng kiến" in answer.error("witness")
    assert any("chứng kiến" in line for line in answer.errors)
    payer = ticked(lines, 0, witness=world.treasurer.full_name)
    answer = secretary.post("payout_deeds.record", payer, to=to, expect=422)
    assert any("không chứng kiến" in line for line in answer.errors)
    secretary.post("payout_deeds.record", ticked(lines, witness="Cô Hồ Thị Nháp"), to=to, expect=422)
    secretary.post("payout_deeds.record", {"lines-0-line": "x'", "lines-0-chosen": "y"}, to=to, expect=422)
    assert {line.outcome for line in lists.lines_of(only())} == {"waiting"}


def test_a_refused_list_says_why_beside_the_field(either_browser: Browser, world: AwardWorld) -> None:
    decision = paid.money(world, 2)
    accountant = either_browser.sign_in(world.accountant)
    accountant.get("payout_preparing.new", decision_id=decision.id)
    awards = [award.id for award in lists.ready(decision)]
    to = {"decision_id": decision.id}
    fields = {"awards": awards, "method": "cash", "account": world.world.bank.id, "place": "Hội trường"}

    answer = accountant.post("payout_preparing.create", fields, to=to, expect=422)
    assert "chi từ két" in answer.error("account")
    assert answer.field("place") == "Hội trường"
    answer = accountant.post("payout_preparing.create", {**fields, "awards": []}, to=to, expect=422)
    assert any("ít nhất một suất" in line for line in answer.errors)
    accountant.post("payout_preparing.create", {**fields, "awards": ["999999"]}, to=to, expect=404)
    assert db.session.query(Payout).count() == 0


def test_the_same_form_twice_makes_one_list(browser: Browser, world: AwardWorld) -> None:
    decision = paid.money(world, 2)
    accountant = browser.sign_in(world.accountant)
    accountant.get("payout_preparing.new", decision_id=decision.id)
    awards = [award.id for award in lists.ready(decision)]
    fields = {"awards": awards, "method": "cash", "account": world.world.cash.id, "form_key": "payout-key-01"}
    fields["planned_on"] = "15/8/2026"

    first = accountant.post("payout_preparing.create", fields, to={"decision_id": decision.id})
    again = accountant.post("payout_preparing.create", fields, to={"decision_id": decision.id})

    assert first.path == again.path
    assert db.session.query(Payout).count() == 1


def test_a_list_is_cancelled_with_a_reason(either_browser: Browser, world: AwardWorld) -> None:
    payout = paid.prepare(world, paid.money(world, 2))
    accountant = either_browser.sign_in(world.accountant)
    accountant.get("payouts.show", payout_id=payout.id)

    answer = accountant.post("payouts.cancel", {"reason": ""}, to={"payout_id": payout.id}, expect=422)
    assert answer.error("reason")
    accountant.post("payouts.cancel", {"reason": "Lập nhầm"}, to={"payout_id": payout.id})

    assert "Lập nhầm" in accountant.get("payouts.show", payout_id=payout.id).text
    assert only().state == "cancelled"


def test_a_list_with_an_award_taken_back_says_so_and_is_prepared_anew(browser: Browser, world: AwardWorld) -> None:
    decision = paid.money(world, 3)
    payout = paid.approve(world, paid.prepare(world, decision))
    treasurer = browser.sign_in(world.treasurer)
    assert "đã bị thu hồi" not in treasurer.get("payouts.show", payout_id=payout.id).text
    deciding.sign(world, deciding.withdraw(world, decision, [lists.lines_of(payout)[0].award]))
    said = "HB26-0001: Hồ sơ này đã bị thu hồi. Xin hủy và lập danh sách khác."

    assert said in treasurer.get("payouts.show", payout_id=payout.id).text
    assert said in treasurer.post("payouts.pay", to={"payout_id": payout.id}, expect=422).text

    with writing():
        lists.cancel(payout, by=world.accountant, reason="Đã thu hồi một suất")
    assert "đã bị thu hồi" not in treasurer.get("payouts.show", payout_id=payout.id).text
    paid.pay(world, paid.approve(world, paid.prepare(world, decision)))
    assert paid.holds()


DEEDS = {
    "payouts.pay": "payout_id",
    "payouts.settle": "payout_id",
    "payouts.cancel": "payout_id",
    "payout_preparing.create": "decision_id",
}


@pytest.mark.alternating
@pytest.mark.parametrize("deed", [*DEEDS, "nguoi-nhan", "vang-mat", "tien-ve", "lan-hai", "tra-ve"])
def test_every_deed_is_refused_to_whoever_may_not_and_elsewhere_it_is_not_there(
    app: Flask, world: AwardWorld, deed: str
) -> None:
    payout = paid.approve(world, paid.prepare(world, paid.money(world, 2)))
    values = {"payout_id": payout.id, "decision_id": payout.decision_id}
    endpoint = deed if deed in DEEDS else "payout_deeds.record"
    to = {DEEDS[deed]: values[DEEDS[deed]]} if deed in DEEDS else {"payout_id": payout.id, "slug": deed}
    far = [
        people.person(f"xa.{role}", role=role, unit=people.association("U02")) for role in ("accountant", "treasurer")
    ]

    for who in (people.person("kiemtra"), world.chair, world.nominator, world.members[0]):
        Browser(app).sign_in(who).post(endpoint, to=to, expect=403)
    refused = {Browser(app).sign_in(who).client.get(f"/chi-trao/{payout.id}").status_code for who in far}
    assert refused == {404}
    Browser(app).post(endpoint, to=to, expect=303)
    assert only().state == "approved"


def test_whoever_prepared_or_approved_is_not_shown_the_pay_button(app: Flask, world: AwardWorld) -> None:
    both = people.person("haiviec", role="accountant", unit=world.unit)
    people.grant(both, "treasurer", world.unit)
    payout = paid.approve(world, paid.prepare(world, paid.money(world, 2), by=both))
    browser = Browser(app).sign_in(both)

    assert not browser.get("payouts.show", payout_id=payout.id).offers(f"/chi-trao/{payout.id}/chi")
    browser.post("payouts.pay", to={"payout_id": payout.id}, expect=403)
    assert only().state == "approved"


def test_only_who_keeps_the_box_is_offered_to_write_money_into_it(app: Flask, world: AwardWorld) -> None:
    """The secretary, who notes who received, neither sees the button nor may send the form."""
    payout, lines = paid.paid(world, 2)
    paid.receive(world, payout, lines)
    to = {"payout_id": payout.id, "slug": "nhan-lai"}
    address = f"/chi-trao/{payout.id}/ghi/nhan-lai"

    secretary = Browser(app).sign_in(world.secretary)
    assert not secretary.get("payouts.show", payout_id=payout.id).offers(address)
    secretary.get("payout_deeds.form", **to, expect=403)
    secretary.post("payout_deeds.record", ticked(lines, 0, reason="Đánh dấu nhầm"), to=to, expect=403)

    assert Browser(app).sign_in(world.treasurer).get("payouts.show", payout_id=payout.id).offers(address)
    assert [line.outcome for line in lists.lines_of(only())] == ["received", "received"]


def test_the_lists_filter_sort_and_go_to_excel(browser: Browser, world: AwardWorld) -> None:
    payout, _lines = paid.paid(world)
    auditor = browser.sign_in(people.person("kiemtra"))

    assert "Danh sách" in auditor.get("payouts.index", query={"trang_thai": "paid", "cach": "cash"}).text
    nothing = auditor.get("payouts.index", query={"cach": "goods"}).text
    assert "Không có danh sách nào" in nothing
    for sort in ("moi", "-moi", "so-tien", "-so-tien"):
        auditor.get("payouts.index", query={"xep": sort})
    for name in ("payouts.index_as_excel", "payouts.lines_as_excel"):
        to = {"payout_id": payout.id} if name == "payouts.lines_as_excel" else {}
        book = openpyxl.load_workbook(BytesIO(auditor.get(name, **to).response.data))
        cells = [cell.value for row in book.active.iter_rows() for cell in row]  # type: ignore[union-attr]
        assert MILLION in cells or 3 * MILLION in cells
    assert "Không có suất nào" in auditor.get("payouts.show", payout_id=payout.id, query={"q": "%_zz"}).text


def test_a_voucher_leads_to_its_list(browser: Browser, world: AwardWorld) -> None:
    payout, _lines = paid.paid(world)
    accountant = browser.sign_in(world.accountant)

    assert accountant.get(f"/so-sach/chung-tu/{payout.document_id}").path == f"/chi-trao/{payout.id}"


def test_what_a_decision_took_back_leaves_the_list_of_goods_by_its_page(browser: Browser, world: AwardWorld) -> None:
    decision = paid.goods(world, 2)
    payout = paid.approve(world, paid.prepare(world, decision, "goods"))
    first, second = lists.lines_of(payout)
    accountant, back = browser.sign_in(world.accountant), f"/chi-trao/{payout.id}/ghi/tra-ve"
    assert not accountant.get("payouts.show", payout_id=payout.id).offers(back)
    deciding.sign(world, deciding.withdraw(world, decision, [second.award]))

    assert accountant.get("payouts.show", payout_id=payout.id).offers(back)
    offered = accountant.get(back)
    assert second.name in offered.text
    assert first.name not in offered.text
    accountant.post(back, ticked([first], 0, reason="Đã thu hồi"), expect=422)
    accountant.post(back, ticked([second], 0, reason="Đã thu hồi"))

    assert lists.lines_of(only())[1].outcome == "returned"
    trao = Browser(browser.app).sign_in(world.treasurer).get(f"/chi-trao/{payout.id}/ghi/trao")
    assert second.name not in trao.text


def test_a_list_is_settled_once_however_often_it_is_sent(browser: Browser, world: AwardWorld) -> None:
    payout, lines = paid.paid(world, 2)
    paid.receive(world, payout, lines)
    accountant = browser.sign_in(world.accountant)
    path = f"/chi-trao/{payout.id}/quyet-toan"
    sent = {"form_key": "settle-key-01", "csrf_token": accountant._token()}

    first, second = (accountant.client.post(path, data=sent, headers={"Referer": "http://localhost/"}) for _ in "ab")

    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location == f"/chi-trao/{payout.id}"
    assert only().state == "settled"
