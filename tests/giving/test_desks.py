"""An evening at the reception desk."""

import pytest

from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.funds.closing import what_is_open
from khuyenhoc.giving import desks
from khuyenhoc.giving.desks import Desk
from khuyenhoc.ledger import desks as evenings
from tests.giving.gift_world import Ward
from tests.support.world import DAY, make_world


@pytest.fixture
def desk(ward: Ward) -> Desk:
    """Đêm gây quỹ."""
    with writing():
        return desks.open_desk(ward.world.bicycles, name="Đêm gây quỹ", method="cash", on=DAY, by=ward.treasurer)


def test_the_evening_sums_up_what_is_alive(ward: Ward, desk: Desk) -> None:
    ward.give(500_000, desk=desk)
    wrong = ward.give(5_000_000, desk=desk)
    ward.give(gift=ward.gift(ward.line(2_000_000), method="bank"), desk=desk)
    ward.give(gift=ward.gift(ward.bicycles(1), method="in_kind"), desk=desk)
    ward.give(9_000_000)  # beside the desk
    ward.approve(ward.ask_void(wrong))

    sums = desks.sums(desk)

    assert sums.amounts == {"cash": 500_000, "bank": 2_000_000, "in_kind": 2_375_000}
    assert (sums.money, sums.everything, sums.count, sums.voided) == (2_500_000, 4_875_000, 3, 1)
    assert desks.cash_expected(desk) == 500_000
    assert len(desks.gifts_of(desk)) == 4


def test_a_gift_recorded_again_stays_with_its_evening(ward: Ward, desk: Desk) -> None:
    gift = ward.give(5_000_000, desk=desk)

    ward.approve(ward.ask_again(gift, ward.gift(ward.line(500_000))))

    assert desks.cash_expected(desk) == 500_000


def test_a_closed_desk_takes_no_envelope_but_answers_the_same_key(ward: Ward, desk: Desk) -> None:
    gift = ward.give(500_000, desk=desk, key="last-envelope")
    with writing():
        desks.close_desk(db.session.get_one(Desk, desk.id), by=ward.treasurer)
        desks.close_desk(db.session.get_one(Desk, desk.id), by=ward.accountant)

    assert desk.closed_by_name == ward.treasurer.signature
    assert ward.give(500_000, desk=desk, key="last-envelope").id == gift.id
    with pytest.raises(RuleBroken, match="đã đóng"):
        ward.give(500_000, desk=desk)


def test_a_campaign_with_an_open_desk_is_not_closed(ward: Ward, desk: Desk) -> None:
    assert what_is_open(ward.world.bicycles) == ["Bàn tiếp nhận “Đêm gây quỹ” đang mở."]
    assert what_is_open(ward.world.general) == []

    with writing():
        desks.close_desk(db.session.get_one(Desk, desk.id), by=ward.treasurer)

    assert what_is_open(ward.world.bicycles) == []


def test_a_desk_is_opened_for_a_campaign_that_takes(ward: Ward) -> None:
    for wrong, field in (({"name": " "}, "name"), ({"name": "x" * 121}, "name"), ({"method": "cheque"}, "method")):
        answers = {"name": "Đêm gây quỹ", "method": "cash", "on": DAY, **wrong}
        with pytest.raises(RuleBroken) as no, writing():
            desks.open_desk(ward.world.bicycles, by=ward.treasurer, **answers)
        assert no.value.field == field


def test_a_foreign_desk_and_account_are_not_there(ward: Ward, desk: Desk) -> None:
    other = make_world("U09")

    with pytest.raises(NotFound):
        desks.get_desk(desk.id, [other.unit.id])
    with pytest.raises(RuleBroken, match="không thuộc sổ"), writing():
        desks.open_desk(ward.world.bicycles, name="Đêm", method="cash", on=DAY, by=ward.treasurer, cash=other.cash)


def test_the_cash_count_finds_the_evening(ward: Ward, desk: Desk) -> None:
    ward.give(700_000, desk=desk)

    evening = evenings.find(desk.id)

    assert evening is not None
    assert (evening.cash, evening.title, evening.unit_id) == (700_000, "Đêm gây quỹ", ward.world.unit.id)
    assert evenings.find(desk.id + 1) is None
