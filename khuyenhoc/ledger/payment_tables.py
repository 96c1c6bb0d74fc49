"""Payment orders: money that somebody asks to be paid out, before it is a document: who to, what for, how far it is."""

import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from khuyenhoc.core.database import Base, BigInt, only_where
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.history.seal import sealed

STATES = {
    "prepared": _l("Chờ duyệt"),
    "approved": _l("Đã duyệt, chờ chi"),
    "paid": _l("Đã chi"),
    "voided": _l("Đã chi, đã hủy"),
    "cancelled": _l("Thôi không chi"),
}

STEPS = {
    "change": ("prepared", "prepared", "payment.prepare"),
    "approve": ("prepared", "approved", "another person whom the policy names"),
    "cancel": ("prepared, approved", "cancelled", "payment.prepare"),
    "pay": ("approved", "paid", "payment.pay"),
    "void": ("paid", "voided", "another person, through the void of its document"),
}
"""Step → from which states, to which, and who may take it."""

LIVE = ("prepared", "approved", "paid")
"""States of an order whose money counts towards the sums that policies look at."""


@sealed
class PaymentOrder(Base):
    """One order. It takes no number until it is paid; then its document (Phiếu chi PC, or UN by the bank) has one.

    ``payee_key`` says who is paid, however the name is spelled, ``payee_code`` by tax code or account number:
    thresholds look at the sum of one payee, campaign and month, that of ``prepared_on``: the day on which it was
    prepared or last mended. ``gift_id`` is the gift that a refund gives back.
    """

    __tablename__ = "payment_orders"
    __table_args__ = (
        CheckConstraint("state IN ('prepared', 'approved', 'paid', 'voided', 'cancelled')", name="state"),
        CheckConstraint("(state IN ('paid', 'voided')) = (document_id IS NOT NULL)", name="document_id"),
        CheckConstraint("(kind = 'refund') = (gift_id IS NOT NULL)", name="gift_id"),
        CheckConstraint("amount > 0", name="amount"),
        UniqueConstraint("unit_id", "idempotency_key"),
        Index("ix_payment_orders_unit", "unit_id", "id"),
        Index("ix_payment_orders_state", "unit_id", "state", "id"),
        Index("ix_payment_orders_amount", "unit_id", "amount", "id"),
        Index("ix_payment_orders_sum", "campaign_id", "prepared_on"),
        Index(
            "ix_payment_orders_gift",
            "gift_id",
            info=only_where("gift_id IS NOT NULL"),
        ),
        Index(
            "uq_payment_orders_document",
            "document_id",
            unique=True,
            info=only_where("document_id IS NOT NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(24))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    amount: Mapped[int] = mapped_column(BigInteger)
    payee: Mapped[str] = mapped_column(String(150))
    payee_key: Mapped[str] = mapped_column(String(160))
    payee_code: Mapped[str | None] = mapped_column(String(24))
    memo: Mapped[str] = mapped_column(Text)
    gift_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    state: Mapped[str] = mapped_column(String(9))
    prepared_on: Mapped[datetime.date] = mapped_column(Date)
    prepared_by: Mapped[int] = mapped_column(BigInteger)
    prepared_by_name: Mapped[str] = mapped_column(String(120))
    prepared_at: Mapped[str] = mapped_column(String(27))
    approved_by_name: Mapped[str | None] = mapped_column(Text)
    approved_at: Mapped[str | None] = mapped_column(String(27))
    paid_by: Mapped[int | None] = mapped_column(BigInteger)
    paid_by_name: Mapped[str | None] = mapped_column(String(120))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    idempotency_key: Mapped[str] = mapped_column(String(64))
