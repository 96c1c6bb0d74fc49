"""Signing in, being sent back where one wanted to go, and looking after one's own account."""

from datetime import timedelta

import pytest

from khuyenhoc.core import clock as the_clock
from khuyenhoc.core.database import db, writing
from khuyenhoc.org import administration, attempts, passwords, sessions, users
from khuyenhoc.org.access import COOKIE
from tests.support import people
from tests.support.browser import Browser

WRONG = "Tên đăng nhập hoặc mật khẩu chưa đúng."


@pytest.fixture
def thuquy(app):
    return people.person("thuquy")


@pytest.fixture
def door(app, thuquy):
    return Browser(app)


def enter(browser, username="thuquy", password=people.PASSWORD, *, expect=303, **more):
    return browser.post("account.enter", username=username, password=password, expect=expect, **more)


def later(clock, **delta):
    clock(the_clock.now() + timedelta(**delta))


def test_the_treasurer_signs_in_and_out(door):
    door.get("account.sign_in")
    answer = enter(door)
    assert answer.response.location == "/"
    assert "Bà Đoàn Ngọc Hạ" in door.get("account.mine").text

    assert door.post("account.sign_out", expect=303).response.location == "/dang-nhap"
    assert door.get("account.mine", expect=303).response.location.startswith("/dang-nhap")


def test_the_cookie_is_a_random_token_that_scripts_cannot_read(door):
    cookies = enter(door).response.headers.getlist("Set-Cookie")

    (cookie,) = [line for line in cookies if line.startswith(f"{COOKIE}=")]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "thuquy" not in cookie


def test_a_cookie_kept_from_an_ended_session_opens_nothing(door, app):
    enter(door)
    kept = door.client.get_cookie(COOKIE).value
    door.post("account.sign_out", expect=303)

    thief = Browser(app)
    thief.client.set_cookie(COOKIE, kept, domain="localhost")
    thief.get("account.mine", expect=303)


def test_a_sign_in_takes_a_new_token(door):
    enter(door)
    first = door.client.get_cookie(COOKIE).value
    enter(door)

    assert door.client.get_cookie(COOKIE).value != first
    assert sessions.find(first, sessions.Limits(timedelta(1), timedelta(1))) is None


@pytest.mark.parametrize("username", ["thuquy", "khong-co-ai", "' OR 1=1 --", "{{7*7}}", "\ud7ff\u202e", "thuquy\n"])
def test_a_refused_sign_in_looks_the_same_for_all(door, username):
    door.get("account.sign_in")
    answer = enter(door, username, "sai mật khẩu rồi", expect=422)

    assert answer.errors == [WRONG]
    assert answer.field("password") == ""
    assert COOKIE not in str(answer.response.headers)


def test_known_and_unknown_names_hash_exactly_once_each(door, monkeypatch):
    hashes = []
    monkeypatch.setattr(passwords, "matches", lambda stored, _typed: hashes.append(stored[:30]) or False)

    enter(door, "thuquy", expect=422)
    enter(door, "khong-co-ai", expect=422)

    assert len(hashes) == 2
    assert hashes[0] == hashes[1]


@pytest.mark.parametrize(
    "answers", [{"username": ""}, {"password": ""}, {"username": "x" * 300}, {"password": "x" * 201}]
)
def test_an_empty_or_endless_answer_is_asked_again(door, answers):
    door.get("account.sign_in")

    answer = door.post("account.enter", {"username": "thuquy", "password": "x", **answers}, expect=422)

    assert answer.errors
    assert db.session.scalar(db.select(db.func.count(attempts.SignInAttempt.id))) == 0


@pytest.mark.parametrize("username", ["thuquy", "khong-co-ai"])
def test_after_too_many_wrong_passwords_the_door_stays_shut_for_a_while(door, clock, username):
    for _time in range(attempts.PER_ACCOUNT):
        enter(door, username, "sai mật khẩu rồi", expect=422)

    answer = enter(door, username, expect=429)
    assert "Xin đợi 15 phút" in answer.text
    assert answer.response.headers["Retry-After"] == "900"

    later(clock, minutes=16)
    enter(door, expect=303)


def test_the_way_back_is_kept(door):
    sent = door.get("/tai-khoan/phien", expect=303).response.location
    assert sent == "/dang-nhap?tiep=/tai-khoan/phien"

    answer = door.post("/dang-nhap?tiep=/tai-khoan/phien", username="thuquy", password=people.PASSWORD, expect=303)
    assert answer.response.location == "/tai-khoan/phien"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/a\nb",
        "",
        "/dang-nhap",
        "/thoat",
    ],
)
def test_a_forged_way_back_leads_nowhere(door, target):
    answer = door.client.post(
        "/dang-nhap",
        query_string={"tiep": target},
        data={"username": "thuquy", "password": people.PASSWORD, "csrf_token": door._token()},
    )

    assert answer.status_code == 303
    assert answer.location == "/"


def test_whoever_is_signed_in_is_taken_on_from_the_door(door):
    enter(door)

    assert door.get("account.sign_in", expect=303).response.location == "/"


def test_htmx_is_sent_to_the_door_by_a_header(door):
    answer = door.client.get(
        "/tai-khoan", headers={"HX-Request": "true", "Referer": "http://localhost/tai-khoan/phien"}
    )

    assert answer.headers["HX-Redirect"] == "/dang-nhap?tiep=/tai-khoan/phien"
    assert answer.data == b""


