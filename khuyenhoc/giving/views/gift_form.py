"""The full form of a gift, with its check step; the same form puts a wrong gift right."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.core import clock
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.errors import AlreadyRecorded, NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.giving import corrections, donations, donor_naming, givers
from khuyenhoc.giving.donation_tables import METHODS, SERIES_OF
from khuyenhoc.giving.donations import Gift
from khuyenhoc.giving.donor_details import checked as checked_card
from khuyenhoc.giving.donors import Donor, get_donor
from khuyenhoc.giving.forms.gift import GiftForm
from khuyenhoc.ledger import documents
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.access import actor, may, require, units_where
from khuyenhoc.org.units import unit_by_id
from khuyenhoc.web.page import page

blueprint = Blueprint("gift_form", __name__, url_prefix="/khoan-ung-ho/moi")


@blueprint.get("")
@may("gift.record_goods")
def new() -> Response:
    """An empty form."""
    usual = "bank" if units_where("gift.record") else "in_kind"
    form = _new_form(date=clock.today(), method=request.args.get("hinh-thuc") or usual)
    return show_form(form)


@blueprint.post("")
@may("gift.record_goods")
def record() -> AnyResponse:
    """Read the form, show it once more where it matters, and record it."""
    form = _new_form()
    if not form.is_sent:
        return step_aside(form)
    if not form.validate_on_submit():
        return show_form(form, 422)
    try:
        gift = _read(form)
        if needs_check(form, gift) and not _was_answered(form, gift):
            return _check(form, gift)
        with writing():
            document = _record(form)
    except (AlreadyRecorded, NotFound, NotAllowed):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return show_form(form, 422)
    flash(_("Đã ghi %(label)s.", label=document.label))
    return redirect(url_for("giving.gift", document_id=document.id), 303)


def step_aside(form: GiftForm, **context: Any) -> Response:
    """What is pressed beside recording: one more row of money or of goods, back from the check."""
    rows = form.step.data if form.step.data in ("money", "goods") else None
    if rows:
        form[rows].offer_more()
        form.offer_choices()
    return show_form(form, fragment=rows, **context)


def show_form(form: GiftForm, status: int = 200, fragment: str | None = None, **context: Any) -> Response:
    """The form with everything typed; as a fragment what htmx asked for of it."""
    typed = form.donor.data or ""
    found = givers.candidates(typed, units_where("donor.see"))
    values: dict[str, Any] = {
        "action": url_for("gift_form.record"),
        "heading": _("Ghi khoản ủng hộ"),
        "button": _("Ghi và ra phiếu"),
        "document": None,
        **context,
    }
    return page(
        "giving/gift_form.html",
        fragment=fragment,
        status=status,
        form=form,
        typed=typed,
        candidates=_with_chosen(form, found),
        choice=givers.shown_choice(form.giver, found),
        card=givers.new_card(typed),
        **values,
    )


def needs_check(form: GiftForm, gift: Gift) -> bool:
    """Large gifts, goods and new donors are shown once more, until just this was seen and confirmed."""
    if form.step.data == "record" and form.checked.data == fingerprint(form, gift):
        return False
    return gift.amount >= check_from() or gift.method == "in_kind" or form.giver.is_new


def _was_answered(form: GiftForm, gift: Gift) -> bool:
    """Whether this form has made its gift: then there is nothing left to check, only the same answer or a 409."""
    return documents.find_by_key(gift.unit_id, form.form_key.data) is not None


def check_from() -> Dong:
    """From how many đồng on a gift is shown once more (setting KHUYENHOC_CHECK_FROM)."""
    asked: Dong = current_app.config["SETTINGS"].check_from
    return asked


def fingerprint(form: GiftForm, gift: Gift) -> str:
    """What was shown on the check page."""
    giver = form.giver
    shown = [corrections.plain(gift), giver.choice, givers.card(giver).__dict__ if giver.is_new else None]
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _check(form: GiftForm, gift: Gift) -> Response:
    hidden = [(name, value) for name, value in request.form.items(multi=True) if name not in _NOT_CARRIED]
    facts = corrections.told(gift)
    return page(
        "giving/check.html",
        form=form,
        gift=gift,
        facts=[(label, value) for label, value in facts.items() if value and label != _("Tổng cộng")],
        hidden=hidden,
        checked=fingerprint(form, gift),
        is_new=form.giver.is_new,
        series=SERIES_OF[gift.method],
        alike=donations.with_reference(gift.unit_id, gift.bank_reference),
        earlier=_alike_donors(form),
        action=url_for("gift_form.record"),
    )


_NOT_CARRIED = frozenset({"csrf_token", "form_key", "step", "checked"})


def _alike_donors(form: GiftForm) -> list[givers.Candidate]:
    """Cards that a new giver may already have."""
    return givers.candidates(form.donor.data or "", units_where("donor.see")) if form.giver.is_new else []


def _read(form: GiftForm) -> Gift:
    """The gift as typed; a new giver stands in it by a card that is not stored yet."""
    givers.require_chosen(form.giver)
    gift = form.gift(_provisional(form))
    donations.require_sound(gift)
    require("gift.record_goods" if gift.method == "in_kind" else "gift.record", gift.unit_id)
    return gift


def _provisional(form: GiftForm) -> Donor:
    giver = form.giver
    if giver.choice == givers.UNKNOWN:
        return Donor(kind="unknown", name=None, shown_as=None, honorific=None, renamed=False)
    if giver.is_new:
        card = checked_card(givers.card(giver))
        return Donor(kind=card.kind, name=card.name, honorific=card.honorific, shown_as=None, renamed=False)
    return get_donor(int(giver.choice), units_where("donor.see"))


def _record(form: GiftForm) -> Document:
    key = form.form_key.data
    unit = unit_by_id(form.lines[0].campaign.unit_id)
    donor = givers.settle(form.giver, unit=unit, unit_ids=units_where("donor.see"), key=key, by=actor())
    gift = form.gift(donor)
    return donations.record(
        donor,
        gift.lines,
        method=gift.method,
        account=gift.account,
        on=gift.on,
        by=actor(),
        key=key,
        restriction=gift.restriction,
        note=gift.note,
        bank_reference=gift.bank_reference,
    )


def _new_form(**data: Any) -> GiftForm:
    mine = units_where("gift.record")
    methods = METHODS if mine else ("in_kind",)
    return GiftForm(mine | units_where("gift.record_goods"), methods=methods, data=data)


def _with_chosen(form: GiftForm, found: Sequence[givers.Candidate]) -> Sequence[givers.Candidate]:
    """The chosen card stays in sight also when the search would not show it."""
    choice = form.donor_id.data or ""
    if not (choice.isascii() and choice.isdigit() and len(choice) <= 18) or any(
        str(one.donor.id) == choice for one in found
    ):
        return found
    donor = db.session.get(Donor, int(choice))
    if donor is None or donor.unit_id not in units_where("donor.see"):
        return found
    name = donor_naming.full_name(donor)
    return [givers.Candidate(donor, name, "", [(word, False) for word in name.split()]), *found]
