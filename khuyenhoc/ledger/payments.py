"""Paying out: prepared by one person, approved by another, paid by a third; the money moves in the last step.

Features register what can be paid (``register``): running costs, a gift given back. The rules here are
the same for all: whole đồng of one campaign from one cash box or bank account of its unit.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import select

from khuyenhoc.approvals import pairs, requests
from khuyenhoc.approvals.registry import Fact
from khuyenhoc.core import clock
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import LARGEST, Dong
from khuyenhoc.core.errors import AlreadyRecorded, NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.names import clean, clean_lines, folded_words
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.funds.campaigns import Campaign, campaign_by_id, require_takes
from khuyenhoc.history import chains
from khuyenhoc.history.events import record
from khuyenhoc.ledger import claims, documents, followers, periods
from khuyenhoc.ledger.accounts import Account, get_account
from khuyenhoc.ledger.claims import Leaving
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.documents import Draft, Line
from khuyenhoc.ledger.followers import Parts, Use
from khuyenhoc.ledger.payees import Payee, code_of, require_code
from khuyenhoc.ledger.payment_orders import SUBJECT, find_by_document, parts_of, waiting_for
from khuyenhoc.ledger.payment_tables import PaymentOrder
from khuyenhoc.org import grants
from khuyenhoc.org.users import User

SERIES = {"cash": "PC", "bank": "UN"}
LONGEST_PAYEE = 150
LONGEST_MEMO = 300


@dataclass(frozen=True)
class Wanted:
    """What is asked to be paid: ``amount`` đồng of a campaign from an account, to whom, and what for.

    ``payee_key`` tells one payee from another; empty, the name itself does, however it is spelled. ``payee_code``
    is a tax code or an account number as typed, where one was given.
    """

    kind: str
    campaign: Campaign
    account: Account
    amount: Dong
    payee: str
    memo: str
    payee_key: str = ""
    gift_id: int | None = None
    payee_code: str | None = None


@dataclass(frozen=True)
class PaymentKind:
    """What a feature pays by orders. ``require`` says by RuleBroken why an order cannot be paid as things stand.

    ``payee`` says who is paid, for the sums that policies look at. ``heading`` is the one of the
    reconciliation, ``memo`` what the books say, ``shown`` whatever else an approver is shown and an approval
    is bound to, ``noted`` what goes to the history beside the document.
    """

    kind: str
    title: Any
    heading: str
    name: Callable[[PaymentOrder], str]
    require: Callable[[PaymentOrder], None]
    memo: Callable[[PaymentOrder], str]
    facts: Callable[[PaymentOrder], Iterable[Fact]]
    warning: Callable[[PaymentOrder], str]
    noted: Callable[[PaymentOrder], Mapping[str, str]]
    shown: Callable[[PaymentOrder], str]
    outcome: Any
    change_url: Callable[[PaymentOrder], str]
    payee: Callable[[PaymentOrder], Payee]


_kinds: dict[str, PaymentKind] = {}


def register(kind: PaymentKind) -> PaymentKind:
    """Let a kind be paid by orders. The last registration of a kind holds."""
    _kinds[kind.kind] = kind
    return kind


def kind_of(order: PaymentOrder) -> PaymentKind:
    """What the order's feature says of it."""
    return _kinds[order.kind]


def kinds() -> Mapping[str, PaymentKind]:
    """Every kind that is paid by orders."""
    return dict(sorted(_kinds.items()))


def prepare(wanted: Wanted, *, by: User, key: str) -> PaymentOrder:
    """Prepare an order and ask that another person approve it.

    The same key again gives the order that is there; with other content AlreadyRecorded.
    """
    chains.lock(wanted.campaign.unit_id)
    query = select(PaymentOrder).where(
        PaymentOrder.unit_id == wanted.campaign.unit_id, PaymentOrder.idempotency_key == key
    )
    known = db.session.scalar(query)
    if known is not None:
        if _content(known) != _asked(wanted):
            raise AlreadyRecorded(_("Biểu mẫu này đã gửi đề nghị với nội dung khác. Xin mở biểu mẫu mới."))
        return known
    _require_right(wanted.campaign.unit_id, by, "payment.prepare")
    order = PaymentOrder(
        unit_id=wanted.campaign.unit_id,
        kind=wanted.kind,
        gift_id=wanted.gift_id,
        state="prepared",
        prepared_on=clock.today(),
        prepared_by=by.id,
        prepared_by_name=by.signature,
        prepared_at=clock.stamp(),
        idempotency_key=key,
    )
    _fill(order, wanted)
    kind_of(order).require(order)
    claims.require(leaving(order))
    db.session.add(order)
    record("order.prepared", order, by=by, unit_id=order.unit_id)
    _ask(order, by)
    return order


