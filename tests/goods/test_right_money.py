"""What goods are bought with: money that may serve their level, and that the other awards can do without."""

from collections.abc import Sequence

import pytest

from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.awards.programme_tables import Level, Programme
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import db, writing
from khuyenhoc.funds import items
from khuyenhoc.goods import purchases
from khuyenhoc.goods.goods_tables import Purchase
from khuyenhoc.goods.purchases import Wanted
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.refusals import NotEnough
from khuyenhoc.payouts import lists, paying
from khuyenhoc.tracing import earmarks, stories
from tests.awards import deciding
from tests.awards.award_world import level
from tests.goods.stocked import EACH, approve, ask, bought, received
from tests.payouts import paid
from tests.reports.given import Given, make_given
from tests.support import approved
from tests.support.world import HA
from tests.support.worlds import Worlds


@pytest.fixture
def given(worlds: Worlds) -> Given:
    """The ward, whose campaign of the bicycles also gives scholarships."""
    return worlds.begin_with(make_given)


@pytest.fixture
def cycles(given: Given) -> Programme:
    """Bicycles for grade 6 and for grade 9."""
    return deciding.bicycles(given.world, "XD", levels=("XE6", "XE9"), publication_days=0)


@pytest.fixture
def scholarships(given: Given) -> Programme:
    """Scholarships as dear as a bicycle."""
    funding = [(given.world.world.bicycles, None)]
    return given.world.programme("HB", levels=[level("LOP9", EACH)], publication_days=0, funding=funding)


def bound(given: Given, amount: int, *to: Level) -> Document:
    """So many đồng of the bicycles' campaign that may pay for these levels only."""
    return given.bound(amount, *to, campaign=given.world.world.bicycles)


def buy(given: Given, n: int, decision: Decision | None = None, each: int = EACH) -> Purchase:
    """Asked, approved, counted, paid."""
    return bought(given.world, approve(given.world, ask(given.world, n, each=each, decision=decision)))


def hand_over(given: Given, decision: Decision, awards: Sequence[Award]) -> None:
    payout = paid.approve(given.world, paid.prepare(given.world, decision, "goods", awards=awards))
    with writing():
        receipts = {line.id: paid.MOTHER for line in lists.lines_of(payout)}
        paying.hand_over(payout, receipts, by=given.world.treasurer, key=token())


def pay(given: Given, decision: Decision) -> None:
    paid.pay(given.world, paid.approve(given.world, paid.prepare(given.world, decision)))


def sources(award: Award) -> dict[int, int]:
    return {came.source_id: came.amount for came in stories.sources_of_award(award.id)}


def unspent(gift: Document) -> int:
    """What of a gift still lies in the campaign as money."""
    return sum(lies.amount for lies in stories.unspent_of(gift.id) if not lies.item_id)


def test_goods_of_a_decision_are_bought_with_what_the_others_can_do_without(
    given: Given, cycles: Programme, scholarships: Programme
) -> None:
    six = cycles.levels[0]
    both, only_six = bound(given, EACH, six, scholarships.levels[0]), bound(given, EACH, six)
    in_goods, (cycle,) = given.decided(cycles, 0)
    in_money, (scholarship,) = given.decided(scholarships, 0)

    buy(given, 1, in_goods)

    assert (unspent(both), unspent(only_six)) == (EACH, 0)
    assert paid.holds()
    pay(given, in_money)
    hand_over(given, in_goods, [cycle])
    assert (sources(cycle), sources(scholarship)) == ({only_six.id: EACH}, {both.id: EACH})
    assert paid.holds()


def dearer(given: Given, cycles: Programme, scholarships: Programme) -> tuple[Decision, Document]:
    """A bicycle decided on, and beside its own money some that a scholarship needs and some for another level only."""
    six, nine = cycles.levels
    bound(given, EACH, six, scholarships.levels[0])
    only_six = bound(given, EACH, six)
    bound(given, EACH, nine)
    decision, _awards = given.decided(cycles, 0)
    return decision, only_six


STANDS = r"thiếu 500\.000.* cho Quyết định 02/QĐ-HKH \(2026\), 1 suất"


