"""Processes that post to the ward's books and say what was acknowledged.

They are forked from a server that has imported the application once, so that two hundred of them do not take an
hour; each makes its own app and opens its own connections.
"""

import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from flask import Flask

from khuyenhoc.application import create_app
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import RuleBroken
from tests.support.site import settings
from tests.support.world import find_world

_server = multiprocessing.get_context("forkserver")
_server.set_forkserver_preload([__name__, "khuyenhoc.cli"])

LONGEST = 120
"""Seconds after which a writer that says nothing has failed."""


def write(url: str, folder: str, name: str, count: int, deed: str, line: Connection) -> None:
    """Say ready, wait to be told, then post one document after the other, and say each only after its commit."""
    app = create_app(settings(Path(folder), url))
    with app.app_context():
        ward = find_world()
        db.session.rollback()
        line.send("ready")
        line.recv()
        for n in range(count):
            key = f"{name}-{n}"
            try:
                if deed == "pay":
                    ward.pay(1_000, on=ward.today(), key=key)
                else:
                    ward.gift(1_000, on=ward.today(), key=key)
            except RuleBroken:
                line.send(f"refused {key}")
            else:
                line.send(f"posted {key}")


@dataclass
class Writer:
    """One such process, and the line to it."""

    process: ForkServerProcess
    line: Connection

    def hear(self) -> str:
        """The next thing that it says."""
        assert self.line.poll(LONGEST), "a writer says nothing"
        said: str = self.line.recv()
        return said

    def hear_out(self) -> list[str]:
        """Everything that it still says, until it ends or is ended."""
        said = []
        try:
            while True:
                said.append(self.hear())
        except (EOFError, OSError):  # OSError: killed in the middle of a word
            self.process.join(LONGEST)
            return said


def start(app: Flask, name: str, count: int, deed: str = "gift") -> Writer:
    """One writer, that waits to be told."""
    instance = str(app.config["SETTINGS"].instance)
    with app.app_context():
        url = db.engine.url.render_as_string(hide_password=False)
    return fork(write, url, instance, name, count, deed)


def fork(work: Callable[..., None], *given: Any) -> Writer:
    """A process that does ``work`` with what is given, and the line to it as the last argument."""
    ours, theirs = _server.Pipe()
    process = _server.Process(target=work, args=(*given, theirs), daemon=True)
    process.start()
    theirs.close()
    return Writer(process, ours)


def barrier(parties: int) -> Any:
    """Where so many wait for each other, threads of whichever forked processes."""
    return _server.Barrier(parties)


def go(writers: list[Writer]) -> None:
    """Let all of them begin at once, when all are ready."""
    assert [writer.hear() for writer in writers] == ["ready"] * len(writers)
    for writer in writers:
        writer.line.send("go")


def finish(writers: list[Writer]) -> list[str]:
    """What all of them said, once all are done without a fault."""
    said = [words for writer in writers for words in writer.hear_out()]
    assert [writer.process.exitcode for writer in writers] == [0] * len(writers)
    return said
