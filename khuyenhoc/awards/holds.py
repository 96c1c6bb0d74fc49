"""Holds: why an award must wait before a step although it stands where the step begins. Features register theirs."""

from collections.abc import Callable, Mapping, Sequence

from khuyenhoc.awards.award_tables import Award

Hold = Callable[[Sequence[Award]], Mapping[int, str]]
"""Of these awards, which must wait: award id → the sentence that says why."""

_holds: dict[str, tuple[frozenset[str], Hold]] = {}


def register(name: str, steps: frozenset[str], hold: Hold) -> None:
    """Ask ``hold`` before each of these steps, and before ``list``: standing on a list to be paid or handed over.

    The last registration of a name holds.
    """
    _holds[name] = (steps, hold)


def sentences(awards: Sequence[Award], step: str) -> dict[int, str]:
    """Award id → why it must wait before this step; empty when none must."""
    found: dict[int, str] = {}
    for name in sorted(_holds, reverse=True):
        steps, hold = _holds[name]
        if step in steps:
            found.update(hold(awards))
    return found
