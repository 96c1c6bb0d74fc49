"""The minutes: frozen as the meeting ends, numbered without a gap, by code; for the circle that decides alone."""

from typing import Any

import pytest
from flask import Flask

from khuyenhoc.awards import conflicts, meetings, minutes
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.committee_tables import Meeting
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotAllowed, RuleBroken
from khuyenhoc.history import events
from khuyenhoc.history.events import record
from khuyenhoc.papers import issued
from khuyenhoc.papers.issued import IssuedPaper
from khuyenhoc.papers.verification import verification
from khuyenhoc.proof.verify import verify
from khuyenhoc.recipients import openings
from tests.awards import committee_world as committee
from tests.awards.award_world import MILLION, AwardWorld, level
from tests.papers.reading import read, squeeze, text_of
from tests.proof.test_verify import tampering
from tests.support import people
from tests.support.browser import Browser


def frozen(meeting: Meeting) -> IssuedPaper:
    """The minutes, read anew."""
    db.session.rollback()
    paper = minutes.find(meeting)
    assert paper is not None
    return paper


def over(world: AwardWorld, code: str = "HB26", n: int = 1, **more: Any) -> tuple[Meeting, list[Award]]:
    """A meeting that has ended: everybody there, everybody for the list."""
    programme = world.programme(code, state="reviewing", **more)
    awards = world.awards(programme, n)
    committee.score_all(world, awards, *[9 - place for place in range(n)])
    meeting = committee.met(world, programme)
    committee.all_vote(world, meeting)
    committee.close(world, meeting)
    return meeting, awards


def test_the_minutes_say_everything_that_was_decided_and_how(world: AwardWorld) -> None:
    levels = [level("THCS", MILLION), level("THPT", 1_200_000, quota=1, place=2)]
    programme = world.programme(state="reviewing", levels=levels)
    awards = world.awards(programme, 4) + world.awards(programme, 2, level=programme.levels[1])
    committee.score_all(world, awards, 7, 9, 8, 8, 9, 7)
    with writing():
        conflicts.declare(awards[1], by=world.members[4], reason="Hàng xóm thân")
    meeting = committee.met(world, programme, 4 * MILLION, absent=[world.members[3]])
    with writing():
        meetings.break_tie(meeting, awards[3], awards[2], reason="Mồ côi cả cha lẫn mẹ", by=world.members[0])
    for member in world.members[:3]:
        committee.vote(meeting, member)
        committee.vote(meeting, member, "against", awards[4], note="Đã nhận học bổng khác")
    committee.vote(meeting, world.members[4], "against", note="Chưa xem hết hồ sơ")
    with writing():
        meetings.close(meeting, ended_at="10:15", dissent="Đề nghị chấm sớm hơn", by=world.secretary)

    paper = frozen(meeting)
    said = squeeze(text_of(read(issued.render(paper))))

    assert (paper.label, paper.series, paper.day) == ("BB-2026-0001", "BB", meeting.held_on)
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Số: 01/BB-HĐX", "BIÊN BẢN", "“Học bổng Tiếp bước đến trường”",
        "08 giờ 30 phút, ngày 15 tháng 8 năm 2026", "Văn phòng Hội", "Vắng: Đi công tác",
        "05 ủy viên biểu quyết, có mặt 04", "ít nhất 2/3", "tức 04 người: đủ điều kiện họp",
        "(tự khai: Hàng xóm thân): HB26-0002", "HB26-0004 xếp trước HB26-0003 (cùng 80,00 điểm): Mồ côi cả cha lẫn mẹ",
        "Mức THPT: 1 suất", "Ngân sách của cuộc họp: 4.000.000 ₫", "tán thành 3, không tán thành 1, không tham gia 0",
        "được thông qua", "HB26-0005: tán thành 0, không tán thành 3", "Đã nhận học bổng khác", "Chưa xem hết hồ sơ",
        "Đề nghị chấm sớm hơn", "10 giờ 15 phút cùng ngày; biên bản", "Vạch cắt: 2 suất, 2.000.000 ₫",
        "NGƯỜI CHỦ TRÌ", "THƯ KÝ", world.secretary.full_name, world.members[0].full_name, "3/3",
    ):  # fmt: skip
        assert words in said, words
    assert not any(award.recipient.full_name in said for award in awards)
    assert verify().ok


def test_numbers_run_without_a_gap_each_unit_for_itself(world: AwardWorld) -> None:
    first, _awards = over(world, "HB26")
    second, _awards = over(world, "HB27")

    assert [frozen(one).label for one in (first, second)] == ["BB-2026-0001", "BB-2026-0002"]


def test_a_meeting_has_minutes_once_and_only_when_it_is_over(world: AwardWorld) -> None:
    meeting, _awards = over(world)
    programme = world.programme("HB27", state="reviewing")
    world.awards(programme, 1)

    with writing():
        paper = minutes.issue(meeting, by=world.secretary)
    assert paper.id == frozen(meeting).id
    planned = committee.call(world, programme)
    with pytest.raises(RuleBroken, match="chưa kết thúc"), writing():
        minutes.issue(planned, by=world.secretary)
    with pytest.raises(RuleBroken, match="chưa kết thúc"), writing():
        minutes.issue(committee.gather(world, planned), by=world.secretary)


