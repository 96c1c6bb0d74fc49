"""Purchases: asked for, approved by another person, received and counted, paid; posted in the last step.

Against a decision the money that it had committed is released, and the pieces are reserved for its awards,
in the same entry.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import or_, select

from khuyenhoc.approvals import pairs, requests
from khuyenhoc.awards.award_tables import Award, AwardShare
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.awards.programme_tables import FundingLine, Level, LevelItem, Programme
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import LARGEST, Dong
from khuyenhoc.core.errors import AlreadyRecorded, NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.names import clean, clean_lines
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds.campaigns import Campaign, campaign_by_id, require_takes
from khuyenhoc.funds.items import Item
from khuyenhoc.goods.goods_tables import Purchase, PurchaseLine
from khuyenhoc.history import chains
from khuyenhoc.history.events import record, record_many
from khuyenhoc.ledger import documents
from khuyenhoc.ledger.accounts import Account, chart_of, get_account
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.documents import Draft, Line
from khuyenhoc.ledger.followers import Use
from khuyenhoc.org import grants
from khuyenhoc.org.users import User

KIND = "purchase"
SUBJECT = "purchase"
SERIES = {"cash": "PC", "bank": "UN"}
STEPS = {
    "approve": ("asked", "approved", "another person whom the policy names"),
    "receive": ("approved", "received", "goods.receive"),
    "pay": ("received", "paid", "goods.pay"),
    "cancel": ("asked, approved, received", "cancelled", "goods.ask"),
}
"""Step → from which states, to which, and who may take it."""

MOST_LINES = 50


class Wanted(NamedTuple):
    """So many pieces of an item at so many đồng each."""

    item: Item
    quantity: int
    unit_value: Dong


def ask(
    campaign: Campaign,
    account: Account,
    wanted: Sequence[Wanted],
    *,
    supplier: str,
    supplier_address: str = "",
    reason: str,
    by: User,
    key: str,
    decision: Decision | None = None,
) -> Purchase:
    """Ask that goods be bought for a campaign; with ``decision``, for its awards that wait for goods.

    The same key again gives the purchase that is there; with other content AlreadyRecorded.
    """
    chains.lock(campaign.unit_id)
    supplier, reason = clean(supplier), clean_lines(reason)
    known = _known(campaign, key, supplier, wanted)
    if known is not None:
        return known
    _require(campaign.unit_id, by, "goods.ask")
    _require_sound(campaign, account, wanted, supplier, decision)
    purchase = Purchase(
        unit_id=campaign.unit_id,
        campaign_id=campaign.id,
        account_id=account.id,
        decision_id=decision.id if decision else None,
        supplier=supplier,
        supplier_address=clean(supplier_address)[:200],
        reason=reason[:1000],
        amount=sum(one.quantity * one.unit_value for one in wanted),
        state="asked",
        asked_by=by.id,
        asked_by_name=by.signature,
        asked_at=clock.stamp(),
        idempotency_key=key,
    )
    purchase.lines = [
        PurchaseLine(position=place, item_id=one.item.id, quantity=one.quantity, unit_value=one.unit_value)
        for place, one in enumerate(wanted, start=1)
    ]
    db.session.add(purchase)
    record("purchase.asked", purchase, by=by, unit_id=purchase.unit_id, reason=reason)
    requests.ask(
        KIND,
        unit_id=purchase.unit_id,
        subject_kind=SUBJECT,
        subject_id=purchase.id,
        by=by,
        reason=reason,
        amount=purchase.amount,
    )
    return purchase


def _known(campaign: Campaign, key: str, supplier: str, wanted: Sequence[Wanted]) -> Purchase | None:
    mine = select(Purchase).where(Purchase.unit_id == campaign.unit_id, Purchase.idempotency_key == key)
    known = db.session.scalar(mine)
    if known is None:
        return None
    stored = [(line.item_id, line.quantity, line.unit_value) for line in known.lines]
    asked = [(one.item.id, one.quantity, one.unit_value) for one in wanted]
    if (known.campaign_id, known.supplier, stored) != (campaign.id, supplier, asked):
        raise AlreadyRecorded(_("Biểu mẫu này đã gửi đề nghị với nội dung khác. Xin mở biểu mẫu mới."))
    return known


def _require_sound(
    campaign: Campaign, account: Account, wanted: Sequence[Wanted], supplier: str, decision: Decision | None
) -> None:
    require_takes(campaign)
    if account.unit_id != campaign.unit_id or account.kind not in SERIES:
        raise NotFound(_("Tài khoản này không thuộc sổ của đơn vị."))
    if not 1 <= len(supplier) <= 150:
        raise RuleBroken(_("Xin ghi mua của ai."), field="supplier")
    if not 1 <= len(wanted) <= MOST_LINES:
        raise RuleBroken(_("Xin ghi ít nhất một mặt hàng."), field="lines")
    if len({one.item.id for one in wanted}) < len(wanted):
        raise RuleBroken(_("Có hai dòng cùng một mặt hàng. Xin gộp lại thành một."), field="lines")
    for one in wanted:
        if not 1 <= one.quantity <= 1_000_000:
            raise RuleBroken(_("Số lượng hiện vật là số nguyên từ 1 đến 1.000.000."), field="lines")
        if not 1 <= one.unit_value <= LARGEST:
            raise RuleBroken(_("Đơn giá phải lớn hơn 0."), field="lines")
    if decision is not None and decision.unit_id != campaign.unit_id:
        raise NotFound(_("Không có quyết định này."))
    if decision is not None and not waiting_shares(decision, campaign.id):
        raise RuleBroken(_("Quyết định này không có suất nào chờ mua hàng bằng tiền của chiến dịch."), field="decision")


def receive(purchase: Purchase, counted: Mapping[int, int], *, by: User, on: datetime.date | None = None) -> None:
    """Note what arrived: line → pieces counted. Less than ordered is paid as less."""
    _lock(purchase)
    _require(purchase.unit_id, by, "goods.receive")
    _require_state(purchase, "approved")
    for line in purchase.lines:
        pieces = counted.get(line.position)
        if pieces is None or not 0 <= pieces <= line.quantity:
            sentence = _("Xin đếm từng mặt hàng; không quá %(n)s.", n=line.quantity)
            raise RuleBroken(sentence, field=f"counted-{line.position}")
        line.received = pieces
    if not any(line.received for line in purchase.lines):
        raise RuleBroken(_("Chưa nhận được món nào. Xin hủy đề nghị nếu không mua nữa."), field="lines")
    purchase.state, purchase.received_on = "received", on or clock.today()
    purchase.received_by, purchase.received_by_name = by.id, by.signature
    record("purchase.received", purchase, by=by, unit_id=purchase.unit_id)


def pay(purchase: Purchase, *, by: User, on: datetime.date | None = None) -> Document:
    """Pay for what arrived. Who asked or approved does not pay. Pressed twice it is paid once."""
    _lock(purchase)
    if purchase.state == "paid" and purchase.document_id is not None:
        return documents.get_document(purchase.document_id)
    _require(purchase.unit_id, by, "goods.pay")
    _require_state(purchase, "received")
    parts = [("prepare", purchase.asked_by), *([("approve", purchase.approved_by)] if purchase.approved_by else [])]
    pairs.require_other_person("pay", by, parts)
    shares = _bought_for(purchase)
    document = documents.post(_draft(purchase, shares, on or clock.today()), by=by)
    purchase.state, purchase.document_id = "paid", document.id
    record("purchase.paid", purchase, by=by, unit_id=purchase.unit_id, details={"label": document.label})
    awards = list(dict.fromkeys(share.award_id for share in shares))
    for share in shares:
        share.amount = 0
    found = [db.session.get_one(Award, award_id) for award_id in awards]
    record_many("award.goods_bought", found, by=by, unit_id=purchase.unit_id)
    return document


def _draft(purchase: Purchase, shares: Sequence[AwardShare], on: datetime.date) -> Draft:
    campaign, account = campaign_by_id(purchase.campaign_id), get_account(purchase.account_id)
    chart = chart_of(purchase.unit_id)
    stock, money, pieces = (get_account(chart.id_of(kind)) for kind in ("stock", "commitments", "reservations"))
    got = [line for line in purchase.lines if line.received]
    amount = sum(line.unit_value * (line.received or 0) for line in got)
    lines = [
        Line(campaign, stock, "bought", line.unit_value * (line.received or 0), line.item_id, line.received or 0)
        for line in got
    ]
    lines.append(Line(campaign, account, "moved", -amount))
    if shares:
        lines.append(Line(campaign, money, "committed", -sum(share.amount for share in shares)))
        sums: dict[int, int] = {}
        for share in shares:
            sums[share.item_id or 0] = sums.get(share.item_id or 0, 0) + share.quantity
        lines += [Line(campaign, pieces, "reserved", 0, item_id, n) for item_id, n in sums.items()]
    levels = purposes_of(campaign.id, [line.item_id for line in got])
    return Draft(
        kind="purchase",
        unit_id=purchase.unit_id,
        series=SERIES[account.kind],
        date=on,
        memo=f"Mua hàng của {purchase.supplier}",
        lines=lines,
        key=f"purchase:{purchase.id}",
        amount=amount,
        details={"approved_by": purchase.approved_by_name},
        uses=[Use(campaign.id, amount, "bought", None, levels)],
    )


def purposes_of(campaign_id: int, item_ids: Iterable[int]) -> tuple[int, ...]:
    """The levels, of programmes not ended, that this campaign funds and whose packages hold one of these items."""
    query = (
        select(Level.id)
        .join(LevelItem, LevelItem.level_id == Level.id)
        .join(Programme, Programme.id == Level.programme_id)
        .join(FundingLine, FundingLine.programme_id == Programme.id)
        .where(
            LevelItem.item_id.in_(sorted(item_ids)),
            FundingLine.campaign_id == campaign_id,
            or_(FundingLine.level_id.is_(None), FundingLine.level_id == Level.id),
            Programme.state != "closed",
        )
    )
    return tuple(db.session.scalars(query.distinct().order_by(Level.id)))


def waiting_shares(decision: Decision, campaign_id: int) -> list[AwardShare]:
    """The shares of a decision's awards for which this campaign's money waits to buy goods, in the annex' order."""
    query = (
        select(AwardShare)
        .join(Award, Award.id == AwardShare.award_id)
        .where(
            Award.decision_id == decision.id,
            Award.state.in_(("decided", "published")),
            AwardShare.campaign_id == campaign_id,
            AwardShare.item_id.is_not(None),
            AwardShare.amount > 0,
        )
    )
    return list(db.session.scalars(query.order_by(Award.number, AwardShare.position)))


