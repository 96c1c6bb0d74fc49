"""The SQL that must be fast: one document with its lines, its entry with postings, its totals.

Fixed statements on the session's own connection, in one transaction with everything else the deed
writes. The balances, per account and per day, are kept by the database's triggers when the entry
arrives. Nothing outside ``ledger.documents`` calls this module.
"""

import datetime
import json
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Table

from khuyenhoc.core import fixed
from khuyenhoc.core.database import is_sqlite
from khuyenhoc.core.values import dataclass
from khuyenhoc.history import chains
from khuyenhoc.history.chains import Head, link_hash, moved, told
from khuyenhoc.ledger.accounts import Chart
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
    "SELECT (SELECT id FROM documents WHERE unit_id = {} AND idempotency_key = {}), NEXT_ID,"
    " COALESCE((SELECT MAX(number) FROM documents WHERE unit_id = {} AND series = {} AND year = {}), 0),"
    " EXISTS (SELECT 1 FROM periods WHERE unit_id = {} AND year = {} AND month = {} AND state = 'closed'),"
    " EXISTS (SELECT 1 FROM units WHERE id = {} AND valid_from <= {} AND (valid_to IS NULL OR valid_to >= {})),"
    " (SELECT CAST(JSON_OBJECT(id, kind) AS TEXT) FROM accounts WHERE unit_id = {}),"
    " (SELECT CAST(JSON_ARRAY(id) AS TEXT) FROM campaigns WHERE state = 'open' AND id IN (THESE))"
)
"""In one statement: each that is asked under the unit's lock makes everybody behind it wait."""

_WORDS = {
    True: {
        "NEXT_ID": "(SELECT COALESCE(MAX(id), 0) + 1 FROM documents)",
        "JSON_OBJECT": "json_group_object",
        "JSON_ARRAY": "json_group_array",
    },
    False: {
        "NEXT_ID": "nextval('documents_id_seq')",
        "JSON_OBJECT": "json_object_agg",
        "JSON_ARRAY": "json_agg",
    },
}
"""On SQLite (True) nobody else writes meanwhile, so that the next document will have the next id."""

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

    heads: dict[str, Head]
    """Of the unit's chains."""
    known_id: int | None
    """The document that its key has already made."""
    next_id: int
    """The id that the document may take."""
    last_number: int
    is_closed: bool
    """Its month is."""
    is_unit_open: bool
    """Today."""
    chart: Chart
    open_campaigns: set[int]
    """Those of its campaigns that are open now, whatever was read before the lock was taken."""


@dataclass(frozen=True)
class PostingLine:
    """One posting before it has a place in the books: đồng, + debit and − credit."""

    account_id: int
    campaign_id: int
    amount: int
    item_id: int | None = None
    quantity: int = 0


def situation(
    unit_id: int, key: str, series: str, day: datetime.date, today: datetime.date, campaign_ids: Sequence[int]
) -> Situation:
    """Take the unit's lock and see how things stand for a document of this key, series, day and these campaigns."""
    place = (unit_id, key, unit_id, series, day.year, unit_id, day.year, day.month, unit_id, today, today, unit_id)
    locked, ((known, next_id, last, closed, unit_open, accounts, campaigns),) = fixed.rows_of_each(
        chains.locking(unit_id),
        (_situation(len(campaign_ids), is_sqlite()), (*place, *campaign_ids)),
    )
    heads = chains.heads_in(locked) or chains.lock(unit_id)
    chart = Chart({int(id): kind for id, kind in json.loads(accounts or "{}").items()})
    return Situation(
        heads, known, next_id, last, bool(closed), bool(unit_open), chart, set(json.loads(campaigns or "[]"))
    )


@cache
def _situation(campaigns: int, sqlite: bool) -> str:
    sql = _SITUATION.replace("THESE", ", ".join(["{}"] * campaigns) or "NULL")
    for word, of_the_engine in _WORDS[sqlite].items():
        sql = sql.replace(word, of_the_engine)
    return sql


def document(values: dict[str, Any], lines: Sequence[dict[str, Any]]) -> None:
    """Write a document and its lines."""
    fixed.insert(DOCUMENTS, [values])
    fixed.insert(LINES, lines)


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
    rows = [told(POSTING_COLUMNS, [row[name] for name in POSTING_COLUMNS]) for row in postings]
    return link_hash(ENTRY_COLUMNS, [values[name] for name in ENTRY_COLUMNS], f"[{','.join(rows)}]")


def totals(lines: Sequence[dict[str, Any]], sign: int) -> None:
    """Count lines into the kept totals of documents (``sign`` −1 takes a voided document out again)."""
    for line in lines:
        place = (line["campaign_id"], line["heading"], line["account_id"], line["item_id"] or 0)
        fixed.write(_ADD_TOTAL, *place, sign * line["amount"], sign * line["quantity"], sign)


def void_document(document_id: int, *, at: str, entry_number: int, reason: str) -> None:
    """Mark a document void, with the number of its mirror entry."""
    fixed.write(_VOID, at, entry_number, reason, document_id)
