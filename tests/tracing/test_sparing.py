"""A use leaves to others what they cannot do without, takes the oldest of what it may, and is refused in no other case.

Held against a reading that tries every đồng: may it go, and all others still have theirs (Hall's theorem)?
"""

import datetime
import itertools
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khuyenhoc.awards import kept_promises
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.tracing import eligible, promised
from khuyenhoc.tracing.pools import Draw
from khuyenhoc.tracing.queues import Place, Pool
from khuyenhoc.tracing.sparing import Sparing
from khuyenhoc.tracing.trace_tables import NONE
from tests.support.world import DAY
from tests.tracing.traced import Books, make_books

SEQUENCES = int(os.environ.get("KHUYENHOC_SEQUENCES", "12"))
LEVELS = (1, 2, 3)
Group = frozenset[int] | None

sets = st.frozensets(st.sampled_from(LEVELS), min_size=1)
money = st.dictionaries(st.none() | sets, st.integers(1, 4), max_size=5)
amounts = st.dictionaries(st.sampled_from(LEVELS), st.integers(1, 4), max_size=3)


def met(needs: Mapping[int, int], there: Mapping[Group, int]) -> bool:
    """Whether all can have theirs: by every set of levels there is."""
    some = [level for level, amount in needs.items() if amount]
    chosen = itertools.chain.from_iterable(itertools.combinations(some, n) for n in range(len(some) + 1))
    return all(
        sum(needs[level] for level in levels)
        <= sum(n for group, n in there.items() if group is None or group & {*levels})
        for levels in chosen
    )


def most(needs: Mapping[int, int], there: Mapping[Group, int], group: Group, wanted: int) -> int:
    """How many đồng of a group may go: tried one after the other."""
    may = 0
    while may < min(wanted, there.get(group, 0)) and met(needs, {**there, group: there[group] - may - 1}):
        may += 1
    return may


@settings(max_examples=300, deadline=None)
@given(there=money, needs=amounts, deeds=st.lists(st.tuples(st.none() | sets, st.integers(1, 4)), max_size=6))
def test_there_is_room_for_just_what_others_can_spare(
    there: dict[Group, int], needs: dict[int, int], deeds: list[tuple[Group, int]]
) -> None:
    sparing = Sparing(there)
    sparing.promise(needs)
    assert sum(sparing.unmet.values()) == eligible.missing(needs, there)
    if not met(needs, there):
        return

    for group, wanted in deeds:
        if group in there:
            expected = most(needs, there, group, wanted)
            assert sparing.room(group, wanted) == expected
            sparing.take(group, expected)
            there = {**there, group: there[group] - expected}
    assert sum(sparing.unmet.values()) == 0


@dataclass
class Promised:
    """So much is promised of any campaign."""

    amounts: Mapping[int, int]

    def needs(self, _campaign_id: int, /) -> Mapping[int, int]:
        return self.amounts

    def refusal(self, _campaign_id: int, lacking: Mapping[int, int], /) -> RuleBroken:
        return RuleBroken(f"lacking {sorted(lacking)}")


@pytest.fixture
def promises() -> Iterator[Promised]:
    """What is promised, as the tests say it."""
    found = Promised({})
    promised.register(found)
    yield found
    kept_promises.tell_the_trace()


@dataclass
class Given:
    """A gift: how old, how many đồng, and what it is bound to."""

    place: Place
    age: int
    left: int
    group: Group


def plainly(
    gifts: Sequence[Given], uses: Sequence[tuple[int, int]], others: Mapping[int, int]
) -> list[dict[Place, int]]:
    """What each use takes when every đồng is tried in its order; stops at the first that does not find enough."""
    found: list[dict[Place, int]] = []
    for number, (level, amount) in enumerate(uses):
        needs = dict(others)
        for later, more in uses[number + 1 :]:
            needs[later] = needs.get(later, 0) + more
        mine: dict[Place, int] = {}
        own = sorted((g for g in gifts if g.group and level in g.group), key=lambda g: (-g.age, g.place))
        for gift in [*own, *sorted((g for g in gifts if g.group is None), key=lambda g: (-g.age, g.place))]:
            there: dict[Group, int] = {}
            for one in gifts:
                there[one.group] = there.get(one.group, 0) + one.left
            some = most(needs, there, gift.group, min(gift.left, amount - sum(mine.values())))
            gift.left -= some
            if some:
                mine[gift.place] = some
        if sum(mine.values()) < amount:
            return found
        found.append(mine)
    return found


