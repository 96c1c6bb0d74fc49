"""The books of one ward, followed to the đồng."""

import pytest
from flask import Flask

from khuyenhoc.ledger import bars
from tests.tracing.traced import Books, make_books


@pytest.fixture(autouse=True)
def bare_books(monkeypatch: pytest.MonkeyPatch) -> None:
    """No list stands behind what is paid here, so that none is in the way of voiding it."""
    monkeypatch.setitem(bars._bars, "payouts", lambda _document: "")


@pytest.fixture
def books(app: Flask) -> Books:
    """A ward with two campaigns, and short verbs for what happens to their money."""
    return make_books()
