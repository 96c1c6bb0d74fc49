"""The voucher of a document: issued and printed once as original, looked at as a copy."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import NotFound
from khuyenhoc.core.text import gettext as _
from khuyenhoc.ledger import documents
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.access import actor, may, require
from khuyenhoc.papers import prints
from khuyenhoc.treasury import vouchers
from khuyenhoc.treasury.movements import NAMES
from khuyenhoc.web import pdf

blueprint = Blueprint("vouchers", __name__, url_prefix="/so-sach/chung-tu")


@blueprint.post("/<int:document_id>/phieu.pdf")
@may("treasury.record")
def print_voucher(document_id: int) -> AnyResponse:
    """Issue the voucher if need be, write down the printing, and show it."""
    found = _document(document_id)
    require("treasury.record", found.unit_id)
    with writing():
        printed = vouchers.issue_and_print(documents.get_document(document_id), by=actor())
    return redirect(url_for(".voucher", document_id=document_id, ban_in=printed.ordinal), 303)


@blueprint.get("/<int:document_id>/phieu.pdf")
@may("treasury.see")
def voucher(document_id: int) -> AnyResponse:
    """An issued voucher. ``ban_in=1``: the original, for whoever has just printed it; else a copy."""
    found = _document(document_id)
    paper = vouchers.find(found)
    if paper is None:
        flash(_("%(label)s chưa ra phiếu. Xin bấm “In phiếu” ở mục Giấy tờ.", label=found.label), "stop")
        return redirect(url_for("treasury.document", document_id=document_id), 303)
    return pdf.answer(prints.pdf(paper, by=actor(), ordinal=request.args.get("ban_in", "")), paper.file_name)


def _document(document_id: int) -> Document:
    found = documents.get_document(document_id)
    require("treasury.see", found.unit_id)
    if found.kind not in NAMES:
        raise NotFound(_("Không có giấy này."))
    return found
