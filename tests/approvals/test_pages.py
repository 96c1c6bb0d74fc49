"""The pages of the approvals: the inbox, one request, the log and the rules."""

import pickle
from datetime import date, datetime

import pytest
from sqlalchemy import select

from khuyenhoc.approvals import inbox, policies, requests
from khuyenhoc.core.clock import VIETNAM
from khuyenhoc.core.database import db, writing
from khuyenhoc.history import chains, unchanged
from khuyenhoc.history.chains import INSTALLATION
from khuyenhoc.org import grants
from khuyenhoc.org.grants import Grant
from khuyenhoc.org.users import COMMAND_LINE
from tests.approvals.office import employ
from tests.support.browser import Browser


def state_of(request):
    db.session.refresh(request)
    return request.state


@pytest.fixture
def chair_s(browser, office):
    """The chair's browser."""
    return browser.sign_in(office.chair)


def test_an_empty_inbox_says_what_will_come(chair_s):
    page = chair_s.get("approvals.index")

    assert page.h1 == "Không có việc nào chờ ông duyệt"
    assert "Mọi việc đã được duyệt" in page.text


def test_the_chair_approves_what_waits(chair_s, office):
    request = office.ask()
    page = chair_s.get("approvals.index")
    assert page.h1 == "1 việc chờ ông duyệt"
    assert "28.500.000\u00a0₫" in page.text
    assert "Cô Lương Thị Hạnh, kế toán" in page.text

    after = chair_s.post("approvals.decide", to={"request_id": request.id}, decision="approve")

    assert "Đã duyệt, việc đã được thực hiện." in after.text
    assert office.deed.done_by == ["Ông Lê Công Thành"]


def test_the_tab_counts_what_waits(chair_s, office):
    office.ask()

    assert "Phê duyệt 1" in chair_s.get("approvals.index").text


def test_the_tab_counts_by_the_roles_of_the_books_that_it_counts(browser, ben_nang, office, monkeypatch):
    """A page that began before a role was taken away, and wrote something, kept its number for all pages after it."""
    oanh = employ("oanh", "Trần Thị Oanh", "Bà", ("chair", ben_nang), ("auditor", ben_nang))
    office.ask()
    chairing = db.session.scalar(select(Grant).where(Grant.user_id == oanh.id, Grant.role == "chair"))
    seen = inbox.inbox

    def meanwhile(user):
        """Another process takes the role away; this page has read it already, and begins to read anew."""
        with writing():
            grants.take_away(db.session.get_one(Grant, chairing.id), by=COMMAND_LINE, reason="Hết nhiệm kỳ")
        return seen(user)

    monkeypatch.setattr(unchanged, "_kept", {})
    monkeypatch.setattr(inbox, "inbox", meanwhile)
    page = browser.sign_in(oanh).get("approvals.index")
    monkeypatch.setattr(inbox, "inbox", seen)

    assert "Phê duyệt 1" not in page.text
    assert "Phê duyệt 1" not in browser.get("approvals.index").text


def test_what_is_kept_for_each_reader_is_small_however_many_books_there_are(app, monkeypatch):
    """The heads of two hundred units for each of a thousand people would fill the memory."""
    monkeypatch.setattr(unchanged, "_kept", {})
    for unit_id in range(1, 200):
        with writing():
            chains.lock(unit_id)

    assert unchanged.counted("approvals", 1, lambda: 3) == 3

    (kept,) = unchanged._kept.values()
    assert len(pickle.dumps(tuple(kept))) < 300


def test_the_tab_counts_again_only_when_something_was_recorded_or_a_day_has_passed(chair_s, office, clock, monkeypatch):
    counted = []
    count = inbox.count
    monkeypatch.setattr(unchanged, "_kept", {})  # another test's books may have stood exactly like these
    monkeypatch.setattr(inbox, "count", lambda *asked: counted.append(count(*asked)) or counted[-1])
    request = office.ask()

    for _page in range(3):
        assert "Phê duyệt 1" in chair_s.get("approvals.log").text
    assert counted == [1]
    office.ask(subject=2)
    assert "Phê duyệt 2" in chair_s.get("approvals.index").text
    chair_s.post("approvals.decide", to={"request_id": request.id}, decision="approve")
    assert "Phê duyệt 1" in chair_s.get("approvals.log").text
    assert "Phê duyệt 1" not in Browser(chair_s.app).sign_in(office.treasurer).get("home.today").text
    before = len(counted)
    clock(datetime(2026, 8, 17, 9, tzinfo=VIETNAM))
    chair_s.sign_in(office.chair).get("approvals.log")
    assert len(counted) == before + 1


