"""Processes in which treasurers pay or hand over, one list after the other, and say what became of each.

They are forked from a server that has imported the application once, as the writers are. The clock stands at the
tests' evening.
"""

from multiprocessing.connection import Connection
from pathlib import Path

import time_machine
from flask import Flask

from khuyenhoc.application import create_app
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.org.users import User
from khuyenhoc.payouts import lists, paying
from khuyenhoc.payouts.receiving import Receipt
from tests.conftest import EVENING
from tests.support import writer
from tests.support.site import settings
from tests.support.writer import Writer

MOTHER = Receipt("Nguyễn Thị Mẹ", "mẹ", None, "Cô Hồ Thị Nháp")


def work(url: str, folder: str, deed: str, person: int, wanted: list[str], line: Connection) -> None:
    """Say ready, wait to be told, then take each in turn (``list`` or ``list:line``, by ids) and say how it went."""
    app = create_app(settings(Path(folder), url))
    with app.app_context(), time_machine.travel(EVENING, tick=False):
        line.send("ready")
        line.recv()
        for one in wanted:
            try:
                with writing():
                    _take(deed, one, db.session.get_one(User, person))
            except RuleBroken as no:
                line.send(f"refused {one} {no}")
            else:
                line.send(f"done {one}")
            db.session.rollback()


def _take(deed: str, wanted: str, by: User) -> None:
    number, _colon, line = wanted.partition(":")
    payout = lists.get_payout(int(number))
    if deed == "pay":
        paying.pay(payout, by=by)
    else:
        paying.hand_over(payout, {int(line): MOTHER}, by=by, key=token())


def start(app: Flask, deed: str, person: int, wanted: list[str]) -> Writer:
    """One payer, that waits to be told; ``writer.go`` and ``writer.finish`` do with it what they do with writers."""
    with app.app_context():
        url = db.engine.url.render_as_string(hide_password=False)
    return writer.fork(work, url, str(app.config["SETTINGS"].instance), deed, person, wanted)
