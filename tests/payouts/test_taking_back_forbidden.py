"""Taking goods back: who may not ask, who may not approve, and what stands in the way, each in a sentence."""

import datetime
from collections.abc import Callable

import pytest
from flask import Flask

from khuyenhoc.approvals import policies, requests
from khuyenhoc.approvals.pairs import SamePerson
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.awards import programmes
from khuyenhoc.awards.decision_tables import Complaint
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotAllowed, RuleBroken
from khuyenhoc.funds import closing
from khuyenhoc.history.events import record
from khuyenhoc.ledger import approvables, documents, open_work, periods
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.refusals import StandsOnIt
from khuyenhoc.org.users import User
from khuyenhoc.payouts import lists, outcomes, paying, taking_back
from khuyenhoc.payouts.payout_tables import Payout, PayoutLine
from tests.awards.award_world import AwardWorld
from tests.goods import stocked
from tests.payouts import paid, taken_back
from tests.payouts.test_forbidden import as_it_stands, everybody, strangers
from tests.support import approved, people
from tests.support.browser import Browser
from tests.support.world import HA

ASKING = frozenset({"treasurer", "secretary"})
DECIDING = frozenset({"chair", "vice_chair"})


def refused(world: AwardWorld, payout: Payout, lines: list[PayoutLine], why: str) -> None:
    """Asking is refused in this sentence, and nothing has moved."""
    before = as_it_stands(payout)
    with pytest.raises(RuleBroken, match=why):
        taken_back.ask(world, payout, lines)
    db.session.rollback()
    assert as_it_stands(payout) == before
    assert not taking_back.waiting(payout)


def test_only_whoever_hands_over_asks(world: AwardWorld) -> None:
    payout, _document, lines = taken_back.handed_over(world, 2)
    before = as_it_stands(payout)

    others = [user for role, user in everybody(world).items() if role not in ASKING]
    for user in [*others, *strangers()]:
        with pytest.raises(NotAllowed):
            taken_back.ask(world, payout, lines[:1], by=user)
        assert as_it_stands(payout) == before, user.username
    for role in sorted(ASKING):
        request = taken_back.ask(world, payout, lines[:1], by=everybody(world)[role])
        with writing():
            requests.withdraw(request, by=everybody(world)[role])


def test_only_whom_the_policy_names_approves(world: AwardWorld) -> None:
    payout, _document, lines = taken_back.handed_over(world, 2)
    request = taken_back.ask(world, payout, lines[:1])
    before = as_it_stands(payout)

    others = [user for role, user in everybody(world).items() if role not in DECIDING]
    for user in [*others, *strangers()]:
        with pytest.raises(NotAllowed):
            taken_back.approve(world, request, by=user)
        assert as_it_stands(payout) == before, user.username
    assert taken_back.approve(world, request, by=world.vice_chair) is Outcome.DONE


def test_the_policy_is_data(world: AwardWorld) -> None:
    payout, _document, lines = taken_back.handed_over(world, 2)
    with writing():
        policies.add_policy(
            taking_back.KIND, unit_id=world.unit.id, from_amount=0, roles=["chair", "vice_chair"], approvals_needed=2,
            valid_from=datetime.date(2026, 8, 15), reason="Hai người", by=people.person("admin"),
        )  # fmt: skip
    request = taken_back.ask(world, payout, lines[:1])

    assert taken_back.approve(world, request) is Outcome.NEEDS_MORE
    assert [line.outcome for line in lists.lines_of(payout)] == ["received", "received"]
    assert taken_back.approve(world, request, by=world.vice_chair) is Outcome.DONE
    assert paid.holds()


def in_both(world: AwardWorld, username: str, *roles: str) -> User:
    someone = people.person(username, role=roles[0], unit=world.unit)
    for role in roles[1:]:
        people.grant(someone, role, world.unit)
    return someone


