"""The case of a list begins with its decision: who drafted or signed that, and what they may not do with the list."""

from collections.abc import Callable

import pytest
from flask import Flask

from khuyenhoc.approvals import policies, requests
from khuyenhoc.approvals.pairs import SamePerson
from khuyenhoc.awards import decision_approvals, decisions, publication
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.core import clock
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import db, writing
from khuyenhoc.org.users import User
from khuyenhoc.payouts import lists, outcomes, work
from khuyenhoc.payouts.payout_tables import Payout
from tests.awards import deciding
from tests.awards.award_world import AwardWorld
from tests.goods import stocked
from tests.payouts import paid
from tests.payouts.test_pages import ticked
from tests.support import people
from tests.support.browser import Browser

Make = Callable[[AwardWorld, int], Decision]
MADE: dict[str, Make] = {"cash": paid.money, "bank": paid.transfers, "goods": paid.goods}
METHODS = pytest.mark.parametrize("method", MADE)


def also(user: User, role: str, world: AwardWorld) -> User:
    """The same person with one more office."""
    people.grant(user, role, world.unit)
    return user


def approved(world: AwardWorld, method: str, n: int = 2) -> Payout:
    """A list that the vice-chair approved, whose decision the secretary drafted and the chair signed."""
    return paid.approve(world, paid.prepare(world, MADE[method](world, n), method), world.vice_chair)


def try_to_pay(world: AwardWorld, payout: Payout, by: User) -> None:
    """Pay, or of goods hand all of it over."""
    if payout.method == "goods":
        stocked.hand_over(world, payout, by=by)
    else:
        paid.pay(world, payout, by)


@METHODS
def test_who_drafted_the_decision_does_not_approve_its_list(world: AwardWorld, method: str) -> None:
    drafter = also(world.secretary, "vice_chair", world)
    payout = paid.prepare(world, MADE[method](world, 1), method)

    with pytest.raises(SamePerson, match="đã lập việc này nên không duyệt"):
        paid.approve(world, payout, drafter)
    db.session.refresh(payout)
    assert payout.state == "prepared"
    assert paid.approve(world, payout, world.vice_chair).state == "approved"


@pytest.mark.parametrize("method", ["cash", "bank"])
def test_who_drafted_the_decision_does_not_pay_its_list(world: AwardWorld, method: str) -> None:
    payout = approved(world, method)

    with pytest.raises(SamePerson, match="đã lập việc này nên không chi"):
        paid.pay(world, payout, also(world.secretary, "treasurer", world))
    db.session.refresh(payout)
    assert payout.state == "approved"


def test_who_changed_the_draft_has_drafted(world: AwardWorld) -> None:
    world.money(2_000_000)
    programme = world.programme(publication_days=0)
    awards = world.awards(programme, 2, "recommended")
    draft = deciding.draft(world, programme, awards[:1])
    other = people.person("thuky2", role="secretary", unit=world.unit)
    with writing():
        decisions.change(draft, awards, basis=deciding.BASIS, by=other)
    deciding.sign(world, draft)
    with writing():
        publication.publish(draft, by=world.secretary)
    payout = paid.approve(world, paid.prepare(world, draft))

    with pytest.raises(SamePerson):
        paid.pay(world, payout, also(other, "treasurer", world))


def test_the_secretary_hands_over_the_goods_of_a_decision_drafted_by_the_same(world: AwardWorld) -> None:
    payout = approved(world, "goods")

    stocked.hand_over(world, payout, by=world.secretary)

    assert [line.outcome for line in lists.lines_of(payout)] == ["received", "received"]


def test_the_drafter_who_also_prepared_or_approved_the_list_of_goods_does_not_hand_it_over(world: AwardWorld) -> None:
    both = also(world.secretary, "accountant", world)
    payout = paid.approve(world, paid.prepare(world, paid.goods(world, 1), "goods", by=both))

    with pytest.raises(SamePerson):
        stocked.hand_over(world, payout, by=both)


@METHODS
def test_who_signed_the_decision_does_not_prepare_its_list(world: AwardWorld, method: str) -> None:
    decision = MADE[method](world, 1)
    signer = also(world.chair, "accountant", world)

    with pytest.raises(SamePerson, match="đã quyết định việc này nên không lập"):
        paid.prepare(world, decision, method, by=signer)
    assert db.session.query(Payout).count() == 0


@METHODS
def test_who_signed_the_decision_neither_pays_nor_hands_over(world: AwardWorld, method: str) -> None:
    payout = approved(world, method)

    with pytest.raises(SamePerson, match="đã quyết định việc này nên không chi"):
        try_to_pay(world, payout, also(world.chair, "treasurer", world))
    db.session.refresh(payout)
    assert payout.state == "approved"


def test_each_of_several_who_signed_has_decided(world: AwardWorld) -> None:
    with writing():
        policies.add_policy(
            decision_approvals.KIND, unit_id=world.unit.id, from_amount=0, roles=["chair", "vice_chair"],
            approvals_needed=2, valid_from=clock.today(), reason="Nghị quyết",
            by=people.person("admin", unit=world.unit),
        )  # fmt: skip
    world.money(1_000_000)
    programme = world.programme(publication_days=0)
    world.awards(programme, 1, "recommended")
    request = deciding.ask(world, deciding.draft(world, programme))
    deciding.approve(request, world.vice_chair)
    decision = deciding.sign(world, decisions.get_decision(request.subject_id))
    with writing():
        publication.publish(decision, by=world.secretary)

    with pytest.raises(SamePerson):
        paid.prepare(world, decision, by=also(world.vice_chair, "accountant", world))
    payout = paid.approve(world, paid.prepare(world, decision))
    with pytest.raises(SamePerson):
        paid.pay(world, payout, also(world.vice_chair, "treasurer", world))


