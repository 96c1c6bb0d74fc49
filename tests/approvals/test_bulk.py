"""Several requests approved in one step: each is checked by itself, and each answers in words."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from khuyenhoc.approvals import policies, requests
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.approvals.views import bulk
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.history import events
from khuyenhoc.proof.verify import verify
from tests.approvals.office import Office, employ
from tests.support.browser import Answer, Browser

TODAY = date(2026, 8, 15)
BULK = "bulk_approvals.approve"


def ticked(*asked: Request, shown: str = "") -> list[str]:
    """What the page sends for these requests."""
    return [f"{one.id}.{shown or requests.fingerprint(one)}" for one in asked]


def answers(page: Answer) -> list[str]:
    """The answer to each row, without the title."""
    return [row.one("small").text for row in page.page.one("main").all("li") if row.all("small")]


def states(*asked: Request) -> list[str]:
    """The states as they are stored now."""
    db.session.rollback()
    db.session.expire_all()
    return [requests.get_request(one.id).state for one in asked]


@pytest.fixture
def chair(either_browser: Browser, office: Office) -> Browser:
    """The chair's browser."""
    return either_browser.sign_in(office.chair)


def test_all_that_were_ticked_are_approved(chair: Browser, office: Office) -> None:
    asked = [office.ask(subject=n) for n in (1, 2, 3)]
    page = chair.get("approvals.index")
    boxes = list(page.page.all("input", name="chosen"))
    assert [box.get("value") for box in boxes] == ticked(*asked)
    assert all(box.get("form") == "nhieu" and not box.has("checked") for box in boxes)

    after = chair.post(BULK, chosen=ticked(asked[0], asked[2]))

    assert "Đã duyệt cả 2 việc đã chọn." in after.text
    assert states(*asked) == ["approved", "waiting", "approved"]
    assert len(office.deed.done_by) == 2


def test_one_alone_has_no_boxes(chair: Browser, office: Office) -> None:
    office.ask()

    assert not chair.get("approvals.index").page.all("input", name="chosen")


def test_each_row_answers_for_itself(chair: Browser, office: Office, cau_may) -> None:  # type: ignore[no-untyped-def]
    good, own, changed = office.ask(subject=1), office.ask(by=office.chair, subject=2), office.ask(subject=3)
    decided, foreign = office.ask(subject=4), _foreign(office, cau_may)
    office.approve(decided, by=office.vice_chair)
    chair.get("approvals.index")
    sent = [*ticked(good, own), *ticked(changed, shown="0" * 64), *ticked(decided, foreign), f"999.{'0' * 64}"]

    page = chair.post(BULK, chosen=sent)

    assert page.h1 == "Đã duyệt 1 trong 6 việc"
    assert answers(page) == [
        "Đã duyệt Đã duyệt, việc đã được thực hiện.",
        "Chưa duyệt Ông đã đề nghị việc này nên không duyệt được.",
        "Chưa duyệt Nội dung đã thay đổi sau lúc mở trang nên chưa duyệt. Xin đọc lại rồi quyết định.",
        "Chưa duyệt Đề nghị này đã được duyệt rồi.",
        "Chưa duyệt Không có việc này.",
        "Chưa duyệt Không có việc này.",
    ]
    assert "Cầu Mây" not in page.text
    assert states(good, own, changed, foreign) == ["approved", "waiting", "waiting", "waiting"]
    assert {a.check.name for a in verify().answers if not a.ok} <= {"account_kinds"}  # this office keeps no books


def _foreign(office: Office, unit) -> Request:  # type: ignore[no-untyped-def]
    asker = employ("xaketoan", "Vũ Thị Xa", "Bà", ("accountant", unit))
    with writing():
        return requests.ask(
            "test.deed", unit_id=unit.id, subject_kind="deed", subject_id=9, by=asker, reason="Việc Cầu Mây", amount=1
        )


