"""Decisions: numbered documents that take up what a meeting recommended, and complaints about what was published."""

import datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from khuyenhoc.core.database import Base, BigInt
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.history.seal import part_of, sealed

KINDS = {
    "award": _l("Quyết định trao"),
    "supplementary": _l("Quyết định bổ sung"),
    "withdrawal": _l("Quyết định thu hồi"),
}

STATES = {
    "draft": _l("Bản nháp"),
    "waiting": _l("Chờ ký"),
    "decided": _l("Đã ký"),
    "published": _l("Đang công bố"),
    "final": _l("Hết hạn công bố"),
    "dropped": _l("Đã bỏ"),
}


@sealed
class Decision(Base):
    """One decision. Its number (series QĐ) is its document's, taken at signing; ``document_id`` posts the promises."""

    __tablename__ = "decisions"
    __table_args__ = (
        CheckConstraint("kind IN ('award', 'supplementary', 'withdrawal')", name="kind"),
        CheckConstraint("state IN ('draft', 'waiting', 'decided', 'published', 'final', 'dropped')", name="state"),
        CheckConstraint("published_until IS NULL OR published_until >= published_from", name="order"),
        CheckConstraint("(state IN ('decided', 'published', 'final')) = (document_id IS NOT NULL)", name="document_id"),
        Index("ix_decisions_list", "unit_id", "state", "id"),
        Index("ix_decisions_programme", "programme_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id"))
    kind: Mapped[str] = mapped_column(String(13))
    state: Mapped[str] = mapped_column(String(9))
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


@sealed
class Complaint(Base):
    """Somebody objects to one published award; while it is open, that award waits and no other."""

    __tablename__ = "complaints"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'upheld', 'dismissed')", name="state"),
        CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered_at"),
        Index("ix_complaints_award", "award_id", "state"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger)
    award_id: Mapped[int] = mapped_column(ForeignKey("awards.id"))
    who: Mapped[str] = mapped_column(String(150))
    grounds: Mapped[str] = mapped_column(Text)
    received_on: Mapped[datetime.date] = mapped_column(Date)
    answer_by: Mapped[datetime.date] = mapped_column(Date)
    recorded_by_name: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(9))
    answer: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[str | None] = mapped_column(String(27))
    answered_by_name: Mapped[str | None] = mapped_column(String(120))
