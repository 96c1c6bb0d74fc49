"""The minutes of a meeting as PDF: for the circle that decides, and noted in every file that they speak of."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.awards import minutes
from khuyenhoc.awards.views.meetings import meeting_or_404
from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import NotFound
from khuyenhoc.core.text import gettext as _
from khuyenhoc.org.access import actor, may, require
from khuyenhoc.papers import prints
from khuyenhoc.recipients import openings
from khuyenhoc.web import pdf

blueprint = Blueprint("minutes", __name__, url_prefix="/hop-xet/<int:meeting_id>")


@blueprint.post("/bien-ban.pdf")
@may("meeting.hold")
def print_minutes(meeting_id: int) -> AnyResponse:
    """Write down a printing, and show it: the first is the one that is signed."""
    meeting = meeting_or_404(meeting_id)
    require("meeting.hold", meeting.unit_id)
    with writing():
        printed = minutes.note_print(meeting, by=actor())
    return redirect(url_for(".paper", meeting_id=meeting.id, ban_in=printed.ordinal), 303)


@blueprint.get("/bien-ban.pdf")
@may("meeting.see")
def paper(meeting_id: int) -> AnyResponse:
    """The minutes. ``ban_in=1``: the original, for whoever has just printed it; else a copy."""
    meeting = meeting_or_404(meeting_id)
    found = minutes.find(meeting)
    if found is None:
        raise NotFound(_("Không có giấy này."))
    with writing():
        openings.log_many(minutes.recipients_of(meeting), "minutes", by=actor())
    return pdf.answer(prints.pdf(found, by=actor(), ordinal=request.args.get("ban_in", "")), found.file_name)
