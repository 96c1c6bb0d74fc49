"""A file written: new, corrected, laid aside and taken up again."""

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import AlreadyRecorded, NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.org import access, units
from khuyenhoc.org.access import actor, may
from khuyenhoc.org.answers import once
from khuyenhoc.recipients import duplicates, evidence, recipients, schools
from khuyenhoc.recipients.duplicates import Likeness
from khuyenhoc.recipients.forms.card import CardForm
from khuyenhoc.recipients.forms.file import ReasonForm
from khuyenhoc.recipients.recipient_tables import EVIDENCE_KINDS, Recipient
from khuyenhoc.recipients.views.cards import card_page
from khuyenhoc.recipients.views.reading import file_to_change, noted, open_units
from khuyenhoc.web.page import page

blueprint = Blueprint("recipient_form", __name__, url_prefix="/nguoi-nhan")


@blueprint.get("/moi")
@may("recipient.edit")
def new() -> Response:
    """An empty file."""
    form = CardForm(units=_units())
    form.kind.data = "pupil"
    return _form(form)


@blueprint.post("/moi")
@may("recipient.edit")
def create() -> AnyResponse:
    """Open a file; whoever may have one already, in any unit and year, is shown first."""
    form = CardForm(units=_units())
    if form.offer_more():
        return _form(form)
    if not form.validate_on_submit():
        return _form(form, 422)
    unit = units.unit_by_id(form.unit.data if "unit" in form else next(iter(_units())))
    details = form.details()
    alike = [] if form.anyway.data else _but_opened_with(form.form_key.data, duplicates.like(details))
    if alike:
        form.form_errors.append(_("Có thể đã có hồ sơ của em này. Xin xem lại trước khi lập hồ sơ mới."))
        return _form(form, 422, alike=alike)
    try:
        with writing():
            recipient = recipients.create(details, unit=unit, by=actor(), key=form.form_key.data)
    except (AlreadyRecorded, NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _form(form, 422)
    flash(_("Đã lập hồ sơ. Việc tiếp theo: ghi sự đồng ý và thêm minh chứng."))
    return redirect(url_for("recipients.show", recipient_id=recipient.id), 303)


@blueprint.get("/<int:recipient_id>/sua")
@may("recipient.edit")
def edit(recipient_id: int) -> Response:
    """The file as it stands."""
    recipient = noted(file_to_change(recipient_id), "edit")
    form = _edit_form(recipient)
    form.fill(recipient)
    return _form(form, recipient=recipient)


@blueprint.post("/<int:recipient_id>/sua")
@may("recipient.edit")
def change(recipient_id: int) -> AnyResponse:
    """Store the corrected file."""
    recipient = file_to_change(recipient_id)
    form = _edit_form(recipient)
    if form.offer_more():
        return _form(form, recipient=recipient)
    if not form.validate_on_submit():
        return _form(form, 422, recipient)
    unit = units.unit_by_id(form.unit.data) if "unit" in form else None
    try:
        with writing():
            recipients.change(file_to_change(recipient_id), form.details(), by=actor(), unit=unit)
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _form(form, 422, recipient)
    flash(_("Đã ghi thay đổi."))
    return redirect(url_for("recipients.show", recipient_id=recipient_id), 303)


@blueprint.post("/<int:recipient_id>/xep-lai")
@may("recipient.edit")
def lay_aside(recipient_id: int) -> AnyResponse:
    """Lay the file aside, or take it up again."""
    recipient = file_to_change(recipient_id)
    form = ReasonForm(ids="the-")
    if not form.validate_on_submit():
        return card_page(recipient, reason_form=form, status=422)
    step = recipients.close if recipient.state == "active" else recipients.reopen
    with once(lambda: url_for("recipients.show", recipient_id=recipient_id)):
        step(file_to_change(recipient_id), by=actor(), reason=form.reason.data or "")
    flash(_("Đã xếp lại hồ sơ.") if step is recipients.close else _("Đã mở lại hồ sơ."))
    return redirect(url_for("recipients.show", recipient_id=recipient_id), 303)


def _form(
    form: CardForm, status: int = 200, recipient: Recipient | None = None, alike: list[Likeness] | None = None
) -> Response:
    mine = access.units_where("recipient.list")
    asked = form.more.data if form.more.data in ("guardians", "circumstances", "results") else None
    here = url_for(".change", recipient_id=recipient.id) if recipient else url_for(".create")
    return page(
        "recipients/form.html",
        fragment=asked,
        status=status,
        form=form,
        recipient=recipient,
        action=here,
        schools=[school.name for school in schools.all_schools()],
        alike=[(one, one.is_of(mine)) for one in alike or []],
        unit_of=lambda unit_id: units.name_on(units.unit_by_id(unit_id)),
    )


def _units() -> dict[int, str]:
    found = open_units()
    if not found:
        raise RuleBroken(_("Không có đơn vị nào đang hoạt động để giữ hồ sơ."))
    return dict(sorted(found.items(), key=lambda one: one[1]))


def _edit_form(recipient: Recipient) -> CardForm:
    """The form of a file that stands: where it is kept now is always among its units."""
    where = open_units() | units.names_on([recipient.unit_id])
    files = {file.id: f"{EVIDENCE_KINDS[file.kind]}: {file.name}" for file in evidence.of(recipient)}
    return CardForm(units=where, files=files, card=recipient)


def _but_opened_with(key: str, alike: list[Likeness]) -> list[Likeness]:
    """Without the file that this very form has opened already."""
    return [one for one in alike if one.recipient.idempotency_key != key]
