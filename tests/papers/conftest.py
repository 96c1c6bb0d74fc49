"""The ward's books, with a gift whose papers are to be issued."""

import pytest

from khuyenhoc.ledger.document_tables import Document
from tests.support.world import World, make_world
from tests.support.worlds import Worlds


@pytest.fixture
def ward(worlds: Worlds) -> World:
    """Phường Bến Nắng with its books open."""
    return worlds.begin_with(make_world)


@pytest.fixture
def gift(ward: World) -> Document:
    """4.750.000 đồng in cash, for bicycles."""
    return ward.gift(4_750_000)
