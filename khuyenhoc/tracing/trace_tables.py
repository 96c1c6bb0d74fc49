"""The trace: every source (gift, opening, income) to its uses, every use to its sources, to the đồng.

A *layer* is đồng of one source lying in one campaign, as money or in a lot of goods. A use takes from
layers; a purchase or a transfer takes from layers and lays the same source down anew where it went.
Layers and takes belong to the document that laid or took, are sealed with it, and are only ever added:
what is given back or re-pointed is a take of its own.
"""

import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from khuyenhoc.core.database import Base, BigInt, only_where
from khuyenhoc.history.seal import part_of, sealed
from khuyenhoc.ledger.document_tables import Document

NONE = 0
"""``item_id`` of money, ``lot_document_id`` of what lies in no lot."""


@part_of(Document, "document_id")
class Layer(Base):
    """So many đồng of one source in one place, laid down by the document that brought them there.

    The source is a line of a document (gift, opening, income). ``item_id`` 0: money; else goods of the
    lot named. ``restricted``: it serves only purposes that an earmark names.
    """

    __tablename__ = "trace_layers"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_trace_layers_source", "source_document_id", "source_position"),
    )
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    campaign_id: Mapped[int] = mapped_column(BigInteger)
    item_id: Mapped[int] = mapped_column(BigInteger)
    lot_document_id: Mapped[int] = mapped_column(BigInteger)
    lot_position: Mapped[int] = mapped_column(Integer)
    source_document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    source_position: Mapped[int] = mapped_column(Integer)
    date: Mapped[datetime.date] = mapped_column(Date)
    restricted: Mapped[bool] = mapped_column(Boolean)
    amount: Mapped[int] = mapped_column(BigInteger)


class OpenLayer(Base):
    """What is left of a layer now: amount − Σ takes, never below zero. Kept by the database's triggers."""

    __tablename__ = "trace_open"
    __table_args__ = (
        CheckConstraint("unspent >= 0", name="unspent"),
        Index(
            "ix_trace_open_oldest",
            "campaign_id",
            "item_id",
            "restricted",
            "date",
            "document_id",
            "position",
            info=only_where("unspent > 0"),
        ),
        Index("ix_trace_open_source", "source_document_id"),
    )
    document_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    campaign_id: Mapped[int] = mapped_column(BigInteger)
    item_id: Mapped[int] = mapped_column(BigInteger)
    lot_document_id: Mapped[int] = mapped_column(BigInteger)
    lot_position: Mapped[int] = mapped_column(Integer)
    source_document_id: Mapped[int] = mapped_column(BigInteger)
    date: Mapped[datetime.date] = mapped_column(Date)
    restricted: Mapped[bool] = mapped_column(Boolean)
    unspent: Mapped[int] = mapped_column(BigInteger)


class BoundLayer(Base):
    """The queue of each purpose: a restricted layer with something left, where an earmark in force names the purpose.

    It lies in the order in which it is drawn from, and bears no facts of its own. Kept by the database's triggers
    when a layer is laid, used up or given back to, and when an earmark is made or ends.
    """

    __tablename__ = "trace_bound"
    __table_args__ = ({"sqlite_with_rowid": False},)
    campaign_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    item_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    purpose_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    date: Mapped[datetime.date] = mapped_column(Date, primary_key=True)
    document_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)


@part_of(Document, "document_id")
class Take(Base):
    """A document used ``amount`` đồng of a layer under a heading; negative: given back to it.

    ``award_id`` when it was for one award; ``purposes`` are the ids of the levels it could serve, by commas.
    Heading ``void``: the layer's own document was voided, and what it had laid is gone.
    """

    __tablename__ = "trace_takes"
    __table_args__ = (
        ForeignKeyConstraint(
            ["layer_document_id", "layer_position"], ["trace_layers.document_id", "trace_layers.position"]
        ),
        CheckConstraint("amount <> 0", name="amount"),
        Index("ix_trace_takes_layer", "layer_document_id", "layer_position"),
        Index("ix_trace_takes_award", "award_id"),
    )
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    layer_document_id: Mapped[int] = mapped_column(BigInteger)
    layer_position: Mapped[int] = mapped_column(Integer)
    campaign_id: Mapped[int] = mapped_column(BigInteger)
    item_id: Mapped[int] = mapped_column(BigInteger)
    heading: Mapped[str] = mapped_column(String(24))
    award_id: Mapped[int | None] = mapped_column(BigInteger)
    purposes: Mapped[str] = mapped_column(String(200))
    amount: Mapped[int] = mapped_column(BigInteger)


@sealed
class Earmark(Base):
    """A restricted gift may pay for this purpose (a programme's level).

    ``basis`` ``restriction``: the purpose falls under the giver's own words; ``consent``: the giver
    agreed to another one, and ``consent`` says how and when; ``proof_id`` is the file that proves it.
    """

    __tablename__ = "earmarks"
    __table_args__ = (
        CheckConstraint("basis IN ('restriction', 'consent')", name="basis"),
        CheckConstraint("basis <> 'consent' OR consent <> ''", name="consent"),
        Index("ix_earmarks_document", "document_id", "purpose_id"),
        Index("ix_earmarks_purpose", "purpose_id", "document_id"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    purpose_id: Mapped[int] = mapped_column(BigInteger)
    basis: Mapped[str] = mapped_column(String(11))
    consent: Mapped[str] = mapped_column(Text)
    proof_id: Mapped[int | None] = mapped_column(BigInteger)
    made_at: Mapped[str] = mapped_column(String(27))
    made_by_name: Mapped[str] = mapped_column(String(120))
    ended_at: Mapped[str | None] = mapped_column(String(27))
