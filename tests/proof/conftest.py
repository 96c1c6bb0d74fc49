"""The ward's books with a little of everything in them, made once: tests that tamper undo what they did."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from tests.conftest import EVENING
from tests.giving.gift_world import Ward
from tests.proof.full_world import make_full_world
from tests.support import engines, site


@pytest.fixture(scope="module")
def ward(the_site: Flask, databases: engines.Databases) -> Iterator[Ward]:
    """Shared by the tests of a module."""
    with time_machine.travel(EVENING, tick=False), site.fresh_database(the_site, databases):
        yield make_full_world()
