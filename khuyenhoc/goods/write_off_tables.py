"""Write-offs: goods that were spoilt, lost or out of date, asked to be taken out of the books."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from khuyenhoc.core.database import Base, BigInt
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.goods.goods_tables import Serial
from khuyenhoc.history.seal import part_of, sealed

STATES = {
    "asked": _l("Chờ duyệt"),
    "done": _l("Đã xóa sổ"),
    "cancelled": _l("Đã hủy"),
}

CAUSES = {
    "broken": _l("Hỏng"),
    "lost": _l("Mất"),
    "expired": _l("Hết hạn dùng"),
    "other": _l("Lý do khác"),
}


@sealed
class WriteOff(Base):
    """So many pieces of an item that are no longer there. Posted with the approval, as one document.

    ``lot_document_id`` and ``lot_position`` name the lot, where it is known; else the oldest one. ``asked_at``: when
    it was asked for, or last mended and asked for anew; in that month it counts.
    """

    __tablename__ = "write_offs"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'done', 'cancelled')", name="state"),
        CheckConstraint("cause IN ('broken', 'lost', 'expired', 'other')", name="cause"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("(state = 'done') = (document_id IS NOT NULL)", name="document_id"),
        CheckConstraint("(lot_document_id IS NULL) = (lot_position IS NULL)", name="lot"),
        UniqueConstraint("unit_id", "idempotency_key"),
        Index("ix_write_offs_list", "unit_id", "state", "id"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    quantity: Mapped[int] = mapped_column(BigInteger)
    lot_document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    lot_position: Mapped[int | None] = mapped_column(Integer)
    cause: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(9))
    asked_by: Mapped[int] = mapped_column(BigInteger)
    asked_by_name: Mapped[str] = mapped_column(String(120))
    asked_at: Mapped[str] = mapped_column(String(27))
    approved_by_name: Mapped[str | None] = mapped_column(String(120))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    idempotency_key: Mapped[str] = mapped_column(String(64))

    pieces: Mapped[list["WriteOffPiece"]] = relationship(
        order_by="WriteOffPiece.serial_id", lazy="selectin", cascade="all, delete-orphan"
    )


@part_of(WriteOff, "write_off_id")
class WriteOffPiece(Base):
    """One of the pieces, where it has a number of its own."""

    __tablename__ = "write_off_pieces"
    write_off_id: Mapped[int] = mapped_column(ForeignKey("write_offs.id"), primary_key=True, autoincrement=False)
    serial_id: Mapped[int] = mapped_column(ForeignKey("serials.id"), primary_key=True, autoincrement=False)

    serial: Mapped[Serial] = relationship(lazy="joined")
