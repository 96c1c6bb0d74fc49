"""What is paid and handed over leaves to other awards what only they could have; of the rest the oldest goes first."""

from collections.abc import Sequence

import pytest

from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.awards.programme_tables import Level, Programme
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import db, writing
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.refusals import NotEnough
from khuyenhoc.payouts import lists, paying
from khuyenhoc.payouts.payout_tables import Payout
from khuyenhoc.tracing import earmarks, stories
from tests.awards import deciding
from tests.awards.award_world import MILLION, level
from tests.payouts import paid
from tests.reports.given import Given, make_given
from tests.support import approved
from tests.support.world import HA
from tests.support.worlds import Worlds

STANDS = r"thiếu 1\.000\.000.* cho Quyết định 01/QĐ-HKH \(2026\), 1 suất"


@pytest.fixture
def given(worlds: Worlds) -> Given:
    """The ward, which also gives scholarships."""
    return worlds.begin_with(make_given)


@pytest.fixture
def programme(given: Given) -> Programme:
    """Scholarships of a million for grade 6 and for grade 9."""
    levels = [level("LOP6", MILLION), level("LOP9", MILLION)]
    return given.world.programme("HB", levels=levels, publication_days=0)


def pay(given: Given, decision: Decision, awards: Sequence[Award], method: str = "cash") -> Payout:
    """A list of these awards, approved; in money, paid."""
    payout = paid.approve(given.world, paid.prepare(given.world, decision, method, awards=awards))
    if method != "goods":
        paid.pay(given.world, payout)
    return payout


def sources(award: Award) -> list[int]:
    return [came.source_id for came in stories.sources_of_award(award.id)]


def test_an_award_is_paid_by_money_that_the_others_can_do_without(given: Given, programme: Programme) -> None:
    six, nine = programme.levels
    both, only_six = given.bound(MILLION, six, nine), given.bound(MILLION, six)
    decision, (first, second) = given.decided(programme, 0, 1)

    pay(given, decision, [first])

    assert sources(first) == [only_six.id]
    assert paid.holds()
    pay(given, decision, [second])
    assert sources(second) == [both.id]
    assert paid.holds()


def test_where_others_have_enough_the_oldest_goes_first(given: Given, programme: Programme) -> None:
    six, nine = programme.levels
    both, _only_six = given.bound(MILLION, six, nine), given.bound(MILLION, six)
    given.gift(MILLION)
    decision, (first, _second) = given.decided(programme, 0, 1)

    pay(given, decision, [first])

    assert sources(first) == [both.id]
    assert paid.holds()


def test_awards_of_one_list_leave_it_to_each_other(given: Given, programme: Programme) -> None:
    six, nine = programme.levels
    both, only_six = given.bound(MILLION, six, nine), given.bound(MILLION, six)
    decision, (first, second) = given.decided(programme, 0, 1)

    pay(given, decision, [first, second])

    assert (sources(first), sources(second)) == ([only_six.id], [both.id])
    assert paid.holds()


def test_where_nothing_else_is_there_the_payment_is_refused_in_the_decisions_name(
    given: Given, programme: Programme
) -> None:
    six, nine = programme.levels
    given.bound(MILLION, six, nine)
    only_six = given.bound(MILLION, six)
    decision, (first, second) = given.decided(programme, 0, 1)
    payout = paid.approve(given.world, paid.prepare(given.world, decision, awards=[first]))
    with writing():
        approved.unbind(earmarks.of(only_six)[0], by=HA, reason="Ngoài quy trình")

    with pytest.raises(NotEnough, match=STANDS):
        paid.pay(given.world, payout)

    assert lists.lines_of(payout)[0].award.state == "published"
    assert second.state == "published"


@pytest.fixture
def cycles(given: Given) -> Programme:
    """Bicycles for grade 6 and for grade 9."""
    return deciding.bicycles(given.world, "XD", levels=("XE6", "XE9"), publication_days=0)


def cycle(given: Given, *to: Level) -> Document:
    """A bicycle from the company that may go to these levels only."""
    lines, words = given.ward.bicycles(1), f"Chỉ cho {', '.join(one.label for one in to)}"
    gift = given.ward.give(gift=given.ward.gift(lines, method="in_kind", donor=given.ward.company, restriction=words))
    with writing():
        for one in to:
            approved.bind(gift, one.id, by=HA)
    return gift


def hand_over(given: Given, payout: Payout) -> None:
    with writing():
        receipts = {line.id: paid.MOTHER for line in lists.lines_of(payout)}
        paying.hand_over(payout, receipts, by=given.world.treasurer, key=token())


def test_a_bicycle_is_handed_over_that_the_others_can_do_without(given: Given, cycles: Programme) -> None:
    six, nine = cycles.levels
    both, only_six = cycle(given, six, nine), cycle(given, six)
    decision, (first, second) = given.decided(cycles, 0, 1)

    hand_over(given, pay(given, decision, [first], "goods"))

    assert sources(first) == [only_six.id]
    assert paid.holds()
    hand_over(given, pay(given, decision, [second], "goods"))
    assert sources(second) == [both.id]
    assert paid.holds()


def test_where_no_other_bicycle_is_there_none_is_handed_over(given: Given, cycles: Programme) -> None:
    six, nine = cycles.levels
    cycle(given, six, nine)
    only_six = cycle(given, six)
    decision, (first, _second) = given.decided(cycles, 0, 1)
    payout = pay(given, decision, [first], "goods")
    with writing():
        approved.unbind(earmarks.of(only_six)[0], by=HA, reason="Ngoài quy trình")

    with pytest.raises(NotEnough, match=r"thiếu 1 chiếc xe đạp.* cho Quyết định 01/QĐ-HKH \(2026\), 1 suất"):
        hand_over(given, payout)
    db.session.rollback()
    assert first.state == "published"
