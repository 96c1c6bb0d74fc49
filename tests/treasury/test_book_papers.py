"""Books, counts and reconciliations on paper: frozen and numbered when issued, plainly marked before."""

import dataclasses
import datetime

import pytest
from flask import Flask

from khuyenhoc.approvals import requests
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.history import events
from khuyenhoc.history.events import Event
from khuyenhoc.ledger import periods
from khuyenhoc.org.users import COMMAND_LINE
from khuyenhoc.papers.issued import IssuedPaper
from khuyenhoc.papers.verification import verification
from khuyenhoc.proof.verify import verify
from khuyenhoc.treasury import book_papers, cash_counts, cash_differences, printing
from khuyenhoc.treasury.book_papers import Volume
from khuyenhoc.treasury.books import Span
from tests.papers.reading import read, text_of
from tests.support import approved, people
from tests.support.browser import Browser
from tests.support.world import World, make_world
from tests.treasury.conftest import Officers, approve

JULY = datetime.date(2026, 7, 20)
SPAN = Span(datetime.date(2026, 7, 1), datetime.date(2026, 7, 31))
BOOKS = ("quy-tien-mat", "ngan-hang", "nhat-ky")


@pytest.fixture
def july(ward: World) -> World:
    """Half a million came in July, a hundred thousand went out."""
    ward.gift(500_000, on=JULY)
    ward.pay(100_000, on=JULY)
    return ward


def close(ward: World) -> None:
    with writing():
        approved.close(ward.unit.id, periods.month_index(JULY), by=COMMAND_LINE)


def reopen(ward: World) -> None:
    with writing():
        approved.reopen(ward.unit.id, periods.month_index(JULY), by=COMMAND_LINE, reason="Sót một phiếu")


def address(book: str, ward: World, **more: object) -> str:
    account = {"quy-tien-mat": f"tai_khoan={ward.cash.id}", "ngan-hang": f"tai_khoan={ward.bank.id}"}
    place = account.get(book, f"don_vi={ward.unit.id}")
    return f"/so-sach/{book}.pdf?{place}&thang=2026-07" + "".join(f"&{name}={value}" for name, value in more.items())


def printed(browser: Browser, path: str) -> str:
    return text_of(read(browser.get(path).response.data))


def issued_by(browser: Browser, path: str) -> str:
    return text_of(read(browser.post(path).response.data))


def papers(kind: str) -> list[IssuedPaper]:
    return db.session.query(IssuedPaper).filter_by(kind=kind).order_by(IssuedPaper.id).all()


def state_of(paper: IssuedPaper) -> str:
    facts = verification(paper.code)
    assert facts is not None
    assert facts.genuine
    return facts.state


@pytest.mark.parametrize("book", BOOKS)
def test_the_book_of_an_open_month_is_marked_and_issued_to_nobody(
    july: World, browser: Browser, officers: Officers, book: str
) -> None:
    accountant = browser.sign_in(officers.accountant)

    draft = printed(accountant, address(book, july))
    refused = accountant.post(address(book, july), expect=422)

    assert "CHƯA KHÓA SỔ" in draft
    assert "Mã kiểm tra" not in draft
    assert "chưa khóa" in refused.text
    assert db.session.query(IssuedPaper).count() == 0


@pytest.mark.parametrize(
    ("book", "kind"), [("quy-tien-mat", "cash_book"), ("ngan-hang", "bank_book"), ("nhat-ky", "journal")]
)
def test_the_book_of_a_closed_month_is_printed_once_and_then_copied(
    july: World, browser: Browser, officers: Officers, book: str, kind: str
) -> None:
    close(july)
    treasurer = browser.sign_in(officers.treasurer)

    first = issued_by(treasurer, address(book, july))
    second = issued_by(treasurer, address(book, july))
    looked_at = printed(treasurer, address(book, july))

    (paper,) = papers(kind)
    assert paper.label == "SK-2026-0001"
    assert paper.label in first
    assert "Mã kiểm tra" in first
    assert "CHƯA KHÓA SỔ" not in first
    assert ["BẢN SAO" in one for one in (first, second, looked_at)] == [False, True, True]
    assert state_of(paper) == "live"
    page = treasurer.get(address(book, july).replace(".pdf", ""))
    assert "Sổ tháng đã khóa" in page.text
    assert paper.label in page.text


