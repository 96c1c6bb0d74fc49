"""Timing side by side: every contender has its turn in every round, so that a busy machine is busy for all."""

import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

WARM_UP = 10


@dataclass
class Contender:
    """One thing that is timed. What ``prepare`` makes before each turn is handed to ``run`` and not timed."""

    name: str
    run: Callable[[Any], object]
    prepare: Callable[[], Any] = lambda: None
    seconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The middle of all turns, in seconds."""
        return statistics.median(self.seconds)

    def turn(self) -> float:
        """One timed turn."""
        given = self.prepare()
        begin = time.perf_counter()
        self.run(given)
        return time.perf_counter() - begin


def side_by_side(contenders: Sequence[Contender], rounds: int, *, warm_up: int = WARM_UP) -> None:
    """So many rounds after a few to warm up; the order turns round every time."""
    with first_in_line():
        for number in range(-warm_up, rounds):
            for contender in contenders if number % 2 else reversed(contenders):
                taken = contender.turn()
                if number >= 0:
                    contender.seconds.append(taken)


class Priority:
    """Whether timed turns go before all else on the machine; the process of the database's server goes with them."""

    asked = False
    server: int | None = None


@contextmanager
def first_in_line() -> Iterator[None]:
    """At a real-time priority, where that was asked for: what prepares and fills stays among the others."""
    _schedule(os.SCHED_FIFO, 1)
    try:
        yield
    finally:
        _schedule(os.SCHED_OTHER, 0)


def _schedule(policy: int, priority: int) -> None:
    if not Priority.asked:
        return
    found = [0]
    if Priority.server is not None:
        children = Path(f"/proc/{Priority.server}/task/{Priority.server}/children").read_text().split()
        found += [Priority.server, *map(int, children)]
    for process in found:
        os.sched_setscheduler(process, policy, os.sched_param(priority))


@dataclass(frozen=True)
class Figure:
    """One measured ratio beside its bound. ``at_least``: the bound is a floor, not a ceiling."""

    what: str
    ratio: float
    bound: float
    detail: str
    at_least: bool = False

    @property
    def holds(self) -> bool:
        """Whether the promise is kept."""
        return self.ratio >= self.bound if self.at_least else self.ratio <= self.bound

    def line(self) -> str:
        """As it is printed."""
        sign = "≥" if self.at_least else "≤"
        verdict = "holds" if self.holds else "MISSED"
        return f"| {self.what} | {self.ratio:.2f} | {sign} {self.bound:g} | {verdict} | {self.detail} |"


def milliseconds(seconds: float) -> str:
    """``1.234 ms``."""
    return f"{seconds * 1000:.3f} ms"


def against(what: str, mine: Contender, other: Contender, bound: float) -> Figure:
    """How many times longer the one takes than the other, by their medians."""
    detail = f"{mine.name} {milliseconds(mine.median)}, {other.name} {milliseconds(other.median)}"
    return Figure(what, mine.median / other.median, bound, f"{detail}, n={len(mine.seconds)}")
