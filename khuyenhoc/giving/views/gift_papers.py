"""Giấy tờ of a gift: issue and print each, once as original; the panel on the gift's page."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.giving import donations, gift_panels, gift_papers, gift_rows
from khuyenhoc.giving.forms.papers import PaperForm
from khuyenhoc.giving.gift_panels import GiftPanel
from khuyenhoc.giving.gift_rows import GiftRow
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.access import actor, allowed, may, require, units_where
from khuyenhoc.papers import prints
from khuyenhoc.papers.kinds import KINDS, OF_GIFTS
from khuyenhoc.web import pdf

blueprint = Blueprint("gift_papers", __name__, url_prefix="/khoan-ung-ho")


@blueprint.post("/<int:document_id>/giay/<kind>.pdf")
@may("paper.issue")
def print_paper(document_id: int, kind: str) -> AnyResponse:
    """Issue the paper if need be, write down the printing, and show it."""
    row = _gift_or_404(document_id, kind)
    require("paper.issue", row.document.unit_id)
    form = PaperForm()
    if not form.validate_on_submit():
        raise RuleBroken(form.problems[0].sentence)
    with writing():
        row = gift_rows.row(row.document)
        printed = gift_papers.issue_and_print(row, by=actor(), kind=kind, decision=form.decision.data or "")
    return redirect(url_for(".paper", document_id=document_id, kind=kind, ban_in=printed.ordinal), 303)


@blueprint.get("/<int:document_id>/giay/<kind>.pdf")
@may("paper.print")
def paper(document_id: int, kind: str) -> AnyResponse:
    """An issued paper. ``ban_in=1``: the original, for whoever has just printed it; else a copy."""
    row = _gift_or_404(document_id, kind)
    require("paper.print", row.document.unit_id)
    found = gift_papers.find(row, kind)
    if found is None:
        flash(_("%(paper)s chưa ra. Xin bấm “In” ở mục Giấy tờ.", paper=KINDS[kind].NAME), "stop")
        return redirect(url_for("giving.gift", document_id=document_id), 303)
    return pdf.answer(prints.pdf(found, by=actor(), ordinal=request.args.get("ban_in", "")), found.file_name)


def _gift_or_404(document_id: int, kind: str) -> GiftRow:
    document = db.session.get(Document, document_id)
    if kind not in OF_GIFTS or document is None or document.kind != donations.KIND:
        raise NotFound(_("Không có giấy này."))
    if document.unit_id not in units_where("gift.see"):
        raise NotFound(_("Không có giấy này."))
    return gift_rows.row(document)


def _panel(gift: GiftRow) -> GiftPanel:
    unit_id = gift.document.unit_id
    may_issue = allowed("paper.issue", unit_id)
    return GiftPanel(
        "giving/_papers.html",
        {
            "choices": gift_papers.choices(gift),
            "may_issue": may_issue,
            "may_see": allowed("paper.print", unit_id),
        },
    )


gift_panels.register("papers", _panel, place="main", order=20)
