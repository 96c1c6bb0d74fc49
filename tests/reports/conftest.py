"""The ward that receives gifts, and thanks for them."""

import pytest
from flask import Flask

from tests.giving.gift_world import Ward, make_ward
from tests.reports.given import Given, make_given


@pytest.fixture
def ward(app: Flask) -> Ward:
    """Hội U01 with its books, officers and two donors."""
    return make_ward()


@pytest.fixture
def given(app: Flask) -> Given:
    """The same ward, which also gives scholarships."""
    return make_given()