def change(order: PaymentOrder, wanted: Wanted, *, by: User) -> None:
    """Mend an order that is not approved yet, and ask anew, today; what was approved of it before no longer counts."""
    lock(order)
    _require_right(order.unit_id, by, "payment.prepare")
    _require_state(order, "prepared")
    waiting = waiting_for(order)
    if (wanted.kind, wanted.gift_id, wanted.campaign.unit_id) != (order.kind, order.gift_id, order.unit_id):
        raise NotFound(_("Không có đề nghị chi này."))
    if waiting is not None and _content(order) == _asked(wanted):
        return  # pressed twice
    _fill(order, wanted)
    kind_of(order).require(order)
    claims.require(leaving(order))
    order.prepared_on = clock.today()
    record("order.changed", order, by=by, unit_id=order.unit_id)
    if waiting is not None:
        requests.lapse(waiting, by=by, reason="Đề nghị đã sửa.")
    _ask(order, by)


def cancel(order: PaymentOrder, *, reason: str, by: User) -> None:
    """Nothing is paid. What has been paid is no more cancelled, but voided."""
    lock(order)
    _require_right(order.unit_id, by, "payment.prepare")
    _require_state(order, "prepared", "approved")
    reason = clean_lines(reason)
    if not reason:
        raise RuleBroken(_("Xin ghi lý do."), field="reason")
    order.state = "cancelled"
    record("order.cancelled", order, by=by, unit_id=order.unit_id, reason=reason)
    waiting = waiting_for(order)
    if waiting is not None:
        requests.lapse(waiting, by=by, reason=reason)


def pay(order: PaymentOrder, *, by: User, on: datetime.date | None = None) -> Document:
    """Pay an approved order, today or on a day since its approval. Who prepared or approved it does not pay it.

    Pressed twice by the same person it is paid once.
    """
    lock(order)
    if order.state == "paid" and order.document_id is not None and order.paid_by == by.id:
        return documents.get_document(order.document_id)
    _require_right(order.unit_id, by, "payment.pay")
    _require_state(order, "approved")
    pairs.require_other_person("pay", by, parts_of(order))
    on = on or clock.today()
    if requests.is_before_approval(SUBJECT, order.id, on):
        raise RuleBroken(_("Tiền chỉ được chi từ ngày duyệt trở đi."), field="date")
    periods.require_open(order.unit_id, on)
    kind_of(order).require(order)
    document = documents.post(_draft(order, on), by=by)
    order.state, order.document_id = "paid", document.id
    order.paid_by, order.paid_by_name = by.id, by.signature
    record("order.paid", order, by=by, unit_id=order.unit_id, details={"label": document.label})
    return document


def leaving(order: PaymentOrder) -> Leaving:
    """The money that an order would take, for whoever counts on it; a refund takes the gift's own."""
    return Leaving(order.campaign_id, order.amount, order.gift_id, fact=order.gift_id is not None)


def _draft(order: PaymentOrder, on: datetime.date) -> Draft:
    campaign, account, kind = campaign_by_id(order.campaign_id), get_account(order.account_id), kind_of(order)
    use = Use(campaign.id, order.amount, kind.heading, source_id=order.gift_id)
    noted = {"person": order.payee, "approved_by": order.approved_by_name or "", **kind.noted(order)}
    return Draft(
        kind=order.kind,
        unit_id=order.unit_id,
        series=SERIES[account.kind],
        date=on,
        memo=kind.memo(order),
        lines=[Line(campaign, account, kind.heading, -order.amount)],
        key=f"order:{order.id}",
        amount=order.amount,
        details=noted,
        uses=[use],
    )


