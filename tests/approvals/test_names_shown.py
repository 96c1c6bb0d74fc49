"""An approval is bound to the names on its page: whoever renames one of them makes the page that was read stale."""

import datetime
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import flask_babel
import pytest
from flask import Flask

from khuyenhoc.approvals import registry, requests
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.awards import earmarking, programmes
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import db, writing
from khuyenhoc.funds import approvables, campaign_steps, items
from khuyenhoc.funds import funds as funds_rules
from khuyenhoc.funds.plans import Plan, plan_of
from khuyenhoc.giving import donors
from khuyenhoc.giving.donors import Details
from khuyenhoc.goods import purchases, write_offs
from khuyenhoc.history.events import record
from khuyenhoc.ledger import account_changes, period_approvals, periods
from khuyenhoc.org import unit_changes
from khuyenhoc.payouts import lists
from khuyenhoc.treasury import cash_counts, transfers
from tests.awards import deciding
from tests.awards.award_world import MILLION, level
from tests.giving import returning
from tests.goods import stocked
from tests.payouts import paid, taken_back
from tests.reports.given import Given, make_given
from tests.support import people
from tests.support.browser import Browser
from tests.support.world import DAY
from tests.support.worlds import Worlds
from tests.treasury import ordered

JULY = periods.month_index(datetime.date(2026, 7, 1))


@pytest.fixture
def given(worlds: Worlds) -> Given:
    """Hội U01, which takes gifts and gives scholarships."""
    return worlds.begin_with(make_given)


def ask_running_cost(given: Given) -> Request:
    """Drinking water out of the box."""
    given.gift(MILLION, given.world.world.general)
    return ordered.request_of(ordered.prepare(given.world.world))


