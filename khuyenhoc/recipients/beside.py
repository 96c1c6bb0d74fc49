"""What a recipient's file shows of other features: nominations and awards tell their side here."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple


class Told(NamedTuple):
    """One line: where it leads, what it is, when, and how it stands."""

    url: str
    title: str
    note: str
    state: str


_tellers: list[Callable[[Any], Sequence[Told]]] = []


def tells(teller: Callable[[Any], Sequence[Told]]) -> Callable[[Any], Sequence[Told]]:
    """Register what a feature knows of a recipient; asked anew for each page, for whoever reads it."""
    if teller not in _tellers:
        _tellers.append(teller)
    return teller


def of(recipient: Any) -> list[Told]:
    """Everything that other features know of a recipient."""
    return [line for teller in _tellers for line in teller(recipient)]
