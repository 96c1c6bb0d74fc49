"""How the figures of a year are said where they are not said exactly: “gần 165 triệu đồng”, “trên 260”.

A statement is made by the reporter, after the year, beside what the books gave on that day; it must be true of
it. When the books change later, the page and the reporter's work say which statement no longer holds.
"""

from sqlalchemy import BigInteger, CheckConstraint, Integer, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from khuyenhoc.core.database import Base, BigInt, db
from khuyenhoc.history.seal import sealed


@sealed
class StatedFigure(Base):
    """What is said of one figure of one unit's year. ``value`` is what the books gave when it was said."""

    __tablename__ = "stated_figures"
    __table_args__ = (
        UniqueConstraint("unit_id", "year", "figure"),
        CheckConstraint("qualifier IN ('exact', 'nearly', 'over')", name="qualifier"),
        CheckConstraint("said >= 0 AND value >= 0", name="not_negative"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger)
    year: Mapped[int] = mapped_column(Integer)
    figure: Mapped[str] = mapped_column(String(40))
    qualifier: Mapped[str] = mapped_column(String(6))
    said: Mapped[int] = mapped_column(BigInteger)
    value: Mapped[int] = mapped_column(BigInteger)
    stated_at: Mapped[str] = mapped_column(String(27))
    stated_by: Mapped[int] = mapped_column(BigInteger)
    stated_by_name: Mapped[str] = mapped_column(String(120))


def of(unit_id: int, year: int) -> dict[str, StatedFigure]:
    """Figure → what is said of it, for those of a unit's year of which something is said."""
    query = select(StatedFigure).where(StatedFigure.unit_id == unit_id, StatedFigure.year == year)
    return {row.figure: row for row in db.session.scalars(query)}
