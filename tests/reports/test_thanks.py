"""The giver's page, the page to share, and all gifts of a giver who signs in."""

import io

import openpyxl
import pytest

from khuyenhoc.core.database import writing
from khuyenhoc.giving import donors, gift_papers, gift_rows
from khuyenhoc.giving.donors import Donor
from khuyenhoc.history import events
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org import users
from khuyenhoc.papers.issued import IssuedPaper
from khuyenhoc.reports import links
from khuyenhoc.reports.links import GiftLink
from tests.giving.gift_world import Ward
from tests.papers.reading import read, text_of
from tests.support import people
from tests.support.browser import Browser


@pytest.fixture
def gift(ward: Ward) -> Document:
    """Bà Họa gave 4.750.000 đồng."""
    return ward.give(gift=ward.gift(ward.line(4_750_000), restriction="em Nam"))


@pytest.fixture
def link(ward: Ward, gift: Document) -> GiftLink:
    """Her page is open."""
    with writing():
        return links.make(gift, by=ward.secretary)


def _issue(ward: Ward, document: Document, kind: str = "receipt") -> IssuedPaper:
    with writing():
        return gift_papers.issue(gift_rows.row(document), by=ward.treasurer, kind=kind)


def test_the_page_greets_the_giver_and_tells_of_the_gift(ward: Ward, browser: Browser, link: GiftLink) -> None:
    page = browser.get("reports.thanks", token=link.private)

    assert page.h1 == "Cảm ơn Bà Họa đã đồng hành cùng các em"
    assert "Kính gửi: Bà Trần Thị Minh Họa" in page.text
    assert "4.750.000\u00a0₫" in page.body
    assert "Bốn triệu bảy trăm năm mươi nghìn đồng" in page.text
    assert "Quý vị dành món quà cho: em Nam." in page.text
    assert "Xe đạp đến trường chưa chi gì" in page.text
    assert "Khớp đến từng đồng" in page.text


def test_when_money_went_out_the_page_does_not_say_that_all_is_there(
    ward: Ward, browser: Browser, link: GiftLink
) -> None:
    ward.world.pay(750_000)

    page = browser.get("reports.thanks", token=link.private)

    assert "đã chi ra 750.000" in page.text
    assert "còn giữ 4.000.000" in page.text
    assert "còn nguyên" not in page.text


