"""Writes very many rows quickly: triggers, foreign keys and indexes step aside and come back afterwards."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from bench.raw import columns, insert
from khuyenhoc.core.database import db, is_sqlite

Row = dict[str, Any]


class Bulk:
    """Rows go straight through the driver, many at a time."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver
        self._names: dict[str, list[str]] = {}

    def write(self, table: str, rows: Iterable[Row]) -> None:
        """Add rows as they are; a column that a row does not name is null."""
        names = self._names.setdefault(table, columns(table))
        values = [tuple(map(row.get, names)) for row in rows]
        if is_sqlite():
            self._driver.executemany(insert(table), values)
            return
        with self._driver.cursor().copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
            copy.write("".join("\t".join(map(_plain, row)) + "\n" for row in values))


def _plain(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return str(value)


@contextmanager
def loading() -> Iterator[Bulk]:
    """A place to write to. What is written is kept when the block ends, with every index and guard back."""
    db.session.rollback()
    pooled = db.engine.raw_connection()
    driver = pooled.driver_connection
    assert driver is not None
    aside = _sqlite_aside(driver) if is_sqlite() else _postgresql_aside(driver)
    with aside:
        yield Bulk(driver)
    pooled.close()


@contextmanager
def _sqlite_aside(driver: Any) -> Iterator[None]:
    driver.execute("PRAGMA foreign_keys = OFF")
    driver.execute("PRAGMA synchronous = OFF")
    driver.execute("BEGIN IMMEDIATE")
    found = driver.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
        " AND name <> 'uq_documents_unit_id_idempotency_key' ORDER BY type"
    ).fetchall()
    for kind, name, _sql in found:
        driver.execute(f"DROP {kind} {name}")
    yield
    for _kind, _name, sql in found:
        driver.execute(sql)
    driver.execute("COMMIT")
    driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    driver.execute("PRAGMA synchronous = FULL")
    driver.execute("PRAGMA foreign_keys = ON")


@contextmanager
def _postgresql_aside(driver: Any) -> Iterator[None]:
    driver.rollback()
    driver.execute("SET session_replication_role = replica")
    found = driver.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
        " AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = indexname)"
    ).fetchall()
    for name, _sql in found:
        driver.execute(f"DROP INDEX {name}")
    yield
    for _name, sql in found:
        driver.execute(sql)
    for table in ("documents", "donors"):
        driver.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT COALESCE(MAX(id), 1) FROM {table}))"
        )
    driver.execute("SET session_replication_role = DEFAULT")
    driver.commit()
    driver.autocommit = True
    driver.execute("VACUUM ANALYZE")  # as the server's own autovacuum does after a while
    driver.autocommit = False
