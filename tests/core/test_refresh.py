"""Inside a deed every object is read anew: the same values and types as ever, only quicker."""

import datetime

import pytest
from flask import Flask
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import configure_mappers, make_transient_to_detached
from sqlalchemy.orm.exc import ObjectDeletedError

from khuyenhoc.core import refresh
from khuyenhoc.core.database import Base, db, writing
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.org.users import COMMAND_LINE
from tests.support.world import make_world


def values_of(thing: Base) -> dict[str, object]:
    """All columns of a row, by their attributes."""
    return {column.key: getattr(thing, column.key) for column in inspect(type(thing)).column_attrs}


def test_what_somebody_else_has_changed_is_seen_inside_a_deed(app: Flask) -> None:
    campaign = make_world().bicycles
    assert campaign.name == "Xe đạp đến trường"
    db.session.rollback()
    with db.engine.begin() as somebody_else:
        somebody_else.execute(text("UPDATE campaigns SET name = 'Xe đạp' WHERE code = :code"), {"code": campaign.code})

    with writing():
        assert campaign.name == "Xe đạp"
        assert campaign.goals == []


def test_every_kind_of_value_is_read_as_sqlalchemy_reads_it(app: Flask) -> None:
    make_world()
    configure_mappers()
    for mapper in Base.registry.mappers:
        for thing in db.session.scalars(select(mapper.class_).limit(5)).all():
            names = [attribute.key for attribute in mapper.column_attrs]
            usual = {name: getattr(thing, name) for name in names}
            db.session.expire(thing)
            quick = {name: getattr(thing, name) for name in names}
            assert quick == usual
            assert {name: type(value) for name, value in quick.items()} == {
                name: type(value) for name, value in usual.items()
            }


def test_days_and_truths_keep_their_types(app: Flask) -> None:
    campaign = make_world().bicycles

    with writing():
        assert campaign.starts == datetime.date(2022, 1, 1)
        assert campaign.show_amounts is True


def test_what_is_read_together_is_what_each_would_be(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that somebody has begun to change, one named twice, and what is no row at all."""
    world = make_world()
    things: list[Base] = [world.bicycles, world.general, world.cash, world.unit, world.bicycles]
    usual = [values_of(thing) for thing in things]

    with writing():
        world.general.name = "Quỹ"
        refresh.together(db.session(), [*things, COMMAND_LINE, None])
        monkeypatch.setattr(refresh, "straight_of", None)  # nothing is asked a second time
        found = [values_of(thing) for thing in things]
        monkeypatch.undo()
        db.session.expire(world.general)

    assert found == [usual[0], usual[1] | {"name": "Quỹ"}, *usual[2:]]


def test_very_many_are_read_together_too(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    things: list[Base] = []
    for number in range(7):
        world = make_world(f"U{number:02}")
        things += [world.unit, world.bicycles, world.cash]
    usual = [values_of(thing) for thing in things]

    with writing():
        refresh.together(db.session(), things)
        monkeypatch.setattr(refresh, "straight_of", None)
        assert [values_of(thing) for thing in things] == usual
        monkeypatch.undo()


def test_what_is_gone_is_told_as_ever_even_when_it_is_read_with_others(app: Flask) -> None:
    world, nobody = make_world(), Campaign(id=4711)
    make_transient_to_detached(nobody)
    db.session.add(nobody)

    with writing():
        refresh.together(db.session(), [nobody, world.bicycles])
        with pytest.raises(ObjectDeletedError):
            assert nobody.name


def test_what_is_gone_is_told_as_ever(app: Flask) -> None:
    nobody = Campaign(id=4711)
    make_transient_to_detached(nobody)
    db.session.add(nobody)

    with writing(), pytest.raises(ObjectDeletedError):
        assert nobody.name
