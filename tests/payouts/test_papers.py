"""The list on paper, frozen as it is approved; the bank's as PDF and Excel; the voucher of each document."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from flask import Flask

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.history.events import record
from khuyenhoc.ledger import bars, documents
from khuyenhoc.papers import issued
from khuyenhoc.papers.issued import IssuedPaper
from khuyenhoc.papers.verification import verification
from khuyenhoc.payouts import list_papers, lists, outcomes, paying, payout_list, vouchers
from khuyenhoc.payouts.payout_tables import Payout, PayoutLine
from khuyenhoc.recipients import openings
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld
from tests.goods import stocked
from tests.papers.reading import read, squeeze, text_of
from tests.payouts import paid
from tests.support import people
from tests.support.browser import Browser


def by_the_bank(world: AwardWorld, n: int = 2, *, approved: bool = True) -> Payout:
    """A list of transfers, each to the account of a parent."""
    ward = world.world
    ward.post("gift", "NH", ward.line(ward.bank, "received", n * MILLION, world.scholarships))
    programme = world.programme(publication_days=0)
    for number in range(n):
        holder, account = f"NGUYEN VAN PHU HUYNH {number}", f"0099900{number}"
        world.award(
            programme,
            "recommended",
            recipient=world.pupil(bank_name="MB", bank_number=account, bank_holder=holder),
        )
    payout = paid.prepare(world, deciding.published(world, programme), "bank")
    return paid.approve(world, payout) if approved else payout


def frozen(payout: Payout) -> IssuedPaper:
    """The list's paper, read anew."""
    db.session.rollback()
    paper = list_papers.find(payout)
    assert paper is not None
    return paper


def said(paper: IssuedPaper, **how: Any) -> str:
    """Its words."""
    return squeeze(text_of(read(issued.render(paper, **how))))


def change_account(world: AwardWorld, line: PayoutLine, number: str) -> None:
    """The recipient's card names another account."""
    with writing():
        recipient = line.award.recipient
        recipient.bank_number = number
        record("recipient.changed", recipient, by=world.secretary, unit_id=recipient.unit_id)


def test_a_cash_list_has_its_paper_as_soon_as_it_is_approved(world: AwardWorld) -> None:
    payout = paid.prepare(world, paid.money(world, 3))
    assert list_papers.find(payout) is None

    paid.approve(world, payout)

    words = said(frozen(payout))
    for part in (
        "DANH SÁCH KÝ NHẬN", f"Danh sách số {payout.id}", lists.mark(payout), "Quyết định số 01/QĐ-HKH",
        "Trao tại Hội trường phường", "HB26-0001", "THCS Hoa Mai, lớp 7A", "Nguyễn Văn Phụ Huynh (cha)", "Mức THCS",
        "Ký nhận", "Người nhận thay", "Tổng cộng 3 suất", "3.000.000 ₫", "Ba triệu đồng", "Người chứng kiến",
        world.accountant.full_name, world.chair.full_name,
    ):  # fmt: skip
        assert part in words, part
    assert all(line.name in words for line in lists.lines_of(payout))
    assert "BẢN SAO" not in words
    assert "BẢN SAO" in said(frozen(payout), copy=True)
    assert paid.holds()


def test_a_list_of_goods_says_what_each_takes_home(world: AwardWorld) -> None:
    payout = paid.approve(world, paid.prepare(world, paid.goods(world, 2), "goods"))

    words = said(frozen(payout))

    assert "01 chiếc xe đạp 24 inch" in words
    assert "Người trao" in words


def test_what_changes_later_changes_no_list(world: AwardWorld) -> None:
    payout = paid.approve(world, paid.prepare(world, paid.money(world, 1)))
    before = issued.render(frozen(payout))
    with writing():
        recipient = lists.lines_of(payout)[0].award.recipient
        recipient.class_name = "8B1"
        record("recipient.changed", recipient, by=world.secretary, unit_id=recipient.unit_id)

    assert issued.render(frozen(payout)) == before


def test_a_list_that_is_taken_back_prints_huy(world: AwardWorld) -> None:
    payout = paid.approve(world, paid.prepare(world, paid.money(world, 1)))
    with writing():
        lists.cancel(payout, by=world.accountant, reason="Đổi ngày")

    facts = verification(frozen(payout).code)
    assert facts is not None
    assert (facts.state, facts.genuine) == ("void", True)
    assert "HỦY" in said(frozen(payout))


def test_the_banks_list_is_the_same_on_paper_and_in_excel(browser: Browser, world: AwardWorld) -> None:
    payout = by_the_bank(world)
    line = lists.lines_of(payout)[0]
    words = said(frozen(payout))
    answer = browser.sign_in(world.accountant).get("payout_papers.bank_excel", payout_id=payout.id)
    cells = [cell.value for row in openpyxl.load_workbook(BytesIO(answer.response.data)).active for cell in row]

    for part in ("NGUYEN VAN PHU HUYNH 0", "00999000", "MB", "Hoi Khuyen hoc trao hoc bong HB26-0001"):
        assert part in words
        assert part in cells
    assert cells.count(MILLION) == 2
    assert 2 * MILLION in cells
    assert str(frozen(payout).frozen["proof"]["code"]) in str(cells[0])
    assert lists.mark(payout) in str(cells[0])
    assert line.name not in words
    assert line.name not in cells


