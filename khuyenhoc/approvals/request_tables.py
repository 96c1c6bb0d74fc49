"""Requests and the approvals given to them: two tables, sealed as one."""

import json
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from khuyenhoc.core.database import Base, BigInt, only_where
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.history.seal import part_of, sealed

STATES = {
    "waiting": _l("Chờ duyệt"),
    "approved": _l("Đã duyệt"),
    "returned": _l("Trả lại để sửa"),
    "withdrawn": _l("Đã rút"),
    "stale": _l("Không còn hiệu lực"),
}

STEPS = {
    "approve": ("waiting", "approved", "another person whom the policy names"),
    "return": ("waiting", "returned", "another person whom the policy names"),
    "withdraw": ("waiting", "withdrawn", "whoever asked"),
    "let_go": ("returned", "withdrawn", "whoever asked"),
    "lapse": ("waiting", "stale", "the feature whose subject went another way"),
}
"""Step → from which state, to which, and who may take it. Asking again is a new request."""

LONGEST_NAMES = 120


@sealed
class Request(Base):
    """Somebody asks that a deed be approved. ``fingerprint`` is what the approvals given must be bound to."""

    __tablename__ = "approval_requests"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'approved', 'returned', 'withdrawn', 'stale')", name="state"),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided_at"),
        CheckConstraint("amount >= 0", name="amount"),
        Index(
            "uq_approval_requests_one_live",
            "kind",
            "subject_kind",
            "subject_id",
            unique=True,
            info=only_where("state = 'waiting'"),
        ),
        Index("ix_approval_requests_subject", "subject_kind", "subject_id"),
        Index("ix_approval_requests_state", "state", "unit_id"),
        Index("ix_approval_requests_unit", "unit_id", "id"),
        Index("ix_approval_requests_asked_by", "asked_by", "state"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    unit_id: Mapped[int] = mapped_column(BigInteger)
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(BigInteger)
    asked_by: Mapped[int] = mapped_column(BigInteger)
    asked_by_name: Mapped[str] = mapped_column(String(120))
    asked_at: Mapped[str] = mapped_column(String(27))
    reason: Mapped[str] = mapped_column(Text)
    payload: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10))
    decided_at: Mapped[str | None] = mapped_column(String(27))

    approvals: Mapped[list["Approval"]] = relationship(
        order_by="Approval.position", lazy="selectin", cascade="save-update, merge"
    )

    @property
    def data(self) -> dict[str, Any]:
        """What the feature needs to carry the deed out."""
        found: dict[str, Any] = json.loads(self.payload) if self.payload else {}
        return found

    @property
    def is_waiting(self) -> bool:
        """Whether it still waits for an approval."""
        return self.state == "waiting"

    @property
    def given(self) -> list["Approval"]:
        """The approvals that count: those bound to what is asked now."""
        return [a for a in self.approvals if a.decision == "approved" and a.fingerprint == self.fingerprint]

    def approver_names(self, last: str) -> str:
        """Who gave the approvals that count, each once; ``last`` alone where all of them do not fit into a column."""
        names = ", ".join(dict.fromkeys(approval.user_name for approval in self.given))
        return names if len(names) <= LONGEST_NAMES else last

    @property
    def answer(self) -> "Approval | None":
        """The last thing that an approver said."""
        return self.approvals[-1] if self.approvals else None


@part_of(Request, "request_id")
class Approval(Base):
    """What one approver decided, on what they were shown."""

    __tablename__ = "approvals"
    __table_args__ = (
        CheckConstraint("decision IN ('approved', 'returned')", name="decision"),
        CheckConstraint("decision = 'approved' OR note <> ''", name="note"),
        UniqueConstraint("request_id", "user_id", "decision", "fingerprint"),
        Index("ix_approvals_user_id", "user_id", "request_id"),
    )
    request_id: Mapped[int] = mapped_column(ForeignKey("approval_requests.id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(BigInteger)
    user_name: Mapped[str] = mapped_column(String(120))
    decision: Mapped[str] = mapped_column(String(8))
    at: Mapped[str] = mapped_column(String(27))
    note: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(String(64))