def test_what_another_decision_stands_on_is_not_approved_for_a_dearer_bicycle(
    given: Given, cycles: Programme, scholarships: Programme
) -> None:
    decision, _gift = dearer(given, cycles, scholarships)
    given.decided(scholarships, 0)
    purchase = ask(given.world, 1, each=EACH + 500_000, decision=decision)

    with pytest.raises(NotEnough, match=STANDS):
        approve(given.world, purchase)

    db.session.refresh(purchase)
    assert purchase.state == "asked"
    approve(given.world, ask(given.world, 1, decision=decision))


def test_what_another_decision_stands_on_since_the_approval_is_not_paid(
    given: Given, cycles: Programme, scholarships: Programme
) -> None:
    decision, _gift = dearer(given, cycles, scholarships)
    purchase = approve(given.world, ask(given.world, 1, each=EACH + 500_000, decision=decision))
    given.decided(scholarships, 0)
    received(given.world, purchase)

    with pytest.raises(NotEnough, match=STANDS), writing():
        purchases.pay(purchase, by=given.world.treasurer)

    db.session.refresh(purchase)
    assert (purchase.state, purchase.document_id) == ("received", None)
    assert paid.holds()


def test_free_money_that_another_decision_needs_pays_for_no_dearer_bicycle(
    given: Given, cycles: Programme, scholarships: Programme
) -> None:
    six, nine = cycles.levels
    bound(given, EACH, six)
    bound(given, EACH, nine)
    given.gift(EACH, given.world.world.bicycles)
    decision, _awards = given.decided(cycles, 0)
    before = approve(given.world, ask(given.world, 1, each=EACH + 500_000, decision=decision))
    given.decided(scholarships, 0)

    with pytest.raises(NotEnough, match=STANDS):
        approve(given.world, ask(given.world, 1, each=EACH + 500_000, decision=decision))
    received(given.world, before)
    with pytest.raises(NotEnough, match=STANDS), writing():
        purchases.pay(before, by=given.world.treasurer)


def test_money_bound_to_another_level_buys_nothing_for_this_one(given: Given, cycles: Programme) -> None:
    six, nine = cycles.levels
    only_nine, only_six = bound(given, EACH, nine), bound(given, EACH, six)
    decision, (cycle,) = given.decided(cycles, 0)

    buy(given, 1, decision)

    assert (unspent(only_nine), unspent(only_six)) == (EACH, 0)
    hand_over(given, decision, [cycle])
    assert paid.holds()


@pytest.mark.parametrize("apart", [False, True])
def test_of_two_levels_bought_for_at_once_each_has_its_bicycle(given: Given, cycles: Programme, apart: bool) -> None:
    """Half of each bicycle is paid by a giver of its level, half by a giver of both."""
    six, nine = cycles.levels
    half = EACH // 2
    both, only_six = bound(given, EACH, six, nine), bound(given, half, six)
    only_nine = bound(given, half, nine)
    decision, (first, second) = given.decided(cycles, 0, 1)

    buy(given, 2, decision)

    assert [unspent(gift) for gift in (both, only_six, only_nine)] == [0, 0, 0]
    assert paid.holds()
    for awards in ([first], [second]) if apart else ([first, second],):
        hand_over(given, decision, awards)
    assert only_six.id in sources(first)
    assert only_nine.id in sources(second)
    assert not {only_nine.id} & set(sources(first))
    assert paid.holds()


def test_a_gift_that_paid_for_two_levels_is_voided_and_each_stands_on_its_own(given: Given, cycles: Programme) -> None:
    six, nine = cycles.levels
    half = EACH // 2
    both = bound(given, EACH, six, nine)
    for one in (six, nine):
        bound(given, half, one)
    decision, awards = given.decided(cycles, 0, 1)
    buy(given, 2, decision)
    later = {one: bound(given, half, one).id for one in (six, nine)}

    given.world.world.void(both)

    assert paid.holds()
    hand_over(given, decision, awards)
    assert [later[one] in sources(award) for one, award in zip((six, nine), awards, strict=True)] == [True, True]
    assert paid.holds()


