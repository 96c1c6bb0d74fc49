"""Units: associations, chapters and schools, as a tree that keeps its past.

A unit's name and parent have dates; both ends count as in force. Reports for a past year ask with
that year's day and get that year's tree. Units open, merge, split and close on a date and are
never deleted; how one became another stands in the lineage. The deeds are in ``unit_changes``.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    String,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from khuyenhoc.core import clock
from khuyenhoc.core.database import Base, BigInt, db, only_where
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history.seal import part_of, sealed

LINEAGE = ("whole", "part", "dissolved")
"""How a unit went on: wholly in the successor, partly in it, or not at all."""


@sealed
class Unit(Base):
    """One body that keeps books, nominates or reports. Its life is ``valid_from`` to ``valid_to``, both included."""

    __tablename__ = "units"
    __table_args__ = (CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="life"),)
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    address: Mapped[str] = mapped_column(String(200), default="")


@part_of(Unit, "unit_id")
class UnitName(Base):
    """What a unit was called from one day to another."""

    __tablename__ = "unit_names"
    __table_args__ = (
        CheckConstraint("ends IS NULL OR ends >= starts", name="order"),
        Index("uq_unit_names_starts", "unit_id", "starts", unique=True),
        Index(
            "uq_unit_names_present",
            "unit_id",
            unique=True,
            info=only_where("ends IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    name: Mapped[str] = mapped_column(String(150))
    starts: Mapped[date] = mapped_column(Date)
    ends: Mapped[date | None] = mapped_column(Date)


@part_of(Unit, "unit_id")
class UnitParent(Base):
    """Under which unit a unit stood from one day to another."""

    __tablename__ = "unit_parents"
    __table_args__ = (
        CheckConstraint("ends IS NULL OR ends >= starts", name="order"),
        CheckConstraint("unit_id <> parent_id", name="not_itself"),
        Index("uq_unit_parents_starts", "unit_id", "starts", unique=True),
        Index(
            "uq_unit_parents_present",
            "unit_id",
            unique=True,
            info=only_where("ends IS NULL"),
        ),
        Index("ix_unit_parents_parent_id", "parent_id"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    parent_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    starts: Mapped[date] = mapped_column(Date)
    ends: Mapped[date | None] = mapped_column(Date)


@part_of(Unit, "predecessor_id")
class UnitLineage(Base):
    """What became of a unit: whom it went over to, wholly or in part, from which day."""

    __tablename__ = "unit_lineage"
    __table_args__ = (
        CheckConstraint("kind IN ('whole', 'part', 'dissolved')", name="kind"),
        CheckConstraint("(kind = 'dissolved') = (successor_id IS NULL)", name="successor"),
        CheckConstraint("successor_id IS NULL OR successor_id <> predecessor_id", name="not_itself"),
        Index("uq_unit_lineage_pair", "predecessor_id", "successor_id", unique=True),
        Index("ix_unit_lineage_successor_id", "successor_id"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    predecessor_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    kind: Mapped[str] = mapped_column(String(10))
    effective: Mapped[date] = mapped_column(Date)
    basis: Mapped[str] = mapped_column(String(200), default="")


def find_unit(code: str) -> Unit | None:
    """The unit of this code, or nothing."""
    return db.session.scalar(select(Unit).where(Unit.code == code.strip().upper()))


def get_unit(code: str) -> Unit:
    """The unit of this code; NotFound when there is none."""
    unit = find_unit(code)
    if unit is None:
        raise NotFound(_("Không có đơn vị này."))
    return unit


def unit_by_id(unit_id: int) -> Unit:
    """The unit of this id; NotFound when there is none."""
    unit = db.session.get(Unit, unit_id)
    if unit is None:
        raise NotFound(_("Không có đơn vị này."))
    return unit


def some_units(unit_ids: Iterable[int]) -> Sequence[Unit]:
    """The units of these ids, by code."""
    return db.session.scalars(select(Unit).where(Unit.id.in_(sorted(unit_ids))).order_by(Unit.code)).all()


def all_units() -> Sequence[Unit]:
    """Every unit there ever was, by code."""
    return db.session.scalars(select(Unit).order_by(Unit.code)).all()


def is_open(unit: Unit, day: date | None = None) -> bool:
    """Whether the unit exists on that day (today when none is named)."""
    day = day or clock.today()
    return unit.valid_from <= day and (unit.valid_to is None or day <= unit.valid_to)


def open_ones(unit_ids: Iterable[int], day: date | None = None) -> list[int]:
    """Of these units those that are open on the day (today): only they take new documents."""
    return [unit.id for unit in some_units(unit_ids) if is_open(unit, day)]


def require_open(unit: Unit, day: date | None = None) -> None:
    """RuleBroken unless the unit exists on that day: a closed unit takes no new documents."""
    day = day or clock.today()
    if is_open(unit, day):
        return
    name = name_on(unit, day)
    if day < unit.valid_from:
        sentence = _("%(unit)s mới thành lập ngày %(day)s.", unit=name, day=_day(unit.valid_from))
    else:
        assert unit.valid_to is not None
        sentence = _(
            "%(unit)s đã đóng từ sau ngày %(day)s, không nhận chứng từ mới.", unit=name, day=_day(unit.valid_to)
        )
    raise RuleBroken(sentence)


def name_on(unit: Unit, day: date | None = None) -> str:
    """What the unit is called on that day; before its opening its first name, after its closing its last."""
    return names_on([unit.id], day).get(unit.id, unit.code)


_NAMES = (
    select(UnitName)
    .where(UnitName.unit_id.in_(bindparam("unit_ids", expanding=True)))
    .order_by(UnitName.unit_id, UnitName.starts)
)
"""Asked on every page: made once."""


def names_on(unit_ids: Iterable[int], day: date | None = None) -> dict[int, str]:
    """Unit id → its name on that day, for many units in one query."""
    day = day or clock.today()
    names: dict[int, str] = {}
    for row in db.session.scalars(_NAMES, {"unit_ids": sorted(unit_ids)}):
        if row.starts <= day or row.unit_id not in names:
            names[row.unit_id] = row.name
    return names


def names_of(unit: Unit) -> Sequence[UnitName]:
    """All the names the unit ever had, oldest first."""
    return db.session.scalars(select(UnitName).where(UnitName.unit_id == unit.id).order_by(UnitName.starts)).all()


def parents_of(unit: Unit) -> Sequence[UnitParent]:
    """All the places in the tree the unit ever had, oldest first."""
    return db.session.scalars(select(UnitParent).where(UnitParent.unit_id == unit.id).order_by(UnitParent.starts)).all()


def lineage_of(unit: Unit) -> Sequence[UnitLineage]:
    """What the unit came from and what became of it, oldest first."""
    either = or_(UnitLineage.predecessor_id == unit.id, UnitLineage.successor_id == unit.id)
    return db.session.scalars(select(UnitLineage).where(either).order_by(UnitLineage.effective, UnitLineage.id)).all()


def gone_over(unit_ids: Iterable[int]) -> dict[int, int]:
    """Closed unit → which of these it has gone over to, wholly: at once, or by way of others that have closed since."""
    found: dict[int, int] = {}
    here = {unit_id: unit_id for unit_id in unit_ids}
    query = select(UnitLineage.predecessor_id, UnitLineage.successor_id).join(
        Unit, Unit.id == UnitLineage.predecessor_id
    )
    query = query.where(
        UnitLineage.kind == "whole", UnitLineage.effective <= clock.today(), Unit.valid_to < clock.today()
    )
    while here:
        rows = db.session.execute(query.where(UnitLineage.successor_id.in_(sorted(here))))
        here = {old: here[new] for old, new in rows if new is not None and old not in found}
        found |= here
    return found


def parent_on(unit: Unit, day: date | None = None) -> Unit | None:
    """The unit directly above on that day, or nothing."""
    day = day or clock.today()
    query = select(Unit).join(UnitParent, UnitParent.parent_id == Unit.id)
    return db.session.scalar(query.where(UnitParent.unit_id == unit.id, in_force(UnitParent, day)))


def parents_on(unit_ids: Iterable[int], day: date | None = None) -> dict[int, int]:
    """Unit id → the id of the unit directly above on that day, for many units in one query."""
    wanted = UnitParent.unit_id.in_(sorted(unit_ids))
    query = select(UnitParent.unit_id, UnitParent.parent_id).where(wanted, in_force(UnitParent, day or clock.today()))
    return {row.unit_id: row.parent_id for row in db.session.execute(query)}


def last_parents_of(unit_ids: Iterable[int], day: date | None = None) -> dict[int, int]:
    """As ``parents_on``; of a unit that had closed by that day, the unit above it on its last day."""
    day = day or clock.today()
    closed = func.coalesce(Unit.valid_to, day)
    last = case((closed < day, closed), else_=day)
    query = select(UnitParent.unit_id, UnitParent.parent_id).join(Unit, Unit.id == UnitParent.unit_id)
    query = query.where(UnitParent.unit_id.in_(sorted(unit_ids)), in_force(UnitParent, last))
    return {row.unit_id: row.parent_id for row in db.session.execute(query)}


def moves_since(day: date) -> list[date]:
    """The days after that one, up to today, from which some unit stood elsewhere than the day before, in order."""
    rows = db.session.execute(
        select(UnitParent.starts, UnitParent.ends).where(or_(UnitParent.starts > day, UnitParent.ends >= day))
    )
    days = {first for starts, ends in rows for first in (starts, ends + timedelta(days=1) if ends else starts)}
    return sorted(first for first in days if day < first <= clock.today())


def in_force(table: type[UnitName] | type[UnitParent], day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """The condition that a dated row is in force on that day."""
    return and_(table.starts <= day, or_(table.ends.is_(None), table.ends >= day))


def below(unit: Unit, day: date | None = None) -> frozenset[int]:
    """The ids of the unit and of everything below it on that day."""
    day = day or clock.today()
    tree = select(UnitParent.unit_id, UnitParent.parent_id).where(in_force(UnitParent, day)).subquery()
    reach = select(tree.c.unit_id).where(tree.c.parent_id == unit.id).cte("reach", recursive=True)
    reach = reach.union(select(tree.c.unit_id).join(reach, tree.c.parent_id == reach.c.unit_id))
    return frozenset(db.session.scalars(select(reach.c.unit_id))) | {unit.id}


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"
