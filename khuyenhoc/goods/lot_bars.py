"""A lot stays while something has been taken from it: what brought it cannot be voided before what took it."""

from sqlalchemy import select

from khuyenhoc.core.database import db
from khuyenhoc.core.text import gettext as _
from khuyenhoc.goods.goods_tables import LotTake
from khuyenhoc.ledger import bars
from khuyenhoc.ledger.document_tables import Document

MOST_NAMES = 3


def why_kept(document: Document) -> str:
    """Names what handed over or wrote off pieces that this document brought; empty when nothing did."""
    query = (
        select(Document)
        .where(
            Document.id.in_(select(LotTake.document_id).where(LotTake.lot_document_id == document.id)),
            Document.state != "voided",
        )
        .order_by(Document.id)
        .limit(MOST_NAMES)
    )
    later = ", ".join(taker.label for taker in db.session.scalars(query))
    if not later:
        return ""
    return _("Không hủy được %(label)s: hiện vật của lô này đã xuất theo %(later)s.", label=document.label, later=later)


bars.register("lots", why_kept)
