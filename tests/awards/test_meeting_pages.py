"""The pages of a meeting: called, who is there, the list with what if, votes, equals, the end; and who is refused."""

import pytest
from flask import Flask
from sqlalchemy import select

from khuyenhoc.awards import meetings
from khuyenhoc.awards.committee_tables import Meeting, Vote
from khuyenhoc.awards.programme_tables import Programme
from khuyenhoc.core.database import db, writing
from tests.awards import committee_world as committee
from tests.awards.award_world import MILLION, AwardWorld
from tests.support import people
from tests.support.browser import Browser


def only() -> Meeting:
    """The newest meeting, read anew."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Meeting).order_by(Meeting.id.desc())).first()  # type: ignore[return-value]


def everybody(meeting: Meeting, away: int = 0) -> dict[str, str]:
    """The boxes of who is there, ticked but for one."""
    return {f"co-mat-{row.user_id}": "y" for row in meeting.attendance if row.user_id != away}


def test_a_whole_meeting_by_its_pages(either_browser: Browser, world: AwardWorld) -> None:
    awards = world.awards(world.programme(state="reviewing"), 3)
    committee.score_all(world, awards, 7, 9, 8)
    secretary = either_browser.sign_in(world.secretary)
    assert secretary.get("meetings.index").offers("/hop-xet/lap")

    secretary.get("meetings.new", query={"chuong_trinh": "HB26"})
    typed = {"held_on": "15/8/2026", "place": "Văn phòng Hội", "budget": "2tr"}
    secretary.post("/hop-xet/lap?chuong_trinh=HB26", typed)
    meeting = only()
    at = {"meeting_id": meeting.id}
    away = world.members[4].id
    page = secretary.get("meetings.show", **at)
    assert "Cần có mặt ít nhất 4" in page.text
    there = {**everybody(meeting, away), "started_at": "08:30", f"co-mat-{away}": None}
    assert "vắng" in " ".join(secretary.post("meetings.open_it", there, to=at, expect=422).errors)
    secretary.post("meetings.open_it", {**there, f"ly-do-{away}": "Đi công tác"}, to=at)

    assert "Đang họp" in Browser(secretary.app).sign_in(world.secretary).get("meetings.index").text
    opened = Browser(secretary.app).sign_in(world.secretary).get("meetings.show", **at)
    assert "Số người dự họp" in opened.text
    assert "4/5" in opened.text
    assert "Đủ điều kiện họp, cần 4" in opened.text
    assert "Vạch cắt ở đây: 2 suất" in opened.text
    assert "Còn chờ 4 phiếu" in opened.text
    for member in world.members[:4]:
        voting = Browser(secretary.app, htmx=secretary.htmx).sign_in(member)
        whole = Browser(secretary.app).sign_in(member)
        whole.get("meetings.show", **at)
        voting.here = whole.here
        voting.post("meetings.vote", {"choice": "for"}, to=at)
    secretary.here = Browser(secretary.app).sign_in(world.secretary).get("meetings.show", **at)
    secretary.post("meetings.close", {"ended_at": "10:15", "summary": "Nhất trí"}, to=at)

    assert only().state == "closed"
    assert committee.states(awards) == ["in_review", "recommended", "recommended"]
    after = Browser(secretary.app).sign_in(world.secretary).get("meetings.show", **at)
    assert "Thông qua 4/4" in after.text
    assert "Nhất trí" in after.text


def test_the_list_shows_meetings_in_every_state_and_calls_for_those_that_are_wanting(
    browser: Browser, world: AwardWorld
) -> None:
    over = world.programme("HB24", state="reviewing")
    committee.score_all(world, world.awards(over, 2), 9, 8)
    meeting = committee.met(world, over, MILLION)
    committee.all_vote(world, meeting)
    committee.close(world, meeting)
    for code in ("HB25", "HB26", "HB27"):
        world.awards(world.programme(code, name=f"Học bổng {code}", state="reviewing"), 2)
    committee.call(world, programme("HB25"))
    with writing():
        meetings.cancel(committee.call(world, programme("HB26")), reason="Mưa bão", by=world.secretary)

    shown = browser.sign_in(world.secretary).get("meetings.index")

    for words in ("Biên bản BB-2026-0001", "Sắp họp", "Đã hủy", "còn 1 hồ sơ chờ bổ sung", "2 hồ sơ chờ hội đồng"):
        assert words in shown.text
    called = [code for code in ("HB24", "HB25", "HB26", "HB27") if f"chuong_trinh={code}" in shown.body]
    assert called == ["HB24", "HB26", "HB27"]


def programme(code: str) -> Programme:
    """The programme of this code."""
    return db.session.scalars(select(Programme).where(Programme.code == code)).one()


def test_what_if_moves_the_line_and_stores_nothing(either_browser: Browser, world: AwardWorld) -> None:
    awards = world.awards(world.programme(state="reviewing"), 3)
    committee.score_all(world, awards, 7, 9, 8)
    meeting = committee.met(world, awards[0].programme, 2 * MILLION)
    reader = either_browser.sign_in(world.chair)
    level = awards[0].level_id

    for query, count in (
        ({"ngan_sach": "1tr"}, 1),
        ({"ngan_sach": "3tr"}, 3),
        ({f"suat_{level}": "1"}, 1),
        ({"diem_san": "85"}, 1),
    ):
        page = reader.get("meetings.show", query=query, meeting_id=meeting.id)
        assert f"Vạch cắt ở đây: {count} suất" in page.text
        assert "Đang thử, chưa ghi" in page.text
    reader.get("meetings.show", query={"ngan_sach": "nhiều"}, meeting_id=meeting.id, expect=422)
    assert only().budget == 2 * MILLION


def test_htmx_takes_the_list_alone(app: Flask, world: AwardWorld) -> None:
    awards = world.awards(world.programme(state="reviewing"), 2)
    committee.score_all(world, awards, 7, 9)
    meeting = committee.met(world, awards[0].programme, 2 * MILLION)
    reader = Browser(app).sign_in(world.chair)

    part = reader.client.get(f"/hop-xet/{meeting.id}?ngan_sach=1tr", headers={"HX-Request": "true"}).text

    assert part.lstrip().startswith('<section class="sheet mb-4" id="xep-hang"')
    assert "Vạch cắt ở đây: 1 suất" in part


def test_a_vote_on_another_list_is_refused(browser: Browser, world: AwardWorld) -> None:
    awards = world.awards(world.programme(state="reviewing"), 2)
    committee.score_all(world, awards, 7, 9)
    meeting = committee.met(world, awards[0].programme, MILLION)
    at = {"meeting_id": meeting.id}
    member = browser.sign_in(world.members[1])
    member.get("meetings.show", **at)
    committee.score(awards[0], 10, 10, *world.members[:3])

    stale = member.post("meetings.vote", {"choice": "against", "note": "Chưa rõ"}, to=at, expect=409)

    assert "đã thay đổi" in stale.text
    assert stale.field("note") == "Chưa rõ"
    member.post("meetings.vote", {"choice": "against", "note": ""}, to=at, expect=422)
    member.post("meetings.vote", {"choice": "against", "note": "Chưa rõ"}, to=at)
    assert "Chưa rõ" in member.get("meetings.show", **at).text


def test_equals_are_put_in_order_by_the_presider(either_browser: Browser, world: AwardWorld) -> None:
    awards = world.awards(world.programme(state="reviewing"), 2)
    committee.score_all(world, awards, 8, 8)
    meeting = committee.met(world, awards[0].programme, MILLION)
    at = {"meeting_id": meeting.id, "number": 2}
    presider = either_browser.sign_in(world.members[0])
    assert "Bằng điểm ngay vạch" in presider.get("meetings.show", meeting_id=meeting.id).text

    presider.get("meeting_files.show", **at)
    presider.post("meeting_files.break_tie", {"before": str(awards[0].id), "reason": ""}, to=at, expect=422)
    presider.post("meeting_files.break_tie", {"before": str(awards[0].id), "reason": "Mồ côi"}, to=at)

    shown = Browser(presider.app).sign_in(world.chair).get("meetings.show", meeting_id=meeting.id)
    assert "Chủ trì xếp trước HB26-0001: Mồ côi" in shown.text
    Browser(presider.app).sign_in(world.members[1]).post("meeting_files.break_tie", to=at, expect=422)


def test_one_award_is_voted_on_by_itself(either_browser: Browser, world: AwardWorld) -> None:
    awards = world.awards(world.programme(state="reviewing"), 1)
    committee.score_all(world, awards, 8)
    meeting = committee.met(world, awards[0].programme)
    at = {"meeting_id": meeting.id, "number": 1}
    member = either_browser.sign_in(world.members[1])
    member.get("meeting_files.show", **at)

    member.post("meeting_files.vote", {"choice": "for"}, to=at)

    assert db.session.scalar(select(Vote.award_id)) == awards[0].id
    assert "1 / 0 / 0" in Browser(member.app).sign_in(world.chair).get("meetings.show", meeting_id=meeting.id).text


def test_before_the_meeting_the_list_is_hidden_from_who_has_marks_to_give(app: Flask, world: AwardWorld) -> None:
    awards = world.awards(world.programme(state="reviewing"), 1)
    committee.score_all(world, awards, 8)
    meeting = committee.call(world, awards[0].programme)

    assert "xep-hang-h" not in Browser(app).sign_in(world.members[4]).get("meetings.show", meeting_id=meeting.id).body
    assert "xep-hang-h" in Browser(app).sign_in(world.members[1]).get("meetings.show", meeting_id=meeting.id).body


DEEDS = {
    "meetings.open_it": {"started_at": "08:30"},
    "meetings.set_budget": {"budget": "1tr"},
    "meetings.close": {"ended_at": "10:30"},
    "meetings.cancel": {"reason": "Mưa bão"},
}


@pytest.mark.parametrize("deed", DEEDS)
def test_only_who_holds_the_meeting_does_its_deeds(browser: Browser, world: AwardWorld, deed: str) -> None:
    awards = world.awards(world.programme(state="reviewing"), 1)
    committee.score_all(world, awards, 8)
    meeting = committee.met(world, awards[0].programme)
    at = {"meeting_id": meeting.id}

    for other in (world.members[1], world.chair, world.accountant, world.nominator):
        browser.sign_in(other).post(deed, DEEDS[deed], to=at, expect=403)
    far = people.person("thuky2", role="secretary", unit=people.association("U02"))
    browser.sign_in(far).post(deed, DEEDS[deed], to=at, expect=404)
    browser.get("meetings.show", **at, expect=404)
    assert only().state == "open"


def test_who_does_not_sit_does_not_vote_and_what_is_over_is_over(browser: Browser, world: AwardWorld) -> None:
    awards = world.awards(world.programme(state="reviewing"), 1)
    committee.score_all(world, awards, 8)
    meeting = committee.met(world, awards[0].programme, absent=[world.members[4]])
    at = {"meeting_id": meeting.id}

    for other in (world.members[4], world.secretary, world.chair):
        browser.sign_in(other).post("meetings.vote", {"choice": "for", "shown": "x"}, to=at, expect=403)
    secretary = browser.sign_in(world.secretary)
    secretary.get("meetings.show", **at)
    assert "Còn chờ" in " ".join(secretary.post("meetings.close", {"ended_at": "10:00"}, to=at, expect=422).errors)
    secretary.post("meetings.cancel", {"reason": ""}, to=at, expect=422)
    secretary.post("meetings.cancel", {"reason": "Mưa bão"}, to=at)
    secretary.post("meetings.open_it", {"started_at": "08:30"}, to=at, expect=422)


def test_a_list_of_many_shows_its_ends(browser: Browser, world: AwardWorld) -> None:
    awards = world.awards(world.programme(state="reviewing"), 90)
    committee.score(awards[0], 9, 9, world.members[1])
    meeting = committee.met(world, awards[0].programme)
    reader = browser.sign_in(world.chair)

    assert "Hạng 12 đến 90: 79 hồ sơ" in reader.get("meetings.show", meeting_id=meeting.id).text
    whole = reader.get("meetings.show", query={"tat_ca": 1}, meeting_id=meeting.id)
    assert len(whole.page.all("th", scope="row")) >= 90
