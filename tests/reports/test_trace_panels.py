"""The trace on the pages of the office: a gift's uses with their documents, a use's sources with their gifts."""

import pytest

from khuyenhoc.core.database import db
from khuyenhoc.goods.goods_tables import Purchase
from khuyenhoc.ledger.beside import Used
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.payouts import lists
from khuyenhoc.reports import trace_sheets
from tests.reports.given import MILLION, Given
from tests.support.browser import Answer, Browser

BICYCLE = 2_375_000


def rows(page: Answer, heading: str) -> dict[str, str]:
    """The lines of the sheet under a heading: its first words, and the amount."""
    section = next(one for one in page.page.all("section") if one.all("h2") and one.one("h2").text == heading)
    lines = [row for row in section.all("tr") if row.all("td")]
    return {row.one("th").text: row.all("td")[-1].text.replace("\u00a0", " ") for row in lines}


def documents_of(given: Given, kind: str) -> list[Document]:
    """The documents of a kind, in the order of the books."""
    return db.session.query(Document).filter_by(unit_id=given.world.unit.id, kind=kind).order_by(Document.id).all()


def test_a_gift_s_page_shows_where_it_went_and_adds_up(given: Given, browser: Browser) -> None:
    gift = given.gift(3_250_000)
    given.awards(3)

    page = browser.sign_in("ketoan").get("giving.gift", document_id=gift.id)

    assert rows(page, "Món quà đã đi đâu") == {
        "Học bổng3 suất học bổng": "3.000.000",
        "Chưa dùngHọc bổng Tiếp bước": "250.000",
        "Cộng": "3.250.000 ₫",
    }
    (payment,) = documents_of(given, "payment")
    assert page.offers(f"/so-sach/chung-tu/{payment.id}")
    assert payment.label in page.text


def test_what_only_carried_the_gift_on_is_named_apart(given: Given, browser: Browser) -> None:
    gift = given.gift(2 * BICYCLE, given.world.world.bicycles)
    purchase = given.buy_bicycles(2)
    given.bicycles_handed_over(1)

    page = browser.sign_in("thuquy").get("giving.gift", document_id=gift.id)

    assert rows(page, "Món quà đã đi đâu") == {
        "Xe đạp1 xe đạp": "2.375.000",
        "Trong kho, chờ trao: Xe đạp 24 inchXe đạp đến trường": "2.375.000",
        "Cộng": "4.750.000 ₫",
    }
    assert "Trên đường đi:" in page.text
    assert page.offers(f"/so-sach/chung-tu/{purchase.id}")


def test_who_may_not_open_the_books_reads_the_numbers_without_links(given: Given, browser: Browser) -> None:
    gift = given.gift(3_250_000)
    given.awards(3)
    (payment,) = documents_of(given, "payment")

    page = browser.sign_in("thuky").get("giving.gift", document_id=gift.id)

    assert payment.label in page.text
    assert not page.offers(f"/so-sach/chung-tu/{payment.id}")


def test_a_void_gift_went_nowhere(given: Given, browser: Browser) -> None:
    gift = given.gift(MILLION)
    given.ward.approve(given.ward.ask_void(gift))

    assert "Món quà đã đi đâu" not in browser.sign_in("ketoan").get("giving.gift", document_id=gift.id).text


def test_a_list_that_was_paid_shows_whose_money_it_was(given: Given, browser: Browser) -> None:
    first, second = given.gift(1_500_000), given.gift(MILLION, donor=given.ward.company)
    payout = given.paid(2)

    page = browser.sign_in("chutich").get("payouts.show", payout_id=payout.id)

    assert rows(page, "Tiền từ những nguồn nào") == {
        "Bà Trần Thị Minh Họa": "1.500.000",
        "Công ty TNHH Mây Hồng": "500.000",
        "Cộng": "2.000.000 ₫",
    }
    assert page.offers(f"/khoan-ung-ho/{first.id}")
    assert page.offers(f"/khoan-ung-ho/{second.id}")


def test_what_was_given_back_is_no_longer_a_source(given: Given) -> None:
    given.gift(2 * MILLION)
    payout = given.paid(2)
    given.nobody_came(payout)
    db.session.rollback()
    documents = [document.id for kind in ("payment", "hold") for document in documents_of(given, kind)]

    sheet = trace_sheets.of_use(Used(given.world.unit.id, documents))

    assert sheet is not None
    assert sheet.total == MILLION


def test_an_award_shows_its_givers_to_the_office_and_not_to_who_nominated(given: Given, browser: Browser) -> None:
    given.gift(400_000)
    given.gift(MILLION, donor=given.ward.company)
    (line,) = lists.lines_of(given.paid(1))
    at = {"code": line.award.programme.code, "number": line.award.number}

    page = browser.sign_in("ketoan").get("nominations.show", **at)

    assert rows(page, "Tiền từ những nguồn nào") == {
        "Bà Trần Thị Minh Họa": "400.000",
        "Công ty TNHH Mây Hồng": "600.000",
        "Cộng": "1.000.000 ₫",
    }
    theirs = Browser(browser.app).sign_in("chihoi").get("nominations.show", **at)
    assert "Mây Hồng" not in theirs.text


def test_costs_and_transfers_show_their_sources(given: Given, browser: Browser) -> None:
    given.gift(MILLION, given.world.world.general)
    world = given.world.world
    cost = world.pay(250_000, campaign=world.general)
    moved = world.post(
        "transfer",
        "CT",
        world.line(world.cash, "transfers_out", -500_000, world.general),
        world.line(world.cash, "transfers_in", 500_000),
    )
    browser.sign_in("ketoan")

    for document, amount in ((cost, "250.000"), (moved, "500.000")):
        page = browser.get("treasury.document", document_id=document.id)
        assert rows(page, "Tiền từ những nguồn nào")["Bà Trần Thị Minh Họa"] == amount


def test_a_purchase_shows_whose_money_bought(given: Given, browser: Browser) -> None:
    given.gift(2 * BICYCLE, given.world.world.bicycles)
    given.buy_bicycles(2)
    purchase = db.session.query(Purchase).one()

    page = browser.sign_in("ketoan").get("purchases.show", purchase_id=purchase.id)

    assert rows(page, "Tiền từ những nguồn nào") == {
        "Bà Trần Thị Minh Họa": "4.750.000",
        "Cộng": "4.750.000 ₫",
    }


def test_many_sources_are_summed_beyond_the_first_fifty(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace_sheets, "MOST", 2)
    for _ in range(4):
        given.gift(500_000)
    given.paid(2)
    db.session.rollback()
    (payment,) = documents_of(given, "payment")

    sheet = trace_sheets.of_use(Used(given.world.unit.id, [payment.id]))

    assert sheet is not None
    assert (len(sheet.sources), sheet.others, sheet.more, sheet.total) == (2, 2, MILLION, 2 * MILLION)
