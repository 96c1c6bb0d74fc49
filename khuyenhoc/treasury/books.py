"""The books of cash boxes and bank accounts, as one reads them. Read from entries and postings, nothing else.

A page of a book holds so many entries and carries its balance on, so that a month with a hundred
thousand lines opens as fast as one with ten.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select, tuple_
from sqlalchemy.orm import aliased

from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.values import dataclass
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.ledger import balances
from khuyenhoc.ledger.accounts import KIND, Account
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.entries import DayBalance, Entry, Posting

PAGE = 200
ONE_DAY = date.resolution

Key = tuple[date, int]
"""Where a page of a book goes on: the day and number of the last entry before it."""


@dataclass(frozen=True)
class Span:
    """Which part of a book: from one day to another, both included, of one campaign or of all."""

    since: date
    until: date
    campaign: Campaign | None = None


@dataclass(frozen=True)
class BookLine:
    """One entry as one account sees it: what came in, what went out, what was there afterwards.

    A void on the day of what it undoes stands in the same column with a minus; a later one is money that went back.
    """

    day: date
    entry: int
    memo: str
    document: Document | None
    is_void_entry: bool
    money_in: Dong
    money_out: Dong
    balance: Dong
    counter: str = ""
    closes_day: bool = False
    """Whether this is the day's last line on the page: its balance is that of the evening."""

    @property
    def label(self) -> str:
        """The number of the paper behind the line."""
        return self.document.label if self.document is not None else ""


@dataclass(frozen=True)
class AccountBook:
    """A page of an account's book. ``opening`` stands before the first line, ``closing`` after the last of the span."""

    account: Account
    span: Span
    opening_of_span: Dong
    opening: Dong
    lines: list[BookLine]
    total_in: Dong
    total_out: Dong
    following: Key | None = None

    @property
    def closing(self) -> Dong:
        """What is there at the end of the span, whatever page one is on."""
        return self.opening_of_span + self.total_in - self.total_out


def account_book(account: Account, span: Span, *, after: Key | None = None, size: int | None = PAGE) -> AccountBook:
    """One page of the book of a cash box or bank account, or with ``size`` None all of the span."""
    opening = of_span = on_account(account, span.since - ONE_DAY, span.campaign)
    total_in, total_out = moved(account, span)
    if after is not None:
        before_in, before_out = moved(account, span, until(after))
        opening += before_in - before_out
    rows = _rows(account, span, after, size)
    more = size is not None and len(rows) > size
    rows = rows[:size] if size is not None else rows
    counters = _counters(account, [row.number for row in rows])
    lines = _lines(rows, opening, counters, set(db.session.scalars(_undoing_on_its_day(account, span))))
    following = (rows[-1].date, rows[-1].number) if more else None
    return AccountBook(account, span, of_span, opening, lines, total_in, total_out, following)


def on_account(account: Account, day: date, campaign: Campaign | None = None) -> Dong:
    """What stood on an account at the end of a day, over all campaigns or for one, in đồng."""
    if campaign is None:
        return balances.on_account(account.id, until=day)
    latest = (
        select(DayBalance.amount)
        .where(
            DayBalance.campaign_id == campaign.id,
            DayBalance.account_id == account.id,
            DayBalance.item_id == 0,
            DayBalance.day <= day,
        )
        .order_by(DayBalance.day.desc())
        .limit(1)
    )
    return int(db.session.scalar(latest) or 0)


def last_day_before(account: Account, span: Span) -> date | None:
    """The last day before the span on which this account moved, of all campaigns or of one."""
    whose = Campaign.unit_id == account.unit_id if span.campaign is None else Campaign.id == span.campaign.id
    query = select(func.max(DayBalance.day)).where(
        DayBalance.campaign_id.in_(select(Campaign.id).where(whose)),
        DayBalance.account_id == account.id,
        DayBalance.item_id == 0,
        DayBalance.day < span.since,
    )
    return db.session.scalar(query)


IN = func.coalesce(func.sum(case((Posting.amount > 0, Posting.amount), else_=0)), 0)
OUT = func.coalesce(func.sum(case((Posting.amount < 0, -Posting.amount), else_=0)), 0)


def _of(account: Account, span: Span, *columns: Any) -> Select[Any]:
    query = (
        select(*columns)
        .select_from(Entry)
        .join(Posting, (Posting.unit_id == Entry.unit_id) & (Posting.entry_number == Entry.number))
        .where(
            Entry.unit_id == account.unit_id,
            Entry.date >= span.since,
            Entry.date <= span.until,
            Posting.account_id == account.id,
        )
    )
    return query.where(Posting.campaign_id == span.campaign.id) if span.campaign is not None else query


def moved(account: Account, span: Span, bound: ColumnElement[bool] | None = None) -> tuple[Dong, Dong]:
    """What came in and what went out of an account in a span; ``bound``: only up to there.

    What was voided on its own day neither came nor went: its void takes it back on its own side.
    """
    undoing = Posting.entry_number.in_(_undoing_on_its_day(account, span))
    both = func.coalesce(func.sum(case((undoing, func.abs(Posting.amount)), else_=0)), 0)
    wanted = Posting.account_id == account.id
    money_in, money_out, undone = _sums(account.unit_id, span, [wanted], [IN, OUT, both], bound)
    return money_in - undone, money_out - undone


