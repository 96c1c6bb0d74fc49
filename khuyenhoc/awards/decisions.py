"""Decisions: the secretary takes up what a meeting recommended, or what is to be taken back, and puts it in order.

A draft promises nothing. It may be changed until it is signed (``signing``); a change while it waits for its
signature is shown again before anyone signs. Steps stand in ``decision_tables.STEPS``.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from khuyenhoc.awards import steps
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.committee_tables import Meeting
from khuyenhoc.awards.decision_tables import SIGNED, STATES, STEPS, Decision, DecisionLine
from khuyenhoc.awards.programme_tables import Programme
from khuyenhoc.awards.promises import PROMISED
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import AlreadyRecorded, NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.names import clean_lines
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history import chains
from khuyenhoc.history.events import record
from khuyenhoc.org import grants
from khuyenhoc.org.users import User
from khuyenhoc.recipients.recipient_tables import Recipient

LONGEST = 2_000
"""No basis and no reason is longer than this many characters."""

AT_ONCE = 500


def draft(programme: Programme, awards: Sequence[Award], *, basis: str, by: User, key: str) -> Decision:
    """A decision about recommended awards; the second of a programme supplements the first.

    The same key with the same content gives the draft that is there; with other content AlreadyRecorded.
    """
    first = _first_signed(programme)
    kind = "award" if first is None else "supplementary"
    return _draft(programme, awards, kind, first, basis=basis, reason="", by=by, key=key)


def draft_withdrawal(
    decision: Decision, awards: Sequence[Award], *, basis: str, reason: str, by: User, key: str
) -> Decision:
    """A decision that takes awards of a signed one back, with the reason that it will print."""
    return _draft(decision.programme, awards, "withdrawal", decision, basis=basis, reason=reason, by=by, key=key)


def change(decision: Decision, awards: Sequence[Award], *, basis: str, reason: str = "", by: User) -> None:
    """Put other awards, another basis or reason into a draft; whoever was about to sign is shown it again."""
    _lock(decision)
    require_step(decision, "change", by)
    awards = in_order(awards)
    _require_sound(decision.programme, awards, decision.kind, decision.of_id, besides=decision.id)
    decision.basis, decision.reason = _texts(decision.kind, basis, reason)
    decision.lines = []
    db.session.flush()
    _put_lines(decision, awards)
    record("decision.changed", decision, by=by, unit_id=decision.unit_id)


def drop(decision: Decision, *, by: User) -> None:
    """Let a draft go: its awards may stand in another."""
    _lock(decision)
    require_step(decision, "drop", by)
    decision.state = "dropped"
    record("decision.dropped", decision, by=by, unit_id=decision.unit_id)


def require_step(decision: Decision, step: str, by: User) -> None:
    """NotAllowed without the step's permission on the decision's unit; RuleBroken where the step does not begin."""
    starts, _to, permission = STEPS[step]
    require_right(by, permission, decision.unit_id)
    if decision.state not in starts:
        state = str(STATES[decision.state]).lower()
        raise RuleBroken(_("Quyết định đang ở trạng thái: %(state)s, không làm được việc này.", state=state))


def require_right(by: User, permission: str, unit_id: int) -> None:
    """NotAllowed unless the person holds the permission on the unit."""
    if not grants.can(by, permission, unit_id):
        raise NotAllowed(_("Việc này không thuộc vai trò của %(you)s ở đơn vị này.", you=by.address_form))


def recommended(programme: Programme, *, besides: Decision | None = None) -> list[Award]:
    """The programme's awards that a decision may take up: recommended, and in no other draft."""
    query = select(Award).where(Award.programme_id == programme.id, Award.state == "recommended")
    taken = _in_other_drafts(programme, besides.id if besides else None)
    return in_order([award for award in db.session.scalars(query) if award.id not in taken])


