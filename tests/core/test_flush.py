"""Nobody is answered before his deed is on the disk; those who wait share one flush."""

import threading
import time
from collections.abc import Callable, Sequence

import pytest
from flask import Flask

from khuyenhoc.core import database, flush, journeys
from khuyenhoc.core.database import db, scalar, writing
from khuyenhoc.core.flush import Flusher, NotFlushed
from khuyenhoc.proof import anchors
from tests.support.world import World, find_world, make_world


class Disk:
    """A slow disk that counts; it can be told to refuse, and how long its first flush lasts."""

    def __init__(self) -> None:
        self.flushes = 0
        self.refuses = False
        self.begun = threading.Event()
        self.until: Callable[[], bool] | None = None

    def flush(self) -> None:
        """One flush of a tenth of a second; the first until what it was told to wait for has happened."""
        self.begun.set()
        while self.until and not self.flushes and not self.until():
            time.sleep(0.001)
        time.sleep(0 if self.until else 0.1)
        self.flushes += 1
        if self.refuses:
            raise OSError(5, "Input/output error")


def eight(deed: Callable[[], None], expected: tuple[type[Exception], ...] = (NotFlushed,)) -> list[BaseException]:
    """Eight threads that do the same at once; what they raised."""
    raised: list[BaseException] = []
    start = threading.Barrier(8)

    def work() -> None:
        start.wait()
        try:
            deed()
        except expected as error:
            raised.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def begun(disk: Disk, flusher: Flusher, others: int) -> threading.Thread:
    """A flush that has begun, and lasts until so many others wait."""
    disk.until = lambda: len(flusher._waiting) == others
    first = threading.Thread(target=flusher.wait, args=("the first",))
    first.start()
    disk.begun.wait()
    return first


def test_eight_who_come_during_a_flush_share_the_next_one() -> None:
    disk = Disk()
    told: list[Sequence[object]] = []
    flusher = Flusher(disk.flush, told.append)
    first = begun(disk, flusher, 8)

    assert eight(lambda: flusher.wait("a deed")) == []

    first.join()
    assert disk.flushes == 2
    assert told == [["the first"], ["a deed"] * 8]


def test_a_flush_that_has_begun_is_not_enough_for_who_comes_later() -> None:
    disk = Disk()
    flusher = Flusher(disk.flush, lambda _notes: None)
    first = begun(disk, flusher, 1)

    flusher.wait()

    assert disk.flushes == 2
    first.join()


def test_a_disk_that_refuses_refuses_everybody_who_waits() -> None:
    disk = Disk()
    disk.refuses = True
    told: list[object] = []
    flusher = Flusher(disk.flush, told.append)

    assert len(eight(flusher.wait)) == 8

    assert told == []


def test_who_fails_to_tell_of_it_leaves_nobody_waiting() -> None:
    disk = Disk()

    def stumble(_notes: object) -> None:
        raise LookupError

    flusher = Flusher(disk.flush, stumble)
    raised = eight(flusher.wait, (LookupError,))

    assert len(raised) == disk.flushes < 8


def test_who_is_broken_off_while_he_leaves_a_moment_to_others_leaves_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def break_off(_seconds: float) -> None:
        raise KeyboardInterrupt

    disk, crowded = Disk(), iter([True, False])
    flusher = Flusher(disk.flush, lambda _notes: None, lambda: next(crowded))
    with monkeypatch.context() as moment, pytest.raises(KeyboardInterrupt):
        moment.setattr(flush.time, "sleep", break_off)
        flusher.wait()

    next_one = threading.Thread(target=flusher.wait, daemon=True)
    next_one.start()
    next_one.join(5)
    assert not next_one.is_alive()
    assert disk.flushes == 1


@pytest.mark.sqlite
def test_a_deed_is_answered_after_the_flush_and_the_next_is_let_in_before(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ward = make_world()
    seen: list[str] = []

    def note(_name: str) -> None:
        seen.append("flushed")
        assert not database._queue._busy

    monkeypatch.setattr(flush, "_flush_file", note)
    database._flusher.cache_clear()
    gift(ward, seen)
    database._flusher.cache_clear()

    assert seen == ["committed", "flushed", "answered"]


def gift(ward: World, seen: list[str]) -> None:
    """A deed that notes its steps."""
    with writing():
        ward.gift(1_000)
        seen.append("committed")
    seen.append("answered")


def test_what_the_disk_did_not_confirm_is_not_anchored(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ward = make_world()
    before = anchors.known("entries")

    def refuse(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(flush, "_flush_file", refuse)
    monkeypatch.setattr(journeys, "_WAIT_FOR_DISK", "SELECT 1/0")
    database._flusher.cache_clear()
    with pytest.raises(NotFlushed):
        ward.gift(1_000)
    database._flusher.cache_clear()

    db.session.rollback()
    assert anchors.known("entries") == before
    assert scalar("SELECT COUNT(*) FROM documents") == 1  # it may outlive a power cut, and then its key finds it


@pytest.mark.postgresql
def test_the_next_is_let_in_while_a_deed_still_waits_for_the_disk(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ward = make_world()
    monkeypatch.setattr(journeys, "_WAIT_FOR_DISK", "SELECT pg_sleep(2)")
    answered = threading.Event()

    def give() -> None:
        with app.app_context():
            find_world().gift(1_000)
            answered.set()

    thread = threading.Thread(target=give)
    thread.start()
    while not scalar("SELECT COUNT(*) FROM documents"):
        db.session.rollback()
        time.sleep(0.01)
    heads = scalar("SELECT length FROM chains WHERE unit_id = :unit AND kind = 'entries' FOR UPDATE", unit=ward.unit.id)
    assert not answered.is_set()
    db.session.rollback()

    thread.join()
    assert heads == 1
    assert answered.is_set()


@pytest.mark.postgresql
def test_a_deed_waits_for_the_disk_outside_its_own_transaction(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where ``synchronous_commit`` is what the server was told, not what the deed told it."""
    ward, seen = make_world(), "SELECT set_config('khuyenhoc.seen', current_setting('synchronous_commit'), false)"
    monkeypatch.setattr(journeys, "_WAIT_FOR_DISK", seen)
    scalar("SELECT set_config('synchronous_commit', 'local', false)")
    db.session.commit()
    with writing():
        ward.gift(1_000)
        inside = scalar("SELECT current_setting('synchronous_commit')")

    assert inside == "off"
    assert scalar("SELECT current_setting('khuyenhoc.seen')") == "local"


def test_a_crowd_shares_a_flush_and_who_is_alone_does_not_wait_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    disk, slept, crowded = Disk(), [], iter([False, True])
    monkeypatch.setattr(flush.time, "sleep", slept.append)
    disk.until = lambda: True
    flusher = Flusher(disk.flush, lambda _notes: None, lambda: next(crowded))

    flusher.wait()
    assert flush.MOMENT not in slept

    flusher.wait()
    assert slept.count(flush.MOMENT) == 1


@pytest.mark.sqlite
def test_whoever_takes_a_connection_after_a_deed_waits_for_the_disk_at_every_commit(app: Flask) -> None:
    make_world().gift(1_000)

    taken = db.engine.raw_connection()
    try:
        assert taken.cursor().execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    finally:
        taken.close()
