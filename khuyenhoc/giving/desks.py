"""Desks: an evening at the reception table. Campaign, method and date are set once, then envelope after envelope."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from khuyenhoc.core import clock
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import Base, BigInt, db
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.core.names import clean
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.funds import closing
from khuyenhoc.funds.campaigns import Campaign, campaign_by_id, require_takes
from khuyenhoc.giving.donation_tables import METHODS, Donation
from khuyenhoc.history import chains
from khuyenhoc.history.events import record
from khuyenhoc.history.seal import sealed
from khuyenhoc.ledger import desks as evenings
from khuyenhoc.ledger import open_work, periods
from khuyenhoc.ledger.accounts import Account, cash_and_banks, get_account
from khuyenhoc.ledger.desks import Evening
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.units import require_open, unit_by_id


@sealed
class Desk(Base):
    """One evening. Gifts recorded at it name it; a closed one takes no more."""

    __tablename__ = "desks"
    __table_args__ = (
        CheckConstraint("method IN ('cash', 'bank', 'in_kind')", name="method"),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed_by"),
        Index("ix_desks_unit", "unit_id", "closed_at", "id"),
        Index("ix_desks_latest", "unit_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    name: Mapped[str] = mapped_column(String(120))
    method: Mapped[str] = mapped_column(String(8))
    date: Mapped[datetime.date] = mapped_column(Date)
    cash_account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    bank_account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    opened_by: Mapped[int] = mapped_column(BigInteger)
    opened_by_name: Mapped[str] = mapped_column(String(120))
    opened_at: Mapped[str] = mapped_column(String(27))
    closed_by: Mapped[int | None] = mapped_column(BigInteger)
    closed_by_name: Mapped[str | None] = mapped_column(String(120))
    closed_at: Mapped[str | None] = mapped_column(String(27))

    @property
    def is_open(self) -> bool:
        """Whether it still takes envelopes."""
        return self.closed_at is None

    def account_for(self, method: str) -> Account | None:
        """Where gifts of this method go: the evening's cash box or bank account; goods go to none."""
        account_id = {"cash": self.cash_account_id, "bank": self.bank_account_id}.get(method)
        return get_account(account_id) if account_id is not None else None


@dataclass(frozen=True)
class Sums:
    """What an evening brought so far, live gifts only: đồng and number of gifts per method."""

    amounts: Mapping[str, Dong] = field(default_factory=dict)
    gifts: Mapping[str, int] = field(default_factory=dict)
    voided: int = 0

    @property
    def money(self) -> Dong:
        """Cash and bank together."""
        return self.amounts.get("cash", 0) + self.amounts.get("bank", 0)

    @property
    def everything(self) -> Dong:
        """Money, and goods at their stated value."""
        return sum(self.amounts.values())

    @property
    def count(self) -> int:
        """How many gifts."""
        return sum(self.gifts.values())


def open_desk(
    campaign: Campaign,
    *,
    name: str,
    method: str,
    on: datetime.date,
    by: Person,
    cash: Account | None = None,
    bank: Account | None = None,
) -> Desk:
    """Open a desk for an evening. Without a named account the unit's first cash box and bank account serve."""
    name = clean(name)
    require_open(unit_by_id(campaign.unit_id), on)
    require_takes(campaign, on)
    periods.require_open(campaign.unit_id, on)
    if method not in METHODS:
        raise RuleBroken(_("Xin chọn hình thức thường gặp của buổi."), field="method")
    if not 1 <= len(name) <= 120:
        raise RuleBroken(_("Xin đặt tên cho buổi tiếp nhận, tối đa 120 chữ."), field="name")
    cash = cash or _first(campaign.unit_id, "cash")
    bank = bank or _first(campaign.unit_id, "bank")
    for account, kind in ((cash, "cash"), (bank, "bank")):
        if account is not None and (account.unit_id != campaign.unit_id or account.kind != kind):
            raise RuleBroken(_("Tài khoản này không thuộc sổ của đơn vị mở chiến dịch."), field=kind)
    if {"cash": cash, "bank": bank}.get(method, campaign) is None:
        raise RuleBroken(_("Đơn vị chưa có két hoặc tài khoản cho hình thức này."), field="method")
    desk = Desk(
        unit_id=campaign.unit_id,
        campaign_id=campaign.id,
        name=name,
        method=method,
        date=on,
        cash_account_id=cash.id if cash else None,
        bank_account_id=bank.id if bank else None,
        opened_by=by.id,
        opened_by_name=by.signature,
        opened_at=clock.stamp(),
    )
    db.session.add(desk)
    record("desk.opened", desk, by=by, unit_id=desk.unit_id, details={"name": name, "campaign": campaign.code})
    return desk


def _first(unit_id: int, kind: str) -> Account | None:
    found = cash_and_banks(unit_id, kind)
    return found[0] if found else None


