"""The ward's books, freshly opened."""

import pytest
from flask import Flask

from tests.support.world import World, make_world


@pytest.fixture
def ward(app: Flask) -> World:
    """Phường Bến Nắng with its fund, two campaigns, a cash box and a bank account."""
    return make_world()
