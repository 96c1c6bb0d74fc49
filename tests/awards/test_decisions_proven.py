"""Whoever changes a decision, its annex, its promises or a complaint behind the rules' back is found out."""

import pytest
from sqlalchemy import text

from khuyenhoc.awards import complaints
from khuyenhoc.core.database import db, writing
from khuyenhoc.ledger.refusals import NotEnough
from khuyenhoc.proof.verify import verify
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld, level
from tests.support.world import DAY
from tests.tracing.traced import Books

TAMPERED = {
    "another total": ("UPDATE decisions SET amount = amount + 1", "decisions"),
    "another signer": ("UPDATE decisions SET signed_by_name = 'Ai đó'", "sealed_rows"),
    "a dearer line": ("UPDATE decision_lines SET amount = amount + 1 WHERE position = 1", "decisions"),
    "a line less": ("DELETE FROM decision_lines WHERE position = 1", "decisions"),
    "another share": ("UPDATE award_shares SET amount = amount + 1", "sealed_rows"),
    "a softer complaint": ("UPDATE complaints SET grounds = 'Không có gì'", "sealed_rows"),
}


@pytest.mark.parametrize("deed", TAMPERED)
def test_what_was_altered_is_named(world: AwardWorld, deed: str) -> None:
    world.money(9 * MILLION)
    programme = world.programme()
    awards = world.awards(programme, 2, "recommended")
    deciding.published(world, programme)
    with writing():
        complaints.record(
            awards[0], who="Bà Láng Giềng", grounds="Nhà khá giả", received_on=DAY, answer_by=DAY, by=world.secretary,
            key="complaint-1",
        )  # fmt: skip
    db.session.rollback()
    assert verify().ok
    db.session.rollback()
    statement, check = TAMPERED[deed]

    with db.engine.begin() as connection:
        connection.execute(text(statement))
    db.session.rollback()

    assert check in {answer.check.name for answer in verify().answers if not answer.ok}


def test_money_bound_to_another_purpose_is_not_promised(world: AwardWorld) -> None:
    """Two million, of which one and a half are bound to the other level: the second award of this one is refused."""
    levels = [level("THCS", MILLION), level("THPT", MILLION, place=2)]
    programme = world.programme(levels=levels)
    world.money(500_000)
    books = Books(world.world)
    bound = books.gift(1_500_000, restricted=True, campaign=world.scholarships)
    books.mark(bound, programme.levels[1].id)
    world.award(programme, "recommended", level=programme.levels[0])

    with pytest.raises(NotEnough, match="mục đích khác"):
        deciding.ask(world, deciding.draft(world, programme))
