"""The ward that receives gifts, and thanks for them."""

import pytest

from tests.giving.gift_world import Ward, make_ward
from tests.reports.given import Given, make_given
from tests.support.worlds import Worlds


@pytest.fixture
def ward(worlds: Worlds) -> Ward:
    """Hội U01 with its books, officers and two donors."""
    return worlds.begin_with(make_ward)


@pytest.fixture
def given(worlds: Worlds) -> Given:
    """The same ward, which also gives scholarships."""
    return worlds.begin_with(make_given)
