"""The case of a purchase against a decision begins with that decision: what is barred to who drafted or signed it."""

import pytest
from flask import Flask

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.pairs import SamePerson
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.goods import purchases
from khuyenhoc.goods.goods_tables import Purchase
from khuyenhoc.goods.purchases import Wanted
from khuyenhoc.org.users import User
from tests.awards.award_world import AwardWorld
from tests.goods.stocked import EACH, approve, ask, change, decided, received
from tests.goods.test_purchase_pages import typed
from tests.support import people
from tests.support.browser import Browser

BARRED = pytest.mark.parametrize(("office", "did"), [("secretary", "đã lập"), ("chair", "đã quyết định")])
"""Who drafted the decision, and who signed it."""


def also(user: User, role: str, world: AwardWorld) -> User:
    """The same person with one more office."""
    people.grant(user, role, world.unit)
    return user


def asked(world: AwardWorld) -> Purchase:
    """The accountant asks for what a decision waits for: drafted by the secretary, signed by the chair."""
    world.money(5 * EACH, world.world.bicycles)
    return ask(world, 2, decision=decided(world, 2))


def arrived(world: AwardWorld) -> Purchase:
    """Approved by the vice-chair and counted."""
    return received(world, approve(world, asked(world), world.vice_chair))


def test_who_drafted_the_decision_does_not_approve_what_is_bought_for_it(world: AwardWorld) -> None:
    purchase = asked(world)

    with pytest.raises(SamePerson, match="đã lập việc này nên không duyệt"):
        approve(world, purchase, also(world.secretary, "vice_chair", world))
    db.session.refresh(purchase)
    assert purchase.state == "asked"


@BARRED
def test_who_drafted_or_signed_the_decision_does_not_pay_for_it(world: AwardWorld, office: str, did: str) -> None:
    purchase = arrived(world)

    with pytest.raises(SamePerson, match=did), writing():
        purchases.pay(purchase, by=also(getattr(world, office), "treasurer", world))
    db.session.refresh(purchase)
    assert purchase.state == "received"


def test_who_signed_the_decision_does_not_ask_for_goods_for_it(world: AwardWorld) -> None:
    purchase = asked(world)
    signer, decision = (
        also(world.chair, "accountant", world),
        db.session.get_one(purchases.Decision, purchase.decision_id),
    )

    with pytest.raises(SamePerson, match="đã quyết định việc này nên không lập"):
        ask(world, 2, decision=decision, by=signer)
    with pytest.raises(SamePerson), writing():
        purchases.change(
            purchase, world.world.bicycles, world.world.cash, [Wanted(world.world.bicycle, 1, EACH)],
            supplier="Cửa hàng khác", reason="Cho đợt 20/11", by=signer, decision=decision,
        )  # fmt: skip
    db.session.refresh(purchase)
    assert (purchase.supplier, db.session.query(Purchase).count()) == ("Cửa hàng Vòng Quay", 1)


def asked_by_the_signer(world: AwardWorld) -> tuple[Purchase, purchases.Decision]:
    """Whoever signed a decision asks for bicycles without naming it; beside it, the decision."""
    world.money(5 * EACH, world.world.bicycles)
    decision = decided(world, 2)
    return ask(world, 2, by=also(world.chair, "accountant", world)), decision


@pytest.mark.parametrize("is_returned", [True, False])
def test_what_the_signer_asked_for_is_not_mended_to_stand_against_that_decision(
    app: Flask, world: AwardWorld, *, is_returned: bool
) -> None:
    purchase, decision = asked_by_the_signer(world)
    if is_returned:
        request = purchases.waiting_for(purchase)
        assert request is not None
        with writing():
            requests.send_back(request, by=world.vice_chair, reason="Ghi theo quyết định nào?")
    browser = Browser(app).sign_in(world.accountant)

    answer = browser.post(
        "buying.mend", {**typed(world, 2), "decision": decision.id}, to={"purchase_id": purchase.id}, expect=422
    )

    assert f"{world.chair.signature} đã ký quyết định này" in answer.error("decision")
    db.session.rollback()
    db.session.refresh(purchase)
    assert (purchase.decision_id, purchase.asked_by) == (None, world.chair.id)


