"""Does every cell hold a value of its column's kind? SQLite keeps what it is given, whatever the schema says."""

from collections.abc import Iterator

from sqlalchemy import Boolean, Column, Date, Integer, Table

from khuyenhoc.core.database import is_sqlite
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history.seal import PARTS, ROOTS
from khuyenhoc.proof.rows import key, stream, table
from khuyenhoc.proof.violations import Violation

BOOKS = (
    "account_kinds",
    "balances",
    "campaign_gifts",
    "chains",
    "day_balances",
    "document_totals",
    "entries",
    "gift_days",
    "history",
    "postings",
    "trace_bound",
    "trace_open",
)
"""Tables of the books that no seal covers, because a chain, a sum or the code does."""


def covered() -> list[str]:
    """Every table whose rows the proof answers for."""
    return sorted({*BOOKS, *ROOTS, *(part.table.name for parts in PARTS.values() for part in parts)})


def fitting() -> Iterator[Violation]:
    """Whole numbers are whole, days are days, nothing is missing that must be there. PostgreSQL insists by itself."""
    if is_sqlite():
        for name in covered():
            yield from _unfit(table(name))


def _unfit(schema: Table) -> Iterator[Violation]:
    text = _("Ô này không đúng loại dữ liệu của cột.")
    tests = [_test(column) for column in schema.columns]
    columns = [column.name for column in schema.columns]
    found = ", ".join([*columns, *(f"{test} AS fits_{name}" for name, test in zip(columns, tests, strict=True))])
    sql = f"SELECT {found} FROM {schema.name} WHERE NOT ({' AND '.join(tests)})"  # noqa: S608 - names of our own tables
    for row in stream(sql):
        for column in schema.columns:
            if not row[f"fits_{column.name}"]:
                yield Violation(schema.name, key(schema.name, row), column.name, _kind(column), row[column.name], text)


def _kind(column: Column[object]) -> str:
    return "date" if isinstance(column.type, Date) else "integer" if _is_whole(column) else "text"


def _is_whole(column: Column[object]) -> bool:
    return isinstance(column.type, Integer | Boolean)


def _test(column: Column[object]) -> str:
    name = column.name
    right = f"typeof({name}) = '{'integer' if _is_whole(column) else 'text'}'"
    if isinstance(column.type, Boolean):
        right += f" AND {name} IN (0, 1)"
    if isinstance(column.type, Date):
        right += f" AND date({name}) IS {name}"
    return f"({name} IS NULL OR {right})" if column.nullable else f"({right})"
