"""Báo cáo on screen and on paper: who sees what, each figure with its list, the paper once, then copies."""

import io
from collections.abc import Iterator

import openpyxl
import pytest
import time_machine
from flask import Flask

from khuyenhoc.core.database import db
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.papers.issued import IssuedPaper
from tests.awards.award_world import AwardWorld
from tests.conftest import EVENING
from tests.papers.reading import read, text_of
from tests.reports.year_world import THIS_YEAR, YEAR, make_year
from tests.support import engines, people, site
from tests.support.browser import Answer, Browser
from tests.support.plans import plans

READERS = ("baocao", "ketoan", "thuquy", "thuky", "chutich", "phochutich", "kiemtra")
OTHERS = ("admin", "hoidong1", "chihoi", "nhahaotam")


@pytest.fixture(scope="module")
def world(the_site: Flask, databases: engines.Databases) -> Iterator[AwardWorld]:
    """The year that was lived, made once: these tests read it."""
    with time_machine.travel(EVENING, tick=False), site.fresh_database(the_site, databases):
        yield make_year()


@pytest.fixture
def browser(world: AwardWorld, the_site: Flask, clock: object) -> Browser:
    """A reader on that site."""
    return Browser(the_site)


def report_of(browser: Browser, year: int = YEAR) -> Answer:
    return browser.get("/bao-cao", query={"nam": year})


@pytest.mark.parametrize("who", READERS)
def test_whoever_may_reads_the_figures(world: AwardWorld, browser: Browser, who: str) -> None:
    page = browser.sign_in(who).get("annual.index")

    assert page.h1 == f"Báo cáo năm {YEAR}"
    assert "7.750.000\u00a0₫" in page.text  # three scholarships, two bicycles
    assert "THCS Hoa Mai" in page.text
    assert "Nguyễn Thị Thử" not in page.text


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_does(world: AwardWorld, browser: Browser, who: str) -> None:
    reader = browser.sign_in(who)

    for path in ("/bao-cao", f"/bao-cao/U01/{YEAR}.pdf", f"/bao-cao/U01/{YEAR}.xlsx"):
        reader.get(path, expect=403)
    reader.get(f"/bao-cao/U01/{YEAR}/chung-tu/scholarship", expect=403)


def test_another_units_report_is_not_there(world: AwardWorld, browser: Browser) -> None:
    stranger = browser.sign_in(people.person("xa.baocao", role="reporter", unit=world.far))

    stranger.get("/bao-cao", expect=404, query={"don_vi": world.unit.id})
    for path in (".pdf", ".xlsx", "/chung-tu/scholarship", "/chung-tu/scholarship.xlsx", "/so-lieu/reward_amount"):
        stranger.get(f"/bao-cao/U01/{YEAR}{path}", expect=404)
    stranger.post(f"/bao-cao/U01/{YEAR}.pdf", expect=404)
    stranger.post(f"/bao-cao/U01/{YEAR}/so-lieu/reward_amount", qualifier="exact", expect=404)
    assert "chưa có gì trong sổ" in stranger.get("annual.index").text


def test_every_figure_leads_to_documents_that_add_up_to_it(world: AwardWorld, browser: Browser) -> None:
    page = report_of(browser.sign_in("kiemtra"))
    links = {node.get("href") for node in page.page.all("a") if "/chung-tu/" in node.get("href")}

    assert len(links) >= 12
    for link in sorted(links):
        assert browser.get(link).page.all("tbody"), link
    assert "3.000.000\u00a0₫" in browser.get(f"/bao-cao/U01/{YEAR}/chung-tu/scholarship").text


def test_whoever_may_not_see_gifts_learns_no_giver(world: AwardWorld, browser: Browser) -> None:
    address = f"/bao-cao/U01/{YEAR}/chung-tu/received"
    document = db.session.query(Document).filter_by(kind="gift").first()
    assert document is not None

    assert f"/khoan-ung-ho/{document.id}" in browser.sign_in("thuquy").get(address).body
    told = browser.sign_in("baocao").get(address)
    assert document.label in told.text
    assert "/khoan-ung-ho/" not in told.body
    assert document.memo not in {small.text for small in told.page.all("small")}


def test_a_year_without_books_says_so(world: AwardWorld, browser: Browser) -> None:
    page = report_of(browser.sign_in("baocao"), 2019)

    assert "Năm 2019 chưa có gì trong sổ" in page.text
    assert not page.offers("/bao-cao/U01/2019.pdf")


