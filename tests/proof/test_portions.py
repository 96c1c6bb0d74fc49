"""The proof sums the books in portions, and meets every row once."""

import pytest

from khuyenhoc.proof import portions, reconcile
from tests.support.world import World, make_world


@pytest.fixture
def world(app) -> World:
    return make_world("U05")


def test_many_small_portions_say_the_same_as_one(world, monkeypatch):
    for _number in range(7):
        world.gift(100_000)
    at_once = reconcile.report()["campaigns"]

    monkeypatch.setattr(portions, "AT_ONCE", 2)

    assert len(list(portions.of_documents())) >= 4
    assert reconcile.report()["campaigns"] == at_once
