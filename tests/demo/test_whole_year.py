"""The year with everything that went out: 1.539 awards from nomination to signature, every expected figure exact."""

import json
from pathlib import Path

from flask import Flask

from khuyenhoc.core.database import db
from khuyenhoc.demo import load, world
from khuyenhoc.proof.reconcile import report
from khuyenhoc.proof.verify import verify
from khuyenhoc.reports import annual

DATA = Path(__file__).resolve().parents[1] / "data"


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
    _require_the_printed_figures()


def _require_the_printed_figures() -> None:
    """What the article prints exactly the books give exactly; what it says “gần” stands beside what they give."""
    told = annual.of_year(2022).plain()["figures"]
    article = {figure["id"]: figure for figure in json.loads((DATA / "seed_figures.json").read_text())["figures"]}
    exact = [one for one in article if one.partition("_")[0] in ("scholarship", "gift", "bicycle", "hardship")]

    assert len(exact) == 8
    for one in exact:
        found = (told[one]["value"], told[one]["printed"], told[one]["qualifier"])
        assert found == (article[one]["value"], article[one]["printed"], "exact"), one
    reward = told["reward_amount"]
    assert (reward["value"], reward["qualifier"]) == (164_850_000, "nearly")
    assert reward["printed"] == article["reward_amount"]["printed"]
    assert set(told) <= set(article)
