"""Whoever signs says beforehand what binds them; then that signer is refused, alone and in bulk, another is not."""

import pytest
from flask import Flask
from sqlalchemy import select

from khuyenhoc.approvals import policies, requests
from khuyenhoc.approvals.pairs import SamePerson
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.awards import conflicts, decision_approvals
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.committee_tables import Conflict, Tie
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.core import clock
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotAllowed
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld
from tests.support import people
from tests.support.browser import Browser


@pytest.fixture
def decision(world: AwardWorld) -> Decision:
    """A draft about one pupil, with money behind it, put before who may sign."""
    world.money(5 * MILLION)
    programme = world.programme()
    world.award(programme, "recommended", recipient=world.pupil(class_name="7A2"))
    draft = deciding.draft(world, programme)
    deciding.ask(world, draft)
    return draft


def refused(world: AwardWorld, browser: Browser, decision: Decision) -> None:
    """The chair is told why on the pages, and signs neither alone nor in bulk; the vice-chair does."""
    request = deciding.decision_approvals.waiting_for(decision)
    assert request is not None
    sentence = "có liên quan đến hồ sơ HB26-0001"
    assert sentence in browser.get("decisions.show", decision_id=decision.id).text
    at = {"request_id": request.id}
    shown = requests.fingerprint(request)
    browser.get("approvals.one", **at)
    one = browser.post("approvals.decide", {"decision": "approve", "shown": shown}, to=at, expect=403)
    assert sentence in one.text
    many = browser.post("bulk_approvals.approve", chosen=[f"{request.id}.{shown}"], expect=422)
    assert sentence in many.text
    db.session.expire_all()
    assert db.session.get_one(Decision, decision.id).state == "draft"
    assert deciding.sign(world, decision, world.vice_chair).signed_by == world.vice_chair.id


def test_a_household_named_by_the_chair_keeps_the_chair_from_signing(
    either_browser: Browser, world: AwardWorld, decision: Decision
) -> None:
    chair = either_browser.sign_in(world.chair)
    assert chair.get("decisions.show", decision_id=decision.id).offers("/hoc-bong/cham-diem/quan-he")
    chair.get("member_ties.mine")

    (award,) = db.session.scalars(select(Award))
    chair.post("member_ties.add_household", {"phone": award.recipient.guardians[0].phone, "address": ""})

    assert db.session.scalars(select(Tie.kind)).all() == ["household"]
    refused(world, chair, decision)


def test_a_class_taught_by_the_chair_keeps_the_chair_from_signing(
    browser: Browser, world: AwardWorld, decision: Decision
) -> None:
    chair = browser.sign_in(world.chair)
    chair.get("member_ties.mine")

    chair.post("member_ties.add_class", {"school": str(world.school.id), "class_name": "7a2"})

    refused(world, chair, decision)


def test_a_tie_declared_on_the_decision_keeps_from_signing_it(
    either_browser: Browser, world: AwardWorld, decision: Decision
) -> None:
    chair, at = either_browser.sign_in(world.chair), {"decision_id": decision.id}
    chair.get("signer_ties.mine", **at)
    empty = chair.post("signer_ties.declare", {"code": "HB26-0001", "reason": ""}, to=at, expect=422)
    assert empty.error("reason") == "Xin ghi quan hệ với hồ sơ này."
    wrong = chair.post("signer_ties.declare", {"code": "HB26-0009", "reason": "Cháu tôi"}, to=at, expect=422)
    assert (wrong.error("code"), wrong.field("reason")) == ("Quyết định này không có hồ sơ HB26-0009.", "Cháu tôi")
    assert db.session.query(Conflict).count() == 0

    said = chair.post("signer_ties.declare", {"code": "hb26-0001", "reason": "Cháu tôi", "relative": "y"}, to=at)

    assert "không ký quyết định này" in said.text
    (award,) = db.session.scalars(select(Award))
    assert [(c.user_id, c.reason) for c in db.session.scalars(select(Conflict))] == [(world.chair.id, "Cháu tôi")]
    assert [(t.kind, t.recipient_id) for t in db.session.scalars(select(Tie))] == [("relative", award.recipient_id)]
    refused(world, chair, decision)