def test_what_the_signer_once_mended_is_not_bought_for_that_decision_either(world: AwardWorld) -> None:
    world.money(5 * EACH, world.world.bicycles)
    decision, purchase = decided(world, 2), ask(world, 1)
    change(world, purchase, 2, by=also(world.chair, "accountant", world))
    change(world, purchase, 1)

    with pytest.raises(RuleBroken, match="đã ký quyết định này"):
        change(world, purchase, 2, decision=decision)
    db.session.rollback()
    db.session.refresh(purchase)
    assert purchase.decision_id is None


def test_the_secretary_may_ask_and_the_chair_may_sign_and_approve(world: AwardWorld) -> None:
    world.money(5 * EACH, world.world.bicycles)
    purchase = approve(world, ask(world, 2, decision=decided(world, 2), by=world.secretary), world.chair)

    received(world, purchase)
    with writing():
        purchases.pay(purchase, by=world.treasurer)
    assert purchase.state == "paid"


def test_a_purchase_for_no_decision_is_a_case_of_its_own(world: AwardWorld) -> None:
    world.money(9 * EACH, world.world.bicycles)
    decided(world, 2)
    purchase = received(world, approve(world, ask(world, 1), world.vice_chair))

    with writing():
        purchases.pay(purchase, by=also(world.secretary, "treasurer", world))
    assert purchase.state == "paid"


# --- by the pages ---------------------------------------------------------------------------------------


@BARRED
def test_who_may_not_pay_reads_why_and_is_refused(app: Flask, world: AwardWorld, office: str, did: str) -> None:
    purchase = arrived(world)
    browser = Browser(app).sign_in(also(getattr(world, office), "treasurer", world))

    shown = browser.get("purchases.show", purchase_id=purchase.id)

    assert f"{did} việc này nên không chi được" in shown.text
    assert not shown.offers(f"/hien-vat/mua/{purchase.id}/chi")
    browser.post("purchases.pay", {"date": "15/8/2026"}, to={"purchase_id": purchase.id}, expect=403)
    assert "Hàng mua chờ chi" not in browser.get("home.today").text
    assert "Hàng mua chờ chi" in Browser(app).sign_in(world.treasurer).get("home.today").text


def test_who_signed_is_not_offered_to_buy_for_the_decision(app: Flask, world: AwardWorld) -> None:
    world.money(5 * EACH, world.world.bicycles)
    decision = decided(world, 2)
    browser, signer = Browser(app), also(world.chair, "accountant", world)
    browser.sign_in(signer)
    query = {"quyet_dinh": decision.id, "chien_dich": world.world.bicycles.id}

    assert "Đề nghị mua theo quyết định" not in browser.get("purchases.index").text
    assert "Quyết định chờ mua hàng" not in browser.get("home.today").text
    assert browser.get("buying.new", query=query).field("decision") == ""
    fields = {**typed(world, 2), "decision": decision.id}
    browser.post("buying.create", fields, expect=422)
    assert db.session.query(Purchase).count() == 0
    accountant = Browser(app).sign_in(world.accountant)
    assert "Đề nghị mua theo quyết định" in accountant.get("purchases.index").text
    assert accountant.get("buying.new", query=query).field("decision") == str(decision.id)


def test_who_signed_is_not_offered_to_mend_what_is_bought_for_it(app: Flask, world: AwardWorld) -> None:
    purchase = asked(world)
    browser, at = Browser(app).sign_in(also(world.chair, "accountant", world)), f"/hien-vat/mua/{purchase.id}/sua"

    assert not browser.get("purchases.show", purchase_id=purchase.id).offers(at)
    browser.get("buying.edit", purchase_id=purchase.id)
    fields = {**typed(world, 1), "decision": purchase.decision_id}
    browser.post("buying.mend", fields, to={"purchase_id": purchase.id}, expect=403)
    accountant = Browser(app).sign_in(world.accountant)
    assert accountant.get("purchases.show", purchase_id=purchase.id).offers(at)
