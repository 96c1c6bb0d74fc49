"""On a gift's page: thank the giver with a page of one's own, show and copy its links, end them."""

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.giving import gift_panels, gift_papers, gift_rows
from khuyenhoc.giving.gift_panels import GiftPanel
from khuyenhoc.giving.gift_rows import GiftRow
from khuyenhoc.ledger import documents
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.access import actor, allowed, may, require, units_where
from khuyenhoc.org.answers import once
from khuyenhoc.reports import links
from khuyenhoc.reports.forms import RevokeForm

blueprint = Blueprint("gift_links", __name__, url_prefix="/khoan-ung-ho")


@blueprint.post("/<int:document_id>/trang-tri-an")
@may("gift.acknowledge")
def make(document_id: int) -> AnyResponse:
    """Issue the voucher if need be, open the giver's page, and note that the giver has been thanked."""
    document = _gift_or_404(document_id)
    with writing():
        me = actor()
        link = links.make(document, by=me)
        if allowed("paper.issue", document.unit_id):
            gift_papers.issue(gift_rows.row(document), by=me)
        documents.acknowledge(document, by=me, how="link")
        assert link.document_id == document_id
    flash(_("Trang tri ân đã mở. Xin gửi đường dẫn riêng cho nhà hảo tâm."))
    return redirect(url_for("giving.gift", document_id=document_id) + "#tri-an", 303)


@blueprint.post("/<int:document_id>/trang-tri-an/thu-hoi")
@may("gift.acknowledge")
def revoke(document_id: int) -> AnyResponse:
    """End both links at once."""
    document = _gift_or_404(document_id)
    form = RevokeForm()
    if not form.validate_on_submit():
        raise RuleBroken(form.problems[0].sentence)
    with once(lambda: url_for("giving.gift", document_id=document_id) + "#tri-an"):
        links.revoke(document, by=actor(), reason=form.reason.data)
    flash(_("Đã thu hồi trang tri ân và trang chia sẻ."))
    return redirect(url_for("giving.gift", document_id=document_id) + "#tri-an", 303)


def _gift_or_404(document_id: int) -> Document:
    document = db.session.get(Document, document_id)
    if document is None or document.kind != "gift" or document.unit_id not in units_where("gift.see"):
        raise NotFound(_("Không có khoản ủng hộ này."))
    require("gift.acknowledge", document.unit_id)
    return document


def _panel(gift: GiftRow) -> GiftPanel | None:
    may_thank = allowed("gift.acknowledge", gift.document.unit_id)
    link = links.find(gift.document)
    if link is None and (gift.document.is_void or not may_thank):
        return None
    # Who only reads sees that the page is open; the link itself also chooses the giver's name.
    form = RevokeForm(formdata=None, ids="thu-hoi-") if may_thank and link else None
    return GiftPanel(
        "reports/_links.html", {"made_at": link and link.made_at, "link": link if may_thank else None, "form": form}
    )


gift_panels.register("thanks", _panel, place="aside", order=10)