def test_only_signers_of_a_draft_declare_on_it(app: Flask, world: AwardWorld, decision: Decision) -> None:
    at = {"decision_id": decision.id}
    for officer in (world.secretary, world.accountant, world.nominator, world.members[0]):
        Browser(app).sign_in(officer).get("signer_ties.mine", **at, expect=403)
    Browser(app).sign_in(world.secretary).get("member_ties.mine", expect=403)

    deciding.sign(world, decision)

    late = Browser(app).sign_in(world.vice_chair).get("signer_ties.mine", **at, expect=422)
    assert "không còn chờ ký" in late.text


def test_who_put_it_before_the_signers_and_was_sent_back_does_not_sign_it(
    world: AwardWorld, decision: Decision
) -> None:
    asker = people.person("thuky2", role="secretary", unit=world.unit)
    people.grant(asker, "vice_chair", world.unit)
    first = decision_approvals.waiting_for(decision)
    assert first is not None
    for by in (asker, world.secretary):
        with writing():
            requests.send_back(first, by=world.chair, reason="Trình lại")
        with writing():
            first = decision_approvals.ask(decision, by=by)

    with pytest.raises(SamePerson, match="đã đề nghị việc này"):
        deciding.approve(first, asker)
    assert deciding.approve(first, world.chair) is Outcome.DONE


# --- where two sign -------------------------------------------------------------------------------------


@pytest.fixture
def by_two(world: AwardWorld, decision: Decision) -> Request:
    """Two have to sign, and the request waits for them."""
    with writing():
        policies.add_policy(
            decision_approvals.KIND, unit_id=world.unit.id, from_amount=0, roles=["chair", "vice_chair"],
            approvals_needed=2, valid_from=clock.today(), reason="Nghị quyết",
            by=people.person("admin", unit=world.unit),
        )  # fmt: skip
    request = decision_approvals.waiting_for(decision)
    assert request is not None
    return request


def test_the_first_of_two_signers_is_refused_too(world: AwardWorld, decision: Decision, by_two: Request) -> None:
    (award,) = db.session.scalars(select(Award))
    deciding.bind(award, world.chair)

    with pytest.raises(NotAllowed, match="có liên quan đến hồ sơ HB26-0001"):
        deciding.approve(by_two, world.chair)
    assert not by_two.given


@pytest.mark.parametrize("way", ["declared", "class"])
def test_who_signed_first_and_then_named_what_binds_them_has_not_signed(
    world: AwardWorld, decision: Decision, by_two: Request, way: str
) -> None:
    assert deciding.approve(by_two, world.chair) is Outcome.NEEDS_MORE
    (award,) = db.session.scalars(select(Award))
    with writing():
        if way == "declared":
            conflicts.declare(award, by=world.chair, reason="Cháu tôi")
        else:
            conflicts.add_tie(world.chair, "class", by=world.chair, school_id=world.school.id, class_name="7A2")

    with pytest.raises(NotAllowed, match="Ông Nguyễn Văn Ví Dụ đã ký, và có liên quan đến hồ sơ HB26-0001"):
        deciding.approve(by_two, world.vice_chair)
    db.session.rollback()
    db.session.expire_all()
    assert (db.session.get_one(Decision, decision.id).state, len(by_two.given)) == ("draft", 1)
    with writing():
        requests.send_back(by_two, by=world.vice_chair, reason="Xin trình lại cho người khác ký")
    other = people.person("phochutich2", role="vice_chair", unit=world.unit)
    anew = deciding.ask(world, decision)
    assert deciding.approve(anew, world.vice_chair) is Outcome.NEEDS_MORE
    assert deciding.approve(anew, other) is Outcome.DONE
