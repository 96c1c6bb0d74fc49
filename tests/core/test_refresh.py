"""Inside a deed every object is read anew: the same values and types as ever, only quicker."""

import datetime

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import configure_mappers, make_transient_to_detached
from sqlalchemy.orm.exc import ObjectDeletedError

from khuyenhoc.core.database import Base, db, writing
from khuyenhoc.funds.campaigns import Campaign
from tests.support.world import make_world


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


def test_what_is_gone_is_told_as_ever(app: Flask) -> None:
    nobody = Campaign(id=4711)
    make_transient_to_detached(nobody)
    db.session.add(nobody)

    with writing(), pytest.raises(ObjectDeletedError):
        assert nobody.name
