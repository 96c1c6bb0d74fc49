"""Consents recorded and withdrawn."""

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.core import clock
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.org.access import actor, may
from khuyenhoc.org.answers import once
from khuyenhoc.recipients import ages, consent_texts, consents, evidence, school_years
from khuyenhoc.recipients.ages import Born
from khuyenhoc.recipients.forms.file import ConsentForm, WithdrawForm
from khuyenhoc.recipients.recipient_tables import Recipient
from khuyenhoc.recipients.views.reading import file_to_change, noted
from khuyenhoc.web.page import page

blueprint = Blueprint("consents", __name__, url_prefix="/nguoi-nhan")


@blueprint.get("/<int:recipient_id>/dong-y")
@may("recipient.edit")
def ask(recipient_id: int) -> Response:
    """What may be agreed to, nothing ticked beforehand."""
    recipient = noted(file_to_change(recipient_id), "edit")
    form = _give_form(recipient)
    form.given_on.data = clock.today()
    return _give(recipient, form)


@blueprint.post("/<int:recipient_id>/dong-y")
@may("recipient.edit")
def give(recipient_id: int) -> AnyResponse:
    """Write a yes down."""
    recipient = file_to_change(recipient_id)
    form = _give_form(recipient)
    if not form.validate_on_submit():
        return _give(recipient, form, 422)
    try:
        with once(lambda: url_for("recipients.show", recipient_id=recipient_id)):
            consents.give(file_to_change(recipient_id), form.chosen, form.given, by=actor())
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _give(recipient, form, 422)
    flash(_("Đã ghi sự đồng ý."))
    return redirect(url_for("recipients.show", recipient_id=recipient_id), 303)


@blueprint.get("/<int:recipient_id>/rut-dong-y")
@may("recipient.edit")
def ask_back(recipient_id: int) -> Response:
    """What is agreed to now, and may be taken back."""
    recipient = noted(file_to_change(recipient_id), "edit")
    return _withdraw(recipient, _withdraw_form(recipient))


@blueprint.post("/<int:recipient_id>/rut-dong-y")
@may("recipient.edit")
def withdraw(recipient_id: int) -> AnyResponse:
    """Take a yes back, at once and everywhere."""
    recipient = file_to_change(recipient_id)
    form = _withdraw_form(recipient)
    if not form.validate_on_submit():
        return _withdraw(recipient, form, 422)
    try:
        with once(lambda: url_for("recipients.show", recipient_id=recipient_id)):
            again = file_to_change(recipient_id)
            consents.withdraw(again, form.chosen, because=form.because.data or "", by=actor())
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _withdraw(recipient, form, 422)
    flash(_("Đã rút. Từ lúc này không nơi nào còn dùng."))
    return redirect(url_for("recipients.show", recipient_id=recipient_id), 303)


def _give_form(recipient: Recipient) -> ConsentForm:
    today, born = clock.today(), Born(recipient.birth_date, recipient.birth_year)
    minor = ages.is_minor(recipient.kind, born, today)
    return ConsentForm(
        guardians={one.full_name: one.relation for one in recipient.guardians} if minor else {},
        child_too=minor and ages.is_asked_too(recipient.kind, born, today),
        files={file.id: file.name for file in evidence.of(recipient) if file.kind == "consent"},
    )


def _withdraw_form(recipient: Recipient) -> WithdrawForm:
    form = WithdrawForm()
    form.keep_only({one.purpose for one in recipient.consents if consents.is_live(one, clock.today())})
    return form


def _give(recipient: Recipient, form: ConsentForm, status: int = 200) -> Response:
    return page(
        "recipients/consent.html",
        status=status,
        recipient=recipient,
        form=form,
        texts=consent_texts.known(consent_texts.CURRENT),
        version=consent_texts.CURRENT,
        ends=school_years.end_of(clock.today()),
    )


def _withdraw(recipient: Recipient, form: WithdrawForm, status: int = 200) -> Response:
    return page("recipients/withdraw.html", status=status, recipient=recipient, form=form)
