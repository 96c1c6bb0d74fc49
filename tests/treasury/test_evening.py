"""From the last envelope to the closed month: the desk, the count, the difference, the close, and khớp."""

import datetime

import pytest
from flask import Flask

from khuyenhoc.approvals import requests
from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.giving import desks
from khuyenhoc.giving.desks import Desk
from khuyenhoc.ledger import desks as evenings
from khuyenhoc.ledger import open_work, period_approvals, periods
from khuyenhoc.ledger.periods import month_index
from khuyenhoc.proof.reconcile import statements
from khuyenhoc.proof.verify import verify
from khuyenhoc.treasury import cash_counts
from tests.giving.gift_world import Ward, make_ward
from tests.support.browser import Browser
from tests.treasury.conftest import approve

JULY = datetime.date(2026, 7, 25)


@pytest.fixture
def evening(app: Flask) -> Ward:
    """The ward with its officers and donors."""
    return make_ward()


def open_desk(evening: Ward, on: datetime.date) -> Desk:
    with writing():
        return desks.open_desk(evening.world.bicycles, name="Đêm gây quỹ", method="cash", on=on, by=evening.treasurer)


def test_an_evening_nobody_counted_keeps_its_month_open(evening: Ward) -> None:
    desk = open_desk(evening, JULY)
    evening.give(gift=evening.gift(evening.line(700_000), on=JULY), desk=desk)
    with writing():
        desks.close_desk(desk, by=evening.treasurer)

    with pytest.raises(RuleBroken, match="Chưa kiểm quỹ buổi “Đêm gây quỹ”"), writing():
        period_approvals.ask_to_close(desk.unit_id, month_index(JULY), by=evening.accountant)

    assert not evenings.is_counted(desk.id)


def test_an_evening_that_still_sits_keeps_its_month_open_with_or_without_cash(evening: Ward) -> None:
    desk = open_desk(evening, JULY)
    evening.give(gift=evening.gift(evening.line(700_000), method="bank", on=JULY), desk=desk)

    with pytest.raises(RuleBroken, match="Bàn tiếp nhận “Đêm gây quỹ” đang mở"), writing():
        period_approvals.ask_to_close(desk.unit_id, month_index(JULY), by=evening.accountant)

    assert open_work.open_in_month(desk.unit_id, month_index(JULY) - 1) == []
    with writing():
        desks.close_desk(desk, by=evening.treasurer)
    assert open_work.open_in_month(desk.unit_id, month_index(JULY)) == []


def test_closing_the_desk_leads_to_the_count_of_that_evening(app: Flask, evening: Ward) -> None:
    desk = open_desk(evening, JULY)
    evening.give(gift=evening.gift(evening.line(700_000), on=JULY), desk=desk)
    browser = Browser(app).sign_in(evening.treasurer)
    page = browser.post("desk.close", to={"desk_id": desk.id})
    assert page.h1 == "Kiểm quỹ"
    assert "Đêm gây quỹ: tiền mặt đã tiếp nhận 700.000" in page.text

    browser.post("cash.record", to_500000="1", to_200000="1")

    assert evenings.is_counted(desk.id)
    assert "Đêm gây quỹ" in browser.get("cash.one", count_id=1).text
    accountants = Browser(app).sign_in(evening.accountant).get(f"/so-sach/kiem-quy?ban={desk.id}")
    assert not accountants.page.all("form", action="/so-sach/kiem-quy", method="post")


def test_from_the_desk_to_the_closed_month(evening: Ward) -> None:
    desk = open_desk(evening, JULY)
    evening.give(gift=evening.gift(evening.line(700_000), on=JULY), desk=desk)
    with writing():
        desks.close_desk(desk, by=evening.treasurer)
        count = cash_counts.count_cash(
            evening.world.cash, {500_000: 1, 200_000: 1, 20_000: 1}, campaign=evening.world.general,
            note="Khách không lấy tiền thối", desk_id=desk.id, by=evening.treasurer, key="count-0001",
        )  # fmt: skip
    approve(requests.about("cash_count", count.id)[0], evening.chair)
    with writing():
        close = period_approvals.ask_to_close(desk.unit_id, month_index(JULY), by=evening.accountant)
    approve(close, evening.vice_chair)

    assert periods.is_closed(desk.unit_id, JULY)
    assert [answer.violations for answer in verify().answers if not answer.ok] == []
    assert all(statement.reconciled for statement in statements())
