"""Awards of earlier years that nobody came for, and whose money went back to its campaign in this one.

They count in the year in which they were given, whose books and report stay as they were. In this year they are
taken off no kind: they came back, on a line of their own, so that no count and no sum falls below zero.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import select

from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.reports.years import Year
from khuyenhoc.tracing.trace_tables import Take

AT_ONCE = 500


class Returned(NamedTuple):
    """A document gave so many đồng of one earlier award back to one campaign."""

    document_id: int
    campaign_id: int
    kind: str
    award_id: int
    amount: Dong


def of(year: Year) -> list[Returned]:
    """Everything that went back in the year of what was given before it; such documents are few."""
    sums: Counter[tuple[int, int, str, int]] = Counter()
    query = select(Take.document_id, Take.campaign_id, Take.heading, Take.award_id, Take.amount)
    for some in _portions(_kept_back(year)):
        for *key, amount in db.session.execute(query.where(Take.document_id.in_(some), Take.award_id.is_not(None))):
            sums[tuple(key)] -= amount  # type: ignore[index]
    found = [Returned(*key, amount) for key, amount in sorted(sums.items()) if amount > 0]
    earlier = _given_before(year, sorted({one.award_id for one in found}))
    return [one for one in found if one.award_id in earlier]


def _kept_back(year: Year) -> list[int]:
    """The year's live documents about money that was kept for those who did not come."""
    found: list[int] = []
    for unit_id in year.keeping_books:
        days = (Document.date >= year.since, Document.date <= year.until)
        mine = select(Document.id).where(Document.unit_id == unit_id, Document.kind == "hold", *days)
        found += db.session.scalars(mine.where(Document.state != "voided"))
    return found


def _given_before(year: Year, award_ids: Sequence[int]) -> frozenset[int]:
    """Which of these awards had received something before the year began."""
    sums: Counter[int] = Counter()
    query = select(Take.award_id, Take.amount).join(Document, Document.id == Take.document_id)
    query = query.where(Document.date < year.since, Document.state != "voided")
    for some in _portions(award_ids):
        for award_id, amount in db.session.execute(query.where(Take.award_id.in_(some))):
            sums[award_id or 0] += amount
    return frozenset(award_id for award_id, amount in sums.items() if amount > 0)


def _portions(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
