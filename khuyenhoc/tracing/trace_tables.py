"""The trace: every source (gift, opening, income) to its uses, every use to its sources, to the đồng.

A *layer* is đồng of one source lying in one campaign, as money or in a lot of goods. A use takes from
layers; a purchase or a transfer takes from layers and lays the same source down anew where it went.
``unspent`` is kept: amount − Σ takes. Per source: traced + unspent = amount; per use: Σ sources = amount.
"""

import datetime

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from khuyenhoc.core.database import Base, BigInt
from khuyenhoc.history.seal import sealed


class Layer(Base):
    """So many đồng of one source in one place, laid down by the document that brought them there.

    The source is the line of a document (gift, opening, income). ``lot_document_id`` null: money;
    else the goods of that lot. ``restricted``: only for purposes that an earmark names.
    """

    __tablename__ = "trace_layers"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("unspent BETWEEN 0 AND amount", name="unspent"),
        Index("ix_trace_layers_source", "source_document_id", "source_position"),
        Index("ix_trace_layers_brought_by", "brought_by_id"),
        Index(
            "ix_trace_layers_unspent",
            "campaign_id",
            "lot_document_id",
            "lot_position",
            "restricted",
            "date",
            "id",
            sqlite_where=text("unspent > 0"),
            postgresql_where=text("unspent > 0"),
        ),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger)
    campaign_id: Mapped[int] = mapped_column(BigInteger)
    source_document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    source_position: Mapped[int] = mapped_column(Integer)
    brought_by_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    lot_document_id: Mapped[int | None] = mapped_column(BigInteger)
    lot_position: Mapped[int | None] = mapped_column(Integer)
    date: Mapped[datetime.date] = mapped_column(Date)
    restricted: Mapped[bool] = mapped_column(Boolean)
    amount: Mapped[int] = mapped_column(BigInteger)
    unspent: Mapped[int] = mapped_column(BigInteger)


class Take(Base):
    """A document used ``amount`` đồng of a layer; ``award_id`` when for one award. Negative: given back."""

    __tablename__ = "trace_takes"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount"),
        Index("ix_trace_takes_layer", "layer_id", "id"),
        Index("ix_trace_takes_document", "document_id", "id"),
        Index("ix_trace_takes_award", "award_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    layer_id: Mapped[int] = mapped_column(ForeignKey("trace_layers.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    award_id: Mapped[int | None] = mapped_column(BigInteger)
    purpose_id: Mapped[int | None] = mapped_column(BigInteger)
    heading: Mapped[str] = mapped_column(String(24))
    amount: Mapped[int] = mapped_column(BigInteger)
    quantity: Mapped[int] = mapped_column(BigInteger)


@sealed
class Earmark(Base):
    """A restricted gift may pay for this purpose (a programme's level). ``consent``: the donor's recorded yes to it."""

    __tablename__ = "earmarks"
    __table_args__ = (
        Index("ix_earmarks_document", "document_id", "purpose_id"),
        Index("ix_earmarks_purpose", "purpose_id", "document_id"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    purpose_id: Mapped[int] = mapped_column(BigInteger)
    basis: Mapped[str] = mapped_column(String(11))
    consent: Mapped[str] = mapped_column(Text)
    made_at: Mapped[str] = mapped_column(String(27))
    made_by_name: Mapped[str] = mapped_column(String(120))
    ended_at: Mapped[str | None] = mapped_column(String(27))
