"""A void that the books allow re-points what stood on it, by recorded steps."""

import pytest

from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.history import events
from khuyenhoc.tracing import stories
from khuyenhoc.tracing.stories import Came
from tests.tracing.traced import PRIMARY, Books


def test_an_award_stands_on_another_gift_when_its_own_is_voided(books: Books) -> None:
    wrong = books.gift(900_000)
    paid = books.award(900_000, 7, PRIMARY)
    right = books.gift(900_000)

    books.void(wrong)

    assert stories.sources_of(paid.id) == [Came(right.id, 900_000)]
    assert (books.went(wrong), books.unspent(wrong)) == ({}, 0)
    assert [event.action for event in events.of("documents", paid.id)] == ["payment.posted", "trace.repointed"]
    assert books.proven()


def test_a_bicycle_already_bought_gets_the_other_givers_money(books: Books) -> None:
    wrong = books.gift(2_375_000)
    books.buy(1)
    books.hand_over(7)
    right = books.gift(2_375_000)

    books.void(wrong)

    assert (books.went(right), books.went(wrong)) == ({7: 2_375_000}, {})
    assert books.proven()


def test_what_was_moved_on_and_spent_there_gets_the_other_givers_money(books: Books) -> None:
    general = books.world.general
    wrong = books.gift(500_000, campaign=general)
    books.move(500_000, general, books.bicycles)
    books.award(500_000, 7, PRIMARY)
    right = books.gift(500_000, campaign=general)

    books.void(wrong)

    assert (books.went(right), books.went(wrong)) == ({7: 500_000}, {})
    assert books.proven()


def test_a_void_payment_gives_its_money_back(books: Books) -> None:
    gift = books.gift(900_000)

    books.void(books.award(900_000, 7, PRIMARY))

    assert (books.went(gift), books.unspent(gift)) == ({}, 900_000)
    assert books.proven()


def test_a_void_return_spends_the_money_again(books: Books) -> None:
    gift = books.gift(900_000)
    books.award(900_000, 7, PRIMARY)

    books.void(books.never_claimed(900_000, 7))

    assert (books.went(gift), books.unspent(gift)) == ({7: 900_000}, 0)
    assert books.proven()


def test_a_void_is_refused_where_only_bound_money_is_left(books: Books) -> None:
    wrong = books.gift(900_000)
    books.award(900_000, 7, PRIMARY)
    books.gift(900_000, restricted=True)

    with pytest.raises(RuleBroken, match="mục đích khác"):
        books.void(wrong)

    assert books.went(wrong) == {7: 900_000}
    assert books.proven()