def test_what_is_typed_later_changes_no_minutes(world: AwardWorld) -> None:
    meeting, awards = over(world)
    before = issued.render(frozen(meeting))
    with writing():
        world.members[0].full_name = "Tên Mới"
        awards[0].level.label = "Mức khác"
        record("programme.changed", meeting.programme, by=world.secretary, unit_id=world.unit.id)

    assert issued.render(frozen(meeting)) == before


def test_minutes_are_vietnamese_whoever_ends_the_meeting(browser: Browser, world: AwardWorld) -> None:
    programme = world.programme(state="reviewing")
    committee.score_all(world, world.awards(programme, 1), 8)
    meeting = committee.met(world, programme)
    committee.all_vote(world, meeting)
    secretary = browser.sign_in(world.secretary)
    secretary.post("web.choose_language", language="en")
    secretary.get("meetings.show", meeting_id=meeting.id)
    secretary.post("meetings.close", {"ended_at": "10:15"}, to={"meeting_id": meeting.id})

    content = frozen(meeting).frozen
    assert content["rows"][0]["outcome"] == "Đề nghị trao"
    assert content["attendees"][0]["part"] == "Chủ trì"


def test_the_minutes_by_their_pages(either_browser: Browser, world: AwardWorld) -> None:
    meeting, awards = over(world)
    at = {"meeting_id": meeting.id}
    secretary = either_browser.sign_in(world.secretary)
    assert "BB-2026-0001" in secretary.get("meetings.index").text
    assert "BB-2026-0001" in secretary.get("meetings.show", **at).text

    original = secretary.post("minutes.print_minutes", to=at, expect=303).response.location
    assert "BẢN SAO" not in text_of(read(secretary.client.get(original).data))
    again = secretary.post("minutes.print_minutes", to=at, expect=303).response.location
    assert "BẢN SAO" in text_of(read(secretary.client.get(again).data))
    assert "BẢN SAO" in text_of(read(secretary.client.get(f"/hop-xet/{meeting.id}/bien-ban.pdf").data))

    seen = openings.of(awards[0].recipient)
    assert {one.page for one in seen} == {"minutes"}
    assert len(seen) == 3
    assert [event.action for event in events.of("issued_papers", frozen(meeting).id)].count("paper.printed") == 2


def test_whoever_holds_the_minutes_can_check_them_and_reads_no_name(app: Flask, world: AwardWorld) -> None:
    meeting, awards = over(world)
    facts = verification(frozen(meeting).code)
    assert facts is not None
    assert (facts.kind, facts.number, facts.amount) == ("Biên bản họp Hội đồng xét", "BB-2026-0001", 0)
    assert (facts.day, facts.state, facts.genuine) == (meeting.held_on, "live", True)

    page = Browser(app).get(f"/kiem-chung/{frozen(meeting).code}")

    assert "BB-2026-0001" in page.text
    names = [awards[0].recipient.full_name, world.secretary.full_name, *(one.full_name for one in world.members)]
    assert not any(name in page.text for name in names)


def test_only_the_circle_reads_the_minutes_and_only_its_officers_print_them(app: Flask, world: AwardWorld) -> None:
    meeting, awards = over(world)
    address = f"/hop-xet/{meeting.id}/bien-ban.pdf"
    far = people.person("thuky2", role="secretary", unit=people.association("U02"))

    for who in (world.members[1], world.chair, people.person("kiemtra")):
        assert Browser(app).sign_in(who).client.get(address).mimetype == "application/pdf"
    count = len(openings.of(awards[0].recipient))
    for who in (world.accountant, world.treasurer, world.nominator):
        Browser(app).sign_in(who).get(address, expect=403)
    Browser(app).sign_in(far).get(address, expect=404)
    Browser(app).get(address, expect=303)
    for who, status in ((world.members[1], 403), (world.chair, 403), (world.accountant, 403), (far, 404)):
        Browser(app).sign_in(who).post("minutes.print_minutes", to={"meeting_id": meeting.id}, expect=status)
    with pytest.raises(NotAllowed), writing():
        minutes.note_print(meeting, by=world.members[1])

    assert len(openings.of(awards[0].recipient)) == count
    assert not issued.was_printed(frozen(meeting))


def test_a_meeting_that_is_not_over_or_called_off_has_no_paper(app: Flask, world: AwardWorld) -> None:
    programme = world.programme(state="reviewing")
    world.awards(programme, 1)
    meeting = committee.met(world, programme)
    secretary = Browser(app).sign_in(world.secretary)

    secretary.get("minutes.paper", meeting_id=meeting.id, expect=404)
    secretary.get("meetings.show", meeting_id=meeting.id)
    secretary.post("minutes.print_minutes", to={"meeting_id": meeting.id}, expect=422)
    with writing():
        meetings.cancel(meeting, reason="Mưa bão", by=world.secretary)
    secretary.get("minutes.paper", meeting_id=meeting.id, expect=404)
    secretary.post("minutes.print_minutes", to={"meeting_id": meeting.id}, expect=422)
    assert db.session.query(IssuedPaper).count() == 0


def test_a_number_left_out_is_found(world: AwardWorld) -> None:
    for code in ("HB26", "HB27"):
        over(world, code)
    with tampering() as stored:
        assert stored("UPDATE issued_papers SET number = 3 WHERE kind = 'committee_minutes' AND number = 2")
        (numbers,) = (answer for answer in verify(afresh=False).answers if answer.check.name == "document_numbers")

    assert [(one.table, one.expected, one.found) for one in numbers.violations] == [("issued_papers", 2, 3)]
