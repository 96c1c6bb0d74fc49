"""The year with everything that went out: 1.539 awards from nomination to signature, every expected figure exact."""

from flask import Flask

from khuyenhoc.core.database import db
from khuyenhoc.demo import load, world
from khuyenhoc.proof.reconcile import report
from khuyenhoc.proof.verify import verify


def test_every_figure_of_the_whole_year_is_exact(app: Flask) -> None:
    assert load.load()
    db.session.rollback()
    found = {campaign["code"]: campaign for campaign in report()["campaigns"]}

    for expected in world.read()["expected"]["campaigns"]:
        campaign = found[expected["code"]]
        for name, value in expected.items():
            if name == "spent":
                assert {kind: campaign[name][kind] for kind in value} == value
            elif name == "items":
                keys = value[0].keys() if value else ()
                assert [{key: item[key] for key in keys} for item in campaign[name]] == value
            else:
                assert campaign[name] == value, (expected["code"], name)
    assert all(campaign["reconciled"] for campaign in found.values())
    assert [answer.violations for answer in verify().answers if not answer.ok] == []
