"""Họp xét: the meetings, one of them with its list and what if, and the deeds of whoever holds it."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.awards import (
    boards,
    conflicts,
    meeting_lists,
    meetings,
    minutes,
    my_files,
    programmes,
    quorum,
    sight,
    steps,
    votes,
)
from khuyenhoc.awards.committee_tables import CHOICES, Attendance, Meeting, Vote
from khuyenhoc.awards.forms.meeting import BudgetForm, CancelForm, CloseForm, OpenForm, PlanForm, VoteForm, what_if
from khuyenhoc.awards.programme_tables import SEATS, Programme
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.history import events
from khuyenhoc.history.names import deed_name
from khuyenhoc.org import access
from khuyenhoc.org.access import actor, allowed, may, units_where
from khuyenhoc.org.answers import once
from khuyenhoc.papers import prints
from khuyenhoc.web import navigation
from khuyenhoc.web.forms import Form
from khuyenhoc.web.page import page

blueprint = Blueprint("meetings", __name__, url_prefix="/hop-xet")
SOONER = {"award.score": 2, "decision.draft": 4, "decision.sign": 5}
navigation.register("meetings.index", _l("Họp xét"), "people", "meeting.see", 46, sooner=SOONER)

STATES = {
    "planned": (_l("Sắp họp"), "wait", "calendar-event"),
    "open": (_l("Đang họp"), "ink", "record-circle"),
    "closed": (_l("Đã họp"), "ok", "check-circle-fill"),
    "cancelled": (_l("Đã hủy"), "stop", "x-octagon"),
}
LATEST = 100
DEEDS = ("open", "budget", "vote", "close", "cancel")
"""The forms of the page."""


@blueprint.get("")
@may("meeting.see")
def index() -> Response:
    """Every meeting, the next one first; and the programmes for which none is called yet."""
    query = select(Meeting).where(Meeting.unit_id.in_(sorted(units_where("meeting.see"))))
    found = db.session.scalars(query.order_by(Meeting.held_on.desc(), Meeting.id.desc()).limit(LATEST)).all()
    return page(
        "awards/meetings.html",
        meetings=found,
        states=STATES,
        minutes=minutes.find_all(found),
        to_call=meeting_lists.to_call(units_where("meeting.hold")),
    )


@blueprint.get("/lap")
@may("meeting.hold")
def new() -> Response:
    """The form that calls the committee of a programme together."""
    form = PlanForm()
    form.held_on.data = clock.today()
    return _new(_programme(), form)


@blueprint.post("/lap")
@may("meeting.hold")
def plan() -> AnyResponse:
    """Call it together."""
    programme, form = _programme(), PlanForm()
    if not form.validate_on_submit():
        return _new(programme, form, 422)
    given = form.answers
    try:
        with once(lambda: url_for(".show", meeting_id=meeting.id)):
            meeting = meetings.plan(
                programme, held_on=given["held_on"], place=given["place"], budget=given["budget"], by=actor()
            )
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _new(programme, form, 422)
    flash(_("Đã lập cuộc họp. Ủy viên thấy ngay trong mục Họp xét."))
    return redirect(url_for(".show", meeting_id=meeting.id), 303)


@blueprint.get("/<int:meeting_id>")
@may("meeting.see")
def show(meeting_id: int) -> Response:
    """The meeting; the list alone where only the what-if has changed."""
    return shown(meeting_or_404(meeting_id))


@blueprint.post("/<int:meeting_id>/bat-dau")
@may("meeting.hold")
def open_it(meeting_id: int) -> AnyResponse:
    """Write down who is there, and begin."""
    meeting = meeting_or_404(meeting_id)
    form = OpenForm(ids="mo-").take(_members(meeting))

    def deed() -> None:
        meetings.open_meeting(meeting, form.present, started_at=form.started_at.data or "", by=actor())

    return _done(meeting, form, "open", deed, _("Cuộc họp bắt đầu."))


@blueprint.post("/<int:meeting_id>/ngan-sach")
@may("meeting.hold")
def set_budget(meeting_id: int) -> AnyResponse:
    """How much the list may cost."""
    meeting, form = meeting_or_404(meeting_id), BudgetForm(ids="ns-")
    return _done(
        meeting,
        form,
        "budget",
        lambda: meetings.set_budget(meeting, form.budget.data, by=actor()),
        _("Đã đặt ngân sách của cuộc họp."),
    )


@blueprint.post("/<int:meeting_id>/bieu-quyet")
@may("meeting.see")
def vote(meeting_id: int) -> AnyResponse:
    """A member's vote on the whole list."""
    meeting, form = meeting_or_404(meeting_id), VoteForm(ids="bq-")

    def deed() -> None:
        votes.vote(meeting, form.choice.data, by=actor(), shown_as=form.shown.data or "", note=form.note.data or "")

    return _done(meeting, form, "vote", deed, _("Đã ghi phiếu."))


