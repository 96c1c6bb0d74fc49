"""Money leaves by an approved list only: prepared, approved and paid by three people, named to the đồng."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.pairs import SamePerson
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import AlreadyRecorded, NotAllowed, NotFound, RuleBroken
from khuyenhoc.history.events import record
from khuyenhoc.ledger import approvables, balances, outflows
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.refusals import StandsOnIt
from khuyenhoc.payouts import lists, paying
from khuyenhoc.tracing import stories
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld
from tests.payouts import paid
from tests.support import people
from tests.support.world import DAY

Clock = Callable[[datetime], None]


def test_a_list_is_prepared_approved_and_paid_by_three_people(world: AwardWorld) -> None:
    decision = paid.money(world, 3)
    payout = paid.prepare(world, decision)

    paid.approve(world, payout)
    document = paid.pay(world, payout)

    assert (payout.state, payout.amount, document.series, document.amount) == ("paid", 3 * MILLION, "PC", 3 * MILLION)
    assert paid.states(lists.lines_of(payout)) == ["paid"] * 3
    assert balances.available(world.scholarships.id) == 2 * MILLION
    assert deciding.committed(world.scholarships.id) == 0
    assert paid.holds()


def test_each_award_leads_back_to_the_gift_that_paid_it(world: AwardWorld) -> None:
    payout, lines = paid.paid(world, 2)

    sources = [stories.sources_of_award(line.award_id) for line in lines]

    assert [[came.amount for came in one] for one in sources] == [[MILLION], [MILLION]]
    assert payout.document_id is not None


def test_a_bank_list_counts_as_received_when_it_is_paid(world: AwardWorld) -> None:
    payout = paid.approve(world, paid.prepare(world, paid.transfers(world, 2), "bank"))

    document = paid.pay(world, payout)

    assert document.series == "UN"
    assert [line.outcome for line in lists.lines_of(payout)] == ["received"] * 2
    assert paid.holds()


def test_an_award_that_a_form_names_twice_stands_on_the_list_once(world: AwardWorld) -> None:
    decision = paid.money(world, 2)
    ready = lists.ready(decision)

    payout = paid.prepare(world, decision, awards=[*ready, ready[0]])

    assert (len(lists.lines_of(payout)), payout.amount) == (2, 2 * MILLION)


def test_a_bank_list_needs_account_numbers(world: AwardWorld) -> None:
    with pytest.raises(RuleBroken, match="Chưa có số tài khoản để chuyển: HB26-0001"):
        paid.prepare(world, paid.money(world, 1), "bank")


def test_nothing_is_paid_before_it_is_approved(world: AwardWorld) -> None:
    payout = paid.prepare(world, paid.money(world))

    with pytest.raises(RuleBroken, match="chưa được duyệt"):
        paid.pay(world, payout)


@pytest.mark.parametrize("who", ["accountant", "chair", "secretary"])
def test_only_the_treasurer_pays(world: AwardWorld, who: str) -> None:
    payout = paid.approve(world, paid.prepare(world, paid.money(world)))

    with pytest.raises(NotAllowed):
        paid.pay(world, payout, getattr(world, who))


def test_whoever_prepared_neither_approves_nor_pays(world: AwardWorld) -> None:
    both = people.person("haiviec", role="accountant", unit=world.unit)
    people.grant(both, "treasurer", world.unit)
    people.grant(both, "chair", world.unit)
    payout = paid.prepare(world, paid.money(world), by=both)

    with pytest.raises(SamePerson, match="không duyệt được"):
        paid.approve(world, payout, both)

    paid.approve(world, payout)
    with pytest.raises(SamePerson, match="đã lập"):
        paid.pay(world, payout, both)


def test_whoever_approved_does_not_pay(world: AwardWorld) -> None:
    people.grant(world.chair, "treasurer", world.unit)
    payout = paid.approve(world, paid.prepare(world, paid.money(world)))

    with pytest.raises(SamePerson, match="đã duyệt"):
        paid.pay(world, payout, world.chair)


def test_an_approval_of_what_was_changed_since_does_not_count(world: AwardWorld) -> None:
    payout = paid.prepare(world, paid.money(world))
    request, shown = paid.request_of(payout), requests.fingerprint(paid.request_of(payout))
    with writing():
        payout.place = "Nơi khác"
        record("payout.prepared", payout, by=world.accountant, unit_id=payout.unit_id)

    with writing():
        assert requests.approve(request, by=world.chair, shown=shown) is Outcome.CHANGED

    db.session.refresh(payout)
    assert payout.state == "prepared"


def test_pressed_twice_it_is_paid_once(world: AwardWorld) -> None:
    payout = paid.approve(world, paid.prepare(world, paid.money(world)))

    assert paid.pay(world, payout).id == paid.pay(world, payout).id
    assert balances.held_by(world.scholarships.id, "cash") == 2 * MILLION


def test_an_award_stands_on_one_list_only(world: AwardWorld) -> None:
    decision = paid.money(world)
    first = paid.prepare(world, decision)
    awards = [line.award for line in lists.lines_of(first)]

    with pytest.raises(RuleBroken, match="danh sách khác"):
        paid.prepare(world, decision, awards=awards)

    with writing():
        lists.cancel(first, by=world.accountant, reason="Đổi ngày")
    assert paid.prepare(world, decision, awards=awards).state == "prepared"
    assert paid.holds()


def test_the_same_form_key_is_the_same_list(world: AwardWorld) -> None:
    decision = paid.money(world)
    awards = lists.ready(decision)
    first = paid.prepare(world, decision, key="mot-lan", awards=awards)

    assert paid.prepare(world, decision, key="mot-lan", awards=awards).id == first.id
    with pytest.raises(AlreadyRecorded):
        paid.prepare(world, decision, key="mot-lan", awards=awards[:1])


@pytest.mark.parametrize("other", [{"planned_on": DAY + timedelta(days=31)}, {"place": "Sân trường"}, {"note": "Muộn"}])
def test_the_same_form_key_with_another_day_or_place_is_refused(world: AwardWorld, other: dict[str, Any]) -> None:
    decision = paid.money(world)
    awards = lists.ready(decision)
    paid.prepare(world, decision, key="mot-lan", awards=awards)

    with pytest.raises(AlreadyRecorded):
        paid.prepare(world, decision, key="mot-lan", awards=awards, **other)


def test_an_award_taken_back_while_the_list_waited_for_the_lock_is_on_no_list(world: AwardWorld) -> None:
    decision = paid.money(world)
    awards = lists.ready(decision)

    with pytest.raises(RuleBroken, match="không ở bước chờ trao"), writing():
        assert [award.state for award in awards] == ["published"] * 3
        db.session.execute(text("UPDATE awards SET state = 'cancelled' WHERE id = :id"), {"id": awards[1].id})
        paid.prepare(world, decision, awards=awards)


def test_what_still_hangs_out_is_not_paid(world: AwardWorld) -> None:
    world.money(5 * MILLION)
    programme = world.programme()
    world.awards(programme, 1, "recommended")
    payout = paid.approve(world, paid.prepare(world, deciding.published(world, programme)))

    with pytest.raises(RuleBroken, match="Còn công bố"):
        paid.pay(world, payout)


def test_another_decisions_award_is_not_found(world: AwardWorld) -> None:
    decision = paid.money(world, 1)
    other = world.award(world.programme("HB27"), "published")

    with pytest.raises(NotFound):
        paid.prepare(world, decision, awards=[other])


def test_goods_and_money_are_two_lists(world: AwardWorld) -> None:
    decision = paid.goods(world)

    with pytest.raises(RuleBroken, match="hai danh sách"):
        paid.prepare(world, decision, "cash")


def test_policies_look_at_everything_paid_in_the_month(world: AwardWorld) -> None:
    decision = paid.money(world, 3)
    awards = lists.ready(decision)
    paid.prepare(world, decision, awards=awards[:1])

    second = paid.prepare(world, decision, awards=awards[1:])

    assert outflows.total(paid.request_of(second)) == 3 * MILLION


def test_a_list_is_not_paid_in_a_month_before_the_one_whose_sum_was_looked_at(world: AwardWorld, clock: Clock) -> None:
    payout = paid.approve(world, paid.prepare(world, paid.money(world, 1), planned_on=DAY + timedelta(days=40)))

    with pytest.raises(RuleBroken, match="9/2026"):
        paid.pay(world, payout)

    clock(datetime(2026, 9, 1, 8, tzinfo=UTC))
    assert paid.pay(world, payout).amount == MILLION


def test_nothing_of_a_list_goes_out_before_the_day_of_its_approval(world: AwardWorld) -> None:
    yesterday = DAY - timedelta(days=1)
    payout = paid.approve(world, paid.prepare(world, paid.money(world, 1)))
    with pytest.raises(RuleBroken, match="từ ngày duyệt trở đi"), writing():
        paying.pay(payout, by=world.treasurer, on=yesterday)
    goods = paid.approve(world, paid.prepare(world, paid.goods(world, 1), "goods"))
    taken = {line.id: paid.MOTHER for line in goods.lines}
    with pytest.raises(RuleBroken, match="từ ngày duyệt trở đi"), writing():
        paying.hand_over(goods, taken, by=world.treasurer, key=token(), on=yesterday)

    with writing():
        paying.pay(payout, by=world.treasurer, on=DAY)


def test_what_a_list_has_paid_is_not_voided(world: AwardWorld) -> None:
    payout, lines = paid.paid(world, 2)
    paid.stay_away(world, payout, lines[:1])

    for document in db.session.query(Document).filter(Document.kind.in_(("commitment", "payment", "hold"))):
        with pytest.raises(StandsOnIt), writing():
            approvables.ask_void(document, by=world.accountant, reason="Ghi nhầm danh sách")
    assert paid.states(lines) == ["paid", "paid"]
