"""``verify`` holds on honest books, and names whatever was changed behind the rules' back."""

import datetime
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Column, Table, select, text
from sqlalchemy.exc import DBAPIError

from khuyenhoc.core.database import Base, db, is_sqlite
from khuyenhoc.history import chains
from khuyenhoc.org import units
from khuyenhoc.proof import anchors
from khuyenhoc.proof.checks import values
from khuyenhoc.proof.verify import answers, verify
from khuyenhoc.proof.violations import Violation
from khuyenhoc.recipients import evidence, files
from khuyenhoc.recipients.recipient_tables import Evidence
from tests.giving.gift_world import Ward

COVERED = values.covered()
HERE = ("approvals", "funds", "giving", "history", "ledger", "org", "papers", "treasury")
"""Features of which this world holds a row in every table; the others tamper with their own."""
SEALED_AS_A_WHOLE = ("history",)
"""Tables of which verify names table and row, and the seal that does not fit: nothing repeats their columns."""


def test_honest_books_hold(ward: Ward) -> None:
    report = verify()

    assert [a.violations for a in report.answers if not a.ok] == []
    assert report.entries == 9
    begun = {unit for unit, head in report.heads.items() if head != chains.GENESIS}
    assert begun == {"U01"}
    assert set(report.heads) == {unit.code for unit in units.all_units()}


def test_the_world_of_these_tests_has_something_of_everything(ward: Ward) -> None:
    feature = {mapper.class_.__tablename__: mapper.class_.__module__.split(".")[1] for mapper in Base.registry.mappers}
    tried = [table for table in COVERED if feature[table] in HERE]

    assert [table for table in tried if not some_rows(Base.metadata.tables[table])] == []


@pytest.mark.shared
@pytest.mark.parametrize("table", COVERED)
def test_every_changed_column_is_named_with_its_row(ward: Ward, table: str) -> None:
    schema, missed = Base.metadata.tables[table], []
    rows = some_rows(schema)
    with tampering() as stored:
        for key, column in itertools.product(rows, schema.columns):
            another, nonsense = others(schema, key, column)
            for new in {*([another] if key == rows[0] else []), *([nonsense] if key == rows[-1] else [])}:
                change = db.session.begin_nested()
                if stored(f"UPDATE {table} SET {column.name} = :new WHERE {where(schema)}", **key, new=new):
                    missed += [] if is_named(schema, key, column.name) else [f"{column.name} of {key}: {new!r}"]
                change.rollback()

    assert missed == []


@pytest.mark.shared
@pytest.mark.parametrize("table", COVERED)
def test_every_deleted_row_is_found_and_named(ward: Ward, table: str) -> None:
    schema, missed = Base.metadata.tables[table], []
    for key in some_rows(schema):
        with tampering() as stored:
            if stored(f"DELETE FROM {table} WHERE {where(schema)}", **key):
                missed += [] if named(table) else [str(key)]

    assert missed == []


@pytest.mark.shared
@pytest.mark.parametrize("table", COVERED)
def test_every_added_row_is_found_and_named(ward: Ward, table: str) -> None:
    schema = Base.metadata.tables[table]
    for key in some_rows(schema)[:1]:
        columns = [column.name for column in schema.columns]
        fresh = ", ".join(_fresh(column, schema) for column in schema.columns)
        with tampering() as stored:
            if stored(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {fresh} FROM {table} WHERE {where(schema)}", **key
            ):
                assert named(table)


@pytest.mark.shared
@pytest.mark.parametrize("table", COVERED)
def test_two_swapped_rows_are_found_and_named(ward: Ward, table: str) -> None:
    schema = Base.metadata.tables[table]
    rows = some_rows(schema)
    free = [column.name for column in schema.columns if not column.primary_key and not column.unique]
    if len(rows) < 2 or not free:
        return
    first, last = (_row(schema, key) for key in (rows[0], rows[-1]))
    differing = [name for name in free if first[name] != last[name]]
    with tampering() as stored:
        sets = ", ".join(f"{name} = :{name}_new" for name in differing)
        ok = bool(differing)
        for key, source in ((rows[0], last), (rows[-1], first)):
            values = {f"{name}_new": source[name] for name in differing}
            ok = ok and stored(f"UPDATE {table} SET {sets} WHERE {where(schema)}", **key, **values)
        assert not ok or named(table)


def test_cutting_off_the_newest_entries_is_found_by_the_anchors(ward: Ward) -> None:
    with tampering() as stored:
        last = "SELECT length FROM chains WHERE unit_id = :unit AND kind = 'entries'"
        stored(f"DELETE FROM postings WHERE unit_id = :unit AND entry_number = ({last})", unit=ward.world.unit.id)
        stored(f"DELETE FROM entries WHERE unit_id = :unit AND number = ({last})", unit=ward.world.unit.id)
        stored(
            "UPDATE chains SET length = length - 1, head = (SELECT hash FROM entries WHERE unit_id = :unit AND number ="
            " (SELECT MAX(number) FROM entries WHERE unit_id = :unit)) WHERE unit_id = :unit AND kind = 'entries'",
            unit=ward.world.unit.id,
        )
        chain = next(answer for answer in verify(afresh=False).answers if answer.check.name == "entry_chain")

    assert any("ra ngoài sổ" in violation.message for violation in chain.violations)


