"""Every document of the treasury has its voucher: one page, saying what the books say, the original once."""

from collections.abc import Callable
from typing import Any

import pytest

from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.ledger import documents
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.papers.issued import IssuedPaper
from khuyenhoc.papers.press import print_pdf
from khuyenhoc.treasury import movements, transfers, vouchers
from tests.papers.examples import PROOF
from tests.papers.reading import read, text_of
from tests.support import people
from tests.support.browser import Browser
from tests.support.world import DAY, HA, World
from tests.treasury.conftest import Officers, approve
from tests.treasury.ordered import officer, paid
from tests.treasury.test_movements import do


def _says(document: Document) -> str:
    """The voucher's text, which must be one page."""
    paper = vouchers.paper_of(document)
    pdf = read(print_pdf(paper.TEMPLATE, paper.content() | {"proof": PROOF}))
    assert len(pdf.pages) == 1
    return text_of(pdf)


def _opening(ward: World, **more: Any) -> Document:
    return do(movements.open_with_money, ward.general, ward.cash, 9_000_000, **more)


def _cost(ward: World, account: str = "cash", **more: Any) -> Document:
    do(movements.open_with_money, ward.general, getattr(ward, account), 9_000_000)
    return paid(ward, account=getattr(ward, account), **more)


def _income(ward: World) -> Document:
    return do(movements.record_other_income, ward.general, ward.bank, 104_567, memo="Lãi tiền gửi quý 2")


def _fee(ward: World) -> Document:
    _income(ward)
    return do(movements.record_bank_fee, ward.general, ward.bank, 11_000, memo="Phí tháng 6")


def _to_bank(ward: World) -> Document:
    _opening(ward)
    return do(movements.cash_to_bank, ward.general, ward.cash, ward.bank, 2_000_000)


def _bicycles(ward: World) -> Document:
    return do(movements.open_with_goods, ward.bicycles, ward.bicycle, 3, 7_125_000)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (_opening, ["PHIẾU GHI SỐ DƯ ĐẦU", "SD-2026-0001", "9.000.000 ₫", "Chín triệu đồng", "Nợ 111"]),
        (_bicycles, ["PHIẾU GHI SỐ DƯ ĐẦU", "3 chiếc xe đạp", "7.125.000 ₫"]),
        (_cost, ["PHIẾU CHI", "PC-2026-0001", "Mẫu số 02-TT", "Nước uống", "Người nhận tiền", "Đã nhận đủ số tiền"]),
        (_income, ["PHIẾU THU KHÁC", "TK-2026-0001", "Lãi tiền gửi quý 2", "104.567 ₫", "Nợ 112"]),
        (_fee, ["PHIẾU CHI TIỀN", "UN-2026-0001", "Phí tháng 6", "Có 112"]),
        (_to_bank, ["PHIẾU CHUYỂN TIỀN", "CT-2026-0001", "Chuyển từ", "Nợ 112 · Có 111"]),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_each_document_has_its_voucher(ward: World, make: Callable[[World], Document], said: list[str]) -> None:
    text = _says(make(ward))

    assert [words for words in said if words not in text] == []
    assert "Quỹ chung" in text or "Xe đạp đến trường" in text


def test_a_transfer_names_both_campaigns_and_who_approved(ward: World, officers: Officers) -> None:
    _opening(ward)
    with writing():
        request = transfers.ask(
            ward.general, ward.bicycles, ward.cash, 500_000,
            reason="Thiếu một chiếc xe", consent="", by=officers.treasurer, key="transfer-1",
        )  # fmt: skip
    approve(request, officers.chair)

    document = db.session.query(Document).filter_by(kind="transfer").one()
    text = _says(document)

    assert "Sang chiến dịch" in text
    assert "Xe đạp đến trường" in text
    assert officers.chair.full_name in text
    assert "Thiếu một chiếc xe" in text


def test_who_prepared_and_who_paid_stand_under_a_payment(ward: World) -> None:
    said = vouchers.paper_of(_cost(ward)).content()

    signers = {one["title"]: one["name"] for one in said["signers"]}
    assert {signers["Kế toán"], signers["Người lập phiếu"]} == {officer(ward, "accountant").full_name}
    assert signers["Thủ quỹ"] == officer(ward, "treasurer").full_name


