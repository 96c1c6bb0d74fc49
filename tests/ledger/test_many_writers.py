"""Many processes at one campaign: nothing lost, nothing overdrawn, nobody waits for ever; and kill -9."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask import Flask

from khuyenhoc.core.database import db, is_sqlite
from khuyenhoc.ledger import balances
from khuyenhoc.ledger.documents import find_by_key
from khuyenhoc.proof.verify import verify
from tests.support.site import leave_database
from tests.support.world import World

PROCESSES, EACH = 8, 12
KILLS = int(os.environ.get("KHUYENHOC_KILLS", "5"))


def start(app: Flask, name: str, count: int, deed: str = "gift") -> "subprocess.Popen[str]":
    """One writer, as a process of its own."""
    settings = app.config["SETTINGS"]
    address = db.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.support.writer", address, str(settings.instance), name, str(count), deed]
    root = Path(__file__).resolve().parents[2]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=root)


def finish(writers: "list[subprocess.Popen[str]]") -> list[str]:
    """What all of them said, once all are done without a fault."""
    said = []
    for writer in writers:
        out, err = writer.communicate(timeout=120)
        assert writer.returncode == 0, err
        said += out.splitlines()
    return said


def holds() -> bool:
    """Whether verify finds nothing."""
    db.session.rollback()
    return verify().ok


def test_eight_processes_lose_nothing(app: Flask, ward: World) -> None:
    leave_database(app)

    said = finish([start(app, f"p{n}", EACH) for n in range(PROCESSES)])

    assert sum(line.startswith("posted") for line in said) == PROCESSES * EACH
    assert balances.available(ward.bicycles.id) == PROCESSES * EACH * 1_000
    assert holds()


def test_eight_processes_never_overdraw(app: Flask, ward: World) -> None:
    ward.gift(20_000)
    leave_database(app)

    said = finish([start(app, f"p{n}", 5, "pay") for n in range(PROCESSES)])

    assert sum(line.startswith("posted") for line in said) == 20
    assert balances.available(ward.bicycles.id) == 0
    assert holds()


@pytest.mark.parametrize("kill", range(KILLS))
def test_kill_9_loses_no_acknowledged_gift_and_doubles_none(app: Flask, ward: World, kill: int) -> None:
    leave_database(app)
    writers = [start(app, f"k{kill}-{n}", 500) for n in range(2)]
    firsts = [writer.stdout.readline().strip() for writer in writers if writer.stdout]
    time.sleep(random.Random(kill).uniform(0.02, 0.3))
    for writer in writers:
        writer.send_signal(signal.SIGKILL)
    acknowledged = firsts + [line for writer in writers for line in writer.communicate()[0].splitlines()]

    keys = [line.split()[1] for line in acknowledged if line.startswith("posted")]
    assert keys
    assert all(find_by_key(ward.unit.id, key) for key in keys)
    assert balances.available(ward.bicycles.id) >= len(keys) * 1_000
    assert holds()
    if is_sqlite():
        assert db.session.connection().exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