def close_desk(desk: Desk, *, by: Person) -> None:
    """Close an evening's desk; closed twice is closed."""
    chains.lock(desk.unit_id)
    db.session.refresh(desk)
    if not desk.is_open:
        return
    desk.closed_at, desk.closed_by, desk.closed_by_name = clock.stamp(), by.id, by.signature
    record("desk.closed", desk, by=by, unit_id=desk.unit_id, details={"cash": cash_expected(desk)})


def require_open_desk(desk: Desk) -> None:
    """RuleBroken when the evening is over. The caller holds the unit's lock."""
    db.session.refresh(desk)
    if not desk.is_open:
        raise RuleBroken(_("Bàn “%(name)s” đã đóng. Xin mở bàn mới, hoặc ghi bằng biểu mẫu đầy đủ.", name=desk.name))


def get_desk(desk_id: int, unit_ids: Iterable[int]) -> Desk:
    """The desk of this id among these units' desks; else NotFound."""
    desk = db.session.get(Desk, desk_id)
    if desk is None or desk.unit_id not in frozenset(unit_ids):
        raise NotFound(_("Không có bàn tiếp nhận này."))
    return desk


def open_desks(unit_ids: Iterable[int]) -> Sequence[Desk]:
    """The open desks of these units, the latest first."""
    query = select(Desk).where(Desk.unit_id.in_(sorted(unit_ids)), Desk.closed_at.is_(None))
    return db.session.scalars(query.order_by(Desk.id.desc())).all()


def latest(unit_ids: Iterable[int], limit: int = 30) -> Sequence[Desk]:
    """The latest evenings of these units."""
    found: list[Desk] = []
    for unit_id in sorted(unit_ids):
        query = select(Desk).where(Desk.unit_id == unit_id).order_by(Desk.id.desc())
        found += db.session.scalars(query.limit(limit))
    return sorted(found, key=lambda desk: desk.id, reverse=True)[:limit]


def sums(desk: Desk) -> Sums:
    """What the evening brought so far."""
    query = (
        select(Donation.method, Document.state, func.count(), func.coalesce(func.sum(Document.amount), 0))
        .join(Document, Document.id == Donation.document_id)
        .where(Donation.desk_id == desk.id)
        .group_by(Donation.method, Document.state)
    )
    amounts: dict[str, int] = {}
    gifts: dict[str, int] = {}
    voided = 0
    for method, state, count, amount in db.session.execute(query):
        if state == "voided":
            voided += count
        else:
            amounts[method] = amounts.get(method, 0) + int(amount)
            gifts[method] = gifts.get(method, 0) + count
    return Sums(amounts, gifts, voided)


def cash_expected(desk: Desk) -> Dong:
    """How much cash the evening's live gifts put into the box, in đồng."""
    return sums(desk).amounts.get("cash", 0)


def gifts_of(desk: Desk, limit: int = 60) -> Sequence[Document]:
    """The evening's latest gifts, void ones too, the newest first."""
    query = (
        select(Document)
        .join(Donation, Donation.document_id == Document.id)
        .where(Donation.desk_id == desk.id)
        .order_by(Donation.document_id.desc())
        .limit(limit)
    )
    return db.session.scalars(query).all()


def campaign_of(desk: Desk) -> Campaign:
    """The campaign that the evening is for."""
    return campaign_by_id(desk.campaign_id)


def _evening(desk_id: int) -> Evening | None:
    desk = db.session.get(Desk, desk_id)
    if desk is None:
        return None
    return Evening(desk.id, desk.unit_id, desk.name, desk.campaign_id, cash_expected(desk), f"/ban-tiep-nhan/{desk.id}")


def _unfinished(unit_id: int, index: int) -> Iterable[str]:
    """The month's evenings that still sit, or whose cash nobody has counted yet: they keep the month open.

    Once the month is closed, an open desk would refuse every envelope.
    """
    last = open_work.last_day(index)
    of_month = (Desk.unit_id == unit_id, Desk.date >= last.replace(day=1), Desk.date <= last)
    for desk in db.session.scalars(select(Desk).where(*of_month).order_by(Desk.id)):
        if desk.is_open:
            yield _still_sits(desk)
        if cash_expected(desk) and not evenings.is_counted(desk.id):
            yield _("Chưa kiểm quỹ buổi “%(name)s”.", name=desk.name)


def _open_of_campaign(campaign: Campaign) -> Iterable[str]:
    """A closed campaign takes nothing, so an evening that still sits for it would refuse every envelope."""
    query = select(Desk).where(Desk.unit_id == campaign.unit_id, Desk.closed_at.is_(None))
    for desk in db.session.scalars(query.where(Desk.campaign_id == campaign.id).order_by(Desk.id)):
        yield _still_sits(desk)


def _still_sits(desk: Desk) -> str:
    return _("Bàn tiếp nhận “%(name)s” đang mở", name=desk.name) + "."


closing.register("desks", _open_of_campaign)
evenings.register(_evening)
open_work.register("desks", _unfinished)