def test_inside_a_deed_the_tab_counts_what_is_not_recorded_yet(office):
    with writing():
        assert [unchanged.counted("x", office.chair.id, lambda n=n: n) for n in (1, 2)] == [1, 2]


def test_what_changed_after_the_page_was_read_is_shown_again(chair_s, office):
    request = office.ask()
    chair_s.get("approvals.index")
    office.deed.text = "Mua 21 xe đạp"

    page = chair_s.post("approvals.decide", to={"request_id": request.id}, decision="approve", expect=422)

    assert "Nội dung đã thay đổi sau lúc ông mở trang" in page.text
    assert page.h1 == "Mua 21 xe đạp"
    assert office.deed.done_by == []
    chair_s.post("approvals.decide", to={"request_id": request.id}, decision="approve")
    assert office.deed.done_by == ["Ông Lê Công Thành"]


def test_returning_asks_for_words_and_keeps_the_page(chair_s, office):
    request = office.ask()
    chair_s.get("approvals.index")

    page = chair_s.post("approvals.decide", to={"request_id": request.id}, decision="return", reason=" ", expect=422)
    assert page.error("reason") == "Xin ghi rõ chỗ cần sửa."

    chair_s.post("approvals.decide", to={"request_id": request.id}, decision="return", reason="Thiếu báo giá")
    assert state_of(request) == "returned"


def test_what_was_returned_waits_for_whoever_asked(browser, office):
    request = office.ask()
    office.send_back(request, "Thiếu báo giá")

    page = browser.sign_in(office.accountant).get("approvals.index")
    assert "Thiếu báo giá" in page.text
    assert "Phê duyệt 1" in page.text

    browser.post("approvals.withdraw", to={"request_id": request.id})
    assert state_of(request) == "withdrawn"


def test_one_s_own_request_shows_why_and_has_no_button(chair_s, office):
    request = office.ask(by=office.chair)

    page = chair_s.get("approvals.index")

    assert "Ông đã đề nghị việc này nên không duyệt được." in page.text
    assert "Việc này đang chờ bà Trần Thị Oanh, phó chủ tịch." in page.text
    assert not page.offers(f"/phe-duyet/{request.id}/duyet")
    assert page.fields(f"/phe-duyet/{request.id}") == {}


def test_one_s_own_request_is_refused_when_tried(chair_s, office):
    request = office.ask(by=office.chair)

    shown = requests.fingerprint(request)
    page = chair_s.post("approvals.decide", to={"request_id": request.id}, decision="approve", shown=shown, expect=403)

    assert "nên không duyệt được" in page.text
    assert office.deed.done_by == []


@pytest.mark.parametrize("who", ["ketoan", "thuquy"])
def test_a_role_without_the_policy_s_leave_is_refused_when_tried(browser, office, who):
    request = office.ask(by=office.chair)
    shown = requests.fingerprint(request)
    browser.sign_in(who).post(
        "approvals.decide", to={"request_id": request.id}, decision="approve", shown=shown, expect=403
    )

    assert office.deed.done_by == []


def test_an_auditor_reads_and_decides_nothing(browser, office):
    auditor = employ("kiemtra", "Bùi Công Kiểm", "Ông", ("auditor", office.unit))
    request = office.ask()
    browser.sign_in(auditor)

    assert "Mua 12 xe đạp" in browser.get("approvals.log").text
    assert browser.get("approvals.one", request_id=request.id).fields(f"/phe-duyet/{request.id}") == {}
    browser.post("approvals.decide", to={"request_id": request.id}, decision="approve", expect=403)
    browser.post("approvals.withdraw", to={"request_id": request.id}, expect=403)


def test_a_foreign_request_is_not_found(browser, office, cau_may):
    stranger = employ("nguoila", "Đỗ Văn Lạ", "Ông", ("chair", cau_may))
    request = office.ask()
    browser.sign_in(stranger)

    browser.get("approvals.one", request_id=request.id, expect=404)
    browser.post("approvals.decide", to={"request_id": request.id}, decision="approve", expect=404)
    assert "Mua 12 xe đạp" not in browser.get("approvals.log").text


@pytest.mark.parametrize("decision", ["", "burn", "Approve"])
def test_a_button_that_is_not_there_is_refused(chair_s, office, decision):
    request = office.ask()

    chair_s.post("approvals.decide", to={"request_id": request.id}, decision=decision, expect=422)

    assert state_of(request) == "waiting"


def test_a_request_that_never_was_is_not_found(chair_s):
    chair_s.get("approvals.one", request_id=999, expect=404)
    chair_s.get("/phe-duyet/99999999999999999999", expect=404)


