"""Taking goods back is in the case of its list: who signed, prepared, approved or handed over, and may not."""

import pytest
from flask import Flask

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.pairs import SamePerson
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.core.database import db, writing
from khuyenhoc.org.users import User
from khuyenhoc.payouts import lists, taking_back
from khuyenhoc.payouts.payout_tables import Payout, PayoutLine
from khuyenhoc.payouts.views.deeds import GOODS_BACK
from tests.awards.award_world import AwardWorld
from tests.goods import stocked
from tests.payouts import paid, taken_back
from tests.payouts.test_pages import ticked
from tests.support import people
from tests.support.browser import Browser


def also(user: User, role: str, world: AwardWorld) -> User:
    """The same person with one more office."""
    people.grant(user, role, world.unit)
    return user


def handed_over(world: AwardWorld, n: int = 3) -> tuple[Payout, list[PayoutLine]]:
    """Drafted by the secretary, signed by the chair, listed by the accountant, approved by the vice-chair."""
    stocked.given(world, n)
    payout = paid.prepare(world, stocked.decided(world, n), "goods")
    stocked.hand_over(world, paid.approve(world, payout, world.vice_chair))
    return payout, lists.lines_of(payout)


@pytest.mark.parametrize("office", ["secretary", "accountant"])
def test_who_drafted_the_decision_or_prepared_the_list_does_not_approve(world: AwardWorld, office: str) -> None:
    payout, lines = handed_over(world)
    barred = also(getattr(world, office), "vice_chair", world)
    request = taken_back.ask(world, payout, lines[:1], by=world.treasurer)

    with pytest.raises(SamePerson, match="đã lập việc này nên không duyệt"):
        taken_back.approve(world, request, by=barred)
    assert barred.id not in {user.id for user in requests.deciders(request)}
    assert [line.outcome for line in lists.lines_of(payout)] == ["received"] * 3


@pytest.mark.parametrize(("office", "did"), [("chair", "đã quyết định"), ("vice_chair", "đã duyệt")])
def test_who_signed_the_decision_or_approved_the_list_does_not_ask(world: AwardWorld, office: str, did: str) -> None:
    payout, lines = handed_over(world)

    with pytest.raises(SamePerson, match=f"{did} việc này nên không đề nghị"):
        taken_back.ask(world, payout, lines[:1], by=also(getattr(world, office), "treasurer", world))
    assert taking_back.waiting(payout) == []


def test_who_signed_and_who_approved_the_list_may_approve(world: AwardWorld) -> None:
    payout, lines = handed_over(world)

    assert taken_back.approve(world, taken_back.ask(world, payout, lines[:1]), by=world.vice_chair) is Outcome.DONE
    left = lists.lines_of(payout)[1:2]
    assert taken_back.approve(world, taken_back.ask(world, payout, left), by=world.chair) is Outcome.DONE


def test_who_handed_over_anything_of_the_list_does_not_approve(world: AwardWorld) -> None:
    stocked.given(world, 2)
    payout = stocked.listed(world, stocked.decided(world, 2))
    both = people.person("haiviec", role="secretary", unit=world.unit)
    stocked.hand_over(world, payout, [0], by=world.treasurer)
    stocked.hand_over(world, payout, [1], by=also(both, "vice_chair", world))
    request = taken_back.ask(world, payout, lists.lines_of(payout)[:1])

    with pytest.raises(SamePerson, match="đã chi"):
        taken_back.approve(world, request, by=both)


def test_who_approved_the_taking_back_does_not_hand_over_again(app: Flask, world: AwardWorld) -> None:
    payout, lines = handed_over(world)
    other = people.person("phochutich2", role="vice_chair", unit=world.unit)
    taken_back.approve(world, taken_back.ask(world, payout, lines[:1]), by=other)
    browser, at = Browser(app).sign_in(also(other, "treasurer", world)), f"/chi-trao/{payout.id}/ghi/trao"

    with pytest.raises(SamePerson, match="đã duyệt việc này nên không chi"):
        stocked.hand_over(world, payout, [0], by=other)
    db.session.rollback()
    assert not browser.get("payouts.show", payout_id=payout.id).offers(at)
    to = {"payout_id": payout.id, "slug": "trao"}
    browser.post("payout_deeds.record", ticked(lists.lines_of(payout), 0, witness="Cô Mai"), to=to, expect=403)
    assert Browser(app).sign_in(world.treasurer).get("payouts.show", payout_id=payout.id).offers(at)
    stocked.hand_over(world, payout, [0], by=world.secretary)
    assert paid.holds()


def test_who_approved_one_taking_back_asks_for_no_other_and_who_asked_approves_none(world: AwardWorld) -> None:
    payout, lines = handed_over(world)
    other = also(people.person("phochutich2", role="vice_chair", unit=world.unit), "treasurer", world)
    taken_back.approve(world, taken_back.ask(world, payout, lines[:1]), by=other)
    with pytest.raises(SamePerson, match="đã duyệt việc này nên không đề nghị"):
        taken_back.ask(world, payout, lists.lines_of(payout)[1:2], by=other)
    db.session.rollback()

    returned = taken_back.ask(world, payout, lists.lines_of(payout)[1:2])
    with writing():
        requests.send_back(returned, by=world.chair, reason="Ghi rõ vì sao")
    anew = taken_back.ask(world, payout, lists.lines_of(payout)[1:2], by=world.treasurer)

    with pytest.raises(SamePerson, match="đã đề nghị việc này nên không duyệt"):
        taken_back.approve(world, anew, by=also(world.secretary, "vice_chair", world))


@pytest.mark.parametrize("office", ["chair", "vice_chair"])
def test_who_may_not_ask_is_offered_no_button_and_refused(app: Flask, world: AwardWorld, office: str) -> None:
    payout, lines = handed_over(world)
    browser = Browser(app).sign_in(also(getattr(world, office), "treasurer", world))
    at, to = f"/chi-trao/{payout.id}/ghi/{GOODS_BACK}", {"payout_id": payout.id, "slug": GOODS_BACK}

    assert not browser.get("payouts.show", payout_id=payout.id).offers(at)
    browser.get("payout_deeds.form", **to, expect=403)
    browser.post("payout_deeds.record", ticked(lines, 0, reason="Nhầm người"), to=to, expect=403)
    assert taking_back.waiting(payout) == []
    assert Browser(app).sign_in(world.treasurer).get("payouts.show", payout_id=payout.id).offers(at)
