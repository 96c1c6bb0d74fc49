"""Asking and approving: what happens, and each thing that must not."""

from threading import Barrier, Thread

import pytest
from sqlalchemy.exc import IntegrityError

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.pairs import SamePerson
from khuyenhoc.approvals.request_tables import Approval, Request
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.history import events, seal
from khuyenhoc.org import grants
from khuyenhoc.org.users import COMMAND_LINE, User
from tests.approvals.office import employ


def deeds_done_to(request):
    return [event.action for event in events.of("approval_requests", request.id)]


def test_what_the_chair_approves_is_done_at_once(office):
    request = office.ask()

    assert office.approve(request) is Outcome.DONE

    assert office.deed.done_by == ["Ông Lê Công Thành"]
    assert request.state == "approved"
    assert deeds_done_to(request) == ["approval.asked", "approval.given", "approval.approved"]


def test_nothing_happens_before_it_is_approved(office):
    request = office.ask()

    assert request.is_waiting
    assert office.deed.done_by == []


def test_the_seal_of_a_request_holds_its_approvals_too(office):
    request = office.ask()
    office.approve(request)

    last = events.of("approval_requests", request.id)[-1]
    assert last.content == seal.content("approval_requests", request.id)
    assert "approvals" in seal.stored_rows("approval_requests", request.id)


def test_nobody_approves_what_they_asked(office):
    request = office.ask(by=office.chair)

    with pytest.raises(SamePerson, match="đã đề nghị"):
        office.approve(request, by=office.chair)

    assert office.deed.done_by == []


def test_nobody_approves_what_they_prepared(office):
    office.deed.parts = [("prepare", office.chair.id)]
    request = office.ask()

    with pytest.raises(SamePerson, match="đã lập"):
        office.approve(request)


def test_a_role_that_the_policy_does_not_name_cannot_approve(office):
    request = office.ask()

    with pytest.raises(NotAllowed):
        office.approve(request, by=office.treasurer)


def test_a_chair_of_another_ward_cannot_approve(office, cau_may):
    stranger = employ("nguoila", "Đỗ Văn Lạ", "Ông", ("chair", cau_may))
    request = office.ask()

    with pytest.raises(NotAllowed):
        office.approve(request, by=stranger)


def test_whoever_lost_the_role_cannot_approve_any_more(office):
    request = office.ask()
    with writing():
        grants.take_away(grants.of(office.chair)[0], by=COMMAND_LINE)

    with pytest.raises(NotAllowed):
        office.approve(request)


def test_whoever_was_stopped_cannot_approve_any_more(office):
    request = office.ask()
    with writing():
        office.chair.active = False

    with pytest.raises(NotAllowed):
        office.approve(request)


def test_one_live_request_per_deed(office):
    office.ask()

    with pytest.raises(RuleBroken, match="đang chờ duyệt"):
        office.ask(by=office.treasurer)


def test_the_database_itself_refuses_a_second_live_request(office):
    first = office.ask()
    copy = {c.name: getattr(first, c.name) for c in Request.__table__.columns if c.name != "id"}

    with pytest.raises(IntegrityError), writing():
        db.session.add(Request(**copy))
        db.session.flush()


def test_a_request_needs_a_reason(office):
    with pytest.raises(RuleBroken) as no, writing():
        requests.ask(
            "test.deed", unit_id=office.unit.id, subject_kind="deed", subject_id=1, by=office.accountant, reason=" "
        )

    assert no.value.field == "reason"


def test_an_unknown_kind_cannot_be_asked(office):
    with pytest.raises(NotFound), writing():
        requests.ask("no.such", unit_id=office.unit.id, subject_kind="deed", subject_id=1, by=office.accountant)


def test_what_was_shown_and_is_no_longer_so_is_not_approved(office):
    request = office.ask()
    seen = requests.fingerprint(request)
    office.deed.text = "Mua 21 xe đạp"

    assert office.approve(request, shown=seen) is Outcome.CHANGED

    assert office.deed.done_by == []
    assert request.is_waiting
    assert request.approvals == []
    assert deeds_done_to(request) == ["approval.asked", "approval.reopened"]


def test_a_fingerprint_out_of_thin_air_approves_nothing(office):
    request = office.ask()

    assert office.approve(request, shown="0" * 64) is Outcome.CHANGED

    assert office.deed.done_by == []
    assert deeds_done_to(request) == ["approval.asked"]


def test_a_changed_deed_is_approved_once_it_was_read_again(office):
    request = office.ask()
    office.approve(request, shown=requests.fingerprint(request)[::-1])
    office.deed.text = "Mua 21 xe đạp"

    assert office.approve(request) is Outcome.DONE


