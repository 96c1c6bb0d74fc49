"""Posting a document moves money and goods, and nothing else does."""

import datetime

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select, text

from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import AlreadyRecorded, RuleBroken
from khuyenhoc.funds.campaigns import get_campaign
from khuyenhoc.history.events import record
from khuyenhoc.ledger import balances, chain
from khuyenhoc.ledger.entries import Entry
from khuyenhoc.ledger.refusals import NotEnough, StandsOnIt
from khuyenhoc.proof.verify import verify
from tests.support.world import DAY, HA, World

EARLIER = DAY - datetime.timedelta(days=5)


def test_a_gift_is_in_the_cash_box_and_available(ward: World) -> None:
    gift = ward.gift(500_000)

    assert gift.label == "PT-2026-0001"
    assert balances.held_by(ward.bicycles.id, "cash") == 500_000
    assert balances.available(ward.bicycles.id) == 500_000
    assert chain.head(ward.unit.id).length == 1


def test_numbers_run_without_a_gap_per_series_and_year(ward: World) -> None:
    labels = [ward.gift(1_000).label, ward.bicycles_given(1).label, ward.gift(1_000).label]
    last_year = ward.gift(1_000, on=datetime.date(2025, 12, 30))

    assert labels == ["PT-2026-0001", "HV-2026-0001", "PT-2026-0002"]
    assert last_year.label == "PT-2025-0001"


def test_the_same_key_again_gives_the_same_gift(ward: World) -> None:
    first = ward.gift(500_000, key="form-1")
    again = ward.gift(500_000, key="form-1")

    assert again.id == first.id
    assert balances.available(ward.bicycles.id) == 500_000
    with pytest.raises(AlreadyRecorded):
        ward.gift(600_000, key="form-1")


def test_a_void_leaves_the_campaign_as_it_was_and_keeps_the_number(ward: World) -> None:
    gift = ward.gift(500_000)

    voided = ward.void(gift)

    assert voided.is_void
    assert balances.available(ward.bicycles.id) == 0
    assert ward.gift(1_000).label == "PT-2026-0002"
    with pytest.raises(RuleBroken, match="đã hủy rồi"):
        ward.void(gift)


def test_money_that_is_not_there_cannot_be_spent(ward: World) -> None:
    ward.gift(500_000)

    with pytest.raises(NotEnough, match="500.000"):
        ward.pay(500_001)

    assert balances.available(ward.bicycles.id) == 500_000


def test_money_decided_on_cannot_be_spent_otherwise(ward: World) -> None:
    ward.gift(500_000)
    ward.decide(400_000)

    with pytest.raises(NotEnough, match="dùng được"):
        ward.pay(200_000)

    assert balances.available(ward.bicycles.id) == 100_000


def test_pieces_reserved_are_no_longer_free(ward: World) -> None:
    ward.bicycles_given(2)
    ward.reserve(2)

    with pytest.raises(NotEnough, match="xe đạp|Xe đạp"):
        ward.reserve(1)


def test_a_back_dated_payment_leaves_no_later_day_negative(ward: World) -> None:
    ward.gift(500_000, on=EARLIER)
    ward.pay(500_000, on=DAY)

    with pytest.raises(NotEnough):
        ward.pay(1, on=EARLIER)


def test_a_void_that_later_spending_stands_on_names_that_spending(ward: World) -> None:
    gift = ward.gift(500_000)
    cost = ward.pay(300_000)

    with pytest.raises(StandsOnIt, match=cost.label):
        ward.void(gift)


def test_a_day_to_come_is_refused(ward: World) -> None:
    with pytest.raises(RuleBroken, match="chưa đến"):
        ward.gift(500_000, on=DAY + datetime.timedelta(days=1))


def test_a_void_that_a_decision_stands_on_names_the_decision(ward: World) -> None:
    gift = ward.gift(500_000)
    decision = ward.decide(300_000)

    with pytest.raises(StandsOnIt, match=decision.label):
        ward.void(gift)


def test_a_void_of_goods_names_who_has_them_and_nothing_else(ward: World) -> None:
    bicycles = ward.bicycles_given(2)
    ward.gift(500_000)
    cost = ward.pay(100_000)
    decision = ward.reserve(1)

    with pytest.raises(StandsOnIt, match=decision.label) as refused:
        ward.void(bicycles)

    assert cost.label not in str(refused.value)


def test_a_void_names_the_carrying_to_the_bank_that_emptied_the_box(ward: World) -> None:
    gift = ward.gift(500_000)
    carried = ward.post(
        "cash_to_bank", "CT", ward.line(ward.bank, "moved", 500_000), ward.line(ward.cash, "moved", -500_000)
    )

    with pytest.raises(StandsOnIt, match=carried.label):
        ward.void(gift)


def test_nothing_of_a_closed_campaign_is_voided(ward: World) -> None:
    gift = ward.gift(500_000)
    cost = ward.pay(500_000)
    with writing():
        campaign = get_campaign(ward.bicycles.code)
        campaign.state = "closed"
        record("campaign.closed", campaign, by=HA, unit_id=ward.unit.id)

    with pytest.raises(RuleBroken, match="không mở"):
        ward.void(cost)

    assert balances.available(ward.bicycles.id) == 0
    assert gift.label


def test_the_books_speak_vietnamese_whoever_voids(app: Flask, ward: World) -> None:
    gift = ward.gift(500_000)

    with app.test_request_context(), force_locale("en"):
        ward.void(gift)

    memo = db.session.scalar(select(Entry.memo).where(Entry.reversal_of == gift.entry_number))
    assert memo == "Hủy PT-2026-0001: Gõ hai lần"


@pytest.mark.postgresql
def test_a_campaign_closed_after_it_was_read_takes_nothing(ward: World) -> None:
    with writing():
        assert ward.bicycles.state == "open"  # as the form saw it, before the lock
        with db.engine.begin() as somebody_else:
            somebody_else.execute(text("UPDATE campaigns SET state = 'closed' WHERE code LIKE 'XD-%'"))

        with pytest.raises(RuleBroken, match="không mở"):
            ward.gift(1_000)


def test_the_next_deed_of_a_request_posts_after_one_that_was_refused_once_it_had_posted(ward: World) -> None:
    undone = []
    with pytest.raises(RuleBroken, match="sau khi ghi"), writing():
        undone.append(ward.gift(500_000))
        raise RuleBroken("Bị từ chối sau khi ghi")

    document = ward.gift(300_000)

    assert document is not undone[0]
    assert (document.number, document.amount) == (1, 300_000)
    assert verify().ok
