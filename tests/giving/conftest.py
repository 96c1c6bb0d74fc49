"""The ward that receives gifts."""

import pytest

from tests.giving.gift_world import Ward, make_ward
from tests.support.worlds import Worlds


@pytest.fixture
def ward(worlds: Worlds) -> Ward:
    """Hội U01 with its books, officers and two donors."""
    return worlds.begin_with(make_ward)
