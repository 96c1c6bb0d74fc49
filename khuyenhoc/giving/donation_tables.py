"""A gift's own facts beside its document: who gave it, how it came, what it is bound to, for which campaigns."""

import datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from khuyenhoc.core.database import Base, BigInt, only_where
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.history.seal import part_of
from khuyenhoc.ledger.document_tables import Document

METHODS = {"cash": _l("Tiền mặt"), "bank": _l("Chuyển khoản"), "in_kind": _l("Hiện vật")}
"""How a gift comes → its name on screen."""

SERIES_OF = {"cash": "PT", "bank": "NH", "in_kind": "HV"}
"""How a gift comes → the series of its number (design section 4)."""

WHOLE = 0
"""In ``gift_days``, the campaign of the rows that count whole gifts, whatever their campaigns."""


@part_of(Document, "document_id")
class Donation(Base):
    """One gift. Its document holds number, amount, lines and state; a void gift keeps its row.

    Unit and date stand here again, so that the gifts of one donor are one range of an index.
    """

    __tablename__ = "donations"
    __table_args__ = (
        CheckConstraint("method IN ('cash', 'bank', 'in_kind')", name="method"),
        Index("ix_donations_donor", "donor_id", "date", "document_id"),
        Index("ix_donations_desk", "desk_id", "document_id"),
        Index(
            "ix_donations_reference",
            "unit_id",
            "bank_reference",
            info=only_where("bank_reference <> ''"),
        ),
    )
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), primary_key=True, autoincrement=False)
    unit_id: Mapped[int] = mapped_column(BigInteger)
    donor_id: Mapped[int] = mapped_column(BigInteger)
    date: Mapped[datetime.date] = mapped_column(Date)
    method: Mapped[str] = mapped_column(String(8))
    restriction: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    bank_reference: Mapped[str] = mapped_column(String(64))
    desk_id: Mapped[int | None] = mapped_column(BigInteger)

    document: Mapped[Document] = relationship(viewonly=True)


@part_of(Document, "document_id")
class DonationShare(Base):
    """What one campaign received of a gift: the sum of its lines, in đồng, and its day."""

    __tablename__ = "donation_shares"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_donation_shares_campaign", "campaign_id", "date", "document_id"),
        Index("ix_donation_shares_amount", "campaign_id", "amount", "document_id"),
    )
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), primary_key=True, autoincrement=False)
    campaign_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    date: Mapped[datetime.date] = mapped_column(Date)
    amount: Mapped[int] = mapped_column(BigInteger)


class CampaignGift(Base):
    """Where a campaign's gift stands among those of its method, state and recorder: an index over several tables.

    It bears no facts of its own. Kept by the database when a gift is recorded, acknowledged or voided;
    see migrations/guards.
    """

    __tablename__ = "campaign_gifts"
    __table_args__ = (
        Index(
            "ix_campaign_gifts_recorder",
            "campaign_id",
            "recorder_id",
            "method",
            "state",
            "date",
            "document_id",
            "amount",
        ),
        {"sqlite_with_rowid": False},  # the table lies in the order in which it is searched
    )
    campaign_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    method: Mapped[str] = mapped_column(String(8), primary_key=True)
    state: Mapped[str] = mapped_column(String(16), primary_key=True)
    date: Mapped[datetime.date] = mapped_column(Date, primary_key=True)
    document_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    recorder_id: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(BigInteger)


class GiftDay(Base):
    """The kept total of one day's live gifts: how many, and đồng, per campaign (WHOLE: all) and method.

    Kept by the database when a gift is recorded or voided; see migrations/guards.
    """

    __tablename__ = "gift_days"
    __table_args__ = (
        Index("ix_gift_days_sums", "unit_id", "campaign_id", "method", "day", "gifts", "amount"),  # says it all itself
    )
    unit_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    campaign_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    day: Mapped[datetime.date] = mapped_column(Date, primary_key=True)
    method: Mapped[str] = mapped_column(String(8), primary_key=True)
    gifts: Mapped[int] = mapped_column(Integer)
    amount: Mapped[int] = mapped_column(BigInteger)
