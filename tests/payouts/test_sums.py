"""Bars of policies look at all that goes to one payee from a campaign in a month: bills, purchases, lists, refunds."""

import dataclasses
from collections.abc import Callable
from datetime import datetime

import pytest

from khuyenhoc.approvals import inbox, policies, registry, requests
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.awards import programmes
from khuyenhoc.awards.plans import plan_of
from khuyenhoc.core.clock import VIETNAM
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import db, writing
from khuyenhoc.funds import closing
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.giving import donations, donors, refunds
from khuyenhoc.giving.donors import Details
from khuyenhoc.goods import purchases
from khuyenhoc.goods.goods_tables import Purchase
from khuyenhoc.ledger import payment_orders, payments
from khuyenhoc.ledger.payment_tables import PaymentOrder
from khuyenhoc.payouts import lists
from khuyenhoc.payouts.payout_tables import Payout
from khuyenhoc.treasury import running_costs
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld
from tests.goods import stocked
from tests.payouts import paid
from tests.support import people
from tests.support.browser import Browser
from tests.support.world import DAY, HA

Clock = Callable[[datetime], None]

SHOP = "Cửa hàng  Minh Anh"


def bar(kind: str, from_amount: int = 10 * MILLION) -> None:
    """From this sum on two people approve."""
    with writing():
        policies.add_policy(
            kind, unit_id=0, from_amount=from_amount, roles=("chair", "vice_chair"), approvals_needed=2,
            valid_from=DAY, reason="Nghị quyết 4", by=HA,
        )  # fmt: skip


def bill(
    world: AwardWorld, amount: int, to: str = SHOP, campaign: Campaign | None = None, code: str = ""
) -> PaymentOrder:
    """The accountant asks that a bill be paid from the bicycles' money."""
    with writing():
        return running_costs.prepare(
            campaign or world.world.bicycles, world.world.cash, amount, memo="In giấy mời", person=to,
            payee_code=code, by=world.accountant, key=token(),
        )  # fmt: skip


def refund(world: AwardWorld, amount: int, to: str) -> PaymentOrder:
    """A gift of this donor goes back in part."""
    with writing():
        donor = donors.create(Details("individual", to), unit=world.unit, by=world.treasurer)
        gift = donations.record(
            donor, [donations.GiftLine(world.world.bicycles, 6 * MILLION)], method="cash", account=world.world.cash,
            on=DAY, by=world.treasurer, key=token(),
        )  # fmt: skip
    with writing():
        return refunds.ask(
            gift, world.world.bicycles, world.world.cash, amount, person=to, reason="Gửi nhầm", by=world.accountant,
            key=token(),
        )  # fmt: skip


def waiting(subject: PaymentOrder | Purchase | Payout) -> Request:
    """What waits for an approval about this."""
    found = {
        PaymentOrder: lambda: payment_orders.waiting_for(subject),  # type: ignore[arg-type]
        Purchase: lambda: purchases.waiting_for(subject),  # type: ignore[arg-type]
        Payout: lambda: requests.find_waiting(lists.KIND, lists.SUBJECT, subject.id),
    }[type(subject)]()
    assert found is not None
    return found


def total(subject: PaymentOrder | Purchase | Payout) -> int:
    """The sum that policies look at."""
    request = waiting(subject)
    return registry.get(request.kind).total(request)


def approve(world: AwardWorld, subject: PaymentOrder | Purchase) -> Outcome:
    """The chair approves what stands there."""
    request = waiting(subject)
    with writing():
        return requests.approve(request, by=world.chair, shown=requests.fingerprint(request))


