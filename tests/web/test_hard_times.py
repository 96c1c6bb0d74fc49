"""The disk is full, or somebody holds the database: refused in words, nothing stored in part, reading goes on."""

import itertools
import os
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import OperationalError

from khuyenhoc.core import database
from khuyenhoc.core.clock import VIETNAM
from khuyenhoc.core.database import Base, db, is_sqlite
from khuyenhoc.proof import verify
from tests.giving.gift_world import Ward, make_ward
from tests.support import site
from tests.support.browser import Browser

READING = ("/", "/khoan-ung-ho", "/chien-dich", "/nha-hao-tam", "/so-sach", "/healthz")
LATER = datetime(2026, 8, 15, 21, 7, tzinfo=VIETNAM)
"""So long after the last page that the next one would note the reader's sign of life."""

BALLAST = "ballast"
ROOM = "24m"
PATIENCE = 2.0

Clock = Callable[[datetime], None]


class SmallDisk:
    """A disk that can be filled: a small one of its own or, where none may be mounted, a limit on the database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(folder)]
        self.real = os.geteuid() == 0 and subprocess.run(mount, capture_output=True, check=False).returncode == 0
        self._limit = 0

    def fill(self, engine: Engine, ward: Ward) -> None:
        """Leave no room for one more gift."""
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            self._limit = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        if self.real:
            with (self.folder / BALLAST).open("wb", buffering=0) as ballast, pytest.raises(OSError, match="No space"):
                for size in itertools.chain(itertools.repeat(1 << 20, 1_000), itertools.repeat(1 << 10)):
                    _write_all(ballast, size)
            return
        event.listen(engine, "checkout", self._narrow)
        with pytest.raises(OperationalError, match="full"):
            for _gift in range(500):  # what is left in the pages that are there
                ward.give(1_000)

    def clear(self, engine: Engine) -> None:
        """Make room again."""
        if self.real:
            (self.folder / BALLAST).unlink()
            return
        self._limit = 1 << 30

    def _narrow(self, connection: Any, *_: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {self._limit}")

    def remove(self) -> None:
        """Take the disk out."""
        if self.real:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=True)


def _write_all(file: Any, size: int) -> None:
    if file.write(b"\0" * size) < size:
        file.write(b"\0")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A small disk."""
    small = SmallDisk(tmp_path)
    yield small
    small.remove()


def rows() -> dict[str, int]:
    """How many rows every table holds, but for what says who was here."""
    db.session.rollback()
    names = sorted(set(Base.metadata.tables) - {"user_sessions"})
    return {name: db.session.execute(text(f"SELECT COUNT(*) FROM {name}")).scalar_one() for name in names}


def transfer(ward: Ward) -> dict[str, Any]:
    """A transfer of Bà Họa for the bicycles, as typed."""
    return {
        "donor": "minh hoa", "donor_id": ward.hoa.id, "donor_for": "minh hoa", "method": "bank",
        "date": "14/8/2026", "bank": ward.world.bank.id, "bank_reference": "FT26226",
        "money-0-campaign": ward.world.bicycles.id, "money-0-amount": "4tr", "step": "check",
        "restriction": "Học sinh mồ côi. " * 100,
    }  # fmt: skip


def reads_on(treasurer: Browser) -> None:
    """Every page opens as ever, without waiting."""
    began = time.perf_counter()
    for path in READING:
        assert treasurer.client.get(path).status_code == 200, path
    assert time.perf_counter() - began < PATIENCE * len(READING)


@pytest.mark.sqlite
def test_a_full_disk_is_a_readable_refusal(disk: SmallDisk, clock: Clock) -> None:
    app = site.further_site(disk.folder, f"sqlite:///{disk.folder / 'books.sqlite3'}")
    with app.app_context():
        ward = make_ward()
        treasurer = Browser(app).sign_in("thuquy")
        form = treasurer.get("gift_form.new")
        disk.fill(db.engine, ward)
        before = rows()
        clock(LATER)

        refused = treasurer.post("gift_form.record", transfer(ward), expect=507)

        assert "Ổ đĩa của máy chủ đã đầy" in refused.text
        assert "Sổ sách vẫn nguyên và vẫn xem được" in refused.text
        assert rows() == before
        reads_on(treasurer)
        disk.clear(db.engine)
        db.engine.dispose()
        treasurer.here = form  # back, and once more
        treasurer.post("gift_form.record", transfer(ward), expect=303)
        assert rows()["documents"] == before["documents"] + 1
        assert verify.verify().ok
    site.leave_database(app)


@contextmanager
def held() -> Iterator[None]:
    """Somebody else holds what every writer needs."""
    if is_sqlite():
        other = sqlite3.connect(str(db.engine.url.database), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.close()
        return
    engine = create_engine(db.engine.url)
    with engine.connect() as connection:
        connection.execute(text("SELECT 1 FROM chains FOR UPDATE"))
        yield
    engine.dispose()


def test_a_locked_database_is_a_readable_refusal(app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "PATIENCE", PATIENCE)
    ward = make_ward()
    treasurer = Browser(app).sign_in("thuquy")
    form = treasurer.get("gift_form.new")
    before = rows()
    clock(LATER)

    with held():
        refused = treasurer.post("gift_form.record", transfer(ward), expect=503)
        reads_on(treasurer)

    assert refused.response.headers["Retry-After"] == "5"
    assert "Sổ đang bận, việc này chưa được ghi." in refused.text
    assert rows() == before
    treasurer.here = form
    treasurer.post("gift_form.record", transfer(ward), expect=303)
    assert rows()["documents"] == before["documents"] + 1
