"""Fifty decisions at the same instant over the same money and the same bicycles: never one đồng or bicycle too many."""

from flask import Flask

from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.core.database import db
from khuyenhoc.ledger import balances
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld
from tests.awards.test_decisions import holds
from tests.support import signer, writer
from tests.support.site import leave_database

PROCESSES, EACH = 5, 10
ENOUGH_FOR = 20
LEFT_OVER = 999_999
"""One đồng less than another award."""


def all_at_once(app: Flask, world: AwardWorld, drafts: list[Decision]) -> list[str]:
    """What the signers said, each of whom had every fifth draft."""
    ids, chair = [draft.id for draft in drafts], world.chair.id
    db.session.rollback()  # what is still being read would keep its connection
    leave_database(app)
    signers = [signer.start(app, chair, ids[n::PROCESSES]) for n in range(PROCESSES)]
    writer.go(signers)
    said = writer.finish(signers)
    db.session.rollback()
    return said


def drafts_of(world: AwardWorld, *, of_goods: bool) -> list[Decision]:
    """Fifty drafts over one award each, of a programme of its own, all put before the chair while there is enough."""
    found = []
    for n in range(PROCESSES * EACH):
        code = f"CT{n:02d}"
        programme = deciding.bicycles(world, code) if of_goods else world.programme(code)
        draft = deciding.draft(world, programme, [world.award(programme, "recommended")])
        deciding.ask(world, draft)
        found.append(draft)
    return found


def test_fifty_signatures_never_overspend_one_dong(app: Flask, world: AwardWorld) -> None:
    world.money(ENOUGH_FOR * MILLION + LEFT_OVER)
    drafts = drafts_of(world, of_goods=False)

    said = all_at_once(app, world, drafts)

    assert sum(line.startswith("signed") for line in said) == ENOUGH_FOR
    assert sum("còn thiếu" in line for line in said) == PROCESSES * EACH - ENOUGH_FOR
    assert deciding.committed(world.scholarships.id) == ENOUGH_FOR * MILLION
    assert balances.available(world.scholarships.id) == LEFT_OVER
    assert db.session.query(Award).filter_by(state="decided").count() == ENOUGH_FOR
    assert holds()


def test_fifty_signatures_never_promise_a_bicycle_twice(app: Flask, world: AwardWorld) -> None:
    ward = world.world
    ward.bicycles_given(12)
    ward.gift(8 * ward.bicycle.unit_value + 1)
    drafts = drafts_of(world, of_goods=True)

    said = all_at_once(app, world, drafts)

    assert sum(line.startswith("signed") for line in said) == 20
    assert (deciding.pieces(ward.bicycles.id, "free"), deciding.pieces(ward.bicycles.id, "reservations")) == (0, 12)
    assert balances.available(ward.bicycles.id) == 1
    assert holds()
