"""Signing in is slow to guess, tells nothing about who exists, and a session lives only so long."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from khuyenhoc.core import clock as the_clock
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotFound
from khuyenhoc.org import administration, attempts, passwords, sessions, sign_in
from khuyenhoc.org.sessions import Limits
from khuyenhoc.org.users import COMMAND_LINE
from tests.org.conftest import PASSWORD

LIMITS = Limits(idle=timedelta(hours=4), absolute=timedelta(hours=14))
HOME, AWAY = "203.0.113.7", "198.51.100.9"


def ask(name, address=HOME):
    with writing():
        return sign_in.ask(name, address)


def enter(name="thuquy", former=None):
    asked = ask(name)
    assert sign_in.prove(asked, PASSWORD)
    with writing():
        return sign_in.enter(asked, PASSWORD, address=HOME, device="Firefox", former_token=former)[1]


def later(clock, **delta):
    clock(the_clock.now() + timedelta(**delta))


def test_a_session_opens_with_the_token_that_only_the_browser_has(ba_ha):
    token = enter()

    session = sessions.find(token, LIMITS)
    assert session.user_id == ba_ha.id
    assert token not in (session.token_hash, session.device)
    assert sessions.find(token[:-1] + "x", LIMITS) is None


@pytest.mark.parametrize("name", ["thuquy", "nobody"])
def test_an_unknown_name_and_a_wrong_password_take_the_same_steps(ba_ha, name, monkeypatch):
    checked = []
    monkeypatch.setattr(passwords, "matches", lambda stored, _typed: checked.append(stored) or False)

    assert not sign_in.prove(ask(name), "sai mật khẩu")

    assert len(checked) == 1
    assert checked[0].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_password_of_nobody_opens_nothing(ba_ha, monkeypatch):
    monkeypatch.setattr(passwords, "matches", lambda _stored, _typed: True)

    assert not sign_in.prove(ask("nobody"), "anything")


def test_a_stopped_account_looks_like_one_that_does_not_exist(ba_ha, admin):
    with writing():
        administration.deactivate(ba_ha, by=admin, reason="Nghỉ")

    asked = ask("thuquy")
    assert asked.password_hash == passwords.NOBODY
    assert not sign_in.prove(asked, PASSWORD)


@pytest.mark.parametrize("name", ["thuquy", "nobody", "x" * 5000, "\x00", "{{7*7}}", "' OR 1=1 --"])
def test_too_many_failures_close_an_account_for_a_while_known_or_not(ba_ha, name, clock):
    for _time in range(attempts.PER_ACCOUNT):
        ask(name)
    with pytest.raises(attempts.TooManyAttempts) as no:
        ask(name, AWAY)
    assert no.value.minutes == 15

    later(clock, minutes=10)
    with pytest.raises(attempts.TooManyAttempts) as no:
        ask(name)
    assert no.value.minutes == 5
    later(clock, minutes=6)
    ask(name)


def test_the_names_of_one_account_count_together(ba_ha):
    ba_ha_email = "ha@example.vn"
    with writing():
        ba_ha.email = ba_ha_email
    for _time in range(attempts.PER_ACCOUNT // 2):
        ask("thuquy")
        ask(ba_ha_email)

    with pytest.raises(attempts.TooManyAttempts):
        ask("THUQUY")


def test_a_right_password_forgives_the_failures_before_it(ba_ha):
    for _time in range(attempts.PER_ACCOUNT - 1):
        ask("thuquy")
    enter()

    assert attempts.failures_of(ba_ha) == 0


def test_one_address_cannot_go_through_all_the_names(ba_ha):
    for number in range(attempts.PER_ADDRESS):
        ask(f"guess{number}")

    with pytest.raises(attempts.TooManyAttempts):
        ask("thuquy")
    ask("thuquy", AWAY)


def test_a_network_of_ipv6_counts_as_one():
    assert attempts.network_of("2001:db8:1:2:3::4") == attempts.network_of("2001:db8:1:2:ffff::1")
    assert attempts.network_of("2001:db8:1:2::") != attempts.network_of("2001:db8:1:3::")
    assert attempts.network_of("unix socket") == "unix socket"


def test_the_administrator_unlocks(ba_ha, admin):
    for _time in range(attempts.PER_ACCOUNT):
        ask("thuquy")
    assert attempts.is_locked(ba_ha)

    with writing():
        attempts.unlock(ba_ha, by=admin)

    assert not attempts.is_locked(ba_ha)
    ask("thuquy")


def test_typed_names_are_not_kept_because_some_type_a_password_there(ba_ha):
    ask(PASSWORD)

    assert PASSWORD not in str(db.session.execute(db.select(attempts.SignInAttempt.account)).all())


def test_attempts_are_forgotten_after_a_month(ba_ha, clock):
    ask("nobody")
    later(clock, days=31)
    enter()

    assert db.session.scalar(db.select(db.func.count(attempts.SignInAttempt.id))) == 1


def test_an_old_hash_is_renewed_at_sign_in(ba_ha):
    with writing():
        ba_ha.password_hash = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)

    enter()

    db.session.refresh(ba_ha)
    assert not passwords.is_outdated(ba_ha.password_hash)
    assert passwords.matches(ba_ha.password_hash, PASSWORD)


def test_a_session_ends_when_nobody_uses_it(ba_ha, clock):
    token = enter()
    later(clock, hours=3, minutes=59)
    with writing():
        sessions.seen(sessions.find(token, LIMITS).id)
    later(clock, hours=3, minutes=59)
    assert sessions.find(token, LIMITS)

    later(clock, minutes=2)
    assert sessions.find(token, LIMITS) is None


def test_a_session_ends_after_its_longest_time_however_busy(ba_ha, clock):
    token = enter()
    for _hour in range(13):
        later(clock, hours=1)
        with writing():
            sessions.seen(sessions.find(token, LIMITS).id)
    later(clock, hours=1)

    assert sessions.find(token, LIMITS) is None


def test_the_last_sign_of_life_is_due_once_a_minute(ba_ha, clock):
    session = sessions.find(enter(), LIMITS)
    later(clock, seconds=59)
    assert not sessions.is_due(session)
    later(clock, seconds=1)
    assert sessions.is_due(session)


def test_signing_in_again_ends_the_session_that_the_browser_held(ba_ha):
    first = enter()
    second = enter(former=first)

    assert sessions.find(first, LIMITS) is None
    assert sessions.find(second, LIMITS)


def test_an_ended_session_opens_nothing(ba_ha):
    token = enter()
    other = enter()
    with writing():
        sessions.end_one_of(ba_ha, sessions.find(token, LIMITS).id, by=ba_ha)

    assert sessions.find(token, LIMITS) is None
    assert [session.device for session in sessions.of(ba_ha, LIMITS)] == ["Firefox"]
    with writing():
        sessions.end_all_of(ba_ha, by=COMMAND_LINE, but=sessions.find(other, LIMITS).id)
    assert sessions.find(other, LIMITS)


def test_nobody_ends_the_session_of_another(ba_ha, ong_dinh):
    session = sessions.find(enter(), LIMITS)

    with pytest.raises(NotFound), writing():
        sessions.end_one_of(ong_dinh, session.id, by=ong_dinh)


def test_a_reset_and_a_stop_end_all_sessions(ba_ha, admin):
    token = enter()
    with writing():
        administration.reset_password(ba_ha, by=admin)
    assert sessions.find(token, LIMITS) is None
