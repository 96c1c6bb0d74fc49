"""The SQL that must be fast: one document with its lines, its entry with postings, its totals.

Fixed statements through the session's own connection, in one transaction with everything else the
deed writes. The balances, per account and per day, are kept by the database's triggers when the
entry arrives. Nothing outside ``ledger.documents`` calls this module.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, bindparam, insert, text

from khuyenhoc.core.database import db
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

_last_number = text(
    "SELECT COALESCE(MAX(number), 0) FROM documents WHERE unit_id = :unit AND series = :series AND year = :year"
)
_insert_document = insert(DOCUMENTS).returning(DOCUMENTS.c.id)
_insert_lines, _insert_postings, _insert_entry = insert(LINES), insert(POSTINGS), insert(ENTRIES)
_add_total = text(
    "INSERT INTO document_totals (campaign_id, heading, account_id, item_id, amount, quantity, lines)"
    " VALUES (:campaign, :heading, :account, :item, :amount, :quantity, :lines)"
    " ON CONFLICT (campaign_id, heading, account_id, item_id) DO UPDATE SET"
    " amount = document_totals.amount + excluded.amount, quantity = document_totals.quantity + excluded.quantity,"
    " lines = document_totals.lines + excluded.lines"
)
_void_document = text(
    "UPDATE documents SET state = 'voided', voided_at = :at, voided_by_entry = :entry, voided_because = :reason"
    " WHERE id = :id"
).bindparams(bindparam("reason"))


@dataclass(frozen=True)
class PostingLine:
    """One posting before it has a place in the books: đồng, + debit and − credit."""

    account_id: int
    campaign_id: int
    amount: int
    item_id: int | None = None
    quantity: int = 0


def next_number(unit_id: int, series: str, year: int) -> int:
    """The number whose turn it is; only under the unit's lock."""
    found = db.session.execute(_last_number, {"unit": unit_id, "series": series, "year": year})
    return int(found.scalar_one()) + 1


def document(values: dict[str, Any], lines: Sequence[dict[str, Any]]) -> int:
    """Write a document and its lines; gives its id, and puts it into ``values`` and every line."""
    document_id = int(db.session.execute(_insert_document, values).scalar_one())
    values["id"] = document_id
    for line in lines:
        line["document_id"] = document_id
    db.session.execute(_insert_lines, list(lines))
    return document_id


def part(table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Write the rows that a feature hangs on a document."""
    db.session.execute(insert(table), list(rows))


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
    db.session.execute(_insert_postings, rows)
    db.session.execute(_insert_entry, values)
    new = Head(number, values["hash"])
    moved(values["unit_id"], "entries", new)
    return new


def entry_hash(values: dict[str, Any], postings: Sequence[dict[str, Any]]) -> str:
    """The seal of an entry: every column but the hash itself, and every column of its postings."""
    rows = [[[name, canonical(row[name])] for name in POSTING_COLUMNS] for row in postings]
    return link_hash(ENTRY_COLUMNS, [values[name] for name in ENTRY_COLUMNS], rows)


def totals(lines: Sequence[dict[str, Any]], sign: int) -> None:
    """Count lines into the kept totals of documents (``sign`` −1 takes a voided document out again)."""
    rows = [
        {
            "campaign": line["campaign_id"],
            "heading": line["heading"],
            "account": line["account_id"],
            "item": line["item_id"] or 0,
            "amount": sign * line["amount"],
            "quantity": sign * line["quantity"],
            "lines": sign,
        }
        for line in lines
    ]
    db.session.execute(_add_total, rows)


def void_document(document_id: int, *, at: str, entry_number: int, reason: str) -> None:
    """Mark a document void, with the number of its mirror entry."""
    db.session.execute(_void_document, {"id": document_id, "at": at, "entry": entry_number, "reason": reason})
