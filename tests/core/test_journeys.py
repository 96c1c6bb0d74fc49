"""Statements that go to the database together: whoever reads on the way sees them, and no refusal is lost."""

import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError, IntegrityError, PendingRollbackError

from khuyenhoc.core import fixed, journeys
from khuyenhoc.core.database import db, is_sqlite, scalar, writing
from khuyenhoc.core.flush import NotFlushed
from khuyenhoc.core.straight import straight_of
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.ledger import balances
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


AFTERWARDS: dict[str, Callable[[World], object]] = {
    "nothing": lambda ward: None,
    "by SQLAlchemy": lambda ward: name_of(ward.bicycles.id),
    "an object": lambda ward: ward.bicycles.name,
    "a short question": lambda ward: fixed.rows("SELECT name FROM campaigns"),
    "several short questions": lambda ward: fixed.rows_of_each(("SELECT 1", ()), ("SELECT 2", ())),
    "something else is written": lambda ward: fixed.write(RENAME, "Xe đạp", ward.bicycles.id),
    "a row of SQLAlchemy's": lambda ward: setattr(ward.bicycles, "name", "Xe đạp"),
    "another document": lambda ward: ward.gift(1_000),
}
"""What a deed does after it has posted a document whose rows are still under way."""


@pytest.mark.parametrize("afterwards", AFTERWARDS)
def test_what_the_books_refuse_is_said_in_words_whatever_the_deed_does_next(
    ward: World, monkeypatch: pytest.MonkeyPatch, afterwards: str
) -> None:
    ward.gift(1_000)
    name = ward.bicycles.name
    monkeypatch.setattr("khuyenhoc.ledger.refusals.require_enough", lambda *_, **__: None)

    with pytest.raises(NotEnough), writing():
        ward.pay(2_000)
        AFTERWARDS[afterwards](ward)

    db.session.rollback()
    assert name_of(ward.bicycles.id) == name
    assert balances.held_by(ward.bicycles.id, "cash") == 1_000
    assert ward.gift(1_000).label == "PT-2026-0002"


def as_it_was_put(no: DBAPIError) -> Exception:
    """The words for a column that must not be empty; anything else is given back as it is."""
    return NotEnough("as it was put") if isinstance(no, IntegrityError) else no


@pytest.mark.parametrize("pause", [0, 0.02], ids=["at once", "when the answer has come"])
@pytest.mark.parametrize("afterwards", AFTERWARDS)
def test_what_is_refused_last_of_all_is_said_in_the_words_of_who_sent_it(
    ward: World, afterwards: str, pause: float
) -> None:
    """Its answer comes when the block that sent it is over: before whatever is sent next, or after it."""
    with pytest.raises(NotEnough, match="as it was put"), writing():
        with fixed.together(stays=True, say=as_it_was_put):
            fixed.write(REFUSED, ward.bicycles.id, "XD26")
        time.sleep(pause)
        AFTERWARDS[afterwards](ward)


def test_what_is_refused_keeps_the_story_of_the_driver(ward: World) -> None:
    with pytest.raises(IntegrityError) as no, writing(), fixed.together():
        fixed.write(REFUSED, ward.bicycles.id, "XD26")
        fixed.rows("SELECT name FROM campaigns")

    assert no.value.__cause__ is no.value.orig


@pytest.mark.parametrize("afterwards", AFTERWARDS)
def test_a_deed_that_breaks_after_posting_leaves_nothing_and_the_next_one_goes_well(
    ward: World, afterwards: str
) -> None:
    name = ward.bicycles.name
    with pytest.raises(LookupError), writing():
        ward.gift(1_000)
        AFTERWARDS[afterwards](ward)
        raise LookupError

    if not is_sqlite():
        assert straight_of(db.session()).driver.pgconn.pipeline_status == 0
    assert name_of(ward.bicycles.id) == name
    assert scalar("SELECT COUNT(*) FROM documents") == 0
    assert ward.gift(1_000).label == "PT-2026-0001"