@pytest.mark.parametrize("asked", ["abc", "1899", str(THIS_YEAR + 1), "２０２２", "-1", "20222"])
def test_what_is_no_year_is_refused(world: AwardWorld, browser: Browser, asked: str) -> None:
    browser.sign_in("baocao").get("/bao-cao", expect=400, query={"nam": asked})


def test_an_unknown_line_campaign_or_item_is_not_there(world: AwardWorld, browser: Browser) -> None:
    reader = browser.sign_in("baocao")

    for path in ("chung-tu/ngan-hang", "chung-tu/scholarship?chien_dich=999", "chung-tu/bought?hien_vat=999"):
        reader.get(f"/bao-cao/U01/{YEAR}/{path}", expect=404)
    reader.get(f"/bao-cao/U01/{YEAR}/chung-tu/scholarship?chien_dich=x", expect=400)
    reader.get(f"/bao-cao/U01/{THIS_YEAR + 1}/chung-tu/scholarship", expect=404)


def test_the_workbook_holds_figures_as_figures(world: AwardWorld, browser: Browser) -> None:
    answer = browser.sign_in("chutich").get("annual.as_excel", code="U01", year=YEAR)
    book = openpyxl.load_workbook(io.BytesIO(answer.response.data))

    assert book.sheetnames == ["Số liệu", "Thu chi", "Chiến dịch", "Hiện vật", "Người nhận"]
    rows = {row[1]: row for row in book["Số liệu"].iter_rows(values_only=True)}
    assert rows["scholarship_amount"][2:4] == (3_000_000, "3 triệu đồng")
    assert (
        next(iter(book["Thu chi"].iter_rows(min_row=book["Thu chi"].max_row, values_only=True)))[2]
        == 7_050_000 - 4_750_000
    )


def test_before_the_books_are_closed_the_paper_is_a_marked_draft(world: AwardWorld, browser: Browser) -> None:
    reporter = browser.sign_in("baocao")

    draft = text_of(read(reporter.get(f"/bao-cao/U01/{YEAR}.pdf").response.data))

    assert "CHƯA KHÓA SỔ" in draft
    assert "Mã kiểm tra" not in draft
    refused = reporter.post(f"/bao-cao/U01/{YEAR}.pdf", expect=422)
    assert "chưa khóa đủ các tháng" in refused.text
    assert db.session.query(IssuedPaper).filter_by(kind="annual_report").count() == 0


def test_in_english_the_paper_is_vietnamese(world: AwardWorld, browser: Browser) -> None:
    reporter = browser.sign_in("baocao")
    reporter.post("web.choose_language", language="en", back="/bao-cao")

    paper = text_of(read(reporter.get(f"/bao-cao/U01/{YEAR}.pdf").response.data))

    assert "Ủng hộ bằng tiền" in paper
    assert "Học bổng" in paper


def test_in_english_the_sources_of_figures_are_english_too(world: AwardWorld, browser: Browser) -> None:
    reporter = browser.sign_in("baocao")
    reporter.post("web.choose_language", language="en", back="/bao-cao")

    for figure in ("scholarship_amount", "scholarship_count", "reward_amount"):
        page = reporter.get(f"/bao-cao/U01/{YEAR}/so-lieu/{figure}")

        assert f"1/1–31/12/{YEAR}" in page.text
        for vietnamese in ("Sổ cái", "Danh sách chi", "không có chứng từ", "Chi học bổng"):
            assert vietnamese not in page.text, figure


def test_the_reporters_first_page_shows_the_latest_figures(world: AwardWorld, browser: Browser) -> None:
    page = browser.sign_in("baocao").get("home.today")

    assert f"Số liệu năm {YEAR}" in page.text
    assert "3.000.000\u00a0₫" in page.text
    assert page.offers("/bao-cao")


def test_it_is_read_by_short_ways_along_indexes(world: AwardWorld, browser: Browser) -> None:
    reader = browser.sign_in("kiemtra")

    with plans() as told:
        report_of(reader)
        reader.get(f"/bao-cao/U01/{YEAR}/chung-tu/scholarship")

    assert told.costly() == [], "\n".join(told.costly())
    assert [step for _said, steps in told.found for step in steps if "SCAN trace_takes" in step] == []
