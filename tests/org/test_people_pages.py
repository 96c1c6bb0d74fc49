"""The administrator opens accounts, gives and takes roles, helps who is locked out; nobody else does."""

import re

import pytest

from khuyenhoc.core.database import writing
from khuyenhoc.org import attempts, grants, passwords, sign_in, users
from khuyenhoc.org.access import COOKIE
from tests.support import people
from tests.support.browser import Browser

HERE = "U01"


@pytest.fixture
def admin(app):
    return Browser(app).sign_in("admin")


@pytest.fixture
def thuquy(app):
    return people.person("thuquy")


@pytest.fixture
def foreigner(app):
    return people.person("nguoila", role="treasurer", unit=people.association("U02"))


def test_the_list_shows_people_with_their_roles_and_finds_them_without_accents(admin, thuquy, foreigner):
    page = admin.get("people.people")
    assert "Bà Đoàn Ngọc Hạ" in page.text
    assert "Thủ quỹ, Hội Khuyến học quận Sông Xanh" in page.text
    assert foreigner.full_name not in page.text

    assert "Bà Đoàn Ngọc Hạ" in admin.get("people.people", query={"q": "ha doan"}).text
    assert "Không tìm thấy ai" in admin.get("people.people", query={"q": "100%"}).text
    assert "Bà Đoàn Ngọc Hạ" not in admin.get("people.people", query={"role": "chair"}).text
    assert "Bà Đoàn Ngọc Hạ" not in admin.get("people.people", query={"state": "stopped"}).text


@pytest.mark.parametrize(
    "query", [{"endpoint": "x"}, {"dang": "xlsx"}, {"_external": "1"}, {"role": "emperor"}, {"q": "x" * 999}]
)
def test_odd_questions_are_no_trouble(admin, query):
    admin.get("people.people", query=query)


@pytest.mark.parametrize("query", [{"xep": "password_hash"}, {"sau": "rác"}])
def test_a_forged_order_or_page_is_refused(admin, query):
    admin.get("people.people", query=query, expect=400)


def test_the_list_goes_to_excel(admin, thuquy):
    answer = admin.get("people.people_excel")

    assert answer.response.mimetype.endswith("spreadsheetml.sheet")


def test_a_new_account_gets_a_role_and_a_one_time_password(admin, app):
    admin.get("people.new")
    answer = admin.post(
        "people.create",
        honorific="Cô",
        full_name="Bùi Thị Mới",
        username="ketoan2",
        role="accountant",
        unit=str(people.association().id),
    )
    one_time = re.search(r"\w{4}-\w{4}-\w{4}", answer.text)[0]

    newcomer = users.get_user("ketoan2")
    assert grants.can(newcomer, "gift.record", people.association().id)
    assert newcomer.must_change_password
    assert passwords.matches(newcomer.password_hash, one_time)
    Browser(app).sign_in(newcomer).get("people.people", expect=303)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "thuquy"),
        ("username", "a b"),
        ("honorific", "Ngài"),
        ("full_name", ""),
        ("full_name", "x" * 500),
        ("email", "x"),
        ("role", "emperor"),
        ("role", ""),
        ("unit", ""),
        ("unit", "999"),
        ("unit", "１"),
        ("unit", "1; DROP TABLE users"),
        ("starts", "31/2/2026"),
        ("ends", "1/1/2020"),
    ],
)
def test_a_new_account_that_will_not_do_is_asked_again_and_not_stored(admin, thuquy, field, value):
    admin.get("people.new")
    good = {
        "honorific": "Cô",
        "full_name": "Bùi Thị Mới",
        "username": "ketoan2",
        "role": "accountant",
        "unit": str(people.association().id),
        "email": "moi@example.vn",
    }

    answer = admin.post("people.create", good | {field: value}, expect=422)

    assert answer.error(field)
    assert users.find_user("ketoan2") is None


def test_a_role_is_given_and_taken_away_and_gone_at_once(admin, thuquy, app):
    her = Browser(app).sign_in(thuquy)
    her.get("people.people", expect=403)
    admin.get("people.person", user_id=thuquy.id)
    admin.post("people.give_role", role="auditor", unit=str(people.association().id), to={"user_id": thuquy.id})
    assert "Đã giao vai trò Ban Kiểm tra" in admin.here.text
    her.get("people.people")

    grant = next(grant for grant in grants.live_of(thuquy) if grant.role == "auditor")
    admin.post("people.take_role", reason="Nhầm người", to={"user_id": thuquy.id, "grant_id": grant.id})

    her.get("people.people", expect=403)
    assert "Nhầm người" in admin.get("people.person", user_id=thuquy.id).text


def test_nobody_gives_a_role_to_themselves(admin):
    me = users.get_user("admin")
    assert "Không ai tự giao vai trò cho mình" in admin.get("people.person", user_id=me.id).text

    answer = admin.post(
        "people.give_role", role="treasurer", unit=str(people.association().id), to={"user_id": me.id}, expect=422
    )

    assert "tự giao" in answer.errors[0]