def test_a_purchase_split_in_two_reaches_the_bar(world: AwardWorld) -> None:
    world.money(50 * MILLION, world.world.bicycles)
    bar(purchases.KIND)
    first = stocked.ask(world, 2, each=5 * MILLION // 2, supplier=SHOP)
    assert approve(world, first) is Outcome.DONE

    second = stocked.ask(world, 2, each=5 * MILLION // 2, supplier="cua hang minh anh")

    assert approve(world, second) is Outcome.NEEDS_MORE


def test_half_a_purchase_and_half_a_bill_reach_it_too(world: AwardWorld) -> None:
    world.money(50 * MILLION, world.world.bicycles)
    bar(running_costs.KIND)
    stocked.bought(world, stocked.approve(world, stocked.ask(world, 2, each=5 * MILLION // 2, supplier=SHOP)))

    assert approve(world, bill(world, 5 * MILLION, "Cua hang Minh Anh")) is Outcome.NEEDS_MORE
    assert approve(world, bill(world, 5 * MILLION, "Nhà in Cô Ba")) is Outcome.DONE
    other = bill(world, 5 * MILLION, campaign=world.scholarships)
    assert total(other) == 5 * MILLION


def test_a_code_brings_together_what_two_names_keep_apart(world: AwardWorld) -> None:
    bill(world, MILLION, "CH Minh Anh", code="0312 345 678")

    with writing():
        purchase = purchases.ask(
            world.world.bicycles, world.world.cash, [purchases.Wanted(world.world.bicycle, 1, MILLION)],
            supplier="Hộ kinh doanh M.A.", payee_code="0312345678", reason="Cho đợt 20/11", by=world.accountant,
            key=token(),
        )  # fmt: skip

    assert total(purchase) == 2 * MILLION


def test_a_refund_to_somebody_counts_with_what_the_same_name_is_paid(world: AwardWorld) -> None:
    back = refund(world, 2 * MILLION, "Lê Văn Thử")
    order = bill(world, MILLION, "LE VAN THU")

    assert (total(back), total(order)) == (3 * MILLION, 3 * MILLION)


def test_what_a_pupil_gets_from_a_list_counts_for_a_bill_and_the_bill_for_the_list(world: AwardWorld) -> None:
    world.money(5 * MILLION)
    programme = world.programme(publication_days=0)
    pupil = world.pupil("Trần Thị Ngoan")
    world.award(programme, "recommended", recipient=pupil)
    world.award(programme, "recommended")
    payout = paid.prepare(world, deciding.published(world, programme))

    order = bill(world, 500_000, "tran thi ngoan", world.scholarships)

    assert total(order) == MILLION + 500_000
    assert total(payout) == 2 * MILLION + 500_000
    assert "Ngoan" not in "".join(one.payee + one.title for one in registry.get(order.kind).added(waiting(order))[1:])


def test_a_list_counts_for_the_campaign_that_its_decision_took_whatever_the_programme_says_afterwards(
    world: AwardWorld,
) -> None:
    world.money(5 * MILLION)
    programme = world.programme(publication_days=0)
    world.award(programme, "recommended")
    decision = deciding.published(world, programme)
    plan = plan_of(programme)
    with writing():
        lines = [dataclasses.replace(line, campaign_id=world.world.bicycles.id) for line in plan.funding]
        programmes.change(programme, dataclasses.replace(plan, funding=tuple(lines)), by=world.secretary)
    first = paid.prepare(world, decision)
    other = world.programme(publication_days=0, code="HB-KHAC")
    world.award(other, "recommended")
    second = paid.prepare(world, deciding.published(world, other))

    assert lists.campaigns_of(first) == {world.scholarships.id}
    assert (total(first), total(second)) == (2 * MILLION, 2 * MILLION)
    said = [" ".join(closing.what_is_open(campaign)) for campaign in (world.scholarships, world.world.bicycles)]
    assert ["Đang chờ duyệt: Chi theo danh sách" in sentences for sentences in said] == [True, False]


def test_what_was_voided_withdrawn_or_sent_back_does_not_count(world: AwardWorld) -> None:
    world.money(50 * MILLION, world.world.bicycles)
    sent_back, thrown, withdrawn = (stocked.ask(world, 1, each=n * MILLION, supplier=SHOP) for n in (1, 2, 3))
    unpaid, returned = bill(world, 4 * MILLION), bill(world, 5 * MILLION)
    voided = stocked.bought(world, stocked.approve(world, stocked.ask(world, 1, each=6 * MILLION, supplier=SHOP)))
    counted = bill(world, 7 * MILLION)
    assert total(counted) == 28 * MILLION

    document = voided.document_id
    world.world.void(db.session.get_one(stocked.Document, document))
    with writing():
        requests.send_back(waiting(sent_back), by=world.chair, reason="Giá cao")
        purchases.cancel(thrown, reason="Thôi", by=world.accountant)
        requests.withdraw(waiting(withdrawn), by=world.accountant)
        payments.cancel(unpaid, reason="Thôi", by=world.accountant)
        requests.send_back(waiting(returned), by=world.chair, reason="Giá cao")

    assert total(counted) == 7 * MILLION


def test_what_is_mended_in_a_later_month_counts_in_that_month(world: AwardWorld, clock: Clock) -> None:
    world.money(50 * MILLION, world.world.bicycles)
    bar(purchases.KIND)
    bar(running_costs.KIND)
    bought, order = stocked.ask(world, 1, each=MILLION, supplier=SHOP), bill(world, MILLION)
    before = stocked.ask(world, 1, each=3 * MILLION, supplier=SHOP)
    assert total(before) == 5 * MILLION
    clock(datetime(2026, 9, 1, 0, 0, tzinfo=VIETNAM))
    other = stocked.ask(world, 1, each=8 * MILLION, supplier=SHOP)
    assert total(other) == 8 * MILLION

    stocked.change(world, bought, 2, each=MILLION)
    mended = running_costs.wanted(world.world.bicycles, world.world.cash, 4 * MILLION, memo="In giấy mời", person=SHOP)
    with writing():
        payments.change(order, mended, by=world.accountant)

    assert (total(bought), total(order), total(other), total(before)) == (14 * MILLION,) * 3 + (3 * MILLION,)
    assert approve(world, bought) is Outcome.NEEDS_MORE
    assert approve(world, order) is Outcome.NEEDS_MORE


def test_the_page_says_what_was_added_and_why_two_must_sign(world: AwardWorld, browser: Browser) -> None:
    world.money(50 * MILLION, world.world.bicycles)
    bar(running_costs.KIND)
    bill(world, 6 * MILLION)
    request = waiting(bill(world, 4 * MILLION, "CUA HANG MINH ANH"))

    card = inbox.card(request, people.person(world.chair.username))
    assert (card.needed, card.sum, [one.amount for one in card.added]) == (2, 10 * MILLION, [6 * MILLION, 4 * MILLION])
    page = browser.sign_in(world.chair.username).get("approvals.one", request_id=request.id)
    for said in ("Được cộng chung để xét mức duyệt", "Cộng lại là 10.000.000 ₫", "riêng khoản này thì cần 1 người"):
        assert said in page.text.replace("\u00a0", " ")


def test_a_code_that_is_none_is_asked_again_beside_its_field(world: AwardWorld) -> None:
    with pytest.raises(purchases.RuleBroken, match="từ 6 đến 24"):
        bill(world, MILLION, code="123")