def ask_refund(given: Given) -> Request:
    """Half a gift goes back to bà Họa."""
    gift = given.gift(MILLION, given.world.world.bicycles)
    return returning.request_of(returning.ask(given.ward, gift, MILLION // 2))


def ask_void(given: Given) -> Request:
    """A gift typed twice."""
    return given.ward.ask_void(given.gift(MILLION))


def ask_transfer(given: Given) -> Request:
    """General money to the bicycles."""
    ward = given.world.world
    given.gift(MILLION, ward.general)
    with writing():
        return transfers.ask(
            ward.general, ward.bicycles, ward.cash, MILLION, reason="Bù", consent="", by=given.ward.accountant,
            key=token(),
        )  # fmt: skip


def ask_cash_difference(given: Given) -> Request:
    """A note found under the drawer."""
    ward = given.world.world
    with writing():
        found = cash_counts.count_cash(
            ward.cash, {20_000: 1}, campaign=ward.general, note="Nhặt được", by=given.ward.treasurer, key=token()
        )
    return requests.about("cash_count", found.id)[0]


def ask_purchase(given: Given) -> Request:
    """Two bicycles of a shop."""
    given.world.money(5 * MILLION, given.world.world.bicycles)
    return requests.about(purchases.SUBJECT, stocked.ask(given.world, 2).id)[0]


def ask_write_off(given: Given) -> Request:
    """A bicycle with a broken frame."""
    given.bicycles(1)
    ward, by = given.world.world, given.ward.secretary
    with writing():
        broken = write_offs.ask(
            ward.bicycles, ward.bicycle, 1, cause="broken", reason="Gãy khung", by=by, key=token()
        )  # fmt: skip
    request = write_offs.waiting_for(broken)
    assert request is not None
    return request


def ask_payout(given: Given) -> Request:
    """A list to be paid in cash."""
    return paid.request_of(paid.prepare(given.world, paid.money(given.world)))


def ask_decision(given: Given) -> Request:
    """A bicycle for one pupil, from the stock."""
    given.bicycles(1)
    programme = deciding.bicycles(given.world)
    given.world.award(programme, "recommended")
    return deciding.ask(given.world, deciding.draft(given.world, programme))


def ask_purpose(given: Given) -> Request:
    """A gift for grade 9 is bound to that level."""
    to = given.world.programme("HB", levels=[level("LOP9", MILLION)]).levels[0]
    gift = given.gift(MILLION, restriction="Chỉ cho học sinh lớp 9")
    with writing():
        return earmarking.ask_to_bind(gift, to, consent=None, reason="Đúng lời tặng", by=given.ward.accountant)


def ask_opening(given: Given) -> Request:
    """A campaign for textbooks."""
    fund = funds_rules.find_fund("QU01")
    assert fund is not None
    with writing():
        drafted = campaign_steps.draft("SGK26", fund, Plan("Sách giáo khoa", starts=DAY), by=given.ward.secretary)
        return approvables.ask_to_open(drafted, by=given.ward.accountant)


def ask_closing(given: Given) -> Request:
    """The bicycles are all handed over."""
    with writing():
        return approvables.ask_to_close(given.world.world.bicycles, by=given.ward.accountant, reason="Đã trao đủ")


def ask_month_closed(given: Given) -> Request:
    """July is settled."""
    given.world.world.gift(MILLION, on=datetime.date(2026, 7, 20))
    with writing():
        return period_approvals.ask_to_close(given.world.unit.id, JULY, by=given.ward.accountant)


def ask_month_reopened(given: Given) -> Request:
    """A slip of July turned up."""
    given.ward.approve(ask_month_closed(given))
    with writing():
        return period_approvals.ask_to_reopen(given.world.unit.id, JULY, by=given.ward.accountant, reason="Sót phiếu")


def ask_goods_back(given: Given) -> Request:
    """A bicycle that was ticked by mistake waits to be taken back."""
    given.world.world.bicycles_given(2)
    payout = given.bicycles_handed_over(2)
    return taken_back.ask(given.world, payout, lists.lines_of(payout)[:1])


def rename_programme(given: Given) -> None:
    """The programme is called otherwise."""
    programme = programmes.get("XD1")
    programme.name = "Chương trình khác"
    record("programme.changed", programme, by=given.ward.secretary, unit_id=given.world.unit.id)


def rename_box(given: Given) -> None:
    """The cash box has another name."""
    account_changes.rename(given.world.world.cash, "Két sắt văn phòng", by=given.ward.accountant)


def rename_giver(given: Given) -> None:
    """The card of bà Họa says another name."""
    donors.edit(given.ward.hoa, Details(kind="individual", name="Ai Đó", honorific="Bà"), by=given.ward.secretary)


def rename_item(given: Given) -> None:
    """The bicycles are called otherwise."""
    bicycle = given.world.world.bicycle
    items.change_item(bicycle, "Xe đạp cũ", "chiếc", bicycle.unit_value, "bicycle", by=given.ward.accountant)


def rename_fund(given: Given) -> None:
    """The fund is called otherwise."""
    fund = funds_rules.find_fund("QU01")
    assert fund is not None
    funds_rules.change_fund(
        fund, "Quỹ Khác", legal_form="internal", purpose="", management_cost_cap_percent=None, by=given.ward.accountant
    )


def rename_campaign(given: Given) -> None:
    """The general money is called otherwise."""
    general = given.world.world.general
    campaign_steps.change(general, replace(plan_of(general), name="Quỹ khác"), by=given.ward.accountant)


def rename_unit(given: Given) -> None:
    """The association has another name from today on."""
    unit_changes.rename(given.world.unit, "Hội Khuyến học Khác", on=DAY, by=people.person("admin"))


class Case(NamedTuple):
    """What is asked, and what is renamed while it waits."""

    ask: Callable[[Given], Request]
    rename: Callable[[Given], None]


CASES = {
    "running_cost": Case(ask_running_cost, rename_box),
    "refund": Case(ask_refund, rename_giver),
    "document.void": Case(ask_void, rename_box),
    "transfer": Case(ask_transfer, rename_box),
    "cash.difference": Case(ask_cash_difference, rename_campaign),
    "purchase": Case(ask_purchase, rename_item),
    "write_off": Case(ask_write_off, rename_item),
    "payout": Case(ask_payout, rename_box),
    "payout.take_back": Case(ask_goods_back, rename_programme),
    "decision": Case(ask_decision, rename_item),
    "earmark": Case(ask_purpose, rename_giver),
    "campaign.open": Case(ask_opening, rename_fund),
    "campaign.close": Case(ask_closing, rename_fund),
    "period.close": Case(ask_month_closed, rename_unit),
    "period.reopen": Case(ask_month_reopened, rename_unit),
}


def test_every_kind_has_its_case(given: Given) -> None:
    assert set(CASES) == set(registry.kinds())


@pytest.mark.alternating
@pytest.mark.parametrize("kind", CASES)
def test_a_name_that_changed_after_it_was_shown_is_read_again(given: Given, kind: str) -> None:
    request = CASES[kind].ask(given)
    assert request.kind == kind
    shown = requests.fingerprint(request)
    with flask_babel.force_locale("en"):
        assert requests.fingerprint(request) == shown == request.fingerprint

    with writing():
        CASES[kind].rename(given)

    assert deciding.approve(request, given.ward.chair, shown) is Outcome.CHANGED
    db.session.refresh(request)
    assert request.is_waiting
    assert deciding.approve(request, given.ward.chair) is Outcome.DONE


def ask_shortage(given: Given) -> Request:
    """A note is missing from the box."""
    ward = given.world.world
    given.gift(MILLION, ward.general)
    with writing():
        found = cash_counts.count_cash(
            ward.cash, {500_000: 1}, campaign=ward.general, note="Thiếu tiền", by=given.ward.treasurer, key=token()
        )
    return requests.about("cash_count", found.id)[0]


LEAVING = ("running_cost", "refund", "transfer", "purchase", "write_off", "payout", "decision")
GOING_OUT = {**{kind: CASES[kind].ask for kind in LEAVING}, "cash.difference": ask_shortage}


@pytest.mark.alternating
@pytest.mark.parametrize("kind", GOING_OUT)
def test_what_the_campaign_takes_for_is_read_before_anything_leaves_it(given: Given, kind: str) -> None:
    request = GOING_OUT[kind](given)
    shown, words = requests.fingerprint(request), "Chỉ cho học sinh nhà xa trường"
    campaigns = [given.world.world.general, given.world.world.bicycles, given.world.scholarships]
    assert words not in str(registry.get(kind).describe(request).facts)

    with writing():
        for campaign in campaigns:
            campaign.restriction = words
            record("campaign.changed", campaign, by=given.ward.accountant, unit_id=given.world.unit.id)

    assert deciding.approve(request, given.ward.chair, shown) is Outcome.CHANGED
    (fact,) = (fact for fact in registry.get(kind).describe(request).facts if fact.value == words)
    assert "chỉ nhận cho" in fact.label


def test_a_surplus_comes_in_whatever_the_campaign_is_for(given: Given) -> None:
    request = ask_cash_difference(given)
    with writing():
        given.world.world.general.restriction = "Chỉ cho học sinh nhà xa trường"
        record("campaign.changed", given.world.world.general, by=given.ward.accountant, unit_id=given.world.unit.id)

    assert "chỉ nhận cho" not in str(registry.get("cash.difference").describe(request).facts)


def test_the_page_that_was_read_before_the_box_was_renamed_approves_nothing(app: Flask, given: Given) -> None:
    """As it happens at two desks: the chair reads, the accountant renames the box, the chair presses."""
    request, box = ask_running_cost(given), given.world.world.cash
    chair, accountant = Browser(app).sign_in(given.ward.chair), Browser(app).sign_in(given.ward.accountant)
    chair.get(f"/phe-duyet/{request.id}")
    accountant.get(f"/so-sach/tai-khoan/{box.id}/sua")
    accountant.post("ledger.rename_account", to={"account_id": box.id}, name="Két sắt văn phòng")

    page = chair.post("approvals.decide", to={"request_id": request.id}, decision="approve", expect=422)

    assert "Két sắt văn phòng" in page.text
    assert requests.get_request(request.id).is_waiting
