"""A list, a line or an award whose document is void behind its back is found by ``verify``, and named."""

import pytest
from sqlalchemy import text

from khuyenhoc.core.database import db, writing
from khuyenhoc.ledger import bars, documents
from khuyenhoc.payouts import lists, outcomes, paying
from khuyenhoc.payouts.payout_tables import Payout
from khuyenhoc.proof.checks import payouts
from khuyenhoc.proof.verify import verify
from tests.awards.award_world import AwardWorld
from tests.payouts import paid

Row = tuple[str, str, object]


@pytest.fixture(autouse=True)
def nothing_bars_voiding(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule that keeps a list's documents is out of force."""
    monkeypatch.setitem(bars._bars, "payouts", lambda _document: "")


def void(world: AwardWorld, document_id: int | None) -> None:
    """As if the rule did not keep it."""
    assert document_id is not None
    with writing():
        documents.void(documents.get_document(document_id), reason="Nhầm", by=world.chair)
    db.session.rollback()


def found() -> list[Row]:
    """Table, row, and what was found there, of what the check names."""
    (answer,) = (answer for answer in verify().answers if answer.check.name == "payouts")
    db.session.rollback()
    return [(one.table, one.row, one.found) for one in answer.violations]


def awards_of(payout: Payout) -> list[int]:
    """The ids of its awards, in the order of their ids."""
    return sorted(line.award_id for line in lists.lines_of(payout))


def test_a_void_payment_names_its_list_and_its_awards(world: AwardWorld) -> None:
    payout, lines = paid.paid(world, 2)
    assert paid.holds()

    void(world, payout.document_id)

    awards = [("awards", str(award_id), "paid") for award_id in awards_of(payout)]
    assert found() == [("payouts", str(payout.id), "voided"), *awards]
    assert len(lines) == 2


def test_a_settled_list_is_looked_at_too(world: AwardWorld) -> None:
    payout, lines = paid.paid(world, 1)
    paid.receive(world, payout, lines)
    with writing():
        outcomes.settle(payout, by=world.accountant)
    assert paid.holds()

    void(world, payout.document_id)

    assert found() == [("payouts", str(payout.id), "voided"), ("awards", str(awards_of(payout)[0]), "settled")]


def test_a_void_handover_names_list_line_and_award(world: AwardWorld) -> None:
    payout = paid.approve(world, paid.prepare(world, paid.goods(world, 2), "goods"))
    first, _second = lists.lines_of(payout)
    with writing():
        document = paying.hand_over(payout, {first.id: paid.MOTHER}, by=world.treasurer, key="handover-1")
    assert paid.holds()

    void(world, document.id)

    assert found() == [
        ("payouts", str(payout.id), "voided"),
        ("payout_lines", str(first.id), "voided"),
        ("awards", str(first.award_id), "handed_over"),
    ]


def test_a_void_keeping_names_its_line_and_award(world: AwardWorld) -> None:
    payout, (first, _second) = paid.paid(world, 2)
    kept = paid.stay_away(world, payout, [first])
    assert kept is not None
    assert paid.holds()

    void(world, kept.id)

    assert found() == [("payout_lines", str(first.id), "voided"), ("awards", str(first.award_id), "paid")]


def test_an_award_that_says_less_than_its_payment_is_named(world: AwardWorld) -> None:
    payout, (line,) = paid.paid(world, 1)
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE awards SET state = 'published'"))
    db.session.rollback()

    assert found() == [("awards", str(line.award_id), "published")]
    assert payout.state == "paid"


def test_nothing_is_said_of_lists_that_paid_nothing_yet(world: AwardWorld) -> None:
    paid.approve(world, paid.prepare(world, paid.money(world, 2)))
    db.session.rollback()

    assert list(payouts.standing()) == []
