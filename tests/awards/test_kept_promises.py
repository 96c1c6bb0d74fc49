"""Money and goods that leave for something else leave enough of the right purpose for the awards that are decided."""

from collections.abc import Sequence

import pytest

from khuyenhoc.approvals import requests
from khuyenhoc.awards import decisions
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.awards.programme_tables import Level, Programme
from khuyenhoc.awards.promises import CannotBear
from khuyenhoc.core.database import db, writing
from khuyenhoc.giving import corrections
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.refusals import NotEnough, StandsOnIt
from khuyenhoc.proof.verify import verify
from khuyenhoc.tracing import earmarks
from khuyenhoc.treasury import cash_counts, movements, transfers
from tests.awards import deciding
from tests.awards.award_world import MILLION, level
from tests.giving.returning import approve, ask, holds, pay
from tests.payouts import paid
from tests.reports.given import Given, make_given
from tests.support import approved
from tests.support.world import DAY, HA
from tests.support.worlds import Worlds
from tests.treasury import ordered

STANDS = r"thiếu 1\.000\.000.* cho Quyết định 01/QĐ-HKH \(2026\), 1 suất"


@pytest.fixture
def given(worlds: Worlds) -> Given:
    """The ward, which also gives scholarships."""
    return worlds.begin_with(make_given)


@pytest.fixture
def programme(given: Given) -> Programme:
    """One award recommended; levels for grade 6 and for grade 9."""
    programme = given.world.programme("HB", levels=[level("LOP6", MILLION), level("LOP9", MILLION)])
    given.world.awards(programme, 1, "recommended")
    return programme


@pytest.fixture
def gifts(given: Given, programme: Programme) -> list[Document]:
    """A million bound to grade 6, whose award waits for it, beside a million bound to grade 9."""
    return [given.bound(MILLION, one) for one in programme.levels]


def decide(given: Given, programme: Programme) -> Decision:
    """The chair signs what is recommended."""
    return deciding.decided(given.world, programme)


def test_what_an_award_stands_on_is_not_asked_back(given: Given, programme: Programme, gifts: list[Document]) -> None:
    decide(given, programme)

    with pytest.raises(StandsOnIt, match=STANDS) as refused:
        ask(given.ward, gifts[0], MILLION, campaign=given.world.scholarships)

    assert refused.value.field == "amount"
    given.gift(MILLION)
    order = ask(given.ward, gifts[0], MILLION, campaign=given.world.scholarships)
    approve(given.ward, order)
    assert pay(given.ward, order)
    assert holds()


def test_what_was_asked_before_the_decision_is_not_approved_after_it(
    given: Given, programme: Programme, gifts: list[Document]
) -> None:
    order = ask(given.ward, gifts[0], MILLION, campaign=given.world.scholarships)
    decide(given, programme)

    with pytest.raises(StandsOnIt, match=STANDS):
        approve(given.ward, order)
    assert order.state == "prepared"


def test_what_was_approved_before_the_decision_is_not_paid_after_it(
    given: Given, programme: Programme, gifts: list[Document]
) -> None:
    order = ask(given.ward, gifts[0], MILLION, campaign=given.world.scholarships)
    approve(given.ward, order)
    decide(given, programme)

    with pytest.raises(NotEnough, match=STANDS):
        pay(given.ward, order)


def test_the_gift_an_award_stands_on_is_not_voided(given: Given, programme: Programme, gifts: list[Document]) -> None:
    asked = given.ward.ask_void(gifts[0])
    decide(given, programme)

    with pytest.raises(StandsOnIt, match=STANDS), writing():
        requests.approve(asked, by=given.ward.chair, shown=requests.fingerprint(asked))
    with writing():
        requests.withdraw(asked, by=given.ward.treasurer)
    with pytest.raises(StandsOnIt, match=STANDS):
        given.ward.ask_void(gifts[0])
    assert not db.session.get_one(Document, gifts[0].id).is_void
    given.ward.ask_void(gifts[1])


