"""The ledger's own pages: cash boxes and bank accounts, and the months of the books."""

from flask import Blueprint, Response, flash, redirect, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.core import clock
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.history import events
from khuyenhoc.history.events import Event
from khuyenhoc.ledger import account_changes, balances, open_work, period_approvals, periods
from khuyenhoc.ledger.accounts import Account, cash_and_banks, get_account
from khuyenhoc.ledger.entries import Entry
from khuyenhoc.ledger.forms import AccountForm, AccountNameForm, MonthForm, ReopenForm
from khuyenhoc.ledger.periods import Period, month_index, month_name
from khuyenhoc.org.access import actor, allowed, may, own_first, require, units_where
from khuyenhoc.org.answers import once
from khuyenhoc.org.units import names_on, open_ones
from khuyenhoc.web.excel import Column, workbook
from khuyenhoc.web.forms import Form
from khuyenhoc.web.page import page

blueprint = Blueprint("ledger", __name__, url_prefix="/so-sach")

SHOWN = 24
"""So many months are listed, the latest first."""


@dataclass(frozen=True)
class Month:
    """A month as the list shows it."""

    index: int
    name: str
    state: str
    told: Event | None


@dataclass(frozen=True)
class Books:
    """One unit's months: whose turn it is, what keeps it open, what was asked."""

    unit_id: int
    unit_name: str
    turn: int | None
    turn_name: str
    is_over: bool
    still_open: list[str]
    at_end: period_approvals.Month | None
    waiting: Request | None
    last: int | None
    last_name: str
    reopening: Request | None
    months: list[Month]
    may_ask: bool


@blueprint.get("/khoa-so")
@may("treasury.see")
def months() -> Response:
    """The months of the books: which are closed, by whom, and what the next one waits for."""
    return _months()


@blueprint.post("/khoa-so/xin-khoa")
@may("period.ask")
def ask_to_close() -> AnyResponse:
    """Ask that the month whose turn it is be closed."""
    form = MonthForm()
    if not form.validate_on_submit():
        return _months(form, 422)
    unit_id, index = int(form.unit.data), int(form.month.data)
    require("period.ask", unit_id)
    try:
        with once(lambda: url_for(".months")):
            period_approvals.ask_to_close(unit_id, index, by=actor(), reason=form.reason.data or "")
    except RuleBroken as no:
        form.refuse(no)
        return _months(form, 422)
    flash(_("Đã gửi đề nghị khóa sổ %(month)s.", month=month_name(index)))
    return redirect(url_for(".months"), 303)


@blueprint.post("/khoa-so/xin-mo-lai")
@may("period.ask")
def ask_to_reopen() -> AnyResponse:
    """Ask that the latest closed month be opened again."""
    form = ReopenForm(ids="mo-lai-")
    if not form.validate_on_submit():
        return _months(form, 422)
    unit_id, index = int(form.unit.data), int(form.month.data)
    require("period.ask", unit_id)
    try:
        with once(lambda: url_for(".months")):
            period_approvals.ask_to_reopen(unit_id, index, by=actor(), reason=form.reason.data)
    except RuleBroken as no:
        form.refuse(no)
        return _months(form, 422)
    flash(_("Đã gửi đề nghị mở lại %(month)s.", month=month_name(index)))
    return redirect(url_for(".months"), 303)


@blueprint.get("/tai-khoan")
@may("treasury.see")
def list_accounts() -> Response:
    """Every cash box and bank account, and what it holds."""
    units, rows = sorted(units_where("treasury.see")), _account_rows()
    return page(
        "ledger/accounts.html",
        rows=rows,
        total=sum(amount for _account, amount, _may in rows),
        unit_names=names_on(units) if len({account.unit_id for account, _a, _m in rows}) > 1 else {},
        may_add=allowed("fund.edit"),
    )


@blueprint.get("/tai-khoan.xlsx")
@may("treasury.see")
def accounts_excel() -> Response:
    """The same list in Excel."""
    columns = [
        Column(_("Tên"), lambda row: row[0].name, width=36),
        Column(_("Mã"), lambda row: row[0].code),
        Column(_("Ngân hàng"), lambda row: row[0].bank),
        Column(_("Số tài khoản"), lambda row: row[0].number, width=22),
        Column(_("Chủ tài khoản"), lambda row: row[0].holder, width=36),
        Column(_("Đang có (₫)"), lambda row: row[1], "money"),
    ]
    return workbook("quy-va-tai-khoan", columns, _account_rows(), title=_("Quỹ và tài khoản"))


@blueprint.get("/tai-khoan/them")
@may("fund.edit")
def new_account() -> Response:
    """The form of a new cash box or bank account."""
    return _account_form(_new_account_form())


