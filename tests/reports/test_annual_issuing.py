"""The report let out: once as original, then copies, anew when the books were opened again; and what is said."""

import pytest

from khuyenhoc.core.database import db
from khuyenhoc.papers.issued import IssuedPaper
from khuyenhoc.papers.verification import verification
from tests.awards.award_world import AwardWorld
from tests.papers.reading import read, text_of
from tests.reports.year_world import THIS_YEAR, YEAR, close_year, give_back, make_year, reopen_december
from tests.support.browser import Answer, Browser

READERS = ("baocao", "ketoan", "thuquy", "thuky", "chutich", "phochutich", "kiemtra")
OTHERS = ("admin", "hoidong1", "chihoi", "nhahaotam")


@pytest.fixture
def world(browser: Browser) -> AwardWorld:
    """The year that was lived."""
    return make_year()


def report_of(browser: Browser, year: int = YEAR) -> Answer:
    return browser.get("/bao-cao", query={"nam": year})


def test_a_closed_year_is_issued_once_and_then_copied(world: AwardWorld, browser: Browser) -> None:
    close_year(world.unit)
    reporter = browser.sign_in("baocao")
    assert f"Báo cáo năm {YEAR} chờ ra giấy" in reporter.get("home.today").text

    first = reporter.post(f"/bao-cao/U01/{YEAR}.pdf")
    again = reporter.post(f"/bao-cao/U01/{YEAR}.pdf")

    paper = db.session.query(IssuedPaper).filter_by(kind="annual_report").one()
    assert paper.label == f"BC-{THIS_YEAR}-0001"
    said = text_of(read(first.response.data))
    assert "01/BC-HKH" in said
    assert "3.000.000" in said
    assert "BẢN SAO" not in said
    assert "BẢN SAO" in text_of(read(again.response.data))
    facts = verification(paper.code)
    assert facts is not None
    assert (facts.number, facts.state, facts.genuine, facts.amount) == (paper.label, "live", True, 7_750_000)
    assert "BẢN SAO" in text_of(read(browser.sign_in("kiemtra").get(f"/bao-cao/U01/{YEAR}.pdf").response.data))
    assert "chờ ra giấy" not in browser.sign_in("baocao").get("home.today").text


def test_opened_again_and_changed_it_is_issued_anew_under_the_same_number(world: AwardWorld, browser: Browser) -> None:
    close_year(world.unit)
    reporter = browser.sign_in("baocao")
    reporter.post(f"/bao-cao/U01/{YEAR}.pdf")
    old = db.session.query(IssuedPaper).filter_by(kind="annual_report").one()

    reopen_december(world.unit)
    facts = verification(old.code)
    assert facts is not None
    assert facts.state == "reopened"
    assert "Sổ đã mở lại" in browser.get("papers.verify", code=old.code).text
    assert "CHƯA KHÓA SỔ" in text_of(read(reporter.get(f"/bao-cao/U01/{YEAR}.pdf").response.data))

    give_back(world, on=None)
    world.world.gift(11_000, on=old.day.replace(year=YEAR, month=12, day=20))
    close_year(world.unit)
    assert "chờ ra bản mới" in reporter.get("home.today").text
    reporter.post(f"/bao-cao/U01/{YEAR}.pdf")

    new = db.session.query(IssuedPaper).filter_by(kind="annual_report", version=2).one()
    assert new.label == old.label
    found = verification(old.code)
    assert found is not None
    assert found.state == "replaced"


def test_who_only_reads_issues_nothing_and_says_nothing(world: AwardWorld, browser: Browser) -> None:
    close_year(world.unit)
    for who in ("ketoan", "thuquy", "chutich", "kiemtra"):
        reader = browser.sign_in(who)
        page = report_of(reader)

        assert "In báo cáo" not in page.text
        assert "Cách nêu" not in page.text
        reader.post(f"/bao-cao/U01/{YEAR}.pdf", expect=403)
        reader.get(f"/bao-cao/U01/{YEAR}/so-lieu/reward_amount", expect=403)
        reader.post(f"/bao-cao/U01/{YEAR}/so-lieu/reward_amount", qualifier="exact", expect=403)


def test_the_reporter_says_a_figure(world: AwardWorld, either_browser: Browser) -> None:
    reporter = either_browser.sign_in("baocao")
    address = f"/bao-cao/U01/{YEAR}/so-lieu/scholarship_amount"
    reporter.get(address)

    wrong = reporter.post(address, qualifier="nearly", said="5tr", expect=422)
    assert "lớn hơn không quá một phần mười" in wrong.error("said")
    assert wrong.field("said") == "5tr"
    unclear = reporter.post(address, qualifier="nearly", said="3.1", expect=422)
    assert "nhiều cách" in unclear.text
    page = reporter.post(address, qualifier="nearly", said="3tr1")

    assert "gần 3,1 triệu đồng" in page.text


def test_a_running_year_offers_no_saying(world: AwardWorld, browser: Browser) -> None:
    world.world.gift(50_000)
    reporter = browser.sign_in("baocao")

    page = report_of(reporter, THIS_YEAR)

    assert "Năm chưa hết" in page.text
    assert "Cách nêu" not in page.text
    refused = reporter.post(f"/bao-cao/U01/{THIS_YEAR}.pdf", expect=422)
    assert "chưa hết" in refused.text
