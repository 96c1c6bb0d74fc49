"""A withdrawal is a new document that gives back exactly what is not yet paid or handed over."""

import pytest

from khuyenhoc.awards import decision_papers, decisions, steps
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.history.events import record
from khuyenhoc.ledger import balances
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld
from tests.awards.test_decisions import holds


def paid(world: AwardWorld, award: Award) -> None:
    """As if paid: only its state matters here."""
    with writing():
        award.state = "paid"
        record("award.paid", award, by=world.treasurer, unit_id=award.unit_id)


def test_money_comes_back_to_both_campaigns_to_the_dong(world: AwardWorld) -> None:
    world.money(1_500_000)
    world.money(5 * MILLION, world.world.general)
    programme = world.programme(funding=[(world.scholarships, None), (world.world.general, None)])
    first, second = world.awards(programme, 2, "recommended")
    decision = deciding.decided(world, programme)

    back = deciding.sign(world, deciding.withdraw(world, decision, [second]))

    assert (first.state, second.state) == ("decided", "cancelled")
    assert (balances.available(world.scholarships.id), deciding.committed(world.scholarships.id)) == (500_000, MILLION)
    assert (balances.available(world.world.general.id), deciding.committed(world.world.general.id)) == (5 * MILLION, 0)
    assert (back.kind, back.of_id, decisions.printed_number(back)) == ("withdrawal", decision.id, "02/QĐ-HKH")
    assert decision.document is not None
    assert not decision.document.is_void
    assert holds()


def test_bicycles_come_back_as_pieces(world: AwardWorld) -> None:
    ward = world.world
    ward.bicycles_given(1)
    ward.gift(5 * MILLION)
    programme = deciding.bicycles(world)
    world.awards(programme, 2, "recommended")
    decision = deciding.decided(world, programme)

    deciding.sign(world, deciding.withdraw(world, decision, decisions.to_take_back(decision)))

    assert (deciding.pieces(ward.bicycles.id, "free"), deciding.committed(ward.bicycles.id)) == (1, 0)
    assert holds()


def test_what_was_paid_is_not_taken_back(world: AwardWorld) -> None:
    world.money(5 * MILLION)
    programme = world.programme()
    first, second = world.awards(programme, 2, "recommended")
    decision = deciding.decided(world, programme)
    waiting = deciding.withdraw(world, decision, [second])
    paid(world, first)

    with pytest.raises(RuleBroken, match="đã chi"):
        deciding.withdraw(world, decision, [first])
    assert decisions.to_take_back(decision) == []

    asked = deciding.ask(world, waiting)
    paid(world, second)
    with pytest.raises(RuleBroken, match="đã chi hoặc đã trao"):
        deciding.approve(asked, world.chair)
    assert deciding.committed(world.scholarships.id) == 2 * MILLION


def test_a_withdrawal_needs_a_reason_and_its_paper_says_it(world: AwardWorld) -> None:
    world.money(5 * MILLION)
    programme = world.programme()
    award = world.award(programme, "recommended")
    decision = deciding.decided(world, programme)
    with pytest.raises(RuleBroken, match="lý do thu hồi"), writing():
        decisions.draft_withdrawal(decision, [award], basis="Điều lệ", reason=" ", by=world.secretary, key="back-0001")

    back = deciding.sign(world, deciding.withdraw(world, decision, [award]))

    paper = decision_papers.find(back)
    assert paper is not None
    assert "Gia đình đã chuyển đi nơi khác" in paper.frozen["articles"][0]
    assert "01/QĐ-HKH" in paper.frozen["articles"][0]


def test_only_awards_of_that_decision_are_taken_back(world: AwardWorld) -> None:
    world.money(5 * MILLION)
    programme = world.programme()
    world.award(programme, "recommended")
    first = deciding.decided(world, programme)
    other = world.award(programme, "recommended")
    deciding.decided(world, programme)

    with pytest.raises(RuleBroken):
        deciding.withdraw(world, first, [other])


def test_the_place_of_a_withdrawn_award_goes_to_a_reserve_by_a_supplementary_decision(world: AwardWorld) -> None:
    world.money(MILLION)
    programme = world.programme()
    award = world.award(programme, "recommended")
    reserve = world.award(programme, "in_review")
    decision = deciding.decided(world, programme)
    deciding.sign(world, deciding.withdraw(world, decision, [award]))
    with writing():
        steps.take(reserve, "recommend", by=world.members[0])

    supplementary = deciding.decided(world, programme)

    assert supplementary.kind == "supplementary"
    assert balances.available(world.scholarships.id) == 0
    assert holds()


def test_pairs_hold_for_a_withdrawal_too(world: AwardWorld) -> None:
    world.money(5 * MILLION)
    programme = world.programme()
    award = world.award(programme, "recommended")
    decision = deciding.decided(world, programme)
    back = deciding.withdraw(world, decision, [award])
    deciding.bind(award, world.chair)

    with pytest.raises(RuleBroken):
        deciding.sign(world, back)
    with pytest.raises(RuleBroken):
        deciding.sign(world, back, world.accountant)
    assert deciding.sign(world, back, world.vice_chair).state == "decided"
