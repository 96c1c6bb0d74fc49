"""Whoever sits at the server opens accounts, grants roles and helps who is locked out."""

import pytest

from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.org import grants, passwords, users
from khuyenhoc.org.cli import user_command
from tests.support import people


@pytest.fixture
def khuyenhoc(app):
    def run(*arguments, expect=0):
        result = app.test_cli_runner().invoke(user_command, arguments)
        if isinstance(result.exception, Exception) and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == expect, result.output
        return result.output

    return run


def test_an_account_is_opened_granted_listed_and_taken_back(khuyenhoc, app):
    unit = people.association()
    name, one_time = khuyenhoc("add", "moi", "--name", "Bùi Thị Mới", "--honorific", "Cô").split()
    assert name == "moi"
    assert passwords.matches(users.get_user("moi").password_hash, one_time)

    khuyenhoc("grant", "moi", "accountant", "U01", "--from", "1/1/2026")
    assert grants.can(users.get_user("moi"), "gift.record", unit.id)
    assert "moi\tCô Bùi Thị Mới\taccountant@U01" in khuyenhoc("list")

    khuyenhoc("revoke", "moi", "accountant", "U01", "--reason", "Hết nhiệm kỳ")
    assert grants.roles_by_unit(users.get_user("moi")) == {}
    with pytest.raises(RuleBroken):
        khuyenhoc("revoke", "moi", "accountant", "U01")


def test_a_password_is_reset_and_an_account_unlocked(khuyenhoc):
    people.person("thuquy")

    one_time = khuyenhoc("reset", "thuquy").strip()
    assert passwords.matches(users.get_user("thuquy").password_hash, one_time)
    assert "mở khóa" in khuyenhoc("unlock", "thuquy")


@pytest.mark.parametrize(
    "arguments",
    [("reset", "ai"), ("unlock", "ai"), ("grant", "ai", "treasurer", "U01"), ("grant", "admin", "treasurer", "U99")],
)
def test_nobody_and_nowhere_are_refused_in_words(khuyenhoc, arguments):
    people.person("admin")

    with pytest.raises(RuleBroken, match="Không có"):
        khuyenhoc(*arguments)


def test_an_unknown_role_is_refused_by_the_command(khuyenhoc):
    khuyenhoc("grant", "admin", "emperor", "U01", expect=2)
