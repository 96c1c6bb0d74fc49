"""The verbs of writing off, for tests."""

from typing import Any

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import db, writing
from khuyenhoc.goods import write_offs
from khuyenhoc.goods.write_off_tables import WriteOff
from khuyenhoc.org.users import User
from tests.awards.award_world import AwardWorld


def lose(world: AwardWorld, n: int = 1, *, by: User | None = None, **more: Any) -> WriteOff:
    """The secretary asks that so many bicycles be written off."""
    values: dict[str, Any] = {"cause": "broken", "reason": "Gãy khung khi chở", "key": token(), **more}
    with writing():
        return write_offs.ask(world.world.bicycles, world.world.bicycle, n, by=by or world.secretary, **values)


def request_of(write_off: WriteOff) -> Request:
    """The request that waits."""
    request = write_offs.waiting_for(write_off)
    assert request is not None
    return request


def decide(world: AwardWorld, write_off: WriteOff, by: User | None = None, shown: str = "") -> Outcome:
    """The chair approves what stands there."""
    request = request_of(write_off)
    with writing():
        outcome = requests.approve(request, by=by or world.chair, shown=shown or requests.fingerprint(request))
    db.session.refresh(write_off)
    return outcome
