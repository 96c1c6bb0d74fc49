"""The inbox: what waits for whom, and why something does not."""

from datetime import datetime

from khuyenhoc.approvals import inbox, policies, requests
from khuyenhoc.approvals.policies import StrictDefault
from khuyenhoc.core.clock import VIETNAM
from khuyenhoc.core.database import writing
from tests.approvals.office import employ


def test_the_chair_finds_what_the_accountant_asked(office, clock):
    office.ask()
    clock(datetime(2026, 8, 17, 9, tzinfo=VIETNAM))

    card = inbox.inbox(office.chair).to_decide[0]

    assert card.description.title == "Mua 12 xe đạp"
    assert card.days == 2
    assert card.why_not == ""
    assert inbox.count(office.chair) == 1


def test_the_terms_of_a_kind_are_read_once_for_all_that_waits(office, monkeypatch):
    for subject in range(1, 6):
        office.ask(subject=subject)
    asked = []
    monkeypatch.setattr(policies, "possible", lambda kind, unit_id: asked.append(kind) or [StrictDefault(kind)])

    assert inbox.count(office.chair) == 5
    assert asked == ["test.deed"]


def test_whoever_asked_sees_it_waits_and_for_whom(office):
    office.ask(by=office.chair)

    mine = inbox.inbox(office.chair)

    assert mine.to_decide == []
    assert mine.asked[0].why_not == "Ông đã đề nghị việc này nên không duyệt được."
    assert mine.asked[0].waits_for == ["bà Trần Thị Oanh, phó chủ tịch"]
    assert inbox.count(office.chair) == 0


def test_whoever_prepared_sees_why_it_is_kept_from_them(office):
    office.deed.parts = [("prepare", office.chair.id)]
    office.ask()

    mine = inbox.inbox(office.chair)

    assert [card.why_not for card in mine.kept] == ["Ông đã lập việc này nên không duyệt được."]
    assert inbox.count(office.chair) == 0


def test_nothing_waits_for_a_role_that_does_not_approve(office):
    office.ask()

    assert inbox.inbox(office.treasurer) == inbox.Inbox()


def test_foreign_units_stay_out_of_sight(office, cau_may):
    stranger = employ("nguoila", "Đỗ Văn Lạ", "Ông", ("chair", cau_may))
    office.ask()

    assert inbox.inbox(stranger) == inbox.Inbox()
    assert inbox.count(stranger) == 0


def test_what_is_returned_waits_for_whoever_asked_until_asked_again(office):
    office.send_back(office.ask(), "Thiếu báo giá")

    assert inbox.inbox(office.accountant).returned[0].request.answer.note == "Thiếu báo giá"
    assert inbox.count(office.accountant) == 1
    office.ask()
    assert inbox.inbox(office.accountant).returned == []


def test_a_returned_request_may_be_let_go(office):
    request = office.ask()
    office.send_back(request)
    with writing():
        requests.withdraw(request, by=office.accountant)

    assert inbox.count(office.accountant) == 0


def test_a_card_tells_when_its_content_changed_since_it_was_asked(office):
    office.ask()
    office.deed.text = "Mua 21 xe đạp"

    assert inbox.inbox(office.chair).to_decide[0].changed