def test_money_that_reaches_for_one_only_refuses_the_other_whole(
    chair: Browser, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = office.ask(subject=1), office.ask(subject=2)
    left, carry_out = [1], office.deed._carry_out

    def spend(request, /, *, by):  # type: ignore[no-untyped-def]
        carry_out(request, by=by)
        if not left:
            raise RuleBroken("Quỹ không đủ chi.")
        left.pop()

    monkeypatch.setattr(office.deed, "_carry_out", spend)
    requests.registry.register(office.deed.approvable())
    chair.get("approvals.index")

    page = chair.post(BULK, chosen=ticked(first, second))

    assert answers(page)[1] == "Chưa duyệt Quỹ không đủ chi."
    assert states(first, second) == ["approved", "waiting"]
    assert [event.action for event in events.of("approval_requests", second.id)] == ["approval.asked"]
    assert requests.get_request(second.id).approvals == []


def test_where_two_are_needed_each_row_says_that_it_waits(chair: Browser, office: Office) -> None:
    with writing():
        policies.add_policy(
            "test.deed", unit_id=0, from_amount=100, roles=("chair", "vice_chair"), approvals_needed=2,
            valid_from=TODAY, reason="Nghị quyết 4", by=office.accountant,
        )  # fmt: skip
    small, large = office.ask(subject=1, amount=100), office.ask(subject=2)
    chair.get("approvals.index")
    page = chair.post(BULK, chosen=ticked(small, large))
    assert "Đã duyệt cả 2 việc đã chọn." in page.text
    assert office.deed.done_by == []

    chair.post(BULK, chosen=ticked(small, large))
    assert [len(requests.get_request(one.id).given) for one in (small, large)] == [1, 1]
    vice_chair = Browser(chair.app).sign_in(office.vice_chair)
    vice_chair.get("approvals.index")
    vice_chair.post(BULK, chosen=ticked(small, large))
    assert states(small, large) == ["approved", "approved"]


def test_sent_twice_it_is_approved_once(chair: Browser, office: Office) -> None:
    asked = [office.ask(subject=n) for n in (1, 2)]
    chair.get("approvals.index")
    sent = {"chosen": ticked(*asked), "form_key": token()}

    for _twice in range(2):
        assert "Đã duyệt cả 2 việc" in chair.post(BULK, sent).text

    assert len(office.deed.done_by) == 2


@pytest.mark.parametrize("who", ["ketoan", "thuquy"])
def test_a_role_that_the_policy_does_not_name_passes_nothing(browser: Browser, office: Office, who: str) -> None:
    asked = [office.ask(by=office.chair, subject=n) for n in (1, 2)]
    browser.sign_in(who).get("approvals.index")

    page = browser.post(BULK, chosen=ticked(*asked), expect=422)

    assert page.h1 == "Chưa duyệt việc nào"
    assert all("không thuộc quyền duyệt" in said for said in answers(page))
    assert states(*asked) == ["waiting", "waiting"]


def test_an_auditor_and_a_stranger_have_no_such_button(app: Flask, office: Office) -> None:
    asked = office.ask()
    auditor = employ("kiemtra", "Bùi Công Kiểm", "Ông", ("auditor", office.unit))
    Browser(app).sign_in(auditor).post(BULK, chosen=ticked(asked), expect=403)
    Browser(app).post(BULK, chosen=ticked(asked), expect=303)
    assert states(asked) == ["waiting"]


@pytest.mark.parametrize(
    "sent",
    [[], ["x"], ["1"], ["1."], ["0." + "0" * 64], ["1." + "0" * 63], ["１." + "0" * 64], ["9" * 19 + "." + "0" * 64]],
)
def test_what_no_page_of_ours_sends_is_refused_in_words(browser: Browser, office: Office, sent: list[str]) -> None:
    asked = [office.ask(subject=n) for n in (1, 2)]
    browser.sign_in(office.chair).get("approvals.index")

    assert browser.post(BULK, chosen=sent, expect=422).errors
    assert states(*asked) == ["waiting", "waiting"]


def test_more_than_one_can_read_is_refused(browser: Browser, office: Office) -> None:
    for n in (1, 2):
        office.ask(subject=n)
    browser.sign_in(office.chair).get("approvals.index")

    page = browser.post(BULK, chosen=[f"{n}.{'0' * 64}" for n in range(1, 102)], expect=422)

    assert "nhiều nhất 100 việc" in page.text


def test_a_store_that_fails_in_the_middle_leaves_the_others_standing(
    browser: Browser, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [office.ask(subject=n) for n in (1, 2, 3)]
    approve, broken = requests.approve, asked[1].id

    def sometimes(request, /, **more):  # type: ignore[no-untyped-def]
        outcome = approve(request, **more)
        if request.id == broken:
            raise OperationalError("UPDATE", {}, Exception("database is locked"))
        return outcome

    monkeypatch.setattr(bulk.requests, "approve", sometimes)
    browser.sign_in(office.chair).get("approvals.index")

    page = browser.post(BULK, chosen=ticked(*asked))

    assert page.h1 == "Đã duyệt 2 trong 3 việc"
    assert "Sổ đang bận" in answers(page)[1]
    assert states(*asked) == ["approved", "waiting", "approved"]
