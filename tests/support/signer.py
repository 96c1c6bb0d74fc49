"""One process in which the chair signs decisions, one after the other, and says aloud what became of each.

Run as ``python -m tests.support.signer URL FOLDER CHAIR DECISION …``, with ids. The clock stands at the tests' evening.
"""

import sys
from pathlib import Path

import time_machine

from khuyenhoc.application import create_app
from khuyenhoc.approvals import requests
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.awards import decision_approvals, decisions
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.org.users import User
from tests.conftest import EVENING
from tests.support.site import settings


def main() -> None:
    """Sign each; what has changed since it was shown is read again and signed as it stands."""
    url, folder, chair, *ids = sys.argv[1:]
    app = create_app(settings(Path(folder), url))
    with app.app_context(), time_machine.travel(EVENING, tick=False):
        for decision_id in map(int, ids):
            try:
                while _sign(decision_id, int(chair)) is Outcome.CHANGED:
                    db.session.rollback()
            except RuleBroken as no:
                print(f"refused {decision_id} {no}", flush=True)
            else:
                print(f"signed {decision_id}", flush=True)
            db.session.rollback()


def _sign(decision_id: int, chair: int) -> Outcome:
    request = decision_approvals.waiting_for(decisions.get_decision(decision_id))
    assert request is not None
    shown = requests.fingerprint(request)
    db.session.rollback()
    with writing():
        return requests.approve(request, by=db.session.get_one(User, chair), shown=shown)


if __name__ == "__main__":
    main()
