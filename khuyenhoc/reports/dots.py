"""One dot for each award: where the dots of each group lie in the drawing, as paths that a pattern fills."""

from collections.abc import Sequence
from typing import NamedTuple

STEP = 15
"""A dot's place is so many units wide and high."""

PATTERNS = 5
"""So many kinds of dots can be told apart."""

FEWEST, MOST = 5, 2_000
"""Fewer are no picture, more no longer dots."""


class Drawing(NamedTuple):
    """A drawing ``width`` by ``height`` units, and for each group the path of its dots."""

    width: int
    height: int
    paths: Sequence[str]


def drawing(counts: Sequence[int], across: int) -> Drawing | None:
    """``across`` dots to a line, one group after the other; nothing where dots would say nothing."""
    total = sum(counts)
    if not FEWEST <= total <= MOST or len(counts) > PATTERNS:
        return None
    paths, begun = [], 0
    for count in counts:
        paths.append(_path(begun, count, across))
        begun += count
    return Drawing(across * STEP, -(-total // across) * STEP, paths)


def _path(begun: int, count: int, across: int) -> str:
    """The places ``begun`` to ``begun + count``, line by line."""
    path, end = "", begun + count
    while begun < end:
        line, column = divmod(begun, across)
        there = min(end - begun, across - column)
        path += f"M{column * STEP} {line * STEP}h{there * STEP}v{STEP}h-{there * STEP}z"
        begun += there
    return path
