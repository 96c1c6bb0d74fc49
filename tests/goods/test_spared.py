"""Pieces that a handover leaves to others, held against trying every piece."""

from itertools import chain, combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khuyenhoc.awards import promises
from khuyenhoc.goods.spared import Spared
from khuyenhoc.tracing.eligible import Worth

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
    spared = Spared(7, 8, {(at, 1): Worth({group: n}, 1, n) for at, (group, n) in enumerate(lots)}, own)

    for level in takers:
        spared.begin((level,), 1)
        needs = {**needs, level: needs[level] - 1}
        for at, (group, n) in enumerate(lots):
            if not n or (group is not None and level not in group):
                continue
            after = [*lots[:at], (group, n - 1), *lots[at + 1 :]]
            assert spared.some((at, 1), 1, (level,), chosen=False).pieces == met(needs, after)
            if met(needs, after):
                lots = after
                break
        else:
            raise AssertionError("nothing was left, and everybody was to have theirs")


gifts = st.dictionaries(st.none() | st.frozensets(st.sampled_from(LEVELS), min_size=1), st.integers(1, 9), min_size=1)


def pieces(lots: list[dict[Group, int]]) -> list[tuple[Group, int]]:
    return [one for money in lots for one in Worth(money, EACH, 99).pieces.items()]


EACH = 3


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lots=st.lists(gifts, min_size=1, max_size=3),
    wishes=st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.booleans()), min_size=12, max_size=12),
)
def test_of_lots_that_several_paid_for_everybody_can_have_theirs_after_each(
    monkeypatch: pytest.MonkeyPatch, lots: list[dict[Group, int]], wishes: list[tuple[int, bool, bool]]
) -> None:
    """Every piece is promised to a level that it may serve; some take theirs, from the first lot or from the last."""
    there = [group for group, n in pieces(lots) for _piece in range(n) if group is None or group]
    wished = list(zip(there, wishes, strict=False))
    promised = [sorted(group or LEVELS)[one % len(group or LEVELS)] for group, (one, _takes, _last) in wished]
    takers = [(level, last) for level, (_one, takes, last) in zip(promised, wishes, strict=False) if takes]
    needs = {level: promised.count(level) for level in LEVELS}
    own = {level: sum(1 for one, _last in takers if one == level) for level, _last in takers}
    monkeypatch.setattr(promises, "outstanding_pieces", lambda _campaigns: {(7, 8): needs})
    spared = Spared(7, 8, {(at, 1): Worth(dict(money), EACH, 99) for at, money in enumerate(lots)}, own)

    for level, last in takers:
        spared.begin((level,), 1)
        needs = {**needs, level: needs[level] - 1}
        for at, money in list(enumerate(lots))[:: -1 if last else 1]:
            found = spared.some((at, 1), 1, (level,), chosen=False)
            if found.pieces:
                worth = found.worth or ((next(iter(money)), EACH),)
                assert sum(amount for _group, amount in worth) == EACH
                assert all(group is None or level in group for group, _amount in worth)
                lots[at] = {group: n - dict(worth).get(group, 0) for group, n in money.items()}
                assert min(lots[at].values()) >= 0
                break
        else:
            raise AssertionError("nothing was left, and everybody was to have theirs")
        lots = [{group: n for group, n in money.items() if n} for money in lots]
        assert met(needs, pieces(lots))
