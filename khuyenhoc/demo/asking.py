"""What waits for a second person is approved as the page of the approvals approves it: what is shown, by who may."""

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.core.database import db
from khuyenhoc.org.users import User


def approve(request: Request | None, *, by: User) -> None:
    """Let ``by`` approve what was asked, as it stands now; with it the deed is done."""
    assert request is not None
    db.session.flush()
    done = requests.approve(request, by=by, shown=requests.fingerprint(request))
    assert done is Outcome.DONE
