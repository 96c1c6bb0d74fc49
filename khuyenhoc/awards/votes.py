"""Votes: en bloc or one by one, bound to the list as it was shown, counted by the written rule."""

from collections.abc import Sequence

from khuyenhoc.awards import conflicts, quorum, steps
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.committee_tables import CHOICES, Meeting, Vote
from khuyenhoc.awards.meeting_lists import judges, lock, now_of, present, ranked, require_state, shown, votes_of
from khuyenhoc.awards.ranking import REJECTED, RESERVE, Ranked
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.names import clean_lines
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history.events import record
from khuyenhoc.org.users import User


def vote(meeting: Meeting, choice: str, *, by: User, shown_as: str, award: Award | None = None, note: str = "") -> Vote:
    """Vote once on the whole list, or on one award of it. A vote on another list than the present one is refused."""
    lock(meeting)
    require_state(meeting, "open")
    if choice not in CHOICES:
        raise RuleBroken(_("Xin chọn tán thành, không tán thành hoặc không tham gia."), field="choice")
    if by.id not in present(meeting) or by.id not in judges(meeting):
        raise NotAllowed(_("Chỉ ủy viên có mặt mới biểu quyết."))
    if award is not None:
        if award.programme_id != meeting.programme_id or award.state != "in_review":
            raise NotFound(_("Hồ sơ này không có trong cuộc họp."))
        bar = conflicts.why_barred(award, by)
        if bar:
            raise NotAllowed(bar)
    now = now_of(meeting)
    if shown_as != shown(meeting, ranked(meeting, now=now), now):
        raise steps.Stale(_("Danh sách đã thay đổi sau khi trang này mở. Xin xem lại rồi biểu quyết."))
    note = clean_lines(note)[:2000]
    if choice == "against" and not note:
        raise RuleBroken(_("Xin ghi lý do không tán thành, để biên bản ghi lại."), field="note")
    about = award.id if award else None
    known = next((v for v in votes_of(meeting) if (v.user_id, v.award_id) == (by.id, about)), None)
    found = known or Vote(meeting_id=meeting.id, award_id=about, user_id=by.id)
    found.user_name, found.choice, found.fingerprint = by.signature, choice, shown_as
    found.note, found.at = note, clock.stamp()
    db.session.add(found)
    record("vote.given", found, by=by, unit_id=meeting.unit_id)
    return found


def waits_for(meeting: Meeting, shown_as: str = "") -> list[str]:
    """Whose vote on the present list is missing, by name. ``shown_as``: its fingerprint, where it is known."""
    fingerprint = shown_as or shown(meeting, ranked(meeting))
    voted = {v.user_id for v in votes_of(meeting) if v.award_id is None and v.fingerprint == fingerprint}
    able = set(present(meeting)) & set(judges(meeting))
    return [row.user_name for row in meeting.attendance if row.user_id in able - voted]


def outcomes(meeting: Meeting, lines: Sequence[Ranked]) -> dict[int, tuple[str, str]]:
    """Award id → outcome and its reason, after the votes.

    The list holds when more than half of those present and not recused say yes; what was voted on by
    itself holds by its own votes. Recused members are left out of that award's count.
    """
    votes, here = votes_of(meeting), set(present(meeting)) & set(judges(meeting))
    bound = conflicts.of(one.candidate.award_id for one in lines)
    rule, members = quorum.read(meeting.quorum), judges(meeting)
    found = {}
    for one in lines:
        award_id = one.candidate.award_id
        recused = set(bound.get(award_id, {}))
        own = [v for v in votes if v.award_id == award_id] or [v for v in votes if v.award_id is None]
        able = here - recused
        yes = sum(1 for v in own if v.choice == "for" and v.user_id in able)
        if one.outcome != "recommended":
            found[award_id] = (one.outcome, one.why)
        elif not quorum.is_reached(rule, members, here, recused):
            found[award_id] = (RESERVE, "no_quorum")
        elif quorum.is_carried(yes, len(able)):
            found[award_id] = ("recommended", one.why)
        else:
            found[award_id] = (REJECTED, "voted_down")
    return found
