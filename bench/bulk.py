"""Writes very many rows quickly: triggers, foreign keys and indexes step aside and come back afterwards."""

import re
import sqlite3
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
    if value.__class__ is int:
        return str(value)
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(_ESCAPED) if _SPECIAL(value) else value
    return str(value)


_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_SPECIAL = re.compile(r"[\\\t\n\r]").search


@contextmanager
def loading() -> Iterator[Bulk]:
    """A place to write to. What is written is kept when the block ends, with every index and guard back."""
    db.session.rollback()
    with _sqlite_aside() if is_sqlite() else _postgresql_aside() as driver:
        yield Bulk(driver)


@contextmanager
def _sqlite_aside() -> Iterator[Any]:
    """A connection alone with the file: nothing is logged and nothing flushed before the end."""
    db.session.remove()
    db.engine.dispose()
    driver = sqlite3.connect(str(db.engine.url.database), isolation_level=None)
    for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = OFF", "synchronous = OFF", "cache_size = -1000000"):
        driver.execute(f"PRAGMA {pragma}").fetchall()
    driver.execute("PRAGMA temp_store = MEMORY")
    driver.execute("BEGIN IMMEDIATE")
    found = driver.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY type"
    ).fetchall()
    for kind, name, _sql in found:
        driver.execute(f"DROP {kind} {name}")
    yield driver
    for _kind, _name, sql in found:
        driver.execute(sql)
    driver.execute("COMMIT")
    for pragma in ("synchronous = FULL", "journal_mode = DELETE", "journal_mode = WAL", "wal_checkpoint(TRUNCATE)"):
        driver.execute(f"PRAGMA {pragma}").fetchall()
    driver.close()


@contextmanager
def _postgresql_aside() -> Iterator[Any]:
    """A connection of its own, whose transaction no other writer may see."""
    db.session.remove()
    pooled = db.engine.raw_connection()
    driver: Any = pooled.driver_connection
    driver.rollback()
    driver.execute("SET session_replication_role = replica")
    driver.execute("SET maintenance_work_mem = '1GB'")
    found = driver.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
        " AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = indexname)"
    ).fetchall()
    for name, _sql in found:
        driver.execute(f"DROP INDEX {name}")
    yield driver
    for _name, sql in found:
        driver.execute(sql)
    for table in ("documents", "donors"):
        driver.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT COALESCE(MAX(id), 1) FROM {table}))"
        )
    driver.commit()
    driver.autocommit = True
    driver.execute("RESET session_replication_role")
    driver.execute("RESET maintenance_work_mem")
    driver.execute("VACUUM ANALYZE")  # as the server's own autovacuum does after a while
    driver.autocommit = False
    pooled.close()
