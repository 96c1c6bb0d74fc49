"""The papers of a gift: the right ones, saying what is true, the original once."""

import datetime
from collections.abc import Callable
from datetime import timedelta

import pytest

from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.giving import donors, gift_papers, gift_rows
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org import unit_changes
from khuyenhoc.papers import heads, prints
from khuyenhoc.papers.content import Content
from khuyenhoc.papers.issued import IssuedPaper
from tests.conftest import EVENING
from tests.giving.gift_world import Ward
from tests.papers.reading import read, text_of
from tests.support import people
from tests.support.browser import Browser


def _row(document: Document) -> gift_rows.GiftRow:
    return gift_rows.row(document)


def _says(ward: Ward, document: Document, kind: str = "") -> Content:
    return gift_papers.paper_of(_row(document), kind).content()


def _issue(ward: Ward, document: Document, kind: str = "", **more: str) -> IssuedPaper:
    with writing():
        return gift_papers.issue(_row(document), by=ward.treasurer, kind=kind, **more)


def _bank(ward: Ward) -> Document:
    return ward.give(gift=ward.gift(ward.line(5_000_000), method="bank", donor=ward.company))


def _goods(ward: Ward) -> Document:
    return ward.give(gift=ward.gift(ward.bicycles(2), method="in_kind"))


def test_each_way_of_giving_has_its_voucher(ward: Ward) -> None:
    found = [gift_papers.kinds(_row(d)) for d in (ward.give(2_000_000), _bank(ward), _goods(ward))]

    assert [kinds[0] for kinds in found] == ["receipt", "confirmation", "goods_receipt"]
    assert all(kinds[1:] == ("thank_you", "gold_heart") for kinds in found)


def test_nobody_is_thanked_for_an_envelope_without_a_name(ward: Ward) -> None:
    with writing():
        nobody = donors.unknown_giver(ward.world.unit, by=ward.treasurer)
    document = ward.give(gift=ward.gift(ward.line(50_000), donor=nobody))

    assert gift_papers.kinds(_row(document)) == ("receipt",)
    with pytest.raises(NotFound):
        _issue(ward, document, "thank_you")


def test_a_receipt_names_who_acted_and_leaves_lines_for_the_others(ward: Ward) -> None:
    said = _says(ward, ward.give(2_000_000))

    assert said["payer"] == "Bà Trần Thị Minh Họa"
    assert said["reason"] == "Ủng hộ chiến dịch Xe đạp đến trường"
    assert (said["debit"], said["credit"]) == ("111", "511")
    assert {s["title"]: s["name"] for s in said["signers"]} == {
        "Chủ tịch": "",
        "Kế toán": "",
        "Người nộp tiền": "Trần Thị Minh Họa",
        "Người lập phiếu": ward.treasurer.full_name,
        "Thủ quỹ": ward.treasurer.full_name,
    }


def test_an_accountant_who_recorded_is_not_named_as_treasurer(ward: Ward) -> None:
    said = _says(ward, ward.give(2_000_000, by=ward.accountant))

    assert said["treasurer"] == ""
    assert said["accountant"] == ward.accountant.full_name


def test_a_gift_for_two_campaigns_says_how_much_for_each(ward: Ward) -> None:
    lines = (ward.line(2_000_000), ward.line(1_000_000, ward.world.general))
    said = _says(ward, ward.give(gift=ward.gift(*lines, restriction="Em học lớp 6.")))

    assert said["reason"] == (
        "Ủng hộ chiến dịch Xe đạp đến trường 2.000.000\u00a0₫; Quỹ chung 1.000.000\u00a0₫ (Em học lớp 6)"
    )


def test_goods_are_listed_at_their_value_and_thanked_in_pieces(ward: Ward) -> None:
    document = _goods(ward)

    assert _says(ward, document)["rows"][0]["quantity"] == 2
    assert _says(ward, document, "thank_you")["gift"] == "2 chiếc xe đạp 24 inch"
    assert _says(ward, document, "gold_heart")["amount"] == 0


def test_a_company_is_confirmed_the_transfer_with_its_account(ward: Ward) -> None:
    said = _says(ward, _bank(ward))

    assert said["donor"] == "Công ty TNHH Mây Hồng"
    assert "99900077788899" in said["method"]
    assert said["shares"] == [{"campaign": "Xe đạp đến trường", "amount": 5_000_000}]


def test_a_donor_who_hides_gets_a_certificate_without_the_sum(ward: Ward) -> None:
    document = ward.give(2_000_000)
    with writing():
        donors.set_display(ward.hoa, "anonymous", by=ward.treasurer)

    assert _says(ward, document, "gold_heart")["gift"] == "món quà quý"


def test_papers_of_the_past_keep_the_names_of_their_day(ward: Ward, clock: Callable[[datetime.datetime], None]) -> None:
    document = ward.give(2_000_000)
    paper = _issue(ward, document)
    clock(EVENING + timedelta(days=40))
    with writing():
        donors.rename(ward.hoa, "Trần Minh Họa", starts=datetime.date(2026, 9, 1), by=ward.treasurer)
        unit_changes.rename(ward.world.unit, "Hội Khuyến học phường Mới", on=datetime.date(2026, 9, 1), by=ward.chair)

    assert paper.frozen["payer"] == "Bà Trần Thị Minh Họa"
    assert _says(ward, document)["heading"]["unit"] == "Hội Khuyến học U01"
    assert _says(ward, document, "thank_you")["heading"]["unit"] == "Hội Khuyến học phường Mới"


