"""Goods: what is bought, of which lots pieces are taken, and bicycles by their frame numbers.

A lot is a document's line that brought pieces into stock (a gift in kind, a purchase, an opening): its
value is frozen there. Which lot a piece was taken from stands in ``lot_takes``.
"""

import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from khuyenhoc.core.database import Base, BigInt
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.history.seal import part_of, sealed
from khuyenhoc.ledger.document_tables import Document

STATES = {
    "asked": _l("Chờ duyệt"),
    "approved": _l("Đã duyệt"),
    "received": _l("Đã nhận hàng"),
    "paid": _l("Đã chi"),
    "cancelled": _l("Đã hủy"),
}


@part_of(Document, "document_id")
class LotTake(Base):
    """A document took ``quantity`` pieces, worth ``amount`` đồng, from one lot."""

    __tablename__ = "lot_takes"
    __table_args__ = (
        ForeignKeyConstraint(
            ["lot_document_id", "lot_position"], ["document_lines.document_id", "document_lines.position"]
        ),
        CheckConstraint("quantity > 0 AND amount >= 0", name="positive"),
        Index("ix_lot_takes_lot", "lot_document_id", "lot_position"),
    )
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    lot_document_id: Mapped[int] = mapped_column(BigInteger)
    lot_position: Mapped[int] = mapped_column(Integer)
    quantity: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(BigInteger)


@sealed
class Serial(Base):
    """One piece that can be told from the others: a bicycle by its frame number.

    It lies in the lot named, until the document named by ``handover_id`` (a handover, a write-off) took it
    out; ``award_id`` is the award that it is meant for, or was handed over to.
    """

    __tablename__ = "serials"
    __table_args__ = (
        UniqueConstraint("item_id", "serial"),
        CheckConstraint("serial <> ''", name="serial"),
        Index("ix_serials_lot", "lot_document_id", "lot_position"),
        Index("ix_serials_award", "award_id"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    serial: Mapped[str] = mapped_column(String(40))
    lot_document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    lot_position: Mapped[int] = mapped_column(Integer)
    award_id: Mapped[int | None] = mapped_column(BigInteger)
    handover_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))


@sealed
class Purchase(Base):
    """Goods asked for, approved, received and paid for: four steps, posted in the last one.

    ``payee_code``: the supplier's tax code or account number, where it is known. ``asked_at``: when it was asked for,
    or last mended and asked for anew; in that month it counts.
    """

    __tablename__ = "purchases"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'approved', 'received', 'paid', 'cancelled')", name="state"),
        CheckConstraint("(state = 'paid') = (document_id IS NOT NULL)", name="document_id"),
        CheckConstraint("amount > 0", name="amount"),
        UniqueConstraint("unit_id", "idempotency_key"),
        Index("ix_purchases_list", "unit_id", "state", "id"),
        Index("ix_purchases_sum", "campaign_id", "asked_at"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    decision_id: Mapped[int | None] = mapped_column(BigInteger)
    supplier: Mapped[str] = mapped_column(String(150))
    supplier_address: Mapped[str] = mapped_column(String(200))
    payee_code: Mapped[str | None] = mapped_column(String(24))
    reason: Mapped[str] = mapped_column(Text)
    amount: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(9))
    asked_by: Mapped[int] = mapped_column(BigInteger)
    asked_by_name: Mapped[str] = mapped_column(String(120))
    asked_at: Mapped[str] = mapped_column(String(27))
    approved_by: Mapped[int | None] = mapped_column(BigInteger)
    approved_by_name: Mapped[str | None] = mapped_column(String(120))
    received_by: Mapped[int | None] = mapped_column(BigInteger)
    received_by_name: Mapped[str | None] = mapped_column(String(120))
    received_on: Mapped[datetime.date | None] = mapped_column(Date)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    idempotency_key: Mapped[str] = mapped_column(String(64))

    lines: Mapped[list["PurchaseLine"]] = relationship(
        order_by="PurchaseLine.position", lazy="selectin", cascade="all, delete-orphan"
    )


@part_of(Purchase, "purchase_id")
class PurchaseLine(Base):
    """So many pieces at so many đồng each; ``received`` is what was counted on arrival."""

    __tablename__ = "purchase_lines"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("unit_value > 0", name="unit_value"),
        CheckConstraint("received IS NULL OR received BETWEEN 0 AND quantity", name="received"),
    )
    purchase_id: Mapped[int] = mapped_column(ForeignKey("purchases.id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    quantity: Mapped[int] = mapped_column(BigInteger)
    unit_value: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int | None] = mapped_column(BigInteger)
