"""The cash count: notes counted sheet by sheet beside what the books say. A difference is posted by approval.

Steps: counted (exact, nothing to do); waiting (a difference, with its reason) → posted (approved by
another person, with a number of series KQ) or replaced (the box was counted again before that).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from khuyenhoc.approvals import requests
from khuyenhoc.core import clock
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import Base, BigInt, db
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.errors import AlreadyRecorded, NotFound, RuleBroken
from khuyenhoc.core.names import clean_lines
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.history import chains
from khuyenhoc.history.events import record
from khuyenhoc.history.seal import part_of, sealed
from khuyenhoc.ledger import balances, claims, desks, open_work
from khuyenhoc.ledger.accounts import Account
from khuyenhoc.ledger.claims import Leaving
from khuyenhoc.org.units import require_open, unit_by_id

DENOMINATIONS = (500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500)
MOST_SHEETS = 1_000_000
STATES = {
    "counted": _l("Khớp"),
    "waiting": _l("Chờ duyệt"),
    "posted": _l("Đã ghi sổ"),
    "replaced": _l("Đã đếm lại"),
}
REQUEST, SUBJECT = "cash.difference", "cash_count"


@sealed
class CashCount(Base):
    """One count of one cash box. ``difference`` is counted − expected, in đồng."""

    __tablename__ = "cash_counts"
    __table_args__ = (
        UniqueConstraint("unit_id", "idempotency_key"),
        CheckConstraint("state IN ('counted', 'waiting', 'posted', 'replaced')", name="state"),
        CheckConstraint("difference = counted - expected", name="difference"),
        CheckConstraint("(state = 'counted') = (difference = 0)", name="exact"),
        CheckConstraint("(state = 'posted') = (document_id IS NOT NULL)", name="document"),
        CheckConstraint("difference = 0 OR (note <> '' AND campaign_id IS NOT NULL)", name="note"),
        CheckConstraint("counted >= 0", name="counted"),
        Index("ix_cash_counts_list", "unit_id", "day", "id"),
        Index("ix_cash_counts_desk_id", "desk_id"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    day: Mapped[date] = mapped_column(Date)
    counted_at: Mapped[str] = mapped_column(String(27))
    counted_by: Mapped[int] = mapped_column(BigInteger)
    counted_by_name: Mapped[str] = mapped_column(String(120))
    expected: Mapped[int] = mapped_column(BigInteger)
    counted: Mapped[int] = mapped_column(BigInteger)
    difference: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(8))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id"))
    desk_id: Mapped[int | None] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(Text)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    idempotency_key: Mapped[str] = mapped_column(String(64))

    lines: Mapped[list["CashCountLine"]] = relationship(
        order_by="CashCountLine.denomination.desc()", lazy="selectin", cascade="save-update, merge"
    )

    @property
    def sheets(self) -> dict[int, int]:
        """Denomination → how many notes of it."""
        return {line.denomination: line.sheets for line in self.lines}


@part_of(CashCount, "cash_count_id")
class CashCountLine(Base):
    """So many notes of one denomination."""

    __tablename__ = "cash_count_lines"
    __table_args__ = (
        CheckConstraint("sheets > 0", name="sheets"),
        CheckConstraint(
            "denomination IN (500000, 200000, 100000, 50000, 20000, 10000, 5000, 2000, 1000, 500)", name="denomination"
        ),
    )
    cash_count_id: Mapped[int] = mapped_column(ForeignKey("cash_counts.id"), primary_key=True, autoincrement=False)
    denomination: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    sheets: Mapped[int] = mapped_column(Integer)


def total_of(sheets: Mapping[int, int]) -> Dong:
    """What the notes come to, in đồng."""
    return sum(note * count for note, count in sheets.items())


def count_cash(
    account: Account,
    sheets: Mapping[int, int],
    *,
    campaign: Campaign | None = None,
    note: str = "",
    desk_id: int | None = None,
    by: Person,
    key: str,
) -> CashCount:
    """Count a cash box now. Exact is recorded as it is; a difference needs a reason and asks for approval.

    An earlier count of the box that still waits is replaced by this one, its request lapses. The
    same key with the same content gives the count that is there already.
    """
    chains.lock(account.unit_id)
    sheets = _checked_sheets(account, sheets)
    note = clean_lines(note)
    known = _with_key(account, key)
    if known is not None:
        _require_same(known, account, sheets, note, campaign, desk_id)
        return known
    require_open(unit_by_id(account.unit_id))
    counted, expected = total_of(sheets), balances.on_account(account.id)
    count = CashCount(
        unit_id=account.unit_id,
        account_id=account.id,
        day=clock.today(),
        counted_at=clock.stamp(),
        counted_by=by.id,
        counted_by_name=by.signature,
        expected=expected,
        counted=counted,
        difference=counted - expected,
        state="counted" if counted == expected else "waiting",
        campaign_id=campaign.id if campaign is not None and counted != expected else None,
        desk_id=_checked_desk(desk_id, account.unit_id),
        note=note,
        idempotency_key=key,
        lines=[CashCountLine(denomination=value, sheets=n) for value, n in sheets.items() if n],
    )
    if count.difference:
        _require_explained(count, campaign)
    _put_down(count, by=by)
    return count


def _put_down(count: CashCount, *, by: Person) -> None:
    _replace_waiting(count, by=by)
    db.session.add(count)
    record("cash.counted", count, by=by, unit_id=count.unit_id, reason=count.note)
    if count.difference:
        ask_for(count, by=by)


def leaving(count: CashCount) -> Leaving:
    """What a count's shortage would take from its campaign, for whoever counts on it."""
    return Leaving(count.campaign_id or 0, max(0, -count.difference))


