"""Meetings of the committee: who was there, quorum by the written rule, the ranked list, votes, and what came of it.

Presiding and taking the minutes are parts of a meeting. Votes are bound to the list as it was shown;
closing needs a quorum and everybody's vote, and takes each award where the meeting put it.
"""

import datetime
import re
from collections.abc import Mapping

from khuyenhoc.awards import conflicts, minutes, quorum, scores, steps
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.committee_tables import Attendance, Meeting, Result, TieBreak
from khuyenhoc.awards.meeting_lists import (
    awards_of,
    judges,
    live_of,
    lock,
    ranked,
    require_state,
    shown,
    users,
    votes_of,
)
from khuyenhoc.awards.programme_tables import Programme
from khuyenhoc.awards.ranking import REJECTED
from khuyenhoc.awards.votes import outcomes, waits_for, who_votes
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.errors import NotAllowed, RuleBroken
from khuyenhoc.core.names import clean, clean_lines
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history import chains
from khuyenhoc.history.events import record
from khuyenhoc.org import grants
from khuyenhoc.org.users import User

STEPS = {
    "open": ("planned", "open", "presider or secretary of the meeting"),
    "close": ("open", "closed", "presider or secretary of the meeting, with a quorum and all votes"),
    "cancel": ("planned, open", "cancelled", "presider or secretary of the meeting"),
}
"""Step → from which state, to which, and who may take it."""

TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
LONGEST = 4000


def plan(programme: Programme, *, held_on: datetime.date, place: str, by: User, budget: Dong | None = None) -> Meeting:
    """Call the committee of a programme in review together; its presider presides, its secretary takes the minutes."""
    chains.lock(programme.unit_id)
    db.session.refresh(programme)
    _require_holder(programme.unit_id, by)
    if programme.state != "reviewing":
        raise RuleBroken(_("Chương trình chưa đưa hồ sơ ra hội đồng."))
    if live_of(programme) is not None:
        raise RuleBroken(_("Chương trình này đã có một cuộc họp đang chuẩn bị hoặc đang họp."))
    seats = {seat.part: seat.user_id for seat in programme.seats}
    if "presider" not in seats or "secretary" not in seats:
        raise RuleBroken(_("Hội đồng chưa có người chủ trì hoặc thư ký."))
    meeting = Meeting(
        unit_id=programme.unit_id,
        programme_id=programme.id,
        held_on=held_on,
        place=clean(place)[:150],
        started_at="",
        ended_at="",
        state="planned",
        presider_id=seats["presider"],
        secretary_id=seats["secretary"],
        quorum=quorum.rule_on(programme.unit_id, held_on).written,
        budget=budget,
        dissent="",
        summary="",
    )
    names = {user.id: user.signature for user in users([seat.user_id for seat in programme.seats])}
    meeting.attendance = [
        Attendance(user_id=seat.user_id, user_name=names[seat.user_id], part=seat.part, present=False, reason="")
        for seat in sorted(programme.seats, key=lambda seat: seat.user_id)
    ]
    db.session.add(meeting)
    record("meeting.planned", meeting, by=by, unit_id=meeting.unit_id)
    conflicts.look_for(awards_of(programme), users(judges(meeting)), by=by)
    return meeting


def open_meeting(meeting: Meeting, present: Mapping[int, str | None], *, started_at: str, by: User) -> None:
    """Note who is there (None) and why somebody is not; refused without a quorum. User id → reason of absence."""
    lock(meeting)
    _require_part(meeting, by)
    require_state(meeting, "planned")
    if not TIME.fullmatch(started_at):
        raise RuleBroken(_("Xin ghi giờ như 08:30."), field="started_at")
    if meeting.held_on > clock.today():
        raise RuleBroken(_("Chưa đến ngày họp."))
    for row in meeting.attendance:
        if row.user_id not in present:
            raise RuleBroken(_("Xin ghi ai có mặt, ai vắng."), field="present")
        why = present[row.user_id]
        row.present, row.reason = why is None, clean(why or "")[:200]
        if why is not None and not row.reason:
            raise RuleBroken(_("Xin ghi lý do %(name)s vắng.", name=row.user_name), field="present")
    here = {row.user_id for row in meeting.attendance if row.present}
    if meeting.presider_id not in here or meeting.secretary_id not in here:
        raise RuleBroken(_("Người chủ trì và thư ký phải có mặt."), field="present")
    meeting.quorum = quorum.rule_on(
        meeting.unit_id, meeting.held_on
    ).written  # another may have begun since the calling
    rule, members = quorum.read(meeting.quorum), judges(meeting)
    if not quorum.is_reached(rule, members, here):
        need = quorum.needed(rule, len(members))
        raise RuleBroken(_("Chưa đủ người để họp: cần ít nhất %(n)s ủy viên.", n=need), field="present")
    conflicts.look_for(awards_of(meeting.programme), users(judges(meeting)), by=by)  # cards change after the calling
    meeting.state, meeting.started_at, meeting.opened_by = "open", started_at, by.id
    record("meeting.opened", meeting, by=by, unit_id=meeting.unit_id)


