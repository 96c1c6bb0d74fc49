"""A void is asked for by the same form, whatever the document; for gifts see tests/giving/test_gift_pages.py."""

from collections.abc import Callable

import pytest

from tests.awards.award_world import MILLION, AwardWorld
from tests.goods import stocked, written_off
from tests.support.browser import Answer, Browser
from tests.support.voids import assert_asks_for_a_void

Asked = Callable[[AwardWorld, Browser], Answer]


def _cost(world: AwardWorld, browser: Browser) -> Answer:
    world.world.gift(MILLION)
    cost = world.world.pay(120_000)
    return browser.sign_in("ketoan").get("treasury.void_form", document_id=cost.id)


def _purchase(world: AwardWorld, browser: Browser) -> Answer:
    world.money(5 * stocked.EACH, world.world.bicycles)
    purchase = stocked.ask(world)
    stocked.approve(world, purchase)
    stocked.bought(world, purchase)
    return browser.sign_in("ketoan").get("purchases.show", purchase_id=purchase.id)


def _write_off(world: AwardWorld, browser: Browser) -> Answer:
    stocked.given(world, 3)
    lost = written_off.lose(world)
    written_off.decide(world, lost)
    return browser.sign_in("thuky").get("write_offs.show", write_off_id=lost.id)


@pytest.mark.parametrize("asked", [_cost, _purchase, _write_off])
def test_every_void_is_asked_for_alike(world: AwardWorld, browser: Browser, asked: Asked) -> None:
    assert_asks_for_a_void(asked(world, browser))
