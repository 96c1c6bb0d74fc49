"""Goods are asked for, approved, counted and paid for by different people; against a decision they are its awards'."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from khuyenhoc.approvals import policies, registry, requests
from khuyenhoc.approvals.pairs import SamePerson
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.core.clock import VIETNAM, today
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import AlreadyRecorded, NotAllowed, RuleBroken
from khuyenhoc.funds import closing
from khuyenhoc.goods import purchases
from khuyenhoc.goods.goods_tables import Purchase
from khuyenhoc.history.events import record
from khuyenhoc.ledger import balances
from khuyenhoc.ledger.refusals import NotEnough
from khuyenhoc.org import grants
from khuyenhoc.org.permissions import PERMISSIONS
from khuyenhoc.org.users import User
from khuyenhoc.payouts import lists, outcomes, paying
from tests.awards import deciding
from tests.awards.award_world import AwardWorld
from tests.goods.stocked import EACH, approve, ask, bought, change, decided, received
from tests.payouts import paid
from tests.support import people
from tests.support.world import DAY, make_world

Clock = Callable[[datetime.datetime], None]


def test_what_arrived_is_paid_and_lies_in_stock(world: AwardWorld) -> None:
    world.money(10 * EACH, world.world.bicycles)

    bought(world, approve(world, ask(world, 3)), counted=2)

    bicycles = world.world.bicycles
    assert deciding.pieces(bicycles.id, "stock") == 2
    assert balances.held_by(bicycles.id, "cash") == 8 * EACH
    assert paid.holds()


def test_against_a_decision_money_becomes_pieces(world: AwardWorld) -> None:
    world.money(4 * EACH, world.world.bicycles)
    programme = deciding.bicycles(world, publication_days=0)
    world.awards(programme, 2, "recommended")
    decision = deciding.published(world, programme)
    bicycles = world.world.bicycles
    assert deciding.committed(bicycles.id) == 2 * EACH

    bought(world, approve(world, ask(world, 2, decision=decision)))

    assert (deciding.committed(bicycles.id), deciding.pieces(bicycles.id, "reservations")) == (0, 2)
    payout = paid.approve(world, paid.prepare(world, decision, "goods"))
    with writing():
        received = {line.id: paid.MOTHER for line in lists.lines_of(payout)}
        paying.hand_over(payout, received, by=world.treasurer, key=token())
        outcomes.settle(payout, by=world.accountant)
    assert deciding.pieces(bicycles.id, "stock") == 0
    assert paid.holds()


def test_a_bicycle_dearer_than_planned_takes_more_money(world: AwardWorld) -> None:
    world.money(3 * EACH, world.world.bicycles)
    programme = deciding.bicycles(world, publication_days=0)
    world.awards(programme, 1, "recommended")
    decision = deciding.published(world, programme)

    bought(world, approve(world, ask(world, 1, each=EACH + 125_000, decision=decision)))

    assert balances.available(world.world.bicycles.id) == 2 * EACH - 125_000
    assert paid.holds()


def test_a_campaign_without_the_money_buys_nothing(world: AwardWorld) -> None:
    purchase = ask(world, 2)
    world.money(EACH, world.world.bicycles)

    with pytest.raises(NotEnough, match="chỉ còn 2.375.000"):
        approve(world, purchase)

    world.money(EACH, world.world.bicycles)
    received(world, approve(world, purchase))
    world.world.pay(EACH)
    with pytest.raises(NotEnough, match="chỉ còn 2.375.000"), writing():
        purchases.pay(purchase, by=world.treasurer)
    db.session.refresh(purchase)
    assert (purchase.state, purchase.document_id) == ("received", None)


def test_what_a_decision_has_committed_may_be_spent_on_its_goods(world: AwardWorld) -> None:
    world.money(2 * EACH, world.world.bicycles)
    decision = decided(world, 2)
    assert balances.available(world.world.bicycles.id) == 0

    with pytest.raises(NotEnough, match="chỉ còn 0"):
        approve(world, ask(world, 1))
    bought(world, approve(world, ask(world, 2, decision=decision)))

    assert paid.holds()


def test_each_step_needs_the_one_before_it(world: AwardWorld) -> None:
    world.money(EACH, world.world.bicycles)
    purchase = ask(world, 1)
    with pytest.raises(RuleBroken, match="chưa được duyệt"):
        received(world, purchase)
    approve(world, purchase)
    with pytest.raises(RuleBroken, match="chưa nhận hàng"), writing():
        purchases.pay(purchase, by=world.treasurer)
    with pytest.raises(RuleBroken, match="đã duyệt rồi"):
        change(world, purchase, 1)
    bought(world, purchase)
    for step in (lambda: received(world, purchase), lambda: change(world, purchase, 1)):
        with pytest.raises(RuleBroken, match="đã chi rồi"):
            step()
    with pytest.raises(RuleBroken, match="đã chi rồi"), writing():
        purchases.cancel(purchase, reason="Nhầm", by=world.accountant)


STEPS = {
    "ask": "goods.ask",
    "receive": "goods.receive",
    "pay": "goods.pay",
    "cancel": "goods.ask",
    "change": "goods.ask",
}


def take(world: AwardWorld, step: str, purchase: Purchase, by: User) -> None:
    """One step of a purchase, by somebody."""
    if step == "ask":
        ask(world, 1, by=by)
    elif step == "change":
        change(world, purchase, 3, by=by)
    else:
        with writing():
            {
                "receive": lambda: purchases.receive(purchase, {1: 1}, by=by),
                "pay": lambda: purchases.pay(purchase, by=by),
                "cancel": lambda: purchases.cancel(purchase, reason="Thôi", by=by),
            }[step]()


@pytest.mark.parametrize("step", STEPS)
def test_each_step_is_for_its_roles_in_this_unit_alone(world: AwardWorld, step: str) -> None:
    world.money(5 * EACH, world.world.bicycles)
    purchase = ask(world, 1)
    if step in ("receive", "pay"):
        approve(world, purchase)
    if step == "pay":
        received(world, purchase)
    able = PERMISSIONS[STEPS[step]]
    far = [people.person(f"xa.{role}", role=role, unit=world.far) for role in sorted(able)]
    others = [world.accountant, world.secretary, world.treasurer, world.chair, world.vice_chair, world.nominator]

    for who in [*far, people.person("kiemtra"), *(one for one in others if not roles(world, one) & able)]:
        with pytest.raises(NotAllowed):
            take(world, step, purchase, who)


def roles(world: AwardWorld, user: User) -> frozenset[str]:
    """What somebody holds in this unit."""
    return grants.roles_by_unit(user).get(world.unit.id, frozenset())


def test_whoever_asked_neither_approves_nor_pays(world: AwardWorld) -> None:
    world.money(5 * EACH, world.world.bicycles)
    both = people.person("haiviec", role="accountant", unit=world.unit)
    people.grant(both, "treasurer", world.unit)
    people.grant(both, "chair", world.unit)
    purchase = ask(world, 1, by=both)

    with pytest.raises(SamePerson):
        approve(world, purchase, both)
    approve(world, purchase)
    received(world, purchase)
    with pytest.raises(SamePerson), writing():
        purchases.pay(purchase, by=both)


def test_whoever_mended_has_prepared(world: AwardWorld) -> None:
    world.money(5 * EACH, world.world.bicycles)
    both = people.person("haiviec", role="secretary", unit=world.unit)
    people.grant(both, "treasurer", world.unit)
    people.grant(both, "chair", world.unit)
    purchase = ask(world, 1)
    change(world, purchase, 2, by=both)

    with pytest.raises(SamePerson):
        approve(world, purchase, both)
    received(world, approve(world, purchase))
    with pytest.raises(SamePerson), writing():
        purchases.pay(purchase, by=both)
    assert [line.quantity for line in purchase.lines] == [2]


def test_none_of_several_approvers_pays(world: AwardWorld) -> None:
    world.money(5 * EACH, world.world.bicycles)
    with writing():
        policies.add_policy(
            purchases.KIND, unit_id=world.unit.id, from_amount=0, roles=["chair", "vice_chair"], approvals_needed=2,
            valid_from=today(), reason="Nghị quyết", by=people.person("admin", unit=world.unit),
        )  # fmt: skip
    people.grant(world.vice_chair, "treasurer", world.unit)
    purchase = ask(world, 1)
    approve(world, purchase, world.vice_chair)
    assert purchase.state == "asked"
    received(world, approve(world, purchase))

    with pytest.raises(SamePerson), writing():
        purchases.pay(purchase, by=world.vice_chair)
    assert world.vice_chair.signature in (purchase.approved_by_name or "")


def test_what_was_mended_is_read_again_before_it_is_approved(world: AwardWorld) -> None:
    world.money(5 * EACH, world.world.bicycles)
    purchase = ask(world, 1)
    old = requests.find_waiting(purchases.KIND, purchases.SUBJECT, purchase.id)
    assert old is not None
    seen = requests.fingerprint(old)
    change(world, purchase, 2)

    with pytest.raises(RuleBroken, match="không còn hiệu lực"), writing():
        requests.approve(old, by=world.chair, shown=seen)
    new = requests.find_waiting(purchases.KIND, purchases.SUBJECT, purchase.id)
    assert new is not None
    with writing():
        assert requests.approve(new, by=world.chair, shown=seen) is Outcome.CHANGED
    assert (purchase.state, purchase.amount) == ("asked", 2 * EACH)


def test_returned_with_what_to_mend_it_is_asked_again(world: AwardWorld) -> None:
    world.money(5 * EACH, world.world.bicycles)
    purchase = ask(world, 4)
    request = requests.find_waiting(purchases.KIND, purchases.SUBJECT, purchase.id)
    assert request is not None
    with writing():
        requests.send_back(request, by=world.chair, reason="Mua 2 chiếc thôi")

    change(world, purchase, 2)

    bought(world, approve(world, purchase))
    assert deciding.pieces(world.world.bicycles.id, "stock") == 2
    assert paid.holds()


def test_cut_in_pieces_a_purchase_stays_one_sum(world: AwardWorld) -> None:
    ask(world, 1)
    purchase = ask(world, 1)
    request = requests.find_waiting(purchases.KIND, purchases.SUBJECT, purchase.id)
    assert request is not None

    assert registry.get(purchases.KIND).total(request) == 2 * EACH


def test_more_than_was_ordered_is_not_received(world: AwardWorld) -> None:
    world.money(EACH, world.world.bicycles)
    purchase = approve(world, ask(world, 1))

    for counted in (2, -1):
        with pytest.raises(RuleBroken, match="không quá 1"):
            received(world, purchase, counted)
    with pytest.raises(RuleBroken, match="Chưa nhận được món nào"):
        received(world, purchase, 0)
    with pytest.raises(RuleBroken, match="Xin đếm"), writing():
        purchases.receive(purchase, {}, by=world.secretary)


def test_days_follow_each_other(world: AwardWorld) -> None:
    world.money(EACH, world.world.bicycles)
    purchase = approve(world, ask(world, 1))

    with pytest.raises(RuleBroken, match="chưa đến"), writing():
        purchases.receive(purchase, {1: 1}, by=world.secretary, on=DAY + datetime.timedelta(days=1))
    received(world, purchase)
    with pytest.raises(RuleBroken, match="từ ngày nhận hàng"), writing():
        purchases.pay(purchase, by=world.treasurer, on=DAY - datetime.timedelta(days=1))


def test_nothing_is_received_or_paid_before_the_day_of_the_approval(world: AwardWorld, clock: Clock) -> None:
    world.money(EACH, world.world.bicycles)
    purchase = ask(world, 1)
    clock(datetime.datetime(2026, 8, 17, 1, 30, tzinfo=VIETNAM))
    approve(world, purchase)

    before = DAY + datetime.timedelta(days=1)  # 16/8, which in UTC it still was when the chair approved
    with pytest.raises(RuleBroken, match="nhận từ ngày duyệt") as no, writing():
        purchases.receive(purchase, {1: 1}, by=world.secretary, on=before)
    assert no.value.field == "date"
    received(world, purchase)
    with writing():
        purchase.received_on = before  # as it could be written until this was asked
        record("purchase.received", purchase, by=world.secretary, unit_id=purchase.unit_id)
    with pytest.raises(RuleBroken, match="chi từ ngày duyệt") as no, writing():
        purchases.pay(purchase, by=world.treasurer, on=before)
    assert no.value.field == "date"
    with writing():
        purchases.pay(purchase, by=world.treasurer, on=DAY + datetime.timedelta(days=2))
    assert purchase.state == "paid"


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"supplier": "  "}, "supplier"),
        ({"supplier": "x" * 151}, "supplier"),
        ({"reason": " "}, "reason"),
        ({"n": 0}, "lines"),
        ({"n": 1_000_001}, "lines"),
        ({"each": 0}, "lines"),
        ({"n": 1_000_000, "each": 10**12 - 1}, "lines"),
    ],
)
def test_what_makes_no_purchase_is_refused(world: AwardWorld, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleBroken) as no:
        ask(world, **{"n": 1, **wrong})

    assert no.value.field == field
    assert db.session.query(Purchase).count() == 0


def test_an_account_of_another_unit_pays_nothing(world: AwardWorld) -> None:
    foreign = make_world("U90")

    with pytest.raises(RuleBroken, match="không thuộc sổ"):
        ask(world, 1, account=foreign.cash)


def test_a_decision_that_waits_for_no_goods_buys_none(world: AwardWorld) -> None:
    world.world.bicycles_given(1)
    decision = decided(world, 1)

    with pytest.raises(RuleBroken, match="không có suất nào chờ"):
        ask(world, 1, decision=decision)


def test_the_same_form_asks_once(world: AwardWorld) -> None:
    first = ask(world, 1, key="purchase-key-1")

    assert ask(world, 1, key="purchase-key-1").id == first.id
    for other in ({"n": 2}, {"supplier": "Cửa hàng khác"}, {"reason": "Việc khác"}, {"account": world.world.bank}):
        with pytest.raises(AlreadyRecorded):
            ask(world, **{"n": 1, "key": "purchase-key-1", **other})


def test_pressed_twice_it_is_paid_once(world: AwardWorld) -> None:
    world.money(5 * EACH, world.world.bicycles)
    purchase = bought(world, approve(world, ask(world, 1)))
    with writing():
        again = purchases.pay(purchase, by=world.treasurer)

    assert again.id == purchase.document_id
    assert deciding.pieces(world.world.bicycles.id, "stock") == 1


def test_a_campaign_with_a_purchase_in_hand_is_not_closed(world: AwardWorld) -> None:
    world.money(EACH, world.world.bicycles)
    purchase = ask(world, 1)
    assert any("Mua hàng" in sentence for sentence in closing.what_is_open(world.world.bicycles))
    approve(world, purchase)

    assert any("1 lần mua" in sentence for sentence in closing.what_is_open(world.world.bicycles))


def test_what_is_cancelled_is_not_bought(world: AwardWorld) -> None:
    purchase = ask(world, 1)
    with writing():
        purchases.cancel(purchase, reason="Được tặng rồi", by=world.accountant)

    assert requests.find_waiting(purchases.KIND, purchases.SUBJECT, purchase.id) is None
    with pytest.raises(RuleBroken, match="đã hủy"), writing():
        purchases.receive(purchase, {1: 1}, by=world.secretary)