def test_evidence_altered_on_the_disk_is_found_and_named(ward: Ward) -> None:
    file = db.session.scalars(select(Evidence).where(Evidence.removed_at.is_(None)).order_by(Evidence.id)).first()
    assert file is not None
    place, kept = files.place(file.digest), evidence.content(file)

    for altered in (kept + b"x", b"", None):
        place.write_bytes(altered) if altered is not None else place.unlink()
        check = next(answer for answer in verify().answers if answer.check.name == "evidence_files")
        assert [(v.table, v.row, v.field, v.expected) for v in check.violations] == [
            ("evidence", str(file.id), "digest", file.digest)
        ]
    files.put(kept)

    assert verify().ok


def is_named(schema: Table, key: dict[str, Any], field: str) -> bool:
    """Whether verify names this very cell; of a row whose key was changed, the table is enough."""
    if field in key:
        return named(schema.name)
    row = "/".join(str(value) for value in key.values())
    enough = {field, "hash"} if schema.name in SEALED_AS_A_WHOLE else {field}
    return finds(lambda v: (v.table, v.row) == (schema.name, row) and v.field in enough)


def named(table: str) -> bool:
    """Whether verify names something in this table."""
    return finds(lambda violation: violation.table == table)


def finds(sought: Callable[[Violation], bool]) -> bool:
    """Whether verify finds such a thing; once it has, no further check is asked."""
    with anchors.remembered():
        return any(sought(violation) for answer in answers() for violation in answer.violations)


@contextmanager
def tampering() -> Iterator[Callable[..., bool]]:
    """Somebody with the whole database in their hands: no triggers, no foreign keys. Undone afterwards."""
    db.session.rollback()
    if is_sqlite():
        db.session.execute(text("PRAGMA ignore_check_constraints = ON"))
        db.session.execute(text("PRAGMA defer_foreign_keys = ON"))
        for name in db.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            db.session.execute(text(f"DROP TRIGGER {name}"))
    else:
        db.session.execute(text("SET LOCAL session_replication_role = replica"))

    def stored(sql: str, **values: Any) -> bool:
        try:
            with db.session.begin_nested():
                return bool(db.session.execute(text(sql), values).rowcount)
        except DBAPIError:
            return False  # the database itself refuses even this

    yield stored
    db.session.rollback()


def some_rows(schema: Table) -> list[dict[str, Any]]:
    """The keys of the first rows of a table and of the last."""
    keys = [column.name for column in schema.primary_key.columns]
    found = [
        dict(r._mapping)
        for r in db.session.execute(text(f"SELECT {', '.join(keys)} FROM {schema.name} ORDER BY {', '.join(keys)}"))
    ]
    return found if len(found) < 3 else [found[0], found[-1]]


def where(schema: Table) -> str:
    """The condition that names one row by its key."""
    return " AND ".join(f"{column.name} = :{column.name}" for column in schema.primary_key.columns)


def _row(schema: Table, key: dict[str, Any]) -> dict[str, Any]:
    return dict(db.session.execute(text(f"SELECT * FROM {schema.name} WHERE {where(schema)}"), key).one()._mapping)


def others(schema: Table, key: dict[str, Any], column: Column[Any]) -> tuple[Any, Any]:
    """What somebody could put into this column: another value of its kind, and nonsense or nothing."""
    value = _row(schema, key)[column.name]
    nonsense = "rác" if is_sqlite() and column.type.python_type is not str else None
    return _other(column, value), nonsense if nonsense != value else _other(column, value)


def _other(column: Column[Any], value: Any) -> Any:
    python = column.type.python_type
    if python is bool:
        return not value
    if python is int:
        return (value or 0) + 1
    if python is datetime.date:
        day = datetime.date.fromisoformat(str(value)) if value else datetime.date(2026, 1, 1)
        return (day - datetime.timedelta(days=1)).isoformat() if is_sqlite() else day - datetime.timedelta(days=1)
    return ("x" if str(value or "")[:1] != "x" else "y") + str(value or "")[1:]


def _fresh(column: Column[Any], schema: Table) -> str:
    """The same value, or one that no row has yet where the column must be unique."""
    last_of_key = list(schema.primary_key.columns)[-1]
    if column is last_of_key or (column.unique and column.type.python_type is int):
        if column.type.python_type is int:
            return f"(SELECT MAX({column.name}) + 1 FROM {schema.name})"
        return "'zz'" if column.type.python_type is str else column.name
    if column.name in ("number", "reversal_of", "entry_number") or column.name.endswith("_key"):
        return f"(SELECT MAX({column.name}) + 1 FROM {schema.name})" if column.type.python_type is int else "'fresh'"
    return "'zz'" if column.unique and column.type.python_type is str else column.name


def test_a_guard_that_was_emptied_is_found(ward: Ward) -> None:
    db.session.rollback()
    for statement in EMPTYING["sqlite" if is_sqlite() else "postgresql"]:
        db.session.connection().exec_driver_sql(statement)

    found = [v for a in verify(afresh=False).answers if a.check.name == "guards" for v in a.violations]

    assert [(v.row, v.field) for v in found] == [("entries_no_update" if is_sqlite() else "append_only", "sql")]
    db.session.rollback()


EMPTYING = {
    "sqlite": (
        "DROP TRIGGER entries_no_update",
        "CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries BEGIN SELECT 1; END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    ),
}
"""Engine → how somebody lets a guard stand and takes its words away."""
