"""A bound gift: what it is bound to, what it may pay for and on what ground; asked by one, approved by another."""

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.awards import consent_proofs, earmarking
from khuyenhoc.awards.consent_proofs import ConsentProof
from khuyenhoc.awards.forms.earmark import BindForm, EndBindingForm
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.giving import donations, gift_panels, gift_rows
from khuyenhoc.giving.gift_panels import GiftPanel
from khuyenhoc.giving.gift_rows import GiftRow
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.access import actor, allowed, may, require, units_where
from khuyenhoc.org.answers import once
from khuyenhoc.org.uploads import takes_files
from khuyenhoc.recipients import files
from khuyenhoc.tracing import earmarks
from khuyenhoc.tracing.trace_tables import Earmark
from khuyenhoc.web.headers import OF_A_FILE
from khuyenhoc.web.page import page

blueprint = Blueprint("earmarks", __name__, url_prefix="/khoan-ung-ho/<int:document_id>/muc-dich")

LONGEST_ID = 18


@blueprint.get("")
@may("trace.see")
def show(document_id: int) -> Response:
    """What the gift is bound to, and the form that asks for another level."""
    gift = _gift_or_404(document_id)
    return _show(gift, _form(gift))


@blueprint.post("")
@may("trace.earmark")
@takes_files(files.TOGETHER)
def bind(document_id: int) -> AnyResponse:
    """Ask that the gift may pay for a level; it may once another person has approved."""
    gift = _gift_or_404(document_id)
    require("trace.earmark", gift.document.unit_id)
    form = _form(gift)
    sound = form.validate_on_submit()
    try:
        proof_id = _kept(gift, form)
        if not sound:
            return _show(gift, form, 422)
        with once(lambda: url_for(".show", document_id=document_id)):
            earmarking.ask_to_bind(
                db.session.get_one(Document, document_id),
                earmarking.level_by_id(form.answers["level"]),
                reason=form.answers["reason"],
                consent=form.consent(consent_proofs.get_proof(document_id, proof_id) if proof_id else None),
                by=actor(),
            )
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _show(gift, form, 422)
    return _asked(document_id)


@blueprint.get("/<int:earmark_id>/thoi")
@may("trace.earmark")
def ending(document_id: int, earmark_id: int) -> Response:
    """Why is it to end?"""
    gift = _gift_or_404(document_id)
    require("trace.earmark", gift.document.unit_id)
    return _ending(gift, _earmark_or_404(gift, earmark_id), EndBindingForm())


@blueprint.post("/<int:earmark_id>/thoi")
@may("trace.earmark")
def end(document_id: int, earmark_id: int) -> AnyResponse:
    """Ask that the gift pay for the level no longer."""
    gift, form = _gift_or_404(document_id), EndBindingForm()
    require("trace.earmark", gift.document.unit_id)
    earmark = _earmark_or_404(gift, earmark_id)
    if not form.validate_on_submit():
        return _ending(gift, earmark, form, 422)
    try:
        with once(lambda: url_for(".show", document_id=document_id)):
            earmarking.ask_to_end(earmark, reason=form.answers["reason"], by=actor())
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _ending(gift, earmark, form, 422)
    return _asked(document_id)


def _kept(gift: GiftRow, form: BindForm) -> int | None:
    """The file that was sent, kept at once so that it need not be sent again when the rest is to be mended."""
    if not form.is_consent:
        return None
    if upload := form.file.content:
        with writing():
            again = db.session.get_one(Document, gift.document.id)
            found = consent_proofs.store(again, upload, name=form.file.file_name, by=actor())
        form.kept.data = str(found.id)
    return _kept_before(gift, form)


def _kept_before(gift: GiftRow, form: BindForm) -> int | None:
    """The file of this sending or of an earlier one of this form; foreign numbers are none."""
    kept = str(form.kept.data or "")
    if not kept.isascii() or not kept.isdigit() or len(kept) > LONGEST_ID:
        return None
    return consent_proofs.get_proof(gift.document.id, int(kept)).id