def test_whoever_asked_does_not_approve(world: AwardWorld) -> None:
    payout, _document, lines = taken_back.handed_over(world, 2)
    both = in_both(world, "haiviec", "secretary", "chair")
    request = taken_back.ask(world, payout, lines[:1], by=both)

    with pytest.raises(SamePerson, match="đã đề nghị"):
        taken_back.approve(world, request, by=both)
    assert both.id not in {user.id for user in requests.deciders(request)}


def test_whoever_handed_over_does_not_approve_not_even_after_it_was_recorded_again(world: AwardWorld) -> None:
    both = in_both(world, "haiviec", "secretary", "chair")
    stocked.given(world, 3)
    payout = stocked.listed(world, stocked.decided(world, 3))
    stocked.hand_over(world, payout, by=both)
    lines = lists.lines_of(payout)
    request = taken_back.ask(world, payout, lines[:1], by=world.treasurer)
    with pytest.raises(SamePerson, match="đã chi"):
        taken_back.approve(world, request, by=both)
    db.session.rollback()
    taken_back.approve(world, request)

    again = taken_back.ask(world, payout, lists.lines_of(payout)[1:2], by=world.treasurer)

    with pytest.raises(SamePerson, match="đã chi"):
        taken_back.approve(world, again, by=both)
    assert taken_back.approve(world, again) is Outcome.DONE


def test_twice_asked_while_one_waits(world: AwardWorld) -> None:
    payout, _document, lines = taken_back.handed_over(world, 3)
    first = taken_back.ask(world, payout, lines[:1])

    assert taken_back.ask(world, payout, lines[:1]).id == first.id  # pressed twice
    for some, who in ((lines[:1], world.treasurer), (lines[1:2], world.secretary)):
        with pytest.raises(RuleBroken, match="đang chờ duyệt"):
            taken_back.ask(world, payout, some, by=who)
        db.session.rollback()
    assert [one.id for one in taking_back.waiting(payout)] == [first.id]


def test_without_a_reason_nothing_is_asked(world: AwardWorld) -> None:
    payout, _document, lines = taken_back.handed_over(world, 1)

    with pytest.raises(RuleBroken, match="ghi lý do") as no, writing():
        taking_back.ask(payout, [lines[0].id], reason=" ", by=world.secretary)
    assert no.value.field == "reason"


def test_a_line_not_received_one_of_another_list_and_lines_of_two_handovers(world: AwardWorld) -> None:
    other, _document, others = taken_back.handed_over(world, 1)
    stocked.given(world, 3)
    payout = stocked.listed(world, stocked.decided(world, 3, "XE27"))
    stocked.hand_over(world, payout, [0])
    stocked.hand_over(world, payout, [1])
    lines = lists.lines_of(payout)

    refused(world, payout, lines[2:], "Dòng 3 chưa ghi là đã nhận")
    refused(world, payout, others, "chọn ít nhất một dòng")
    refused(world, payout, [lines[0], *others], "chọn ít nhất một dòng")
    refused(world, payout, lines[:2], "của một chứng từ; đã chọn XK-2026-0002, XK-2026-0003")
    refused(world, payout, [], "chọn ít nhất một dòng")
    assert lists.lines_of(other)[0].outcome == "received"


def test_money_is_not_taken_back_this_way(world: AwardWorld) -> None:
    payout, lines = paid.paid(world, 1)
    paid.receive(world, payout, lines)

    refused(world, payout, lists.lines_of(payout), "chi tiền, không trao hiện vật")


def test_a_settled_list_and_its_awards_stay(world: AwardWorld) -> None:
    payout, _document, lines = taken_back.handed_over(world, 1)
    with writing():
        outcomes.settle(payout, by=world.accountant)

    refused(world, payout, lines, "đã quyết toán")


def test_while_a_request_waits_the_list_is_not_settled(world: AwardWorld) -> None:
    payout, _document, lines = taken_back.handed_over(world, 1)
    request = taken_back.ask(world, payout, lines)

    with pytest.raises(RuleBroken, match="Còn đề nghị nhận lại hiện vật"), writing():
        outcomes.settle(payout, by=world.accountant)
    with writing():
        requests.send_back(request, by=world.chair, reason="Em ấy đã nhận thật")
    with writing():
        outcomes.settle(payout, by=world.accountant)
    assert paid.states(lines) == ["settled"]


