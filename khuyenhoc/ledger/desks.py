"""Evenings at a reception desk, as far as the cash box cares. The feature that has desks tells of them here."""

from collections.abc import Callable

from khuyenhoc.core.dong import Dong
from khuyenhoc.core.values import dataclass

Counted = Callable[[int], bool]


@dataclass(frozen=True)
class Evening:
    """One evening: what it brought in cash by the books, and for which campaign."""

    id: int
    unit_id: int
    title: str
    campaign_id: int | None
    cash: Dong
    url: str = ""


_source: list[Callable[[int], Evening | None]] = []
_counted: list[Counted] = []


def register(source: Callable[[int], Evening | None]) -> None:
    """Name the one function that finds an evening by its id."""
    _source[:] = [source]


def find(desk_id: int) -> Evening | None:
    """The evening of this id; nothing while no feature has desks."""
    return _source[0](desk_id) if _source else None


def register_counted(counted: Counted) -> None:
    """Name the one function that says whether an evening's cash has been counted."""
    _counted[:] = [counted]


def is_counted(desk_id: int) -> bool:
    """Whether a cash count names this evening."""
    return bool(_counted) and _counted[0](desk_id)