@pytest.mark.parametrize("afterwards", AFTERWARDS)
def test_a_deed_that_goes_on_after_posting_stores_all_of_it(ward: World, afterwards: str) -> None:
    with writing():
        ward.gift(1_000)
        if afterwards != "a row of SQLAlchemy's":  # a change of a campaign belongs in the history
            AFTERWARDS[afterwards](ward)

    db.session.rollback()
    documents = 2 if afterwards == "another document" else 1
    assert scalar("SELECT COUNT(*) FROM documents") == documents
    assert balances.held_by(ward.bicycles.id, "cash") == documents * 1_000
    assert name_of(ward.bicycles.id) == ("Xe đạp" if "written" in afterwards else ward.bicycles.name)


@pytest.mark.postgresql
def test_a_deed_that_passes_over_a_refusal_is_not_taken_for_stored(ward: World) -> None:
    """The server answers its COMMIT with ROLLBACK, and says no more about it."""
    with pytest.raises(RuntimeError, match="undid"), writing():
        fixed.write(RENAME, "Xe đạp", ward.bicycles.id)
        with suppress(DBAPIError):
            fixed.write(REFUSED, ward.bicycles.id, "XD26")

    assert name_of(ward.bicycles.id) != "Xe đạp"


@pytest.mark.postgresql
def test_a_connection_that_breaks_before_the_answer_to_the_commit_leaves_it_open_too(ward: World) -> None:
    with pytest.raises(NotFlushed), writing(), fixed.together(stays=True):
        fixed.write("SELECT pg_terminate_backend(pg_backend_pid())")

    db.session.rollback()
    assert ward.gift(2_000).number == 1


@pytest.mark.postgresql
def test_a_connection_that_breaks_during_the_commit_leaves_it_open_whether_it_is_stored(
    ward: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journeys, "_WAIT_FOR_DISK", "SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(NotFlushed):
        ward.gift(1_000)

    monkeypatch.undo()
    db.session.rollback()
    assert ward.gift(2_000).number <= 2


def lose_connection() -> None:
    """The server ends the session's connection, as it does with all when it is stopped."""
    lost = scalar("SELECT pg_backend_pid()")
    with db.engine.connect() as another:
        assert another.exec_driver_sql(f"SELECT pg_terminate_backend({lost}, 5000)").scalar()


@pytest.mark.postgresql
def test_who_reads_on_a_connection_that_was_lost_goes_on_with_another(ward: World) -> None:
    lose_connection()
    with pytest.raises(DBAPIError):
        name_of(ward.bicycles.id)

    db.session.rollback()
    assert name_of(ward.bicycles.id) == ward.bicycles.name


@pytest.mark.postgresql
@pytest.mark.parametrize("afterwards", AFTERWARDS)
def test_a_deed_whose_connection_is_lost_says_so_and_the_next_one_goes_well(ward: World, afterwards: str) -> None:
    with pytest.raises((DBAPIError, NotFlushed), match="connection"), writing():
        ward.gift(1_000)
        lose_connection()
        AFTERWARDS[afterwards](ward)

    assert scalar("SELECT COUNT(*) FROM documents") == 0
    assert ward.gift(1_000).label == "PT-2026-0001"


@pytest.mark.postgresql
@pytest.mark.parametrize("afterwards", AFTERWARDS)
def test_who_passes_over_it_is_told_again_as_sqlalchemy_tells_it(ward: World, afterwards: str) -> None:
    with pytest.raises((DBAPIError, PendingRollbackError, NotFlushed)), writing():
        lose_connection()
        with suppress(DBAPIError):
            fixed.rows("SELECT name FROM campaigns")
        AFTERWARDS[afterwards](ward)

    assert ward.gift(1_000).label == "PT-2026-0001"


@pytest.mark.postgresql
@pytest.mark.parametrize("afterwards", ["by SQLAlchemy", "an object", "a short question", "several short questions"])
def test_a_reader_who_passes_over_it_too(ward: World, afterwards: str) -> None:
    db.session.expire_all()
    lose_connection()
    with suppress(DBAPIError):
        fixed.rows("SELECT name FROM campaigns")

    with pytest.raises(DBAPIError):
        AFTERWARDS[afterwards](ward)
    with suppress(DBAPIError):
        db.session.rollback()
