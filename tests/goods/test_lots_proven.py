"""``verify`` adds the lots up and follows every frame number; a row changed behind the rules' back is named."""

import pytest

from khuyenhoc.core.database import db
from khuyenhoc.goods.goods_tables import LotTake, Serial
from khuyenhoc.proof.verify import verify
from tests.awards.award_world import AwardWorld
from tests.goods.stocked import decided, given, hand_over, listed, mean, number
from tests.payouts import paid
from tests.proof.test_verify import tampering


@pytest.fixture
def books(world: AwardWorld) -> AwardWorld:
    """Four bicycles given in two lots, two of them numbered, one of those handed over with one that has no number."""
    first, _second = given(world, 2), given(world, 2)
    number(world, first, "GT1", "GT2")
    decision = decided(world, 2)
    mean(world, decision, "GT1")
    hand_over(world, listed(world, decision))
    return world


def found(check: str) -> list[tuple[str, str, str]]:
    """What a check of verify names: table, row, field."""
    answers = {answer.check.name: answer.violations for answer in verify(afresh=False).answers}
    return [(one.table, one.row, one.field) for one in answers[check]]


def test_honest_lots_add_up(books: AwardWorld) -> None:
    assert db.session.query(LotTake).count() == 2
    assert paid.holds()


def test_a_lot_that_lost_a_piece_is_named(books: AwardWorld) -> None:
    take = db.session.query(LotTake).order_by(LotTake.lot_document_id).first()
    assert take is not None
    document, place = str(take.document_id), f"{books.world.bicycles.code}/{books.world.bicycle.code}"

    with tampering() as stored:
        stored("UPDATE lot_takes SET quantity = 2 WHERE document_id = :d AND position = 1", d=take.document_id)
        assert {("lot_takes", document, "quantity"), ("postings", place, "quantity")} <= set(found("lots"))
    with tampering() as stored:
        stored("UPDATE lot_takes SET lot_document_id = 999 WHERE document_id = :d AND position = 1", d=take.document_id)
        assert ("lot_takes", f"{document}/1", "lot_document_id") in found("lots")
    with tampering() as stored:
        stored("UPDATE document_lines SET quantity = 1 WHERE document_id = :d", d=take.lot_document_id)
        assert ("postings", place, "quantity") in found("lots")


def test_a_number_in_two_states_is_named(books: AwardWorld) -> None:
    went, stays = (db.session.query(Serial).filter_by(serial=one).one() for one in ("GT1", "GT2"))
    here, there = str(went.id), str(stays.id)

    with tampering() as stored:
        stored("UPDATE awards SET state = 'published' WHERE id = :a", a=went.award_id)
        assert found("serials") == [("serials", here, "award_id")]
    with tampering() as stored:
        stored("UPDATE serials SET handover_id = :h WHERE id = :s", h=stays.lot_document_id, s=stays.id)
        assert ("serials", there, "handover_id") in found("serials")
    with tampering() as stored:
        stored("UPDATE serials SET lot_position = 7 WHERE id = :s", s=stays.id)
        assert found("serials") == [("serials", there, "lot_document_id")]
    with tampering() as stored:
        stored("UPDATE serials SET handover_id = NULL WHERE id = :s", s=went.id)
        assert found("serials") == [("serials", f"{went.lot_document_id}/{went.lot_position}", "lot_position")]
