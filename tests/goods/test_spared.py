"""Pieces that a handover leaves to others, held against trying every piece."""

from itertools import chain, combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khuyenhoc.awards import promises
from khuyenhoc.goods.spared import Spared

LEVELS = (1, 2, 3)
Group = frozenset[int] | None
lot = st.tuples(st.none() | st.frozensets(st.sampled_from(LEVELS), min_size=1), st.integers(1, 3))
amounts = st.dictionaries(st.sampled_from(LEVELS), st.integers(1, 3), max_size=3)


def met(needs: dict[int, int], lots: list[tuple[Group, int]]) -> bool:
    """Whether everybody can have theirs."""
    chosen = chain.from_iterable(combinations(needs, n) for n in range(len(needs) + 1))
    return all(
        sum(needs[level] for level in levels) <= sum(n for group, n in lots if group is None or group & {*levels})
        for levels in chosen
    )


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lots=st.lists(lot, min_size=1, max_size=4),
    others=amounts,
    takers=st.lists(st.sampled_from(LEVELS), min_size=1, max_size=4),
)
def test_each_takes_the_first_piece_that_the_others_can_spare(
    monkeypatch: pytest.MonkeyPatch, lots: list[tuple[Group, int]], others: dict[int, int], takers: list[int]
) -> None:
    own = {level: takers.count(level) for level in takers}
    needs = {level: others.get(level, 0) + own.get(level, 0) for level in LEVELS}
    if not met(needs, lots):
        return
    monkeypatch.setattr(promises, "outstanding_pieces", lambda _campaigns: {(7, 8): needs})
    spared = Spared(7, 8, {(at, 1): {group: n} for at, (group, n) in enumerate(lots)}, own)

    for level in takers:
        spared.begin((level,), 1)
        needs = {**needs, level: needs[level] - 1}
        for at, (group, n) in enumerate(lots):
            if not n or (group is not None and level not in group):
                continue
            after = [*lots[:at], (group, n - 1), *lots[at + 1 :]]
            assert spared.some((at, 1), 1, (level,), chosen=False) == met(needs, after)
            if met(needs, after):
                lots = after
                break
        else:
            raise AssertionError("nothing was left, and everybody was to have theirs")
