"""What was changed behind the books is said on every page, once somebody has summed every row, until it is mended."""

import pytest

from khuyenhoc.core.database import db
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.users import User
from tests.giving.gift_world import Ward, make_ward
from tests.proof.test_reconcile import tamper
from tests.support.browser import Browser
from tests.support.worlds import Worlds

CHANGED = "UPDATE document_lines SET amount = amount + {} WHERE document_id = :id"


@pytest.fixture
def ward(worlds: Worlds) -> Ward:
    """The ward that receives gifts, for every test anew."""
    return worlds.begin_with(make_ward)


def change(ward: Ward, gift: Document, by: int) -> None:
    """Somebody with the database in their hands writes another amount on the paper; the kept totals know nothing."""
    tamper(CHANGED.format(by), gift.id, gift.entry_number, ward)
    db.session.commit()


def prove(browser: Browser, ward: Ward) -> None:
    browser.post("proof.prove", to={"code": ward.world.bicycles.code})


@pytest.fixture
def gift(ward: Ward) -> Document:
    """Twelve million, of which the paper says 270.000 more, as a full proof has found."""
    return ward.give(12_585_000)


def test_the_page_says_so_and_names_the_paper_with_a_link(browser: Browser, ward: Ward, gift: Document) -> None:
    browser.sign_in("ketoan")
    change(ward, gift, 270_000)
    prove(browser, ward)

    page = browser.get(f"/chien-dich/{ward.world.bicycles.code}")

    assert "Chưa khớp: lệch 270.000" in page.text
    assert "Khớp đến từng đồng" not in page.text
    assert f'/khoan-ung-ho/{gift.id}">{gift.label}</a>' in page.body
    assert "chia hết cho 9" in page.text


def test_no_other_page_says_that_it_agrees(browser: Browser, ward: Ward, gift: Document, treasurer: User) -> None:
    code = ward.world.bicycles.code
    browser.sign_in("ketoan")
    before = browser.get(f"/minh-bach/{code}").text
    change(ward, gift, 270_000)
    prove(browser, ward)

    assert "Khớp đến từng đồng" in before
    assert "Đang đối chiếu" in browser.get(f"/minh-bach/{code}").text
    assert "Lệch" in browser.get("/chien-dich").text
    assert "Lệch" in browser.get("/").text


def test_what_was_put_right_agrees_again_at_once(browser: Browser, ward: Ward, gift: Document) -> None:
    code = ward.world.bicycles.code
    browser.sign_in("ketoan")
    change(ward, gift, 270_000)
    prove(browser, ward)
    assert "Đang đối chiếu" in browser.get(f"/minh-bach/{code}").text

    change(ward, gift, -270_000)

    assert "Khớp đến từng đồng" in browser.get(f"/minh-bach/{code}").text
    assert "Khớp đến từng đồng" in browser.get(f"/chien-dich/{code}").text
