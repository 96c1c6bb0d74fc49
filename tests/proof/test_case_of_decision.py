"""``verify`` names whoever drafted or signed a decision and has a part in its money that 048 keeps them from."""

import pytest

from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.core.database import db
from khuyenhoc.payouts.payout_tables import Payout
from tests.awards.award_world import MILLION, AwardWorld, make_award_world
from tests.goods import stocked
from tests.payouts import paid
from tests.proof.test_approved import named
from tests.proof.test_verify import tampering
from tests.support.worlds import Worlds

OTHER = 987_654


@pytest.fixture
def world(worlds: Worlds) -> AwardWorld:
    """Hội U01 with its chapter and school, its officers and its committee."""
    return worlds.begin_with(make_award_world)


def parts(payout: Payout) -> dict[str, int]:
    """Who drafted and signed the decision of a list."""
    decision = db.session.get_one(Decision, payout.decision_id)
    assert decision.signed_by is not None
    return {"drafter": decision.drafted_by, "signer": decision.signed_by}


def a_list(world: AwardWorld, method: str) -> Payout:
    """Paid or handed over, as the rules have it."""
    if method == "goods":
        stocked.given(world, 2)
        payout = paid.approve(world, paid.prepare(world, stocked.decided(world, 2), "goods"), world.vice_chair)
        stocked.hand_over(world, payout, by=world.treasurer)
        return payout
    made = {"cash": paid.money, "bank": paid.transfers}[method]
    payout = paid.approve(world, paid.prepare(world, made(world, 2), method), world.vice_chair)
    paid.pay(world, payout)
    return payout


APPROVER = (
    "UPDATE approvals SET user_id = :who WHERE request_id IN"
    " (SELECT id FROM approval_requests WHERE subject_kind = 'payout' AND subject_id = :id)"
)
PREPARER, PAYER = (f"UPDATE payouts SET {field} = :who WHERE id = :id" for field in ("prepared_by", "paid_by"))


@pytest.mark.parametrize("method", ["cash", "bank", "goods"])
@pytest.mark.parametrize(
    ("change", "field", "allowed"),
    [(PREPARER, "prepared_by", ("drafter",)), (PAYER, "paid_by", ()), (APPROVER, "approved_by", ("signer",))],
    ids=["prepares", "pays", "approves"],
)
@pytest.mark.parametrize("who", ["drafter", "signer"])
def test_their_part_in_a_list(
    world: AwardWorld, method: str, change: str, field: str, allowed: tuple[str, ...], who: str
) -> None:
    payout = a_list(world, method)
    person = parts(payout)[who]
    may = who in allowed or (method, field, who) == ("goods", "paid_by", "drafter")
    with tampering() as stored:
        assert stored(change, who=person, id=payout.id)

        assert (("payouts", str(payout.id), field, person) in named()) is not may


def test_each_of_two_who_sign_has_signed(world: AwardWorld) -> None:
    payout = a_list(world, "cash")
    with tampering() as stored:
        stored("UPDATE decisions SET signed_by = :o WHERE id = :i", o=OTHER, i=payout.decision_id)
        stored(PREPARER, who=world.chair.id, id=payout.id)

        assert ("payouts", str(payout.id), "prepared_by", world.chair.id) in named()


def test_who_changed_the_draft_has_drafted(world: AwardWorld) -> None:
    payout = a_list(world, "cash")
    drafter = parts(payout)["drafter"]
    with tampering() as stored:
        stored("UPDATE decisions SET drafted_by = :o WHERE id = :i", o=OTHER, i=payout.decision_id)
        stored(PAYER, who=drafter, id=payout.id)

        assert ("payouts", str(payout.id), "paid_by", drafter) in named()


def test_whoever_signed_hands_nothing_over_in_any_part(world: AwardWorld) -> None:
    stocked.given(world, 2)
    payout = paid.approve(world, paid.prepare(world, stocked.decided(world, 2), "goods"), world.vice_chair)
    first = stocked.hand_over(world, payout, [0], by=world.secretary)
    stocked.hand_over(world, payout, [1], by=world.treasurer)
    assert named() == []
    with tampering() as stored:
        stored("UPDATE documents SET created_by = :u WHERE id = :i", u=world.chair.id, i=first.id)

        assert ("documents", str(first.id), "created_by", world.chair.id) in named()


ASKER = "UPDATE purchases SET asked_by = :who WHERE id = :id"
BUYER = "UPDATE documents SET created_by = :who WHERE id = (SELECT document_id FROM purchases WHERE id = :id)"
APPROVER_OF_PURCHASE = APPROVER.replace("payout", "purchase")


@pytest.mark.parametrize(
    ("change", "field", "allowed"),
    [
        (ASKER, "asked_by", "drafter"),
        (BUYER, "document_id", ""),
        (APPROVER_OF_PURCHASE, "approved_by", "signer"),
    ],
    ids=["asks", "pays", "approves"],
)
@pytest.mark.parametrize("who", ["drafter", "signer"])
def test_their_part_in_a_purchase(world: AwardWorld, change: str, field: str, allowed: str, who: str) -> None:
    world.money(10 * MILLION, world.world.bicycles)
    decision = stocked.decided(world, 2)
    wanted = stocked.approve(world, stocked.ask(world, 2, decision=decision), world.vice_chair)
    purchase = stocked.bought(world, wanted)
    assert decision.signed_by is not None
    person = {"drafter": decision.drafted_by, "signer": decision.signed_by}[who]
    assert named() == []
    with tampering() as stored:
        assert stored(change, who=person, id=purchase.id)

        assert (("purchases", str(purchase.id), field, person) in named()) is (who != allowed)