def close_campaign(world: AwardWorld, _payout: Payout, _lines: list[PayoutLine]) -> None:
    world.world.bicycles.state = "closed"
    record("campaign.closed", world.world.bicycles, by=HA, unit_id=world.unit.id)


def close_month(world: AwardWorld, _payout: Payout, _lines: list[PayoutLine]) -> None:
    """Which nobody can before it has ended; but a clock may be put back."""
    period = periods.Period(unit_id=world.unit.id, year=2026, month=8, state="closed")
    db.session.add(period)
    record("period.closed", period, by=HA, unit_id=world.unit.id)


def end_programme(world: AwardWorld, _payout: Payout, lines: list[PayoutLine]) -> None:
    programme = programmes.get(lines[0].award.programme.code)
    programme.state = "closed"
    record("programme.closed", programme, by=HA, unit_id=world.unit.id)


def complain(world: AwardWorld, _payout: Payout, lines: list[PayoutLine]) -> None:
    day = datetime.date(2026, 8, 15)
    complaint = Complaint(
        unit_id=world.unit.id, award_id=lines[0].award_id, who="Một phụ huynh", grounds="Không đúng", received_on=day,
        answer_by=day, recorded_by=world.secretary.id, recorded_by_name="Thư ký", idempotency_key=token(), state="open",
        answer="",
    )  # fmt: skip
    db.session.add(complaint)
    record("complaint.recorded", complaint, by=HA, unit_id=world.unit.id)


def settle_award(world: AwardWorld, _payout: Payout, lines: list[PayoutLine]) -> None:
    lines[0].award.state = "settled"
    record("award.settled", lines[0].award, by=HA, unit_id=world.unit.id)


def settle_list(world: AwardWorld, payout: Payout, _lines: list[PayoutLine]) -> None:
    payout.state = "settled"
    record("payout.settled", payout, by=HA, unit_id=world.unit.id)


Happens = Callable[[AwardWorld, Payout, list[PayoutLine]], None]
IN_THE_WAY: dict[str, tuple[Happens, str]] = {
    "campaign": (close_campaign, "Chiến dịch Xe đạp đến trường không mở"),
    "month": (close_month, "Sổ tháng 8/2026 đã khóa"),
    "programme": (end_programme, "Chương trình này đã kết thúc"),
    "complaint": (complain, "Có ý kiến về hồ sơ này chưa được trả lời"),
    "award": (settle_award, "XD26-0001 không còn ở bước đã trao"),
    "list": (settle_list, "Danh sách này đã quyết toán"),
}


@pytest.mark.parametrize("what", IN_THE_WAY)
def test_what_stands_in_the_way_is_said_when_it_is_asked_and_when_it_is_approved(world: AwardWorld, what: str) -> None:
    happens, why = IN_THE_WAY[what]
    payout, document, lines = taken_back.handed_over(world, 2)
    request = taken_back.ask(world, payout, lines[:1])
    with writing():
        happens(world, payout, lists.lines_with_awards(payout))
    before = as_it_stands(payout)

    with pytest.raises(RuleBroken, match=why):
        taken_back.approve(world, request)
    db.session.rollback()
    assert as_it_stands(payout) == before
    assert not documents.get_document(document.id, fresh=True).is_void
    assert requests.get_request(request.id).is_waiting
    with writing():
        requests.withdraw(request, by=world.secretary)
    refused(world, payout, lists.lines_of(payout)[:1], why)


def correct_receipt(line: PayoutLine) -> None:
    """The line says another receiver."""
    line.received_by = "Ông Ngoại"
    record("payout.received", line, by=HA, unit_id=line.award.unit_id)


