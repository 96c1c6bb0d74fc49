"""Money that is nobody's gift: what it does to the books, and what is refused."""

import datetime
import itertools
from collections.abc import Callable
from typing import Any

import pytest

from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import AlreadyRecorded, NotFound, RuleBroken
from khuyenhoc.ledger import balances
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.refusals import NotEnough
from khuyenhoc.treasury import movements
from tests.support.world import DAY, HA, World, make_world

EARLIER = DAY - datetime.timedelta(days=10)
_keys = itertools.count(1)


def do(rule: Callable[..., Document], *things: Any, on: datetime.date = DAY, **more: Any) -> Document:
    """One deed in a transaction of its own."""
    more.setdefault("key", f"treasury-{next(_keys)}")
    with writing():
        return rule(*things, on=on, by=HA, **more)


def test_opening_balances_of_money_and_goods(ward: World) -> None:
    cash = do(movements.open_with_money, ward.general, ward.cash, 1_500_000)
    bank = do(movements.open_with_money, ward.general, ward.bank, 35_000_000)
    goods = do(movements.open_with_goods, ward.bicycles, ward.bicycle, 3, 7_125_000)

    assert [cash.label, bank.label, goods.label] == ["SD-2026-0001", "SD-2026-0002", "SD-2026-0003"]
    assert balances.available(ward.general.id) == 36_500_000
    assert balances.held_by(ward.bicycles.id, "stock") == 7_125_000
    assert cash.memo == "Số dư đầu kỳ"


def test_an_opening_balance_after_the_first_document_would_be_found_money(ward: World) -> None:
    gift = ward.gift(500_000, on=EARLIER)

    with pytest.raises(RuleBroken, match=gift.label):
        do(movements.open_with_money, ward.bicycles, ward.cash, 1_000_000)

    assert do(movements.open_with_money, ward.bicycles, ward.bank, 1_000_000).amount == 1_000_000
    assert do(movements.open_with_money, ward.bicycles, ward.cash, 1_000_000, on=EARLIER).amount == 1_000_000


def test_interest_and_a_fee(ward: World) -> None:
    income = do(movements.record_other_income, ward.general, ward.bank, 104_567, memo="Lãi tiền gửi quý 2")
    fee = do(movements.record_bank_fee, ward.general, ward.bank, 11_000, memo="Phí tháng 6")

    assert [income.label, fee.label] == ["TK-2026-0001", "UN-2026-0001"]
    assert balances.held_by(ward.general.id, "bank") == 104_567 - 11_000


def test_cash_to_the_bank_and_back(ward: World) -> None:
    ward.gift(1_000_000)
    paid_in = do(movements.cash_to_bank, ward.bicycles, ward.cash, ward.bank, 800_000)
    fetched = do(movements.bank_to_cash, ward.bicycles, ward.bank, ward.cash, 300_000)

    assert [paid_in.label, fetched.label] == ["CT-2026-0001", "CT-2026-0002"]
    assert balances.on_account(ward.cash.id) == 500_000
    assert balances.on_account(ward.bank.id) == 500_000
    assert balances.available(ward.bicycles.id) == 1_000_000


def test_more_than_the_campaign_has_there_is_refused(ward: World) -> None:
    ward.gift(1_000_000)

    with pytest.raises(NotEnough):
        do(movements.cash_to_bank, ward.bicycles, ward.cash, ward.bank, 1_000_001)
    with pytest.raises(NotEnough):
        do(movements.record_bank_fee, ward.general, ward.bank, 11_000, memo="Phí")


@pytest.mark.parametrize("amount", [0, -1, 10**12])
def test_an_amount_out_of_bounds_is_refused(ward: World, amount: int) -> None:
    ward.gift(1_000_000)

    with pytest.raises(RuleBroken, match="lớn hơn 0"):
        do(movements.record_other_income, ward.general, ward.bank, amount, memo="Lãi")
    with pytest.raises(RuleBroken, match="lớn hơn 0"):
        do(movements.cash_to_bank, ward.bicycles, ward.cash, ward.bank, amount)


@pytest.mark.parametrize("quantity", [0, -3, 1_000_001])
def test_a_number_of_pieces_out_of_bounds_is_refused(ward: World, quantity: int) -> None:
    with pytest.raises(RuleBroken, match="Số lượng"):
        do(movements.open_with_goods, ward.bicycles, ward.bicycle, quantity, 1_000)


def test_money_lies_only_where_money_can_lie(ward: World) -> None:
    with pytest.raises(RuleBroken, match="quỹ tiền mặt hoặc tài khoản"):
        do(movements.open_with_money, ward.general, ward.stock, 1_000)
    with pytest.raises(RuleBroken, match="tài khoản ngân hàng"):
        do(movements.record_bank_fee, ward.general, ward.cash, 1_000, memo="Phí")
    with pytest.raises(RuleBroken, match="quỹ tiền mặt"):
        do(movements.cash_to_bank, ward.general, ward.bank, ward.bank, 1_000)
    with pytest.raises(RuleBroken, match="tài khoản ngân hàng"):
        do(movements.bank_to_cash, ward.general, ward.cash, ward.cash, 1_000)


def test_another_units_account_and_campaign_look_like_none(ward: World) -> None:
    other = make_world("U06")

    with pytest.raises(NotFound):
        do(movements.record_other_income, ward.general, other.bank, 1_000, memo="Lãi")
    with pytest.raises(NotFound):
        do(movements.cash_to_bank, ward.general, ward.cash, other.bank, 1_000)


def test_a_day_before_the_campaign_or_to_come_is_refused(ward: World) -> None:
    with pytest.raises(RuleBroken, match="chưa đến"):
        do(
            movements.record_other_income, ward.general, ward.bank, 1_000, memo="Lãi",
            on=DAY + datetime.timedelta(days=1),
        )  # fmt: skip
    with pytest.raises(RuleBroken, match="bắt đầu ngày"):
        do(movements.record_other_income, ward.general, ward.bank, 1_000, memo="Lãi", on=datetime.date(2021, 12, 31))


def test_a_fee_says_what_it_was_for(ward: World) -> None:
    with pytest.raises(RuleBroken, match="nội dung"):
        do(movements.record_bank_fee, ward.bicycles, ward.bank, 1_000, memo="  \u200b ")


def test_the_same_key_records_once(ward: World) -> None:
    first = do(movements.record_other_income, ward.general, ward.bank, 1_000, memo="Lãi", key="form-77777")
    again = do(movements.record_other_income, ward.general, ward.bank, 1_000, memo="Lãi", key="form-77777")

    assert again.id == first.id
    with pytest.raises(AlreadyRecorded):
        do(movements.record_other_income, ward.general, ward.bank, 2_000, memo="Lãi", key="form-77777")
