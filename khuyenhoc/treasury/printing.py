"""The books on paper and in Excel: what the screen shows, in the form that the press and the workbook take."""

from datetime import date

from khuyenhoc.core import clock
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.funds.items import item_by_id
from khuyenhoc.ledger import chain
from khuyenhoc.ledger.accounts import get_account
from khuyenhoc.papers import books as papers
from khuyenhoc.papers.heads import heading
from khuyenhoc.treasury.books import AccountBook
from khuyenhoc.treasury.cash_counts import CashCount
from khuyenhoc.treasury.cash_differences import document_of
from khuyenhoc.treasury.journal import Journal, JournalPosting
from khuyenhoc.web.excel import Column


def cash_book(book: AccountBook) -> papers.CashBook:
    """Sổ quỹ tiền mặt of a span."""
    rows = [
        papers.CashLine(
            day=line.day,
            receipt=line.label if line.money_in else "",
            payment=line.label if not line.money_in else "",
            memo=line.memo,
            money_in=line.money_in,
            money_out=line.money_out,
        )
        for line in book.lines
    ]
    return papers.CashBook(
        heading=heading(book.account.unit_id, book.span.until),
        day=clock.today(),
        account=book.account.name,
        since=book.span.since,
        until=book.span.until,
        campaign=_name(book.span.campaign),
        opening=book.opening,
        rows=rows,
    )


def bank_book(book: AccountBook) -> papers.BankBook:
    """Sổ tiền gửi ngân hàng of a span."""
    rows = [
        papers.BankLine(
            day=line.day,
            document=line.label,
            memo=line.memo,
            counter=line.counter,
            money_in=line.money_in,
            money_out=line.money_out,
        )
        for line in book.lines
    ]
    return papers.BankBook(
        heading=heading(book.account.unit_id, book.span.until),
        day=clock.today(),
        account=book.account.name,
        since=book.span.since,
        until=book.span.until,
        campaign=_name(book.span.campaign),
        opening=book.opening,
        bank=book.account.bank or "",
        number=book.account.number or "",
        rows=rows,
    )


def journal_paper(unit_id: int, found: Journal, since: date, until: date, campaign: Campaign | None) -> papers.Journal:
    """Sổ nhật ký chung of a span."""
    rows = [
        papers.EntryLine(
            day=entry.day,
            entry=entry.number,
            document=entry.document.label if entry.document is not None else "",
            memo=entry.memo,
            postings=[
                papers.PostingLine(
                    account=posting.account, debit=posting.debit, credit=posting.credit, quantity=pieces(posting)
                )
                for posting in entry.postings
            ],
        )
        for entry in found.entries
    ]
    return papers.Journal(
        heading=heading(unit_id, until),
        day=clock.today(),
        campaign=_name(campaign) or "Mọi chiến dịch",
        since=since,
        until=until,
        rows=rows,
        head=chain.seal16(chain.head(unit_id).hash),
    )


def count_paper(count: CashCount) -> papers.CashCount:
    """Bảng kiểm kê quỹ of one count; it bears a number once its difference is posted."""
    document = document_of(count)
    at = clock.from_stamp(count.counted_at)
    return papers.CashCount(
        heading=heading(count.unit_id, count.day),
        day=count.day,
        label=document.label if document is not None else "",
        account=get_account(count.account_id).name,
        at=f"{at.hour} giờ {at.minute:02d}",
        sheets=count.sheets,
        book=count.expected,
        reason=count.note,
        treasurer=count.counted_by_name,
    )


def pieces(posting: JournalPosting) -> str:
    """``+20 chiếc xe đạp 24 inch`` on an account of goods."""
    if posting.item_id is None:
        return ""
    sign = "+" if posting.quantity > 0 else "−"
    return f"{sign}{item_by_id(posting.item_id).many(abs(posting.quantity))}"


def _name(campaign: Campaign | None) -> str:
    return campaign.name if campaign is not None else ""


def book_columns(*, bank: bool) -> list[Column]:
    """The columns of a cash or bank book in Excel."""
    columns = [
        Column(_("Ngày"), lambda line: line.day, "day"),
        Column(_("Số chứng từ"), lambda line: line.label, width=16),
        Column(_("Diễn giải"), lambda line: line.memo, width=60),
    ]
    if bank:
        columns.append(Column(_("TK đối ứng"), lambda line: line.counter, width=12))
    return [
        *columns,
        Column(_("Gửi vào (₫)") if bank else _("Thu (₫)"), lambda line: line.money_in, "money"),
        Column(_("Rút ra (₫)") if bank else _("Chi (₫)"), lambda line: line.money_out, "money"),
        Column(_("Còn lại (₫)") if bank else _("Tồn (₫)"), lambda line: line.balance, "money"),
    ]