def test_another_account_is_another_list(world: AwardWorld) -> None:
    payout = by_the_bank(world, approved=False)
    request, line = paid.request_of(payout), lists.lines_of(payout)[0]
    shown = requests.fingerprint(request)
    change_account(world, line, "1112223334")

    with writing():
        assert requests.approve(request, by=world.chair, shown=shown) is Outcome.CHANGED
    with pytest.raises(RuleBroken, match="Tài khoản nhận tiền đã đổi"):
        paid.approve(world, payout)
    db.session.rollback()
    db.session.refresh(payout)

    assert payout.state == "prepared"
    assert list_papers.find(payout) is None


def test_an_account_that_changes_after_the_approval_is_told_and_the_approved_one_is_paid(
    browser: Browser, world: AwardWorld
) -> None:
    payout = by_the_bank(world)
    change_account(world, lists.lines_of(payout)[0], "1112223334")
    assert "đã đổi sau khi duyệt" in browser.sign_in(world.treasurer).get("payouts.show", payout_id=payout.id).text

    paid.pay(world, payout)

    assert "1112223334" not in said(frozen(payout))
    assert lists.lines_of(payout)[0].received_by == "NGUYEN VAN PHU HUYNH 0"


def test_the_papers_of_a_list_by_their_pages(either_browser: Browser, world: AwardWorld) -> None:
    payout, lines = paid.paid(world, 2)
    paid.stay_away(world, payout, lines[1:])
    payment, kept = payout_list.documents_of(payout)
    treasurer = either_browser.sign_in(world.treasurer)
    treasurer.get("payouts.show", payout_id=payout.id)
    at = {"payout_id": payout.id}

    original = treasurer.post("payout_papers.print_list", to=at, expect=303).response.location
    assert "BẢN SAO" not in text_of(read(treasurer.client.get(original).data))
    again = treasurer.post("payout_papers.print_list", to=at, expect=303).response.location
    assert "BẢN SAO" in text_of(read(treasurer.client.get(again).data))
    assert {one.page for one in openings.of(lines[0].award.recipient)} == {"list", "list_shown"}
    for document, name in ((payment, "PHIẾU CHI"), (kept, "PHIẾU TIỀN GIỮ HỘ")):
        one = {**at, "document_id": document.id}
        early = treasurer.client.get(f"/chi-trao/{payout.id}/phieu/{document.id}.pdf")
        assert early.status_code == 303
        printed = treasurer.post("payout_papers.print_voucher", to=one, expect=303).response.location
        words = squeeze(text_of(read(treasurer.client.get(printed).data)))
        for part in (name, document.label, f"danh sách ký nhận số {payout.id}", lists.mark(payout)):
            assert part in words
        assert not any(line.name in words for line in lines)
    assert "In bản sao" in treasurer.get("payouts.show", **at).text


def test_each_document_of_a_list_is_found_however_often_it_was_written_on(browser: Browser, world: AwardWorld) -> None:
    payout, lines = paid.paid(world, 2)
    paid.stay_away(world, payout, lines[1:])
    with writing():
        outcomes.receive_later(payout, {lines[1].id: paid.MOTHER}, by=world.treasurer, key=token())
    paid.stay_away(world, payout, lines[:1])
    with writing():
        outcomes.give_back(payout, [lines[0].id], reason="Đã chuyển trường", by=world.accountant, key=token())

    found = payout_list.documents_of(payout)

    assert [document.label for document in found] == ["PC-2026-0001", *(f"TG-2026-000{n}" for n in (1, 2, 3, 4))]
    assert {payout_list.find_by_document(document).id for document in found} == {payout.id}  # type: ignore[union-attr]
    ways = [vouchers.paper_of(payout, one).rows[2].label for one in found[1:]]
    assert ways == ["Thu lại vào", "Chi từ", "Thu lại vào", "Trả về chiến dịch từ"]
    for document in found:
        kept = browser.sign_in(world.treasurer).get("treasury.document", document_id=document.id)
        assert kept.path == f"/chi-trao/{payout.id}"
        assert document.label in kept.text


def test_goods_go_out_with_a_voucher(world: AwardWorld) -> None:
    payout = paid.approve(world, paid.prepare(world, paid.goods(world, 2), "goods"))
    receivers = {line.id: paid.MOTHER for line in lists.lines_of(payout)}
    with writing():
        document = paying.hand_over(payout, receivers, by=world.treasurer, key=token())
    with writing():
        vouchers.issue_and_print(payout, document, by=world.treasurer)
    paper = vouchers.find(document)
    assert paper is not None

    words = said(paper)

    for part in ("PHIẾU XUẤT KHO", "02-VT", document.label, world.world.bicycle.name, "2.375.000", "4.750.000 ₫"):
        assert part in words
    assert paid.holds()


