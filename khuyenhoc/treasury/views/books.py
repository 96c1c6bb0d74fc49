"""The books on screen, on paper and in Excel: cash book, bank book, journal; month by month."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from sqlalchemy import func, select
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.core import clock
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotFound
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.funds.campaigns import Campaign, campaign_by_id
from khuyenhoc.ledger import document_names, periods
from khuyenhoc.ledger.accounts import Account, get_account
from khuyenhoc.ledger.entries import Entry
from khuyenhoc.ledger.open_work import last_day
from khuyenhoc.org import grants
from khuyenhoc.org.access import actor, allowed, may, require, units_where
from khuyenhoc.papers import issued, prints
from khuyenhoc.papers.issued import PaperPrint
from khuyenhoc.treasury import book_papers, choices, printing
from khuyenhoc.treasury.book_papers import Volume
from khuyenhoc.treasury.books import Key, Span, account_book, last_day_before
from khuyenhoc.treasury.forms import BookFilter
from khuyenhoc.treasury.journal import journal
from khuyenhoc.web import pdf as web_pdf
from khuyenhoc.web.excel import Column, workbook
from khuyenhoc.web.page import page

blueprint = Blueprint("books", __name__, url_prefix="/so-sach")


@dataclass(frozen=True)
class Asked:
    """What the address asks for, as far as it names things that the reader may see."""

    filter: BookFilter
    span: Span
    unit_id: int
    account: Account | None = None

    @property
    def volume(self) -> Volume:
        """The month of the book."""
        return Volume(self.unit_id, self.span, self.account)

    @property
    def is_past(self) -> bool:
        """Whether the month is over."""
        return self.span.until < clock.today()


@dataclass(frozen=True)
class AskedAccount(Asked):
    """The same of the book of one account."""

    account: Account


@blueprint.get("/quy-tien-mat")
@may("books.see")
def cash_book() -> Response:
    """The cash book of one cash box in one month."""
    return _account_page("cash", _("Sổ quỹ tiền mặt"))


@blueprint.get("/ngan-hang")
@may("books.see")
def bank_book() -> Response:
    """The book of one bank account in one month."""
    return _account_page("bank", _("Sổ tiền gửi ngân hàng"))


@blueprint.get("/<any('quy-tien-mat', 'ngan-hang'):book>.xlsx")
@may("books.see")
def account_excel(book: str) -> Response:
    """The whole month in Excel."""
    asked = _account_asked(_kind_of(book))
    account = asked.account
    found = account_book(account, asked.span, size=None)
    bank = account.kind == "bank"
    first = 4 if bank else 3
    title = f"{account.label}, {_month_text(asked.span)}, {_('đầu kỳ')} {found.opening}"
    totals = {first: found.total_in, first + 1: found.total_out}
    return workbook(book, printing.book_columns(bank=bank), found.lines, title=title, total=totals)


@blueprint.get("/<any('quy-tien-mat', 'ngan-hang'):book>.pdf")
@may("books.see")
def account_pdf(book: str) -> AnyResponse:
    """The whole month on paper: as it was issued, or marked as what it is."""
    return _paper(_account_asked(_kind_of(book)).volume, book)


@blueprint.post("/<any('quy-tien-mat', 'ngan-hang'):book>.pdf")
@may("books.issue")
def issue_account(book: str) -> AnyResponse:
    """Issue the book of a closed month if need be, write down the printing, and show it."""
    printed = _issued(lambda: _account_asked(_kind_of(book)).volume)
    return redirect(url_for(".account_pdf", book=book, **_query(), ban_in=printed.ordinal), 303)


@blueprint.get("/nhat-ky")
@may("books.see")
def journal_page() -> Response:
    """The journal of one unit in one month, of one campaign or all."""
    asked = _asked()
    found = journal(asked.unit_id, asked.span, after=_after())
    return page(
        "treasury/journal.html",
        fragment="book",
        asked=asked,
        journal=found,
        address=document_names.address_of,
        pieces=printing.pieces,
        query=_query(),
        next_key=_write_key(found.following),
        first_page="sau" not in request.args,
        **_printing(asked.volume),
    )


@blueprint.get("/nhat-ky.xlsx")
@may("books.see")
def journal_excel() -> Response:
    """The whole month's journal in Excel, one row per posting."""
    asked = _asked()
    found = journal(asked.unit_id, asked.span, size=None)
    rows = [(entry, posting) for entry in found.entries for posting in entry.postings]
    columns = [
        Column(_("Ngày"), lambda row: row[0].day, "day"),
        Column(_("Bút toán"), lambda row: row[0].number, "number", 10),
        Column(_("Chứng từ"), lambda row: row[0].document.label if row[0].document else "", width=16),
        Column(_("Diễn giải"), lambda row: row[0].memo, width=50),
        Column(_("Tài khoản"), lambda row: row[1].account, width=34),
        Column(_("Chiến dịch"), lambda row: row[1].campaign, width=34),
        Column(_("Nợ (₫)"), lambda row: row[1].debit, "money"),
        Column(_("Có (₫)"), lambda row: row[1].credit, "money"),
        Column(_("Hiện vật"), lambda row: printing.pieces(row[1]), width=28),
    ]
    title = f"{_('Sổ nhật ký chung')}, {_month_text(asked.span)}"
    return workbook("nhat-ky", columns, rows, title=title, total={6: found.debit, 7: found.credit})


