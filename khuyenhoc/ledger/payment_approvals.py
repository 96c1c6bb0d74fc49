"""A payment order is paid only after another person's approval; thresholds look at all that its payee gets."""

from collections.abc import Iterable

from sqlalchemy import func, select

from khuyenhoc.approvals.pairs import Part
from khuyenhoc.approvals.registry import Added, Approvable, Description, Fact
from khuyenhoc.approvals.registry import register as offer
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import show
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds import closing, purposes
from khuyenhoc.funds.campaigns import Campaign, campaign_by_id
from khuyenhoc.history import chains, seal
from khuyenhoc.history.events import record
from khuyenhoc.ledger import balances, claims, outflows, payment_orders, payments
from khuyenhoc.ledger.accounts import get_account
from khuyenhoc.ledger.outflows import Question
from khuyenhoc.ledger.payment_tables import STATES, PaymentOrder
from khuyenhoc.ledger.payments import PaymentKind
from khuyenhoc.ledger.refusals import NotEnough
from khuyenhoc.org.users import User


def register(kind: PaymentKind) -> None:
    """Let orders of this kind be prepared, approved and paid."""
    payments.register(kind)
    outflows.register("orders", _going_out, {kind.kind: _question})
    offer(
        Approvable(
            kind=kind.kind,
            title=kind.title,
            describe=_describe,
            fingerprint=_fingerprint,
            carry_out=_carry_out,
            participants=_parts,
            total=outflows.total,
            added=outflows.added,
        )
    )


def _describe(request: Request) -> Description:
    order = payment_orders.get_order(request.subject_id)
    kind, campaign, account = payments.kind_of(order), campaign_by_id(order.campaign_id), get_account(order.account_id)
    facts = [
        Fact(_("Chiến dịch"), campaign.name, f"/chien-dich/{campaign.code}"),
        *purposes.facts(campaign),
        Fact(_("Chi từ"), account.label),
        Fact(_("Người nhận tiền"), order.payee),
        *kind.facts(order),
        Fact(_("Người lập"), order.prepared_by_name),
    ]
    return Description(
        title=kind.name(order),
        subtitle=campaign.name,
        amount=request.amount,
        facts=facts,
        warning=" ".join(filter(None, _warnings(order))) if request.is_waiting else "",
        outcome=str(kind.outcome),
        button=_("Duyệt chi %(amount)s", amount=show(request.amount)),
        url=f"/so-sach/de-nghi-chi/{order.id}",
    )


def _warnings(order: PaymentOrder) -> Iterable[str]:
    return _short(order), claims.why_kept(payments.leaving(order)), payments.kind_of(order).warning(order)


def _short(order: PaymentOrder) -> str:
    account = get_account(order.account_id)
    have = balances.on_account_for(account.id, order.campaign_id)
    if have >= order.amount:
        return ""
    return _("%(account)s của chiến dịch chỉ còn %(have)s.", account=account.name, have=show(have))


def _fingerprint(request: Request) -> str:
    order = payment_orders.get_order(request.subject_id)
    return chains.digest([seal.fingerprint("payment_orders", order.id), payments.kind_of(order).shown(order)])


def _parts(request: Request) -> Iterable[Part]:
    found = payment_orders.parts_of(payment_orders.get_order(request.subject_id))
    return [part for part in found if part[0] == "prepare"]


def _going_out(question: Question) -> Iterable[Added]:
    for order in payment_orders.asked_in(question):
        kind = payments.kind_of(order)
        if question.payees.has(kind.payee(order)):
            yield Added(
                order.kind,
                order.id,
                order.prepared_on,
                kind.name(order),
                order.payee,
                str(STATES[order.state]),
                order.amount,
                f"/so-sach/de-nghi-chi/{order.id}",
            )


def _question(request: Request) -> Question:
    order = payment_orders.get_order(request.subject_id)
    return outflows.question([order.campaign_id], order.prepared_on, [payments.kind_of(order).payee(order)])


def _carry_out(request: Request, /, *, by: User) -> None:
    order = payment_orders.get_order(request.subject_id)
    payments.lock(order)
    payments.kind_of(order).require(order)
    _require_money(order)
    claims.require(payments.leaving(order))
    order.state, order.approved_at = "approved", clock.stamp()
    order.approved_by_name = request.approver_names(by.signature)
    record("order.approved", order, by=by, unit_id=order.unit_id)


def _require_money(order: PaymentOrder) -> None:
    """What is promised to others cannot be approved a second time; on which account it lies may still change."""
    have = balances.available(order.campaign_id)
    if have < order.amount:
        campaign = campaign_by_id(order.campaign_id)
        sentence = _(
            "%(campaign)s chỉ còn %(have)s dùng được (trừ tiền đã quyết định, chưa chi); cần %(asked)s.",
            campaign=campaign.name,
            have=show(have),
            asked=show(order.amount),
        )
        raise NotEnough(sentence)


def _open_of_campaign(campaign: Campaign) -> Iterable[str]:
    live = select(func.count()).select_from(PaymentOrder)
    live = live.where(PaymentOrder.campaign_id == campaign.id, PaymentOrder.state.in_(("prepared", "approved")))
    count = int(db.session.scalar(live) or 0)
    return [_("Còn %(n)s đề nghị chi chưa chi xong.", n=count)] if count else []


closing.register("orders", _open_of_campaign)
