"""Write-offs: asked by who keeps the stock, approved by another, free pieces only, at the lot's frozen value."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.pairs import SamePerson
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.core.clock import VIETNAM
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import AlreadyRecorded, NotAllowed, RuleBroken
from khuyenhoc.funds import closing
from khuyenhoc.goods import serials, write_offs
from khuyenhoc.goods.goods_tables import LotTake, Serial
from khuyenhoc.history import events
from khuyenhoc.ledger import approvables
from khuyenhoc.ledger.documents import get_document
from khuyenhoc.ledger.refusals import NotEnough
from tests.awards import deciding
from tests.awards.award_world import AwardWorld
from tests.goods.stocked import EACH, approve, ask, bought, decided, given, hand_over, listed, mean, number
from tests.goods.written_off import decide, lose, request_of
from tests.payouts import paid
from tests.support import people


def pieces(world: AwardWorld, kind: str = "stock") -> int:
    """Bicycles in stock, free, reserved."""
    return deciding.pieces(world.world.bicycles.id, kind)


def test_what_is_broken_leaves_the_stock_with_the_approval(world: AwardWorld) -> None:
    given(world, 3)
    write_off = lose(world, 2)
    assert pieces(world) == 3

    assert decide(world, write_off) is Outcome.DONE

    document = get_document(write_off.document_id or 0)
    assert (document.label, document.amount, document.kind) == ("XK-2026-0001", 2 * EACH, "write_off")
    assert (pieces(world), pieces(world, "free")) == (1, 1)
    told = events.of("write_offs", write_off.id)[-1]
    assert (told.action, told.actor_id) == ("write_off.done", world.chair.id)
    assert paid.holds()


def test_no_more_than_is_free_is_written_off(world: AwardWorld) -> None:
    given(world, 3)
    decided(world, 2)

    with pytest.raises(NotEnough, match="chỉ còn 1 chiếc"):
        lose(world, 2)
    write_off = lose(world, 1)
    payout_of_another = decided(world, 1, "XD27")
    with pytest.raises(NotEnough, match="chỉ còn 0"):
        decide(world, write_off)

    assert payout_of_another.state == "published"
    db.session.refresh(write_off)
    assert write_off.state == "asked"
    assert pieces(world) == 3
    assert paid.holds()


def test_each_piece_leaves_at_the_value_of_its_lot(world: AwardWorld) -> None:
    world.money(5 * EACH, world.world.bicycles)
    older = given(world, 1)
    purchase = bought(world, approve(world, ask(world, 2, each=2_000_000)))
    newer = (purchase.document_id or 0, 1)

    first = lose(world, 1, lot=newer, cause="expired")
    decide(world, first)
    second = lose(world, 2)
    decide(world, second)

    assert get_document(first.document_id or 0).amount == 2_000_000
    assert get_document(second.document_id or 0).amount == EACH + 2_000_000
    taken = db.session.query(LotTake).filter_by(document_id=second.document_id).order_by(LotTake.position).all()
    assert [(one.lot_document_id, one.quantity) for one in taken] == [(older.document_id, 1), (newer[0], 1)]
    with pytest.raises(NotEnough):
        lose(world, 1)
    assert paid.holds()


def test_a_lot_that_does_not_have_them_is_not_written_off(world: AwardWorld) -> None:
    small, _large = given(world, 1), given(world, 5)

    with pytest.raises(NotEnough):
        lose(world, 2, lot=serials.place_of(small))


def test_a_numbered_bicycle_is_written_off_by_its_number(world: AwardWorld) -> None:
    number(world, given(world, 3), "A1", "A2", "A3")
    decision = decided(world, 1)
    mean(world, decision, "A3")

    with pytest.raises(NotEnough, match="chọn số khung"):
        lose(world, 1)
    with pytest.raises(RuleBroken, match="đã dành"):
        lose(world, 1, numbers=["A3"])
    with pytest.raises(RuleBroken, match="không có số khung Z9"):
        lose(world, 1, numbers=["Z9"])
    with pytest.raises(RuleBroken, match="nhiều hơn số lượng"):
        lose(world, 1, numbers=["A1", "A2"])
    write_off = lose(world, 1, numbers=["a 2"])
    decide(world, write_off)

    db.session.expire_all()
    assert db.session.query(Serial).filter_by(serial="A2").one().handover_id == write_off.document_id
    hand_over(world, listed(world, decision))
    assert [one.serial for one in serials.in_stock(world.world.bicycles.id, world.world.bicycle.id)] == ["A1"]
    assert paid.holds()


def test_a_number_that_left_meanwhile_is_not_written_off(world: AwardWorld) -> None:
    number(world, given(world, 2), "A1", "A2")
    write_off = lose(world, 1, numbers=["A1"])
    decision = decided(world, 1)
    mean(world, decision, "A1")
    hand_over(world, listed(world, decision))

    with pytest.raises(RuleBroken, match="không còn trong kho"):
        decide(world, write_off)
    assert paid.holds()


def test_found_again_it_lies_in_stock_once_more(world: AwardWorld) -> None:
    number(world, given(world, 2), "A1")
    write_off = lose(world, 1, numbers=["A1"])
    decide(world, write_off)
    document = get_document(write_off.document_id or 0)
    with writing():
        request = approvables.ask_void(document, by=world.secretary, reason="Tìm lại ở kho cũ")
    with writing():
        requests.approve(request, by=world.chair, shown=requests.fingerprint(request))

    assert pieces(world) == 2
    assert [one.serial for one in serials.in_stock(world.world.bicycles.id, world.world.bicycle.id)] == ["A1"]
    assert paid.holds()


@pytest.mark.parametrize("who", ["accountant", "chair", "nominator"])
def test_only_who_keeps_the_stock_asks(world: AwardWorld, who: str) -> None:
    given(world, 2)
    write_off = lose(world)

    with pytest.raises(NotAllowed):
        lose(world, 1, by=getattr(world, who))
    with pytest.raises(NotAllowed), writing():
        write_offs.cancel(write_off, reason="Thôi", by=getattr(world, who))
    far = people.person("xa.thuquy", role="treasurer", unit=people.association("U02"))
    with pytest.raises(NotAllowed):
        lose(world, 1, by=far)


def test_whoever_asked_does_not_approve(world: AwardWorld) -> None:
    given(world, 2)
    both = people.person("haiviec", role="secretary", unit=world.unit)
    people.grant(both, "chair", world.unit)

    with pytest.raises(SamePerson):
        decide(world, lose(world, by=both), both)
    assert pieces(world) == 2


def test_only_whom_the_policy_names_approves(world: AwardWorld) -> None:
    given(world, 2)
    write_off = lose(world)

    for who in (world.treasurer, world.accountant, people.person("kiemtra"), world.nominator):
        with pytest.raises(NotAllowed):
            decide(world, write_off, who)
    assert pieces(world) == 2


def test_an_approval_of_another_number_is_stale(world: AwardWorld) -> None:
    (serial, _other) = number(world, given(world, 2), "A1", "A2")
    write_off = lose(world, 1, numbers=["A1"])
    shown = requests.fingerprint(request_of(write_off))
    with writing():
        serials.correct(serial, "B1", by=world.treasurer)

    assert decide(world, write_off, shown=shown) is Outcome.CHANGED
    assert pieces(world) == 2


def test_sent_back_it_is_mended_and_asked_again(world: AwardWorld) -> None:
    lot = given(world, 3)
    number(world, lot, "GT1", "GT2")
    write_off = lose(world, 2, numbers=["GT1", "GT2"])
    old = request_of(write_off)
    with writing():
        requests.send_back(old, by=world.chair, reason="Chỉ một chiếc gãy")
    people.grant(world.treasurer, "vice_chair", world.unit)

    with writing():
        write_offs.change(write_off, 1, cause="lost", reason="Mất ở sân trường", numbers=["GT2"], by=world.treasurer)

    assert [piece.serial.serial for piece in write_off.pieces] == ["GT2"]
    assert (request_of(write_off).amount, request_of(write_off).reason) == (EACH, "Mất ở sân trường")
    people.grant(world.secretary, "vice_chair", world.unit)
    for mended_it in (world.secretary, world.treasurer):
        with pytest.raises(SamePerson):
            decide(world, write_off, mended_it)
    assert decide(world, write_off) is Outcome.DONE
    with pytest.raises(RuleBroken, match="đã quyết định rồi"), writing():
        write_offs.change(write_off, 1, cause="lost", reason="Mất", by=world.secretary)
    assert (pieces(world), paid.holds()) == (2, True)


def test_the_history_says_in_vietnamese_why_a_request_lapsed(app: Flask, world: AwardWorld) -> None:
    given(world, 2)
    old = request_of(lose(world, 1))

    with app.test_request_context(), force_locale("en"), writing():
        write_offs.change(write_offs.get_write_off(old.subject_id), 2, cause="lost", reason="Mất", by=world.secretary)

    assert events.of("approval_requests", old.id)[-1].reason == "Đề nghị đã sửa."


def test_mending_more_than_is_free_changes_nothing(world: AwardWorld) -> None:
    given(world, 2)
    write_off = lose(world, 1)

    with pytest.raises(NotEnough, match="chỉ còn 2"), writing():
        write_offs.change(write_off, 3, cause="lost", reason="Mất", by=world.secretary)
    db.session.refresh(write_off)
    assert (write_off.quantity, write_off.cause) == (1, "broken")
    request_of(write_off)


def test_what_is_cancelled_is_not_written_off(world: AwardWorld) -> None:
    given(world, 2)
    write_off = lose(world)
    with pytest.raises(RuleBroken, match="ghi lý do"), writing():
        write_offs.cancel(write_off, reason=" ", by=world.secretary)
    with writing():
        write_offs.cancel(write_off, reason="Sửa được rồi", by=world.treasurer)

    assert write_offs.waiting_for(write_off) is None
    with pytest.raises(RuleBroken, match="đã quyết định"), writing():
        write_offs.cancel(write_off, reason="Lần nữa", by=world.treasurer)
    with pytest.raises(RuleBroken, match="đã quyết định"), writing():
        write_offs.carry_out(write_off, by=world.secretary, approved_by=world.chair, approved_by_name="")


@pytest.mark.parametrize(
    "wrong, field", [({"n": 0}, "quantity"), ({"cause": "x"}, "cause"), ({"reason": " "}, "reason")]
)
def test_what_makes_no_write_off_is_refused(world: AwardWorld, wrong: dict[str, Any], field: str) -> None:
    given(world, 2)

    with pytest.raises(RuleBroken) as no:
        lose(world, **wrong)

    assert no.value.field == field


def test_the_same_form_asks_once(world: AwardWorld) -> None:
    given(world, 4)
    first = lose(world, 1, key="write-off-1")

    assert lose(world, 1, key="write-off-1").id == first.id
    with pytest.raises(AlreadyRecorded):
        lose(world, 2, key="write-off-1")


def test_a_campaign_with_a_write_off_in_hand_is_not_closed(world: AwardWorld) -> None:
    given(world, 2)
    lose(world)

    assert any("Xóa sổ 1 chiếc" in sentence for sentence in closing.what_is_open(world.world.bicycles))


def test_the_months_sum_goes_by_the_days_of_vietnam(world: AwardWorld, clock: Callable[[datetime], None]) -> None:
    given(world, 5)
    early = lose(world, 1)
    clock(datetime(2026, 8, 31, 23, 59, 59, tzinfo=VIETNAM))
    late = lose(world, 2)
    clock(datetime(2026, 9, 1, 0, 0, tzinfo=VIETNAM))
    next_month = lose(world, 1)

    assert [write_offs.month_total(one) // EACH for one in (early, late, next_month)] == [3, 3, 1]


def test_mended_in_a_later_month_it_counts_in_that_month(world: AwardWorld, clock: Callable[[datetime], None]) -> None:
    given(world, 5)
    mended, left = lose(world, 1), lose(world, 1)
    clock(datetime(2026, 9, 1, 0, 0, tzinfo=VIETNAM))
    with writing():
        write_offs.change(mended, 3, cause="lost", reason="Đếm lại", by=world.secretary)

    assert [write_offs.month_total(one) // EACH for one in (mended, left)] == [3, 1]
