"""People have an honorific, a name and a password; an account is stopped, never deleted."""

import unicodedata

import pytest

from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.history import events
from khuyenhoc.org import administration, passwords, users
from khuyenhoc.org.users import COMMAND_LINE
from tests.org.conftest import PASSWORD


def test_a_person_signs_and_is_spoken_to_by_their_own_honorific(ba_ha):
    assert ba_ha.signature == "Bà Đoàn Ngọc Hạ"
    assert ba_ha.address_form == "bà"
    assert ba_ha.given_name == "Hạ"


def test_a_person_is_found_by_user_name_or_address_in_any_case(ba_ha):
    with writing():
        users.edit(ba_ha, full_name="Đoàn Ngọc Hạ", honorific="Cô", email="Ha@Example.VN", by=COMMAND_LINE)

    assert users.find_by_sign_in_name(" ThuQuy ") == ba_ha
    assert users.find_by_sign_in_name("HA@example.vn") == ba_ha
    assert users.find_by_sign_in_name("ai đó") is None
    assert ba_ha.signature == "Cô Đoàn Ngọc Hạ"


def test_an_edit_tells_what_changed_and_nothing_when_nothing_did(ba_ha):
    with writing():
        users.edit(ba_ha, full_name="Đoàn Ngọc Hạ", honorific="Cô", email="", by=COMMAND_LINE)
        users.edit(ba_ha, full_name="Đoàn Ngọc Hạ", honorific="Cô", email="", by=COMMAND_LINE)

    story = [event for event in events.of("users", ba_ha.id) if event.action == "user.edited"]
    assert [event.details for event in story] == ['{"honorific": ["Bà", "Cô"]}']


def test_people_stand_in_the_order_of_their_given_names(ba_ha, ong_dinh, admin):
    assert [user.given_name for user in users.everyone()] == ["Đình", "Hạ", "Quản"]


def test_a_password_typed_on_another_keyboard_is_the_same_password(ba_ha):
    assert passwords.matches(ba_ha.password_hash, unicodedata.normalize("NFD", PASSWORD))
    assert not passwords.matches(ba_ha.password_hash, PASSWORD + " ")


def test_passwords_are_hashed_at_the_agreed_cost():
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in passwords.hashed(PASSWORD)
    assert not passwords.is_outdated(passwords.NOBODY)
    assert not passwords.matches(passwords.NOBODY, PASSWORD)
    assert not passwords.matches("not a hash", PASSWORD)


@pytest.mark.parametrize("password", ["", "ngắn", "x" * 201, "aaaaaaaaaaaa", "1212121212", "1234567890", "MatKhau123"])
def test_a_password_that_is_short_or_easily_guessed_is_refused(app, password):
    with pytest.raises(RuleBroken) as no, writing():
        users.create(username="moi", full_name="Mới", honorific="Anh", password=password, by=COMMAND_LINE)
    assert no.value.field == "password"


def test_a_password_that_repeats_the_user_name_is_refused():
    with pytest.raises(RuleBroken):
        passwords.require_good("thuquyphuong1", username="thuquyphuong")


@pytest.mark.parametrize(
    "username",
    ["", "ab", "-ab", "thủ quỹ", "thu quy", "x" * 41, "ＡＢＣ", "a@b.vn", "thuquy", "ThuQuy", "a'; --", "{{7*7}}"],
)
def test_user_names_are_plain_and_unique(ba_ha, username):
    with pytest.raises(RuleBroken) as no, writing():
        users.create(username=username, full_name="Mới", honorific="Anh", password=PASSWORD, by=COMMAND_LINE)
    assert no.value.field == "username"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("honorific", "Ngài"),
        ("honorific", ""),
        ("full_name", " \x00 "),
        ("full_name", "x" * 101),
        ("email", "không"),
        ("email", "a@b"),
        ("email", "a b@c.vn"),
        ("email", "ha@example.vn"),
    ],
)
def test_a_person_needs_an_honorific_a_name_and_a_right_address(ba_ha, field, value):
    with writing():
        users.edit(ba_ha, full_name="Đoàn Ngọc Hạ", honorific="Bà", email="ha@example.vn", by=COMMAND_LINE)
    answers = {"full_name": "Mới", "honorific": "Anh", "email": ""} | {field: value}

    with pytest.raises(RuleBroken) as no, writing():
        users.create(username="moi", password=PASSWORD, by=COMMAND_LINE, **answers)
    assert no.value.field == field


def test_a_person_changes_the_password_by_proving_the_old_one(ba_ha):
    with writing():
        users.change_password(ba_ha, old=PASSWORD, new="hoa sen tháng sáu")

    assert passwords.matches(ba_ha.password_hash, "hoa sen tháng sáu")
    for old, new in [
        (PASSWORD, "một câu khác hẳn"),
        ("hoa sen tháng sáu", "hoa sen tháng sáu"),
        ("hoa sen tháng sáu", "x"),
    ]:
        with pytest.raises(RuleBroken), writing():
            users.change_password(ba_ha, old=old, new=new)


def test_a_reset_gives_a_one_time_password_that_must_be_changed(ba_ha, admin):
    with writing():
        one_time = administration.reset_password(ba_ha, by=admin)

    assert passwords.matches(ba_ha.password_hash, one_time)
    assert ba_ha.must_change_password
    assert one_time not in str([event.details for event in events.of("users", ba_ha.id)])
    with writing():
        users.change_password(ba_ha, old=one_time, new="hoa sen tháng sáu")
    assert not ba_ha.must_change_password


def test_nobody_resets_their_own_password(admin):
    with pytest.raises(RuleBroken, match="trang tài khoản"), writing():
        administration.reset_password(admin, by=admin)


def test_an_account_is_stopped_with_a_reason_and_may_be_used_again(ba_ha, admin):
    with pytest.raises(RuleBroken) as no, writing():
        administration.deactivate(ba_ha, by=admin, reason=" ")
    assert no.value.field == "reason"

    with writing():
        administration.deactivate(ba_ha, by=admin, reason="Nghỉ việc")
    assert not ba_ha.is_active
    with pytest.raises(RuleBroken), writing():
        administration.deactivate(ba_ha, by=admin, reason="Lại")

    with writing():
        administration.reactivate(ba_ha, by=admin)
    assert ba_ha.is_active
    with pytest.raises(RuleBroken), writing():
        administration.reactivate(ba_ha, by=admin)


def test_nobody_stops_their_own_account(admin):
    with pytest.raises(RuleBroken, match="tự ngừng"), writing():
        administration.deactivate(admin, by=admin, reason="Nghỉ")


def test_a_donor_is_linked_to_their_gifts(ba_ha):
    with writing():
        users.link_donor(ba_ha, 41, by=COMMAND_LINE)

    assert ba_ha.donor_id == 41


def test_whoever_does_not_exist_is_not_found(app):
    with pytest.raises(NotFound):
        users.get_user("ai")
    with pytest.raises(NotFound):
        users.user_by_id(9)
    assert users.how_many() == 0
