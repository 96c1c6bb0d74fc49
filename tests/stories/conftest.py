"""Whole evenings, walked through by a real browser, with its script and without."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from tests.awards.award_world import AwardWorld, make_award_world
from tests.conftest import EVENING
from tests.giving.gift_world import Ward, make_ward
from tests.stories.at_award import AwardOfficer
from tests.stories.at_work import Officer
from tests.support import people
from tests.support.chromium import Windows

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


@pytest.fixture
def the_clock() -> Iterator[Callable[[datetime], None]]:
    """The evening goes by from EVENING on; ``the_clock(instant)`` turns to another day."""
    with time_machine.travel(EVENING, tick=True) as traveller:
        yield traveller.move_to


@pytest.fixture
def ward(the_clock: Callable[[datetime], None], app: Flask) -> Ward:
    """The association, its officers, its standing campaign, and two donors it knows."""
    return make_ward()


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def script(request: pytest.FixtureRequest) -> bool:
    """Whether the browsers of the story run JavaScript."""
    return bool(request.param)


@pytest.fixture
def someone(ward: Ward, windows: Windows, script: bool) -> Callable[..., Officer]:
    """``someone("thuquy")`` sits down before a window of their own."""

    def sit_down(who: str = "", size: str = "desk") -> Officer:
        return Officer(windows.open(who or None, size=size, script=script), script=script)

    return sit_down


@pytest.fixture
def awards(ward: Ward) -> AwardWorld:
    """The same association with its chapters, its committee and its auditor."""
    people.person("kiemtra", unit=ward.world.unit)
    return make_award_world(world=ward.world)


@pytest.fixture
def somebody(awards: AwardWorld, windows: Windows, script: bool) -> Callable[..., AwardOfficer]:
    """``somebody("phone")`` sits down before a window of their own, and has not signed in yet."""

    def sit_down(size: str = "desk") -> AwardOfficer:
        return AwardOfficer(windows.open(size=size, script=script), script=script)

    return sit_down
