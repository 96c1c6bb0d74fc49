"""One award in a meeting: its marks, a vote of its own, and what the presider says about equals."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.awards import boards, conflicts, meeting_lists, meetings, scores, sight, steps, votes
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.committee_tables import CHOICES, Meeting
from khuyenhoc.awards.forms.meeting import TieForm, VoteForm
from khuyenhoc.awards.views.meetings import meeting_or_404
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.org.access import actor, may
from khuyenhoc.org.answers import once
from khuyenhoc.recipients import openings
from khuyenhoc.web.filters import hundredths
from khuyenhoc.web.forms import Form
from khuyenhoc.web.page import page

blueprint = Blueprint("meeting_files", __name__, url_prefix="/hop-xet/<int:meeting_id>/ho-so")


@blueprint.get("/<int:number>")
@may("meeting.see")
def show(meeting_id: int, number: int) -> Response:
    """The award as the meeting has it; that its file was opened is written down."""
    meeting = meeting_or_404(meeting_id)
    return _show(meeting, _award(meeting, number))


@blueprint.post("/<int:number>")
@may("meeting.see")
def vote(meeting_id: int, number: int) -> AnyResponse:
    """A vote on this award by itself."""
    meeting = meeting_or_404(meeting_id)
    award, form = _award(meeting, number), VoteForm(ids="bq-")

    def deed() -> None:
        votes.vote(
            meeting,
            form.choice.data,
            by=actor(),
            shown_as=form.shown.data or "",
            award=award,
            note=form.note.data or "",
        )

    return _done(meeting, award, form, deed, _("Đã ghi phiếu cho hồ sơ %(code)s.", code=steps.code_of(award)))


@blueprint.post("/<int:number>/xep-truoc")
@may("meeting.hold")
def break_tie(meeting_id: int, number: int) -> AnyResponse:
    """Of equals this one first."""
    meeting = meeting_or_404(meeting_id)
    award, form = _award(meeting, number), TieForm(ids="bd-")
    form.before.choices = _equals(meeting, award)

    def deed() -> None:
        before = db.session.get_one(Award, form.before.data)
        meetings.break_tie(meeting, award, before, reason=form.reason.data or "", by=actor())

    return _done(meeting, award, form, deed, _("Đã ghi thứ tự giữa hai hồ sơ bằng điểm."))


def _award(meeting: Meeting, number: int) -> Award:
    return sight.award_or_404(meeting.programme, number)


def _equals(meeting: Meeting, award: Award) -> list[tuple[int, str]]:
    """The awards with the same score, to be put after this one."""
    means = meeting_lists.now_of(meeting)
    mine = means.means.get(award.id)
    return [
        (one.id, f"{steps.code_of(one)} {one.recipient.full_name}")
        for one in means.awards
        if one.id != award.id and mine is not None and means.means.get(one.id) == mine
    ]


def _show(meeting: Meeting, award: Award, refused: Form | None = None, status: int = 200) -> Response:
    if bar := conflicts.why_barred(award, actor()) if scores.sits(meeting.programme, actor()) else "":
        raise NotAllowed(bar)
    with writing():
        openings.log(award.recipient, "award", by=actor())
    board = boards.of(meeting)
    row = next((one for one in board.rows if one.award_id == award.id), None)
    if row is None:
        raise NotFound(_("Hồ sơ này không có trong cuộc họp."))
    here = set(meeting_lists.judges(meeting)) & set(meeting_lists.present(meeting))
    voting = VoteForm(formdata=None, ids="bq-") if meeting.state == "open" and actor().id in here else None
    if isinstance(refused, VoteForm):
        voting = refused
    if voting is not None:
        voting.shown.data = board.fingerprint
    return page(
        "awards/meeting_file.html",
        status=status,
        meeting=meeting,
        award=award,
        recipient=award.recipient,
        code=steps.code_of(award),
        row=row,
        marks=scores.visible(award, actor()),
        cast=[one for one in meeting_lists.votes_of(meeting) if one.award_id == award.id],
        voting=voting,
        tie=_tie_form(meeting, award, refused),
        choices=CHOICES,
        outcomes=boards.OUTCOMES,
        whys=boards.WHYS,
        hundredths=hundredths,
    )


def _tie_form(meeting: Meeting, award: Award, refused: Form | None) -> TieForm | None:
    if isinstance(refused, TieForm):
        return refused
    if meeting.state != "open" or actor().id != meeting.presider_id:
        return None
    equals = _equals(meeting, award)
    if not equals:
        return None
    form = TieForm(formdata=None, ids="bd-")
    form.before.choices = equals
    return form


def _done(meeting: Meeting, award: Award, form: Form, deed: Callable[[], None], said: str) -> AnyResponse:
    if not form.validate_on_submit():
        return _show(meeting, award, form, 422)
    try:
        with once(lambda: url_for("meetings.show", meeting_id=meeting.id) + "#xep-hang"):
            deed()
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _show(meeting, award, form, 409 if isinstance(no, steps.Stale) else 422)
    flash(said)
    return redirect(url_for("meetings.show", meeting_id=meeting.id) + "#xep-hang", 303)