def _bought_for(purchase: Purchase) -> list[AwardShare]:
    """The shares that the pieces received are reserved for: whole shares, in their order."""
    if purchase.decision_id is None:
        return []
    left = {line.item_id: line.received or 0 for line in purchase.lines}
    found = []
    for share in waiting_shares(db.session.get_one(Decision, purchase.decision_id), purchase.campaign_id):
        if share.item_id is not None and left.get(share.item_id, 0) >= share.quantity:
            left[share.item_id] -= share.quantity
            found.append(share)
    return found


def cancel(purchase: Purchase, *, reason: str, by: User) -> None:
    """Nothing is bought. What was paid for is no more cancelled."""
    _lock(purchase)
    _require(purchase.unit_id, by, "goods.ask")
    _require_state(purchase, "asked", "approved", "received")
    reason = clean_lines(reason)
    if not reason:
        raise RuleBroken(_("Xin ghi lý do."), field="reason")
    purchase.state = "cancelled"
    record("purchase.cancelled", purchase, by=by, unit_id=purchase.unit_id, reason=reason)
    waiting = requests.find_waiting(KIND, SUBJECT, purchase.id)
    if waiting is not None:
        requests.lapse(waiting, by=by, reason=reason)


def get_purchase(purchase_id: int) -> Purchase:
    """The purchase of this id; NotFound when there is none."""
    purchase = db.session.get(Purchase, purchase_id)
    if purchase is None:
        raise NotFound(_("Không có lần mua này."))
    return purchase


def _lock(purchase: Purchase) -> None:
    chains.lock(purchase.unit_id)
    db.session.refresh(purchase)


def _require(unit_id: int, by: User, permission: str) -> None:
    if unit_id not in grants.units_with(by, permission):
        raise NotAllowed(_("Việc này không thuộc vai trò của %(you)s ở đơn vị này.", you=by.address_form))


def _require_state(purchase: Purchase, *states: str) -> None:
    if purchase.state in states:
        return
    sentence = {
        "asked": _("Lần mua này chưa được duyệt."),
        "approved": _("Lần mua này chưa nhận hàng."),
        "received": _("Lần mua này đã nhận hàng rồi."),
        "paid": _("Lần mua này đã chi rồi."),
        "cancelled": _("Lần mua này đã hủy."),
    }[purchase.state]
    raise RuleBroken(sentence)
