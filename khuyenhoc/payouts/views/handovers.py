"""Biên bản bàn giao hiện vật of a handover as PDF: issued and printed once as original, looked at as a copy."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import NotFound
from khuyenhoc.core.text import gettext as _
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.access import actor, may, require
from khuyenhoc.papers import prints
from khuyenhoc.payouts import handovers, lists, vouchers
from khuyenhoc.payouts.payout_tables import Payout
from khuyenhoc.web import pdf

blueprint = Blueprint("handovers", __name__, url_prefix="/chi-trao/<int:payout_id>/ban-giao")


@blueprint.post("/<int:document_id>.pdf")
@may("paper.issue")
def print_minutes(payout_id: int, document_id: int) -> AnyResponse:
    """Issue the minutes of a handover if need be, write down the printing, and show them."""
    payout, document = _handover(payout_id, document_id)
    require("paper.issue", payout.unit_id)
    with writing():
        printed = handovers.issue_and_print(payout, document, by=actor())
    return redirect(url_for(".minutes", payout_id=payout_id, document_id=document_id, ban_in=printed.ordinal), 303)


@blueprint.get("/<int:document_id>.pdf")
@may("payout.see")
def minutes(payout_id: int, document_id: int) -> AnyResponse:
    """The minutes. ``ban_in=1``: the original, for whoever has just printed it; else a copy."""
    _payout, document = _handover(payout_id, document_id)
    paper = handovers.find(document)
    if paper is None:
        flash(_("Giấy này chưa ra. Xin bấm “In” ở mục Giấy tờ."), "stop")
        return redirect(url_for("payouts.show", payout_id=payout_id), 303)
    return pdf.answer(prints.pdf(paper, by=actor(), ordinal=request.args.get("ban_in", "")), paper.file_name)


def _handover(payout_id: int, document_id: int) -> tuple[Payout, Document]:
    payout = lists.get_payout(payout_id)
    require("payout.see", payout.unit_id)
    document = vouchers.of_list(payout, document_id)
    if document.kind != "handover":
        raise NotFound(_("Không có giấy này."))
    return payout, document
