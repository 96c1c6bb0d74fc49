"""Documents: one table for every numbered paper that moves money or goods, one for its lines.

A line says what happened on one balance-sheet account of one campaign (+ in, − out) and under which
heading of the reconciliation it counts; heading and account together give the postings, so documents
and ledger can prove each other line by line.
"""

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

from khuyenhoc.core.database import Base, BigInt, only_where
from khuyenhoc.history.seal import part_of, sealed
from khuyenhoc.ledger.accounts import SPENDING

COUNTER = {
    "opening": "opening",
    "received": "gifts_money",  # gifts_kind where the line carries an item
    "other_income": "other_income",
    "refunded": "refunds",
    "transfers_in": "transfers_in",
    "transfers_out": "transfers_out",
    **{kind: kind for kind in SPENDING},
    "moved": None,
    "bought": None,
    "committed": "commitments_contra",
    "reserved": "reservations_contra",
}
"""Heading → the kind of account on the other side. ``None``: the document's own lines are each other's other side."""

SERIES = {
    "gift": ("PT", "NH", "HV"),
    "opening": ("SD",),
    "other_income": ("TK",),
    "bank_fee": ("UN",),
    "running_cost": ("PC", "UN"),
    "cash_to_bank": ("CT",),
    "bank_to_cash": ("CT",),
    "transfer": ("CT",),
    "cash_difference": ("KQ",),
    "purchase": ("PC", "UN"),
    "commitment": ("QĐ",),
    "payment": ("PC", "UN"),
    "handover": ("XK",),
    "hold": ("TG",),
    "refund": ("PC", "UN"),
    "write_off": ("XK",),
}
"""Kind of document → the series its numbers may come from (design section 4; SD, TK and TG in docs/decisions)."""


@sealed
class Document(Base):
    """One document. Posted exactly once (``entry_number``); a number once taken stays, void or not."""

    __tablename__ = "documents"
    __table_args__ = (
        UniqueConstraint("unit_id", "series", "year", "number"),
        UniqueConstraint("unit_id", "idempotency_key"),
        CheckConstraint("state IN ('recorded', 'acknowledged', 'voided')", name="state"),
        CheckConstraint("(state = 'voided') = (voided_by_entry IS NOT NULL)", name="voided_by_entry"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("amount >= 0", name="amount"),
        Index("ix_documents_list", "unit_id", "kind", "date", "id"),
        Index("ix_documents_state", "unit_id", "kind", "series", "state", "date", "id", "amount"),
        Index("ix_documents_recorder", "unit_id", "kind", "created_by", "series", "state", "date", "id", "amount"),
        Index("ix_documents_amount", "unit_id", "kind", "amount", "id"),
        Index(
            "ix_documents_replaces",
            "replaces_id",
            info=only_where("replaces_id IS NOT NULL"),
        ),
        Index("ix_documents_label", "series", "year", "number"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(24))
    series: Mapped[str] = mapped_column(String(4))
    year: Mapped[int] = mapped_column(Integer)
    number: Mapped[int] = mapped_column(Integer)
    date: Mapped[datetime.date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(16))
    memo: Mapped[str] = mapped_column(Text)
    amount: Mapped[int] = mapped_column(BigInteger)
    entry_number: Mapped[int] = mapped_column(Integer)
    idempotency_key: Mapped[str] = mapped_column(String(64))
    request_digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[str] = mapped_column(String(27))
    created_by: Mapped[int] = mapped_column(BigInteger)
    created_by_name: Mapped[str] = mapped_column(String(120))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    acknowledged_at: Mapped[str | None] = mapped_column(String(27))
    voided_at: Mapped[str | None] = mapped_column(String(27))
    voided_by_entry: Mapped[int | None] = mapped_column(Integer)
    voided_because: Mapped[str | None] = mapped_column(Text)

    lines: Mapped[list["DocumentLine"]] = relationship(order_by="DocumentLine.position", lazy="selectin", viewonly=True)

    @property
    def label(self) -> str:
        """The whole number as printed: ``PT-2026-0013``."""
        return f"{self.series}-{self.year}-{self.number:04d}"

    @property
    def is_void(self) -> bool:
        """Whether its mirror entry stands in the books."""
        return self.state == "voided"


@part_of(Document, "document_id")
class DocumentLine(Base):
    """What a document did to one account of one campaign, in đồng and pieces, + in and − out."""

    __tablename__ = "document_lines"
    __table_args__ = (
        CheckConstraint("(item_id IS NULL) = (quantity = 0)", name="quantity_of_item"),
        Index("ix_document_lines_campaign", "campaign_id", "document_id"),
        Index(
            "ix_document_lines_item",
            "item_id",
            "campaign_id",
            "document_id",
            info=only_where("item_id IS NOT NULL"),
        ),
    )
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    heading: Mapped[str] = mapped_column(String(24))
    amount: Mapped[int] = mapped_column(BigInteger)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("items.id"))
    quantity: Mapped[int] = mapped_column(BigInteger)


class DocumentTotal(Base):
    """The kept total of the live documents' lines, per campaign, heading, account and item (0: none)."""

    __tablename__ = "document_totals"
    campaign_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    heading: Mapped[str] = mapped_column(String(24), primary_key=True)
    account_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    item_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    amount: Mapped[int] = mapped_column(BigInteger)
    quantity: Mapped[int] = mapped_column(BigInteger)
    lines: Mapped[int] = mapped_column(BigInteger)