def test_who_was_paid_stands_on_the_voucher_and_belongs_to_the_request(ward: World, browser: Browser) -> None:
    cost = _cost(ward, person="Quán nước Bà Tư")
    assert "Quán nước Bà Tư" in _says(cost)

    people.person("thuquy", role="treasurer", unit=ward.unit)
    assert "Quán nước Bà Tư" in browser.sign_in("thuquy").get("treasury.document", document_id=cost.id).text


def test_a_long_memo_and_a_long_name_stay_on_one_page(ward: World) -> None:
    text = _says(_cost(ward, person="Công ty trách nhiệm hữu hạn một thành viên " * 3))

    assert "Mã kiểm tra" in text
    assert text.count("một thành viên") == 3


def _print(browser: Browser, document: Document) -> str:
    browser.get("treasury.document", document_id=document.id)
    answer = browser.post("vouchers.print_voucher", to={"document_id": document.id}, expect=303)
    return str(answer.response.location)


def _pdf(browser: Browser, path: str) -> str:
    response = browser.client.get(path)
    assert response.mimetype == "application/pdf", response.get_data(as_text=True)[:300]
    return text_of(read(response.data))


@pytest.fixture
def desk(ward: World, browser: Browser) -> Browser:
    """The treasurer's browser."""
    people.person("thuquy", role="treasurer", unit=ward.unit)
    return browser.sign_in("thuquy")


def test_the_original_is_printed_once_and_can_be_checked(ward: World, desk: Browser) -> None:
    cost = _cost(ward)
    assert "Chưa ra" in desk.get("treasury.document", document_id=cost.id).text

    first = _pdf(desk, _print(desk, cost))
    again = _pdf(desk, _print(desk, cost))

    assert "BẢN SAO" not in first
    assert "Niêm phong bút toán" in first
    assert "BẢN SAO" in again
    paper = db.session.query(IssuedPaper).one()
    page = desk.get("papers.verify", code=paper.code)
    assert "Phiếu chi" in page.text
    assert "Đúng với sổ của Hội" in page.text


def test_a_void_document_says_so_on_its_voucher_and_gets_no_new_one(ward: World, desk: Browser) -> None:
    cost, income = _cost(ward), _income(ward)
    address = _print(desk, cost)
    with writing():
        for document in (cost, income):
            documents.void(documents.get_document(document.id), reason="Gõ hai lần", by=HA)

    assert "HỦY" in _pdf(desk, address)
    with pytest.raises(RuleBroken, match="đã hủy"), writing():
        vouchers.issue_and_print(documents.get_document(income.id), by=HA)
    assert "In phiếu" not in desk.get("treasury.document", document_id=income.id).text


def test_who_only_reads_looks_and_issues_nothing(ward: World, officers: Officers, desk: Browser) -> None:
    cost = _cost(ward)
    auditor = Browser(desk.app).sign_in(officers.auditor)
    assert "chưa ra phiếu" in auditor.get("vouchers.voucher", document_id=cost.id).text
    _print(desk, cost)

    assert "BẢN SAO" in _pdf(auditor, f"/so-sach/chung-tu/{cost.id}/phieu.pdf")
    auditor.post("vouchers.print_voucher", to={"document_id": cost.id}, expect=403)


def test_a_gift_and_a_strangers_document_have_no_voucher_here(ward: World, desk: Browser) -> None:
    gift = ward.gift(500_000)
    desk.get("vouchers.voucher", document_id=gift.id, expect=404)
    cost = _cost(ward)
    people.person("thuquy2", role="treasurer", unit=people.association("U02"))
    stranger = Browser(desk.app).sign_in("thuquy2")

    stranger.get("vouchers.voucher", document_id=cost.id, expect=404)
    stranger.post("vouchers.print_voucher", to={"document_id": cost.id}, expect=404)


def test_nobody_signs_for_cash_where_none_changed_hands(ward: World) -> None:
    assert "Người nộp tiền" not in _says(_income(ward))
    do(movements.open_with_money, ward.general, ward.cash, 1_000_000)
    sold = do(movements.record_other_income, ward.general, ward.cash, 50_000, memo="Bán giấy vụn")
    assert "Người nộp tiền" in _says(sold)


def test_the_voucher_bears_the_day_of_its_document(ward: World) -> None:
    assert vouchers.paper_of(_opening(ward)).day == DAY
