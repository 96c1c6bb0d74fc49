"""Goods are asked for, approved, counted and paid for by different people; against a decision they are its awards'."""

import pytest

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.pairs import SamePerson
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotAllowed, RuleBroken
from khuyenhoc.goods import purchases
from khuyenhoc.ledger import balances
from khuyenhoc.payouts import lists, outcomes, paying
from tests.awards import deciding
from tests.awards.award_world import AwardWorld
from tests.goods.stocked import EACH, approve, ask, bought
from tests.payouts import paid
from tests.support import people


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
    purchase = approve(world, ask(world, 1))

    with pytest.raises(RuleBroken, match="chỉ còn"):
        bought(world, purchase)

    db.session.refresh(purchase)
    assert (purchase.state, purchase.document_id) == ("received", None)


def test_each_step_needs_the_one_before_it(world: AwardWorld) -> None:
    purchase = ask(world, 1)
    with pytest.raises(RuleBroken, match="chưa được duyệt"), writing():
        purchases.receive(purchase, {1: 1}, by=world.secretary)
    approve(world, purchase)
    with pytest.raises(RuleBroken, match="chưa nhận hàng"), writing():
        purchases.pay(purchase, by=world.treasurer)


@pytest.mark.parametrize("who", ["treasurer", "chair", "nominator"])
def test_only_the_office_asks(world: AwardWorld, who: str) -> None:
    with pytest.raises(NotAllowed):
        ask(world, 1, by=getattr(world, who))


def test_whoever_asked_neither_approves_nor_pays(world: AwardWorld) -> None:
    world.money(5 * EACH, world.world.bicycles)
    both = people.person("haiviec", role="accountant", unit=world.unit)
    people.grant(both, "treasurer", world.unit)
    people.grant(both, "chair", world.unit)
    purchase = ask(world, 1, by=both)

    with pytest.raises(SamePerson):
        approve(world, purchase, both)
    approve(world, purchase)
    with writing():
        purchases.receive(purchase, {1: 1}, by=world.secretary)
    with pytest.raises(SamePerson), writing():
        purchases.pay(purchase, by=both)


def test_more_than_was_ordered_is_not_received(world: AwardWorld) -> None:
    purchase = approve(world, ask(world, 1))

    with pytest.raises(RuleBroken, match="không quá 1"), writing():
        purchases.receive(purchase, {1: 2}, by=world.secretary)


def test_what_is_cancelled_is_not_bought(world: AwardWorld) -> None:
    purchase = ask(world, 1)
    with writing():
        purchases.cancel(purchase, reason="Được tặng rồi", by=world.accountant)

    assert requests.find_waiting(purchases.KIND, purchases.SUBJECT, purchase.id) is None
    with pytest.raises(RuleBroken, match="đã hủy"), writing():
        purchases.receive(purchase, {1: 1}, by=world.secretary)
