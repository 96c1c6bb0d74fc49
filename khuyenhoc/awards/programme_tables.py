"""Programmes: what is given in one school year, to whom, from which campaigns, judged by what. One root, many parts."""

import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
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
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.history.seal import part_of, sealed

STATES = {
    "draft": _l("Bản nháp"),
    "open": _l("Đang nhận đề nghị"),
    "reviewing": _l("Đang xét"),
    "closed": _l("Đã kết thúc"),
}

SEATS = {
    "presider": _l("Chủ trì"),
    "secretary": _l("Thư ký hội đồng"),
    "member": _l("Ủy viên"),
}
"""A person's part in the committee → the words on screen. Parts of a meeting, not roles."""


@sealed
class Programme(Base):
    """One programme of one school year (``2022–2023``). ``publication_days`` is in working days."""

    __tablename__ = "programmes"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'open', 'reviewing', 'closed')", name="state"),
        CheckConstraint("kind IN ('scholarship', 'bicycle', 'gift', 'member_care', 'reward')", name="kind"),
        CheckConstraint("deadline >= opens", name="order"),
        CheckConstraint("publication_days BETWEEN 0 AND 60", name="publication_days"),
        Index("ix_programmes_list", "unit_id", "state", "opens"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(150))
    school_year: Mapped[str] = mapped_column(String(9))
    kind: Mapped[str] = mapped_column(String(24))
    description: Mapped[str] = mapped_column(Text)
    opens: Mapped[datetime.date] = mapped_column(Date)
    deadline: Mapped[datetime.date] = mapped_column(Date)
    publication_days: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(9))

    levels: Mapped[list["Level"]] = relationship(
        order_by="Level.position", lazy="selectin", cascade="all, delete-orphan"
    )
    funding: Mapped[list["FundingLine"]] = relationship(
        order_by="FundingLine.position", lazy="selectin", cascade="all, delete-orphan"
    )
    criteria: Mapped[list["Criterion"]] = relationship(
        order_by="Criterion.position", lazy="selectin", cascade="all, delete-orphan"
    )
    rules: Mapped[list["EligibilityRule"]] = relationship(
        order_by="EligibilityRule.position", lazy="selectin", cascade="all, delete-orphan"
    )
    required: Mapped[list["RequiredDocument"]] = relationship(
        order_by="RequiredDocument.position", lazy="selectin", cascade="all, delete-orphan"
    )
    quotas: Mapped[list["UnitQuota"]] = relationship(lazy="selectin", cascade="all, delete-orphan")
    seats: Mapped[list["CommitteeSeat"]] = relationship(lazy="selectin", cascade="all, delete-orphan")


@part_of(Programme, "programme_id")
class Level(Base):
    """One level (mức): what one award of it is worth in đồng, in money or as a package of goods.

    ``quota`` is how many there are; null: as many as the funding bears.
    """

    __tablename__ = "programme_levels"
    __table_args__ = (
        UniqueConstraint("programme_id", "code"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("quota IS NULL OR quota > 0", name="quota"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    position: Mapped[int] = mapped_column(Integer)
    code: Mapped[str] = mapped_column(String(12))
    label: Mapped[str] = mapped_column(String(120))
    amount: Mapped[int] = mapped_column(BigInteger)
    quota: Mapped[int | None] = mapped_column(Integer)
    recipient_kinds: Mapped[str] = mapped_column(String(60))
    school_levels: Mapped[str] = mapped_column(String(80))

    items: Mapped[list["LevelItem"]] = relationship(
        order_by="LevelItem.item_id", lazy="selectin", cascade="all, delete-orphan"
    )

    @property
    def is_goods(self) -> bool:
        """Whether an award of it is handed over as goods."""
        return bool(self.items)


@part_of(Programme, "programme_id")
class LevelItem(Base):
    """So many pieces of one item in one package of a level."""

    __tablename__ = "programme_level_items"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)
    level_id: Mapped[int] = mapped_column(ForeignKey("programme_levels.id"), primary_key=True, autoincrement=False)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), primary_key=True, autoincrement=False)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    quantity: Mapped[int] = mapped_column(Integer)


@part_of(Programme, "programme_id")
class FundingLine(Base):
    """A campaign that pays. ``amount`` caps what it gives in đồng, null: what it has; ``level_id`` null: all levels."""

    __tablename__ = "funding_lines"
    __table_args__ = (CheckConstraint("amount IS NULL OR amount > 0", name="amount"),)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    level_id: Mapped[int | None] = mapped_column(ForeignKey("programme_levels.id"))
    amount: Mapped[int | None] = mapped_column(BigInteger)


@part_of(Programme, "programme_id")
class Criterion(Base):
    """One line of the rubric: at most ``most`` marks, weighed ``weight``; ``meaning`` says what each mark means."""

    __tablename__ = "criteria"
    __table_args__ = (
        CheckConstraint("most BETWEEN 1 AND 100", name="most"),
        CheckConstraint("weight BETWEEN 1 AND 100", name="weight"),
    )
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(120))
    weight: Mapped[int] = mapped_column(Integer)
    most: Mapped[int] = mapped_column(Integer)
    meaning: Mapped[str] = mapped_column(Text)


@part_of(Programme, "programme_id")
class EligibilityRule(Base):
    """A condition that the computer checks and explains; ``rule`` is a key of ``eligibility.RULES``."""

    __tablename__ = "eligibility_rules"
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    rule: Mapped[str] = mapped_column(String(32))
    parameter: Mapped[str] = mapped_column(String(120))


@part_of(Programme, "programme_id")
class RequiredDocument(Base):
    """A paper that each nomination must bring; ``kind`` is the kind of evidence that answers it."""

    __tablename__ = "required_documents"
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(16))
    optional: Mapped[bool] = mapped_column(Boolean)


@part_of(Programme, "programme_id")
class UnitQuota(Base):
    """How many a unit may nominate, of one level or (0) of all together."""

    __tablename__ = "unit_quotas"
    __table_args__ = (CheckConstraint("quota > 0", name="quota"),)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), primary_key=True, autoincrement=False)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True, autoincrement=False)
    level_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    quota: Mapped[int] = mapped_column(Integer)


@part_of(Programme, "programme_id")
class CommitteeSeat(Base):
    """Who sits on the programme's committee, and as what."""

    __tablename__ = "committee_seats"
    __table_args__ = (
        CheckConstraint("part IN ('presider', 'secretary', 'member')", name="part"),
        Index(
            "uq_committee_seats_one_presider",
            "programme_id",
            unique=True,
            info=only_where("part = 'presider'"),
        ),
    )
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, autoincrement=False)
    part: Mapped[str] = mapped_column(String(9))
