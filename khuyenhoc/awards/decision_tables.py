"""Decisions: numbered documents that take up what a meeting recommended, and complaints about what was published."""

import datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.programme_tables import Level, Programme
from khuyenhoc.core.database import Base, BigInt
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.history.seal import part_of, sealed
from khuyenhoc.ledger.document_tables import Document

KINDS = {
    "award": _l("Quyết định trao"),
    "supplementary": _l("Quyết định bổ sung"),
    "withdrawal": _l("Quyết định thu hồi"),
}

STATES = {
    "draft": _l("Bản nháp"),
    "decided": _l("Đã ký"),
    "published": _l("Đang công bố"),
    "final": _l("Hết hạn công bố"),
    "dropped": _l("Đã bỏ"),
}
"""A draft that waits for its signature is a draft: what waits is its request among the approvals."""

STEPS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "change": (("draft",), "draft", "decision.draft"),
    "drop": (("draft",), "dropped", "decision.draft"),
    "sign": (("draft",), "decided", "decision.sign"),
    "publish": (("decided",), "published", "decision.publish"),
    "finish": (("published",), "final", "decision.publish"),
}
"""Step → from which states, to which, and the permission of whoever takes it. Signing goes through the approvals."""

SIGNED = ("decided", "published", "final")


@sealed
class Decision(Base):
    """One decision. Its number (series QĐ) is its document's, taken at signing; ``document_id`` posts the promises.

    ``of_id`` is the decision that a supplementary one adds to, or a withdrawal takes from. ``amount`` (đồng) and
    ``count`` are what the annex adds up to.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        CheckConstraint("kind IN ('award', 'supplementary', 'withdrawal')", name="kind"),
        CheckConstraint("state IN ('draft', 'decided', 'published', 'final', 'dropped')", name="state"),
        CheckConstraint("amount > 0 AND count > 0", name="not_empty"),
        CheckConstraint("kind = 'award' OR of_id IS NOT NULL", name="of_id"),
        UniqueConstraint("unit_id", "idempotency_key"),
        CheckConstraint("published_until IS NULL OR published_until >= published_from", name="order"),
        CheckConstraint("(state IN ('decided', 'published', 'final')) = (document_id IS NOT NULL)", name="document_id"),
        Index("ix_decisions_list", "unit_id", "state", "id"),
        Index("ix_decisions_unit", "unit_id", "id"),
        Index("ix_decisions_amount", "unit_id", "amount", "id"),
        Index("ix_decisions_of", "of_id"),
        Index("ix_decisions_document", "document_id"),
        Index("ix_decisions_programme", "programme_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id"))
    of_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"))
    kind: Mapped[str] = mapped_column(String(13))
    state: Mapped[str] = mapped_column(String(9))
    amount: Mapped[int] = mapped_column(BigInteger)
    count: Mapped[int] = mapped_column(Integer)
    basis: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    drafted_by: Mapped[int] = mapped_column(BigInteger)
    drafted_by_name: Mapped[str] = mapped_column(String(120))
    drafted_at: Mapped[str] = mapped_column(String(27))
    signed_by: Mapped[int | None] = mapped_column(BigInteger)
    signed_by_name: Mapped[str | None] = mapped_column(String(120))
    decided_on: Mapped[datetime.date | None] = mapped_column(Date)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    published_from: Mapped[datetime.date | None] = mapped_column(Date)
    published_until: Mapped[datetime.date | None] = mapped_column(Date)
    idempotency_key: Mapped[str] = mapped_column(String(64))
    request_digest: Mapped[str] = mapped_column(String(64))

    programme: Mapped[Programme] = relationship()
    document: Mapped[Document | None] = relationship()
    lines: Mapped[list["DecisionLine"]] = relationship(order_by="DecisionLine.position", cascade="all, delete-orphan")


@part_of(Decision, "decision_id")
class DecisionLine(Base):
    """One line of the annex: whom, and what it is worth in đồng."""

    __tablename__ = "decision_lines"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"), Index("ix_decision_lines_award", "award_id"))
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    award_id: Mapped[int] = mapped_column(ForeignKey("awards.id"))
    level_id: Mapped[int] = mapped_column(ForeignKey("programme_levels.id"))
    amount: Mapped[int] = mapped_column(BigInteger)

    award: Mapped[Award] = relationship()
    level: Mapped[Level] = relationship()


COMPLAINT_STATES = {"open": _l("Chưa trả lời"), "upheld": _l("Đúng"), "dismissed": _l("Không đúng")}


@sealed
class Complaint(Base):
    """Somebody objects to one published award; while it is open, that award waits and no other."""

    __tablename__ = "complaints"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'upheld', 'dismissed')", name="state"),
        CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered_at"),
        UniqueConstraint("unit_id", "idempotency_key"),
        Index("ix_complaints_award", "award_id", "state"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger)
    award_id: Mapped[int] = mapped_column(ForeignKey("awards.id"))
    who: Mapped[str] = mapped_column(String(150))
    grounds: Mapped[str] = mapped_column(Text)
    received_on: Mapped[datetime.date] = mapped_column(Date)
    answer_by: Mapped[datetime.date] = mapped_column(Date)
    recorded_by: Mapped[int] = mapped_column(BigInteger)
    recorded_by_name: Mapped[str] = mapped_column(String(120))
    idempotency_key: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(9))
    answer: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[str | None] = mapped_column(String(27))
    answered_by_name: Mapped[str | None] = mapped_column(String(120))

    award: Mapped[Award] = relationship()
