"""The ward's books with a little of everything in them."""

import pytest
from flask import Flask

from tests.support.world import World, make_world


@pytest.fixture
def ward(app: Flask) -> World:
    """A ward with gifts, a cost, goods, a commitment, a reservation and a void."""
    world = make_world()
    world.gift(500_000)
    world.gift(2_000_000, campaign=world.general)
    world.bicycles_given(3)
    world.pay(120_000)
    world.decide(100_000)
    world.reserve(1)
    world.void(world.gift(250_000))
    return world
