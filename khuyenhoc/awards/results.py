"""Kết quả xét: what became of each nomination that a committee has met about, and why it stands there.

A meeting leaves one line for each; what was decided, published, paid or taken back since then is read beside it.
Whether somebody may see a programme's results is asked of ``sight``.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import aliased, lazyload, selectinload

from khuyenhoc.awards import decisions, nomination_list
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.boards import WHYS
from khuyenhoc.awards.committee_tables import Meeting, Result
from khuyenhoc.awards.decision_tables import SIGNED, Complaint, Decision, DecisionLine
from khuyenhoc.awards.programme_tables import Programme
from khuyenhoc.core.database import db
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.core.values import dataclass
from khuyenhoc.history.events import Event
from khuyenhoc.org.units import names_on
from khuyenhoc.recipients.recipient_tables import Recipient
from khuyenhoc.web.filters import day
from khuyenhoc.web.lists import Order

STANDINGS: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "de-nghi": (_l("Chờ quyết định"), ("recommended",)),
    "quyet-dinh": (_l("Đã quyết định"), ("decided",)),
    "cong-bo": (_l("Đang công bố"), ("published",)),
    "da-trao": (_l("Đã trao"), ("paid", "handed_over", "settled")),
    "du-bi": (_l("Chờ bổ sung"), ("in_review",)),
    "khong-chon": (_l("Không được chọn"), ("rejected",)),
    "thoi": (_l("Rút, thu hồi, không nhận"), ("withdrawn", "cancelled", "unclaimed")),
}
"""How a nomination stands after its meeting, as one filters by it → the words on screen, the states that it covers."""

STANDING = {state: key for key, (_words, states) in STANDINGS.items() for state in states}
COLUMNS = (Award, Result.position, Result.score, Result.outcome, Result.reason)
TOLD = ("award.withdrawn", "award.unclaimed", "award.rejected")
"""Deeds whose reason says why a nomination ended."""

ORDERS = (
    Order("hang", _l("Hạng"), Result.position, int, descending=False),
    Order("ten", _l("Họ và tên"), Recipient.sort_key, str, descending=False),
    Order("so", _l("Hồ sơ"), Award.number, int, descending=False),
)


@dataclass(frozen=True)
class Row:
    """One nomination: its place and score in the meeting (hundredths), how it stands now, and why."""

    award: Award
    place: int
    score: int | None
    standing: str
    why: str
    unit_name: str


@dataclass(frozen=True)
class LevelCount:
    """How many nominations of one level stand where: standing → number."""

    label: str
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """Everybody of this level that a meeting had before it."""
        return sum(self.counts.values())


def programmes_met(unit_ids: Iterable[int]) -> Sequence[Programme]:
    """The programmes of these units with a meeting that has ended, the latest meeting first."""
    latest = func.max(Meeting.held_on)
    query = select(Programme).join(Meeting, Meeting.programme_id == Programme.id)
    query = query.where(Programme.unit_id.in_(sorted(unit_ids)), Meeting.state == "closed")
    return db.session.scalars(query.group_by(Programme.id).order_by(latest.desc(), Programme.id.desc())).all()


def narrowed(statement: Select[Any], programme: Programme, wanted: Mapping[str, Any]) -> Select[Any]:
    """A statement over ``COLUMNS``: those that a meeting of the programme had before it, narrowed as asked."""
    statement = statement.join(Result, _last_line(programme))
    if "ket_qua" in wanted:
        statement = statement.where(Award.state.in_(STANDINGS[wanted["ket_qua"]][1]))
    asked = {name: value for name, value in wanted.items() if name in ("q", "muc")}
    return nomination_list.narrowed(statement, asked).options(lazyload(Award.shares), lazyload(Award.evidence))


def levels_of(statement: Select[Any], programme: Programme) -> list[LevelCount]:
    """Of a statement over awards: level by level, in the programme's order, how many stand where."""
    statement = statement.join(Result, _last_line(programme)).group_by(Award.level_id, Award.state)
    found: dict[int, dict[str, int]] = {}
    counted = statement.with_only_columns(Award.level_id, Award.state, func.count())
    for level_id, state, number in db.session.execute(counted):
        found.setdefault(level_id, dict.fromkeys(STANDINGS, 0))[STANDING[state]] += number
    return [LevelCount(level.label, found[level.id]) for level in programme.levels if level.id in found]