def test_what_is_dearer_for_one_level_leaves_to_the_other_what_that_will_cost(given: Given, cycles: Programme) -> None:
    six, nine = cycles.levels
    each = EACH + 500_000
    both, only_six = bound(given, each, six, nine), bound(given, each, six)
    decision, awards = given.decided(cycles, 0, 1)

    buy(given, 2, decision, each)

    assert (unspent(both), unspent(only_six)) == (0, 0)
    hand_over(given, decision, awards)
    assert [sources(award) for award in awards] == [{only_six.id: each}, {both.id: each}]
    assert paid.holds()


def test_pieces_beyond_the_awards_may_serve_any_level_that_others_can_spare(given: Given, cycles: Programme) -> None:
    six, nine = cycles.levels
    only_six, both, only_nine = bound(given, EACH, six), bound(given, EACH, six, nine), bound(given, EACH, nine)
    decision, _awards = given.decided(cycles, 0, 1)

    purchase = buy(given, 3, decision)

    assert [unspent(gift) for gift in (only_six, both, only_nine)] == [0, 0, 0]
    assert paid.holds()
    given.world.world.void(db.session.get_one(Document, purchase.document_id))
    assert [unspent(gift) for gift in (only_six, both, only_nine)] == [EACH, EACH, EACH]
    assert paid.holds()


def test_goods_for_nobody_yet_leave_to_the_awards_what_only_they_could_have(
    given: Given, cycles: Programme, scholarships: Programme
) -> None:
    six = cycles.levels[0]
    both, only_six = bound(given, EACH, six, scholarships.levels[0]), bound(given, EACH, six)
    given.decided(scholarships, 0)

    buy(given, 1)

    assert (unspent(both), unspent(only_six)) == (EACH, 0)
    assert paid.holds()


def test_goods_for_nobody_yet_are_not_approved_with_what_an_award_stands_on(
    given: Given, cycles: Programme, scholarships: Programme
) -> None:
    bound(given, EACH, cycles.levels[0], scholarships.levels[0])
    only_nine = bound(given, EACH, cycles.levels[1])
    given.decided(scholarships, 0)
    with writing():
        approved.unbind(earmarks.of(only_nine)[0], by=HA, reason="Nhà hảo tâm đổi ý")

    with pytest.raises(NotEnough, match=r"thiếu 2\.375\.000.* cho Quyết định 01/QĐ-HKH \(2026\), 1 suất"):
        approve(given.world, ask(given.world, 1))


def test_money_for_one_kind_of_goods_buys_no_other(given: Given, cycles: Programme) -> None:
    with writing():
        bag = items.add_item("cap", "Cặp sách", "chiếc", EACH, "gift", by=HA)
    bags = given.world.programme(
        "CAP", kind="bicycle", levels=[level("CAP6", EACH, items=[(bag.id, 1)])],
        funding=[(given.world.world.bicycles, None)],
    )  # fmt: skip
    for_bags, for_cycles = bound(given, EACH, bags.levels[0]), bound(given, EACH, cycles.levels[0])
    wanted = [Wanted(given.world.world.bicycle, 1, EACH), Wanted(bag, 1, EACH)]
    with writing():
        purchase = purchases.ask(
            given.world.world.bicycles, given.world.world.cash, wanted, supplier="Cửa hàng Vòng Quay",
            reason="Cho đợt 20/11", by=given.world.accountant, key=token(),
        )  # fmt: skip
    approve(given.world, purchase)
    with writing():
        purchases.receive(purchase, {1: 1, 2: 1}, by=given.world.secretary)
        purchases.pay(purchase, by=given.world.treasurer)

    lies = {gift.id: [lie.item_id for lie in stories.unspent_of(gift.id)] for gift in (for_bags, for_cycles)}
    assert lies == {for_bags.id: [bag.id], for_cycles.id: [given.world.world.bicycle.id]}
    assert paid.holds()


def test_of_a_lot_that_several_paid_for_each_award_leaves_the_others_theirs(given: Given, cycles: Programme) -> None:
    six, nine = cycles.levels
    both, only_six = bound(given, EACH, six, nine), bound(given, EACH, six)
    buy(given, 2)
    decision, (first, second) = given.decided(cycles, 0, 1)

    hand_over(given, decision, [first])

    assert paid.holds()
    hand_over(given, decision, [second])
    assert (sources(first), sources(second)) == ({only_six.id: EACH}, {both.id: EACH})
    assert paid.holds()


