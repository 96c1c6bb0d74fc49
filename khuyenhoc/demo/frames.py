"""The frame numbers of the year's bicycles, all invented: written down when they come, allotted before they go."""

import random
from collections.abc import Iterator

from khuyenhoc.awards import decisions
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.funds import items
from khuyenhoc.goods import serials
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.users import User

SEED = 2022
NUMBERED = "bicycle"
"""The kind of spending whose pieces bear frame numbers."""


def invented() -> Iterator[str]:
    """Frame numbers, the same on every machine, none of them twice."""
    dice = random.Random(SEED)  # noqa: S311 - a fixed play, no secret
    yield from (f"SX22-{number}" for number in dice.sample(range(100_000, 1_000_000), 500))


def write_down(document: Document, numbers: Iterator[str], *, by: User) -> None:
    """Whoever keeps the stock writes down the numbers of the bicycles that a document has brought."""
    for line in document.lines:
        if line.item_id is not None and line.quantity > 0 and items.item_by_id(line.item_id).spending_kind == NUMBERED:
            serials.enter(line, [next(numbers) for _piece in range(line.quantity)], by=by)


def allot(decision: Decision, *, by: User) -> None:
    """Which bicycle is meant for whom: what is free in stock, in the order of the application codes."""
    awards = sorted(decisions.awards_of(decision), key=lambda award: award.number)
    decisions.load_shares(awards)
    shares = [share for award in awards for share in award.shares if share.item_id is not None]
    free: dict[tuple[int, int], list[str]] = {}
    wanted: dict[tuple[int, int], list[str]] = {}
    for share in shares:
        place = (share.campaign_id, share.item_id or 0)
        if place not in free:
            free[place] = [serial.serial for serial in serials.free_ones(*place)]
        wanted[share.award_id, share.position] = free[place][: share.quantity]
        free[place] = free[place][share.quantity :]
    serials.allot(shares, wanted, by=by)
