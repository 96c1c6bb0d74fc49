"""One deed of each kind that pages do only by an approval, each done through the engine by who may."""

from collections.abc import Callable
from typing import NamedTuple

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.awards import earmarking
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import db, writing
from khuyenhoc.funds import approvables as campaigns
from khuyenhoc.funds import campaign_steps
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.funds.funds import fund_by_id
from khuyenhoc.funds.plans import Plan
from khuyenhoc.ledger import approvables, payments, period_approvals, periods
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.payment_tables import PaymentOrder
from khuyenhoc.payouts import outcomes
from khuyenhoc.tracing import earmarks
from khuyenhoc.treasury import cash_counts, running_costs, transfers
from tests.awards import deciding
from tests.awards.award_world import MILLION, level
from tests.giving import returning
from tests.goods import stocked, written_off
from tests.payouts import paid, taken_back
from tests.proof.full_world import LAST_MONTH
from tests.reports.given import Given
from tests.support.world import DAY


class Done(NamedTuple):
    """What was done: the table, the row, the field that ``verify`` names, and what the requests about it are about."""

    table: str
    row: int
    subject: str
    subject_id: int
    field: str = "state"


Do = Callable[[Given], Done]


def approve(given: Given, request: Request | None) -> None:
    """The chair approves what stands there."""
    assert request is not None
    assert deciding.approve(request, given.world.chair) is requests.Outcome.DONE


def cash(given: Given) -> Done:
    """A list paid in cash."""
    payout, _lines = paid.paid(given.world, 1)
    return Done("payouts", payout.id, "payout", payout.id)


def settled(given: Given) -> Done:
    """A list that is settled."""
    payout, lines = paid.paid(given.world, 1)
    paid.receive(given.world, payout, lines)
    with writing():
        outcomes.settle(payout, by=given.world.accountant)
    return Done("payouts", payout.id, "payout", payout.id)


def goods(given: Given) -> Done:
    """Goods handed over."""
    payout = stocked.listed(given.world, paid.goods(given.world, 1))
    stocked.hand_over(given.world, payout)
    return Done("payouts", payout.id, "payout", payout.id)


def to_be_paid(given: Given) -> Done:
    """A list that is approved and not yet paid."""
    payout = paid.approve(given.world, paid.prepare(given.world, paid.money(given.world, 1)))
    return Done("payouts", payout.id, "payout", payout.id)


def purchase(given: Given) -> Done:
    """Goods bought."""
    given.world.money(5 * stocked.EACH, given.world.world.bicycles)
    bought = stocked.bought(given.world, stocked.approve(given.world, stocked.ask(given.world)))
    return Done("purchases", bought.id, "purchase", bought.id)


def write_off(given: Given) -> Done:
    """Goods written off."""
    given.world.world.bicycles_given(2)
    lost = written_off.lose(given.world)
    written_off.decide(given.world, lost)
    return Done("write_offs", lost.id, "write_off", lost.id)


def order(given: Given) -> PaymentOrder:
    """A running cost, approved and paid."""
    ward = given.world.world
    ward.gift(MILLION, campaign=ward.general)
    with writing():
        made = running_costs.prepare(
            ward.general, ward.cash, 25_000, memo="Nước uống", person="Bà Tư", by=given.world.accountant, key=token()
        )
    approve(given, returning.request_of(made))
    with writing():
        payments.pay(made, by=given.world.treasurer)
    return made


def cost(given: Given) -> Done:
    """A running cost, paid."""
    made = order(given)
    return Done("payment_orders", made.id, "payment_order", made.id)


def voided_cost(given: Given) -> Done:
    """A running cost whose document was voided afterwards."""
    made = order(given)
    returning.void(given.ward, db.session.get_one(Document, made.document_id))
    assert db.session.get_one(PaymentOrder, made.id).state == "voided"
    return Done("payment_orders", made.id, "payment_order", made.id)


def refund(given: Given) -> Done:
    """A gift given back: a payment order too."""
    made = returning.ask(given.ward, given.ward.give(MILLION), 400_000)
    returning.approve(given.ward, made)
    returning.pay(given.ward, made)
    return Done("payment_orders", made.id, "payment_order", made.id)