@METHODS
def test_the_chair_signs_the_decision_and_the_approval_of_its_list(world: AwardWorld, method: str) -> None:
    payout = paid.approve(world, paid.prepare(world, MADE[method](world, 1), method), world.chair)

    try_to_pay(world, payout, world.treasurer)

    assert payout.state in ("paid", "handed_over")
    assert paid.holds()


@pytest.mark.parametrize("office", ["secretary", "chair"])
def test_on_the_second_date_the_case_is_the_same(world: AwardWorld, office: str) -> None:
    payout = approved(world, "cash")
    paid.pay(world, payout)
    lines = lists.lines_of(payout)
    paid.stay_away(world, payout, lines)
    barred = also(getattr(world, office), "treasurer", world)

    with pytest.raises(SamePerson), writing():
        outcomes.receive_later(payout, {lines[0].id: paid.MOTHER}, by=barred, key=token())
    assert [line.outcome for line in lists.lines_of(payout)] == ["absent", "absent"]
    assert work.to_pay_later([world.unit.id], barred) == []
    assert len(work.to_pay_later([world.unit.id], world.treasurer)) == 1


def test_who_signed_does_not_hand_over_on_the_second_date(world: AwardWorld) -> None:
    payout = approved(world, "goods")
    stocked.hand_over(world, payout, [0])

    with pytest.raises(SamePerson):
        stocked.hand_over(world, payout, [1], by=also(world.chair, "treasurer", world))


# --- by the pages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("office", "method"), [("secretary", "cash"), ("chair", "cash"), ("chair", "goods")])
def test_who_may_not_pay_or_hand_over_is_offered_no_button_and_refused(
    app: Flask, world: AwardWorld, office: str, method: str
) -> None:
    payout, barred = approved(world, method), also(getattr(world, office), "treasurer", world)
    browser, at = Browser(app).sign_in(barred), f"/chi-trao/{payout.id}"
    deed = "/ghi/trao" if method == "goods" else "/chi"

    assert not browser.get("payouts.show", payout_id=payout.id).offers(f"{at}{deed}")
    if method == "goods":
        to = {"payout_id": payout.id, "slug": "trao"}
        browser.get("payout_deeds.form", **to, expect=403)
        browser.post("payout_deeds.record", ticked(lists.lines_of(payout), 0, witness="Cô Mai"), to=to, expect=403)
    else:
        browser.post("payouts.pay", to={"payout_id": payout.id}, expect=403)
    assert not browser.get("home.today").offers(at)
    assert Browser(app).sign_in(world.treasurer).get("payouts.show", payout_id=payout.id).offers(f"{at}{deed}")
    db.session.refresh(payout)
    assert payout.state == "approved"


@pytest.mark.parametrize("office", ["secretary", "chair"])
def test_who_may_not_pay_is_not_offered_the_second_date(app: Flask, world: AwardWorld, office: str) -> None:
    payout, at = approved(world, "cash"), "ghi/lan-hai"
    paid.pay(world, payout)
    lines = lists.lines_of(payout)
    paid.stay_away(world, payout, lines)
    browser, to = Browser(app), {"payout_id": payout.id, "slug": "lan-hai"}
    browser.sign_in(also(getattr(world, office), "treasurer", world))

    assert not browser.get("payouts.show", payout_id=payout.id).offers(f"/chi-trao/{payout.id}/{at}")
    browser.get("payout_deeds.form", **to, expect=403)
    browser.post("payout_deeds.record", ticked(lines, 0, witness="Cô Mai"), to=to, expect=403)
    assert (
        Browser(app)
        .sign_in(world.treasurer)
        .get("payouts.show", payout_id=payout.id)
        .offers(f"/chi-trao/{payout.id}/{at}")
    )


def test_who_signed_is_not_offered_to_prepare_and_refused(app: Flask, world: AwardWorld) -> None:
    decision = paid.money(world, 1)
    at, signer = f"/chi-trao/lap/{decision.id}", also(world.chair, "accountant", world)
    browser = Browser(app).sign_in(signer)

    assert not browser.get("payouts.index").offers(at)
    assert not browser.get("home.today").offers(at)
    browser.get("payout_preparing.new", decision_id=decision.id, expect=403)
    fields = {"awards": [one.id for one in lists.ready(decision)], "method": "cash", "account": world.world.cash.id}
    browser.post("payout_preparing.create", fields, to={"decision_id": decision.id}, expect=403)
    accountant = Browser(app).sign_in(world.accountant)
    assert accountant.get("payouts.index").offers(at)
    assert accountant.get("home.today").offers(at)


def test_who_drafted_approves_neither_alone_nor_in_bulk(app: Flask, world: AwardWorld) -> None:
    drafter = also(world.secretary, "vice_chair", world)
    payout = paid.prepare(world, paid.money(world, 1))
    request, browser = paid.request_of(payout), Browser(app).sign_in(drafter)

    shown = browser.get("approvals.one", request_id=request.id)
    assert "đã lập việc này nên không duyệt được" in shown.text
    browser.get("approvals.index")
    chosen = [f"{request.id}.{requests.fingerprint(request)}"]
    page = browser.post("bulk_approvals.approve", chosen=chosen, expect=422)

    assert "đã lập việc này nên không duyệt được" in page.text
    db.session.refresh(payout)
    assert payout.state == "prepared"
