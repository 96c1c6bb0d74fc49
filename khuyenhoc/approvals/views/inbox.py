"""The inbox, one request, the deeds on it, and the log of all that was asked."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy import Select, select
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.approvals import inbox, registry, requests
from khuyenhoc.approvals.forms import MINE, DecisionForm, LogFilter, SeveralForm
from khuyenhoc.approvals.inbox import Card
from khuyenhoc.approvals.request_tables import STATES, Approval, Request
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.core import clock
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.history import events
from khuyenhoc.history.unchanged import counted
from khuyenhoc.org import access, units
from khuyenhoc.org.access import actor, may
from khuyenhoc.org.answers import once
from khuyenhoc.web import lists, navigation
from khuyenhoc.web.excel import Column, workbook
from khuyenhoc.web.lists import Ranges
from khuyenhoc.web.page import page

blueprint = Blueprint("approvals", __name__, url_prefix="/phe-duyet")

navigation.register(
    "approvals.index",
    _l("Phê duyệt"),
    "patch-check",
    "approval.see",
    41,
    count=lambda: counted("approvals", actor().id, lambda: inbox.count(actor())),
    sooner={"decision.sign": 2, "decision.draft": 6},
)

ORDERS = (lists.Order("ngay", _l("Ngày đề nghị"), Request.id),)


@blueprint.get("")
@may("approval.see")
def index() -> Response:
    """What waits for the person who is asking."""
    return show_inbox()


@blueprint.get("/<int:request_id>")
@may("approval.see")
def one(request_id: int) -> Response:
    """One request, and what became of it."""
    return _one(_request_or_404(request_id))


@blueprint.post("/<int:request_id>")
@may("approval.decide")
def decide(request_id: int) -> AnyResponse:
    """Approve or return."""
    asked = _request_or_404(request_id)
    form = DecisionForm(ids=_ids(asked))
    if not form.validate_on_submit():
        return _one(asked, form, 422)
    try:
        with writing():
            if form.decision.data == "return":
                requests.send_back(asked, by=actor(), reason=form.reason.data)
                said = _("Đã trả lại để sửa.")
            else:
                outcome = requests.approve(asked, by=actor(), shown=form.shown.data)
                said = _said(outcome)
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _one(asked, form, 422)
    if form.decision.data == "approve" and outcome is Outcome.CHANGED:
        form.form_errors.append(said)
        return _one(asked, form, 422)
    flash(said)
    return redirect(url_for(".index"), 303)


@blueprint.post("/<int:request_id>/rut")
@may("approval.see")
def withdraw(request_id: int) -> AnyResponse:
    """Whoever asked takes it back."""
    asked = _request_or_404(request_id)
    with once(lambda: url_for(".index")):
        requests.withdraw(asked, by=actor())
    flash(_("Đã rút lại đề nghị."))
    return redirect(url_for(".index"), 303)


@blueprint.get("/so")
@may("approval.see")
def log() -> Response:
    """All that was asked, and what became of it."""
    filter = LogFilter(request.args)
    listing = lists.read(_statement(filter), ORDERS, Request.id)
    names = units.names_on(access.units_where("approval.see"))
    return page(
        "approvals/log.html",
        fragment="list",
        filter=filter,
        listing=listing,
        titles=_titles(listing.rows),
        states=STATES,
        unit_names=names if len(names) > 1 else {},
    )


@blueprint.get("/so.xlsx")
@may("approval.see")
def log_as_excel() -> Response:
    """The log exactly as it is filtered and sorted."""
    rows = list(lists.everything(_statement(LogFilter(request.args)), ORDERS, Request.id))
    titles = _titles(rows)
    columns = [
        Column(_("Ngày đề nghị"), lambda r: clock.from_stamp(r.asked_at).date(), "day"),
        Column(_("Việc"), lambda r: titles[r.id], width=48),
        Column(_("Số tiền (₫)"), lambda r: r.amount or None, "money"),
        Column(_("Người đề nghị"), lambda r: r.asked_by_name, width=28),
        Column(_("Trạng thái"), lambda r: str(STATES[r.state])),
        Column(_("Người trả lời"), lambda r: r.answer.user_name if r.answer else "", width=28),
        Column(_("Lời ghi"), lambda r: r.answer.note if r.answer else "", width=40),
    ]
    return workbook("phe-duyet", columns, rows, title=_("Sổ phê duyệt"))


def _statement(filter: LogFilter) -> Ranges:
    """One range of an index for each unit."""
    narrowed, asked = _narrowed(filter), sorted(access.units_where("approval.see"))
    return Ranges([narrowed.where(Request.unit_id == unit_id) for unit_id in asked], Request)


def _narrowed(filter: LogFilter) -> Select[Any]:
    statement, asked = select(Request.id), filter.answers
    if "viec" in asked:
        statement = statement.where(Request.kind == asked["viec"])
    if "trang_thai" in asked:
        statement = statement.where(Request.state == asked["trang_thai"])
    if asked.get("cua_toi") == "hoi":
        statement = statement.where(Request.asked_by == actor().id)
    elif asked.get("cua_toi") in MINE:
        mine = select(Approval.request_id).where(Approval.user_id == actor().id)
        statement = statement.where(Request.id.in_(mine))
    return statement


def _titles(rows: Sequence[Request]) -> dict[int, str]:
    return {row.id: registry.get(row.kind).describe(row).title for row in rows}


def _said(outcome: Outcome) -> str:
    you = actor().address_form
    if outcome is Outcome.DONE:
        return _("Đã duyệt, việc đã được thực hiện.")
    if outcome is Outcome.NEEDS_MORE:
        return _("Đã ghi lời duyệt của %(you)s; việc này còn chờ người khác duyệt nữa.", you=you)
    return _("Nội dung đã thay đổi sau lúc %(you)s mở trang nên chưa duyệt. Xin đọc lại rồi quyết định.", you=you)


def show_inbox(several: SeveralForm | None = None, status: int = 200) -> Response:
    """The inbox; with the form that approves several at once, where more than one waits."""
    found, you = inbox.inbox(actor()), actor().address_form
    heading = _("Không có việc nào chờ %(you)s duyệt", you=you)
    if found.to_decide:
        heading = _("%(n)s việc chờ %(you)s duyệt", n=len(found.to_decide), you=you)
    forms = {card.request.id: _form_for(card) for card in found.to_decide}
    return page(
        "approvals/inbox.html",
        status=status,
        heading=heading,
        inbox=found,
        forms=forms,
        several=several or SeveralForm(formdata=None, ids="nhieu-"),
        ticked={one.request_id for one in (several.chosen.data or ())} if several else set(),
        you=you,
    )


def _one(asked: Request, form: DecisionForm | None = None, status: int = 200) -> Response:
    card = inbox.card(asked, actor())
    if form is None:
        form = _form_for(card)
    form.shown.data = card.shown
    past = events.of("approval_requests", asked.id)
    return page(
        "approvals/one.html", status=status, card=card, form=form, past=past, states=STATES, you=actor().address_form
    )


def _form_for(card: Card) -> DecisionForm:
    return DecisionForm(formdata=None, ids=_ids(card.request), data={"shown": card.shown})


def _ids(asked: Request) -> str:
    return f"v{asked.id}-"


def _request_or_404(request_id: int) -> Request:
    db.session.rollback()
    asked = requests.get_request(request_id)
    access.require("approval.see", asked.unit_id)
    return asked