@blueprint.get("/minh-chung/<int:proof_id>")
@may("trace.consent")
def proof(document_id: int, proof_id: int) -> Response:
    """The giver's letter itself, for who asks, decides or audits; never served from where it lies."""
    gift = _gift_or_404(document_id)
    require("trace.consent", gift.document.unit_id)
    found = consent_proofs.get_proof(document_id, proof_id)
    response = Response(consent_proofs.content(found), content_type=found.media_type)
    is_picture = found.media_type == files.JPEG
    name = f"minh-chung-dong-y-{found.id}.{'jpg' if is_picture else 'pdf'}"
    response.headers.set("Content-Disposition", "inline" if is_picture else "attachment", filename=name)
    response.headers["Content-Security-Policy"] = OF_A_FILE
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _asked(document_id: int) -> AnyResponse:
    flash(_("Đã gửi đề nghị. Người khác duyệt thì mới có hiệu lực."))
    return redirect(url_for(".show", document_id=document_id), 303)


def _form(gift: GiftRow) -> BindForm:
    bound = {one.purpose_id for one in earmarks.of(gift.document)}
    levels = earmarking.levels_for(gift.document)
    offered = levels if request.method == "POST" else [level for level in levels if level.id not in bound]
    return BindForm([(level.id, earmarking.level_name(level.id)) for level in offered])


def _show(gift: GiftRow, form: BindForm, status: int = 200) -> Response:
    document = gift.document
    waiting = earmarking.waiting_for(document)
    can_ask = allowed("trace.earmark", document.unit_id) and not document.is_void and waiting is None
    return page(
        "awards/earmarks.html",
        status=status,
        gift=gift,
        form=form,
        kept=_kept_name(gift, form),
        proof_of=_proof_of,
        may_open=allowed("trace.consent", document.unit_id),
        bound=earmarks.of(document),
        ended=earmarks.ended(document),
        level_name=earmarking.level_name,
        unspent=earmarking.unspent(document),
        waiting=waiting,
        may_ask=can_ask,
    )


def _kept_name(gift: GiftRow, form: BindForm) -> str:
    kept = _kept_before(gift, form) if form.is_consent else None
    return consent_proofs.get_proof(gift.document.id, kept).name if kept is not None else ""


def _proof_of(earmark: Earmark) -> ConsentProof | None:
    if earmark.proof_id is None:
        return None
    return consent_proofs.get_proof(earmark.document_id, earmark.proof_id)


def _ending(gift: GiftRow, earmark: Earmark, form: EndBindingForm, status: int = 200) -> Response:
    name = earmarking.level_name(earmark.purpose_id)
    return page("awards/earmark_end.html", status=status, gift=gift, earmark=earmark, name=name, form=form)


def _gift_or_404(document_id: int) -> GiftRow:
    document = db.session.get(Document, document_id)
    if document is None or document.kind != donations.KIND or document.unit_id not in units_where("trace.see"):
        raise NotFound(_("Không có khoản ủng hộ này."))
    if not donations.get_donation(document_id).restriction:
        raise NotFound(_("Khoản này không có mục đích riêng."))
    return gift_rows.row(document)


def _earmark_or_404(gift: GiftRow, earmark_id: int) -> Earmark:
    query = select(Earmark).where(Earmark.id == earmark_id, Earmark.document_id == gift.document.id)
    earmark = db.session.scalar(query)
    if earmark is None:
        raise NotFound(_("Không có mục đích này."))
    return earmark


def _panel(gift: GiftRow) -> GiftPanel | None:
    """What a bound gift may pay for, on its page."""
    document = gift.document
    if not gift.donation.restriction or document.is_void or not allowed("trace.see", document.unit_id):
        return None
    levels = [earmarking.level_name(one.purpose_id) for one in earmarks.of(document)]
    unspent = earmarking.unspent(document)
    waiting = earmarking.waiting_for(document) is not None
    return GiftPanel("awards/_earmarks.html", {"levels": levels, "unspent": unspent, "waiting": waiting})


gift_panels.register("earmarks", _panel, place="main", order=40)
