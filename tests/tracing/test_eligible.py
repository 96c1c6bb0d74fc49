"""Whether money that is partly bound reaches for several purposes at once."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khuyenhoc.ledger.refusals import NotEnough
from khuyenhoc.tracing import eligible
from tests.tracing.traced import PRIMARY, UPPER, Books

PURPOSES = (1, 2, 3)
groups = st.dictionaries(st.frozensets(st.sampled_from(PURPOSES), min_size=1), st.integers(0, 6), max_size=4)
needs = st.dictionaries(st.sampled_from(PURPOSES), st.integers(0, 8), max_size=3)


@given(bound=groups, free=st.integers(0, 5), needs=needs)
def test_the_flow_is_as_good_as_the_best_plan_by_hand(
    bound: dict[frozenset[int], int], free: int, needs: dict[int, int]
) -> None:
    assert eligible.missing(needs, {**bound, None: free}) == max(0, _least_lack(bound, needs) - free)


@settings(deadline=None)
@given(bound=groups, free=st.integers(0, 5), needs=needs, wanted=st.frozensets(st.sampled_from(PURPOSES), min_size=1))
def test_most_is_just_what_others_can_spare(
    bound: dict[frozenset[int], int], free: int, needs: dict[int, int], wanted: frozenset[int]
) -> None:
    there = {**{key | {9} if key & wanted else key: n for key, n in bound.items()}, None: free}
    spare = eligible.most(wanted, needs, {**bound, None: free})

    assert eligible.missing({**needs, 9: spare}, there) == eligible.missing(needs, there)
    assert eligible.missing({**needs, 9: spare + 1}, there) == eligible.missing(needs, there) + 1


def _least_lack(bound: dict[frozenset[int], int], needs: dict[int, int]) -> int:
    """Hall's theorem: the greatest lack of any set of purposes."""
    sets = {frozenset(chosen) for n in range(len(PURPOSES) + 1) for chosen in permutations(PURPOSES, n)}
    return max(
        sum(needs.get(p, 0) for p in some) - sum(amount for group, amount in bound.items() if group & some)
        for some in sets
    )


def test_bound_money_leaves_room_for_what_only_it_can_pay(books: Books) -> None:
    books.gift(500_000)
    both, one = books.gift(400_000, restricted=True), books.gift(300_000, restricted=True)
    books.mark(both, PRIMARY)
    books.mark(both, UPPER)
    books.mark(one, PRIMARY)

    eligible.require(books.bicycles.id, {PRIMARY: 500_000, UPPER: 700_000})

    with pytest.raises(NotEnough, match="còn thiếu 100.000"):
        eligible.require(books.bicycles.id, {UPPER: 1_000_000})


def test_lots_say_what_of_them_may_be_used(books: Books) -> None:
    bound = books.gift(2_375_000, restricted=True)
    books.mark(bound, PRIMARY)
    books.gift(4_750_000)
    first, second = books.buy(1, PRIMARY), books.buy(2)

    found = eligible.lots(books.bicycles.id, books.world.bicycle.id, (UPPER,))

    assert [(lot.document_id, lot.unspent, lot.eligible) for lot in found] == [
        (first.id, 2_375_000, 0),
        (second.id, 4_750_000, 4_750_000),
    ]