def break_tie(meeting: Meeting, award: Award, before: Award, *, reason: str, by: User) -> None:
    """Of two with the same score the presider puts one first, and says why."""
    lock(meeting)
    require_state(meeting, "open")
    _require_holder(meeting.unit_id, by)
    if by.id != meeting.presider_id:
        raise NotAllowed(_("Chỉ người chủ trì quyết định giữa các hồ sơ bằng điểm."))
    reason = clean_lines(reason)
    if not reason:
        raise RuleBroken(_("Xin ghi lý do."), field="reason")
    same = scores.means([award, before])
    if award.id == before.id or same.get(award.id) is None or same.get(award.id) != same.get(before.id):
        raise RuleBroken(_("Hai hồ sơ này không bằng điểm."), field="before")
    for one in (award, before):
        bar = conflicts.why_barred(one, by)
        if bar:
            raise NotAllowed(bar)
    place = len(meeting.ties) + 1
    meeting.ties.append(TieBreak(position=place, award_id=award.id, before_id=before.id, reason=reason))
    record("meeting.tie_broken", meeting, by=by, unit_id=meeting.unit_id, reason=reason)


def set_budget(meeting: Meeting, budget: Dong | None, *, by: User) -> None:
    """How much the list may cost in all; before anybody has voted."""
    lock(meeting)
    _require_part(meeting, by)
    require_state(meeting, "planned", "open")
    if votes_of(meeting):
        raise RuleBroken(_("Đã có người biểu quyết theo danh sách này, không đổi ngân sách được nữa."))
    meeting.budget = budget
    record("meeting.budget_set", meeting, by=by, unit_id=meeting.unit_id)


def close(meeting: Meeting, *, ended_at: str, dissent: str = "", summary: str = "", by: User) -> None:
    """End the meeting: results and minutes are written down, and each award goes where the meeting put it."""
    lock(meeting)
    _require_part(meeting, by)
    require_state(meeting, "open")
    if not TIME.fullmatch(ended_at) or ended_at < meeting.started_at:
        raise RuleBroken(_("Xin ghi giờ kết thúc như 10:30, sau giờ bắt đầu."), field="ended_at")
    # a card changed meanwhile binds in the count as at the single vote; its marks are stale already, so the list stands
    conflicts.look_for(awards_of(meeting.programme), users(judges(meeting)), by=by)
    lines = ranked(meeting)
    fingerprint = shown(meeting, lines)
    _note_who_left(meeting, fingerprint)
    missing = waits_for(meeting, fingerprint)
    if missing:
        raise RuleBroken(_("Còn chờ biểu quyết của: %(names)s.", names=", ".join(missing)))
    results = outcomes(meeting, lines, fingerprint)
    meeting.results = [
        Result(
            award_id=one.candidate.award_id,
            position=one.position,
            score=one.candidate.score,
            outcome=results[one.candidate.award_id][0],
            reason=results[one.candidate.award_id][1],
        )
        for one in lines
    ]
    meeting.state, meeting.ended_at, meeting.closed_at = "closed", ended_at, clock.stamp()
    meeting.dissent, meeting.summary = clean_lines(dissent)[:LONGEST], clean_lines(summary)[:LONGEST]
    record("meeting.closed", meeting, by=by, unit_id=meeting.unit_id)
    _take(meeting, "recommend", "recommended", by)
    _take(meeting, "reject", REJECTED, by)
    minutes.issue(meeting, by=by)


def _note_who_left(meeting: Meeting, fingerprint: str) -> None:
    """Whoever lost the right before voting was not there: so the minutes say, and so the quorum counts."""
    staying = who_votes(meeting, fingerprint)
    for row in meeting.attendance:
        if row.present and row.user_id in judges(meeting) and row.user_id not in staying:
            row.present, row.reason = False, "Thôi quyền ủy viên trước khi biểu quyết"


def _take(meeting: Meeting, step: str, outcome: str, by: User) -> None:
    mine = {result.award_id: result for result in meeting.results if result.outcome == outcome}
    awards = [award for award in awards_of(meeting.programme) if award.id in mine]
    each = {
        award.id: {"meeting_id": meeting.id, "score": mine[award.id].score, "rank": mine[award.id].position}
        for award in awards
    }
    steps.take_many(awards, step, by=by, each=each)


def cancel(meeting: Meeting, *, reason: str, by: User) -> None:
    """Call it off; its votes count for nothing, and another can be called."""
    lock(meeting)
    _require_part(meeting, by)
    require_state(meeting, "planned", "open")
    reason = clean_lines(reason)
    if not reason:
        raise RuleBroken(_("Xin ghi lý do."), field="reason")
    meeting.state = "cancelled"
    record("meeting.cancelled", meeting, by=by, unit_id=meeting.unit_id, reason=reason)


def _require_holder(unit_id: int, by: User) -> None:
    if unit_id not in grants.units_with(by, "meeting.hold"):
        raise NotAllowed(_("Việc này không thuộc vai trò của %(you)s ở đơn vị này.", you=by.address_form))


def _require_part(meeting: Meeting, by: User) -> None:
    _require_holder(meeting.unit_id, by)
    if by.id not in (meeting.presider_id, meeting.secretary_id):
        raise NotAllowed(_("Chỉ người chủ trì hoặc thư ký cuộc họp làm được việc này."))