def test_a_stale_token_stores_nothing(door):
    answer = door.client.post("/dang-nhap", data={"username": "thuquy", "password": people.PASSWORD})

    assert answer.status_code == 400
    assert people.PASSWORD not in answer.get_data(as_text=True)


def test_the_session_ends_when_nobody_uses_it(door, clock):
    enter(door)
    later(clock, hours=4, seconds=1)

    door.get("account.mine", expect=303)


def test_the_session_ends_after_an_evening_however_busy(door, clock):
    enter(door)
    for _quarter in range(4):
        later(clock, hours=3, minutes=29)
        door.get("account.mine")
    later(clock, minutes=5)

    door.get("account.mine", expect=303)


def test_the_sign_of_life_is_written_at_most_once_a_minute(door, clock):
    def seen():
        return db.session.scalar(db.select(sessions.UserSession.last_seen))

    enter(door)
    first = seen()
    later(clock, seconds=59)
    door.get("account.mine")
    assert seen() == first

    later(clock, seconds=2)
    door.get("account.mine")
    assert seen() > first


def test_a_stopped_person_is_out_at_the_next_request(door, thuquy):
    enter(door)
    with writing():
        administration.deactivate(users.get_user("thuquy"), by=people.person("admin"), reason="Nghỉ việc")

    door.get("account.mine", expect=303)


def test_a_one_time_password_must_be_changed_before_anything_else(door, app):
    with writing():
        one_time = administration.reset_password(users.get_user("thuquy"), by=people.person("admin"))
    answer = enter(door, password=one_time)
    assert answer.response.location == "/tai-khoan/mat-khau"
    assert door.get("/", expect=303).response.location == "/tai-khoan/mat-khau"
    assert "chỉ để đăng nhập lần này" in door.get("account.password").text

    door.post("account.change_password", old_password=one_time, password="hoa sen tháng sáu", again="hoa sen tháng sáu")

    assert "Đã đổi mật khẩu" in door.here.text
    assert door.here.path == "/"  # and now to work
    enter(Browser(app), password="hoa sen tháng sáu")
    enter(Browser(app), password=one_time, expect=422)


@pytest.mark.parametrize(
    ("answers", "field", "sentence"),
    [
        ({"old_password": "sai"}, "old_password", "Mật khẩu hiện nay chưa đúng."),
        ({"again": "khác hẳn nhau"}, "again", "Hai lần gõ chưa giống nhau."),
        ({"password": "ngắn", "again": "ngắn"}, "password", "ít nhất 10 ký tự"),
        ({"password": people.PASSWORD, "again": people.PASSWORD}, "password", "phải khác mật khẩu hiện nay"),
        ({"password": "", "again": ""}, "password", "Xin gõ mật khẩu mới."),
    ],
)
def test_a_new_password_that_will_not_do_is_asked_again(door, answers, field, sentence):
    enter(door)
    door.get("account.password")
    good = {"old_password": people.PASSWORD, "password": "hoa sen tháng sáu", "again": "hoa sen tháng sáu"}

    answer = door.post("account.change_password", good | answers, expect=422)

    assert sentence in answer.error(field)


def test_a_new_password_ends_the_other_sessions(door, app):
    enter(door)
    phone = Browser(app)
    enter(phone)

    door.get("account.password")
    door.post(
        "account.change_password", old_password=people.PASSWORD, password="hoa sen tháng sáu", again="hoa sen tháng sáu"
    )

    phone.get("account.mine", expect=303)
    door.get("account.mine")


def test_a_person_sees_and_ends_their_sessions(door, app):
    enter(door)
    phone = Browser(app)
    enter(phone)

    page = door.get("account.my_sessions")
    assert "Nơi này" in page.text
    other = sessions.find(phone.client.get_cookie(COOKIE).value, sessions.Limits(timedelta(1), timedelta(1)))
    door.post("account.end_session", to={"session_id": other.id})

    phone.get("account.mine", expect=303)
    enter(phone)
    door.post("account.end_other_sessions")
    phone.get("account.mine", expect=303)


def test_the_session_of_another_is_not_found(door, app):
    enter(door)
    ketoan = Browser(app).sign_in("ketoan")
    token = ketoan.client.get_cookie(COOKIE).value
    foreign = sessions.find(token, sessions.Limits(timedelta(1), timedelta(1)))

    door.post("account.end_session", to={"session_id": foreign.id}, expect=404)

    ketoan.get("account.mine")


def test_whoever_has_no_role_left_can_still_leave(app):
    newcomer = people.person("nguoimoi")
    browser = Browser(app).sign_in(newcomer)

    assert "chưa được giao vai trò nào" in browser.get("account.mine").text
    browser.post("account.sign_out", expect=303)


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 5000, "ế" * 43, "' OR 1=1 --" * 4])
def test_a_forged_cookie_opens_nothing(app, token):
    client = app.test_client()

    assert (
        client.get("/tai-khoan", headers={"Cookie": f"{COOKIE}={token}".encode().decode("latin-1")}).status_code == 303
    )


def test_names_of_devices_are_short():
    phone = "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36"

    assert sessions.device_name(phone) == "Chrome trên Android"
    assert sessions.device_name("") == "Thiết bị không rõ"
    assert sessions.device_name("curl/8 Linux") == "Linux"
