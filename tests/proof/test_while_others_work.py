"""The proof and the pages look at one instant of the books, however busy the house is meanwhile."""

import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from khuyenhoc.core.database import db
from khuyenhoc.funds.campaigns import get_campaign
from khuyenhoc.proof import anchors, reconcile, verify
from khuyenhoc.proof.violations import Check, Violation
from tests.support import site
from tests.support.world import World, make_world


@pytest.fixture
def ward(app: Flask) -> World:
    """The ward with two gifts, proven once."""
    world = make_world()
    world.gift(500_000)
    world.gift(200_000)
    assert verify.verify().ok
    return world


def elsewhere(app: Flask, deed: Callable[[], object]) -> None:
    """Another thread does it and is done, as another reader's request would."""

    def work() -> None:
        with app.app_context():
            deed()

    thread = threading.Thread(target=lambda: site.on_its_own(work))
    thread.start()
    thread.join()


def test_a_gift_recorded_while_verify_runs_is_no_fault(
    app: Flask, ward: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def give() -> Iterator[Violation]:
        elsewhere(app, lambda: ward.gift(1_000))
        yield from ()

    between = [part for check in verify.CHECKS for part in (check, Check("busy", "", give))]
    monkeypatch.setattr(verify, "CHECKS", tuple(between))

    report = verify.verify()

    assert [violation for answer in report.answers for violation in answer.violations] == []
    assert report.entries == 2


def test_verify_forgets_no_anchor_of_a_gift_recorded_meanwhile(
    app: Flask, ward: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def give() -> Iterator[Violation]:
        elsewhere(app, lambda: ward.gift(1_000))
        yield from ()

    monkeypatch.setattr(verify, "CHECKS", (*verify.CHECKS, Check("busy", "", give)))
    assert verify.verify().ok

    assert (ward.unit.id, 3) in anchors.known("entries")


def test_a_campaigns_page_never_shows_a_difference_for_a_gift_just_arriving(
    app: Flask, ward: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = get_campaign(ward.bicycles.code)
    db.session.rollback()
    read = reconcile.stream

    def interrupted(sql: str, **values: object) -> Iterator[reconcile.Row]:
        yield from read(sql, **values)
        elsewhere(app, lambda: ward.gift(1_000))

    monkeypatch.setattr(reconcile, "stream", interrupted)

    assert reconcile.kept_statement(campaign).differences() == []