def test_voided_and_recorded_again_only_the_difference_counts(
    given: Given, programme: Programme, gifts: list[Document]
) -> None:
    decide(given, programme)
    free = given.ward.gift(given.ward.line(MILLION, given.world.scholarships))
    less = given.ward.gift(given.ward.line(MILLION - 1, given.world.scholarships))

    asked = given.ward.ask_again(gifts[0], less)
    with pytest.raises(StandsOnIt, match=r"thiếu 1.₫ cho Quyết định 01"), writing():
        requests.approve(asked, by=given.ward.chair, shown=requests.fingerprint(asked))
    with writing():
        requests.withdraw(asked, by=given.ward.treasurer)
    asked = given.ward.ask_again(gifts[0], free)
    with writing():
        requests.approve(asked, by=given.ward.chair, shown=requests.fingerprint(asked))

    assert db.session.get_one(Document, gifts[0].id).is_void
    assert corrections.gift_of(db.session.query(Document).filter_by(replaces_id=gifts[0].id).one()).amount == MILLION
    assert holds()


def test_free_money_that_an_award_needs_is_not_spent(given: Given, programme: Programme) -> None:
    given.gift(MILLION, method="bank")
    given.bound(MILLION, programme.levels[1])
    ward, campaign = given.ward.world, given.world.scholarships
    cost = ordered.prepare(ward, 1_000, campaign=campaign, by=given.ward.accountant)
    decide(given, programme)

    with pytest.raises(StandsOnIt, match=r"thiếu 1\.000"):
        ordered.approve(cost, given.ward.chair)
    with pytest.raises(NotEnough, match="thiếu 500"), writing():
        transfers.record(
            campaign, ward.general, ward.cash, 500, on=DAY, reason="Bù", by=given.ward.accountant,
            approved_by=given.ward.chair, key="transfer-1",
        )  # fmt: skip
    with pytest.raises(StandsOnIt, match="thiếu 500"), writing():
        transfers.ask(
            campaign, ward.general, ward.cash, 500, reason="Bù", consent="", by=given.ward.accountant, key="t-2"
        )
    with pytest.raises(NotEnough, match="thiếu 700"), writing():
        movements.record_bank_fee(campaign, ward.bank, 700, on=DAY, memo="Phí", by=given.ward.accountant, key="fee-1")


def test_cash_that_is_missing_is_not_taken_from_what_an_award_stands_on(given: Given, programme: Programme) -> None:
    given.gift(MILLION)
    given.bound(MILLION, programme.levels[1])

    def count(notes: int) -> cash_counts.CashCount:
        with writing():
            return cash_counts.count_cash(
                given.ward.world.cash, {500_000: notes}, campaign=given.world.scholarships, note="Thiếu tiền",
                by=given.ward.treasurer, key=f"count-{notes}",
            )  # fmt: skip

    count(3)
    decide(given, programme)
    asked = requests.find_waiting(cash_counts.REQUEST, "cash_count", 1)
    assert asked is not None

    with pytest.raises(NotEnough, match=r"thiếu 500\.000"), writing():
        requests.approve(asked, by=given.ward.chair, shown=requests.fingerprint(asked))
    with pytest.raises(StandsOnIt, match=r"thiếu 1\.000\.000") as refused:
        count(2)
    assert refused.value.field == "campaign"


def test_verify_names_the_decision_whose_money_is_bound_elsewhere(
    given: Given, programme: Programme, gifts: list[Document]
) -> None:
    decision = decide(given, programme)
    assert holds()

    with writing():
        approved.unbind(earmarks.of(gifts[0])[0], by=HA, reason="Ngoài quy trình")

    found = [one for answer in verify().answers if answer.check.name == "promises" for one in answer.violations]
    assert [(one.table, one.row, one.expected, one.found) for one in found] == [
        ("decisions", str(decision.id), MILLION, 0)
    ]
    assert "Quyết định 01/QĐ-HKH" in found[0].message


