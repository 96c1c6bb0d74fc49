"""(c) Eight threads of one process at one campaign, against eight raw writers of exactly the same rows.

Both sides take turns in blocks of gifts. A raw writer is what one would write by hand: a connection of its
own for each thread, BEGIN IMMEDIATE with a long busy timeout (on PostgreSQL the lock on the unit's row),
fixed SQL, COMMIT. Every gift is waited for from the wish to the durable answer, and counted in the end.
"""

import sqlite3
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import text

from bench import proving, raw, world
from bench.options import Options
from bench.place import Ground
from bench.timing import Figure, milliseconds
from bench.world import World
from khuyenhoc.core.database import db, is_sqlite, writing

BLOCKS = 3
"""Turns of each side; the gifts of a thread are shared out among them. Each is long enough to see who starves."""

PATIENCE = 120.0
"""Seconds that a raw writer waits for its turn before it gives up."""

LOCK = "SELECT kind, length, head FROM chains WHERE unit_id = %s ORDER BY kind FOR UPDATE"

Deed = Callable[[], object]


@dataclass
class Side:
    """What one side's threads did: the seconds each gift was waited for, and those of all blocks together."""

    waits: list[float] = field(default_factory=list)
    failed: list[Exception] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        """Gifts acknowledged per second."""
        return len(self.waits) / self.seconds

    def plain(self, name: str) -> str:
        """``rule 312/s, median 24.1 ms, worst 61.0 ms``."""
        median, worst = milliseconds(statistics.median(self.waits)), milliseconds(max(self.waits))
        return f"{name} {self.per_second:.0f}/s, median {median}, worst {worst}"


def measure(ground: Ground, options: Options) -> list[Figure]:
    """Rule and raw SQL by turns in one database; in the end all gifts are counted and verified."""
    app = ground.site("threads")
    each = max(1, options.gifts_per_thread // BLOCKS)
    with app.app_context():
        ward = world.found()
        db.session.rollback()
        rule, hand = Side(), Side()
        with _raw_writers(options.threads) as writers:
            for block in range(-1, BLOCKS):  # the first one warms up
                sides = (rule, hand) if block >= 0 else (Side(), Side())
                _by_rule(app, ward, sides[0], options.threads, each)
                _by_hand(writers, ward, sides[1], each)
        db.session.rollback()
        stored = db.session.execute(text("SELECT COUNT(*) FROM documents")).scalar_one()
        db.session.rollback()
        proving.require()
    if hand.failed:
        raise ExceptionGroup("the raw writers are to be measured, not to fail", hand.failed)
    lost = 2 * (BLOCKS + 1) * options.threads * each - len(rule.failed) - stored
    return _figures(ground.engine, rule, hand, lost)


def _figures(engine: str, rule: Side, hand: Side, lost: int) -> list[Figure]:
    detail = f"{rule.plain('rule')}; {hand.plain('raw')}; n={len(rule.waits)} each"
    faults = f"{len(rule.failed)} failed, {lost} lost of {len(rule.waits) + len(rule.failed)}"
    figures = [Figure(f"(c) failed or lost, {engine}", len(rule.failed) + abs(lost), 0, faults)]
    if engine == "sqlite":
        waited = max(rule.waits) / max(hand.waits)
        figures.append(Figure(f"(c) worst wait of eight threads, {engine}", waited, 0.1, detail))
    floor = 0.7 if engine == "sqlite" else 0.6
    speed = rule.per_second / hand.per_second
    return [*figures, Figure(f"(c) throughput of eight threads, {engine}", speed, floor, detail, at_least=True)]


def _by_rule(app: Flask, ward: World, side: Side, threads: int, each: int) -> None:
    names = world.names_of(ward)

    def work(start: threading.Barrier) -> None:
        with app.app_context():
            mine = world.for_this_thread(names)

            def deed() -> None:
                with writing():
                    mine.give()

            _one_after_the_other(deed, side, each, start)

    _together([work] * threads, side)


def _by_hand(writers: list[Any], ward: World, side: Side, each: int) -> None:
    made = iter([raw.statements(rows) for rows in raw.rows_of_next(ward.give, len(writers) * each)])

    unit_id = ward.unit.id

    def writer(connection: Any) -> Callable[[threading.Barrier], None]:
        def work(start: threading.Barrier) -> None:
            _one_after_the_other(lambda: _write(connection, unit_id, made), side, each, start)

        return work

    _together([writer(connection) for connection in writers], side)


def _together(workers: list[Callable[[threading.Barrier], None]], side: Side) -> None:
    start = threading.Barrier(len(workers) + 1)
    threads = [threading.Thread(target=worker, args=(start,)) for worker in workers]
    for thread in threads:
        thread.start()
    start.wait(PATIENCE)
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    side.seconds += time.perf_counter() - began


def _one_after_the_other(deed: Deed, side: Side, count: int, start: threading.Barrier) -> None:
    start.wait(PATIENCE)
    for _gift in range(count):
        began = time.perf_counter()
        try:
            deed()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is counted
            side.failed.append(error)
        else:
            side.waits.append(time.perf_counter() - began)


@contextmanager
def _raw_writers(count: int) -> Iterator[list[Any]]:
    """So many connections of the driver itself, each with the manners of the books."""
    opened = [_connection() for _writer in range(count)]
    try:
        yield opened
    finally:
        for connection in opened:
            connection.close()


def _connection() -> Any:
    if not is_sqlite():
        return psycopg.connect(db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False))
    assert db.engine.url.database
    connection = sqlite3.connect(
        db.engine.url.database, timeout=PATIENCE, isolation_level=None, check_same_thread=False
    )
    for pragma in (
        "foreign_keys = ON",
        "recursive_triggers = ON",
        "synchronous = FULL",
        "cache_size = -16000",
        "wal_autocheckpoint = 4000",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _write(connection: Any, unit_id: int, made: Iterator[list[raw.Statement]]) -> None:
    """The lock, the next gift's rows, and the durable end."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("BEGIN IMMEDIATE")
        for sql, values in next(made):
            connection.execute(sql, values)
        connection.execute("COMMIT")
        return
    with connection.cursor() as cursor:
        cursor.execute(LOCK, (unit_id,), prepare=True)
        for sql, values in next(made):
            cursor.execute(sql, values, prepare=True)
    connection.commit()
