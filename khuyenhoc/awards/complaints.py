"""Complaints about a published award: each holds its own award and no other until it is answered with a reason.

Where it was right, the award goes on waiting: a withdrawal takes it back.
"""

import datetime
from collections.abc import Mapping, Sequence

from sqlalchemy import select

from khuyenhoc.awards import decisions, holds
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.decision_tables import Complaint, Decision
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import AlreadyRecorded, NotFound, RuleBroken
from khuyenhoc.core.names import clean, clean_lines
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history import chains
from khuyenhoc.history.events import record as tell
from khuyenhoc.org.users import User

LONGEST = 2_000
AT_ONCE = 500
HOLDING = ("open", "upheld")
"""States of a complaint in which its award waits."""


def record(
    award: Award,
    *,
    who: str,
    grounds: str,
    received_on: datetime.date,
    answer_by: datetime.date,
    by: User,
    key: str,
) -> Complaint:
    """Write a complaint down; the award waits from now on. Only about what is published and not paid or handed over.

    The same key with the same content gives the complaint that is there; with other content AlreadyRecorded.
    """
    decisions.require_right(by, "complaint.record", award.unit_id)
    chains.lock(award.unit_id)
    who, grounds = clean(who), clean_lines(grounds)
    known = db.session.scalar(
        select(Complaint).where(Complaint.unit_id == award.unit_id, Complaint.idempotency_key == key)
    )
    if known is not None:
        then = (known.award_id, known.who, known.grounds, known.received_on, known.answer_by)
        if then != (award.id, who, grounds, received_on, answer_by):
            raise AlreadyRecorded(_("Biểu mẫu này đã ghi một ý kiến với nội dung khác. Xin mở biểu mẫu mới."))
        return known
    db.session.refresh(award)
    _require_sound(award, who, grounds, received_on, answer_by)
    complaint = Complaint(
        unit_id=award.unit_id,
        award_id=award.id,
        who=who,
        grounds=grounds,
        received_on=received_on,
        answer_by=answer_by,
        recorded_by=by.id,
        recorded_by_name=by.signature,
        idempotency_key=key,
        state="open",
        answer="",
    )
    db.session.add(complaint)
    tell("complaint.recorded", complaint, by=by, unit_id=award.unit_id)
    return complaint


def answer(complaint: Complaint, *, upheld: bool, words: str, by: User) -> None:
    """Answer once, with the reason; whoever wrote the complaint down does not answer it."""
    chains.lock(complaint.unit_id)
    db.session.refresh(complaint)
    decisions.require_right(by, "complaint.answer", complaint.unit_id)
    if complaint.state != "open":
        raise RuleBroken(_("Ý kiến này đã được trả lời."))
    if complaint.recorded_by == by.id:
        raise RuleBroken(_("Người ghi nhận ý kiến không tự trả lời."))
    words = clean_lines(words)
    if not words:
        raise RuleBroken(_("Xin ghi trả lời và lý do."), field="words")
    if len(words) > LONGEST:
        raise RuleBroken(_("Xin viết ngắn hơn %(most)s chữ.", most=LONGEST), field="words")
    complaint.state, complaint.answer = "upheld" if upheld else "dismissed", words
    complaint.answered_at, complaint.answered_by_name = clock.stamp(), by.signature
    tell("complaint.answered", complaint, by=by, unit_id=complaint.unit_id, reason=words)


def of_decision(decision: Decision) -> Sequence[Complaint]:
    """Every complaint about an award of this decision, the open ones first."""
    query = select(Complaint).join(Award, Award.id == Complaint.award_id).where(Award.decision_id == decision.id)
    return db.session.scalars(query.order_by(Complaint.state != "open", Complaint.id)).all()


def get_complaint(complaint_id: int) -> Complaint:
    """The complaint of this id; NotFound when there is none."""
    complaint = db.session.get(Complaint, complaint_id)
    if complaint is None:
        raise NotFound(_("Không có ý kiến này."))
    return complaint


def _require_sound(award: Award, who: str, grounds: str, received_on: datetime.date, answer_by: datetime.date) -> None:
    if award.state != "published":
        raise RuleBroken(_("Chỉ nhận ý kiến về hồ sơ đang công bố, chưa chi và chưa trao."), field="code")
    if not 1 <= len(who) <= 150:
        raise RuleBroken(_("Ai có ý kiến? Xin ghi tên, tối đa 150 chữ."), field="who")
    if not 1 <= len(grounds) <= LONGEST:
        raise RuleBroken(_("Xin ghi nội dung ý kiến, tối đa %(most)s chữ.", most=LONGEST), field="grounds")
    decision = db.session.get_one(Decision, award.decision_id)
    assert decision.published_from is not None
    if not decision.published_from <= received_on <= clock.today():
        raise RuleBroken(_("Ngày nhận từ ngày công bố đến hôm nay."), field="received_on")
    if answer_by < received_on:
        raise RuleBroken(_("Hạn trả lời không trước ngày nhận."), field="answer_by")


def _open_ones(awards: Sequence[Award]) -> Mapping[int, str]:
    """Awards about which a complaint is open, or was right."""
    ids, found = [award.id for award in awards], {}
    query = select(Complaint.award_id, Complaint.state).where(Complaint.state.in_(HOLDING))
    for start in range(0, len(ids), AT_ONCE):
        for award_id, state in db.session.execute(query.where(Complaint.award_id.in_(ids[start : start + AT_ONCE]))):
            if state == "open":
                found[award_id] = _("Có ý kiến về hồ sơ này chưa được trả lời.")
            else:
                found.setdefault(award_id, _("Ý kiến về hồ sơ này là đúng; hồ sơ chờ quyết định thu hồi."))
    return found


holds.register("complaints", frozenset({"list", "pay", "hand_over", "take_back"}), _open_ones)
