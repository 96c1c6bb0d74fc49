"""A list, a line or an award whose document is void behind its back is found by ``verify``, and named."""

import pytest
from sqlalchemy import text

from khuyenhoc.core.database import db, writing
from khuyenhoc.goods.goods_tables import Serial
from khuyenhoc.ledger import bars, documents
from khuyenhoc.payouts import lists, outcomes, paying
from khuyenhoc.payouts.payout_tables import Payout
from khuyenhoc.proof.checks import payouts
from khuyenhoc.proof.verify import verify
from khuyenhoc.proof.violations import Violation
from tests.awards.award_world import AwardWorld
from tests.goods import stocked
from tests.payouts import paid, taken_back
from tests.proof.test_verify import tampering

Row = tuple[str, str, object]


@pytest.fixture
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
    return [(one.table, one.row, one.found) for one in violations("payouts")]


def awards_of(payout: Payout) -> list[int]:
    """The ids of its awards, in the order of their ids."""
    return sorted(line.award_id for line in lists.lines_of(payout))


@pytest.mark.usefixtures("nothing_bars_voiding")
def test_a_void_payment_names_its_list_and_its_awards(world: AwardWorld) -> None:
    payout, lines = paid.paid(world, 2)
    assert paid.holds()

    void(world, payout.document_id)

    awards = [("awards", str(award_id), "paid") for award_id in awards_of(payout)]
    assert found() == [("payouts", str(payout.id), "voided"), *awards]
    assert len(lines) == 2


@pytest.mark.usefixtures("nothing_bars_voiding")
def test_a_settled_list_is_looked_at_too(world: AwardWorld) -> None:
    payout, lines = paid.paid(world, 1)
    paid.receive(world, payout, lines)
    with writing():
        outcomes.settle(payout, by=world.accountant)
    assert paid.holds()

    void(world, payout.document_id)

    assert found() == [("payouts", str(payout.id), "voided"), ("awards", str(awards_of(payout)[0]), "settled")]


@pytest.mark.usefixtures("nothing_bars_voiding")
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


@pytest.mark.usefixtures("nothing_bars_voiding")
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


@pytest.mark.parametrize("place", [0, 1])
def test_a_line_that_names_another_handover_than_its_goods_is_named(world: AwardWorld, place: int) -> None:
    """Of goods taken back in part: the line taken back says it has them after all, the other one that it has not."""
    payout, document, lines = taken_back.handed_over(world, 2, "GT24001", "GT24002")
    again = taken_back.taken_back(world, payout, lines[:1])
    assert again is not None
    other = stocked.hand_over(world, payout, [0])
    assert paid.holds()
    wrong = (again, other)[place]

    with tampering() as stored:
        stored("UPDATE payout_lines SET document_id = :d WHERE id = :l", d=wrong.id, l=lines[place].id)
        right = (other, again)[place]
        assert ("documents", str(right.id), None) in found()
        numbers = [(one.table, one.expected, one.found) for one in violations("serials")]
        assert numbers == [("serials", wrong.id, right.id)]
    assert document.id < again.id < other.id


def test_an_award_taken_back_that_still_says_handed_over_is_named(world: AwardWorld) -> None:
    payout, _document, lines = taken_back.handed_over(world, 2, "GT24001", "GT24002")
    taken_back.taken_back(world, payout, lines[:1])
    (piece,) = db.session.query(Serial).filter_by(award_id=lines[0].award_id)

    with tampering() as stored:
        stored("UPDATE awards SET state = 'handed_over' WHERE id = :a", a=lines[0].award_id)
        assert ("awards", str(lines[0].award_id), "handed_over") in found()
    with tampering() as stored:
        stored("UPDATE payout_lines SET outcome = 'received', received_at = 'x' WHERE id = :l", l=lines[0].id)
        assert ("payout_lines", str(lines[0].id), None) in found()
    with tampering() as stored:
        stored("UPDATE serials SET handover_id = :d WHERE id = :s", d=payout.document_id, s=piece.id)
        assert ("serials", None, payout.document_id) in [(v.table, v.expected, v.found) for v in violations("serials")]


def test_a_piece_that_stayed_with_the_voided_handover_is_named(world: AwardWorld) -> None:
    payout, document, lines = taken_back.handed_over(world, 2, "GT24001", "GT24002")
    again = taken_back.taken_back(world, payout, lines[:1])
    assert again is not None
    (piece,) = db.session.query(Serial).filter_by(award_id=lines[1].award_id)

    with tampering() as stored:
        stored("UPDATE serials SET handover_id = :d WHERE id = :s", d=document.id, s=piece.id)
        assert [(v.row, v.expected, v.found) for v in violations("serials")][:1] == [
            (str(piece.id), again.id, document.id)
        ]
    assert paid.holds()


def violations(check: str) -> list[Violation]:
    """What one check of verify names."""
    return [one for answer in verify(afresh=False).answers if answer.check.name == check for one in answer.violations]