def ask_for(count: CashCount, *, by: Person, reason: str = "") -> None:
    """Ask that a waiting count's difference be posted; again, after it was returned."""
    if count.state != "waiting":
        raise RuleBroken(_("Lần kiểm quỹ này không có chênh lệch nào chờ duyệt."))
    claims.require(leaving(count), field="campaign")
    requests.ask(
        REQUEST,
        unit_id=count.unit_id,
        subject_kind=SUBJECT,
        subject_id=count.id,
        by=by,
        reason=reason or count.note,
        amount=abs(count.difference),
    )


def state_of(count: CashCount, is_waiting: bool) -> str:
    """The state on screen; what was asked and waits for nobody went back to whoever asked."""
    if count.state == "waiting" and not is_waiting:
        return _("Trả lại để sửa")
    return str(STATES[count.state])


def get_count(count_id: int) -> CashCount:
    """The count of this id; NotFound when there is none."""
    count = db.session.get(CashCount, count_id)
    if count is None:
        raise NotFound(_("Không có lần kiểm quỹ này."))
    return count


def latest_of(account_id: int) -> CashCount | None:
    """The last count of a cash box."""
    query = select(CashCount).where(CashCount.account_id == account_id)
    return db.session.scalar(query.order_by(CashCount.id.desc()).limit(1))


def latest_in(unit_ids: Iterable[int]) -> CashCount | None:
    """The last count of any cash box of these units."""
    query = select(CashCount).where(CashCount.unit_id.in_(sorted(unit_ids)))
    return db.session.scalar(query.order_by(CashCount.day.desc(), CashCount.id.desc()).limit(1))


def waiting_counts(unit_id: int) -> Sequence[CashCount]:
    """The unit's counts whose difference is not posted yet."""
    query = select(CashCount).where(CashCount.unit_id == unit_id, CashCount.state == "waiting")
    return db.session.scalars(query.order_by(CashCount.id)).all()


def is_desk_counted(desk_id: int) -> bool:
    """Whether a count names this evening at the desk."""
    return db.session.scalar(select(CashCount.id).where(CashCount.desk_id == desk_id).limit(1)) is not None


def _checked_sheets(account: Account, sheets: Mapping[int, int]) -> dict[int, int]:
    if account.kind != "cash":
        raise RuleBroken(_("Chỉ kiểm được quỹ tiền mặt."), field="account")
    if set(sheets) - set(DENOMINATIONS) or not all(0 <= n <= MOST_SHEETS for n in sheets.values()):
        raise RuleBroken(_("Số tờ là số nguyên từ 0 đến 1.000.000."))
    return {value: sheets.get(value, 0) for value in DENOMINATIONS}


def _checked_desk(desk_id: int | None, unit_id: int) -> int | None:
    if desk_id is None:
        return None
    evening = desks.find(desk_id)
    if evening is None or evening.unit_id != unit_id:
        raise NotFound(_("Không có buổi tiếp nhận này."))
    return desk_id


def _require_explained(count: CashCount, campaign: Campaign | None) -> None:
    if not count.note:
        raise RuleBroken(_("Tiền đếm được khác sổ. Xin ghi lý do chênh lệch."), field="note")
    if campaign is None:
        raise RuleBroken(_("Xin chọn chiến dịch nhận phần chênh lệch."), field="campaign")
    if campaign.unit_id != count.unit_id:
        raise NotFound(_("Chiến dịch này không thuộc sổ của đơn vị."))
    if not campaign.is_open:
        raise RuleBroken(_("Chiến dịch %(name)s không mở, nên không ghi được.", name=campaign.name), field="campaign")


def _with_key(account: Account, key: str) -> CashCount | None:
    query = select(CashCount).where(CashCount.unit_id == account.unit_id, CashCount.idempotency_key == key)
    return db.session.scalar(query)


def _require_same(
    known: CashCount,
    account: Account,
    sheets: dict[int, int],
    note: str,
    campaign: Campaign | None,
    desk_id: int | None,
) -> None:
    """AlreadyRecorded unless the form says again what the count says; an exact one names no campaign."""
    counted = {value: n for value, n in sheets.items() if n}
    asked = campaign.id if campaign is not None and known.difference else None
    now, then = (
        (account.id, counted, note, asked, desk_id),
        (known.account_id, known.sheets, known.note, known.campaign_id, known.desk_id),
    )
    if now != then:
        raise AlreadyRecorded(_("Biểu mẫu này đã ghi một lần kiểm quỹ khác. Xin mở biểu mẫu mới."))


def _replace_waiting(count: CashCount, *, by: Person) -> None:
    for earlier in waiting_counts(count.unit_id):
        if earlier.account_id != count.account_id:
            continue
        request = requests.find_waiting(REQUEST, SUBJECT, earlier.id)
        if request is not None:
            requests.lapse(request, by=by, reason="Quỹ đã được đếm lại.")
        earlier.state = "replaced"
        record("cash.count_replaced", earlier, by=by, unit_id=earlier.unit_id)


def _open_in_month(unit_id: int, index: int) -> list[str]:
    last = open_work.last_day(index)
    return [
        _("Chênh lệch kiểm quỹ ngày %(day)s chưa ghi sổ.", day=f"{count.day.day}/{count.day.month}/{count.day.year}")
        for count in waiting_counts(unit_id)
        if count.day <= last
    ]


open_work.register("cash", _open_in_month)
desks.register_counted(is_desk_counted)