@blueprint.get("/nhat-ky.pdf")
@may("books.see")
def journal_pdf() -> AnyResponse:
    """The whole month's journal on paper: as it was issued, or marked as what it is."""
    return _paper(_asked().volume, "nhat-ky")


@blueprint.post("/nhat-ky.pdf")
@may("books.issue")
def issue_journal() -> AnyResponse:
    """Issue the journal of a closed month if need be, write down the printing, and show it."""
    printed = _issued(lambda: _asked().volume)
    return redirect(url_for(".journal_pdf", **_query(), ban_in=printed.ordinal), 303)


def _paper(volume: Volume, name: str) -> AnyResponse:
    """``ban_in=1``: the original, for whoever has just printed it; else a copy, or a draft with its mark."""
    require("paper.print", volume.unit_id)
    found = book_papers.find(volume)
    if found is None:
        return web_pdf.answer(book_papers.draft_pdf(volume), f"{name}-{volume.span.since:%Y-%m}.pdf")
    return web_pdf.answer(prints.pdf(found, by=actor(), ordinal=request.args.get("ban_in", "")), found.file_name)


def _issued(asked: Callable[[], Volume]) -> PaperPrint:
    require("books.issue", asked().unit_id)
    with writing():
        return issued.note_print(book_papers.issue(asked(), by=actor()), by=actor())


def _printing(volume: Volume) -> dict[str, Any]:
    """What the page says of the book's paper, and where it is printed."""
    paper = book_papers.find(volume)
    return {
        "closed": volume.is_closed,
        "paper": paper,
        "last": prints.last_print(paper),
        "may_print": allowed("paper.print", volume.unit_id),
        "may_issue": allowed("books.issue", volume.unit_id),
        "print_query": _query() | _named(volume),
    }


def _named(volume: Volume) -> dict[str, Any]:
    """The book by its full name, so that what is issued is what was looked at."""
    account = {"tai_khoan": volume.account.id} if volume.account is not None else {"don_vi": volume.unit_id}
    return {**account, "thang": f"{volume.span.since:%Y-%m}"}


def _account_page(kind: str, title: str) -> Response:
    offered = choices.accounts(units_where("books.see"), kind)
    if not offered:
        return page("treasury/no_book.html", title=title, kind=kind, may_add=allowed("fund.edit"))
    asked = _account_asked(kind)
    account = asked.account
    book = account_book(account, asked.span, after=_after())
    return page(
        "treasury/account_book.html",
        fragment="book",
        title=title,
        asked=asked,
        book=book,
        bank=kind == "bank",
        address=document_names.address_of,
        query=_query(),
        last_day=None if book.lines else last_day_before(account, asked.span),
        next_key=_write_key(book.following),
        first_page="sau" not in request.args,
        **_printing(asked.volume),
    )


def _kind_of(book: str) -> str:
    return "cash" if book == "quy-tien-mat" else "bank"


