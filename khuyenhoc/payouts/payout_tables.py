"""Payouts: one list from one decision, paid in cash, by the bank, or handed over as goods, and each line's outcome."""

import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from khuyenhoc.awards.award_tables import Award
from khuyenhoc.core.database import Base, BigInt, only_where
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.history.seal import sealed

METHODS = {"cash": _l("Tiền mặt"), "bank": _l("Chuyển khoản"), "goods": _l("Hiện vật")}

STATES = {
    "prepared": _l("Chờ duyệt"),
    "approved": _l("Đã duyệt"),
    "paid": _l("Đã chi"),
    "handed_over": _l("Đã trao"),
    "settled": _l("Đã quyết toán"),
    "cancelled": _l("Đã hủy"),
}

OUTCOMES = {
    "waiting": _l("Chưa nhận"),
    "received": _l("Đã nhận"),
    "absent": _l("Vắng mặt"),
    "returned": _l("Trả về chiến dịch"),
}
AWAY = _l("Vắng mặt, tiền chưa về két")


@sealed
class Payout(Base):
    """One list. ``fingerprint`` covers names and amounts as printed: another amount is another list."""

    __tablename__ = "payouts"
    __table_args__ = (
        CheckConstraint("method IN ('cash', 'bank', 'goods')", name="method"),
        CheckConstraint(
            "state IN ('prepared', 'approved', 'paid', 'handed_over', 'settled', 'cancelled')", name="state"
        ),
        CheckConstraint("(method = 'goods') = (account_id IS NULL)", name="account_id"),
        UniqueConstraint("unit_id", "idempotency_key"),
        Index("ix_payouts_list", "unit_id", "state", "id"),
        Index("ix_payouts_decision", "decision_id"),
        Index("ix_payouts_document", "document_id"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    method: Mapped[str] = mapped_column(String(5))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    state: Mapped[str] = mapped_column(String(11))
    amount: Mapped[int] = mapped_column(BigInteger)
    planned_on: Mapped[datetime.date] = mapped_column(Date)
    place: Mapped[str] = mapped_column(String(150))
    note: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(String(64))
    prepared_by: Mapped[int] = mapped_column(BigInteger)
    prepared_by_name: Mapped[str] = mapped_column(String(120))
    prepared_at: Mapped[str] = mapped_column(String(27))
    approved_by: Mapped[int | None] = mapped_column(BigInteger)
    approved_by_name: Mapped[str | None] = mapped_column(String(120))
    paid_by: Mapped[int | None] = mapped_column(BigInteger)
    paid_by_name: Mapped[str | None] = mapped_column(String(120))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    settled_at: Mapped[str | None] = mapped_column(String(27))
    idempotency_key: Mapped[str] = mapped_column(String(64))

    lines: Mapped[list["PayoutLine"]] = relationship(order_by="PayoutLine.position", viewonly=True)


@sealed
class PayoutLine(Base):
    """One award on a list, and what became of it: who received it, who witnessed, or that it was not claimed."""

    __tablename__ = "payout_lines"
    __table_args__ = (
        CheckConstraint("outcome IN ('waiting', 'received', 'absent', 'returned')", name="outcome"),
        CheckConstraint("(outcome = 'received') = (received_at IS NOT NULL)", name="received_at"),
        UniqueConstraint("payout_id", "position"),
        Index(
            "uq_payout_lines_one_live",
            "award_id",
            unique=True,
            info=only_where("live"),
        ),
        Index("ix_payout_lines_payout", "payout_id", "outcome"),
        Index("ix_payout_lines_document", "document_id"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    payout_id: Mapped[int] = mapped_column(ForeignKey("payouts.id"))
    award_id: Mapped[int] = mapped_column(ForeignKey("awards.id"))
    position: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(150))
    amount: Mapped[int] = mapped_column(BigInteger)
    live: Mapped[bool] = mapped_column()
    outcome: Mapped[str] = mapped_column(String(8))
    received_by: Mapped[str] = mapped_column(String(150))
    relation: Mapped[str] = mapped_column(String(40))
    witness_id: Mapped[int | None] = mapped_column(BigInteger)
    witness_name: Mapped[str] = mapped_column(String(150))
    recorded_by: Mapped[int | None] = mapped_column(BigInteger)
    recorded_by_name: Mapped[str] = mapped_column(String(120))
    received_at: Mapped[str | None] = mapped_column(String(27))
    second_date: Mapped[datetime.date | None] = mapped_column(Date)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))

    award: Mapped[Award] = relationship()

    @property
    def is_away(self) -> bool:
        """Whether it was noted that the recipient did not come, and whoever keeps the box has not got the cash back."""
        return self.outcome == "waiting" and self.recorded_by is not None

    @property
    def result(self) -> str:
        """What became of it, in words."""
        return str(AWAY if self.is_away else OUTCOMES[self.outcome])