def test_the_page_leaves_no_trace(browser: Browser, link: GiftLink) -> None:
    page = browser.get("reports.thanks", token=link.private)
    headers = page.response.headers

    assert page.page.one("title").text == "Thư cảm ơn của Hội Khuyến học"
    assert "noindex" in headers["X-Robots-Tag"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "noindex" in browser.get("reports.thanks", token="y" * 32, expect=404).response.headers["X-Robots-Tag"]


def test_the_giver_reads_every_own_paper_and_no_other(
    ward: Ward, browser: Browser, link: GiftLink, gift: Document
) -> None:
    paper, letter = _issue(ward, gift), _issue(ward, gift, "thank_you")
    other = _issue(ward, ward.give(1_000_000))
    page = browser.get("reports.thanks", token=link.private)
    assert page.offers(f"/tri-an/{link.private}/giay/{paper.id}.pdf")
    assert page.offers(f"/tri-an/{link.private}/giay/{letter.id}.pdf")

    answer = browser.get("reports.paper", token=link.private, paper_id=paper.id).response

    said = text_of(read(answer.data))
    assert "4.750.000 ₫" in said
    assert "BẢN SAO" in said
    assert answer.headers["Content-Disposition"] == 'inline; filename="phieu-thu-PT-2026-0001.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    browser.get("reports.paper", token=link.private, paper_id=other.id, expect=404)
    browser.get("reports.paper", token="z" * 32, paper_id=paper.id, expect=404)


def test_the_check_code_is_that_of_the_receipt(ward: Ward, browser: Browser, link: GiftLink, gift: Document) -> None:
    assert "chưa ra giấy" in browser.get("reports.thanks", token=link.private).text

    paper = _issue(ward, gift)

    assert paper.frozen["proof"]["code"] in browser.get("reports.thanks", token=link.private).text


def test_the_choice_of_a_name_works_at_once_everywhere(
    ward: Ward, browser: Browser, link: GiftLink, gift: Document
) -> None:
    def seen() -> list[str]:
        pages = [
            browser.get("reports.shared", token=link.shared),
            browser.get("public.campaign", code="XD-U01"),
            browser.get("public.board", code="XD-U01"),
        ]
        return [page.text for page in pages]

    assert all("Bà Trần Thị Minh Họa" in text for text in seen())

    for display, shown in (("short", "Bà T.T.M.H."), ("anonymous", "Mạnh thường quân giấu tên")):
        browser.get("reports.thanks", token=link.private)
        saved = browser.post("reports.choose_name", to={"token": link.private}, display=display)
        assert f"Đã lưu cách nêu tên: {shown}" in saved.text
        assert all(shown in text for text in seen())
        assert not any("Họa" in text for text in seen())

    told = events.of("donors", ward.hoa.id)[-1]
    assert (told.action, told.actor_name) == ("donor.display_chosen", "Nhà hảo tâm tự chọn")


def test_a_choice_that_is_none_is_asked_again(browser: Browser, link: GiftLink) -> None:
    browser.get("reports.thanks", token=link.private)
    for display in ("", "everybody"):
        asked = browser.post("reports.choose_name", to={"token": link.private}, display=display, expect=422)
        assert asked.errors
    browser.post("reports.choose_name", to={"token": "q" * 32}, display="short", expect=404)


def test_a_giver_whom_nobody_knows_has_no_name_to_choose(ward: Ward, browser: Browser) -> None:
    with writing():
        nobody = donors.unknown_giver(ward.world.unit, by=ward.treasurer)
    document = ward.give(gift=ward.gift(ward.line(50_000), donor=nobody))
    with writing():
        link = links.make(document, by=ward.secretary)

    page = browser.get("reports.thanks", token=link.private)

    assert "Kính gửi: Nhà hảo tâm" in page.text
    assert "Cách nêu tên" not in page.text
    refused = browser.post("reports.choose_name", to={"token": link.private}, display="full", expect=422)
    assert refused.status == 422


def test_a_void_gift_is_said_plainly(ward: Ward, browser: Browser, link: GiftLink, gift: Document) -> None:
    paper = _issue(ward, gift)
    ward.approve(ward.ask_void(gift))

    page = browser.get("reports.thanks", token=link.private)

    assert page.h1 == "Khoản PT-2026-0001 đã hủy trong sổ"
    assert "Gõ hai lần" in page.text
    assert "Kể cho người thân" not in page.text
    assert "HỦY" in text_of(read(browser.get("reports.paper", token=link.private, paper_id=paper.id).response.data))


def test_the_shared_page_says_the_name_and_the_campaign_and_nothing_else(
    ward: Ward, browser: Browser, link: GiftLink, gift: Document
) -> None:
    paper = _issue(ward, gift)
    page = browser.get("reports.shared", token=link.shared)

    assert page.h1 == "Bà Trần Thị Minh Họa"
    assert "Xe đạp đến trường" in page.text
    for secret in ("4.750.000", "triệu", "PT-2026", "0900", "em Nam", paper.code, link.private):
        assert secret not in page.body
    preview = [node.get("content") for node in page.page.all("meta") if node.get("property", "").startswith("og:")]
    assert preview
    assert not any("Họa" in text or "U01" in text for text in preview)
    assert "Họa" not in page.page.one("title").text


def _is_donor(donor: Donor) -> None:
    user = people.person("nhahaotam")
    with writing():
        users.link_donor(user, donor.id, by=people.person("admin"))


def test_a_giver_who_signs_in_sees_own_gifts_only(ward: Ward, browser: Browser, gift: Document) -> None:
    ward.give(gift=ward.gift(ward.line(9_999_000), donor=ward.company))
    _is_donor(ward.hoa)

    page = browser.sign_in("nhahaotam").get("reports.my_gifts")

    assert "PT-2026-0001" in page.text
    assert "9.999.000" not in page.text
    answer = browser.client.get("/khoan-ung-ho-cua-toi.xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.data)).active.iter_rows(min_row=4, values_only=True))
    assert [row[1] for row in rows] == ["PT-2026-0001"]


def test_the_giver_opens_the_page_of_an_own_gift_and_of_no_other(ward: Ward, browser: Browser, gift: Document) -> None:
    other = ward.give(gift=ward.gift(ward.line(9_999_000), donor=ward.company))
    _is_donor(ward.hoa)
    browser.sign_in("nhahaotam").get("reports.my_gifts")

    assert "Cảm ơn Bà Họa" in browser.post("reports.open_mine", to={"document_id": gift.id}).h1
    browser.post("reports.open_mine", to={"document_id": other.id}, expect=404)


def test_an_account_without_a_donor_is_told_what_to_do(ward: Ward, browser: Browser, gift: Document) -> None:
    page = browser.sign_in("nhahaotam").get("reports.my_gifts")

    assert "chưa gắn" in page.text
    browser.post("reports.open_mine", to={"document_id": gift.id}, expect=404)
    Browser(browser.app).sign_in("thuquy").get("reports.my_gifts", expect=403)
