"""Lists that are narrowed to some days: a last day before the first is told beside its field, not an empty list."""

import pytest

from khuyenhoc.web.lists import FROM, TO, Filter
from tests.awards.award_world import AwardWorld, make_award_world
from tests.support.browser import Browser
from tests.support.worlds import Worlds

PAGES = {
    "CountFilter": ("cash.count", "thuquy"),
    "DecisionFilter": ("decisions.index", "chutich"),
    "DeedFilter": ("proof.history", "chutich"),
    "DocumentFilter": ("treasury.list_documents", "ketoan"),
    "GiftFilter": ("giving.gifts", "ketoan"),
    "MovementFilter": ("stock.movements", "thuky"),
}
"""The questions above a list that ask for days → the list, and who may see it."""


@pytest.fixture
def world(worlds: Worlds) -> AwardWorld:
    """An association with its people and goods."""
    return worlds.begin_with(make_award_world)


def _every(of: type[Filter]) -> set[type[Filter]]:
    return {of}.union(*(_every(one) for one in of.__subclasses__()))


def test_every_list_with_two_days_is_tried() -> None:
    assert {one.__name__ for one in _every(Filter) if hasattr(one, FROM) and hasattr(one, TO)} == set(PAGES)


@pytest.mark.parametrize("asked", PAGES)
def test_the_last_day_is_not_before_the_first(world: AwardWorld, browser: Browser, asked: str) -> None:
    endpoint, who = PAGES[asked]
    of = {"code": world.world.bicycle.code} if asked == "MovementFilter" else {}
    browser.sign_in(who)

    page = browser.get(endpoint, query={FROM: "15/8/2026", TO: "14/8/2026"}, expect=422, **of)

    assert "không được trước" in page.error(TO)
    assert (page.field(FROM), page.field(TO)) == ("15/8/2026", "14/8/2026")
    browser.get(endpoint, query={FROM: "15/8/2026", TO: "15/8/2026"}, **of)
    browser.get(endpoint, query={FROM: "hôm qua"}, expect=422, **of)
