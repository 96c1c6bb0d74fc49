"""A paid purchase is voided by another person: the money is back, the goods are gone, awards wait for goods again."""

from collections.abc import Callable

import pytest
from flask import Flask

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.pairs import SamePerson
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.awards import decisions
from khuyenhoc.core.database import db, writing
from khuyenhoc.goods import purchase_posting
from khuyenhoc.goods.goods_tables import Purchase
from khuyenhoc.ledger import approvables, balances
from khuyenhoc.ledger.documents import get_document
from khuyenhoc.ledger.refusals import StandsOnIt
from tests.awards import deciding
from tests.awards.award_world import AwardWorld
from tests.goods.stocked import EACH, approve, ask, bought, decided, hand_over, listed
from tests.payouts import paid
from tests.support import people
from tests.support.browser import Browser


@pytest.fixture
def purchase(world: AwardWorld) -> Purchase:
    """Two bicycles bought and paid for."""
    world.money(5 * EACH, world.world.bicycles)
    return bought(world, approve(world, ask(world, 2)))


def ask_void(world: AwardWorld, purchase: Purchase) -> Request:
    """The accountant asks that its document be voided."""
    with writing():
        return approvables.ask_void(get_document(purchase.document_id or 0), by=world.accountant, reason="Trả hàng")


def void(world: AwardWorld, request: Request) -> None:
    """The chair approves."""
    with writing():
        requests.approve(request, by=world.chair, shown=requests.fingerprint(request))


def test_voided_the_money_is_back_and_the_goods_are_gone(world: AwardWorld, purchase: Purchase) -> None:
    void(world, ask_void(world, purchase))

    campaign = world.world.bicycles.id
    assert (deciding.pieces(campaign, "stock"), balances.held_by(campaign, "cash")) == (0, 5 * EACH)
    assert get_document(purchase.document_id or 0).is_void
    assert paid.holds()


def test_neither_who_asked_nor_who_paid_approves_it(world: AwardWorld, purchase: Purchase) -> None:
    request = ask_void(world, purchase)
    for who in (world.accountant, world.treasurer):
        people.grant(who, "vice_chair", world.unit)
        with pytest.raises(SamePerson), writing():
            requests.approve(request, by=who, shown=requests.fingerprint(request))


def test_what_was_handed_over_is_not_voided(world: AwardWorld, purchase: Purchase) -> None:
    request = ask_void(world, purchase)
    hand_over(world, listed(world, decided(world, 1)))

    with pytest.raises(StandsOnIt, match="hiện vật của lô này đã xuất theo XK-2026-0001"):
        void(world, request)
    with writing():
        requests.withdraw(request, by=world.accountant)
    with pytest.raises(StandsOnIt, match="đã xuất theo XK-2026-0001"):
        ask_void(world, purchase)


def test_what_was_reserved_since_is_not_voided(world: AwardWorld, purchase: Purchase) -> None:
    request = ask_void(world, purchase)
    decision = decided(world, 1)

    with pytest.raises(StandsOnIt, match=r"chỉ còn 1 chiếc .* dành cho Quyết định 01/QĐ-HKH \(2026\), 1 suất"):
        void(world, request)
    with writing():
        requests.withdraw(request, by=world.accountant)
    with pytest.raises(StandsOnIt, match="Quyết định 01"):
        ask_void(world, purchase)
    deciding.sign(world, deciding.withdraw(world, decision, decisions.awards_of(decision)))
    void(world, ask_void(world, purchase))
    assert paid.holds()


def test_bought_for_awards_they_wait_for_goods_again(world: AwardWorld) -> None:
    world.money(5 * EACH, world.world.bicycles)
    decision, campaign = decided(world, 2), world.world.bicycles.id
    purchase = bought(world, approve(world, ask(world, 2, decision=decision)))
    assert (deciding.committed(campaign), deciding.pieces(campaign, "reservations")) == (0, 2)

    void(world, ask_void(world, purchase))

    assert (deciding.committed(campaign), deciding.pieces(campaign, "reservations")) == (2 * EACH, 0)
    assert [share.amount for share in purchase_posting.waiting_shares(decision, campaign)] == [EACH, EACH]
    assert paid.holds()
    bought(world, approve(world, ask(world, 2, decision=decision)))
    hand_over(world, listed(world, decision))
    assert paid.holds()


