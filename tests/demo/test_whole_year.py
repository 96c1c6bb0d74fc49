"""The year with everything that went out: 1.539 awards from nomination to signature, every expected figure exact."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.awards import decision_papers, publication
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.committee_tables import Score
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.demo import world
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.goods.goods_tables import Serial
from khuyenhoc.history import events
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.proof.reconcile import report
from khuyenhoc.proof.verify import verify
from khuyenhoc.reports import annual
from khuyenhoc.tracing.trace_tables import Earmark

DATA = Path(__file__).resolve().parents[1] / "data"


@pytest.fixture
def year(whole_year_site: Flask) -> Iterator[Flask]:
    """The whole year, loaded once a run; tests read it and change nothing."""
    with whole_year_site.app_context():
        yield whole_year_site
        db.session.rollback()


def test_every_figure_of_the_whole_year_is_exact(year: Flask) -> None:
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


def test_what_pages_do_by_approval_was_asked_and_approved_by_two_people_on_its_day(year: Flask) -> None:
    asked = db.session.scalars(select(Request)).all()

    assert Counter(one.kind for one in asked) == {
        "campaign.open": 6, "decision": 5, "earmark": 10, "payout": 7, "period.close": 12, "purchase": 4, "transfer": 1,
    }  # fmt: skip
    assert {one.state for one in asked} == {"approved"}
    assert all(one.given and one.asked_by not in {said.user_id for said in one.given} for one in asked)
    assert all(one.asked_at[:10] == (one.decided_at or "")[:10] for one in asked)
    of_decisions = {one.subject_id: _day(one.asked_at) for one in asked if one.kind == "decision"}
    assert of_decisions == {one.id: one.decided_on for one in db.session.scalars(select(Decision))}
    moved = {f"transfer:{one.id}": _day(one.asked_at) for one in asked if one.kind == "transfer"}
    of_transfers = select(Document.idempotency_key, Document.date).where(Document.kind == "transfer")
    assert moved == dict(db.session.execute(of_transfers).all())  # type: ignore[arg-type]
    bound = {(one.subject_id, one.data["purpose"]): one.decided_at for one in asked if one.kind == "earmark"}
    assert bound == {(one.document_id, one.purpose_id): one.made_at for one in db.session.scalars(select(Earmark))}
    for campaign in db.session.scalars(select(Campaign)):
        opened = [one.at for one in events.of("campaigns", campaign.id) if one.action == "campaign.opened"]
        assert [_day(at) for at in opened] == [campaign.starts], campaign.code


def _day(stamp: str) -> object:
    return clock.from_stamp(stamp).date()


def test_three_members_marked_every_file_each_near_the_others(year: Flask) -> None:
    rows = db.session.execute(select(Score.award_id, Score.user_id, Score.total)).all()
    marks: dict[int, dict[int, int]] = {}
    for award_id, user_id, total in rows:
        marks.setdefault(award_id, {})[user_id] = total

    assert set(marks) == set(db.session.scalars(select(Award.id)))
    assert {len(given) for given in marks.values()} == {3}
    assert len({user_id for given in marks.values() for user_id in given}) == 5
    assert any(len(set(given.values())) == 3 for given in marks.values())


def test_every_bicycle_has_a_frame_number_and_went_by_it_to_its_award(year: Flask) -> None:
    pieces = db.session.scalars(select(Serial)).all()
    handed_over = select(Award.id).where(Award.programme.has(kind="bicycle"))

    assert len(pieces) == len({one.serial for one in pieces}) == 20
    assert {one.award_id for one in pieces} == set(db.session.scalars(handed_over))
    assert {db.session.get_one(Document, one.handover_id).label for one in pieces} == {_handover()}
    received = {event.at[:10] for one in pieces for event in events.of("serials", one.id)[:1]}
    came = select(Document.date).where(Document.id.in_({one.lot_document_id for one in pieces}))
    assert received == {day.isoformat() for day in db.session.scalars(came)}


def _handover() -> str:
    """The voucher by which the bicycles left."""
    row = next(row for row in world.read()["award_lots"] if row["campaign"] == "XD")
    day = world.day(row["handover_date"])
    return db.session.scalars(select(Document).where(Document.kind == "handover", Document.date == day)).one().label


def test_what_is_hung_out_says_as_many_days_as_there_are(year: Flask) -> None:
    decisions = db.session.scalars(select(Decision).order_by(Decision.id)).all()

    assert [publication.days_of(decision) for decision in decisions] == [5] * 5
    for decision in decisions:
        paper = decision_papers.find(decision)
        assert paper is not None
        assert paper.frozen["publication_days"] == publication.notice(decision).working_days == 5