@blueprint.post("/<int:meeting_id>/ket-thuc")
@may("meeting.hold")
def close(meeting_id: int) -> AnyResponse:
    """End it; every award goes where the meeting put it."""
    meeting, form = meeting_or_404(meeting_id), CloseForm(ids="kt-")

    def deed() -> None:
        given = form.answers
        meetings.close(
            meeting, ended_at=given["ended_at"], dissent=given["dissent"], summary=given["summary"], by=actor()
        )

    return _done(meeting, form, "close", deed, _("Cuộc họp kết thúc. Kết quả đã ghi cho từng hồ sơ."))


@blueprint.post("/<int:meeting_id>/huy")
@may("meeting.hold")
def cancel(meeting_id: int) -> AnyResponse:
    """Call it off."""
    meeting, form = meeting_or_404(meeting_id), CancelForm(ids="huy-")
    return _done(
        meeting,
        form,
        "cancel",
        lambda: meetings.cancel(meeting, reason=form.reason.data or "", by=actor()),
        _("Đã hủy cuộc họp."),
    )


def meeting_or_404(meeting_id: int) -> Meeting:
    """The meeting, for whoever may see those of its unit; foreign ones are not there."""
    meeting = meeting_lists.get_meeting(meeting_id)
    if meeting.unit_id not in units_where("meeting.see"):
        raise NotFound(_("Không có cuộc họp này."))
    return meeting


def shown(meeting: Meeting, refused: Form | None = None, step: str = "", status: int = 200) -> Response:
    """The page of a meeting; with a form that was refused, as it was sent."""
    asked = what_if(meeting)
    asked.validate()
    base = meeting_lists.room_of(meeting)
    board = _board(meeting, asked.room(base) if meeting.state != "closed" else None)
    forms = _forms(meeting, board)
    if refused is not None:
        forms[step] = refused
        if step == "vote" and board is not None:
            refused["shown"].data = board.fingerprint
    current = _current(meeting, board)
    return page(
        "awards/meeting.html",
        fragment="board" if refused is None else None,
        status=422 if asked.errors else status,
        meeting=meeting,
        programme=meeting.programme,
        state=STATES[meeting.state],
        **_minutes(meeting),
        parts=SEATS,
        board=board,
        rows=_rows(board),
        all_shown=bool(request.args.get("tat_ca")),
        asked=asked,
        asked_for={field.name: request.args[field.name] for field in asked if field.name in request.args},
        is_asked=bool(asked.answers),
        budget=asked.answers.get("ngan_sach", meeting.budget),
        forms={name: forms.get(name) for name in DEEDS},
        refused=step,
        **_attendance(meeting),
        past=events.of("meetings", meeting.id),
        deed_name=deed_name,
        recused=_recused(board),
        current=current,
        choices=CHOICES,
        missing=votes.waits_for(meeting, board.fingerprint) if board and meeting.state == "open" else [],
        mine=current.get(actor().id),
        outcomes=boards.OUTCOMES,
        whys=boards.WHYS,
        marks_first=board is None and meeting.state != "cancelled",
        code=meeting.programme.code,
        may_see_files=allowed("award.see", meeting.unit_id),
    )