def test_bought_for_an_award_that_no_longer_waits_it_stays(world: AwardWorld) -> None:
    world.money(5 * EACH, world.world.bicycles)
    decision = decided(world, 2)
    purchase = bought(world, approve(world, ask(world, 2, decision=decision)))
    deciding.sign(world, deciding.withdraw(world, decision, decisions.awards_of(decision)[:1]))

    with pytest.raises(StandsOnIt, match="hàng đã mua cho hồ sơ XD26-0001, nay đã trao hoặc đã thu hồi"):
        ask_void(world, purchase)


def test_the_page_asks_says_what_stands_in_the_way_and_shows_the_end(
    either_browser: Browser, world: AwardWorld, purchase: Purchase
) -> None:
    to = {"purchase_id": purchase.id}
    accountant = either_browser.sign_in(world.accountant)
    accountant.get("purchases.show", **to)
    assert "Vì sao" in accountant.post("purchases.ask_void", {}, to=to, expect=422).error("reason")
    shown = accountant.post("purchases.ask_void", {"reason": "Trả hàng cho người bán"}, to=to)
    assert "đã đề nghị hủy chứng từ này" in shown.text
    request = requests.find_waiting(approvables.KIND, approvables.SUBJECT, purchase.document_id or 0)
    assert request is not None
    with writing():
        requests.withdraw(request, by=world.accountant)

    decision = decided(world, 2)
    assert "phần kia đã dành cho Quyết định 01" in accountant.get("purchases.show", **to).text
    deciding.sign(world, deciding.withdraw(world, decision, decisions.awards_of(decision)))
    void(world, ask_void(world, purchase))
    assert "Đã hủy chứng từ" in accountant.get("purchases.show", **to).text


def test_who_does_not_buy_does_not_ask_for_it(browser: Browser, world: AwardWorld, purchase: Purchase) -> None:
    to = {"purchase_id": purchase.id}
    treasurer = browser.sign_in(world.treasurer)
    assert not treasurer.get("purchases.show", **to).offers(f"/hien-vat/mua/{purchase.id}/huy-chung-tu")
    treasurer.post("purchases.ask_void", {"reason": "Trả hàng"}, to=to, expect=403)
    db.session.rollback()
    unpaid = ask(world, 1)
    accountant = browser.sign_in(world.accountant)
    accountant.get("purchases.show", purchase_id=unpaid.id)
    accountant.post("purchases.ask_void", {"reason": "Trả"}, to={"purchase_id": unpaid.id}, expect=422)


@pytest.mark.parametrize("deed", ["look", "void"])
def test_it_asks_no_more_for_ten_awards_than_for_two(
    app: Flask, world: AwardWorld, counted: Callable[[], int], deed: str
) -> None:
    purchases, asked = [], []
    for code, n in (("XD26", 2), ("XD27", 10)):
        world.money(n * EACH, world.world.bicycles)
        programme = deciding.bicycles(world, code, publication_days=0)
        world.awards(programme, n, "recommended")
        wanted = ask(world, n, decision=deciding.published(world, programme))
        purchases.append(bought(world, approve(world, wanted)))
    accountant = Browser(app).sign_in(world.accountant)
    for purchase in purchases:
        accountant.get("purchases.show", purchase_id=purchase.id)
        request = ask_void(world, purchase) if deed == "void" else None
        counted()
        if request is not None:
            void(world, request)
        else:
            assert "Chi nhầm, hoặc trả hàng?" in accountant.get("purchases.show", purchase_id=purchase.id).text
        asked.append(counted())

    assert asked[1] <= asked[0]