def to_take_back(decision: Decision, *, besides: Decision | None = None) -> list[Award]:
    """The awards of a signed decision of which nothing was paid or handed over, and that no other draft takes back."""
    query = select(Award).where(Award.decision_id == decision.id, Award.state.in_(PROMISED))
    taken = _in_other_drafts(decision.programme, besides.id if besides else None)
    return in_order([award for award in db.session.scalars(query) if award.id not in taken])


def in_order(awards: Sequence[Award]) -> list[Award]:
    """As the annex lists them: by level, then as Vietnamese names are sorted."""
    ids = [award.id for award in awards]
    names: dict[int, str] = {}
    for start in range(0, len(ids), AT_ONCE):
        query = select(Award.id, Recipient.sort_key).join(Recipient, Recipient.id == Award.recipient_id)
        names.update(
            (row[0], row[1]) for row in db.session.execute(query.where(Award.id.in_(ids[start : start + AT_ONCE])))
        )
    return sorted(awards, key=lambda award: (award.level.position, names[award.id], award.id))


def awards_of(decision: Decision, *, fresh: bool = False) -> list[Award]:
    """The awards of a decision's lines, in their order; ``fresh``: read anew, under the lock that the caller holds."""
    query = select(Award).join(DecisionLine, DecisionLine.award_id == Award.id)
    query = query.where(DecisionLine.decision_id == decision.id).order_by(DecisionLine.position)
    query = query.options(lazyload(Award.shares), lazyload(Award.evidence))
    return list(db.session.scalars(query.execution_options(populate_existing=fresh)))


def load_shares(awards: Sequence[Award]) -> None:
    """Read the shares of many awards with one query for five hundred of them."""
    ids = [award.id for award in awards]
    for start in range(0, len(ids), AT_ONCE):
        some = select(Award).where(Award.id.in_(ids[start : start + AT_ONCE])).options(lazyload(Award.evidence))
        db.session.scalars(some.execution_options(populate_existing=True)).all()


def get_decision(decision_id: int) -> Decision:
    """The decision of this id; NotFound when there is none."""
    decision = db.session.get(Decision, decision_id)
    if decision is None:
        raise NotFound(_("Không có quyết định này."))
    return decision


def find_by_document(document_id: int) -> Decision | None:
    """The decision that a document of series QĐ stands for."""
    return db.session.scalar(select(Decision).where(Decision.document_id == document_id))


def printed_number(decision: Decision) -> str:
    """As papers print it: ``01/QĐ-HKH``; empty before it is signed."""
    return f"{decision.document.number:02d}/QĐ-HKH" if decision.document is not None else ""


def title_of(decision: Decision) -> str:
    """As screens call it: its number, or what it is a draft of."""
    if decision.document is not None:
        return _("Quyết định %(number)s", number=f"{printed_number(decision)} ({decision.document.year})")
    names = {
        "award": _("Dự thảo quyết định trao: %(programme)s", programme=decision.programme.name),
        "supplementary": _("Dự thảo quyết định bổ sung: %(programme)s", programme=decision.programme.name),
        "withdrawal": _("Dự thảo quyết định thu hồi: %(programme)s", programme=decision.programme.name),
    }
    return names[decision.kind]


def _draft(
    programme: Programme,
    awards: Sequence[Award],
    kind: str,
    of: Decision | None,
    *,
    basis: str,
    reason: str,
    by: User,
    key: str,
) -> Decision:
    require_right(by, STEPS["change"][2], programme.unit_id)
    chains.lock(programme.unit_id)
    basis, reason = _texts(kind, basis, reason)
    digest = chains.digest([programme.id, kind, of.id if of else None, basis, reason, sorted(a.id for a in awards)])
    known = db.session.scalar(
        select(Decision).where(Decision.unit_id == programme.unit_id, Decision.idempotency_key == key)
    )
    if known is not None:
        if known.request_digest != digest:
            raise AlreadyRecorded(_("Biểu mẫu này đã lập một dự thảo với nội dung khác. Xin mở biểu mẫu mới."))
        return known
    awards = in_order(awards)
    _require_sound(programme, awards, kind, of.id if of else None)
    decision = Decision(
        unit_id=programme.unit_id,
        programme_id=programme.id,
        of_id=of.id if of else None,
        kind=kind,
        state="draft",
        basis=basis,
        reason=reason,
        drafted_by=by.id,
        drafted_by_name=by.signature,
        drafted_at=clock.stamp(),
        idempotency_key=key,
        request_digest=digest,
    )
    _put_lines(decision, awards)
    db.session.add(decision)
    record("decision.drafted", decision, by=by, unit_id=decision.unit_id)
    return decision