def test_each_book_and_campaign_has_its_own_number_without_a_gap(
    july: World, browser: Browser, officers: Officers
) -> None:
    close(july)
    accountant = browser.sign_in(officers.accountant)

    for path in (
        address("quy-tien-mat", july),
        address("quy-tien-mat", july, chien_dich=july.bicycles.id),
        address("nhat-ky", july),
        address("quy-tien-mat", july),
    ):
        accountant.post(path)

    assert [paper.label for paper in db.session.query(IssuedPaper).order_by(IssuedPaper.id)] == [
        "SK-2026-0001", "SK-2026-0002", "SK-2026-0003",
    ]  # fmt: skip
    assert {paper.subject for paper in papers("cash_book")} == {
        f"2026-07:{july.cash.id}:0",
        f"2026-07:{july.cash.id}:{july.bicycles.id}",
    }


def test_what_is_frozen_stays_when_names_change(july: World, officers: Officers) -> None:
    close(july)
    volume = Volume(july.unit.id, SPAN, july.cash)
    with writing():
        paper = book_papers.issue(volume, by=officers.treasurer)
    content = paper.content

    with writing():
        again = book_papers.issue(volume, by=officers.accountant)

    assert (again.id, again.content) == (paper.id, content)
    assert paper.entry_number == 2
    db.session.rollback()
    assert verify().ok


def test_opened_again_the_paper_says_so_and_closed_unchanged_it_stands(july: World, officers: Officers) -> None:
    close(july)
    volume = Volume(july.unit.id, SPAN, july.cash)
    with writing():
        paper = book_papers.issue(volume, by=officers.treasurer)

    reopen(july)
    assert state_of(paper) == "reopened"
    assert book_papers.find(volume) is None
    with pytest.raises(RuleBroken, match="chưa khóa"), writing():
        book_papers.issue(volume, by=officers.treasurer)
    close(july)

    assert state_of(paper) == "live"
    with writing():
        assert book_papers.issue(volume, by=officers.treasurer).id == paper.id


def test_changed_in_between_it_is_a_new_version_under_the_same_number(july: World, officers: Officers) -> None:
    close(july)
    volume = Volume(july.unit.id, SPAN, july.cash)
    with writing():
        old = book_papers.issue(volume, by=officers.treasurer)
    reopen(july)
    july.gift(7_000, on=JULY)
    close(july)

    with writing():
        new = book_papers.issue(volume, by=officers.treasurer)

    assert (new.label, new.version, new.code != old.code) == (old.label, 2, True)
    assert (state_of(old), state_of(new)) == ("replaced", "live")
    assert reasons(new) == ["Sổ mở lại rồi khóa lại"]


def reasons(paper: IssuedPaper) -> list[str]:
    """Why a paper was issued, as the history tells it."""
    return [event.reason for event in events.of("issued_papers", paper.id) if event.action == "paper.issued"]


