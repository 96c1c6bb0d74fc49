"""Drafting a decision: which awards, on what basis, and what remains of each funding line if it is signed."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.awards import decision_approvals, decisions, promises, signing, steps
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.committee_tables import Meeting
from khuyenhoc.awards.decision_tables import SIGNED, Decision
from khuyenhoc.awards.forms.decisions import DraftForm, WithdrawalForm
from khuyenhoc.awards.programme_tables import Programme
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import AlreadyRecorded, NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.org.access import actor, may, require
from khuyenhoc.org.answers import once
from khuyenhoc.recipients.recipient_tables import Recipient
from khuyenhoc.web.filters import day
from khuyenhoc.web.page import page

blueprint = Blueprint("drafting", __name__, url_prefix="/quyet-dinh")

USUAL_BASIS = "Điều lệ Hội Khuyến học Việt Nam\nQuy chế quản lý và sử dụng Quỹ Khuyến học của Hội"
"""What a decision usually rests on; it stands on paper, so it is Vietnamese."""


@blueprint.get("/lap/<code>")
@may("decision.draft")
def new(code: str) -> Response:
    """The drafting page of a programme: everything that is recommended, ticked."""
    programme = _programme(code)
    offered = decisions.recommended(programme)
    form = DraftForm(offered)
    form.basis.data = _basis(offered)
    return _page(programme, offered, form)


@blueprint.post("/lap/<code>")
@may("decision.draft")
def create(code: str) -> AnyResponse:
    """Make the draft; ``xem``: only work out again what remains."""
    programme = _programme(code)
    offered = decisions.recommended(programme)
    form = DraftForm(offered + _drafted_by(request.form.get("form_key", ""), programme))
    if "xem" in request.form:
        return _page(programme, offered, form)
    if not form.validate_on_submit():
        return _page(programme, offered, form, 422)
    try:
        with writing():
            decision = decisions.draft(
                programme,
                _chosen(form),
                basis=form.answers["basis"],
                by=actor(),
                key=form.answers["form_key"],
            )
    except (AlreadyRecorded, NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _page(programme, offered, form, 422)
    flash(_("Đã lập dự thảo. Xin xem lại rồi trình ký."))
    return redirect(url_for("decisions.show", decision_id=decision.id), 303)


@blueprint.get("/<int:decision_id>/sua")
@may("decision.draft")
def edit(decision_id: int) -> AnyResponse:
    """The same page for a draft that is there."""
    decision = _decision(decision_id)
    if decision.state != "draft":
        return redirect(url_for("decisions.show", decision_id=decision.id), 303)
    offered = _offered(decision)
    kept = [line.award_id for line in decision.lines]
    form = _form(decision, offered, data={"awards": kept, "basis": decision.basis, "reason": decision.reason})
    return _page(decision.programme, offered, form, decision=decision)


@blueprint.post("/<int:decision_id>/sua")
@may("decision.draft")
def change(decision_id: int) -> AnyResponse:
    """Change the draft; whoever was about to sign is shown it again."""
    decision = _decision(decision_id)
    offered = _offered(decision) if decision.state == "draft" else decisions.awards_of(decision)
    form = _form(decision, offered)
    if "xem" in request.form:
        return _page(decision.programme, offered, form, decision=decision)
    if not form.validate_on_submit():
        return _page(decision.programme, offered, form, 422, decision=decision)
    try:
        with once(lambda: url_for("decisions.show", decision_id=decision.id)):
            decisions.change(
                decision,
                _chosen(form),
                basis=form.answers["basis"],
                reason=form.answers.get("reason") or "",
                by=actor(),
            )
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _page(decision.programme, offered, form, 422, decision=decision)
    flash(_("Đã sửa dự thảo."))
    return redirect(url_for("decisions.show", decision_id=decision.id), 303)


@blueprint.get("/<int:decision_id>/thu-hoi")
@may("decision.draft")
def withdrawal(decision_id: int) -> Response:
    """The drafting page of a withdrawal: nothing is ticked until somebody does; ``ho-so`` ticks one."""
    of = _signed(decision_id)
    offered = decisions.to_take_back(of)
    asked = request.args.get("ho-so", "")
    ticked = [award.id for award in offered if steps.code_of(award) == asked]
    form = WithdrawalForm(offered, data={"awards": ticked, "basis": USUAL_BASIS})
    return _page(of.programme, offered, form, of=of)


@blueprint.post("/<int:decision_id>/thu-hoi")
@may("decision.draft")
def take_back(decision_id: int) -> AnyResponse:
    """Draft the withdrawal."""
    of = _signed(decision_id)
    offered = decisions.to_take_back(of)
    form = WithdrawalForm(offered + _drafted_by(request.form.get("form_key", ""), of.programme))
    if "xem" in request.form:
        return _page(of.programme, offered, form, of=of)
    if not form.validate_on_submit():
        return _page(of.programme, offered, form, 422, of=of)
    given = form.answers
    try:
        with writing():
            decision = decisions.draft_withdrawal(
                of,
                _chosen(form),
                basis=given["basis"],
                reason=given["reason"],
                by=actor(),
                key=given["form_key"],
            )
    except (AlreadyRecorded, NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _page(of.programme, offered, form, 422, of=of)
    flash(_("Đã lập dự thảo thu hồi. Xin xem lại rồi trình ký."))
    return redirect(url_for("decisions.show", decision_id=decision.id), 303)


def _page(
    programme: Programme,
    offered: Sequence[Award],
    form: DraftForm,
    status: int = 200,
    *,
    decision: Decision | None = None,
    of: Decision | None = None,
) -> Response:
    chosen = form.chosen(offered)
    back = of is not None or (decision is not None and decision.kind == "withdrawal")
    plan = signing.promised_to(chosen) if back else promises.plan_for(programme, chosen)
    return page(
        "awards/draft.html",
        "funding" if "xem" in request.form else None,
        status,
        programme=programme,
        decision=decision,
        of=of or (decisions.get_decision(decision.of_id) if decision is not None and decision.of_id else None),
        is_back=back,
        form=form,
        offered=offered,
        names=_names(offered),
        chosen={award.id for award in chosen},
        code_of=steps.code_of,
        title_of=decisions.title_of,
        total=sum(award.amount or award.level.amount for award in chosen),
        sources=[] if back else promises.sources(programme, plan),
        back=list(decision_approvals.promised(plan)) if back else [],
        missing=[] if back else promises.missing_sentences(programme, plan),
        action=request.path,
    )


def _names(awards: Sequence[Award]) -> dict[int, Any]:
    """Award id → name and class, for the rows to be ticked."""
    found: dict[int, Any] = {}
    ids = [award.id for award in awards]
    for start in range(0, len(ids), decisions.AT_ONCE):
        query = select(Award.id, Recipient.full_name, Recipient.class_name)
        query = query.join(Recipient, Recipient.id == Award.recipient_id)
        query = query.where(Award.id.in_(ids[start : start + decisions.AT_ONCE]))
        found.update((row.id, row) for row in db.session.execute(query))
    return found


def _chosen(form: DraftForm) -> list[Award]:
    return [db.session.get_one(Award, award_id) for award_id in form.answers["awards"]]


def _drafted_by(key: str, programme: Programme) -> list[Award]:
    """Awards of the draft that this very form has already made: sent again, it finds its draft and not a refusal."""
    query = select(Decision).where(Decision.unit_id == programme.unit_id, Decision.idempotency_key == key)
    known = db.session.scalar(query)
    return decisions.awards_of(known) if known is not None and known.state == "draft" else []


def _offered(decision: Decision) -> list[Award]:
    if decision.kind == "withdrawal":
        assert decision.of_id is not None
        return decisions.to_take_back(decisions.get_decision(decision.of_id), besides=decision)
    return decisions.recommended(decision.programme, besides=decision)


def _form(decision: Decision, offered: Sequence[Award], **more: Any) -> DraftForm:
    return (WithdrawalForm if decision.kind == "withdrawal" else DraftForm)(offered, **more)


def _basis(offered: Sequence[Award]) -> str:
    """The usual basis, and the minutes of the meetings that recommended."""
    ids = {award.meeting_id for award in offered if award.meeting_id is not None}
    meetings = db.session.scalars(
        select(Meeting).where(Meeting.id.in_(sorted(ids))).order_by(Meeting.held_on, Meeting.id)
    )
    minutes = [f"Biên bản họp Hội đồng xét ngày {day(meeting.held_on)}" for meeting in meetings]
    return "\n".join([USUAL_BASIS, *minutes])


def _programme(code: str) -> Programme:
    programme = db.session.scalar(select(Programme).where(Programme.code == code.strip().upper()))
    if programme is None:
        raise NotFound(_("Không có chương trình này."))
    require("decision.draft", programme.unit_id)
    return programme


def _decision(decision_id: int) -> Decision:
    decision = decisions.get_decision(decision_id)
    require("decision.draft", decision.unit_id)
    return decision


def _signed(decision_id: int) -> Decision:
    decision = _decision(decision_id)
    if decision.state not in SIGNED or decision.kind == "withdrawal":
        raise NotFound(_("Quyết định này không có gì để thu hồi."))
    return decision
