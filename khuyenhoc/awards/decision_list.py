"""The list of decisions, the awards of one of them, and what waits to be decided, published or answered."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.approvals.requests import waiting_among
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.decision_approvals import KIND, SUBJECT
from khuyenhoc.awards.decision_tables import Complaint, Decision, DecisionLine
from khuyenhoc.awards.programme_tables import Level, Programme
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.names import fold
from khuyenhoc.core.values import dataclass
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.recipients.recipient_tables import Recipient, School

WAITING = "waiting"
"""What one may filter by beside the states: asked for, not signed yet."""


def decisions(unit_ids: Iterable[int], asked: Mapping[str, Any]) -> Select[Any]:
    """The decisions of these units as the filter asks for them."""
    query = select(Decision).where(Decision.unit_id.in_(sorted(unit_ids)))
    if "loai" in asked:
        query = query.where(Decision.kind == asked["loai"])
    if asked.get("trang_thai") == WAITING:
        query = query.where(Decision.state == "draft", _is_waiting())
    elif "trang_thai" in asked:
        query = query.where(Decision.state == asked["trang_thai"])
    if "tu" in asked:
        query = query.where(Decision.decided_on >= asked["tu"])
    if "den" in asked:
        query = query.where(Decision.decided_on <= asked["den"])
    if "q" in asked:
        query = query.where(_about(asked["q"]))
    return query


def waiting(rows: Sequence[Decision]) -> frozenset[int]:
    """Which of these drafts wait for their signature."""
    return waiting_among(SUBJECT, [row.id for row in rows]) if rows else frozenset()


def annex(decision: Decision, asked: Mapping[str, Any]) -> Any:
    """The awards of a decision with their names, as the filter asks for them."""
    query = (
        select(DecisionLine, Award, Recipient.full_name, Recipient.class_name, School.name.label("school"), Level.label)
        .join(Award, Award.id == DecisionLine.award_id)
        .join(Level, Level.id == DecisionLine.level_id)
        .join(Recipient, Recipient.id == Award.recipient_id)
        .outerjoin(School, School.id == Recipient.school_id)
        .where(DecisionLine.decision_id == decision.id)
    )
    if "trang_thai" in asked:
        query = query.where(Award.state == asked["trang_thai"])
    if "q" in asked:
        query = query.where(or_(Recipient.folded.contains(fold(asked["q"]), autoescape=True), _coded(asked["q"])))
    return query


@dataclass(frozen=True)
class Ready:
    """A programme with awards that wait for a decision."""

    programme: Programme
    count: int


def ready(unit_ids: Iterable[int]) -> list[Ready]:
    """Where recommended awards wait for a decision, those in a draft not counted."""
    drafted = (
        select(DecisionLine.award_id)
        .join(Decision, Decision.id == DecisionLine.decision_id)
        .where(Decision.state == "draft")
    )
    query = (
        select(Programme, func.count(Award.id))
        .join(Award, Award.programme_id == Programme.id)
        .where(Programme.unit_id.in_(sorted(unit_ids)), Award.state == "recommended", Award.id.not_in(drafted))
        .group_by(Programme.id)
        .order_by(Programme.id)
    )
    return [Ready(programme, int(count)) for programme, count in db.session.execute(query)]


def to_publish(unit_ids: Iterable[int]) -> Sequence[Decision]:
    """Signed decisions that nobody has hung out yet, and published ones whose days are over."""
    mine = Decision.unit_id.in_(sorted(unit_ids))
    signed = (Decision.state == "decided") & (Decision.kind != "withdrawal")
    over = (Decision.state == "published") & (Decision.published_until < clock.today())
    return db.session.scalars(select(Decision).where(mine, signed | over).order_by(Decision.id)).all()


def unanswered(unit_ids: Iterable[int]) -> Sequence[Complaint]:
    """Complaints that wait for an answer, the most pressing first."""
    query = select(Complaint).where(Complaint.unit_id.in_(sorted(unit_ids)), Complaint.state == "open")
    return db.session.scalars(query.order_by(Complaint.answer_by, Complaint.id)).all()


def _is_waiting() -> ColumnElement[bool]:
    return (
        select(Request.id)
        .where(Request.kind == KIND, Request.subject_kind == SUBJECT, Request.subject_id == Decision.id)
        .where(Request.state == "waiting")
        .exists()
    )


def _about(typed: str) -> ColumnElement[bool]:
    """A printed number (``03/QĐ-HKH``), a label (``QĐ-2026-0003``), a number alone, or part of a programme's name."""
    named = select(Programme.id).where(
        or_(Programme.name.icontains(typed, autoescape=True), Programme.code == typed.strip().upper())
    )
    number = typed.strip().partition("/")[0].rpartition("-")[2]
    found: ColumnElement[bool] = Decision.programme_id.in_(named)
    if number.isascii() and number.isdigit() and len(number) <= 9:
        numbered = select(Document.id).where(Document.series == "QĐ", Document.number == int(number))
        found = or_(found, Decision.document_id.in_(numbered))
    return found


def _coded(typed: str) -> ColumnElement[bool]:
    number = typed.strip().rpartition("-")[2]
    fits = number.isascii() and number.isdigit() and len(number) <= 9
    return Award.number == (int(number) if fits else 0)