def _put_lines(decision: Decision, awards: Sequence[Award]) -> None:
    decision.lines = [
        DecisionLine(
            position=place, award_id=award.id, level_id=award.level_id, amount=award.amount or award.level.amount
        )
        for place, award in enumerate(awards, start=1)
    ]
    decision.amount, decision.count = sum(line.amount for line in decision.lines), len(decision.lines)
    meetings = {award.meeting_id for award in awards}
    decision.meeting_id = meetings.pop() if len(meetings) == 1 else None


def _require_sound(
    programme: Programme, awards: Sequence[Award], kind: str, of_id: int | None, besides: int | None = None
) -> None:
    if not awards:
        raise RuleBroken(_("Xin chọn ít nhất một suất."), field="awards")
    if len({award.id for award in awards}) < len(awards) or any(a.programme_id != programme.id for a in awards):
        raise NotFound(_("Hồ sơ này không thuộc chương trình."))
    taken = _in_other_drafts(programme, besides)
    for award in awards:
        code = steps.code_of(award)
        if award.id in taken:
            raise RuleBroken(_("Hồ sơ %(code)s đang nằm trong một dự thảo khác.", code=code), field="awards")
        if kind == "withdrawal" and (award.decision_id != of_id or award.state not in PROMISED):
            raise RuleBroken(
                _("Hồ sơ %(code)s đã chi, đã trao hoặc không thuộc quyết định này, không thu hồi được.", code=code),
                field="awards",
            )
        if kind != "withdrawal" and award.state != "recommended":
            raise RuleBroken(_("Hồ sơ %(code)s không còn được đề nghị.", code=code), field="awards")
    _require_closed_meetings({award.meeting_id for award in awards if award.meeting_id is not None})


def _require_closed_meetings(ids: set[int]) -> None:
    for meeting in db.session.scalars(select(Meeting).where(Meeting.id.in_(sorted(ids)))):
        if meeting.state != "closed":
            raise RuleBroken(_("Cuộc họp chưa kết thúc; chưa lập quyết định được."), field="awards")


def _in_other_drafts(programme: Programme, besides: int | None) -> frozenset[int]:
    query = (
        select(DecisionLine.award_id)
        .join(Decision, Decision.id == DecisionLine.decision_id)
        .where(Decision.programme_id == programme.id, Decision.state == "draft", Decision.id != (besides or 0))
    )
    return frozenset(db.session.scalars(query))


def _first_signed(programme: Programme) -> Decision | None:
    query = select(Decision).where(
        Decision.programme_id == programme.id, Decision.kind == "award", Decision.state.in_(SIGNED)
    )
    return db.session.scalar(query.order_by(Decision.id).limit(1))


def _texts(kind: str, basis: str, reason: str) -> tuple[str, str]:
    basis, reason = clean_lines(basis), clean_lines(reason)
    if not basis:
        raise RuleBroken(_("Xin ghi căn cứ, mỗi căn cứ một dòng."), field="basis")
    if kind == "withdrawal" and not reason:
        raise RuleBroken(_("Xin ghi lý do thu hồi; lý do in trong quyết định."), field="reason")
    for field, text in (("basis", basis), ("reason", reason)):
        if len(text) > LONGEST:
            raise RuleBroken(_("Xin viết ngắn hơn %(most)s chữ.", most=LONGEST), field=field)
    return basis, reason


def _lock(decision: Decision) -> None:
    chains.lock(decision.unit_id)
    db.session.refresh(decision)