def test_the_log_is_narrowed_and_taken_as_excel(chair_s, office):
    office.approve(office.ask())
    office.ask(subject=2, amount=0)

    assert chair_s.get("approvals.log").text.count("Mua 12 xe đạp") == 2
    assert chair_s.get("approvals.log", trang_thai="waiting").text.count("Mua 12 xe đạp") == 1
    assert chair_s.get("approvals.log", cua_toi="duyet").text.count("Mua 12 xe đạp") == 1
    assert "Chưa có việc nào" in chair_s.get("approvals.log", cua_toi="hoi").text
    assert chair_s.get("approvals.log_as_excel").response.mimetype.endswith("sheet")


def test_one_request_tells_its_story(chair_s, office):
    request = office.ask()
    office.approve(request)

    page = chair_s.get("approvals.one", request_id=request.id)

    assert "Đã duyệt và thực hiện" in page.text
    assert page.fields(f"/phe-duyet/{request.id}") == {}


@pytest.fixture
def admin(office):
    """The administrator of the ward."""
    return employ("admin", "Phan Văn Quản", "Anh", ("administrator", office.unit))


RULE = {
    "kind": "test.deed",
    "unit": "0",
    "from_amount": "10tr",
    "roles": ["chair", "vice_chair"],
    "approvals_needed": "2",
    "valid_from": "15/8/2026",
    "reason": "Nghị quyết 4",
}


def test_the_administrator_lays_down_a_rule_that_the_chair_reads(browser, office, admin):
    browser.sign_in(admin).get("policies.index")

    browser.post("policies.add", RULE)

    assert policies.terms("test.deed", office.unit.id, 10_000_000).approvals_needed == 2
    page = browser.sign_in(office.chair).get("policies.index")
    assert "Nghị quyết 4" in page.text
    assert not page.offers(f"/phe-duyet/quy-dinh/{policies.all_policies()[0].id}/het-hieu-luc")


def test_a_relaxation_is_marked(browser, office, admin):
    browser.sign_in(admin).post("policies.add", {**RULE, "roles": ["accountant"], "from_amount": "0"})

    assert "Nới lỏng" in browser.get("policies.index").text


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("kind", "no.such"),
        ("unit", "999"),
        ("unit", "x"),
        ("from_amount", "1.5"),
        ("from_amount", "-1"),
        ("approvals_needed", "0"),
        ("approvals_needed", "９"),
        ("valid_from", "14/8/2026"),
        ("valid_from", "32/8/2026"),
        ("reason", ""),
    ],
)
def test_a_rule_that_makes_no_sense_is_asked_again(browser, admin, field, wrong):
    page = browser.sign_in(admin).post("policies.add", {**RULE, field: wrong}, expect=422)

    assert page.errors
    assert policies.all_policies() == []


@pytest.mark.parametrize("roles", [[], ["auditor"], ["administrator"]])
def test_a_rule_names_approvers_only(browser, admin, roles):
    browser.sign_in(admin).post("policies.add", {**RULE, "roles": roles}, expect=422)

    assert policies.all_policies() == []


def test_the_chair_changes_no_rule(browser, office):
    browser.sign_in(office.chair).post("policies.add", RULE, expect=403)


def test_an_administrator_of_one_ward_lays_down_no_rule_for_all(browser, office, admin, cau_may):
    browser.sign_in(admin).post("policies.add", RULE, expect=422)
    browser.post("policies.add", {**RULE, "unit": str(cau_may.id)}, expect=422)
    browser.post("policies.add", {**RULE, "unit": str(office.unit.id)})

    assert [p.unit_id for p in policies.all_policies()] == [office.unit.id]


def lay_down(office, unit_id):
    with writing():
        return policies.add_policy(
            "test.deed",
            unit_id=unit_id,
            from_amount=0,
            roles=("chair",),
            approvals_needed=1,
            valid_from=date(2026, 8, 15),
            reason="Nghị quyết 4",
            by=office.accountant,
        )


def test_a_rule_is_ended_with_a_reason(browser, office, admin):
    policy = lay_down(office, office.unit.id)
    browser.sign_in(admin).get("policies.ending", policy_id=policy.id)

    browser.post("policies.end", to={"policy_id": policy.id}, reason="", expect=422)
    browser.post("policies.end", to={"policy_id": policy.id}, reason="Hết đợt cao điểm")

    db.session.refresh(policy)
    assert policy.valid_to == date(2026, 8, 15)


def test_foreign_and_common_rules_are_not_ended_by_a_ward(browser, office, admin, cau_may):
    foreign, common = lay_down(office, cau_may.id), lay_down(office, INSTALLATION)
    browser.sign_in(admin)

    browser.post("policies.end", to={"policy_id": foreign.id}, reason="Không hợp", expect=404)
    browser.post("policies.end", to={"policy_id": common.id}, reason="Không hợp", expect=403)
