"""Processes in which the chair signs decisions, one after the other, and says what became of each.

They are forked from a server that has imported the application once, as the writers are. The clock stands at the
tests' evening.
"""

from multiprocessing.connection import Connection
from pathlib import Path

import time_machine
from flask import Flask

from khuyenhoc.application import create_app
from khuyenhoc.approvals import requests
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.awards import decision_approvals, decisions
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.org.users import User
from tests.conftest import EVENING
from tests.support import writer
from tests.support.site import settings
from tests.support.writer import Writer

PATIENCE = 60.0
"""Seconds: what is asked here is who gets the last bicycle, not how long a busy machine lets one wait."""


def work(url: str, folder: str, chair: int, wanted: list[int], line: Connection) -> None:
    """Say ready, wait to be told, then sign each; what has changed since it was shown is read again and signed so."""
    app = create_app(settings(Path(folder), url))
    with app.app_context(), time_machine.travel(EVENING, tick=False):
        line.send("ready")
        line.recv()
        for decision_id in wanted:
            try:
                while _sign(decision_id, chair) is Outcome.CHANGED:
                    db.session.rollback()
            except RuleBroken as no:
                line.send(f"refused {decision_id} {no}")
            else:
                line.send(f"signed {decision_id}")
            db.session.rollback()


def _sign(decision_id: int, chair: int) -> Outcome:
    request = decision_approvals.waiting_for(decisions.get_decision(decision_id))
    assert request is not None
    shown = requests.fingerprint(request)
    db.session.rollback()
    with writing(patience=PATIENCE):
        return requests.approve(request, by=db.session.get_one(User, chair), shown=shown)


def start(app: Flask, chair: int, wanted: list[int]) -> Writer:
    """One signer, that waits to be told; ``writer.go`` and ``writer.finish`` do with it what they do with writers."""
    with app.app_context():
        url = db.engine.url.render_as_string(hide_password=False)
    return writer.fork(work, url, str(app.config["SETTINGS"].instance), chair, wanted)
