"""Kết quả xét: after a meeting its circle reads what became of each nomination and why; nobody else does."""

import io

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from khuyenhoc.awards import complaints, nominations, programmes
from khuyenhoc.awards.committee_tables import Meeting
from khuyenhoc.core import clock
from khuyenhoc.core.database import db, writing
from khuyenhoc.recipients.recipient_tables import FileOpening
from tests.awards import committee_world as committee
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld, level
from tests.support import people
from tests.support.browser import Browser

PAGES = ("/hoc-bong/ket-qua", "/hoc-bong/ket-qua/ket-qua.xlsx")


@pytest.fixture
def met(world: AwardWorld) -> AwardWorld:
    """Six nominations of two levels, a budget for four of them, one of the four voted down, the meeting ended."""
    world.money(9 * MILLION)
    levels = [level("THCS", MILLION), level("THPT", MILLION, quota=1, place=2)]
    programme = world.programme(state="reviewing", levels=levels)
    awards = world.awards(programme, 4) + world.awards(programme, 2, level=programme.levels[1])
    committee.score_all(world, awards, 9, 8, 7, 5, 6, 4)
    meeting = committee.met(world, programme, 4 * MILLION)
    committee.all_vote(world, meeting)
    for member in world.members:
        committee.vote(meeting, member, "against", awards[2], note="Đã nhận học bổng khác")
    committee.close(world, meeting)
    return world


def rows(browser: Browser, **query: str) -> list[str]:
    """The lines of the list."""
    table = browser.get("results.index", query=query).page.one("div", id="danh-sach")
    return [line.text for line in table.all("tr")[1:]]


def test_a_member_reads_after_the_meeting_what_became_of_whom_and_why(browser: Browser, met: AwardWorld) -> None:
    browser.sign_in(met.members[1])
    assert browser.get("meetings.index").offers("/hoc-bong/ket-qua")  # a tab of its own

    meeting = db.session.scalars(select(Meeting)).one()
    assert browser.get("meetings.show", meeting_id=meeting.id).offers("/hoc-bong/ket-qua")

    page = browser.get("results.index")

    assert page.h1 == "Kết quả xét"
    lines = rows(browser)
    assert [line.split("HB26-")[1][:4] for line in lines] == ["0001", "0002", "0003", "0005", "0004", "0006"]
    assert "Hội đồng đề nghị trao." in lines[0]
    assert "Không được tán thành." in lines[2]
    assert "Hết suất của mức này." in lines[5]
    by_level = page.page.one("section", **{"aria-labelledby": "theo-muc"}).all("tr")
    assert [cell.text for cell in by_level[0].all("th")] == [
        "Mức",
        "Chờ quyết định",
        "Chờ bổ sung",
        "Không được chọn",
        "Cộng",
    ]
    assert [cell.text for cell in by_level[2].all("td")] == ["1", "1", "0", "2"]


def test_what_came_after_the_meeting_is_told_too(browser: Browser, met: AwardWorld) -> None:
    programme = programmes.get("HB26")
    first, second, third = programmes.in_states(programme, ["recommended"])[:3]
    with writing():
        nominations.withdraw(third, reason="Gia đình chuyển đi", by=met.nominator)
    decision = deciding.published(met, programme, [first, second])
    with writing():
        complaints.record(
            first,
            who="Bà Láng Giềng",
            grounds="Không còn khó khăn",
            received_on=clock.today(),
            answer_by=clock.today(),
            by=met.secretary,
            key="k",
        )
    deciding.sign(met, deciding.withdraw(met, decision, [second]))

    told = " ".join(rows(browser.sign_in(met.chair)))

    assert "Quyết định 01/QĐ-HKH ngày 15/8/2026. Công bố đến hết ngày 21/8/2026." in told
    assert "Có ý kiến về hồ sơ này chưa được trả lời." in told
    assert "Thu hồi theo quyết định 02/QĐ-HKH: Gia đình đã chuyển đi nơi khác" in told
    assert "Gia đình chuyển đi." in told
    assert "Đã rút" in told
    assert len(rows(browser, ket_qua="thoi")) == 2


