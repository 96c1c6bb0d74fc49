"""What a campaign's money became, for everyone to read: counts and sums that equal the ledger, nobody in particular.

Awards are broken down by their level only as far as the minors' gate lets it out.
"""

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from sqlalchemy import case, func, select

from khuyenhoc.awards.award_tables import Award, AwardShare
from khuyenhoc.awards.programme_tables import Level
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.values import dataclass
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.funds.items import SPENDING_KINDS
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.proof.reconcile import Statement
from khuyenhoc.recipients import gate
from khuyenhoc.tracing.headings import CARRIED, VOID
from khuyenhoc.tracing.trace_tables import Take

PAYING = ("payment", "handover", "hold")
"""Kinds of documents by which awards are paid, handed over, kept and given back."""


class Row(NamedTuple):
    """Awards of one level: ``each`` is what one is worth where all are worth the same, else 0."""

    label: str
    number: int
    each: Dong
    amount: Dong


@dataclass(frozen=True)
class Use:
    """One kind of help: ``whole`` awards paid by this campaign alone, ``shared`` ones with others, in đồng.

    ``amount`` is the ledger's; ``rows`` and ``others`` together are the awards, ``besides`` what no award explains.
    """

    kind: str
    amount: Dong
    whole: int
    shared: int
    rows: Sequence[Row]
    others: int
    others_amount: Dong
    besides: Dong

    @property
    def count(self) -> int:
        """All awards that it had a part in."""
        return self.whole + self.shared

    @property
    def parts(self) -> list[int]:
        """How many awards each row counts, the others last: for the drawing."""
        return [*(row.number for row in self.rows), *([self.others] if self.others else [])]


class _Group(NamedTuple):
    kind: str
    label: str
    each: Dong
    number: int
    whole: int
    amount: Dong

    @property
    def is_even(self) -> bool:
        """Whether every award of it is worth the same."""
        return self.each * self.number == self.amount


def of(campaign: Campaign, statement: Statement) -> list[Use]:
    """What became of a campaign, one line for each kind of help on which the ledger has spent anything."""
    groups = _groups(campaign.id)
    spent = {kind: amount for kind, amount in statement.ledger.spent.items() if kind in SPENDING_KINDS and amount}
    return [_use(kind, amount, [one for one in groups if one.kind == kind]) for kind, amount in spent.items()]


def version(campaign: Campaign, statement: Statement) -> Hashable:
    """Another value whenever ``of`` could say something else: sums, counts, or a document that paid or gave back."""
    last = select(func.max(Document.id)).where(Document.unit_id == campaign.unit_id, Document.kind.in_(PAYING))
    papers = statement.documents
    kinds = sorted(SPENDING_KINDS)
    return (db.session.scalar(last), *((papers.spent[kind], papers.counts[kind]) for kind in kinds))


def _use(kind: str, amount: Dong, groups: Sequence[_Group]) -> Use:
    told = gate.counts({str(place): one.number for place, one in enumerate(groups)})
    shown = [groups[int(place)] for place, _count in told.rows]
    awarded = sum(one.amount for one in groups)
    rows = [Row(one.label, one.number, one.each if one.is_even else 0, one.amount) for one in shown]
    return Use(
        kind=kind,
        amount=amount,
        whole=sum(one.whole for one in groups),
        shared=sum(one.number - one.whole for one in groups),
        rows=rows,
        others=told.others,
        others_amount=awarded - sum(row.amount for row in rows),
        besides=amount - awarded,
    )


def _groups(campaign_id: int) -> list[_Group]:
    """Awards that this campaign paid for, by kind of help and level."""
    here = case((Take.campaign_id == campaign_id, Take.amount), else_=0)
    mine = select(AwardShare.award_id).where(AwardShare.campaign_id == campaign_id)
    awards = (
        select(Take.award_id, Take.heading, func.sum(here).label("here"), func.sum(Take.amount).label("total"))
        .where(Take.award_id.in_(mine), Take.heading.not_in((*CARRIED, VOID)))
        .group_by(Take.award_id, Take.heading)
        .having(func.sum(here) != 0)
        .subquery()
    )
    by = (awards.c.heading, Level.label, Level.amount)
    alone = func.sum(case((awards.c.here == awards.c.total, 1), else_=0))
    query = (
        select(*by, func.count(), alone, func.sum(awards.c.here))
        .join(Award, Award.id == awards.c.award_id)
        .join(Level, Level.id == Award.level_id)
        .group_by(*by)
        .order_by(Level.amount, Level.label)
    )
    rows = db.session.execute(query)
    return [_Group(kind, label, each, n, int(whole), int(total)) for kind, label, each, n, whole, total in rows]
