"""Biên bản xóa sổ hiện vật: issued once and frozen when the write-off is posted."""

from sqlalchemy import select

from khuyenhoc.core.context import Person
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import NotFound
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds.campaigns import campaign_by_id
from khuyenhoc.funds.items import item_by_id
from khuyenhoc.goods.goods_tables import LotTake
from khuyenhoc.goods.write_off_tables import WriteOff
from khuyenhoc.ledger.documents import get_document
from khuyenhoc.papers import issued
from khuyenhoc.papers.content import figures_of
from khuyenhoc.papers.goods import Lost, WriteOffMinutes
from khuyenhoc.papers.heads import bare_name, heading
from khuyenhoc.papers.issued import IssuedPaper, PaperPrint

CAUSES = {"broken": "Hỏng", "lost": "Mất", "expired": "Hết hạn dùng", "other": "Lý do khác"}
"""Causes as papers say them, which are Vietnamese in every language of the screen."""


def find(write_off: WriteOff) -> IssuedPaper | None:
    """The minutes, if they were issued."""
    return issued.find(WriteOffMinutes.TEMPLATE, write_off.document_id) if write_off.document_id is not None else None


def issue_and_print(write_off: WriteOff, *, by: Person) -> PaperPrint:
    """Issue the minutes if they are not yet, and write down that they are printed once more."""
    if write_off.document_id is None:
        raise NotFound(_("Không có giấy này."))
    paper = find(write_off) or issued.issue(
        WriteOffMinutes.TEMPLATE,
        paper_of(write_off),
        unit_id=write_off.unit_id,
        document_id=write_off.document_id,
        by=by,
    )
    return issued.note_print(paper, by=by)


def paper_of(write_off: WriteOff) -> WriteOffMinutes:
    """What the minutes say."""
    document, item = get_document(write_off.document_id or 0), item_by_id(write_off.item_id)
    takes = db.session.scalars(select(LotTake).where(LotTake.document_id == document.id).order_by(LotTake.position))
    rows = []
    for take in takes:
        lot = get_document(take.lot_document_id)
        rows.append(Lost(lot=lot.label, came_on=figures_of(lot.date), quantity=take.quantity, amount=take.amount))
    return WriteOffMinutes(
        heading=heading(document.unit_id, document.date),
        day=document.date,
        label=document.label,
        campaign=campaign_by_id(write_off.campaign_id).name,
        item=item.name,
        unit=item.unit_of_measure,
        quantity=write_off.quantity,
        cause=CAUSES[write_off.cause],
        reason=write_off.reason.replace("\n", " "),
        numbers=sorted(piece.serial.serial for piece in write_off.pieces),
        rows=rows,
        amount=document.amount,
        asked_by=bare_name(write_off.asked_by, write_off.asked_by_name),
        approved_by=write_off.approved_by_name or "",
    )
