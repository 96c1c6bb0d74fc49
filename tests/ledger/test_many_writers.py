"""Many processes at one campaign: nothing lost, nothing overdrawn, nobody waits for ever; and kill -9."""

import itertools
import os
import random
import signal
import time

import pytest
from flask import Flask
from sqlalchemy import select

from khuyenhoc.core.database import db, is_sqlite
from khuyenhoc.ledger import balances
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.proof.verify import verify
from tests.support.site import leave_database
from tests.support.world import World
from tests.support.writer import finish, go, start

PROCESSES, EACH = 8, 25
KILLS = int(os.environ.get("KHUYENHOC_KILLS", "5"))


def holds() -> bool:
    """Whether verify finds nothing."""
    db.session.rollback()
    return verify().ok


def posted_by(prefix: str) -> list[str]:
    """The keys of what is stored, in the order in which it was written."""
    query = select(Document.idempotency_key).where(Document.idempotency_key.like(f"{prefix}%"))
    return list(db.session.scalars(query.order_by(Document.entry_number)))


def test_eight_processes_lose_nothing(app: Flask, ward: World) -> None:
    leave_database(app)
    writers = [start(app, f"p{n}", EACH) for n in range(PROCESSES)]

    go(writers)
    said = finish(writers)

    keys = posted_by("p")
    turns = sum(one.split("-")[0] != other.split("-")[0] for one, other in itertools.pairwise(keys))
    assert turns >= PROCESSES, "they wrote one after the other, which proves nothing"
    assert len(keys) == len(set(keys)) == PROCESSES * EACH
    assert sum(line.startswith("posted") for line in said) == PROCESSES * EACH
    assert balances.available(ward.bicycles.id) == PROCESSES * EACH * 1_000
    assert holds()


def test_eight_processes_never_overdraw(app: Flask, ward: World) -> None:
    ward.gift(20_000)
    leave_database(app)
    writers = [start(app, f"p{n}", 5, "pay") for n in range(PROCESSES)]

    go(writers)
    said = finish(writers)

    assert sum(line.startswith("posted") for line in said) == 20
    assert balances.available(ward.bicycles.id) == 0
    assert holds()


@pytest.mark.long
@pytest.mark.parametrize("kill", range(KILLS))
def test_kill_9_loses_no_acknowledged_gift_and_doubles_none(app: Flask, ward: World, kill: int) -> None:
    leave_database(app)
    writers = [start(app, f"k{n}", 5_000) for n in range(2)]
    go(writers)
    acknowledged = [writer.hear() for writer in writers]
    time.sleep(random.Random(kill).uniform(0.02, 0.3))
    for writer in writers:
        writer.process.kill()
    acknowledged += [words for writer in writers for words in writer.hear_out()]
    assert [writer.process.exitcode for writer in writers] == [-signal.SIGKILL] * len(writers)

    keys = [line.split()[1] for line in acknowledged if line.startswith("posted")]
    stored = posted_by("k")
    assert set(keys) <= set(stored), "an acknowledged gift is lost"
    assert len(keys) >= len(writers)
    assert len(stored) <= len(keys) + len(writers), "each writer had one gift in hand at most"
    assert holds()
    for key in {*stored, *(f"k{n}-{sum(key.startswith(f'k{n}-') for key in keys)}" for n in range(2))}:
        ward.gift(1_000, on=ward.today(), key=key)  # sent again, also the one that was in hand
    assert balances.available(ward.bicycles.id) == (len(keys) + len(writers)) * 1_000
    assert holds()
    if is_sqlite():
        assert db.session.connection().exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
