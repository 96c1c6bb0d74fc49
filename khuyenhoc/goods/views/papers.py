"""The papers of a purchase: issued and printed once as original, looked at as a copy."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.core.database import writing
from khuyenhoc.core.text import gettext as _
from khuyenhoc.goods import goods_papers, purchases
from khuyenhoc.goods.goods_tables import Purchase
from khuyenhoc.org.access import actor, may, require
from khuyenhoc.papers import prints
from khuyenhoc.web import pdf

blueprint = Blueprint("purchase_papers", __name__, url_prefix="/hien-vat/mua")


@blueprint.post("/<int:purchase_id>/giay/<slug>.pdf")
@may("paper.issue")
def print_paper(purchase_id: int, slug: str) -> AnyResponse:
    """Issue a paper of a purchase if need be, write down the printing, and show it."""
    purchase = _purchase(purchase_id)
    require("paper.issue", purchase.unit_id)
    goods_papers.find(purchase, slug)
    with writing():
        printed = goods_papers.issue_and_print(purchases.get_purchase(purchase_id), slug, by=actor())
    return redirect(url_for(".paper", purchase_id=purchase_id, slug=slug, ban_in=printed.ordinal), 303)


@blueprint.get("/<int:purchase_id>/giay/<slug>.pdf")
@may("paper.print")
def paper(purchase_id: int, slug: str) -> AnyResponse:
    """An issued paper. ``ban_in=1``: the original, for whoever has just printed it; else a copy."""
    purchase = _purchase(purchase_id)
    require("paper.print", purchase.unit_id)
    found = goods_papers.find(purchase, slug)
    if found is None:
        flash(_("Giấy này chưa ra. Xin bấm “In” ở mục Giấy tờ."), "stop")
        return redirect(url_for("purchases.show", purchase_id=purchase_id), 303)
    return pdf.answer(prints.pdf(found, by=actor(), ordinal=request.args.get("ban_in", "")), found.file_name)


def _purchase(purchase_id: int) -> Purchase:
    purchase = purchases.get_purchase(purchase_id)
    require("goods.see", purchase.unit_id)
    return purchase
