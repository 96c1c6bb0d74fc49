"""Công bố: what was decided, by application code; the notice to hang out; complaints and their answers."""

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.awards import complaints, decisions, holidays, promises, publication, steps
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.decision_tables import COMPLAINT_STATES, Complaint, Decision
from khuyenhoc.awards.forms.decisions import AnswerForm, ComplaintForm
from khuyenhoc.core import clock
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import AlreadyRecorded, NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.org.access import actor, allowed, may, require, units_where
from khuyenhoc.org.answers import once
from khuyenhoc.org.units import name_on, unit_by_id
from khuyenhoc.papers import issued, prints
from khuyenhoc.papers.press import print_pdf
from khuyenhoc.web import pdf
from khuyenhoc.web.page import page

blueprint = Blueprint("publication", __name__, url_prefix="/quyet-dinh")

TO_ANSWER = 10
"""Working days within which a complaint is to be answered, unless the form says another day."""


@blueprint.get("/<int:decision_id>/cong-bo")
@may("award.see")
def show(decision_id: int) -> Response:
    """What hangs out: all of it for the association, for a chapter or school what it nominated itself."""
    decision, units = _published(decision_id)
    lines = publication.lines_of(decision, of_units=units)
    assert decision.published_from is not None
    assert decision.published_until is not None
    years = {decision.published_from.year, decision.published_until.year}
    return page(
        "awards/publication.html",
        decision=decision,
        number=decisions.printed_number(decision),
        lines=lines,
        named=any(line.name for line in lines),
        days=publication.days_of(decision),
        over=publication.is_over(decision, clock.today()),
        unknown_years=sorted(year for year in years if not holidays.is_known(year)),
        unit_name=name_on(unit_by_id(decision.unit_id)),
        whole=units is None,
        may_print=allowed("decision.publish", decision.unit_id),
    )


@blueprint.post("/<int:decision_id>/thong-bao.pdf")
@may("decision.publish")
def print_notice(decision_id: int) -> AnyResponse:
    """Freeze the notice as it may be hung out today, write the printing down, and show it."""
    decision, _units = _published(decision_id)
    require("decision.publish", decision.unit_id)
    with writing():
        printed = issued.note_print(publication.issue_notice(decision, by=actor()), by=actor())
    return redirect(url_for(".notice", decision_id=decision.id, ban_in=printed.ordinal), 303)


@blueprint.get("/<int:decision_id>/thong-bao.pdf")
@may("award.see")
def notice(decision_id: int) -> AnyResponse:
    """The notice: the frozen one for the association while it may be shown, for a chapter its own part as of today."""
    decision, units = _published(decision_id)
    name = f"thong-bao-{decision.id}.pdf"
    if units is None:
        found = publication.current_notice(decision)
        if found is not None:
            return pdf.answer(prints.pdf(found, by=actor(), ordinal=request.args.get("ban_in", "")), found.file_name)
        return pdf.answer(print_pdf(publication.NOTICE, publication.notice(decision).content(), copy=True), name)
    paper = publication.notice(decision, of_units=units)
    return pdf.answer(print_pdf(publication.NOTICE, paper.content(), copy=True), name)


@blueprint.get("/<int:decision_id>/y-kien")
@may("complaint.record")
def complaint(decision_id: int) -> Response:
    """The form that writes a complaint down."""
    decision = _mine(decision_id)
    form = ComplaintForm()
    form.code.data = request.args.get("ho-so", "")[:20]
    form.received_on.data = clock.today()
    form.answer_by.data = holidays.working_day_after(clock.today(), TO_ANSWER)
    return _complaint(decision, form)


@blueprint.post("/<int:decision_id>/y-kien")
@may("complaint.record")
def record(decision_id: int) -> AnyResponse:
    """Write it down; its award waits from now on."""
    decision, form = _mine(decision_id), ComplaintForm()
    if not form.validate_on_submit():
        return _complaint(decision, form, 422)
    given = form.answers
    try:
        with writing():
            complaints.record(
                _award(decision, given["code"]),
                who=given["who"],
                grounds=given["grounds"],
                received_on=given["received_on"],
                answer_by=given["answer_by"],
                by=actor(),
                key=given["form_key"],
            )
    except (AlreadyRecorded, NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _complaint(decision, form, 422)
    flash(_("Đã ghi nhận ý kiến. Chỉ hồ sơ này chờ trả lời."))
    return redirect(url_for("decisions.show", decision_id=decision.id), 303)


@blueprint.get("/y-kien/<int:complaint_id>")
@may("decision.see")
def one(complaint_id: int) -> Response:
    """One complaint and its answer, or the form to answer it."""
    found = _found(complaint_id)
    return _one(found, AnswerForm())


@blueprint.post("/y-kien/<int:complaint_id>")
@may("complaint.answer")
def answer(complaint_id: int) -> AnyResponse:
    """Answer it, once."""
    found, form = _found(complaint_id), AnswerForm()
    require("complaint.answer", found.unit_id)
    if not form.validate_on_submit():
        return _one(found, form, 422)
    try:
        with once(lambda: url_for(".one", complaint_id=found.id)):
            complaints.answer(
                found, upheld=form.answers["verdict"] == "upheld", words=form.answers["words"], by=actor()
            )
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _one(found, form, 422)
    flash(_("Đã trả lời ý kiến."))
    return redirect(url_for(".one", complaint_id=found.id), 303)


def _complaint(decision: Decision, form: ComplaintForm, status: int = 200) -> Response:
    title = decisions.title_of(decision)
    return page("awards/complaint_form.html", status=status, decision=decision, title=title, form=form)


def _one(found: Complaint, form: AnswerForm, status: int = 200) -> Response:
    decision = decisions.get_decision(found.award.decision_id or 0)
    may_answer = found.state == "open" and allowed("complaint.answer", found.unit_id)
    takes_back = found.state == "upheld" and found.award.state in promises.PROMISED
    return page(
        "awards/complaint.html",
        status=status,
        complaint=found,
        code=steps.code_of(found.award),
        decision=decision,
        title=decisions.title_of(decision),
        states=COMPLAINT_STATES,
        form=form,
        may_answer=may_answer and found.recorded_by != actor().id,
        may_withdraw=takes_back and allowed("decision.draft", found.unit_id),
        today=clock.today(),
    )


def _published(decision_id: int) -> tuple[Decision, frozenset[int] | None]:
    """The decision and whose lines of it the reader sees (None: all); foreign and unpublished ones are not there."""
    decision = decisions.get_decision(decision_id)
    mine = units_where("award.see")
    if decision.published_from is None:
        raise NotFound(_("Quyết định chưa công bố."))
    if decision.unit_id in mine:
        return decision, None
    if not publication.concerns(decision, mine):
        raise NotFound(_("Không có quyết định này."))
    return decision, mine


def _mine(decision_id: int) -> Decision:
    decision, _units = _published(decision_id)
    require("complaint.record", decision.unit_id)
    return decision


def _found(complaint_id: int) -> Complaint:
    found = complaints.get_complaint(complaint_id)
    require("decision.see", found.unit_id)
    return found


def _award(decision: Decision, code: str) -> Award:
    programme, _dash, number = code.strip().upper().rpartition("-")
    fits = number.isascii() and number.isdigit() and len(number) <= 9
    if programme == decision.programme.code and fits:
        query = select(Award).where(Award.decision_id == decision.id, Award.number == int(number))
        award = db.session.scalar(query)
        if award is not None:
            return award
    raise RuleBroken(_("Quyết định này không có hồ sơ %(code)s.", code=code), field="code")
