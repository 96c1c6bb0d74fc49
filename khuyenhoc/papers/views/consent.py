"""The consent form of one file, to print and sign."""

from flask import Blueprint, Response

from khuyenhoc.core.database import writing
from khuyenhoc.org import access
from khuyenhoc.org.access import actor, may
from khuyenhoc.papers import consent_form
from khuyenhoc.papers.press import print_pdf
from khuyenhoc.recipients import openings, sight
from khuyenhoc.recipients.recipient_tables import Recipient

blueprint = Blueprint("consent_papers", __name__, url_prefix="/nguoi-nhan")


@blueprint.get("/<int:recipient_id>/phieu-dong-y.pdf")
@may("recipient.edit")
def print_form(recipient_id: int) -> Response:
    """The form as PDF; the file name tells nobody's name."""
    recipient = _file(recipient_id)
    access.require("recipient.edit", recipient.unit_id)
    with writing():
        openings.log_many([recipient.id], "consent_paper", by=actor())
    paper = consent_form.of(_file(recipient_id))
    response = Response(print_pdf(paper.TEMPLATE, paper.content()), content_type="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename=f"phieu-dong-y-{recipient_id}.pdf")
    return response


def _file(recipient_id: int) -> Recipient:
    return sight.opened(recipient_id, by=actor(), unit_ids=access.units_where("recipient.list"), as_member=False)
