"""Periods: calendar months of a unit's books, closed in order. A closed month takes no entry."""

import datetime
from collections.abc import Iterable, Sequence

from sqlalchemy import BigInteger, CheckConstraint, Integer, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from khuyenhoc.core import clock
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import Base, BigInt, db
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history import chains
from khuyenhoc.history.events import record
from khuyenhoc.history.seal import sealed
from khuyenhoc.ledger.entries import Entry
from khuyenhoc.org.units import Unit


@sealed
class Period(Base):
    """A month that has been closed at least once."""

    __tablename__ = "periods"
    __table_args__ = (
        UniqueConstraint("unit_id", "year", "month"),
        CheckConstraint("month BETWEEN 1 AND 12", name="month"),
        CheckConstraint("state IN ('closed', 'reopened')", name="state"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger)
    year: Mapped[int] = mapped_column(Integer)
    month: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(8))

    @property
    def index(self) -> int:
        """Months counted from the year 0, to compare and to step."""
        return self.year * 12 + self.month - 1


def month_index(day: datetime.date) -> int:
    """The month of a day, counted from the year 0."""
    return day.year * 12 + day.month - 1


def month_name(index: int) -> str:
    """``tháng 8/2026``."""
    return _("tháng %(month)s/%(year)s", month=index % 12 + 1, year=index // 12)


def is_closed(unit_id: int, day: datetime.date) -> bool:
    """Whether the day lies in a closed month."""
    query = select(Period.id).where(
        Period.unit_id == unit_id, Period.year == day.year, Period.month == day.month, Period.state == "closed"
    )
    return db.session.scalar(query) is not None


def find(unit_id: int, day: datetime.date) -> Period | None:
    """The month of a day, if it has been closed at least once."""
    return _row(unit_id, month_index(day))


def require_open(unit_id: int, day: datetime.date) -> None:
    """Refuse a day of a closed month, and a day to come."""
    if day > clock.today():
        raise RuleBroken(_("Ngày này chưa đến. Xin ghi ngày hôm nay hoặc trước đó."), field="date")
    if is_closed(unit_id, day):
        month = month_name(month_index(day))
        raise RuleBroken(_("Sổ %(month)s đã khóa. Xin ghi vào tháng đang mở.", month=month), field="date")


def last_closed(unit_id: int) -> int | None:
    """The index of the latest closed month."""
    return _last_closed([unit_id]).get(unit_id)


def _last_closed(unit_ids: Sequence[int]) -> dict[int, int]:
    months = select(Period.unit_id, func.max(Period.year * 12 + Period.month - 1)).group_by(Period.unit_id)
    closed = months.where(Period.unit_id.in_(unit_ids), Period.state == "closed")
    return dict(db.session.execute(closed).all())


def next_to_close(unit_id: int) -> int | None:
    """The month whose turn it is: after the last closed one, else the month of the first entry."""
    return turns([unit_id]).get(unit_id)


def turns(unit_ids: Iterable[int]) -> dict[int, int]:
    """Unit → the index of the month whose turn it is to be closed, in the order of ids; none without an entry."""
    wanted = sorted(unit_ids)
    last = _last_closed(wanted)
    # One step along the index for each unit: grouped, it would read all entries there are.
    first = select(func.min(Entry.date)).where(Entry.unit_id == Unit.id).scalar_subquery()
    entered = select(Unit.id, first).where(Unit.id.in_(set(wanted) - last.keys()))
    days = db.session.execute(entered.where(first.is_not(None)))
    found = {unit_id: index + 1 for unit_id, index in last.items()}
    found |= {unit_id: month_index(day) for unit_id, day in days}
    return {unit_id: found[unit_id] for unit_id in wanted if unit_id in found}


def require_closable(unit_id: int, index: int) -> None:
    """Refuse to close a month out of turn, or one that is not over."""
    turn = next_to_close(unit_id)
    if turn is None:
        raise RuleBroken(_("Sổ của đơn vị chưa có bút toán nào để khóa."))
    if index != turn:
        raise RuleBroken(_("Phải khóa lần lượt từng tháng: đến lượt %(month)s.", month=month_name(turn)))
    if not is_over(index):
        raise RuleBroken(_("%(month)s chưa hết, chưa khóa sổ được.", month=month_name(index).capitalize()))


def close(unit_id: int, index: int, *, by: Person, reason: str = "") -> Period:
    """Close a month in its turn. Done through an approval (see ledger.approvables)."""
    chains.lock(unit_id)
    require_closable(unit_id, index)
    period = _row(unit_id, index) or Period(unit_id=unit_id, year=index // 12, month=index % 12 + 1)
    period.state = "closed"
    db.session.add(period)
    record("period.closed", period, by=by, unit_id=unit_id, reason=reason)
    return period


def require_reopenable(unit_id: int, index: int) -> None:
    """Only the latest closed month can be opened again."""
    if last_closed(unit_id) != index:
        raise RuleBroken(_("Chỉ mở lại được tháng khóa sau cùng."))


def reopen(unit_id: int, index: int, *, by: Person, reason: str) -> Period:
    """Open the latest closed month again. Done through an approval."""
    chains.lock(unit_id)
    require_reopenable(unit_id, index)
    period = _row(unit_id, index)
    assert period is not None
    period.state = "reopened"
    record("period.reopened", period, by=by, unit_id=unit_id, reason=reason)
    return period


def _row(unit_id: int, index: int) -> Period | None:
    query = select(Period).where(Period.unit_id == unit_id, Period.year == index // 12, Period.month == index % 12 + 1)
    return db.session.scalar(query)


def is_over(index: int) -> bool:
    """Whether a month has ended in Vietnam."""
    return index < month_index(clock.today())