def test_what_was_bought_for_one_level_is_left_to_it_by_another(given: Given, cycles: Programme) -> None:
    six, nine = cycles.levels
    both, only_six = bound(given, EACH, six, nine), bound(given, EACH, six)
    decision, awards = given.decided(cycles, 0, 0)
    buy(given, 2, decision)
    lines, words = given.ward.bicycles(1), f"Chỉ cho {nine.label}"
    only_nine = given.ward.give(
        gift=given.ward.gift(lines, method="in_kind", donor=given.ward.company, restriction=words)
    )
    with writing():
        approved.bind(only_nine, nine.id, by=HA)
    other, (late,) = given.decided(cycles, 1)

    hand_over(given, other, [late])

    assert sources(late) == {only_nine.id: EACH}
    assert paid.holds()
    hand_over(given, decision, awards)
    assert sorted(one for award in awards for one in sources(award)) == [both.id, only_six.id]
    assert paid.holds()


def test_two_levels_get_theirs_of_one_lot_by_one_list(given: Given, cycles: Programme) -> None:
    gifts = [bound(given, EACH, one) for one in cycles.levels]
    buy(given, 2)
    decision, awards = given.decided(cycles, 0, 1)

    hand_over(given, decision, awards)

    assert [sources(award) for award in awards] == [{gift.id: EACH} for gift in gifts]
    assert paid.holds()


def test_no_piece_is_paid_by_givers_whose_wishes_have_no_level_in_common(given: Given, cycles: Programme) -> None:
    gifts = [bound(given, EACH + 1_000_000, one) for one in cycles.levels]

    buy(given, 2)

    assert [unspent(gift) for gift in gifts] == [1_000_000, 1_000_000]
    decision, awards = given.decided(cycles, 0, 1)
    hand_over(given, decision, awards)
    assert paid.holds()


def test_free_money_makes_whole_what_one_giver_leaves_of_a_piece(given: Given, cycles: Programme) -> None:
    gifts = [bound(given, EACH + 1_000_000, one) for one in cycles.levels]
    free = given.gift(2 * EACH, given.world.world.bicycles)

    buy(given, 4)

    assert [unspent(gift) for gift in (*gifts, free)] == [0, 0, 2_000_000]
    decision, awards = given.decided(cycles, 0, 0, 1, 1)
    hand_over(given, decision, awards)
    assert paid.holds()


def test_a_piece_that_only_givers_of_different_levels_could_pay_together_is_not_bought(
    given: Given, cycles: Programme
) -> None:
    for one in cycles.levels:
        bound(given, EACH // 2, one)

    with pytest.raises(NotEnough, match=r"chỉ có 1\.187\.500.* được dùng cho việc này, cần 2\.375\.000"):
        approve(given.world, ask(given.world, 1))


def test_goods_for_nobody_yet_are_bought_for_the_level_whose_money_nobody_needs(
    given: Given, cycles: Programme, scholarships: Programme
) -> None:
    six, nine = cycles.levels
    both, only_nine = bound(given, EACH, six, scholarships.levels[0]), bound(given, EACH, nine)
    given.decided(scholarships, 0)

    buy(given, 1)

    assert (unspent(both), unspent(only_nine)) == (EACH, 0)
    assert paid.holds()


def test_beside_a_decision_the_rest_is_bought_with_what_that_leaves(given: Given, cycles: Programme) -> None:
    six, nine = cycles.levels
    only_six, only_nine = bound(given, EACH, six), bound(given, EACH, nine)
    decision, awards = given.decided(cycles, 0)

    buy(given, 2, decision)

    assert (unspent(only_six), unspent(only_nine)) == (0, 0)
    hand_over(given, decision, awards)
    assert (sources(awards[0]), paid.holds()) == ({only_six.id: EACH}, True)


def test_what_serves_one_level_only_pays_its_pieces_before_what_serves_several(given: Given, cycles: Programme) -> None:
    six, nine = cycles.levels
    half = EACH // 2
    gifts = [bound(given, half, six, nine), bound(given, EACH, six), bound(given, half, nine)]

    buy(given, 2)

    assert [unspent(gift) for gift in gifts] == [0, 0, 0]
    decision, awards = given.decided(cycles, 0, 1)
    hand_over(given, decision, awards)
    assert paid.holds()