def test_a_book_that_only_words_itself_otherwise_was_not_opened_again(
    july: World, officers: Officers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A release that writes voids of the same day in another column, for one."""
    close(july)
    reopen(july)
    close(july)
    volume = Volume(july.unit.id, SPAN, july.cash)
    with writing():
        old = book_papers.issue(volume, by=officers.treasurer)
    as_before = printing.cash_book
    monkeypatch.setattr(printing, "cash_book", lambda book: dataclasses.replace(as_before(book), campaign="Mọi nguồn"))

    with writing():
        new = book_papers.issue(volume, by=officers.treasurer)

    assert (old.version, new.version) == (1, 2)
    assert (reasons(old), reasons(new)) == ([""], [""])


def test_whoever_only_reads_sees_a_draft_and_issues_nothing(july: World, browser: Browser, officers: Officers) -> None:
    close(july)
    for who in (officers.auditor, officers.chair, officers.vice_chair):
        reader = browser.sign_in(who)
        assert "BẢN XEM TRƯỚC" in printed(reader, address("quy-tien-mat", july))
        for path in (address("quy-tien-mat", july), address("nhat-ky", july)):
            reader.post(path, expect=403)
        assert "In sổ" not in reader.get(address("quy-tien-mat", july).replace(".pdf", "")).text
    browser.sign_in(officers.secretary).post(address("nhat-ky", july), expect=403)
    assert db.session.query(IssuedPaper).count() == 0


def test_another_units_books_are_not_there(july: World, browser: Browser) -> None:
    far = make_world("U90")
    close(july)
    stranger = browser.sign_in(people.person("xa.ketoan", role="accountant", unit=far.unit))

    for book in BOOKS:
        stranger.post(address(book, july), expect=404)
        stranger.get(address(book, july), expect=404)


def test_a_count_is_issued_once_and_anew_when_its_difference_got_a_number(
    ward: World, browser: Browser, officers: Officers
) -> None:
    ward.gift(500_000)
    with writing():
        count = cash_counts.count_cash(
            ward.cash, {200_000: 2}, by=officers.treasurer, key="count", note="Thiếu một tờ", campaign=ward.bicycles
        )
    path, treasurer = f"/so-sach/kiem-quy/{count.id}.pdf", browser.sign_in(officers.treasurer)
    assert "BẢN XEM TRƯỚC" in printed(treasurer, path)

    first = issued_by(treasurer, path)
    assert "BẢN SAO" in issued_by(treasurer, path)
    request = requests.find_waiting(cash_counts.REQUEST, cash_counts.SUBJECT, count.id)
    assert request is not None
    approve(request, officers.chair)
    issued_by(treasurer, path)

    old, new = papers("cash_count")
    assert "Mã kiểm tra" in first
    assert (old.label, new.label, new.version) == ("", "KQ-2026-0001", 2)
    assert (state_of(old), state_of(new)) == ("replaced", "live")
    document = cash_differences.document_of(cash_counts.get_count(count.id))
    assert document is not None
    ward.void(document)
    assert state_of(new) == "void"
    assert "HỦY" in printed(treasurer, path)


def test_who_may_not_issue_a_count(ward: World, browser: Browser, officers: Officers) -> None:
    with writing():
        count = cash_counts.count_cash(ward.cash, {}, by=officers.treasurer, key="count")
    path = f"/so-sach/kiem-quy/{count.id}.pdf"

    for who in (officers.auditor, officers.chair, officers.secretary):
        browser.sign_in(who).post(path, expect=403)
    far = make_world("U90")
    browser.sign_in(people.person("xa.thuquy", role="treasurer", unit=far.unit)).post(path, expect=404)
    assert papers("cash_count") == []


def test_a_reconciliation_is_issued_each_day_and_anew_when_the_books_moved(
    ward: World, browser: Browser, officers: Officers
) -> None:
    ward.gift(500_000)
    path, accountant = f"/chien-dich/{ward.bicycles.code}/doi-chieu.pdf", browser.sign_in(officers.accountant)
    assert "BẢN XEM TRƯỚC" in printed(accountant, path)

    first = issued_by(accountant, path)
    assert "BẢN SAO" in issued_by(accountant, path)
    ward.gift(20_000)
    issued_by(accountant, path)

    old, new = papers("reconciliation")
    assert "ĐC-2026-0001" in first
    assert (old.label, new.label, new.version) == ("ĐC-2026-0001", "ĐC-2026-0001", 2)
    assert (state_of(old), state_of(new)) == ("replaced", "live")
    page = accountant.get("campaigns.show", code=ward.bicycles.code)
    assert "ĐC-2026-0001" in page.text
    earlier = f"/chien-dich/{ward.bicycles.code}/doi-chieu/{old.id}.pdf"
    assert "BẢN SAO" in printed(accountant, earlier)
    accountant.get(f"/chien-dich/{ward.general.code}/doi-chieu/{old.id}.pdf", expect=404)


def test_who_may_not_issue_a_reconciliation(ward: World, browser: Browser, officers: Officers) -> None:
    ward.gift(500_000)
    path = f"/chien-dich/{ward.bicycles.code}/doi-chieu.pdf"

    for who in (officers.auditor, officers.chair, officers.secretary):
        browser.sign_in(who).post(path, expect=403)
    far = make_world("U90")
    browser.sign_in(people.person("xa.ketoan", role="accountant", unit=far.unit)).post(path, expect=404)
    assert papers("reconciliation") == []


def test_a_reconciliation_is_vietnamese_for_whoever_reads_english(
    ward: World, browser: Browser, officers: Officers
) -> None:
    ward.gift(500_000)
    accountant = browser.sign_in(officers.accountant)
    accountant.post("web.choose_language", language="en", back="/")

    assert "Ủng hộ bằng tiền" in printed(accountant, f"/chien-dich/{ward.bicycles.code}/doi-chieu.pdf")


def test_each_issue_and_each_print_is_told(july: World, app: Flask, browser: Browser, officers: Officers) -> None:
    close(july)
    browser.sign_in(officers.treasurer).post(address("nhat-ky", july))

    told = [event.action for event in db.session.query(Event).filter(Event.subject_table == "issued_papers")]
    assert told == ["paper.issued", "paper.printed"]
