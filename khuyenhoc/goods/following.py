"""A lot stays while something has been taken from it: what brought it cannot be voided before what took it."""

from sqlalchemy import select

from khuyenhoc.core.context import Person
from khuyenhoc.core.database import db
from khuyenhoc.core.text import gettext as _
from khuyenhoc.goods.goods_tables import LotTake
from khuyenhoc.ledger import followers
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.documents import Draft
from khuyenhoc.ledger.followers import Parts
from khuyenhoc.ledger.refusals import StandsOnIt

MOST_NAMES = 3


class Lots:
    """The follower of the books that knows what was taken from which lot."""

    def posted(self, _document: Document, _draft: Draft, /) -> Parts:
        """A document names its takes itself."""
        return {}

    def voided(self, document: Document, /, *, by: Person) -> None:
        """StandsOnIt when pieces that this document brought were handed over or written off since."""
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
        if later:
            sentence = _(
                "Không hủy được %(label)s: hiện vật của lô này đã xuất theo %(later)s.",
                label=document.label,
                later=later,
            )
            raise StandsOnIt(sentence)


followers.register("lots", Lots())
