"""The books of one ward, followed to the đồng."""

import pytest
from flask import Flask

from tests.tracing.traced import Books, make_books


@pytest.fixture
def books(app: Flask) -> Books:
    """A ward with two campaigns, and short verbs for what happens to their money."""
    return make_books()
