"""``verify`` looks at each hand that gave something out of a list, not only at the last one, which the list names."""

import pytest

from khuyenhoc.core.codes import token
from khuyenhoc.core.database import writing
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.payouts import lists, outcomes
from tests.awards.award_world import AwardWorld, make_award_world
from tests.goods import stocked
from tests.payouts import paid, taken_back
from tests.proof.test_approved import named
from tests.proof.test_verify import tampering
from tests.support.worlds import Worlds


@pytest.fixture
def world(worlds: Worlds) -> AwardWorld:
    """Hội U01 with its chapter and school, its officers and its committee."""
    return worlds.begin_with(make_award_world)


def handovers(world: AwardWorld) -> list[Document]:
    """One list, of which the treasurer hands over a line, the secretary another, the treasurer the last."""
    stocked.given(world, 3)
    payout = paid.prepare(world, stocked.decided(world, 3), "goods")
    paid.approve(world, payout, world.vice_chair)
    people = (world.treasurer, world.secretary, world.treasurer)
    return [stocked.hand_over(world, payout, [place], by=who) for place, who in enumerate(people)]


def second_date(world: AwardWorld) -> Document:
    """A list whose two absent recipients are paid on a second and on a third date."""
    payout = paid.approve(world, paid.prepare(world, paid.money(world, 2)), world.vice_chair)
    paid.pay(world, payout)
    lines = lists.lines_of(payout)
    paid.stay_away(world, payout, lines)
    with writing():
        return outcomes.receive_later(payout, {lines[0].id: paid.MOTHER}, by=world.treasurer, key=token())


def made_by(document: Document, user_id: int) -> dict[str, int]:
    return {"u": user_id, "i": document.id}


SAID = "UPDATE documents SET created_by = :u WHERE id = :i"


@pytest.mark.parametrize("office", ["accountant", "vice_chair"])
@pytest.mark.parametrize("place", [0, 1])
def test_an_earlier_handover_by_whoever_prepared_or_approved_the_list(
    world: AwardWorld, office: str, place: int
) -> None:
    document, who = handovers(world)[place], getattr(world, office).id
    assert paid.holds()
    with tampering() as stored:
        assert stored(SAID, **made_by(document, who))

        assert named() == [("documents", str(document.id), "created_by", who)]


@pytest.mark.parametrize("office", ["accountant", "vice_chair"])
def test_a_second_date_by_whoever_prepared_or_approved_the_list(world: AwardWorld, office: str) -> None:
    document, who = second_date(world), getattr(world, office).id
    assert paid.holds()
    with tampering() as stored:
        assert stored(SAID, **made_by(document, who))

        assert named() == [("documents", str(document.id), "created_by", who)]


def test_whoever_notes_the_absent_pays_nothing(world: AwardWorld) -> None:
    second_date(world)
    with tampering() as stored:
        assert stored("UPDATE documents SET created_by = :u WHERE memo LIKE 'Giữ hộ%'", u=world.accountant.id)

        assert named() == []


def test_handed_over_again_by_whoever_approved_the_taking_back(world: AwardWorld) -> None:
    payout, _document, lines = taken_back.handed_over(world, 2)
    taken_back.approve(world, taken_back.ask(world, payout, lines[:1]), by=world.vice_chair)
    again = stocked.hand_over(world, payout, [0])
    assert paid.holds()
    with tampering() as stored:
        assert stored(SAID, **made_by(again, world.vice_chair.id))

        assert named() == [("documents", str(again.id), "created_by", world.vice_chair.id)]
