"""Fifty deeds in flight at the same instant: processes of threads that all wait at one barrier before the first begins.

Each thread has an app context and a connection of its own, open before the barrier. The clock stands at the tests'
evening.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple, Protocol

import time_machine
from flask import Flask

from khuyenhoc.application import create_app
from khuyenhoc.approvals import requests
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.awards import decision_approvals, decisions
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.history import chains
from khuyenhoc.org.users import User
from khuyenhoc.payouts import lists, paying
from khuyenhoc.payouts.receiving import Receipt
from tests.conftest import EVENING
from tests.support import writer
from tests.support.site import leave_database, settings

PROCESSES = 5
PATIENCE = 60.0
"""Seconds: what is asked here is who gets the last bicycle, not how long a busy machine lets one wait."""

MOTHER = Receipt("Nguyễn Thị Mẹ", "mẹ", None, "Cô Hồ Thị Nháp")


class Wanted(NamedTuple):
    """One deed of one person: ``sign`` a decision, ``pay`` a list, ``hand_over`` a line; ids of what is meant."""

    deed: str
    person: int
    subject: int
    line: int = 0


class Barrier(Protocol):
    """Where all wait until the last has come."""

    def wait(self, timeout: float) -> int:
        """Go on when everybody is here; an error when somebody stays away."""


def _sign(wanted: Wanted) -> None:
    """What stands there is read once nobody else can change it, and signed so."""
    with writing(patience=PATIENCE):
        request = decision_approvals.waiting_for(decisions.get_decision(wanted.subject))
        assert request is not None
        chains.lock(request.unit_id)
        shown = requests.fingerprint(request)
        assert requests.approve(request, by=db.session.get_one(User, wanted.person), shown=shown) is Outcome.DONE


def _pay(wanted: Wanted) -> None:
    with writing(patience=PATIENCE):
        paying.pay(lists.get_payout(wanted.subject), by=db.session.get_one(User, wanted.person))


def _hand_over(wanted: Wanted) -> None:
    with writing(patience=PATIENCE):
        by = db.session.get_one(User, wanted.person)
        paying.hand_over(lists.get_payout(wanted.subject), {wanted.line: MOTHER}, by=by, key=token())


DEEDS: Mapping[str, Callable[[Wanted], None]] = {"sign": _sign, "pay": _pay, "hand_over": _hand_over}


def work(url: str, folder: str, some: list[Wanted], barrier: Barrier, line: Connection) -> None:
    """A thread for each deed; how each went is said when all are done."""
    app = create_app(settings(Path(folder), url))
    said: list[str] = []
    with time_machine.travel(EVENING, tick=False):
        threads = [threading.Thread(target=_one, args=(app, wanted, barrier, said)) for wanted in some]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(said) == len(some), "a thread has died"
    for words in said:
        line.send(words)


def _one(app: Flask, wanted: Wanted, barrier: Barrier, said: list[str]) -> None:
    with app.app_context():
        db.session.get_one(User, wanted.person)  # the connection is there before anybody begins
        db.session.rollback()
        barrier.wait(writer.LONGEST)
        try:
            DEEDS[wanted.deed](wanted)
        except RuleBroken as no:
            said.append(f"refused {wanted.deed} {no}")
        else:
            said.append(f"done {wanted.deed}")
        db.session.rollback()


def all_at_once(app: Flask, wanted: Sequence[Wanted]) -> list[str]:
    """Let all of them begin at the same instant; gives what each said: ``done pay``, ``refused sign`` and why."""
    with app.app_context():
        url = db.engine.url.render_as_string(hide_password=False)
    db.session.rollback()  # what is still being read would keep its connection
    leave_database(app)
    barrier = writer.barrier(len(wanted))
    instance = str(app.config["SETTINGS"].instance)
    shares = [list(wanted[n::PROCESSES]) for n in range(PROCESSES)]
    said = writer.finish([writer.fork(work, url, instance, some, barrier) for some in shares])
    db.session.rollback()
    db.session.expire_all()
    return said
