"""The ward's books, freshly opened."""

import pytest

from tests.support.world import World, make_world
from tests.support.worlds import Worlds


@pytest.fixture
def ward(worlds: Worlds) -> World:
    """Phường Bến Nắng with its fund, two campaigns, a cash box and a bank account."""
    return worlds.begin_with(make_world)
