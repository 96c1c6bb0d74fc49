"""A paid purchase that is voided: the goods go back, the money is there again, and awards wait for goods once more.

Refused in a sentence where its pieces were handed over (``lot_bars``) or reserved since, and where an award that it was
bought for no longer waits.
"""

from collections.abc import Sequence

from sqlalchemy import select

from khuyenhoc.awards import kept_promises, steps
from khuyenhoc.awards.award_tables import Award, AwardShare
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import db
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds.campaigns import campaign_by_id
from khuyenhoc.funds.items import item_by_id
from khuyenhoc.goods.purchase_posting import WAITING
from khuyenhoc.history.events import record_many
from khuyenhoc.ledger import bars, followers
from khuyenhoc.ledger.accounts import get_account
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.documents import Draft
from khuyenhoc.ledger.followers import Parts
from khuyenhoc.ledger.refusals import lowest_free

MOST_NAMES = 3


def bought_for(document: Document) -> Sequence[AwardShare]:
    """The shares whose pieces this document has bought, in the order of their awards."""
    query = select(AwardShare).where(AwardShare.bought_by == document.id)
    return db.session.scalars(query.order_by(AwardShare.award_id, AwardShare.position)).all()


def _awards_of(shares: Sequence[AwardShare]) -> Sequence[Award]:
    ids = {share.award_id for share in shares}
    return db.session.scalars(select(Award).where(Award.id.in_(ids)).order_by(Award.id)).all()


def why_kept(document: Document) -> str:
    """Names the awards that were bought for and no longer wait; empty when all do, or it was bought for none."""
    if document.kind != "purchase":
        return ""
    shares = bought_for(document)
    committed = -sum(line.amount for line in document.lines if line.heading == "committed")
    if committed != sum(share.bought_from or 0 for share in shares):
        return _("Không hủy được %(label)s: hàng mua theo quyết định đã dành cho các suất.", label=document.label)
    gone = [steps.code_of(award) for award in _awards_of(shares) if award.state not in WAITING]
    if not gone:
        return ""
    return _(
        "Không hủy được %(label)s: hàng đã mua cho hồ sơ %(codes)s, nay đã trao hoặc đã thu hồi.",
        label=document.label,
        codes=", ".join(gone[:MOST_NAMES]) + (" …" if len(gone) > MOST_NAMES else ""),
    )


def why_reserved(document: Document) -> str:
    """Names the decisions for which so many pieces stand reserved that these must stay; empty when they may leave."""
    brings: dict[tuple[int, int], int] = {}
    for line in document.lines:
        if line.item_id is not None and (line.heading == "reserved" or get_account(line.account_id).kind == "stock"):
            sign = -1 if line.heading == "reserved" else 1
            place = (line.campaign_id, line.item_id)
            brings[place] = brings.get(place, 0) + sign * line.quantity
    for (campaign_id, item_id), pieces in brings.items():
        free = lowest_free(document.unit_id, campaign_id, item_id)
        names = kept_promises.names(kept_promises.standing(campaign_id, item_id))
        if 0 < pieces > free and names:
            item = item_by_id(item_id)
            return _(
                "Không hủy được %(label)s: %(campaign)s chỉ còn %(free)s chưa dành cho ai;"
                " phần kia đã dành cho %(decisions)s.",
                label=document.label,
                campaign=campaign_by_id(campaign_id).name,
                free=item.many(free),
                decisions=names,
            )
    return ""


class _Shares:
    """Follows the books: the shares that a voided purchase was for wait for goods again."""

    def posted(self, _document: Document, _draft: Draft, /) -> Parts:
        return {}

    def voided(self, document: Document, /, *, by: Person) -> None:
        shares = bought_for(document) if document.kind == "purchase" else ()
        if not shares:
            return
        for share in shares:
            share.amount, share.bought_by, share.bought_from = share.bought_from or 0, None, None
        details = {"label": document.label}
        record_many("award.goods_unbought", _awards_of(shares), by=by, unit_id=document.unit_id, details=details)


bars.register("bought for", why_kept)
bars.register("goods reserved", why_reserved, unless_again=True)
followers.register("shares", _Shares())