@pytest.fixture
def cycles(given: Given) -> Programme:
    """Bicycles for grade 6 and for grade 9, from the campaign of the bicycles."""
    return deciding.bicycles(given.world, "XD", levels=("XE6", "XE9"), publication_days=0)


def bicycles(given: Given, n: int, to: Sequence[Level] = ()) -> Document:
    """So many bicycles from the company; bound, when levels are named."""
    lines = given.ward.bicycles(n)
    words = "Chỉ cho " + ", ".join(one.label for one in to) if to else ""
    gift = given.ward.give(gift=given.ward.gift(lines, method="in_kind", donor=given.ward.company, restriction=words))
    with writing():
        for one in to:
            approved.bind(gift, one.id, by=HA)
    return gift


def recommended(given: Given, programme: Programme, *levels: int) -> list[Award]:
    """An award at each of these places among the levels."""
    return [given.world.award(programme, "recommended", level=programme.levels[place]) for place in levels]


def test_pieces_bound_to_another_level_are_not_decided_on(given: Given, cycles: Programme) -> None:
    bicycles(given, 2, cycles.levels[:1])
    recommended(given, cycles, 1)

    draft = deciding.draft(given.world, cycles)
    with pytest.raises(CannotBear, match=r"còn thiếu 1 chiếc xe đạp.*2 chiếc khác nhà hảo tâm dành cho mục đích khác"):
        deciding.ask(given.world, draft)

    given.gift(5 * MILLION, given.world.world.bicycles)
    deciding.sign(given.world, draft)
    shares = db.session.query(Award).one().shares
    assert [(share.amount, share.quantity) for share in shares] == [(given.world.world.bicycle.unit_value, 1)]
    assert holds()


def test_pieces_reserved_for_another_level_are_not_decided_on_twice(given: Given, cycles: Programme) -> None:
    bicycles(given, 1)
    bicycles(given, 1, cycles.levels[:1])
    decided = deciding.decided(given.world, cycles, recommended(given, cycles, 1))

    with pytest.raises(CannotBear, match="còn thiếu 1 chiếc"):
        deciding.decided(given.world, cycles, recommended(given, cycles, 1))
    deciding.decided(given.world, cycles, recommended(given, cycles, 0))
    assert decided.state == "decided"
    assert holds()


def test_of_two_levels_in_one_decision_each_gets_what_may_serve_it(given: Given, cycles: Programme) -> None:
    bicycles(given, 2, cycles.levels[:1])
    bicycles(given, 1)
    draft = deciding.draft(given.world, cycles, recommended(given, cycles, 1, 1, 0))
    with pytest.raises(CannotBear, match="còn thiếu 1 chiếc"):
        deciding.ask(given.world, draft)
    with writing():
        decisions.drop(draft, by=given.world.secretary)

    decision = deciding.published(given.world, cycles, decisions.recommended(cycles)[1:])
    payout = paid.approve(given.world, paid.prepare(given.world, decision, "goods"))
    assert payout.state == "approved"
    assert holds()


def test_the_bicycle_an_award_stands_on_is_not_voided(given: Given, cycles: Programme) -> None:
    own, other = bicycles(given, 1, cycles.levels[:1]), bicycles(given, 1, cycles.levels[1:])
    asked = given.ward.ask_void(own)
    deciding.decided(given.world, cycles, recommended(given, cycles, 0))

    with pytest.raises(StandsOnIt, match="thiếu 1 chiếc xe đạp"), writing():
        requests.approve(asked, by=given.ward.chair, shown=requests.fingerprint(asked))
    with writing():
        requests.withdraw(asked, by=given.ward.treasurer)
    with pytest.raises(StandsOnIt, match="Quyết định 01"):
        given.ward.ask_void(own)
    given.ward.ask_void(other)
