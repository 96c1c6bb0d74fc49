"""The association whose campaigns buy goods."""

import pytest

from tests.awards.award_world import AwardWorld, make_award_world
from tests.support.worlds import Worlds


@pytest.fixture
def world(worlds: Worlds) -> AwardWorld:
    """Hội U01 with its chapter and school, its officers and its committee."""
    return worlds.begin_with(make_award_world)
