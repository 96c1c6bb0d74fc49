"""Quyết định: the list, one decision with its awards and what it posts, and the deeds on it."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.approvals import logs, requests
from khuyenhoc.awards import (
    annexes,
    complaints,
    decision_approvals,
    decision_list,
    decision_papers,
    decisions,
    promises,
    publication,
    signing,
    steps,
)
from khuyenhoc.awards.award_tables import STATES as AWARD_STATES
from khuyenhoc.awards.decision_tables import COMPLAINT_STATES, KINDS, STATES, Decision, DecisionLine
from khuyenhoc.awards.forms.decisions import AnnexFilter, AskForm, DecisionFilter, PublishForm
from khuyenhoc.core import clock
from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import in_vietnamese
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds.campaigns import campaign_by_id
from khuyenhoc.funds.items import item_by_id
from khuyenhoc.ledger import chain, document_names, documents
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.access import actor, allowed, may, require, units_where
from khuyenhoc.org.answers import once
from khuyenhoc.papers import issued, prints
from khuyenhoc.recipients import openings
from khuyenhoc.web import lists, navigation, pdf
from khuyenhoc.web.excel import Column, workbook
from khuyenhoc.web.forms import Form
from khuyenhoc.web.page import page

blueprint = Blueprint("decisions", __name__, url_prefix="/quyet-dinh")
SOONER = {"decision.draft": 5, "decision.sign": 4}
navigation.register("decisions.index", _l("Quyết định"), "file-earmark-text", "decision.see", 50, sooner=SOONER)
document_names.register("commitment", _l("Quyết định"), lambda document: _address_of(document))

ORDERS = (
    lists.Order("moi", _l("Mới lập"), Decision.id),
    lists.Order("gia-tri", _l("Tổng trị giá"), Decision.amount),
)
ANNEX_ORDERS = (
    lists.Order("stt", _l("STT"), DecisionLine.position, descending=False),
    lists.Order("muc", _l("Mức"), DecisionLine.amount),
)


@blueprint.get("")
@may("decision.see")
def index() -> Response:
    """All decisions, filtered, sorted, page by page; above them what waits for one."""
    filter = _filter()
    listing = lists.read(_statement(filter), ORDERS, Decision.id)
    return page(
        "awards/decisions.html",
        "list",
        200 if not filter.errors else 422,
        filter=filter,
        listing=listing,
        waiting=decision_list.waiting(listing.rows),
        ready=decision_list.ready(units_where("decision.draft")),
        states=STATES,
        kinds=KINDS,
        title_of=decisions.title_of,
        printed_number=decisions.printed_number,
    )


@blueprint.get("/quyet-dinh.xlsx")
@may("decision.see")
def index_as_excel() -> Response:
    """The list exactly as it is filtered and sorted."""
    rows = list(lists.everything(_statement(_filter()), ORDERS, Decision.id))
    waiting = decision_list.waiting(rows)
    columns = [
        Column(_("Số"), lambda d: decisions.printed_number(d), width=16),
        Column(_("Ngày ký"), lambda d: d.decided_on, "day"),
        Column(_("Loại"), lambda d: str(KINDS[d.kind]), width=26),
        Column(_("Chương trình"), lambda d: d.programme.name, width=40),
        Column(_("Năm học"), lambda d: d.programme.school_year),
        Column(_("Số suất"), lambda d: d.count, "number"),
        Column(_("Tổng trị giá (₫)"), lambda d: d.amount, "money"),
        Column(_("Trạng thái"), lambda d: _("Chờ ký") if d.id in waiting else str(STATES[d.state]), width=22),
        Column(_("Người lập"), lambda d: d.drafted_by_name, width=26),
        Column(_("Người ký"), lambda d: d.signed_by_name or "", width=26),
    ]
    return workbook("quyet-dinh", columns, rows, title=_("Quyết định"))


@blueprint.get("/<int:decision_id>")
@may("decision.see")
def show(decision_id: int) -> Response:
    """One decision: its awards, what it promises or has posted, its papers, its story, and what is to be done next."""
    return _show(_decision(decision_id))


@blueprint.get("/<int:decision_id>/danh-sach.xlsx")
@may("decision.see")
def annex_as_excel(decision_id: int) -> Response:
    """The annex exactly as it is filtered and sorted: for the circle that decides; Vietnamese as the paper itself."""
    decision = _decision(decision_id)
    rows = list(lists.everything(_annex(decision, _annex_filter()), ANNEX_ORDERS, DecisionLine.position))
    with writing():
        openings.log_many([row.Award.recipient_id for row in rows], "annex", by=actor())
    with in_vietnamese():
        return workbook(f"danh-sach-{decision.id}", _annex_columns(), rows, title=decisions.title_of(decision))


def _annex_columns() -> list[Column]:
    return [
        Column(_("STT"), lambda r: r.DecisionLine.position, "number", 8),
        Column(_("Mã hồ sơ"), lambda r: steps.code_of(r.Award)),
        Column(_("Họ và tên"), lambda r: r.full_name, width=30),
        Column(_("Trường"), lambda r: r.school or "", width=34),
        Column(_("Lớp"), lambda r: r.class_name),
        Column(_("Mức"), lambda r: r.label, width=24),
        Column(_("Trị giá (₫)"), lambda r: r.DecisionLine.amount, "money"),
        Column(_("Trạng thái"), lambda r: str(AWARD_STATES[r.Award.state]), width=22),
    ]


@blueprint.post("/<int:decision_id>/trinh")
@may("decision.draft")
def ask(decision_id: int) -> AnyResponse:
    """Put the draft before whoever may sign it."""
    decision, form = _decision(decision_id), AskForm()
    require("decision.draft", decision.unit_id)
    if not form.validate_on_submit():
        return _show(decision, 422, ask_form=form)
    try:
        with once(lambda: url_for("approvals.one", request_id=asked.id)):
            asked = decision_approvals.ask(decision, by=actor(), note=form.answers["note"] or "")
    except RuleBroken as no:
        form.refuse(no)
        return _show(decision, 422, ask_form=form)
    flash(_("Đã trình ký. Chủ tịch hoặc phó chủ tịch thấy việc này ở mục Phê duyệt."))
    return redirect(url_for("approvals.one", request_id=asked.id), 303)


@blueprint.post("/<int:decision_id>/bo")
@may("decision.draft")
def drop(decision_id: int) -> AnyResponse:
    """Let the draft go."""
    decision = _decision(decision_id)
    require("decision.draft", decision.unit_id)
    with once(lambda: url_for(".index")):
        decision_approvals.drop(decision, by=actor())
    flash(_("Đã bỏ dự thảo. Các hồ sơ trong đó có thể đưa vào dự thảo khác."))
    return redirect(url_for(".index"), 303)


@blueprint.post("/<int:decision_id>/cong-bo")
@may("decision.publish")
def publish(decision_id: int) -> AnyResponse:
    """Hang the signed decision out."""
    decision, form = _decision(decision_id), PublishForm()
    require("decision.publish", decision.unit_id)
    if not form.validate_on_submit():
        return _show(decision, 422, publish_form=form)
    try:
        with once(lambda: url_for("publication.show", decision_id=decision.id)):
            publication.publish(decision, by=actor(), on=form.answers["on"])
    except RuleBroken as no:
        form.refuse(no)
        return _show(decision, 422, publish_form=form)
    flash(_("Đã công bố. Xin in thông báo để niêm yết."))
    return redirect(url_for("publication.show", decision_id=decision.id), 303)


@blueprint.post("/<int:decision_id>/ket-thuc")
@may("decision.publish")
def finish(decision_id: int) -> AnyResponse:
    """Note that the days of publication are over."""
    decision = _decision(decision_id)
    require("decision.publish", decision.unit_id)
    with once(lambda: url_for(".show", decision_id=decision.id)):
        publication.finish(decision, by=actor())
    flash(_("Đã ghi hết hạn công bố."))
    return redirect(url_for(".show", decision_id=decision.id), 303)


@blueprint.post("/<int:decision_id>/quyet-dinh.pdf")
@may("paper.issue")
def print_paper(decision_id: int) -> AnyResponse:
    """Write down a printing of the frozen paper, and show it."""
    decision = _decision(decision_id)
    require("paper.issue", decision.unit_id)
    paper = decision_papers.find(decision)
    if paper is None:
        raise NotFound(_("Không có giấy này."))
    with writing():
        printed = issued.note_print(paper, by=actor())
    return redirect(url_for(".paper", decision_id=decision.id, ban_in=printed.ordinal), 303)


@blueprint.get("/<int:decision_id>/quyet-dinh.pdf")
@may("decision.see")
def paper(decision_id: int) -> AnyResponse:
    """The signed decision with its annex, whose openings are noted. ``ban_in=1``: the original, just printed."""
    decision = _decision(decision_id)
    found = decision_papers.find(decision)
    if found is None:
        raise NotFound(_("Không có giấy này."))
    with writing():
        openings.log_many([award.recipient_id for award in decisions.awards_of(decision)], "annex", by=actor())
    return pdf.answer(prints.pdf(found, by=actor(), ordinal=request.args.get("ban_in", "")), found.file_name)


def _show(decision: Decision, status: int = 200, **forms: Form) -> Response:
    filter = _annex_filter()
    awards = decisions.awards_of(decision)
    waiting = decision_approvals.waiting_for(decision)
    listing = lists.read(_annex(decision, filter), ANNEX_ORDERS, DecisionLine.position)
    openings.note_shown((row.Award.recipient_id for row in listing.rows), "annex_shown", by=actor())
    return page(
        "awards/decision.html",
        "annex" if request.method == "GET" else None,
        status,
        decision=decision,
        title=decisions.title_of(decision),
        number=decisions.printed_number(decision),
        filter=filter,
        listing=listing,
        sums=annexes.sums_of(annexes.rows_of(decision)),
        award_states=AWARD_STATES,
        states=STATES,
        kinds=KINDS,
        code_of=steps.code_of,
        waiting=waiting,
        asked=requests.about(decision_approvals.SUBJECT, decision.id),
        **_promise(decision, awards),
        **_papers(decision),
        **_next(decision, forms),
        complaints=complaints.of_decision(decision),
        complaint_states=COMPLAINT_STATES,
        of=decisions.get_decision(decision.of_id) if decision.of_id else None,
        title_of=decisions.title_of,
        past=logs.past("decisions", decision_approvals.SUBJECT, decision.id),
        today=clock.today(),
    )


def _promise(decision: Decision, awards: Sequence[Any]) -> dict[str, Any]:
    """Of a draft what it would set aside, of a signed one what its document posted."""
    if decision.document is None:
        plan = signing.plan_of(decision, awards) if decision.state == "draft" else None
        sources = promises.sources(decision.programme, plan) if plan and decision.kind != "withdrawal" else []
        back = list(decision_approvals.promised(plan)) if plan and decision.kind == "withdrawal" else []
        lacking = promises.missing_sentences(decision.programme, plan) if plan else []
        return {"sources": sources, "back": back, "missing": lacking, "posted": [], "entry": None, "seal": ""}
    entry = documents.entry_of(decision.document)
    posted = [
        (campaign_by_id(line.campaign_id), line, item_by_id(line.item_id) if line.item_id else None)
        for line in decision.document.lines
    ]
    return {
        "sources": [],
        "back": [],
        "missing": [],
        "posted": posted,
        "entry": entry,
        "seal": chain.seal16(entry.hash),
    }


def _papers(decision: Decision) -> dict[str, Any]:
    found = decision_papers.find(decision)
    return {"paper": found, "last_print": prints.last_print(found)}


def _next(decision: Decision, forms: dict[str, Form]) -> dict[str, Any]:
    """What the reader may do next with it."""
    unit, live = decision.unit_id, decision.kind != "withdrawal"
    over = publication.is_over(decision, clock.today())
    signed = decision.state in ("decided", "published", "final")
    may_sign = decision.state == "draft" and allowed("decision.sign", unit)
    return {
        "may_change": decision.state == "draft" and allowed("decision.draft", unit),
        "may_publish": decision.state == "decided" and live and allowed("decision.publish", unit),
        "may_finish": decision.state == "published" and over and allowed("decision.publish", unit),
        "may_withdraw": signed and live and allowed("decision.draft", unit) and bool(decisions.to_take_back(decision)),
        "may_complain": decision.state in ("published", "final") and live and allowed("complaint.record", unit),
        "may_sign": may_sign,
        "barred": signing.why_barred(decision, actor()) if may_sign else "",
        "may_answer": allowed("complaint.answer", unit),
        "may_print": allowed("paper.issue", unit),
        "ask_form": forms.get("ask_form") or AskForm(formdata=None),
        "publish_form": forms.get("publish_form") or PublishForm(formdata=None),
    }


def _decision(decision_id: int) -> Decision:
    decision = decisions.get_decision(decision_id)
    require("decision.see", decision.unit_id)
    return decision


def _filter() -> DecisionFilter:
    filter = DecisionFilter(request.args)
    filter.validate()
    return filter


def _annex_filter() -> AnnexFilter:
    filter = AnnexFilter(request.args)
    filter.validate()
    return filter


def _statement(filter: DecisionFilter) -> Any:
    return decision_list.decisions(units_where("decision.see"), filter.answers)


def _annex(decision: Decision, filter: AnnexFilter) -> Any:
    return decision_list.annex(decision, filter.answers)


def _address_of(document: Document) -> str:
    found = decisions.find_by_document(document.id)
    return url_for("decisions.show", decision_id=found.id) if found is not None else ""
