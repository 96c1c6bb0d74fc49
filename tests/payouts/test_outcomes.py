"""Each line of a list ends: received before a witness, kept for the absent, or the campaign's again."""

import pytest
from flask import Flask

from khuyenhoc.approvals.pairs import SamePerson
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import NotAllowed, RuleBroken
from khuyenhoc.ledger import balances
from khuyenhoc.payouts import lists, outcomes, paying, receiving
from khuyenhoc.payouts.receiving import Receipt
from khuyenhoc.tracing import stories
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld
from tests.payouts import paid
from tests.support.world import DAY


def test_all_received_is_settled(world: AwardWorld) -> None:
    payout, lines = paid.paid(world, 2)
    paid.receive(world, payout, lines)

    with writing():
        outcomes.settle(payout, by=world.accountant)

    assert payout.state == "settled"
    assert paid.states(lines) == ["settled", "settled"]
    assert paid.holds()


def test_an_absent_pupils_money_is_kept_and_paid_on_the_second_date(world: AwardWorld) -> None:
    payout, lines = paid.paid(world, 2)
    kept = paid.stay_away(world, payout, lines[1:])
    assert kept is not None
    assert (kept.series, balances.available(world.scholarships.id)) == ("TG", 3 * MILLION)
    assert balances.held_by(world.scholarships.id, "held") == -MILLION

    with writing():
        outcomes.receive_later(payout, {lines[1].id: paid.MOTHER}, by=world.treasurer, key=token())

    assert balances.held_by(world.scholarships.id, "held") == 0
    assert [line.outcome for line in lists.lines_of(payout)] == ["waiting", "received"]
    assert paid.holds()


def test_what_is_never_claimed_is_the_campaigns_again(world: AwardWorld) -> None:
    payout, lines = paid.paid(world, 2)
    paid.stay_away(world, payout, lines[1:])

    with writing():
        outcomes.give_back(payout, [lines[1].id], reason="Đã chuyển trường", by=world.accountant, key=token())

    assert balances.available(world.scholarships.id) == 4 * MILLION
    assert paid.states(lines) == ["paid", "unclaimed"]
    assert sum(came.amount for came in stories.sources_of_award(lines[1].award_id)) == 0
    assert paid.holds()


def test_what_somebody_brings_back_is_in_the_box_again_and_kept(world: AwardWorld) -> None:
    """Or what was ticked by mistake: all were, and one of them had not come."""
    payout, lines = paid.paid(world, 2)
    paid.receive(world, payout, lines)
    with pytest.raises(RuleBroken, match="ghi lý do"), writing():
        outcomes.bring_back(payout, [lines[1].id], reason=" ", by=world.treasurer, key=token())

    for _pressed in range(2):
        with writing():
            kept = outcomes.bring_back(payout, [lines[1].id], reason="Đánh dấu nhầm", by=world.treasurer, key="mot-lan")

    assert (kept.series, balances.held_by(world.scholarships.id, "held")) == ("TG", -MILLION)
    assert [line.outcome for line in lists.lines_of(payout)] == ["received", "absent"]
    with pytest.raises(RuleBroken, match="đã ghi kết quả khác"), writing():
        outcomes.bring_back(payout, [lines[1].id], reason="Đánh dấu nhầm", by=world.treasurer, key=token())
    with writing():
        outcomes.receive_later(payout, {lines[1].id: paid.MOTHER}, by=world.treasurer, key=token())
    assert (balances.held_by(world.scholarships.id, "held"), paid.holds()) == (0, True)


def test_of_money_that_came_back_nobody_is_told_as_its_receiver(world: AwardWorld) -> None:
    payout, lines = paid.paid(world, 1)
    with writing():
        outcomes.absent(payout, [lines[0].id], by=world.treasurer, key=token(), second_date=DAY)
        outcomes.receive_later(payout, {lines[0].id: paid.MOTHER}, by=world.treasurer, key=token())

    with writing():
        outcomes.bring_back(payout, [lines[0].id], reason="Ghi nhầm người", by=world.treasurer, key=token())

    (line,) = lists.lines_of(payout)
    assert (line.received_by, line.relation, line.witness_id, line.witness_name) == ("", "", None, "")
    assert line.second_date is None
    assert paid.holds()


def test_of_a_transfer_that_came_back_nobody_is_told_as_its_receiver(world: AwardWorld) -> None:
    payout = paid.approve(world, paid.prepare(world, paid.transfers(world, 1), "bank"))
    paid.pay(world, payout)
    (line,) = lists.lines_of(payout)
    assert line.received_by

    paid.stay_away(world, payout, [line])

    (line,) = lists.lines_of(payout)
    assert (line.outcome, line.received_by) == ("absent", "")
    assert paid.holds()


def test_a_list_with_somebody_still_to_come_is_not_settled(world: AwardWorld) -> None:
    payout, lines = paid.paid(world, 2)
    paid.receive(world, payout, lines[:1])
    paid.stay_away(world, payout, lines[1:])

    with pytest.raises(RuleBroken, match="Còn 1 suất"), writing():
        outcomes.settle(payout, by=world.accountant)


def test_who_paid_does_not_witness(world: AwardWorld) -> None:
    payout, lines = paid.paid(world, 1)
    payer = world.treasurer

    with pytest.raises(SamePerson):
        paid.receive(world, payout, lines, Receipt("Nguyễn Thị Mẹ", "mẹ", payer.id, ""))
    with pytest.raises(SamePerson):
        paid.receive(world, payout, lines, Receipt("Nguyễn Thị Mẹ", "mẹ", None, payer.signature))
    for typed in (f"{payer.full_name}.", f"{payer.signature} (thủ quỹ)", f"{payer.full_name}, thủ quỹ phường"):
        with pytest.raises(SamePerson):
            paid.receive(world, payout, lines, Receipt("Nguyễn Thị Mẹ", "mẹ", None, typed))


