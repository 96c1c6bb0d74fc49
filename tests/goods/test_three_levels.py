"""Goods for nobody yet, paid by gifts that may serve overlapping sets of three levels: what can be bought is bought."""

from collections.abc import Mapping, Sequence
from itertools import combinations, product

import pytest
from hypothesis import example, settings
from hypothesis import given as any_of
from hypothesis import strategies as st

from khuyenhoc.awards.programme_tables import Level
from khuyenhoc.goods.wholes import Wholes
from khuyenhoc.ledger import balances
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.tracing import eligible
from khuyenhoc.tracing.sparing import Group
from tests.awards import deciding
from tests.goods.stocked import EACH, approve, ask, bought
from tests.payouts import paid
from tests.reports.given import Given, make_given
from tests.support.worlds import Worlds

LEVELS = (1, 2, 3)
PRICE = 2
SETS = [frozenset(some) for n in LEVELS for some in combinations(LEVELS, n)]


def reaches(money: Mapping[Group, int], wanted: Mapping[int, int], free: int) -> bool:
    """Whether every set of levels finds what it wants among those that may serve one of them (Hall's condition)."""
    some = [levels for n in LEVELS for levels in combinations(LEVELS, n)]
    return free >= 0 and all(
        sum(wanted[level] for level in levels)
        <= free + sum(amount for group, amount in money.items() if group and group & {*levels})
        for levels in some
    )


def can_be_bought(money: Mapping[Group, int], needs: Mapping[int, int], pieces: int) -> bool:
    """Whether so many whole pieces, each of one level's money or of free money, leave what is needed."""
    for shared_out in product(range(pieces + 1), repeat=3):
        of_free = pieces - sum(shared_out)
        wanted = {level: n * PRICE + needs[level] for level, n in zip(LEVELS, shared_out, strict=True)}
        if of_free >= 0 and reaches(money, wanted, money.get(None, 0) - of_free * PRICE):
            return True
    return False


@settings(max_examples=200, deadline=None)
@any_of(
    money=st.dictionaries(st.sampled_from([*SETS, None]), st.integers(1, 9), min_size=1, max_size=5),
    needs=st.tuples(*[st.sampled_from((0, 0, 1, 2, 3))] * 3),
    pieces=st.integers(1, 5),
)
@example(money={frozenset({2}): 1, frozenset({1, 2, 3}): 4, frozenset({3}): 5}, needs=(0, 0, 0), pieces=5)
def test_what_is_planned_leaves_to_each_award_what_it_needs(
    money: dict[Group, int], needs: tuple[int, int, int], pieces: int
) -> None:
    needed = dict(zip(LEVELS, needs, strict=True))
    if not can_be_bought(money, needed, pieces):
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(eligible, "groups", lambda _campaign_id: money)
        plan = Wholes(1, needed, {}).share(pieces, PRICE, LEVELS)

    assert sum(plan.values()) == pieces
    if LEVELS not in plan:  # else nobody's wish stands in the way
        wanted = {level: plan.get((level,), 0) * PRICE + needed[level] for level in LEVELS}
        assert reaches(money, wanted, money.get(None, 0) - plan.get((), 0) * PRICE)


@pytest.fixture
def given(worlds: Worlds) -> Given:
    """The ward, whose campaign of the bicycles also gives scholarships."""
    return worlds.begin_with(make_given)


def bound(given: Given, halves: int, levels: Sequence[Level]) -> Document:
    """So many halves of a bicycle's price, for these levels only."""
    return given.bound(halves * EACH // 2, *levels, campaign=given.world.world.bicycles)


def test_who_comes_first_leaves_to_the_others_what_only_they_can_use(given: Given) -> None:
    six, seven, nine = deciding.bicycles(given.world, levels=("XE6", "XE7", "XE9"), publication_days=0).levels
    for halves, levels in ((4, [six, seven, nine]), (1, [seven]), (5, [nine])):
        bound(given, halves, levels)

    bought(given.world, approve(given.world, ask(given.world, 5)))

    assert balances.available(given.world.world.bicycles.id) == 0
    assert paid.holds()