def decision(given: Given) -> Done:
    """A decision signed."""
    given.world.money(3 * MILLION)
    programme = given.world.programme()
    given.world.award(programme, "recommended")
    signed = deciding.decided(given.world, programme)
    return Done("decisions", signed.id, "decision", signed.id)


def voided(given: Given) -> Done:
    """A gift voided."""
    gift = given.ward.give(90_000)
    returning.void(given.ward, gift)
    return Done("documents", gift.id, "document", gift.id)


def back(given: Given) -> Done:
    """A handover of which something was taken back."""
    payout, document, lines = taken_back.handed_over(given.world, 2)
    taken_back.taken_back(given.world, payout, lines[:1])
    return Done("documents", document.id, "handover", document.id)


def difference(given: Given) -> Done:
    """A cash count whose difference is posted."""
    ward = given.world.world
    ward.gift(500_000)
    with writing():
        count = cash_counts.count_cash(
            ward.cash, {200_000: 2}, campaign=ward.bicycles, note="Thiếu", by=given.world.treasurer, key=token()
        )
    approve(given, requests.find_waiting(cash_counts.REQUEST, cash_counts.SUBJECT, count.id))
    return Done("cash_counts", count.id, "cash_count", count.id)


def _drafted(given: Given) -> Campaign:
    fund = fund_by_id(given.world.world.general.fund_id)
    with writing():
        return campaign_steps.draft("AOAM", fund, Plan("Áo ấm mùa đông", DAY), by=given.world.secretary)


def opened(given: Given) -> Done:
    """A campaign opened."""
    campaign = _drafted(given)
    with writing():
        request = campaigns.ask_to_open(campaign, by=given.world.accountant)
    approve(given, request)
    return Done("campaigns", campaign.id, "campaign", campaign.id)


def closed(given: Given) -> Done:
    """A campaign closed, which was opened before the books that the test knows."""
    campaign = given.world.world.bicycles
    with writing():
        request = campaigns.ask_to_close(campaign, by=given.world.accountant, reason="Đã trao xong")
    approve(given, request)
    return Done("campaigns", campaign.id, "campaign", campaign.id)


def month(given: Given) -> Done:
    """A month closed."""
    unit, index = given.world.unit.id, periods.month_index(LAST_MONTH)
    given.world.world.gift(MILLION, on=LAST_MONTH)
    with writing():
        request = period_approvals.ask_to_close(unit, index, by=given.world.accountant)
    approve(given, request)
    period = periods.find(unit, LAST_MONTH)
    assert period is not None
    return Done("periods", period.id, "period", period_approvals.subject_of(unit, index))


def moved(given: Given) -> Done:
    """Money moved between campaigns."""
    ward = given.world.world
    ward.gift(MILLION, campaign=ward.general)
    with writing():
        request = transfers.ask(
            ward.general, given.world.scholarships, ward.cash, 1_000, reason="Bù", consent="",
            by=given.world.accountant, key=token(),
        )  # fmt: skip
    approve(given, request)
    document = db.session.query(Document).filter_by(kind="transfer").one()
    return Done("documents", document.id, "campaign", ward.general.id, "idempotency_key")


def bound(given: Given) -> Done:
    """A gift that is bound to a purpose and may pay for a level."""
    first = given.world.programme("HB", levels=[level("LOP9", MILLION)]).levels[0]
    gift = given.gift(MILLION, restriction="Chỉ cho học sinh lớp 9")
    with writing():
        request = earmarking.ask_to_bind(gift, first, reason="Đúng lời", consent=None, by=given.world.accountant)
    approve(given, request)
    return Done("earmarks", earmarks.of(gift)[0].id, "bound_gift", gift.id, "purpose_id")


def void_asked(given: Given) -> Request:
    """A gift that waits to be voided."""
    with writing():
        return approvables.ask_void(given.ward.give(90_000), by=given.world.accountant, reason="Gõ hai lần")


DONE: tuple[Do, ...] = (
    cash, settled, goods, to_be_paid, purchase, write_off, cost, voided_cost, refund, decision, voided, back,
    difference, opened, closed, month, moved, bound,
)  # fmt: skip
PAID: tuple[Do, ...] = (cash, settled, goods, purchase, cost, voided_cost, refund)
