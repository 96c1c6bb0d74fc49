"""A gift's own facts beside its document: who gave it, how it came, what it is bound to."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from khuyenhoc.core.database import Base
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.history.seal import part_of
from khuyenhoc.ledger.document_tables import Document

METHODS = {"cash": _l("Tiền mặt"), "bank": _l("Chuyển khoản"), "in_kind": _l("Hiện vật")}
"""How a gift comes → its name on screen."""

SERIES_OF = {"cash": "PT", "bank": "NH", "in_kind": "HV"}
"""How a gift comes → the series of its number (design section 4)."""


@part_of(Document, "document_id")
class Donation(Base):
    """One gift. Its document holds number, date, amount, lines and state; a void gift keeps its row."""

    __tablename__ = "donations"
    __table_args__ = (
        CheckConstraint("method IN ('cash', 'bank', 'in_kind')", name="method"),
        Index("ix_donations_donor", "donor_id", "document_id"),
        Index("ix_donations_desk", "desk_id", "document_id"),
    )
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), primary_key=True, autoincrement=False)
    donor_id: Mapped[int] = mapped_column(BigInteger)
    method: Mapped[str] = mapped_column(String(8))
    restriction: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    bank_reference: Mapped[str] = mapped_column(String(64))
    desk_id: Mapped[int | None] = mapped_column(BigInteger)

    document: Mapped[Document] = relationship(lazy="joined", viewonly=True)