def _undoing_on_its_day(account: Account, span: Span) -> Select[int]:
    """The entries of a span that void what was written for the very same day."""
    undone = aliased(Entry)
    same = (undone.unit_id == Entry.unit_id) & (undone.number == Entry.reversal_of) & (undone.date == Entry.date)
    return (
        select(Entry.number)
        .join(undone, same)
        .where(
            Entry.unit_id == account.unit_id,
            Entry.reversal_of.is_not(None),
            Entry.date >= span.since,
            Entry.date <= span.until,
        )
    )


def debit_and_credit(
    unit_id: int, span: Span, *wanted: ColumnElement[bool], bound: ColumnElement[bool] | None = None
) -> tuple[Dong, Dong]:
    """Both sums over the postings of a unit in a span that are wanted."""
    debit, credit = _sums(unit_id, span, wanted, [IN, OUT], bound)
    return debit, credit


def _sums(
    unit_id: int,
    span: Span,
    wanted: Iterable[ColumnElement[bool]],
    sums: Sequence[ColumnElement[int]],
    bound: ColumnElement[bool] | None,
) -> list[int]:
    """Sums over the postings of a unit in a span that are wanted.

    Postings have no day of their own, and PostgreSQL would rather read all that there are than look up those of
    one month. Entries are numbered as they are written, though: hardly any other month's lie between the first
    and the last number of a span, so that the numbers say which postings to read.
    """
    inside = [Entry.unit_id == unit_id, Entry.date >= span.since, Entry.date <= span.until]
    number = Entry.number + 0  # of the plain column, the least would be looked for among all numbers there are
    first, last = db.session.execute(select(func.min(number), func.max(number)).where(*inside)).one()
    if bound is not None:
        inside.append(bound)
    query = select(*sums).where(
        Posting.unit_id == unit_id,
        Posting.entry_number.between(first or 1, last or 0),  # none: nothing lies between
        Posting.entry_number.in_(select(Entry.number).where(*inside)),
        *wanted,
    )
    if span.campaign is not None:
        query = query.where(Posting.campaign_id == span.campaign.id)
    return [int(one) for one in db.session.execute(query).one()]


def until(key: Key) -> ColumnElement[bool]:
    """The condition that an entry stands before the next page."""
    return tuple_(Entry.date, Entry.number) <= tuple_(*key)


def _rows(account: Account, span: Span, after: Key | None, size: int | None) -> list[Any]:
    said = [func.max(column).label(column.key) for column in (Entry.memo, Entry.source_id, Entry.reversal_of)]
    query = _of(account, span, Entry.date, Entry.number, *said, IN.label("money_in"), OUT.label("money_out"))
    if after is not None:
        query = query.where(~until(after))
    # grouped by nothing but the index's own columns, of which the last is one entry: so a page ends early
    query = query.group_by(Entry.date, Entry.number).order_by(Entry.date, Entry.number)
    return list(db.session.execute(query.limit(size + 1) if size is not None else query))


def _lines(rows: Sequence[Any], opening: Dong, counters: dict[int, str], undoing: set[int]) -> list[BookLine]:
    documents = documents_of({row.source_id for row in rows})
    lines, balance = [], opening
    for place, row in enumerate(rows):
        money_in, money_out = int(row.money_in), int(row.money_out)
        if row.number in undoing:
            money_in, money_out = -money_out, -money_in
        balance += money_in - money_out
        lines.append(
            BookLine(
                day=row.date,
                entry=row.number,
                memo=row.memo,
                document=documents.get(row.source_id),
                is_void_entry=row.reversal_of is not None,
                money_in=money_in,
                money_out=money_out,
                balance=balance,
                counter=counters.get(row.number, ""),
                closes_day=place + 1 == len(rows) or rows[place + 1].date != row.date,
            )
        )
    return lines


def documents_of(ids: set[int]) -> dict[int, Document]:
    """The documents of these ids, fetched in portions."""
    found: dict[int, Document] = {}
    wanted = sorted(ids)
    for at in range(0, len(wanted), 500):
        query = select(Document).where(Document.id.in_(wanted[at : at + 500]))
        found.update((document.id, document) for document in db.session.scalars(query))
    return found


def _counters(account: Account, numbers: Sequence[int]) -> dict[int, str]:
    """Entry number → codes of the accounts on the other side: ``511``."""
    codes: dict[int, set[str]] = {}
    for at in range(0, len(numbers), 500):
        query = (
            select(Posting.entry_number, Account.kind)
            .join(Account, Account.id == Posting.account_id)
            .where(
                Posting.unit_id == account.unit_id,
                Posting.entry_number.in_(numbers[at : at + 500]),
                Posting.account_id != account.id,
                Posting.amount != 0,
            )
        )
        for number, kind in db.session.execute(query):
            codes.setdefault(number, set()).add(KIND[kind].code)
    return {number: ", ".join(sorted(several)) for number, several in codes.items()}