def test_the_last_administrator_stays(admin):
    me = users.get_user("admin")
    (grant,) = grants.live_of(me)

    answer = admin.post("people.take_role", to={"user_id": me.id, "grant_id": grant.id}, expect=422)

    assert "người quản trị cuối cùng" in answer.text


def test_how_a_person_is_called_is_mended(admin, thuquy):
    admin.get("people.edit", user_id=thuquy.id)
    admin.post("people.save", honorific="Cô", full_name="Đoàn Ngọc Hà", to={"user_id": thuquy.id})

    assert "Cô Đoàn Ngọc Hà" in admin.here.h1
    answer = admin.post("people.save", honorific="Cô", full_name="", to={"user_id": thuquy.id}, expect=422)
    assert answer.error("full_name") == "Xin ghi họ và tên."


def test_whoever_forgot_the_password_gets_a_one_time_one(admin, thuquy, app):
    her = Browser(app).sign_in(thuquy)
    answer = admin.post("people.reset_password", to={"user_id": thuquy.id})
    one_time = re.search(r"\w{4}-\w{4}-\w{4}", answer.text)[0]

    her.get("account.mine", expect=303)
    her.post("account.enter", username="thuquy", password=one_time)
    assert her.here.path == "/tai-khoan/mat-khau"


def test_whoever_is_locked_out_is_let_in_again(admin, thuquy):
    for _time in range(attempts.PER_ACCOUNT):
        with writing():
            sign_in.ask("thuquy", "203.0.113.9")
    assert "Tạm khóa đăng nhập" in admin.get("people.person", user_id=thuquy.id).text

    admin.post("people.unlock", to={"user_id": thuquy.id})

    assert "Tạm khóa đăng nhập" not in admin.here.text


def test_an_account_is_stopped_and_used_again(admin, thuquy, app):
    her = Browser(app).sign_in(thuquy)
    admin.post("people.deactivate", reason="", to={"user_id": thuquy.id}, expect=422)
    admin.post("people.deactivate", reason="Nghỉ việc", to={"user_id": thuquy.id})
    her.get("account.mine", expect=303)

    admin.post("people.reactivate", to={"user_id": thuquy.id})
    Browser(app).sign_in(thuquy).get("account.mine")


def test_the_administrator_ends_a_session(admin, thuquy, app):
    her = Browser(app).sign_in(thuquy)
    page = admin.get("people.person", user_id=thuquy.id)
    (form,) = [form["action"] for form in page.page.all("form") if "/phien/" in form.get("action")]

    admin.post(form)

    her.get("account.mine", expect=303)
    assert her.client.get_cookie(COOKIE) is not None


DEEDS = [
    "people.give_role",
    "people.reset_password",
    "people.unlock",
    "people.deactivate",
    "people.reactivate",
    "people.save",
]


@pytest.mark.parametrize("deed", DEEDS)
def test_a_person_of_another_association_is_not_found(admin, foreigner, deed):
    admin.get("people.person", user_id=foreigner.id, expect=404)
    admin.post(deed, to={"user_id": foreigner.id}, expect=404)


def test_a_role_at_another_association_is_neither_given_nor_taken(admin, thuquy):
    other = people.association("U02")
    answer = admin.post("people.give_role", role="auditor", unit=str(other.id), to={"user_id": thuquy.id}, expect=422)
    assert answer.error("unit")

    with writing():
        grant = grants.give(thuquy, "secretary", other, by=users.COMMAND_LINE)
    admin.post("people.take_role", to={"user_id": thuquy.id, "grant_id": grant.id}, expect=404)


@pytest.mark.parametrize("deed", ["people.reset_password", "people.deactivate", "people.unlock", "people.save"])
def test_the_account_of_somebody_who_also_serves_elsewhere_is_not_touched(admin, thuquy, deed):
    with writing():
        grants.give(thuquy, "secretary", people.association("U02"), by=users.COMMAND_LINE)

    assert "xin nhờ người quản trị của cả hai nơi" in admin.get("people.person", user_id=thuquy.id).text
    admin.post(deed, reason="x", to={"user_id": thuquy.id}, expect=403)


@pytest.mark.parametrize("who", ["thuquy", "chutich", "nhahaotam"])
def test_others_have_no_business_here(app, thuquy, who):
    someone = Browser(app).sign_in(who)

    someone.get("people.people", expect=403)
    someone.post("people.reset_password", to={"user_id": thuquy.id}, expect=403)


def test_the_auditor_reads_and_changes_nothing(app, thuquy):
    auditor = Browser(app).sign_in("kiemtra")

    assert not auditor.get("people.people").offers("/quan-tri/nguoi-dung/moi")
    page = auditor.get("people.person", user_id=thuquy.id)
    assert not [form for form in page.page.all("form") if "/quan-tri/" in form.get("action")]
    auditor.post("people.deactivate", reason="x", to={"user_id": thuquy.id}, expect=403)


def test_an_id_that_no_database_holds_is_not_found(admin):
    for number in ("0", "999999999999999999", "9" * 40, "１", "-1", "x"):
        admin.get(f"/quan-tri/nguoi-dung/{number}", expect=404)
