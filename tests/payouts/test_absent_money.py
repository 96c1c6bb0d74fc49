"""Cash of whoever did not come: the secretary notes it, and only who keeps the box writes that it is back."""

import datetime

import pytest
from flask import Flask

from khuyenhoc.core.codes import token
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotAllowed, RuleBroken
from khuyenhoc.history import events
from khuyenhoc.ledger import balances
from khuyenhoc.payouts import lists, outcomes, work
from khuyenhoc.payouts.payout_tables import Payout, PayoutLine
from tests.awards.award_world import MILLION, AwardWorld
from tests.goods import stocked
from tests.payouts import paid
from tests.payouts.test_pages import ticked
from tests.support.browser import Browser
from tests.support.world import DAY

NEXT_WEEK = DAY + datetime.timedelta(days=7)


def note(world: AwardWorld, payout: Payout, lines: list[PayoutLine], **more: datetime.date) -> list[PayoutLine]:
    """The secretary notes that these did not come."""
    with writing():
        outcomes.note_away(payout, [line.id for line in lines], by=world.secretary, **more)
    return lists.lines_of(payout)


def in_the_box(world: AwardWorld) -> int:
    """Đồng in the cash box."""
    db.session.rollback()
    return balances.on_account_for(world.world.cash.id, world.scholarships.id)


@pytest.mark.parametrize("method", ["cash", "bank"])
def test_only_who_keeps_the_box_writes_money_back_into_it(world: AwardWorld, method: str) -> None:
    decision = paid.money(world, 2) if method == "cash" else paid.transfers(world, 2)
    payout = paid.approve(world, paid.prepare(world, decision, method))
    paid.pay(world, payout)
    lines = lists.lines_of(payout)

    for who in (world.secretary, world.accountant, world.chair):
        with pytest.raises(NotAllowed), writing():
            outcomes.absent(payout, [lines[0].id], by=who, key=token())
    assert [line.outcome for line in lists.lines_of(payout)] == ["waiting" if method == "cash" else "received"] * 2
    with writing():
        assert outcomes.absent(payout, [lines[0].id], by=world.treasurer, key=token()) is not None


def test_noting_moves_no_money_and_the_treasurer_has_it_back(world: AwardWorld) -> None:
    payout, lines = paid.paid(world, 3)
    before = in_the_box(world)

    noted = note(world, payout, lines[:2], second_date=NEXT_WEEK)

    assert [line.is_away for line in noted] == [True, True, False]
    assert (in_the_box(world), {line.outcome for line in noted}) == (before, {"waiting"})
    assert [one.n for one in work.to_note([world.unit.id])] == [1]
    assert [(one.n, one.amount, one.on) for one in work.to_have_back([world.unit.id])] == [(2, 2 * MILLION, NEXT_WEEK)]
    document = paid.stay_away(world, payout, noted[:2])
    assert document is not None
    assert in_the_box(world) == before + 2 * MILLION
    kept = lists.lines_of(payout)
    assert [(line.outcome, line.second_date) for line in kept[:2]] == [("absent", NEXT_WEEK)] * 2
    assert work.to_have_back([world.unit.id]) == []
    assert paid.holds()


def test_another_second_date_takes_the_place_of_the_noted_one(world: AwardWorld) -> None:
    payout, lines = paid.paid(world, 1)
    note(world, payout, lines, second_date=NEXT_WEEK)

    with writing():
        outcomes.absent(payout, [lines[0].id], by=world.treasurer, key=token(), second_date=DAY)

    assert lists.lines_of(payout)[0].second_date == DAY


def test_whoever_comes_after_all_is_noted_as_a_receiver(world: AwardWorld) -> None:
    payout, lines = paid.paid(world, 1)
    note(world, payout, lines, second_date=NEXT_WEEK)

    paid.receive(world, payout, lines)

    (line,) = lists.lines_of(payout)
    assert (line.outcome, line.is_away, line.second_date) == ("received", False, None)
    assert work.to_have_back([world.unit.id]) == []
    assert paid.holds()


def test_a_list_is_not_settled_while_money_is_not_back(world: AwardWorld) -> None:
    payout, lines = paid.paid(world, 1)
    note(world, payout, lines)

    with pytest.raises(RuleBroken, match="Còn 1 suất chưa nhận"), writing():
        outcomes.settle(payout, by=world.accountant)
    with pytest.raises(RuleBroken, match="Dòng 1 đã ghi kết quả khác"), writing():
        outcomes.give_back(payout, [lines[0].id], reason="Đi xa", by=world.accountant, key=token())


def test_noted_twice_by_one_person_is_told_once(world: AwardWorld) -> None:
    payout, lines = paid.paid(world, 1)
    for _time in range(2):
        note(world, payout, lines, second_date=NEXT_WEEK)

    told = [event.action for event in events.of("payout_lines", lines[0].id)]
    assert told.count("payout.noted_away") == 1


def test_only_of_cash_and_only_of_who_has_not_received(world: AwardWorld) -> None:
    payout, lines = paid.paid(world, 1)
    paid.receive(world, payout, lines)
    goods = stocked.listed(world, paid.goods(world, 1))

    with pytest.raises(RuleBroken, match="đã ghi kết quả khác"):
        note(world, payout, lines)
    db.session.rollback()
    with pytest.raises(RuleBroken, match="không chi tiền mặt"):
        note(world, goods, lists.lines_of(goods))


# --- by the pages ---------------------------------------------------------------------------------------


def test_the_secretary_notes_and_the_treasurer_finds_it_ticked(
    app: Flask, either_browser: Browser, world: AwardWorld
) -> None:
    payout, lines = paid.paid(world, 2)
    at, to = f"/chi-trao/{payout.id}/ghi", {"payout_id": payout.id}
    secretary = either_browser.sign_in(world.secretary)
    shown = secretary.get("payouts.show", payout_id=payout.id)
    assert (shown.offers(f"{at}/vang-mat"), shown.offers(f"{at}/tien-ve")) == (True, False)
    secretary.get("payout_deeds.form", **to, slug="tien-ve", expect=403)
    secretary.post("payout_deeds.record", ticked(lines, 0), to={**to, "slug": "tien-ve"}, expect=403)
    secretary.get("payout_deeds.form", **to, slug="vang-mat")
    told = secretary.post("payout_deeds.record", ticked(lines, 1), to={**to, "slug": "vang-mat"})
    assert "Thủ quỹ nhận lại tiền vào két" in told.text
    assert "Tiền của người vắng" not in secretary.get("home.today").text

    treasurer = Browser(app).sign_in(world.treasurer)
    assert "Tiền của người vắng chờ nhận lại vào két" in treasurer.get("home.today").text
    shown = treasurer.get("payouts.show", payout_id=payout.id)
    assert (shown.offers(f"{at}/vang-mat"), shown.offers(f"{at}/tien-ve")) == (False, True)
    form = treasurer.get("payout_deeds.form", **to, slug="tien-ve")
    rows = [(form.field(f"lines-{n}-line"), form.field(f"lines-{n}-chosen")) for n in range(2)]
    assert rows == [(str(lines[1].id), "y"), (str(lines[0].id), "")]
    told = treasurer.post("payout_deeds.record", ticked(lines[1:], 0), to={**to, "slug": "tien-ve"})
    assert "tiền giữ hộ theo chứng từ TG-2026-0001" in told.text
    db.session.expire_all()
    assert [line.outcome for line in lists.lines_of(payout)] == ["waiting", "absent"]
