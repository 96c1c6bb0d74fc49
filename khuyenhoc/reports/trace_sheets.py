"""The trace on the pages of the office: a gift's uses, each with its document; a use's sources, each with its gift.

Read only. What is shown adds up: of a gift to its amount, of a use to what it used.
"""

import datetime
from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import select

from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.values import dataclass
from khuyenhoc.giving import donor_naming
from khuyenhoc.giving.donation_tables import Donation
from khuyenhoc.giving.donors import Donor
from khuyenhoc.ledger.beside import Used
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.reports import became_rows
from khuyenhoc.reports.became import Rest, rests_of
from khuyenhoc.tracing import fates, stories
from khuyenhoc.tracing.headings import CARRIED, VOID

MOST = 50
"""So many lines are shown; the others are summed in one."""


class Paper(NamedTuple):
    """A document as a line names it."""

    id: int
    label: str
    date: datetime.date
    kind: str


class Use(NamedTuple):
    """A document used so many đồng of a gift for one thing, for so many awards (0: for nobody in particular)."""

    paper: Paper
    heading: str
    awards: int
    amount: Dong


@dataclass(frozen=True)
class GiftSheet:
    """Where a gift went: uses and what is left add up to ``amount``; ``carried`` only moved it on the way."""

    amount: Dong
    uses: Sequence[Use]
    more: Dong
    """What the uses beyond the first fifty add up to."""
    carried: Sequence[Use]
    rests: Sequence[Rest]


class Source(NamedTuple):
    """So many đồng came from one document; ``giver`` is empty where nobody gave it (interest, an opening balance)."""

    paper: Paper
    giver: str
    amount: Dong


@dataclass(frozen=True)
class SourceSheet:
    """Where the đồng of a use came from, the oldest first."""

    total: Dong
    sources: Sequence[Source]
    others: int
    """How many sources more there are, and what they add up to."""
    more: Dong


def of_gift(document: Document) -> GiftSheet:
    """The uses of a gift in the order of the books."""
    rows = became_rows.read([document.id])
    uses: dict[tuple[int, str], tuple[set[int], Dong]] = {}
    for taken in rows.taken([document.id]):
        if taken.heading == VOID:
            continue
        awards, amount = uses.get((taken.document_id, taken.heading), (set(), 0))
        awards |= {taken.award_id} if taken.award_id is not None else set()
        uses[taken.document_id, taken.heading] = (awards, amount + taken.amount)
    papers = _papers({document_id for document_id, _heading in uses})
    told = [
        Use(papers[document_id], heading, len(awards), amount)
        for (document_id, heading), (awards, amount) in uses.items()
        if amount
    ]
    ended = [use for use in told if use.heading not in CARRIED]
    return GiftSheet(
        amount=document.amount,
        uses=ended[:MOST],
        more=sum(use.amount for use in ended[MOST:]),
        carried=[use for use in told if use.heading in CARRIED][:MOST],
        rests=rests_of(rows, [document.id]),
    )


def of_use(used: Used) -> SourceSheet | None:
    """The sources of these documents, or of an award; nothing where none of them used anything."""
    if used.subject_id is not None:
        came = stories.sources_of_award(used.subject_id)
    else:
        came = fates.sources(used.document_ids)
    if not came:
        return None
    shown = came[:MOST]
    papers = _papers({one.source_id for one in shown})
    givers = _givers([paper for paper in papers.values() if paper.kind == "gift"])
    return SourceSheet(
        total=sum(one.amount for one in came),
        sources=[Source(papers[one.source_id], givers.get(one.source_id, ""), one.amount) for one in shown],
        others=len(came) - len(shown),
        more=sum(one.amount for one in came[MOST:]),
    )


def _papers(ids: Collection[int]) -> dict[int, Paper]:
    columns = (Document.id, Document.series, Document.year, Document.number, Document.date, Document.kind)
    if not ids:
        return {}
    rows = db.session.execute(select(*columns).where(Document.id.in_(sorted(ids))))
    return {row.id: Paper(row.id, f"{row.series}-{row.year}-{row.number:04d}", row.date, row.kind) for row in rows}


def _givers(gifts: Collection[Paper]) -> dict[int, str]:
    days = {gift.id: gift.date for gift in gifts}
    if not days:
        return {}
    query = select(Donation.document_id, Donor).join(Donor, Donor.id == Donation.donor_id)
    rows = db.session.execute(query.where(Donation.document_id.in_(sorted(days))))
    return {row.document_id: donor_naming.full_name(row.Donor, days[row.document_id]) for row in rows}
