"""The books of a month on paper: frozen and numbered once the month is closed, before that plainly marked.

A book is of one account, or the journal of a unit, for one campaign or for all. Printed again it is a copy. When
the month was opened again, the paper says so to whoever verifies it; closed again and changed, the next print is
a new version under the same number.
"""

from datetime import date

from khuyenhoc.core.context import Person
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.history import chains, events
from khuyenhoc.ledger import periods
from khuyenhoc.ledger.accounts import Account
from khuyenhoc.papers import books as papers
from khuyenhoc.papers import issued, subjects
from khuyenhoc.papers.issued import IssuedPaper
from khuyenhoc.papers.press import print_pdf
from khuyenhoc.treasury import printing
from khuyenhoc.treasury.books import Span, account_book
from khuyenhoc.treasury.cash_counts import CashCount, get_count
from khuyenhoc.treasury.cash_differences import document_of
from khuyenhoc.treasury.journal import journal

COUNT = papers.CashCount.TEMPLATE
BOOKS = (papers.CashBook, papers.BankBook, papers.Journal)


@dataclass(frozen=True)
class Volume:
    """One month of one book: of an account, or (none) the unit's journal; of a campaign, or of all."""

    unit_id: int
    span: Span
    account: Account | None = None

    @property
    def kind(self) -> str:
        """The kind of its paper."""
        if self.account is None:
            return papers.Journal.TEMPLATE
        return papers.BankBook.TEMPLATE if self.account.kind == "bank" else papers.CashBook.TEMPLATE

    @property
    def subject(self) -> str:
        """What its paper is about: ``2026-07:4:0``, month, account, campaign."""
        account, campaign = self.account, self.span.campaign
        return f"{self.span.since:%Y-%m}:{account.id if account else 0}:{campaign.id if campaign else 0}"

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be entered into it any more."""
        return periods.is_closed(self.unit_id, self.span.since)


def paper_of(volume: Volume) -> papers.CashBook | papers.BankBook | papers.Journal:
    """What the month's book says, all of it."""
    span = volume.span
    if volume.account is None:
        found = journal(volume.unit_id, span, size=None)
        return printing.journal_paper(volume.unit_id, found, span.since, span.until, span.campaign)
    book = account_book(volume.account, span, size=None)
    return printing.bank_book(book) if volume.account.kind == "bank" else printing.cash_book(book)


def find(volume: Volume) -> IssuedPaper | None:
    """The book as it was issued last; none while its month is open, whatever was issued before."""
    return issued.find_about(volume.kind, volume.unit_id, volume.subject) if volume.is_closed else None


def issue(volume: Volume, *, by: Person) -> IssuedPaper:
    """Issue the book of a closed month; asked again it is the same one, unless the books have changed since."""
    if not volume.is_closed:
        month = periods.month_name(periods.month_index(volume.span.since))
        raise RuleBroken(_("Sổ %(month)s chưa khóa: in để xem được, ra sổ có số thì chưa.", month=month))
    chains.lock(volume.unit_id)
    reason = "Sổ mở lại rồi khóa lại" if _was_reopened(volume) else ""  # else only its form is another: no reason
    return subjects.issue(volume.subject, paper_of(volume), unit_id=volume.unit_id, by=by, reason=reason)


def _was_reopened(volume: Volume) -> bool:
    """Whether the month has been opened again since its book was issued last."""
    last = find(volume)
    if last is None:
        return False
    issues = (event.number for event in events.of("issued_papers", last.id) if event.action == "paper.issued")
    issued_at = max(issues, default=0)
    period = periods.find(volume.unit_id, volume.span.since)
    opened = (event for event in events.of("periods", period.id) if event.action == "period.reopened") if period else ()
    return any(event.number > issued_at for event in opened)


def draft_pdf(volume: Volume) -> bytes:
    """The book as it stands now, marked as what it is: of an open month, or not issued yet."""
    paper = paper_of(volume)
    return print_pdf(paper.TEMPLATE, paper.content() | {"mark": subjects.mark(closed=volume.is_closed)})


def _stands(paper: IssuedPaper) -> bool:
    month = date.fromisoformat(f"{(paper.subject or '').partition(':')[0]}-01")
    return periods.is_closed(paper.unit_id, month)


for _kind in BOOKS:
    subjects.stands_while(_kind.TEMPLATE, _stands)


def find_count(count: CashCount) -> IssuedPaper | None:
    """The sheet of a count as it was issued last."""
    return issued.find(COUNT, count.id)


def issue_count(count: CashCount, *, by: Person) -> IssuedPaper:
    """Issue the sheet of a count, once; anew when its difference has been posted since and it bears a number now."""
    paper, known = printing.count_paper(count), find_count(count)
    if known is not None and known.label != paper.label:
        return issued.reissue(known, paper, by=by, reason="Chênh lệch đã ghi sổ")
    return issued.issue(COUNT, paper, unit_id=count.unit_id, document_id=count.id, by=by)


def draft_count_pdf(count: CashCount) -> bytes:
    """The sheet of a count that was not issued, marked so."""
    paper = printing.count_paper(count)
    return print_pdf(COUNT, paper.content() | {"mark": subjects.mark(closed=True)})


def _is_count_void(count_id: int) -> bool:
    """The sheet of a count whose posted difference was voided is void with it."""
    document = document_of(get_count(count_id))
    return document is not None and document.is_void


issued.void_when(COUNT, _is_count_void)