def _minutes(meeting: Meeting) -> dict[str, Any]:
    """The paper of a meeting that has ended, its last printing, and whether this person prints it."""
    found = minutes.find(meeting)
    holds = actor().id in (meeting.presider_id, meeting.secretary_id) and allowed("meeting.hold", meeting.unit_id)
    return {
        "minutes": found,
        "last_print": prints.last_print(found),
        "may_print": meeting.state == "closed" and holds,
    }


def _current(meeting: Meeting, board: boards.Board | None) -> dict[int, Vote]:
    """User id → the vote on the whole list that counts: on the present one, or on what was closed."""
    over = meeting.state == "closed" or board is None
    return {
        one.user_id: one
        for one in meeting_lists.votes_of(meeting)
        if one.award_id is None and (over or (board is not None and one.fingerprint == board.fingerprint))
    }


def _members(meeting: Meeting) -> list[Attendance]:
    """Who belongs there: the presider, who takes the minutes, the others."""
    return sorted(meeting.attendance, key=lambda row: (list(SEATS).index(row.part), row.user_id))


def _attendance(meeting: Meeting) -> dict[str, Any]:
    """Who belongs there, how many may vote, how many of them are there, how many must be."""
    judges, here = meeting_lists.judges(meeting), meeting_lists.present(meeting)
    needed = quorum.needed(quorum.rule_of(meeting), len(judges))
    return {"members": _members(meeting), "judges": len(judges), "here": len(set(judges) & set(here)), "needed": needed}


def _board(meeting: Meeting, room: Any) -> boards.Board | None:
    """The list; before the meeting not for members who have files to mark: others' marks would be seen in it."""
    if meeting.state == "cancelled":
        return None
    if meeting.state == "planned" and my_files.count_waiting(actor(), meeting.programme_id):
        return None
    return boards.of(meeting, room)


def _rows(board: boards.Board | None) -> Any:
    if board is None:
        return []
    return board.rows if request.args.get("tat_ca") else board.ends()


def _recused(board: boards.Board | None) -> dict[int, int]:
    """User id → of how many files of the list this person keeps out."""
    found: dict[int, int] = {}
    for bound in conflicts.of(row.award_id for row in board.rows).values() if board else ():
        for user_id in bound:
            found[user_id] = found.get(user_id, 0) + 1
    return found


def _forms(meeting: Meeting, board: boards.Board | None) -> dict[str, Form]:
    """The deeds that this person could do now."""
    forms: dict[str, Form] = {}
    me = actor().id
    holds = me in (meeting.presider_id, meeting.secretary_id) and allowed("meeting.hold", meeting.unit_id)
    if meeting.state == "planned" and holds:
        forms["open"] = OpenForm(formdata=None, ids="mo-").take(_members(meeting))
    if meeting.state in ("planned", "open") and holds:
        if not meeting_lists.votes_of(meeting):
            forms["budget"] = BudgetForm(formdata=None, ids="ns-", budget=meeting.budget)
        forms["cancel"] = CancelForm(formdata=None, ids="huy-")
    if meeting.state == "open" and board is not None:
        if me in set(meeting_lists.judges(meeting)) & set(meeting_lists.present(meeting)):
            forms["vote"] = VoteForm(formdata=None, ids="bq-", shown=board.fingerprint)
        if holds:
            forms["close"] = CloseForm(formdata=None, ids="kt-")
    return forms


def _done(meeting: Meeting, form: Form, step: str, deed: Callable[[], None], said: str) -> AnyResponse:
    if not form.validate_on_submit():
        return shown(meeting, form, step, 422)
    try:
        with once(lambda: url_for(".show", meeting_id=meeting.id)):
            deed()
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return shown(meeting, form, step, 409 if isinstance(no, steps.Stale) else 422)
    flash(said)
    return redirect(url_for(".show", meeting_id=meeting.id), 303)


def _programme() -> Programme:
    programme = sight.programme_or_404(request.args.get("chuong_trinh", ""))
    access.require("meeting.hold", programme.unit_id)
    return programme


def _new(programme: Programme, form: PlanForm, status: int = 200) -> Response:
    return page(
        "awards/meeting_form.html",
        status=status,
        programme=programme,
        form=form,
        waiting=len(programmes.in_states(programme, ["in_review"])),
    )