def _account_asked(kind: str) -> "AskedAccount":
    asked = _asked(kind)
    if asked.account is None:
        raise NotFound(_("Không có tài khoản này."))
    return AskedAccount(asked.filter, asked.span, asked.unit_id, asked.account)


def _asked(kind: str = "") -> Asked:
    units = units_where("books.see")
    filter = BookFilter(request.args)
    filter.tai_khoan.choices = choices.accounts(units, kind) if kind else []
    filter.don_vi.choices = choices.units(units)
    filter.chien_dich.choices = choices.every_campaign(units)
    account = _account(filter) if filter.tai_khoan.choices else None
    unit_id = account.unit_id if account is not None else _unit(filter, units)
    filter.thang.choices = _months(unit_id)
    since = _month(filter)
    campaign = _campaign(filter, unit_id)
    return Asked(filter, Span(since, last_day(periods.month_index(since)), campaign), unit_id, account)


def _account(filter: BookFilter) -> Account:
    offered = [value for value, _label in filter.tai_khoan.choices]
    if not request.args.get("tai_khoan"):
        filter.tai_khoan.data = _own_first(offered)
    if filter.tai_khoan.data not in offered:
        raise NotFound(_("Không có tài khoản này."))
    return get_account(filter.tai_khoan.data)


def _own_first(offered: list[int]) -> int:
    """The account of the unit in the reader's letterhead, else the first of all."""
    own = _own_unit()
    return next((value for value in offered if get_account(value).unit_id == own), offered[0])


def _own_unit() -> int:
    seat = grants.first_seat(actor())
    return seat.id if seat is not None else 0


def _unit(filter: BookFilter, units: frozenset[int]) -> int:
    if not request.args.get("don_vi"):
        filter.don_vi.data = _first_unit(units)
    if filter.don_vi.data not in units:
        raise NotFound(_("Không có đơn vị này."))
    return int(filter.don_vi.data)


def _first_unit(units: frozenset[int]) -> int:
    """The reader's own unit if it has books, then the first that has some, else the first of all."""
    with_books = set(db.session.scalars(select(Account.unit_id).where(Account.unit_id.in_(sorted(units))).distinct()))
    own = _own_unit()
    return own if own in with_books else min(with_books or units)


def _campaign(filter: BookFilter, unit_id: int) -> Campaign | None:
    if not request.args.get("chien_dich"):
        return None
    if filter.chien_dich.data not in [value for value, _label in filter.chien_dich.choices]:
        raise NotFound(_("Không có chiến dịch này."))
    campaign = campaign_by_id(filter.chien_dich.data)
    if campaign.unit_id != unit_id:
        raise NotFound(_("Chiến dịch này không thuộc sổ của đơn vị."))
    return campaign


def _months(unit_id: int) -> list[tuple[str, str]]:
    """From the present month back to the first entry: ``("2026-08", "8/2026")``."""
    first = db.session.scalar(select(func.min(Entry.date)).where(Entry.unit_id == unit_id)) or clock.today()
    last, first_index = periods.month_index(clock.today()), periods.month_index(first)
    return [(f"{i // 12}-{i % 12 + 1:02d}", f"{i % 12 + 1}/{i // 12}") for i in range(last, first_index - 1, -1)]


def _month(filter: BookFilter) -> date:
    offered = [value for value, _label in filter.thang.choices]
    if not filter.thang.data:
        filter.thang.data = offered[0]
    if filter.thang.data not in offered:
        raise BadRequest()
    return date.fromisoformat(f"{filter.thang.data}-01")


def _month_text(span: Span) -> str:
    return periods.month_name(periods.month_index(span.since))


def _query() -> dict[str, Any]:
    return {name: value for name, value in request.args.items() if name not in ("sau", "ban_in") and value}


def _write_key(key: Key | None) -> str:
    return f"{key[0].isoformat()}_{key[1]}" if key is not None else ""


def _after() -> Key | None:
    """The key of an address of ours; BadRequest for any other."""
    text = request.args.get("sau", "")
    if not text:
        return None
    day, _bar, number = text.partition("_")
    try:
        since = date.fromisoformat(day)
    except ValueError:
        raise BadRequest() from None
    if not (number.isascii() and number.isdigit() and len(number) <= 9):
        raise BadRequest()
    return since, int(number)