@pytest.mark.parametrize("which", [0, 1])
def test_an_approval_of_what_changed_since_does_not_count(world: AwardWorld, which: int) -> None:
    """Be it the line meant, or another one of the same handover."""
    payout, _document, lines = taken_back.handed_over(world, 2)
    request = taken_back.ask(world, payout, lines[:1])
    shown = requests.fingerprint(request)
    with writing():
        correct_receipt(lines[which])

    assert taken_back.approve(world, request, shown=shown) is Outcome.CHANGED
    assert [line.outcome for line in lists.lines_of(payout)] == ["received", "received"]
    assert taken_back.approve(world, request) is Outcome.DONE


def test_another_handover_of_the_list_does_not_make_it_stale(world: AwardWorld) -> None:
    stocked.given(world, 2)
    payout = stocked.listed(world, stocked.decided(world, 2))
    stocked.hand_over(world, payout, [0])
    request = taken_back.ask(world, payout, lists.lines_of(payout)[:1])
    shown = requests.fingerprint(request)

    stocked.hand_over(world, payout, [1])

    assert taken_back.approve(world, request, shown=shown) is Outcome.DONE
    assert paid.holds()


def test_pressed_twice_it_is_carried_out_once(world: AwardWorld) -> None:
    payout, _document, lines = taken_back.handed_over(world, 2)
    request = taken_back.ask(world, payout, lines[:1])

    assert [taken_back.approve(world, request) for _pressed in range(2)] == [Outcome.DONE, Outcome.DONE]
    assert db.session.query(Document).filter_by(kind="handover").count() == 2


def test_a_handover_is_voided_no_other_way(world: AwardWorld) -> None:
    payout, document, lines = taken_back.handed_over(world, 2)

    with pytest.raises(StandsOnIt, match="đề nghị nhận lại hiện vật"), writing():
        approvables.ask_void(document, by=world.accountant, reason="Nhầm")
    with pytest.raises(StandsOnIt), writing():
        approved.void(document, reason="Nhầm", by=HA, approved_by=world.chair)
    again = taken_back.taken_back(world, payout, lines[:1])
    assert again is not None
    with pytest.raises(StandsOnIt), writing():
        approved.void(again, reason="Nhầm", by=HA, approved_by=world.chair)


def test_what_waits_keeps_its_campaign_and_its_month_open(world: AwardWorld) -> None:
    payout, _document, lines = taken_back.handed_over(world, 2)
    taken_back.ask(world, payout, lines[:1])
    said = "Đang chờ duyệt: Nhận lại hiện vật: 1 suất đã trao theo XK-2026-0001."

    assert said in closing.what_is_open(world.world.bicycles)
    assert said in open_work.open_in_month(world.unit.id, periods.month_index(datetime.date(2026, 8, 15)))
    assert said not in closing.what_is_open(world.world.general)


def test_several_approved_at_once_are_each_asked_again(app: Flask, world: AwardWorld) -> None:
    stocked.given(world, 2)
    payout = stocked.listed(world, stocked.decided(world, 2))
    for place in (0, 1):
        stocked.hand_over(world, payout, [place])
    lines = lists.lines_of(payout)
    asked = [taken_back.ask(world, payout, [line]) for line in lines]
    chosen = [f"{one.id}.{requests.fingerprint(one)}" for one in asked]
    with writing():
        correct_receipt(lines[1])

    page = Browser(app).sign_in(world.chair).post("bulk_approvals.approve", chosen=chosen)

    assert "Đã duyệt 1 trong 2 việc" in page.text
    assert "Nội dung đã thay đổi" in page.text
    db.session.rollback()
    db.session.expire_all()
    assert [line.outcome for line in lists.lines_of(payout)] == ["waiting", "received"]
    assert paid.holds()


def test_who_approved_the_list_or_prepared_it_still_hands_nothing_over(world: AwardWorld) -> None:
    payout, _document, lines = taken_back.handed_over(world, 1)
    taken_back.taken_back(world, payout, lines)
    people.grant(world.chair, "secretary", world.unit)

    with pytest.raises(SamePerson), writing():
        paying.hand_over(payout, {lines[0].id: paid.MOTHER}, by=world.chair, key=token())
