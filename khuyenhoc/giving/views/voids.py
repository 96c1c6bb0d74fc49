"""A wrong gift: ask that it be voided, or voided and recorded again as it should have been."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.approvals import requests
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import AlreadyRecorded, NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.giving import corrections, donations, gift_rows, givers
from khuyenhoc.giving.donation_tables import METHODS
from khuyenhoc.giving.forms.gift import AgainForm, VoidForm
from khuyenhoc.giving.gift_rows import GiftRow
from khuyenhoc.giving.views.gift_form import show_form, step_aside
from khuyenhoc.ledger.approvables import KIND, SUBJECT, ask_void
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.access import actor, may, require, units_where
from khuyenhoc.org.units import unit_by_id
from khuyenhoc.web.page import page

blueprint = Blueprint("gift_void", __name__, url_prefix="/khoan-ung-ho/<int:document_id>")


@blueprint.get("/huy")
@may("gift.ask_void")
def ask(document_id: int) -> Response:
    """Why should it be voided?"""
    return _ask(_gift_or_404(document_id), VoidForm())


@blueprint.post("/huy")
@may("gift.ask_void")
def asked(document_id: int) -> AnyResponse:
    """Ask another person to approve the void."""
    gift, form = _gift_or_404(document_id), VoidForm()
    if not form.validate_on_submit():
        return _ask(gift, form, 422)
    try:
        with writing():
            if not _already_asked(gift):
                ask_void(_fresh(gift), by=actor(), reason=form.reason.data)
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _ask(gift, form, 422)
    return _asked(gift)


@blueprint.get("/ghi-lai")
@may("gift.ask_void")
def again(document_id: int) -> Response:
    """The gift as it was recorded, to be put right."""
    gift = _gift_or_404(document_id)
    form = _again_form(gift)
    form.fill(corrections.gift_of(gift.document))
    return _again(gift, form)


@blueprint.post("/ghi-lai")
@may("gift.ask_void")
def asked_again(document_id: int) -> AnyResponse:
    """Ask another person to approve void and new record in one step."""
    gift = _gift_or_404(document_id)
    form = _again_form(gift)
    if not form.is_sent:
        return step_aside(form, **_context(gift))
    if not form.validate_on_submit():
        return _again(gift, form, 422)
    try:
        givers.require_chosen(form.giver)
        with writing():
            key, unit = form.form_key.data, unit_by_id(gift.document.unit_id)
            donor = givers.settle(form.giver, unit=unit, unit_ids=units_where("donor.see"), key=key, by=actor())
            corrected = form.gift(donor)
            corrections.ask_void_and_again(_fresh(gift), corrected, reason=form.reason.data, by=actor())
    except (AlreadyRecorded, NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _again(gift, form, 422)
    return _asked(gift)


def _already_asked(gift: GiftRow) -> bool:
    """Pressed twice: what this person has asked is asked once."""
    waiting = requests.find_waiting(KIND, SUBJECT, gift.document.id)
    return waiting is not None and waiting.asked_by == actor().id and "again" not in waiting.data


def _ask(gift: GiftRow, form: VoidForm, status: int = 200) -> Response:
    return page("giving/void.html", status=status, gift=gift, form=form)


def _again_form(gift: GiftRow) -> AgainForm:
    """Within the books of the gift's own unit."""
    data = {} if request.method == "POST" else {"method": gift.donation.method}
    return AgainForm([gift.document.unit_id], methods=METHODS, data=data)


def _again(gift: GiftRow, form: AgainForm, status: int = 200) -> Response:
    return show_form(form, status, **_context(gift))


def _context(gift: GiftRow) -> dict[str, Any]:
    return {
        "action": url_for("gift_void.asked_again", document_id=gift.document.id),
        "heading": _("Hủy và ghi lại %(label)s", label=gift.document.label),
        "button": _("Đề nghị hủy và ghi lại"),
        "document": gift.document,
    }


def _asked(gift: GiftRow) -> AnyResponse:
    flash(_("Đã đề nghị. Người khác duyệt thì %(label)s mới hủy.", label=gift.document.label))
    return redirect(url_for("giving.gift", document_id=gift.document.id), 303)


def _fresh(gift: GiftRow) -> Document:
    return db.session.get_one(Document, gift.document.id)


def _gift_or_404(document_id: int) -> GiftRow:
    document = db.session.get(Document, document_id)
    if document is None or document.kind != donations.KIND or document.unit_id not in units_where("gift.see"):
        raise NotFound(_("Không có khoản ủng hộ này."))
    require("gift.ask_void", document.unit_id)
    return gift_rows.row(document)
