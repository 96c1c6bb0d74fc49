"""Bảng đối chiếu on paper: summed from the rows, frozen at issue, one for each day on which it was asked for."""

from collections.abc import Sequence

from sqlalchemy import select

from khuyenhoc.core import clock
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import db
from khuyenhoc.core.text import in_vietnamese
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.ledger import chain
from khuyenhoc.papers import issued, subjects
from khuyenhoc.papers.books import ItemProof, ProofLine, Reconciliation
from khuyenhoc.papers.heads import heading
from khuyenhoc.papers.issued import IssuedPaper
from khuyenhoc.papers.press import print_pdf
from khuyenhoc.proof import faults, sheet
from khuyenhoc.proof.reconcile import statements

KIND = Reconciliation.TEMPLATE
LATEST = 5


def paper_of(campaign: Campaign) -> Reconciliation:
    """What the sheet says now, in Vietnamese whoever asks. Every row of the campaign is summed."""
    with in_vietnamese():
        statement = statements([campaign.code])[0]
        found = sheet.of(statement)
        return Reconciliation(
            heading=heading(campaign.unit_id, clock.today()),
            day=clock.today(),
            code=campaign.code,
            campaign=campaign.name,
            reconciled=statement.reconciled,
            rows=_rows(found),
            items=[ItemProof(item=item.name, unit=item.unit, **item.pieces) for item in found.items],
            faults=[] if statement.reconciled else [faults.sentence(fault) for fault in faults.of(campaign.id)],
            head=chain.seal16(chain.head(campaign.unit_id).hash),
        )


def _rows(found: sheet.Sheet) -> list[ProofLine]:
    lines = [line for group in found.groups for line in group.lines]
    rows = [ProofLine(label=line.label, ledger=line.ledger, documents=line.documents) for line in lines]
    closing = found.closing
    last = ProofLine(label=closing.label, sign="=", ledger=closing.ledger, documents=closing.documents, result=True)
    return [*rows, last]


def _subject(campaign: Campaign) -> str:
    """Today's sheet of a campaign: ``XD26:2026-08-15``."""
    return f"{campaign.code}:{clock.today().isoformat()}"


def of_today(campaign: Campaign) -> IssuedPaper | None:
    """Today's sheet as it was issued last; none when nobody asked for one yet."""
    return issued.find_about(KIND, campaign.unit_id, _subject(campaign))


def issue(campaign: Campaign, *, by: Person) -> IssuedPaper:
    """Issue today's sheet; asked again it is the same one, unless the books have moved since."""
    return subjects.issue(
        _subject(campaign), paper_of(campaign), unit_id=campaign.unit_id, by=by, reason="Sổ có bút toán mới"
    )


def draft_pdf(campaign: Campaign) -> bytes:
    """The sheet as it stands now, marked as not issued."""
    return print_pdf(KIND, paper_of(campaign).content() | {"mark": subjects.mark(closed=True)})


def latest(campaign: Campaign) -> Sequence[IssuedPaper]:
    """The sheets that were issued last, the newest first."""
    mine = IssuedPaper.subject.startswith(f"{campaign.code}:")
    query = select(IssuedPaper).where(IssuedPaper.unit_id == campaign.unit_id, IssuedPaper.kind == KIND, mine)
    query = query.order_by(IssuedPaper.subject.desc(), IssuedPaper.version.desc())
    return db.session.scalars(query.limit(LATEST)).all()