def test_a_frame_number_stands_on_the_list_and_on_the_voucher(world: AwardWorld) -> None:
    stocked.number(world, stocked.given(world), "SX-0001", "SX-0002")
    decision = stocked.decided(world)
    stocked.mean(world, decision, "SX-0002")
    payout = paid.approve(world, paid.prepare(world, decision, "goods"))
    assert "số khung SX-0002" in said(frozen(payout))

    line = lists.lines_of(payout)[0]
    with writing():
        document = paying.hand_over(payout, {line.id: paid.MOTHER}, by=world.treasurer, key=token())
    with writing():
        vouchers.issue_and_print(payout, document, by=world.treasurer)
    paper = vouchers.find(document)

    assert paper is not None
    assert "Số khung: SX-0002" in said(paper)


def test_a_voided_voucher_prints_huy_and_is_not_issued_any_more(
    world: AwardWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that was voided before lists kept their documents; today that is refused."""
    monkeypatch.setitem(bars._bars, "payouts", lambda _document: "")
    payout, _lines = paid.paid(world, 1)
    (document,) = payout_list.documents_of(payout)
    with writing():
        vouchers.issue_and_print(payout, document, by=world.treasurer)
    with writing():
        documents.void(document, reason="Chi nhầm", by=world.accountant)

    paper = vouchers.find(document)
    assert paper is not None
    assert "HỦY" in said(paper)


def test_whoever_holds_a_list_can_check_it_and_reads_no_name(app: Flask, world: AwardWorld) -> None:
    payout = paid.approve(world, paid.prepare(world, paid.money(world, 2)))
    page = Browser(app).get(f"/kiem-chung/{frozen(payout).code}")

    assert "Danh sách ký nhận" in page.text
    assert "2.000.000" in page.text
    names = [line.name for line in lists.lines_of(payout)] + [world.chair.full_name, world.accountant.full_name]
    assert not any(name in page.text for name in names)


def test_only_the_office_prints_and_only_who_sees_the_list_reads_it(app: Flask, world: AwardWorld) -> None:
    payout = by_the_bank(world)
    paid.pay(world, payout)
    (document,) = payout_list.documents_of(payout)
    at, one = {"payout_id": payout.id}, {"payout_id": payout.id, "document_id": document.id}
    far = people.person("xa.ketoan", role="accountant", unit=people.association("U02"))
    line = lists.lines_of(payout)[0]

    for who in (world.chair, people.person("kiemtra")):
        assert Browser(app).sign_in(who).get("payout_papers.list_paper", **at).response.mimetype == "application/pdf"
    seen = len(openings.of(line.award.recipient))
    for who, status in ((world.nominator, 403), (world.members[0], 403), (far, 404)):
        reader = Browser(app).sign_in(who)
        for name in ("payout_papers.list_paper", "payout_papers.bank_excel"):
            reader.get(name, **at, expect=status)
        reader.get("payout_papers.voucher", **one, expect=status)
    for who, status in (
        (world.chair, 403),
        (people.person("kiemtra2", role="auditor", unit=world.unit), 403),
        (far, 404),
    ):
        writer = Browser(app).sign_in(who)
        writer.post("payout_papers.print_list", to=at, expect=status)
        writer.post("payout_papers.print_voucher", to=one, expect=status)
    with pytest.raises(NotAllowed), writing():
        list_papers.note_print(payout, by=world.chair)
    with pytest.raises(NotAllowed), writing():
        vouchers.issue_and_print(payout, document, by=world.chair)

    assert len(openings.of(line.award.recipient)) == seen
    assert not issued.was_printed(frozen(payout))
    assert vouchers.find(document) is None


def test_what_is_not_approved_or_of_another_list_has_no_paper(app: Flask, world: AwardWorld) -> None:
    payout = paid.prepare(world, paid.money(world, 1))
    other = paid.approve(world, paid.prepare(world, paid.goods(world, 1), "goods"))
    line = lists.lines_of(other)[0]
    with writing():
        document = paying.hand_over(other, {line.id: paid.MOTHER}, by=world.treasurer, key=token())
    accountant = Browser(app).sign_in(world.accountant)
    accountant.get("payouts.show", payout_id=payout.id)

    accountant.get("payout_papers.list_paper", payout_id=payout.id, expect=404)
    accountant.get("payout_papers.bank_excel", payout_id=other.id, expect=404)
    accountant.post("payout_papers.print_list", to={"payout_id": payout.id}, expect=422)
    stray = {"payout_id": payout.id, "document_id": document.id}
    accountant.get("payout_papers.voucher", **stray, expect=404)
    accountant.post("payout_papers.print_voucher", to=stray, expect=404)
    with pytest.raises(NotFound):
        vouchers.of_list(payout, document.id)