def test_a_second_meeting_has_the_last_word_and_the_first_keeps_its_own(browser: Browser, met: AwardWorld) -> None:
    programme = programmes.get("HB26")
    again = committee.met(met, programme)
    committee.all_vote(met, again)
    committee.close(met, again)

    lines = rows(browser.sign_in(met.secretary), xep="so")

    assert len(lines) == 6
    assert "Đề nghị" not in lines[2]
    assert "Không được tán thành." in lines[2]


def test_the_list_is_narrowed_sorted_and_exported_as_shown(browser: Browser, met: AwardWorld) -> None:
    reader, programme = browser.sign_in("kiemtra"), programmes.get("HB26")
    thpt = str(programme.levels[1].id)

    assert len(rows(reader, muc=thpt)) == 2
    assert len(rows(reader, ket_qua="khong-chon")) == 1
    assert len(rows(reader, q="HB26-0004")) == 1
    assert "HB26-0006" in rows(reader, xep="-so")[0]
    assert "Không có hồ sơ nào như vậy" in reader.get("results.index", query={"q": "Không ai cả"}).text
    reader.get("results.index", query={"ket_qua": "mọi thứ"}, expect=422)
    reader.get("results.index", query={"muc": "999999", "chuong_trinh": "HB26"})

    before = db.session.query(FileOpening).count()
    file = reader.get(f"{PAGES[1]}?muc={thpt}&xep=-so").response.data
    sheet = openpyxl.load_workbook(io.BytesIO(file)).worksheets[0]
    codes = [row[0] for row in sheet.iter_rows(values_only=True) if str(row[0]).startswith("HB26-")]
    assert codes == ["HB26-0006", "HB26-0005"]
    noted = db.session.scalars(select(FileOpening).order_by(FileOpening.id).offset(before)).all()
    assert {(one.page, one.user_name) for one in noted} == {("export", people.person("kiemtra").signature)}
    assert len(noted) == 2


def test_many_are_shown_page_by_page(browser: Browser, world: AwardWorld) -> None:
    awards = world.awards(world.programme(state="reviewing"), 60)
    committee.score(awards[0], 9, 9, *world.members[:3])
    meeting = committee.met(world, awards[0].programme)
    committee.all_vote(world, meeting)
    committee.close(world, meeting)

    page = browser.sign_in(world.members[0]).get("results.index")
    onward = next(link for link in page.page.all("a", rel="next"))

    assert len(page.page.one("div", id="danh-sach").all("tr")) == 51
    assert "Chưa có điểm." in page.text
    assert len(browser.get(onward.get("href")).page.one("div", id="danh-sach").all("tr")) == 11


def test_before_any_meeting_the_page_says_what_will_come(browser: Browser, world: AwardWorld) -> None:
    programme = world.programme(state="reviewing")
    awards = world.awards(programme, 2)
    reader = browser.sign_in(world.members[0])
    assert "Chưa có kết quả nào" in reader.get("results.index").text
    assert reader.get(PAGES[1]).status == 200

    committee.score_all(world, awards, 9, 8)
    committee.met(world, programme)  # under way: its list is nobody's result yet

    page = reader.get("results.index", query={"chuong_trinh": "HB26"})
    assert "Chương trình này chưa có kết quả" in page.text
    assert awards[0].recipient.full_name not in page.text


def test_only_who_may_see_the_meeting_reads_its_results_and_elsewhere_they_are_not_there(
    app: Flask, met: AwardWorld
) -> None:
    for who in (met.members[0], met.secretary, met.chair, met.vice_chair, people.person("kiemtra")):
        for path in PAGES:
            Browser(app).sign_in(who).get(path)
    for who in (
        met.nominator,
        met.teacher,
        met.treasurer,
        met.accountant,
        *map(people.person, ("baocao", "admin", "nhahaotam")),
    ):
        for path in PAGES:
            Browser(app).sign_in(who).get(path, expect=403)
    for path in PAGES:
        Browser(app).get(path, expect=303)

    strangers = [people.person(f"xa.{role}", role=role, unit=met.far) for role in ("committee_member", "auditor")]
    below = people.person("chutich.chihoi", role="chair", unit=met.chapter)  # sees the programme, not its meetings

    for stranger in (*strangers, below):
        reader = Browser(app).sign_in(stranger)
        for path in PAGES:
            reader.get(f"{path}?chuong_trinh=HB26", expect=404)
        assert "Chưa có kết quả nào" in reader.get(PAGES[0]).text
    reader.get(f"{PAGES[0]}?chuong_trinh=HB99", expect=404)
