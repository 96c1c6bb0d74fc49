"""The association whose campaigns buy goods."""

import pytest
from flask import Flask

from tests.awards.award_world import AwardWorld, make_award_world


@pytest.fixture
def world(app: Flask) -> AwardWorld:
    """Hội U01 with its chapter and school, its officers and its committee."""
    return make_award_world()