@blueprint.post("/tai-khoan/them")
@may("fund.edit")
def add_account() -> AnyResponse:
    """Open it."""
    form = _new_account_form()
    if not form.validate_on_submit():
        return _account_form(form, 422)
    try:
        with once(lambda: url_for(".list_accounts")):
            account = _opened(form)
    except RuleBroken as no:
        form.refuse(no)
        return _account_form(form, 422)
    flash(_("Đã mở %(name)s.", name=account.name))
    return redirect(url_for(".list_accounts"), 303)


@blueprint.get("/tai-khoan/<int:account_id>/sua")
@may("fund.edit")
def edit_account(account_id: int) -> Response:
    """The form that renames an account."""
    account = _account(account_id)
    return page("ledger/account_name.html", account=account, form=AccountNameForm(obj=account))


@blueprint.post("/tai-khoan/<int:account_id>/sua")
@may("fund.edit")
def rename_account(account_id: int) -> AnyResponse:
    """Rename it."""
    account, form = _account(account_id), AccountNameForm()
    if form.validate_on_submit():
        try:
            with writing():
                account_changes.rename(account, form.answers["name"], by=actor())
        except RuleBroken as no:
            form.refuse(no)
        else:
            flash(_("Đã đổi tên thành %(name)s.", name=account.name))
            return redirect(url_for(".list_accounts"), 303)
    return page("ledger/account_name.html", status=422, account=account, form=form)


def _account_rows() -> list[tuple[Account, int, bool]]:
    """Each cash box and bank account with what it holds, and whether the reader may rename it."""
    return [
        (account, balances.on_account(account.id), allowed("fund.edit", unit_id))
        for unit_id in sorted(units_where("treasury.see"))
        for account in cash_and_banks(unit_id)
    ]


def _opened(form: AccountForm) -> Account:
    given = form.answers
    require("fund.edit", given["unit"])
    if given["kind"] == "cash":
        return account_changes.open_cash_box(given["unit"], given["code"], given["name"], by=actor())
    return account_changes.open_bank_account(
        given["unit"],
        given["code"],
        given["name"],
        bank=given["bank"] or "",
        bin=given["bin"] or "",
        number=given["number"] or "",
        holder=given["holder"] or "",
        by=actor(),
    )


def _new_account_form() -> AccountForm:
    return AccountForm([*own_first(names_on(open_ones(units_where("fund.edit")))).items()])


def _account_form(form: Form, status: int = 200) -> Response:
    return page("ledger/account.html", status=status, form=form)


def _account(account_id: int) -> Account:
    account = get_account(account_id)
    require("fund.edit", account.unit_id)
    return account


def _months(form: MonthForm | None = None, status: int = 200) -> Response:
    units = sorted(units_where("treasury.see"))
    with_books = sorted(set(db.session.scalars(select(Account.unit_id).where(Account.unit_id.in_(units)))))
    books = [_books(unit_id, name) for unit_id, name in own_first(names_on(with_books)).items()]
    close = form if form is not None and not isinstance(form, ReopenForm) else MonthForm(formdata=None)
    reopen = form if isinstance(form, ReopenForm) else ReopenForm(ids="mo-lai-", formdata=None)
    return page("ledger/months.html", status=status, books=books, close_form=close, reopen_form=reopen, refused=form)


def _books(unit_id: int, name: str) -> Books:
    turn, last = periods.next_to_close(unit_id), periods.last_closed(unit_id)
    is_over = turn is not None and turn < month_index(clock.today())
    return Books(
        unit_id=unit_id,
        unit_name=name,
        turn=turn,
        turn_name=month_name(turn) if turn is not None else "",
        is_over=is_over,
        still_open=open_work.open_in_month(unit_id, turn) if turn is not None else [],
        at_end=period_approvals.at_end_of(unit_id, turn) if turn is not None else None,
        waiting=period_approvals.waiting(unit_id, turn) if turn is not None else None,
        last=last,
        last_name=month_name(last) if last is not None else "",
        reopening=period_approvals.waiting(unit_id, last) if last is not None else None,
        months=_list(unit_id),
        may_ask=allowed("period.ask", unit_id),
    )


def _list(unit_id: int) -> list[Month]:
    first = db.session.scalar(select(func.min(Entry.date)).where(Entry.unit_id == unit_id))
    if first is None:
        return []
    present = month_index(clock.today())
    oldest = max(month_index(first), present - SHOWN + 1)
    known = {p.index: p for p in db.session.scalars(select(Period).where(Period.unit_id == unit_id))}
    return [_month(index, known.get(index)) for index in range(present, oldest - 1, -1)]


def _month(index: int, period: Period | None) -> Month:
    told = events.of("periods", period.id)[-1] if period is not None else None
    return Month(index, month_name(index), period.state if period is not None else "open", told)