def rows_of(lines: Sequence[Any]) -> list[Row]:
    """The lines over ``COLUMNS`` as they are read, in their order."""
    awards = [line.Award for line in lines]
    ids = [award.id for award in awards]
    taken_up = _decisions({award.decision_id for award in awards if award.decision_id is not None})
    taken_back = _withdrawals([award.id for award in awards if award.state == "cancelled"])
    told = _told([award.id for award in awards if award.state in ("withdrawn", "unclaimed", "rejected")])
    objected = _objected(ids)
    names = names_on({award.nominating_unit_id for award in awards})
    found = []
    for line in lines:
        award: Award = line.Award
        why = [
            *_of_meeting(award, line.outcome, line.reason),
            *_of_decision(award, taken_up.get(award.decision_id or 0)),
            *([_("Có ý kiến về hồ sơ này chưa được trả lời.")] if award.id in objected else []),
            *([taken_back[award.id]] if award.id in taken_back else []),
            *([told[award.id]] if told.get(award.id) else []),
        ]
        unit_name = names.get(award.nominating_unit_id, "")
        found.append(Row(award, line.position, line.score, STANDING[award.state], " ".join(why), unit_name))
    return found


def _last_line(programme: Programme) -> ColumnElement[bool]:
    """An award's line in the last meeting that had it: one that was in reserve may have come before a second."""
    line = aliased(Result)
    last = select(func.max(line.meeting_id)).join(Meeting, Meeting.id == line.meeting_id)
    last = last.where(line.award_id == Award.id, Meeting.programme_id == programme.id, Meeting.state == "closed")
    return and_(Result.award_id == Award.id, Result.meeting_id == last.correlate(Award).scalar_subquery())


def _of_meeting(award: Award, outcome: str, reason: str) -> list[str]:
    """Why the meeting did not put it forward; nothing where it did."""
    if outcome == "recommended":
        return [_("Hội đồng đề nghị trao.")] if award.state == "recommended" else []
    return [f"{WHYS[reason]}."] if str(WHYS[reason]) else []


def _of_decision(award: Award, decision: Decision | None) -> list[str]:
    """By which decision, and until when it hangs out."""
    if decision is None or decision.decided_on is None:
        return []
    number, signed = decisions.printed_number(decision), day(decision.decided_on)
    said = [_("Quyết định %(number)s ngày %(day)s.", number=number, day=signed)]
    if award.state == "published" and decision.state == "published" and decision.published_until is not None:
        said.append(_("Công bố đến hết ngày %(day)s.", day=day(decision.published_until)))
    return said


def _decisions(ids: Iterable[int]) -> Mapping[int, Decision]:
    query = select(Decision).where(Decision.id.in_(sorted(ids))).options(selectinload(Decision.document))
    return {decision.id: decision for decision in db.session.scalars(query)}


def _withdrawals(award_ids: Sequence[int]) -> Mapping[int, str]:
    """Award id → by which decision it was taken back, and why."""
    found = {}
    query = select(DecisionLine.award_id, Decision).join(Decision, Decision.id == DecisionLine.decision_id)
    query = query.where(Decision.kind == "withdrawal", Decision.state.in_(SIGNED))
    for some in _portions(award_ids):
        for award_id, decision in db.session.execute(query.where(DecisionLine.award_id.in_(some))):
            number = decisions.printed_number(decision)
            found[award_id] = _("Thu hồi theo quyết định %(number)s: %(why)s", number=number, why=decision.reason)
    return found


def _told(award_ids: Sequence[int]) -> Mapping[int, str]:
    """Award id → the reason that whoever ended it wrote down."""
    found = {}
    query = select(Event.subject_id, Event.reason).where(Event.subject_table == "awards", Event.action.in_(TOLD))
    for some in _portions(award_ids):
        for award_id, reason in db.session.execute(query.where(Event.subject_id.in_(some)).order_by(Event.number)):
            found[award_id] = f"{reason.rstrip('.')}." if reason else ""
    return found


def _objected(award_ids: Sequence[int]) -> frozenset[int]:
    found: set[int] = set()
    for some in _portions(award_ids):
        query = select(Complaint.award_id).where(Complaint.state == "open", Complaint.award_id.in_(some))
        found |= set(db.session.scalars(query))
    return frozenset(found)


def _portions(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + decisions.AT_ONCE] for start in range(0, len(ids), decisions.AT_ONCE))