@pytest.mark.parametrize(
    ("receiver", "witness"),
    [
        ("Bà Lê Thị Hoa", "Lê Thị Hoa"),
        ("Bà Lê Thị Hoa", "Cô Lê Thị Hoa"),
        ("Lê Thị Hoa (mẹ)", "Lê Thị Hoa"),
        ("Lê Thị Hoa, mẹ", "bà Lê Thị Hoa"),
        ("Lê Thị Hoa", "(Lê Thị Hoa)"),
    ],
)
def test_whoever_received_is_no_witness_however_each_is_spelled(app: Flask, receiver: str, witness: str) -> None:
    with pytest.raises(RuleBroken, match="hai người"):
        receiving.require_witness(Receipt(receiver, "mẹ", None, witness), payer_id=1, payer_name="Trần Văn Bảy")

    receiving.require_witness(Receipt(receiver, "mẹ", None, "Cô Lê Thị Huệ"), payer_id=1, payer_name="Trần Văn Bảy")


def test_somebody_received_and_somebody_else_saw_it(world: AwardWorld) -> None:
    payout, lines = paid.paid(world, 1)

    with pytest.raises(RuleBroken, match="ai nhận"):
        paid.receive(world, payout, lines, Receipt(" ", "", None, "Cô Hồ Thị Nháp"))
    with pytest.raises(RuleBroken, match="ai chứng kiến"):
        paid.receive(world, payout, lines, Receipt("Nguyễn Thị Mẹ", "mẹ"))
    with pytest.raises(RuleBroken, match="hai người"):
        paid.receive(world, payout, lines, Receipt("Nguyễn Thị Mẹ", "mẹ", None, "nguyễn thị mẹ"))
    with pytest.raises(RuleBroken, match="hai người"):
        paid.receive(world, payout, lines, Receipt("Nguyễn Thị Mẹ", "mẹ", None, "Bà Nguyễn Thị Mẹ."))
    with pytest.raises(RuleBroken, match="hai người"):
        paid.receive(world, payout, lines, Receipt(world.accountant.full_name, "cô", world.accountant.id, ""))


def test_the_accountant_writes_no_one_down_as_received(world: AwardWorld) -> None:
    payout, lines = paid.paid(world, 1)

    with pytest.raises(NotAllowed), writing():
        outcomes.receive(payout, {lines[0].id: paid.MOTHER}, by=world.accountant)


def test_bicycles_go_to_those_who_came_and_stay_reserved_for_the_others(world: AwardWorld) -> None:
    payout = paid.approve(world, paid.prepare(world, paid.goods(world, 2), "goods"))
    lines = lists.lines_of(payout)

    with writing():
        document = paying.hand_over(payout, {lines[0].id: paid.MOTHER}, by=world.treasurer, key=token())

    bicycles = world.world.bicycles
    assert (document.series, document.amount) == ("XK", 2_375_000)
    assert (deciding.pieces(bicycles.id, "reservations"), deciding.pieces(bicycles.id, "stock")) == (1, 1)
    assert paid.states(lines) == ["handed_over", "published"]
    assert paid.holds()

    with writing():
        paying.hand_over(payout, {lines[1].id: paid.MOTHER}, by=world.treasurer, key=token())
        outcomes.settle(payout, by=world.accountant)

    assert paid.states(lines) == ["settled", "settled"]
    assert deciding.pieces(bicycles.id, "stock") == 0
    assert paid.holds()


def test_the_same_key_hands_over_once(world: AwardWorld) -> None:
    payout = paid.approve(world, paid.prepare(world, paid.goods(world, 1), "goods"))
    (line,) = lists.lines_of(payout)

    with writing():
        first = paying.hand_over(payout, {line.id: paid.MOTHER}, by=world.treasurer, key="mot-lan")
    with writing():
        second = paying.hand_over(payout, {line.id: paid.MOTHER}, by=world.treasurer, key="mot-lan")

    assert first.id == second.id


def test_an_absent_pupils_bicycle_is_not_money_to_give_back(world: AwardWorld) -> None:
    payout = paid.approve(world, paid.prepare(world, paid.goods(world, 1), "goods"))
    lines = lists.lines_of(payout)

    assert paid.stay_away(world, payout, lines) is None
    with pytest.raises(RuleBroken, match="quyết định thu hồi"), writing():
        outcomes.give_back(payout, [lines[0].id], reason="x", by=world.accountant, key=token())


def test_a_bicycle_that_a_decision_took_back_leaves_its_list_which_can_be_settled(world: AwardWorld) -> None:
    decision = paid.goods(world, 2)
    payout = paid.approve(world, paid.prepare(world, decision, "goods"))
    came, stayed = lists.lines_of(payout)
    with writing():
        paying.hand_over(payout, {came.id: paid.MOTHER}, by=world.treasurer, key=token())
    paid.stay_away(world, payout, [stayed])
    deciding.sign(world, deciding.withdraw(world, decision, [stayed.award]))

    with writing():
        outcomes.give_back(payout, [stayed.id], reason="Đã thu hồi", by=world.accountant, key=token())
        outcomes.settle(payout, by=world.accountant)

    assert paid.states([came, stayed]) == ["settled", "cancelled"]
    assert deciding.pieces(world.world.bicycles.id, "free") == 1
    assert paid.holds()
