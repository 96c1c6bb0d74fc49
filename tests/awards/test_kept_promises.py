"""Money that leaves for something else leaves enough of the right purpose for the awards that are decided."""

import pytest
from flask import Flask

from khuyenhoc.core.database import writing
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.refusals import NotEnough
from khuyenhoc.tracing import earmarks
from khuyenhoc.treasury import transfers
from tests.awards import deciding
from tests.awards.award_world import MILLION, level
from tests.giving.returning import approve, ask, holds, pay
from tests.reports.given import Given, make_given
from tests.support.world import DAY, HA
from tests.treasury import ordered


@pytest.fixture
def given(app: Flask) -> Given:
    """The ward, which also gives scholarships."""
    return make_given()


@pytest.fixture
def bound(given: Given) -> Document:
    """A million bound to grade 6, for which one award is decided, beside a million bound to grade 9."""
    programme = given.world.programme("HB", levels=[level("LOP6", MILLION), level("LOP9", MILLION)])
    first, second = programme.levels
    gifts = [given.gift(MILLION, restriction=f"Chỉ cho {one.label}") for one in (first, second)]
    with writing():
        for gift, purpose in zip(gifts, (first, second), strict=True):
            earmarks.mark(gift, purpose.id, by=HA)
    given.world.awards(programme, 1, "recommended")
    deciding.decided(given.world, programme)
    return gifts[0]


def test_what_an_award_stands_on_does_not_go_back(given: Given, bound: Document) -> None:
    order = ask(given.ward, bound, MILLION, campaign=given.world.scholarships)
    approve(given.ward, order)

    with pytest.raises(NotEnough, match="thiếu 1.000.000"):
        pay(given.ward, order)

    given.gift(MILLION)
    assert pay(given.ward, order)
    assert holds()


def test_free_money_that_an_award_needs_is_not_spent_on_costs(given: Given, bound: Document) -> None:
    pay_back = ask(given.ward, bound, MILLION, campaign=given.world.scholarships)
    approve(given.ward, pay_back)
    given.gift(MILLION)
    pay(given.ward, pay_back)
    cost = ordered.prepare(given.ward.world, 1_000, campaign=given.world.scholarships, by=given.ward.accountant)
    ordered.approve(cost, given.ward.chair)

    with pytest.raises(NotEnough, match="thiếu 1.000"):
        ordered.pay(given.ward.world, cost, given.ward.treasurer)
    with pytest.raises(NotEnough, match="thiếu 500"), writing():
        transfers.record(
            given.world.scholarships, given.ward.world.general, given.ward.world.cash, 500, on=DAY, reason="Bù",
            by=given.ward.accountant, approved_by=given.ward.chair, key="transfer-1",
        )  # fmt: skip
    given.gift(5_000)
    assert ordered.pay(given.ward.world, cost, given.ward.treasurer)
    assert holds()
