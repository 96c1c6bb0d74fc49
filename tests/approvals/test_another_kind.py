"""A campaign for one kind of giving pays for something else: whoever asks and whoever approves is warned."""

import pytest

from khuyenhoc.approvals import registry, requests
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.awards import publication
from khuyenhoc.awards.programme_tables import LevelItem
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import writing
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.goods import purchases
from khuyenhoc.goods.goods_tables import Purchase
from khuyenhoc.history.events import record
from khuyenhoc.treasury import transfers, vouchers
from tests.awards import deciding
from tests.awards.award_world import MILLION
from tests.goods import stocked
from tests.payouts import paid
from tests.reports.given import Given, make_given
from tests.support.browser import Browser
from tests.support.worlds import Worlds
from tests.treasury import ordered

MEANT = "Chỉ cho học sinh nhà xa trường"


@pytest.fixture
def given(worlds: Worlds) -> Given:
    """Hội U01, which takes gifts and gives scholarships."""
    return worlds.begin_with(make_given)


def kind(given: Given, campaign: Campaign, kind: str, restriction: str = "") -> Campaign:
    """The campaign is for this kind of giving."""
    with writing():
        campaign.kind, campaign.restriction = kind, restriction
        record("campaign.changed", campaign, by=given.ward.accountant, unit_id=campaign.unit_id)
    return campaign


def warning(request: Request) -> str:
    """What the approver is warned of."""
    return registry.get(request.kind).describe(request).warning


def asked(purchase: Purchase) -> Request:
    """The request about a purchase."""
    return requests.about(purchases.SUBJECT, purchase.id)[0]


def test_a_running_cost(given: Given) -> None:
    ward = given.world.world
    given.gift(MILLION, kind(given, ward.bicycles, "bicycle"))
    given.gift(MILLION, ward.general)

    order = ordered.prepare(ward, campaign=ward.bicycles)

    said = "Xe đạp đến trường là chiến dịch xe đạp, mà đây là chi phí hoạt động."
    assert warning(ordered.request_of(order)) == said
    assert warning(ordered.request_of(ordered.prepare(ward))) == ""
    ordered.approve(order, given.ward.chair)
    assert "cap" not in vouchers.noted(ordered.pay(ward, order))


def test_goods_of_another_kind(given: Given) -> None:
    bicycles = given.world.world.bicycles
    given.gift(20 * MILLION, kind(given, bicycles, "bicycle"))
    assert warning(asked(stocked.ask(given.world, 1))) == ""

    kind(given, bicycles, "scholarship")
    request = asked(stocked.ask(given.world, 1))
    assert warning(request) == "Xe đạp đến trường là chiến dịch học bổng, mà đây là xe đạp 24 inch."

    programme = given.world.programme("HB9", kind="scholarship")
    with writing():
        level = programme.levels[0]
        level.items = [LevelItem(item_id=given.world.world.bicycle.id, quantity=1, programme_id=programme.id)]
        record("programme.changed", programme, by=given.ward.secretary, unit_id=given.world.unit.id)
    assert warning(request) == ""


def test_a_programme_of_another_kind_and_its_list(given: Given) -> None:
    given.gift(5 * MILLION, kind(given, given.world.scholarships, "reward"))
    programme = given.world.programme("HB9", kind="scholarship", publication_days=0)
    given.world.award(programme, "recommended")
    said = "Học bổng Tiếp bước là chiến dịch khen thưởng, mà đây là chương trình học bổng."

    draft = deciding.draft(given.world, programme)
    assert warning(deciding.ask(given.world, draft)) == said
    deciding.sign(given.world, draft)
    with writing():
        publication.publish(draft, by=given.ward.secretary)
    payout = paid.prepare(given.world, draft)
    assert warning(paid.request_of(payout)) == said

    kind(given, given.world.scholarships, "scholarship")
    assert warning(paid.request_of(payout)) == ""


def test_taking_back_is_for_no_kind(given: Given) -> None:
    given.gift(5 * MILLION, kind(given, given.world.scholarships, "reward", MEANT))
    programme = given.world.programme("HB9", kind="scholarship")
    award = given.world.award(programme, "recommended")
    decision = deciding.decided(given.world, programme)

    request = deciding.ask(given.world, deciding.withdraw(given.world, decision, [award]))

    assert warning(request) == ""
    assert MEANT not in str(registry.get("decision").describe(request).facts)


def test_money_moved_to_a_campaign_of_another_kind(given: Given) -> None:
    ward = given.world.world
    given.gift(5 * MILLION, kind(given, ward.bicycles, "bicycle"))

    def ask(target: Campaign) -> Request:
        with writing():
            return transfers.ask(
                ward.bicycles, target, ward.cash, 1_000, reason="Bù", consent="", by=given.ward.accountant, key=token(),
            )  # fmt: skip

    request = ask(given.world.scholarships)
    assert warning(request) == "Xe đạp đến trường là chiến dịch xe đạp, mà đây là chuyển sang Học bổng Tiếp bước."
    kind(given, given.world.scholarships, "bicycle")
    assert warning(request) == ""


def test_the_pages_of_what_was_asked_say_it_too(given: Given, browser: Browser) -> None:
    ward = given.world.world
    given.gift(20 * MILLION, kind(given, ward.bicycles, "gift", MEANT))
    order, purchase = ordered.prepare(ward, campaign=ward.bicycles), stocked.ask(given.world, 1)
    browser.sign_in(given.ward.accountant)

    for page, what in (
        (browser.get("payments.show", order_id=order.id), "chi phí hoạt động"),
        (browser.get("purchases.show", purchase_id=purchase.id), "xe đạp 24 inch"),
    ):
        assert f"Chiến dịch chỉ nhận cho {MEANT}" in page.text
        assert f"là chiến dịch quà tặng, mà đây là {what}." in page.text