def test_asked_twice_there_is_one_paper(ward: Ward) -> None:
    document = ward.give(2_000_000)

    assert _issue(ward, document).id == _issue(ward, document).id


def test_a_certificate_has_a_number_of_its_own_and_names_its_decision(ward: Ward) -> None:
    document = ward.give(2_000_000)
    with pytest.raises(RuleBroken, match="Dài nhất 40"):
        _issue(ward, document, "gold_heart", decision="x" * 41)

    paper = _issue(ward, document, "gold_heart", decision="QĐ-2026-0003")

    assert paper.label == "TLV-2026-0001"
    assert "QĐ-2026-0003" in text_of(read(prints.pdf(paper, by=ward.treasurer)))


def test_a_void_gift_gets_no_new_paper_and_its_old_ones_say_so(ward: Ward) -> None:
    document = ward.give(2_000_000)
    paper = _issue(ward, document)
    ward.approve(ward.ask_void(document))

    with pytest.raises(RuleBroken, match="đã hủy"):
        _issue(ward, db.session.get_one(Document, document.id), "thank_you")
    assert "HỦY" in text_of(read(prints.pdf(paper, by=ward.treasurer)))


@pytest.mark.parametrize(
    ("place", "unit_name"),
    [
        ("Bến Nắng", "Hội Khuyến học phường Bến Nắng"),
        ("Sông Xanh", "Hội Khuyến học quận Sông Xanh"),
        ("Phường 1", "Chi hội Khuyến học Phường 1"),
        ("Hội cựu học sinh", "Hội cựu học sinh"),
    ],
)
def test_a_paper_is_signed_where_its_unit_is(place: str, unit_name: str) -> None:
    assert heads.place(unit_name) == place


def _pdf(browser: Browser, path: str) -> str:
    response = browser.client.get(path)
    assert response.mimetype == "application/pdf", response.get_data(as_text=True)[:400]
    return text_of(read(response.data))


def _print(browser: Browser, document: Document, kind: str = "receipt") -> str:
    browser.get("giving.gift", document_id=document.id)
    to = {"document_id": document.id, "kind": kind}
    return str(browser.post("gift_papers.print_paper", to=to, expect=303).response.location)


def test_the_first_printing_is_the_original_and_every_other_a_copy(
    ward: Ward, browser: Browser, clock: Callable[[datetime.datetime], None]
) -> None:
    document = ward.give(2_000_000)
    browser.sign_in("thuquy")
    first = _print(browser, document)
    assert "BẢN SAO" not in _pdf(browser, first)

    assert "BẢN SAO" in _pdf(browser, first.partition("?")[0])
    assert "BẢN SAO" in _pdf(Browser(browser.app).sign_in("ketoan"), first)
    assert "BẢN SAO" in _pdf(browser, _print(browser, document))
    clock(EVENING + timedelta(minutes=16))
    assert "BẢN SAO" in _pdf(browser, first)


def test_the_gift_page_says_what_was_printed_and_by_whom(ward: Ward, browser: Browser) -> None:
    document = ward.give(2_000_000)
    browser.sign_in("thuquy")
    assert browser.get("giving.gift", document_id=document.id).text.count("Chưa ra") == 3

    _print(browser, document)

    assert "In 20:47 15/8/2026, Bà Đoàn Ngọc Hạ" in browser.get("giving.gift", document_id=document.id).text


def test_who_only_reads_sees_papers_and_issues_none(ward: Ward, browser: Browser) -> None:
    document = ward.give(2_000_000)
    _issue(ward, document)
    browser.sign_in("kiemtra")

    assert "BẢN SAO" in _pdf(browser, f"/khoan-ung-ho/{document.id}/giay/receipt.pdf")
    to = {"document_id": document.id, "kind": "thank_you"}
    browser.post("gift_papers.print_paper", to=to, expect=403)
    assert not browser.get("giving.gift", document_id=document.id).offers(
        f"/khoan-ung-ho/{document.id}/giay/thank_you.pdf"
    )


def test_a_paper_that_is_not_there_is_said_so(ward: Ward, browser: Browser) -> None:
    document = ward.give(2_000_000)
    browser.sign_in("thuquy")

    assert "chưa ra" in browser.get("gift_papers.paper", document_id=document.id, kind="thank_you").text
    browser.get("gift_papers.paper", document_id=document.id, kind="confirmation", expect=404)
    browser.get("gift_papers.paper", document_id=document.id, kind="cash_book", expect=404)
    browser.get("gift_papers.paper", document_id=999_999, kind="receipt", expect=404)


def test_papers_of_another_association_do_not_exist(ward: Ward, browser: Browser) -> None:
    document = ward.give(2_000_000)
    browser.sign_in(people_elsewhere())
    to = {"document_id": document.id, "kind": "receipt"}

    browser.get("gift_papers.paper", **to, expect=404)
    browser.post("gift_papers.print_paper", to=to, expect=404)


def people_elsewhere() -> str:
    """The treasurer of another association."""
    people.person("thuquy2", role="treasurer", unit=people.association("U02"))
    return "thuquy2"


def test_a_held_receipt_can_be_verified_and_says_when_it_is_void(ward: Ward, browser: Browser) -> None:
    document = ward.give(2_000_000)
    paper = _issue(ward, document)
    page = browser.get("papers.verify", code=paper.code)
    assert "Đúng với sổ của Hội" in page.text
    assert "Họa" not in page.body

    ward.approve(ward.ask_void(document))

    assert "Đã hủy" in browser.get("papers.verify", code=paper.code).text