def test_a_deed_that_refuses_leaves_no_approval_behind(office):
    request = office.ask()
    office.deed.refusal = RuleBroken("Quỹ không đủ chi.")

    with pytest.raises(RuleBroken, match="không đủ"):
        office.approve(request)

    assert request.is_waiting
    assert request.approvals == []


def test_pressing_twice_approves_once(office):
    request = office.ask()
    office.approve(request)

    assert office.approve(request, shown="whatever") is Outcome.DONE

    assert len(office.deed.done_by) == 1


def test_a_decided_request_is_not_decided_again(office):
    request = office.ask()
    office.approve(request)

    with pytest.raises(RuleBroken, match="đã được duyệt rồi"):
        office.approve(request, by=office.vice_chair)
    with pytest.raises(RuleBroken, match="đã được duyệt rồi"):
        office.send_back(request, by=office.vice_chair)


def test_returned_with_what_to_mend_and_asked_again(office):
    request = office.ask()
    office.send_back(request, "Thiếu báo giá của nhà bán")

    again = office.ask()
    office.approve(again)

    assert request.state == "returned"
    assert request.answer.note == "Thiếu báo giá của nhà bán"
    assert [r.state for r in requests.about("deed", 1)] == ["approved", "returned"]


def test_returning_needs_words(office):
    request = office.ask()

    with pytest.raises(RuleBroken) as no:
        office.send_back(request, "  ")

    assert no.value.field == "reason"
    assert request.is_waiting


def test_nobody_returns_their_own_request(office):
    request = office.ask(by=office.chair)

    with pytest.raises(SamePerson):
        office.send_back(request)


def test_a_role_that_the_policy_does_not_name_cannot_return(office):
    request = office.ask()

    with pytest.raises(NotAllowed):
        office.send_back(request, by=office.treasurer)


def test_whoever_asked_may_withdraw(office):
    request = office.ask()

    with writing():
        requests.withdraw(request, by=office.accountant)

    assert request.state == "withdrawn"
    with pytest.raises(RuleBroken):
        office.approve(request)


def test_nobody_withdraws_for_another(office):
    request = office.ask()

    with pytest.raises(NotAllowed), writing():
        requests.withdraw(request, by=office.treasurer)


def test_what_is_approved_cannot_be_withdrawn(office):
    request = office.ask()
    office.approve(request)

    with pytest.raises(RuleBroken, match="đã được duyệt rồi. Không rút lại"), writing():
        requests.withdraw(request, by=office.accountant)


def test_a_feature_lets_a_request_lapse(office):
    request = office.ask()

    with writing():
        requests.lapse(request, by=office.treasurer, reason="Phiếu đã hủy")

    assert request.state == "stale"
    with pytest.raises(RuleBroken, match=r"không còn hiệu lực\. Phiếu đã hủy"):
        office.approve(request)


def test_the_database_refuses_a_change_that_nobody_tells_of(office):
    request = office.ask()

    with pytest.raises(seal.UnrecordedChange), writing():
        request.amount = 1


def test_two_approvers_at_the_same_instant_carry_it_out_once(app, office):
    request = office.ask()
    request_id, shown, said = request.id, requests.fingerprint(request), []
    both = Barrier(2)

    def press(user_id):
        with app.app_context():
            both.wait()
            try:
                with writing():
                    found, user = requests.get_request(request_id), db.session.get_one(User, user_id)
                    said.append(requests.approve(found, by=user, shown=shown))
            except RuleBroken as no:
                said.append(str(no))

    presses = [Thread(target=press, args=(user.id,)) for user in (office.chair, office.vice_chair)]
    db.session.rollback()
    [thread.start() for thread in presses]
    [thread.join() for thread in presses]

    assert sorted(map(str, said)) == ["Outcome.DONE", "Đề nghị này đã được duyệt rồi."]
    assert len(office.deed.done_by) == 1


def test_who_approved_is_named_as_far_as_a_column_reaches(office):
    names = ["Bà Trần Thị Oanh", "Ông Nguyễn Văn Ví Dụ", "Bà Trần Thị Oanh"]

    def given_by(several):
        request = Request(fingerprint="f")
        request.approvals = [Approval(decision="approved", fingerprint="f", user_name=name) for name in several]
        return request.approver_names("Bà Lê Thị Giả Định")

    assert given_by(names) == "Bà Trần Thị Oanh, Ông Nguyễn Văn Ví Dụ"
    assert given_by([f"Ông Người Ký Thứ {n:02}" for n in range(9)]) == "Bà Lê Thị Giả Định"
