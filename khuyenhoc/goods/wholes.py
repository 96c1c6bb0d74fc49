"""Pieces bought for nobody yet: each is paid by money that may serve one level, or by free money alone.

Else a piece could be worth đồng of givers whose wishes have no level in common, and serve nobody.
"""

import copy
from collections.abc import Mapping, Sequence
from itertools import islice, permutations
from typing import NamedTuple

from khuyenhoc.core.dong import Dong
from khuyenhoc.tracing import eligible
from khuyenhoc.tracing.sparing import Group, Sparing

MOST_TURNS = 24
"""So many orders of the levels are tried: all of four."""


class _Plan(NamedTuple):
    """The money left, the pieces found for whom, and how many were not."""

    left: Sparing
    found: dict[tuple[int, ...], int]
    missing: int


class Wholes:
    """A campaign's money that is left for them beside what is promised.

    ``needs``: purpose → đồng promised to others; ``own``: purpose → đồng that the same deed spends for awards.
    """

    def __init__(self, campaign_id: int, needs: Mapping[int, Dong], own: Mapping[int, Dong]) -> None:
        self._money = eligible.groups(campaign_id)
        self._bound = sorted((group for group in self._money if group), key=lambda group: (len(group), sorted(group)))
        self._sparing = Sparing(self._money)
        self._sparing.promise(needs)
        self._sparing.promise(own)

    def share(self, pieces: int, each: Dong, levels: Sequence[int]) -> dict[tuple[int, ...], int]:
        """Of so many pieces at so many đồng, how many are bought for which level, or for any of several.

        Whole pieces of each level's own money first (what serves fewest before what serves others too), then those that
        free money makes whole, then those of free money.
        """
        if len(levels) < 2 or not any(group & {*levels} for group in self._bound):
            return {tuple(levels): pieces}
        best = self._in_turn(pieces, each, levels)
        for turns in islice(permutations(levels), 1, MOST_TURNS):  # who comes first may take what only others could use
            if not best.missing:
                break
            best = min(best, self._in_turn(pieces, each, turns), key=lambda plan: plan.missing)
        self._sparing, found = best.left, best.found
        richest = max(levels, key=lambda level: sum(self._money[group] for group in self._bound if level in group))
        found[(richest,)] = found.get((richest,), 0) + best.missing  # refused, in words of what stands there
        return {purposes: n for purposes, n in found.items() if n}

    def _in_turn(self, pieces: int, each: Dong, levels: Sequence[int]) -> _Plan:
        """What is found when the levels are served in this order."""
        left, found = self._sparing, dict.fromkeys(levels, 0)
        for free in (False, True):
            for level in levels:
                most = min(pieces, 1) if free else pieces
                n = self._reach(left, level, most * each, free=free)[1] // each
                left = self._reach(left, level, n * each, free=free)[0]
                found[level] += n
                pieces -= n
        left = copy.deepcopy(left)
        free_ones = left.room(None, pieces * each) // each
        left.take(None, free_ones * each)
        return _Plan(left, {(): free_ones} | {(level,): n for level, n in found.items()}, pieces - free_ones)

    def _reach(self, left: Sparing, level: int, amount: Dong, *, free: bool) -> tuple[Sparing, Dong]:
        """What of ``left`` is left when up to so many đồng are spent for a level, and how many that are.

        ``free``: free ones too, where there are some of its own.
        """
        sparing, spent = copy.deepcopy(left), 0
        groups: list[Group] = [group for group in self._bound if level in group]
        for group in [*groups, None] if free else groups:
            some = sparing.room(group, amount - spent) if group or spent else 0
            sparing.take(group, some)
            spent += some
        return sparing, spent
