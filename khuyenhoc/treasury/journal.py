"""The journal: every entry of a unit in a span, with its postings."""

from collections.abc import Sequence
from dataclasses import field
from datetime import date
from typing import Any

from sqlalchemy import select

from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.values import dataclass
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.ledger.accounts import KIND, Account
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.entries import Entry, Posting
from khuyenhoc.treasury.books import PAGE, Key, Span, debit_and_credit, documents_of, until


@dataclass(frozen=True)
class JournalEntry:
    """One entry with its postings of the campaign that is read (or all of them)."""

    day: date
    number: int
    memo: str
    document: Document | None
    is_void_entry: bool
    postings: list["JournalPosting"] = field(default_factory=list)


@dataclass(frozen=True)
class JournalPosting:
    """One posting: its account and campaign, đồng on one of the two sides, pieces of goods."""

    account: str
    campaign: str
    debit: Dong
    credit: Dong
    item_id: int | None
    quantity: int


@dataclass(frozen=True)
class Journal:
    """A page of a unit's journal; the totals are those of the whole span."""

    entries: list[JournalEntry]
    debit: Dong
    credit: Dong
    following: Key | None = None


def journal(unit_id: int, span: Span, *, after: Key | None = None, size: int | None = PAGE) -> Journal:
    """The entries of a unit in a span, in the order of days and numbers; in each the debits first."""
    keys = _entries(unit_id, span, after, size)
    more = size is not None and len(keys) > size
    keys = keys[:size] if size is not None else keys
    documents = documents_of({entry.source_id for entry in keys})
    postings = _postings(unit_id, [entry.number for entry in keys], span.campaign)
    entries = [
        JournalEntry(
            entry.date, entry.number, entry.memo, documents.get(entry.source_id), entry.reversal_of is not None,
            postings.get(entry.number, []),
        )
        for entry in keys
    ]  # fmt: skip
    debit, credit = debit_and_credit(unit_id, span)
    return Journal(entries, debit, credit, (keys[-1].date, keys[-1].number) if more else None)


def _entries(unit_id: int, span: Span, after: Key | None, size: int | None) -> list[Any]:
    query = select(Entry.date, Entry.number, Entry.memo, Entry.source_id, Entry.reversal_of).where(
        Entry.unit_id == unit_id, Entry.date >= span.since, Entry.date <= span.until
    )
    if span.campaign is not None:
        mine = select(Posting.line).where(
            Posting.unit_id == Entry.unit_id,
            Posting.entry_number == Entry.number,
            Posting.campaign_id == span.campaign.id,
        )
        query = query.where(mine.exists())
    if after is not None:
        query = query.where(~until(after))
    query = query.order_by(Entry.date, Entry.number)
    return list(db.session.execute(query.limit(size + 1) if size is not None else query))


def _postings(unit_id: int, numbers: Sequence[int], campaign: Campaign | None) -> dict[int, list[JournalPosting]]:
    found: dict[int, list[JournalPosting]] = {}
    for at in range(0, len(numbers), 500):
        query = (
            select(Posting, Account, Campaign)
            .join(Account, Account.id == Posting.account_id)
            .join(Campaign, Campaign.id == Posting.campaign_id)
            .where(Posting.unit_id == unit_id, Posting.entry_number.in_(numbers[at : at + 500]))
            .order_by(Posting.entry_number, Posting.amount < 0, Posting.line)
        )
        if campaign is not None:
            query = query.where(Posting.campaign_id == campaign.id)
        for posting, account, its_campaign in db.session.execute(query):
            found.setdefault(posting.entry_number, []).append(
                JournalPosting(
                    account=f"{KIND[account.kind].code} {account.name}",
                    campaign=its_campaign.name,
                    debit=max(posting.amount, 0),
                    credit=max(-posting.amount, 0),
                    item_id=posting.item_id,
                    quantity=posting.quantity,
                )
            )
    return found
