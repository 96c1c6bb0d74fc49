"""Every source to its uses, every use to its sources, to the đồng."""

import pytest

from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.ledger.refusals import NotEnough
from khuyenhoc.tracing import stories
from khuyenhoc.tracing.stories import Came
from tests.tracing.traced import PRIMARY, UPPER, Books


def test_an_award_is_paid_from_the_oldest_gifts(books: Books) -> None:
    first, second = books.gift(600_000), books.gift(1_000_000)

    paid = books.award(900_000, 7, PRIMARY)

    assert stories.sources_of(paid.id) == [Came(first.id, 600_000), Came(second.id, 300_000)]
    assert (books.went(first), books.unspent(first)) == ({7: 600_000}, 0)
    assert (books.went(second), books.unspent(second)) == ({7: 300_000}, 700_000)
    assert books.proven()


def test_a_restricted_gift_goes_to_its_purpose_before_older_free_ones(books: Books) -> None:
    free, bound = books.gift(1_000_000), books.gift(1_000_000, restricted=True)
    books.mark(bound, PRIMARY)

    books.award(900_000, 7, PRIMARY)
    books.award(900_000, 8, UPPER)

    assert (books.went(bound), books.went(free)) == ({7: 900_000}, {8: 900_000})
    assert books.proven()


def test_money_bound_to_another_purpose_is_refused_in_words(books: Books) -> None:
    books.gift(300_000)
    bound = books.gift(1_000_000, restricted=True)
    books.mark(bound, PRIMARY)

    with pytest.raises(NotEnough, match="chỉ có 300.000"):
        books.award(900_000, 7, UPPER)

    assert books.unspent(bound) == 1_000_000
    assert books.proven()


def test_the_givers_recorded_consent_opens_another_purpose(books: Books) -> None:
    bound = books.gift(1_000_000, restricted=True)
    books.mark(bound, UPPER, consent="Thư ngày 10/8/2026")

    books.award(900_000, 7, UPPER)

    assert books.went(bound) == {7: 900_000}


def test_a_gift_without_purpose_needs_no_mark(books: Books) -> None:
    with pytest.raises(RuleBroken, match="không có mục đích riêng"):
        books.mark(books.gift(100_000), PRIMARY)


def test_a_bought_bicycle_leads_back_to_those_who_paid_for_it(books: Books) -> None:
    first, second = books.gift(2_375_000), books.gift(2_375_000)
    lot = books.buy(2)

    books.hand_over(7, lot=lot)

    assert (books.went(first), books.unspent(first)) == ({7: 2_375_000}, 0)
    assert (books.went(second), books.unspent(second)) == ({}, 2_375_000)
    assert [lies.item_id for lies in stories.unspent_of(second.id)] == [books.world.bicycle.id]
    assert books.proven()


def test_a_bound_gift_may_buy_for_its_purpose_and_its_bicycle_stays_bound(books: Books) -> None:
    bound = books.gift(2_375_000, restricted=True)
    books.mark(bound, PRIMARY)
    books.buy(1, PRIMARY)

    with pytest.raises(NotEnough):
        books.hand_over(7, UPPER)

    books.hand_over(8, PRIMARY)
    assert books.went(bound) == {8: 2_375_000}
    assert books.proven()


def test_money_moved_to_another_campaign_keeps_its_giver(books: Books) -> None:
    general = books.gift(1_000_000, campaign=books.world.general)
    books.move(1_000_000, books.world.general, books.bicycles)

    books.award(400_000, 7, PRIMARY)

    assert (books.went(general), books.unspent(general)) == ({7: 400_000}, 600_000)
    assert books.proven()


def test_bound_money_moves_only_with_consent_and_is_free_where_it_arrives(books: Books) -> None:
    bound = books.gift(1_000_000, restricted=True, campaign=books.world.general)
    with pytest.raises(NotEnough):
        books.move(1_000_000, books.world.general, books.bicycles)

    books.move(1_000_000, books.world.general, books.bicycles, consent="Thư ngày 1/8/2026")
    books.award(1_000_000, 7, UPPER)

    assert books.went(bound) == {7: 1_000_000}


def test_what_was_never_claimed_goes_back_to_its_giver(books: Books) -> None:
    gift = books.gift(900_000)
    books.award(900_000, 7, PRIMARY)

    books.never_claimed(900_000, 7)

    assert (books.went(gift), books.unspent(gift)) == ({}, 900_000)
    assert books.proven()


def test_a_refund_gives_back_the_gifts_own_money_first(books: Books) -> None:
    older, refunded = books.gift(500_000), books.gift(500_000)

    books.refund(refunded, 500_000)

    assert (books.unspent(older), books.went(refunded)) == (500_000, {"refunded": 500_000})


def test_a_bank_fee_is_a_fact_even_where_all_is_bound(books: Books) -> None:
    bound = books.gift(500_000, restricted=True)
    world = books.world

    with pytest.raises(NotEnough):
        world.pay(11_000)
    world.post("bank_fee", "UN", world.line(world.cash, "bank_fees", -11_000))

    assert books.went(bound) == {"bank_fees": 11_000}