gift = st.tuples(
    st.integers(0, 3), st.integers(1, 3), st.sampled_from([{1, 2}, {1, 2}, {2, 3}, {1}, {2}, None]), st.integers(0, 3)
)
use = st.tuples(st.sampled_from((1, 1, 2)), st.integers(1, 3))
_codes = itertools.count(10)


@pytest.mark.long
@settings(max_examples=SEQUENCES, deadline=None, suppress_health_check=list(HealthCheck))
@given(gifts=st.lists(gift, min_size=3, max_size=6), wanted=st.lists(use, min_size=1, max_size=3))
def test_each_use_takes_the_oldest_that_others_can_spare(
    app: Flask,
    promises: Promised,
    gifts: list[tuple[int, int, set[int] | None, int]],
    wanted: list[tuple[int, int]],
) -> None:
    """Every gift but a few is promised as a whole to one of its levels; of that some is paid."""
    others: dict[int, int] = {}
    for _age, amount, bound_to, which in gifts:
        level = sorted(bound_to or LEVELS)[which % len(bound_to or LEVELS)]
        others[level] = others.get(level, 0) + amount - (which == 3)
    promises.amounts, uses, own = dict(others), [], dict[int, int]()
    for level, amount in wanted:
        some = min(amount, others.get(level, 0))
        if some:
            uses.append((level, some))
            others[level] -= some
            own[level] = own.get(level, 0) + some
    books = make_books(f"U{next(_codes)}")
    laid = [lay(books, age, amount, frozenset(some) if some else None) for age, amount, some, _which in gifts]
    draw, pool = Draw(promised={books.bicycles.id: own}), Pool(books.bicycles.id, NONE)

    found = [draw.take(pool, amount, (level,), spares=True) for level, amount in uses]

    assert [{portion.place: portion.amount for portion in one} for one in found] == plainly(laid, uses, others)
    db.session.rollback()


def lay(books: Books, age: int, amount: int, group: frozenset[int] | None) -> Given:
    document = books.gift(amount, restricted=group is not None, on=DAY - datetime.timedelta(days=age))
    for level in sorted(group or ()):
        books.mark(document, level)
    return Given(Place(document.id, 1), age, amount, group)


def test_a_use_passes_by_what_only_it_need_not_have(books: Books, promises: Promised) -> None:
    both, one = lay(books, 2, 3, frozenset({1, 2})), lay(books, 1, 3, frozenset({1}))
    promises.amounts = {1: 3, 2: 2}

    draw = Draw(promised={books.bicycles.id: {1: 3}})
    portions = draw.take(Pool(books.bicycles.id, NONE), 3, (1,), spares=True)

    assert portions == [(both.place, 1), (one.place, 2)]


def test_what_nothing_makes_possible_is_refused(books: Books, promises: Promised) -> None:
    lay(books, 2, 3, frozenset({1, 2}))
    promises.amounts = {1: 3, 2: 2}

    with pytest.raises(RuleBroken, match=r"lacking \[2\]"):
        Draw(promised={books.bicycles.id: {1: 3}}).take(Pool(books.bicycles.id, NONE), 3, (1,), spares=True)


def test_free_money_that_others_need_is_left_to_them(books: Books, promises: Promised) -> None:
    lay(books, 3, 1, frozenset({1, 2}))
    lay(books, 2, 2, None)
    promises.amounts = {1: 2, 3: 2}

    with pytest.raises(RuleBroken, match=r"lacking \[3\]"):
        Draw(promised={books.bicycles.id: {1: 2}}).take(Pool(books.bicycles.id, NONE), 2, (1,), spares=True)