def _fill(order: PaymentOrder, wanted: Wanted) -> None:
    campaign, account = wanted.campaign, wanted.account
    require_takes(campaign)
    if account.unit_id != campaign.unit_id:
        raise NotFound(_("Không có tài khoản này."))
    if account.kind not in SERIES:
        raise RuleBroken(_("Xin chọn quỹ tiền mặt hoặc tài khoản ngân hàng."), field="account")
    if not 1 <= wanted.amount <= LARGEST:
        raise RuleBroken(_("Số tiền phải lớn hơn 0 và không quá 999.999.999.999 đồng."), field="amount")
    payee, memo = clean(wanted.payee), clean(wanted.memo)
    if not payee or not folded_words(payee):
        raise RuleBroken(_("Xin ghi tên người nhận tiền."), field="person")
    if len(payee) > LONGEST_PAYEE:
        raise RuleBroken(_("Dài nhất %(n)s ký tự.", n=LONGEST_PAYEE), field="person")
    if not memo:
        raise RuleBroken(_("Xin ghi nội dung."), field="memo")
    if len(memo) > LONGEST_MEMO:
        raise RuleBroken(_("Xin ghi nội dung trong 300 chữ."), field="memo")
    order.campaign_id, order.account_id, order.amount = campaign.id, account.id, wanted.amount
    order.payee, order.payee_key, order.memo = payee, _payee_key(wanted), memo
    order.payee_code = require_code(wanted.payee_code)


def _payee_key(wanted: Wanted) -> str:
    return (wanted.payee_key or " ".join(folded_words(wanted.payee)))[:160]


def _asked(wanted: Wanted) -> list[Any]:
    campaign, account = wanted.campaign.id, wanted.account.id
    said = [clean(wanted.payee), _payee_key(wanted), clean(wanted.memo), code_of(wanted.payee_code)]
    return [wanted.kind, campaign, account, wanted.amount, *said, wanted.gift_id]


def _content(order: PaymentOrder) -> list[Any]:
    said = [order.payee, order.payee_key, order.memo, order.payee_code or ""]
    return [order.kind, order.campaign_id, order.account_id, order.amount, *said, order.gift_id]


def _ask(order: PaymentOrder, by: User) -> None:
    requests.ask(
        order.kind,
        unit_id=order.unit_id,
        subject_kind=SUBJECT,
        subject_id=order.id,
        by=by,
        reason=order.memo,
        amount=order.amount,
    )


def _require_right(unit_id: int, by: User, permission: str) -> None:
    if unit_id not in grants.units_with(by, permission):
        raise NotAllowed(_("Việc này không thuộc vai trò của %(you)s ở đơn vị này.", you=by.address_form))


def _require_state(order: PaymentOrder, *states: str) -> None:
    if order.state in states:
        return
    sentence = {
        "prepared": _("Đề nghị chi này chưa được duyệt."),
        "approved": _("Đề nghị chi này đã duyệt rồi. Muốn sửa thì thôi đề nghị này và lập đề nghị khác."),
        "paid": _("Đề nghị chi này đã chi rồi."),
        "voided": _("Đề nghị chi này đã chi và chứng từ đã hủy."),
        "cancelled": _("Đề nghị chi này đã thôi."),
    }[order.state]
    raise RuleBroken(sentence)


def lock(order: PaymentOrder) -> None:
    """Take the unit's lock, and read the order as it stands now."""
    chains.lock(order.unit_id)
    db.session.refresh(order)


class _Orders:
    """Follows the books: a voided document takes its order along."""

    def posted(self, _document: Document, _draft: Draft, /) -> Parts:
        return {}

    def voided(self, document: Document, /, *, by: Person) -> None:
        order = find_by_document(document.id) if document.kind in _kinds else None
        if order is not None:
            order.state = "voided"
            record("order.voided", order, by=by, unit_id=order.unit_id, details={"label": document.label})


followers.register("orders", _Orders())
