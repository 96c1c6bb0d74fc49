"""The raw side: fixed SQL text straight through sqlite3 or psycopg, writing exactly the rows that a gift is.

The rows come from the rule itself: it records a gift, its rows are read back, and the transaction is
undone. What the raw side writes therefore passes ``verify`` like any other gift.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

from khuyenhoc.core.database import Base, db, is_sqlite, writing
from khuyenhoc.ledger.document_tables import Document

TABLES = (
    "documents",
    "document_lines",
    "donations",
    "donation_shares",
    "postings",
    "entries",
    "trace_layers",
    "history",
)
"""Every table that a gift writes rows of its own to, in the order in which it does."""

TOTALS = (
    "INSERT INTO document_totals (campaign_id, heading, account_id, item_id, amount, quantity, lines)"
    " VALUES ({marks}) ON CONFLICT (campaign_id, heading, account_id, item_id) DO UPDATE SET"
    " amount = document_totals.amount + excluded.amount, quantity = document_totals.quantity + excluded.quantity,"
    " lines = document_totals.lines + excluded.lines"
)

Statement = tuple[str, tuple[Any, ...]]


class _Undo(Exception):
    """Takes the model gift back."""


@dataclass(frozen=True)
class Rows:
    """The rows of one gift, by table, each as its columns stand in the schema."""

    of: dict[str, list[tuple[Any, ...]]]

    def value(self, table: str, column: str) -> Any:
        """A value of the first row."""
        return self.of[table][0][columns(table).index(column)]


def columns(name: str) -> list[str]:
    """A table's columns, in the order of the schema."""
    return [column.name for column in _table(name).columns]


def rows_of_next(give: Callable[[], Document], count: int = 1) -> list[Rows]:
    """What the next gifts would write, in their order. Nothing is left of them in the database."""
    found: list[Rows] = []
    try:
        with writing():
            for document in [give() for _gift in range(count)]:
                found += [Rows({name: _read(name, where) for name, where in _where(document).items()})]
            raise _Undo
    except _Undo:
        return found


def _read(name: str, condition: str) -> list[tuple[Any, ...]]:
    sql = f"SELECT {', '.join(columns(name))} FROM {name} WHERE {condition} ORDER BY 1, 2, 3"
    return [tuple(row) for row in db.session.connection().exec_driver_sql(sql)]


def _where(document: Document) -> dict[str, str]:
    mine, entry = f"document_id = {document.id}", f"unit_id = {document.unit_id} AND "
    return {
        "documents": f"id = {document.id}",
        "document_lines": mine,
        "donations": mine,
        "donation_shares": mine,
        "trace_layers": mine,
        "postings": f"{entry}entry_number = {document.entry_number}",
        "entries": f"{entry}number = {document.entry_number}",
        "history": f"subject_table = 'documents' AND subject_id = {document.id}",
    }


def statements(rows: Rows) -> list[Statement]:
    """One INSERT per table, its rows side by side, and the kept total of each line."""
    made = [(insert(name, len(rows.of[name])), tuple(v for row in rows.of[name] for v in row)) for name in TABLES]
    for line in rows.of["document_lines"]:
        made.insert(-1, (TOTALS.format(marks=_marks(7)), total_of(line)))
    return made


def total_of(line: tuple[Any, ...]) -> tuple[Any, ...]:
    """What a line adds to the kept totals."""
    one = dict(zip(columns("document_lines"), line, strict=True))
    return (
        one["campaign_id"],
        one["heading"],
        one["account_id"],
        one["item_id"] or 0,
        one["amount"],
        one["quantity"],
        1,
    )


def insert(name: str, rows: int = 1) -> str:
    """The fixed text that writes so many rows of a table."""
    names = columns(name)
    values = ", ".join([f"({_marks(len(names))})"] * rows)
    return f"INSERT INTO {name} ({', '.join(names)}) VALUES {values}"


def _marks(count: int) -> str:
    return ", ".join(["?" if is_sqlite() else "%s"] * count)


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def write(connection: Any, made: list[Statement]) -> None:
    """All of it in one durable transaction, on the driver's own connection."""
    if is_sqlite():
        connection.execute("BEGIN IMMEDIATE")
        for sql, values in made:
            connection.execute(sql, values)
        connection.execute("COMMIT")
        return
    with connection.cursor() as cursor:
        for sql, values in made:
            cursor.execute(sql, values, prepare=True)
    connection.commit()
