"""Biên bản bàn giao hiện vật of each handover: by application code, with frame numbers, to be signed beside each line.

Issued once and frozen. It names no child: the list to sign does, and stays within the circle.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from khuyenhoc.awards import decision_papers, decisions, steps
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import NotFound
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds.items import item_by_id
from khuyenhoc.goods.goods_tables import Serial
from khuyenhoc.ledger.again import first_of
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.documents import get_document
from khuyenhoc.org.users import User
from khuyenhoc.papers import issued
from khuyenhoc.papers.content import Party
from khuyenhoc.papers.goods import GoodsHandover, HandedOver
from khuyenhoc.papers.heads import heading, recorder
from khuyenhoc.papers.issued import IssuedPaper, PaperPrint
from khuyenhoc.payouts import payout_list
from khuyenhoc.payouts.payout_tables import Payout, PayoutLine
from khuyenhoc.tracing.trace_tables import Take

KIND = GoodsHandover.TEMPLATE


def find(document: Document) -> IssuedPaper | None:
    """The minutes of a handover, if they were issued."""
    return issued.find(KIND, document.id)


def issue_and_print(payout: Payout, document: Document, *, by: User) -> PaperPrint:
    """Issue the minutes if they are not yet, and write down that they are printed once more."""
    decisions.require_right(by, "paper.issue", payout.unit_id)
    if document.kind != "handover":
        raise NotFound(_("Không có giấy này."))
    paper = find(document) or issued.issue(
        KIND, paper_of(payout, document), unit_id=document.unit_id, document_id=document.id, by=by
    )
    return issued.note_print(paper, by=by)


def paper_of(payout: Payout, document: Document) -> GoodsHandover:
    """What the minutes say. Recorded again, they tell of the day, and of whoever handed over, as the first ones did."""
    decision, first = decisions.get_decision(payout.decision_id), first_of(document)
    head, lines = heading(document.unit_id, first.date), _lines(document)
    witnesses = payout_list.witnesses(lines)
    return GoodsHandover(
        heading=head,
        day=first.date,
        label=document.label,
        decision=decision_papers.named(decision),
        programme=f"{decision.programme.name}, năm học {decision.programme.school_year}",
        giver=Party(name=head.unit, people=[first.created_by_name]),
        witnesses=list(dict.fromkeys(name for line in lines if (name := witnesses.get(line.id, "")))),
        at=payout.place,
        rows=list(_rows(document, lines)),
        amount=document.amount,
        handed_over_by=recorder(first),
        instead_of=get_document(document.replaces_id).label if document.replaces_id is not None else "",
    )


def _lines(document: Document) -> Sequence[PayoutLine]:
    """The lines that this document handed over, in the order of the list."""
    query = select(PayoutLine).where(PayoutLine.document_id == document.id).order_by(PayoutLine.position)
    return db.session.scalars(query).all()


def _rows(document: Document, lines: Sequence[PayoutLine]) -> Iterable[HandedOver]:
    worth, frames = _worth(document), _frames(document)
    for line in lines:
        for item_id, quantity in _pieces(line).items():
            item = item_by_id(item_id)
            yield HandedOver(
                code=steps.code_of(line.award),
                item=item.name,
                unit=item.unit_of_measure,
                quantity=quantity,
                numbers=", ".join(frames.get((line.award_id, item_id), ())),
                amount=worth.get((line.award_id, item_id), 0),
                received_by=_instead(line),
            )


def _pieces(line: PayoutLine) -> dict[int, int]:
    """Item → how many pieces an award is."""
    found: dict[int, int] = {}
    for share in line.award.shares:
        if share.item_id is not None:
            found[share.item_id] = found.get(share.item_id, 0) + share.quantity
    return found


def _worth(document: Document) -> dict[tuple[int, int], int]:
    """Award and item → what its pieces were worth in their lots, in đồng, as the trace keeps it."""
    found: dict[tuple[int, int], int] = {}
    query = select(Take).where(Take.document_id == document.id, Take.award_id.is_not(None))
    for take in db.session.scalars(query):
        key = (take.award_id or 0, take.item_id)
        found[key] = found.get(key, 0) + take.amount
    return found


def _frames(document: Document) -> dict[tuple[int, int], list[str]]:
    """Award and item → the frame numbers that went with it."""
    found: dict[tuple[int, int], list[str]] = {}
    for serial in db.session.scalars(select(Serial).where(Serial.handover_id == document.id).order_by(Serial.serial)):
        found.setdefault((serial.award_id or 0, serial.item_id), []).append(serial.serial)
    return found


def _instead(line: PayoutLine) -> str:
    """Who took it for the recipient; empty where the recipient came in person, who is not named here."""
    if line.received_by in ("", line.name) or not line.relation:
        return ""
    return f"{line.received_by} ({line.relation})"
