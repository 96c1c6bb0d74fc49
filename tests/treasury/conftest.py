"""The ward's books and officers, for every test of the treasury."""

from dataclasses import dataclass

import pytest

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.core.database import writing
from khuyenhoc.org.users import User
from khuyenhoc.treasury import cash_differences, transfers
from tests.support import people
from tests.support.world import World, make_world
from tests.support.worlds import Worlds

assert cash_differences
assert transfers


@dataclass
class Officers:
    """The people of the ward, by role."""

    treasurer: User
    accountant: User
    secretary: User
    chair: User
    vice_chair: User
    auditor: User


@dataclass
class Treasury:
    """The ward's books, and its people."""

    ward: World
    officers: Officers


def make_treasury() -> Treasury:
    """The ward with six people, one role each."""
    ward = make_world()
    roles = ("treasurer", "accountant", "secretary", "chair", "vice_chair", "auditor")
    return Treasury(ward, Officers(*(people.person(f"ward.{role}", role=role, unit=ward.unit) for role in roles)))


@pytest.fixture
def treasury(worlds: Worlds) -> Treasury:
    """The ward with its people."""
    return worlds.begin_with(make_treasury)


@pytest.fixture
def ward(treasury: Treasury) -> World:
    """Phường Bến Nắng with its fund, two campaigns, a cash box and a bank account."""
    return treasury.ward


@pytest.fixture
def officers(treasury: Treasury) -> Officers:
    """Six people, one role each, on the ward."""
    return treasury.officers


def approve(request: Request, by: User) -> Outcome:
    """Approve what stands there now."""
    with writing():
        return requests.approve(request, by=by, shown=requests.fingerprint(request))
