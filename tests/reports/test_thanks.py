"""The giver's page, the page to share, and all gifts of a giver who signs in."""

import io
from collections.abc import Callable
from datetime import datetime

import openpyxl
import pytest

from khuyenhoc.core.clock import VIETNAM
from khuyenhoc.core.database import writing
from khuyenhoc.giving import donors, gift_papers, gift_rows
from khuyenhoc.giving.donors import Donor
from khuyenhoc.history import events
from khuyenhoc.history.events import record
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org import users
from khuyenhoc.papers.issued import IssuedPaper
from khuyenhoc.recipients import consents
from khuyenhoc.reports import links
from khuyenhoc.reports.links import GiftLink
from tests.giving.gift_world import Ward
from tests.papers.reading import read, text_of
from tests.reports.given import AGREED, Given
from tests.support import html, people
from tests.support.browser import Answer, Browser
from tests.support.plans import plans

Clock = Callable[[datetime], None]


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
    assert _table(page)["Chưa dùngXe đạp đến trường"] == "4.750.000"
    assert "Khớp đến từng đồng" in page.text


def test_what_became_of_it_adds_up_to_the_gift(ward: Ward, browser: Browser) -> None:
    gift = ward.give(4_750_000)
    ward.world.pay(750_000)
    with writing():
        link = links.make(gift, by=ward.secretary)

    page = browser.get("reports.thanks", token=link.private)

    assert _table(page) == {
        "Chi phí hoạt động": "750.000",
        "Chưa dùngXe đạp đến trường": "4.000.000",
        "Cộng, bằng đúng món quà": "4.750.000\u00a0₫",
    }
    assert "Còn 4.000.000" in page.text


def _table(page: Answer) -> dict[str, str]:
    """The lines of the first table: what, and how much."""
    rows = [row for row in page.page.all("table")[0].all("tr") if row.all("td")]
    return {row.one("th").text: row.one("td").text for row in rows}


def test_scholarships_bicycles_and_who_let_the_donor_know(given: Given, browser: Browser) -> None:
    gift = given.gift(3_250_000)
    given.awards(people=[given.world.pupil("Quách Ưng Xuyến", consents=AGREED), given.world.pupil("Lý Thị Im")])
    link = given.link(gift)

    page = browser.get("reports.thanks", token=link.private)

    assert page.h1 == "Cảm ơn Bà Họa, món quà đã thành 2 suất học bổng"
    assert _table(page)["2 suất học bổng"] == "2.000.000"
    assert "Q.Ư.X., THCS" in page.text
    assert "Học bổng: thêm 1 người nhận không nêu tên." in page.text
    assert "L.T.I" not in page.body
    shared = browser.get("reports.shared", token=link.shared)
    assert "Món quà ấy đến nay 2 suất học bổng" in shared.text
    for secret in ("Q.Ư.X", "2.000.000", "3.250.000", "1.250.000", "THCS"):
        assert secret not in shared.body


def test_a_kept_story_is_made_anew_after_any_deed(given: Given, browser: Browser) -> None:
    gift, willing = given.gift(2_000_000), given.world.pupil("Quách Ưng Xuyến", consents=AGREED)
    link = given.link(gift)
    assert "còn nguyên" not in browser.get("reports.thanks", token=link.private).text
    given.awards(people=[willing])
    assert "Q.Ư.X., THCS" in browser.get("reports.thanks", token=link.private).text

    with writing():
        consents.withdraw(willing, "process", because="Mẹ gọi điện", by=given.world.secretary)

    page = browser.get("reports.thanks", token=link.private)
    assert "Q.Ư.X" not in page.body
    assert "Học bổng: 1 người nhận." in page.text


def test_a_story_that_is_kept_asks_nothing_of_the_trace(given: Given, browser: Browser) -> None:
    link = given.link(given.gift(2_000_000))
    given.awards(2)

    def asked() -> list[str]:
        with plans() as told:
            browser.get("reports.thanks", token=link.private)
        return [statement for statement, _values in told.asked]

    first, again = asked(), asked()

    assert any("trace_takes" in statement for statement in first)
    assert not any("trace" in statement or "consents" in statement for statement in again)
    assert len(first) < 40
    assert len(again) < 25


def test_a_kept_story_ends_with_the_day_of_a_consent(given: Given, browser: Browser, clock: Clock) -> None:
    link = given.link(given.gift(2_000_000))
    given.awards(people=[given.world.pupil("Quách Ưng Xuyến", consents=AGREED)])
    assert "Q.Ư.X." in browser.get("reports.thanks", token=link.private).text

    clock(datetime(2027, 6, 1, 8, 0, tzinfo=VIETNAM))

    assert "Q.Ư.X." not in browser.get("reports.thanks", token=link.private).body


def test_where_a_campaign_shows_no_amounts_others_read_no_counts(given: Given, browser: Browser) -> None:
    link = given.link(given.gift(2_000_000))
    given.awards(2)
    with writing():
        given.world.scholarships.show_amounts = False
        record("campaign.changed", given.world.scholarships, by=given.ward.treasurer, unit_id=given.world.unit.id)

    shared = browser.get("reports.shared", token=link.shared)

    assert "suất" not in shared.text
    assert "2 suất học bổng" in browser.get("reports.thanks", token=link.private).text


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
    secrets = ("4.750.000", "triệu", "PT-2026", "0900", "0900000002", "em Nam", paper.code, link.private)
    assert html.found(secrets, page.body) == []
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
    assert "Chưa dùng đến" in page.text
    assert "9.999.000" not in page.text
    answer = browser.client.get("/khoan-ung-ho-cua-toi.xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.data)).active.iter_rows(min_row=4, values_only=True))
    assert [(row[1], row[7]) for row in rows] == [("PT-2026-0001", 4_750_000)]


def test_the_donor_s_home_tells_what_all_gifts_became_together(given: Given, browser: Browser) -> None:
    gifts = [given.gift(1_500_000), given.gift(750_000)]
    given.ward.approve(given.ward.ask_void(given.gift(9_000_000)))
    given.awards(2)
    _is_donor(given.ward.hoa)

    page = browser.sign_in("nhahaotam").get("reports.my_gifts")

    assert "Đến nay, các khoản ủng hộ đã thành 2 suất học bổng" in page.text
    assert "Đã thành: 1 suất học bổng, góp phần vào 1 suất học bổng khác" in page.text
    assert "Đã thành: góp phần vào 1 suất học bổng" in page.text
    assert "2.250.000" in page.text
    assert "250.000" in page.text
    assert len(gifts) == 2
    assert browser.get("home.today").h1 == page.h1, "to whoever only gives, their gifts are the first page"


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
