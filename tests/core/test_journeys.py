"""Statements that go to the database together: whoever reads on the way sees them, and no refusal is lost."""

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from khuyenhoc.core import fixed
from khuyenhoc.core.database import db, writing
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.ledger.refusals import NotEnough
from tests.support.world import World, make_world

RENAME = "UPDATE campaigns SET name = {} WHERE id = {}"
REFUSED = "INSERT INTO campaigns (id, code) VALUES ({}, {})"


@pytest.fixture
def ward(app: Flask) -> World:
    """The association and its campaigns."""
    return make_world()


def name_of(campaign_id: int) -> str:
    """As SQLAlchemy finds it."""
    return str(db.session.query(Campaign.name).filter_by(id=campaign_id).scalar())


def test_sqlalchemy_reads_on_the_way_what_was_sent_before(ward: World) -> None:
    id = ward.bicycles.id

    with writing(), fixed.together():
        fixed.write(RENAME, "Xe đạp", id)
        assert name_of(id) == "Xe đạp"
        fixed.write(RENAME, "Xe đạp mới", id)

    assert name_of(id) == "Xe đạp mới"


def test_an_object_and_a_short_question_read_on_the_way_what_was_sent_before(ward: World) -> None:
    id = ward.bicycles.id

    with writing(), fixed.together():
        fixed.write(RENAME, "Xe đạp", id)
        assert ward.bicycles.name == "Xe đạp"
        with fixed.together():
            fixed.write(RENAME, "Xe đạp mới", id)
        assert fixed.rows("SELECT name FROM campaigns WHERE id = {}", id) == [("Xe đạp mới",)]


@pytest.mark.parametrize("read", ["nothing", "by SQLAlchemy", "an object", "a short question"])
def test_what_was_refused_is_raised_as_ever_and_nothing_is_stored(ward: World, read: str) -> None:
    id, before = ward.bicycles.id, ward.bicycles.name

    with pytest.raises(DBAPIError), writing(), fixed.together():
        fixed.write(RENAME, "Xe đạp", id)
        fixed.write(REFUSED, id, "XD26")
        if read == "by SQLAlchemy":
            db.session.query(Campaign.name).all()
        if read == "an object":
            assert ward.general.name
        if read == "a short question":
            fixed.rows("SELECT name FROM campaigns")

    assert name_of(id) == before
    assert ward.gift(1_000).label == "PT-2026-0001"


def test_what_the_books_refuse_on_the_way_is_said_in_words(ward: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database itself says no where the rule in code did not look."""
    ward.gift(1_000)
    monkeypatch.setattr("khuyenhoc.ledger.refusals.require_enough", lambda *_, **__: None)

    with pytest.raises(NotEnough):
        ward.pay(2_000)
