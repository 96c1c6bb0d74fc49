"""Counting the cash box: the grid of notes, what the books expect, the difference and what became of it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy import Select, select
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.approvals import requests
from khuyenhoc.core import clock
from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import AlreadyRecorded, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds.campaigns import campaign_by_id
from khuyenhoc.history import events
from khuyenhoc.ledger import balances, desks
from khuyenhoc.ledger.accounts import Account, get_account
from khuyenhoc.ledger.desks import Evening
from khuyenhoc.org.access import actor, allowed, may, require, units_where
from khuyenhoc.org.answers import once
from khuyenhoc.papers import issued, prints
from khuyenhoc.treasury import book_papers, cash_counts
from khuyenhoc.treasury.books import Span, moved
from khuyenhoc.treasury.cash_counts import REQUEST, SUBJECT, CashCount
from khuyenhoc.treasury.cash_differences import document_of
from khuyenhoc.treasury.forms import CashCountForm, CountFilter
from khuyenhoc.web import lists, pdf
from khuyenhoc.web.excel import Column, workbook
from khuyenhoc.web.page import page
from khuyenhoc.web.reason import ReasonForm

blueprint = Blueprint("cash", __name__, url_prefix="/so-sach")

LOOKS = {"counted": "ok", "waiting": "wait", "posted": "ok", "replaced": ""}
ORDERS = (
    lists.Order("ngay", _l("Ngày"), CashCount.day, date),
    lists.Order("chenh-lech", _l("Chênh lệch"), CashCount.difference),
)


@blueprint.get("/kiem-quy")
@may("treasury.see")
def count() -> Response:
    """The grid, for who keeps the cash box; below it the counts that were made."""
    form = CashCountForm(units_where("cash.count"), formdata=None)
    asked = request.args.get("ban", "")
    if asked.isascii() and asked.isdigit() and len(asked) <= 15:
        evening = _evening(int(asked))
        form.ban.data = asked
        if evening.campaign_id in [value for value, _label in form.campaign.choices]:
            form.campaign.data = evening.campaign_id
    return _grid(form)


@blueprint.post("/kiem-quy")
@may("cash.count")
def record() -> AnyResponse:
    """Record the count; or only add it up, when that is what was asked."""
    form = CashCountForm(units_where("cash.count"))
    valid = form.validate_on_submit()
    if "cong" in request.form:
        return _grid(form, 200 if valid else 422)
    if not valid:
        return _grid(form, 422)
    given = form.answers
    try:
        with writing():
            account = get_account(given["account"])
            require("cash.count", account.unit_id)
            found = cash_counts.count_cash(
                account,
                form.sheets,
                campaign=campaign_by_id(given["campaign"]) if given["campaign"] else None,
                note=given["note"] or "",
                desk_id=form.desk_id,
                by=actor(),
                key=given["form_key"],
            )
    except AlreadyRecorded:
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _grid(form, 422)
    if found.difference:
        flash(_("Đã ghi lần kiểm quỹ và gửi đề nghị ghi chênh lệch."))
    else:
        flash(_("Đã ghi lần kiểm quỹ: khớp đến từng đồng."))
    return redirect(url_for(".one", count_id=found.id), 303)


@blueprint.post("/kiem-quy/cong")
@may("cash.count")
def add_up() -> str:
    """The sums of what has been typed so far, to stand beside the grid while one counts. Records nothing."""
    form = CashCountForm(units_where("cash.count"))
    form.validate()
    return render_template("treasury/_count_sums.html", oob=True, **_sums(form))


@blueprint.get("/kiem-quy.xlsx")
@may("treasury.see")
def as_excel() -> Response:
    """The counts exactly as they are filtered and sorted."""
    rows = list(lists.everything(_statement(_filter()), ORDERS, CashCount.id))
    state_of = _states(rows)
    columns = [
        Column(_("Ngày"), lambda c: c.day, "day"),
        Column(_("Người đếm"), lambda c: c.counted_by_name, width=28),
        Column(_("Theo sổ (₫)"), lambda c: c.expected, "money"),
        Column(_("Đếm được (₫)"), lambda c: c.counted, "money"),
        Column(_("Chênh lệch (₫)"), lambda c: c.difference, "money"),
        Column(_("Trạng thái"), lambda c: state_of[c.id]),
        Column(_("Lý do"), lambda c: c.note, width=50),
    ]
    return workbook("kiem-quy", columns, rows, title=_("Kiểm quỹ"))


@blueprint.get("/kiem-quy/<int:count_id>")
@may("treasury.see")
def one(count_id: int) -> Response:
    """One count, and what became of its difference."""
    return _one(_count(count_id), ReasonForm())


@blueprint.post("/kiem-quy/<int:count_id>/de-nghi")
@may("cash.count")
def ask_again(count_id: int) -> AnyResponse:
    """Ask again that the difference be posted, after it was returned."""
    found, form = _count(count_id), ReasonForm()
    require("cash.count", found.unit_id)
    if not form.validate_on_submit():
        return _one(found, form, 422)
    try:
        with once(lambda: url_for(".one", count_id=count_id)):
            cash_counts.ask_for(cash_counts.get_count(count_id), by=actor(), reason=form.answers["reason"])
    except RuleBroken as no:
        form.refuse(no)
        return _one(found, form, 422)
    flash(_("Đã gửi lại đề nghị ghi chênh lệch."))
    return redirect(url_for(".one", count_id=count_id), 303)


@blueprint.get("/kiem-quy/<int:count_id>.pdf")
@may("treasury.see")
def paper(count_id: int) -> AnyResponse:
    """Bảng kiểm kê quỹ as it was issued (``ban_in=1``: the original); before that a draft with its mark."""
    found = _count(count_id)
    require("paper.print", found.unit_id)
    sheet = book_papers.find_count(found)
    if sheet is None:
        name = f"kiem-quy-{found.day.isoformat()}-{found.id}.pdf"
        return pdf.answer(book_papers.draft_count_pdf(found), name)
    return pdf.answer(prints.pdf(sheet, by=actor(), ordinal=request.args.get("ban_in", "")), sheet.file_name)


@blueprint.post("/kiem-quy/<int:count_id>.pdf")
@may("books.issue")
def issue(count_id: int) -> AnyResponse:
    """Issue the sheet if need be, write down the printing, and show it."""
    require("books.issue", _count(count_id).unit_id)
    with writing():
        sheet = book_papers.issue_count(cash_counts.get_count(count_id), by=actor())
        printed = issued.note_print(sheet, by=actor())
    return redirect(url_for(".paper", count_id=count_id, ban_in=printed.ordinal), 303)


def _count(count_id: int) -> CashCount:
    found = cash_counts.get_count(count_id)
    require("treasury.see", found.unit_id)
    return found


def _evening(desk_id: int) -> Evening:
    evening = desks.find(desk_id)
    if evening is None or evening.unit_id not in units_where("treasury.see"):
        raise NotFound(_("Không có buổi tiếp nhận này."))
    return evening


def _filter() -> CountFilter:
    filter = CountFilter(request.args)
    filter.validate()
    return filter


def _statement(filter: CountFilter) -> Select[Any]:
    asked = filter.answers
    query = select(CashCount).where(CashCount.unit_id.in_(sorted(units_where("treasury.see"))))
    if "tu" in asked:
        query = query.where(CashCount.day >= asked["tu"])
    if "den" in asked:
        query = query.where(CashCount.day <= asked["den"])
    return query.where(CashCount.state == asked["trang_thai"]) if "trang_thai" in asked else query


def _sums(form: CashCountForm) -> dict[str, object]:
    account = _account(form)
    expected = balances.on_account(account.id) if account is not None else 0
    counted = cash_counts.total_of(form.sheets)
    today = Span(clock.today(), clock.today())
    return {
        "form": form,
        "expected": expected,
        "counted": counted,
        "difference": counted - expected,
        "started": any(form.sheets.values()),
        "came_today": moved(account, today)[0] if account is not None else 0,
        "evening": _evening(form.desk_id) if form.desk_id is not None else None,
    }


def _account(form: CashCountForm) -> Account | None:
    offered = [value for value, _label in form.account.choices]
    return get_account(form.account.data) if form.account.data in offered else None


def _states(counts: Iterable[CashCount]) -> dict[int, str]:
    """Count → its state on screen."""
    waiting = requests.waiting_among(SUBJECT, [count.id for count in counts])
    return {count.id: cash_counts.state_of(count, count.id in waiting) for count in counts}


def _grid(form: CashCountForm, status: int = 200) -> Response:
    filter = _filter()
    listing = lists.read(_statement(filter), ORDERS, CashCount.id, size=20)
    return page(
        "treasury/cash_count.html",
        fragment="list" if request.method == "GET" else None,
        status=422 if filter.errors else status,
        filter=filter,
        listing=listing,
        may_count=allowed("cash.count") and bool(form.account.choices),
        state_of=_states(listing.rows),
        looks=LOOKS,
        oob=False,
        **_sums(form),
    )


def _one(found: CashCount, form: ReasonForm, status: int = 200) -> Response:
    waiting = requests.find_waiting(REQUEST, SUBJECT, found.id)
    sheet = book_papers.find_count(found)
    return page(
        "treasury/counted.html",
        status=status,
        count=found,
        account=get_account(found.account_id),
        campaign=campaign_by_id(found.campaign_id) if found.campaign_id is not None else None,
        document=document_of(found),
        evening=desks.find(found.desk_id) if found.desk_id is not None else None,
        requests=requests.about(SUBJECT, found.id),
        waiting=waiting,
        past=events.of("cash_counts", found.id),
        may_ask=found.state == "waiting" and waiting is None and allowed("cash.count", found.unit_id),
        may_print=allowed("paper.print", found.unit_id),
        may_issue=allowed("books.issue", found.unit_id),
        sheet=sheet,
        last=prints.last_print(sheet),
        state=cash_counts.state_of(found, waiting is not None),
        looks=LOOKS,
        form=form,
    )
