"""The SQL that must be fast: one document with its lines, its entry with postings, its totals.

Fixed statements on the session's own connection, in one transaction with everything else the deed
writes. The balances, per account and per day, are kept by the database's triggers when the entry
arrives. Nothing outside ``ledger.documents`` calls this module.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Table

from khuyenhoc.core import fixed
from khuyenhoc.history.chains import Head, canonical, link_hash, moved
from khuyenhoc.ledger.document_tables import Document, DocumentLine
from khuyenhoc.ledger.entries import Entry, Posting


def _table(model: Any) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


DOCUMENTS, LINES, ENTRIES, POSTINGS = (_table(m) for m in (Document, DocumentLine, Entry, Posting))
ENTRY_COLUMNS = [column.name for column in ENTRIES.columns if column.name != "hash"]
POSTING_COLUMNS = [column.name for column in POSTINGS.columns]

_SITUATION = (
    "SELECT (SELECT id FROM documents WHERE unit_id = {} AND idempotency_key = {}),"
    " COALESCE((SELECT MAX(number) FROM documents WHERE unit_id = {} AND series = {} AND year = {}), 0),"
    " EXISTS (SELECT 1 FROM periods WHERE unit_id = {} AND year = {} AND month = {} AND state = 'closed'),"
    " EXISTS (SELECT 1 FROM units WHERE id = {} AND valid_from <= {} AND (valid_to IS NULL OR valid_to >= {}))"
)
_ADD_TOTAL = (
    "INSERT INTO document_totals (campaign_id, heading, account_id, item_id, amount, quantity, lines)"
    " VALUES ({}, {}, {}, {}, {}, {}, {})"
    " ON CONFLICT (campaign_id, heading, account_id, item_id) DO UPDATE SET"
    " amount = document_totals.amount + excluded.amount, quantity = document_totals.quantity + excluded.quantity,"
    " lines = document_totals.lines + excluded.lines"
)
_VOID = "UPDATE documents SET state = 'voided', voided_at = {}, voided_by_entry = {}, voided_because = {} WHERE id = {}"


class Situation(NamedTuple):
    """What a document finds when it is about to be posted, read in one go under the unit's lock."""

    known_id: int | None
    """The document that its key has already made."""
    last_number: int
    is_closed: bool
    """Its month is."""
    is_unit_open: bool
    """Today."""


@dataclass(frozen=True)
class PostingLine:
    """One posting before it has a place in the books: đồng, + debit and − credit."""

    account_id: int
    campaign_id: int
    amount: int
    item_id: int | None = None
    quantity: int = 0


def situation(unit_id: int, key: str, series: str, day: datetime.date, today: datetime.date) -> Situation:
    """How things stand for a document of this key, series and day; only under the unit's lock."""
    row = fixed.run(
        _SITUATION, unit_id, key, unit_id, series, day.year, unit_id, day.year, day.month, unit_id, today, today
    ).one()
    return Situation(row[0], row[1], bool(row[2]), bool(row[3]))


def document(values: dict[str, Any], lines: Sequence[dict[str, Any]]) -> int:
    """Write a document and its lines; gives its id, and puts it into ``values`` and every line."""
    document_id = int(fixed.insert(DOCUMENTS, [values], returning="id").scalar_one())
    values["id"] = document_id
    for line in lines:
        line["document_id"] = document_id
    fixed.insert(LINES, lines)
    return document_id


def part(table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Write the rows that a feature hangs on a document."""
    fixed.insert(table, rows)


def entry(head: Head, values: dict[str, Any], postings: Sequence[PostingLine]) -> Head:
    """Write one entry: its postings first, then the entry that seals them. Gives the new head."""
    number = head.length + 1
    values = {**values, "number": number, "previous_hash": head.hash}
    rows = [
        {
            "unit_id": values["unit_id"],
            "entry_number": number,
            "line": line,
            "account_id": posting.account_id,
            "campaign_id": posting.campaign_id,
            "amount": posting.amount,
            "item_id": posting.item_id,
            "quantity": posting.quantity,
        }
        for line, posting in enumerate(postings, start=1)
    ]
    values["hash"] = entry_hash(values, rows)
    fixed.insert(POSTINGS, rows)
    fixed.insert(ENTRIES, [values])
    new = Head(number, values["hash"])
    moved(values["unit_id"], "entries", new)
    return new


def entry_hash(values: dict[str, Any], postings: Sequence[dict[str, Any]]) -> str:
    """The seal of an entry: every column but the hash itself, and every column of its postings."""
    rows = [[[name, canonical(row[name])] for name in POSTING_COLUMNS] for row in postings]
    return link_hash(ENTRY_COLUMNS, [values[name] for name in ENTRY_COLUMNS], rows)


def totals(lines: Sequence[dict[str, Any]], sign: int) -> None:
    """Count lines into the kept totals of documents (``sign`` −1 takes a voided document out again)."""
    for line in lines:
        place = (line["campaign_id"], line["heading"], line["account_id"], line["item_id"] or 0)
        fixed.run(_ADD_TOTAL, *place, sign * line["amount"], sign * line["quantity"], sign)


def void_document(document_id: int, *, at: str, entry_number: int, reason: str) -> None:
    """Mark a document void, with the number of its mirror entry."""
    fixed.run(_VOID, at, entry_number, reason, document_id)
