"""What the donors' pages show of the gifts. The gifts fill it in; without them it says nothing."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from khuyenhoc.core.values import dataclass


class SoFar(NamedTuple):
    """How often a donor has given, and in which year first."""

    times: int
    first_year: int


def _nobody(_number: str, _unit_id: int) -> Sequence[int]:
    return ()


def _nothing(_donor_ids: Sequence[int]) -> Mapping[int, SoFar]:
    return {}


def _no_rows(_donor_id: int) -> Sequence[Mapping[str, Any]]:
    return ()


@dataclass
class GiftSide:
    """Three questions to the gifts, each a plain function."""

    donors_by_number: Callable[[str, int], Sequence[int]] = _nobody
    """A receipt's number as typed, and the unit → the ids of its donors."""

    so_far: Callable[[Sequence[int]], Mapping[int, SoFar]] = _nothing
    """Donor ids → how often each has given; those who never gave are left out."""

    latest: Callable[[int], Sequence[Mapping[str, Any]]] = _no_rows
    """A donor's id → the latest gifts, newest first: url, number, date, campaign, amount, state."""


gift_side = GiftSide()
