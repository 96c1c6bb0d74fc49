"""Campaigns: what money and goods are gathered for. Every posting in the books names one.

A campaign is drafted, opened by approval, and closed by approval once nothing of it is open. The
steps stand in ``STEPS``; the deeds that take them are in ``campaign_steps``.
"""

from collections.abc import Iterable, Sequence
from datetime import date

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
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from khuyenhoc.core import clock
from khuyenhoc.core.database import Base, BigInt, db, only_where
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds.items import SPENDING_KINDS
from khuyenhoc.history.seal import part_of, sealed
from khuyenhoc.org.units import open_ones

KINDS = {
    "scholarship": _l("Học bổng"),
    "bicycle": _l("Xe đạp"),
    "gift": _l("Quà tặng"),
    "member_care": _l("Chăm lo hội viên"),
    "reward": _l("Khen thưởng"),
}
"""What a campaign gives → its name on screen. The same kinds as the spending of goods."""
assert KINDS.keys() == SPENDING_KINDS.keys()

DONOR_ORDERS = {
    "day": _l("Theo ngày ủng hộ"),
    "amount": _l("Theo số tiền, nhiều trước"),
    "name": _l("Theo tên"),
}
"""In which order the public page names the donors."""

STATES = {"draft": _l("Bản nháp"), "open": _l("Đang mở"), "closed": _l("Đã đóng")}

STEPS = {
    "campaign.open": ("draft", "open"),
    "campaign.close": ("open", "closed"),
}
"""Kind of approval → the state it leads from and to. There is no other way to change a campaign's state."""


@sealed
class Campaign(Base):
    """One purpose with books of its own. A standing campaign has no end and takes what names no other."""

    __tablename__ = "campaigns"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'open', 'closed')", name="state"),
        CheckConstraint("kind IN ('scholarship', 'bicycle', 'gift', 'member_care', 'reward')", name="kind"),
        CheckConstraint("donor_order IN ('amount', 'day', 'name')", name="donor_order"),
        CheckConstraint("ends IS NULL OR ends >= starts", name="order"),
        CheckConstraint("goal_money IS NULL OR goal_money > 0", name="goal_money"),
        CheckConstraint("NOT standing OR (kind IS NULL AND ends IS NULL)", name="standing"),
        Index(
            "uq_campaigns_one_standing",
            "fund_id",
            unique=True,
            info=only_where("standing"),
        ),
        Index("ix_campaigns_list", "unit_id", "state", "starts"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(150))
    fund_id: Mapped[int] = mapped_column(ForeignKey("funds.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    kind: Mapped[str | None] = mapped_column(String(24))
    standing: Mapped[bool] = mapped_column(Boolean, default=False)
    starts: Mapped[date] = mapped_column(Date)
    ends: Mapped[date | None] = mapped_column(Date)
    goal_money: Mapped[int | None] = mapped_column(BigInteger)
    restriction: Mapped[str] = mapped_column(Text, default="")
    donor_order: Mapped[str] = mapped_column(String(6), default="day")
    show_amounts: Mapped[bool] = mapped_column(Boolean, default=True)
    state: Mapped[str] = mapped_column(String(6), default="draft")

    goals: Mapped[list["CampaignGoal"]] = relationship(order_by="CampaignGoal.position", cascade="all, delete-orphan")

    @property
    def is_open(self) -> bool:
        """Whether it takes gifts and spends."""
        return self.state == "open"


@part_of(Campaign, "campaign_id")
class CampaignGoal(Base):
    """So many pieces are wanted: 20 bicycles. ``item_id`` when it is one kind of the catalogue."""

    __tablename__ = "campaign_goals"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("items.id"))
    name: Mapped[str] = mapped_column(String(120))
    unit_of_measure: Mapped[str] = mapped_column(String(20))
    quantity: Mapped[int] = mapped_column(BigInteger)


def find_campaign(code: str) -> Campaign | None:
    """The campaign of this code, or nothing."""
    return db.session.scalar(select(Campaign).where(Campaign.code == code.strip().upper()))


find = find_campaign


def get_campaign(code: str) -> Campaign:
    """The campaign of this code; NotFound when there is none."""
    campaign = find_campaign(code)
    if campaign is None:
        raise NotFound(_("Không có chiến dịch này."))
    return campaign


def campaign_by_id(campaign_id: int) -> Campaign:
    """The campaign of this id; NotFound when there is none."""
    campaign = db.session.get(Campaign, campaign_id)
    if campaign is None:
        raise NotFound(_("Không có chiến dịch này."))
    return campaign


def some_campaigns(campaign_ids: Iterable[int]) -> Sequence[Campaign]:
    """The campaigns of these ids, by code."""
    query = select(Campaign).where(Campaign.id.in_(sorted(set(campaign_ids))))
    return db.session.scalars(query.order_by(Campaign.code)).all()


def campaigns_of(unit_ids: Iterable[int], *, state: str | None = None, with_goals: bool = True) -> Sequence[Campaign]:
    """The campaigns of these units: open ones first, then drafts, then closed ones, the latest start first."""
    query = select(Campaign).where(Campaign.unit_id.in_(sorted(unit_ids)))
    if with_goals:
        query = query.options(selectinload(Campaign.goals))
    if state:
        query = query.where(Campaign.state == state)
    found = db.session.scalars(query.order_by(Campaign.starts.desc(), Campaign.code)).all()
    order = {"open": 0, "draft": 1, "closed": 2}
    return sorted(found, key=lambda campaign: (order[campaign.state], campaign.standing))


def open_campaigns(unit_ids: Iterable[int]) -> Sequence[Campaign]:
    """The open campaigns of these units, the standing ones last; a closed unit's take nothing any more."""
    return campaigns_of(open_ones(unit_ids), state="open")


def all_campaigns() -> Sequence[Campaign]:
    """Every campaign there ever was, by code."""
    return db.session.scalars(select(Campaign).order_by(Campaign.code)).all()


def standing_campaign(fund_id: int) -> Campaign:
    """The campaign that takes a fund's gifts which name none."""
    campaign = db.session.scalar(select(Campaign).where(Campaign.fund_id == fund_id, Campaign.standing))
    if campaign is None:
        raise NotFound(_("Quỹ này chưa có chiến dịch thường trực."))
    return campaign


def require_takes(campaign: Campaign, day: date | None = None) -> None:
    """RuleBroken unless the campaign is open, and the day (today when none is named) not before it starts.

    Its end is an aim, not a wall: money promised in time may come later, until the campaign is closed.
    """
    if campaign.state != "open":
        state = STATES[campaign.state]
        sentence = _("Chiến dịch %(code)s không mở (%(state)s).", code=campaign.code, state=str(state).lower())
        raise RuleBroken(sentence, field="campaign")
    if (day or clock.today()) < campaign.starts:
        start = f"{campaign.starts.day}/{campaign.starts.month}/{campaign.starts.year}"
        raise RuleBroken(_("Chiến dịch %(code)s bắt đầu ngày %(day)s.", code=campaign.code, day=start), field="date")
