"""Entries and postings: the books. Written once, by ``ledger.documents``, and never changed.

Postings are written before the entry that seals them; the database checks them when the entry
arrives (see migrations/guards) and keeps the balances in the same transaction.
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
from sqlalchemy.orm import Mapped, mapped_column

from khuyenhoc.core.database import Base, BigInt, only_where

LIMIT = 10**15
"""No single amount is above this many đồng (design section 3)."""


class Entry(Base):
    """One entry in one unit's books. ``number`` counts 1, 2, 3 … per unit; ``hash`` covers all of it."""

    __tablename__ = "entries"
    __table_args__ = (
        UniqueConstraint("unit_id", "idempotency_key"),
        UniqueConstraint("unit_id", "reversal_of"),
        Index(
            "uq_entries_one_per_document",
            "source_kind",
            "source_id",
            unique=True,
            info=only_where("reversal_of IS NULL"),
        ),
        ForeignKeyConstraint(["unit_id", "reversal_of"], ["entries.unit_id", "entries.number"]),
        CheckConstraint("number > 0", name="number"),
        Index("ix_entries_unit_date", "unit_id", "date", "number"),
    )
    unit_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    date: Mapped[datetime.date] = mapped_column(Date)
    kind: Mapped[str] = mapped_column(String(24))
    memo: Mapped[str] = mapped_column(Text)
    source_kind: Mapped[str] = mapped_column(String(24))
    source_id: Mapped[int] = mapped_column(BigInteger)
    actor_id: Mapped[int] = mapped_column(BigInteger)
    actor_name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[str] = mapped_column(String(27))
    idempotency_key: Mapped[str] = mapped_column(String(64))
    reversal_of: Mapped[int | None] = mapped_column(Integer)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class Posting(Base):
    """One line of an entry: + debit, − credit, in đồng; pieces only where an item stands."""

    __tablename__ = "postings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["unit_id", "entry_number"], ["entries.unit_id", "entries.number"], deferrable=True, initially="DEFERRED"
        ),
        CheckConstraint(f"amount BETWEEN -{LIMIT} AND {LIMIT}", name="amount"),
        CheckConstraint("(item_id IS NULL) = (quantity = 0)", name="quantity_of_item"),
        CheckConstraint("amount <> 0 OR quantity <> 0", name="not_empty"),
        Index("ix_postings_campaign", "campaign_id", "account_id"),
    )
    unit_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    entry_number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    line: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    amount: Mapped[int] = mapped_column(BigInteger)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("items.id"))
    quantity: Mapped[int] = mapped_column(BigInteger)


class Balance(Base):
    """What stands on an account for a campaign (and item; 0: none) now. Kept by the database with each entry."""

    __tablename__ = "balances"
    __table_args__ = (
        CheckConstraint("guard = 0 OR (guard * amount >= 0 AND guard * quantity >= 0)", name="never_below_zero"),
    )
    campaign_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    item_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    guard: Mapped[int] = mapped_column(Integer)
    amount: Mapped[int] = mapped_column(BigInteger)
    quantity: Mapped[int] = mapped_column(BigInteger)


class DayBalance(Base):
    """What stood at the end of a day on which something moved. A back-dated entry moves every later day too."""

    __tablename__ = "day_balances"
    __table_args__ = (
        CheckConstraint("guard = 0 OR (guard * amount >= 0 AND guard * quantity >= 0)", name="never_below_zero"),
    )
    campaign_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    item_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    day: Mapped[datetime.date] = mapped_column(Date, primary_key=True)
    guard: Mapped[int] = mapped_column(Integer)
    amount: Mapped[int] = mapped_column(BigInteger)
    quantity: Mapped[int] = mapped_column(BigInteger)
