"""Evidence added, opened, taken off. A file is never served from where it lies, and never to be kept."""

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.org.access import actor, may
from khuyenhoc.org.answers import once
from khuyenhoc.org.uploads import takes_files
from khuyenhoc.recipients import evidence, files
from khuyenhoc.recipients.forms.file import EvidenceForm, ReasonForm
from khuyenhoc.recipients.recipient_tables import EVIDENCE_KINDS, Evidence, Recipient
from khuyenhoc.recipients.views.cards import card_page
from khuyenhoc.recipients.views.reading import file_or_404, file_to_change, noted, parts_of
from khuyenhoc.web.headers import OF_A_FILE
from khuyenhoc.web.page import page

blueprint = Blueprint("evidence", __name__, url_prefix="/nguoi-nhan")

ENDINGS = {files.JPEG: "jpg", files.PDF: "pdf"}


@blueprint.post("/<int:recipient_id>/minh-chung")
@may("recipient.edit")
@takes_files(files.TOGETHER)
def store(recipient_id: int) -> AnyResponse:
    """Take a file: looked into, cleaned, kept apart."""
    recipient = file_to_change(recipient_id)
    form = EvidenceForm()
    if not form.validate_on_submit():
        return card_page(recipient, evidence_form=form, status=422)
    upload = form.file.content
    try:
        with writing():
            again = file_to_change(recipient_id)
            evidence.store(again, upload, kind=form.kind.data, name=form.file.file_name, by=actor())
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return card_page(file_to_change(recipient_id), evidence_form=form, status=422)
    flash(_("Đã thêm minh chứng."))
    return redirect(url_for("recipients.show", recipient_id=recipient_id), 303)


@blueprint.get("/minh-chung/<int:evidence_id>")
@may("evidence.see")
def show(evidence_id: int) -> Response:
    """The file itself, for those who decide."""
    file, recipient = _file_or_404(evidence_id)
    noted(recipient, "evidence")
    content = evidence.content(file)
    response = Response(content, content_type=file.media_type)
    name = f"minh-chung-{file.id}.{ENDINGS.get(file.media_type, 'bin')}"
    how = "inline" if file.media_type == files.JPEG else "attachment"
    response.headers.set("Content-Disposition", how, filename=name)
    response.headers["Content-Security-Policy"] = OF_A_FILE
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/minh-chung/<int:evidence_id>/bo")
@may("recipient.edit")
def ask_to_remove(evidence_id: int) -> Response:
    """Which file, and why it is to go."""
    file, recipient = _file_to_change(evidence_id)
    return _removal(file, noted(recipient, "edit"), ReasonForm())


@blueprint.post("/minh-chung/<int:evidence_id>/bo")
@may("recipient.edit")
def remove(evidence_id: int) -> AnyResponse:
    """Take a file off the card, and off the disk."""
    file, recipient = _file_to_change(evidence_id)
    form = ReasonForm()
    if not form.validate_on_submit():
        return _removal(file, recipient, form, 422)
    digest = file.digest
    try:
        with once(lambda: url_for("recipients.show", recipient_id=recipient.id)):
            file, recipient = _file_to_change(evidence_id)
            evidence.remove(file, recipient, because=form.reason.data or "", by=actor())
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        file, recipient = _file_to_change(evidence_id)
        return _removal(file, recipient, form, 422)
    evidence.sweep(digest)
    flash(_("Đã bỏ tệp."))
    return redirect(url_for("recipients.show", recipient_id=recipient.id), 303)


def _removal(file: Evidence, recipient: Recipient, form: ReasonForm, status: int = 200) -> Response:
    kind = EVIDENCE_KINDS[file.kind]
    return page("recipients/remove_file.html", status=status, file=file, kind=kind, recipient=recipient, form=form)


def _file_or_404(evidence_id: int) -> tuple[Evidence, Recipient]:
    file = evidence.get_evidence(evidence_id)
    recipient = file_or_404(file.recipient_id)
    if "evidence" not in parts_of(recipient):
        raise NotAllowed(_("Minh chứng chỉ mở cho những người xét."))
    return file, recipient


def _file_to_change(evidence_id: int) -> tuple[Evidence, Recipient]:
    file = evidence.get_evidence(evidence_id)
    return file, file_to_change(file.recipient_id)
