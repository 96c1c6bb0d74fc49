"""Commands about people, for whoever sits at the server: ``khuyenhoc user …``."""

import click
from flask.cli import with_appcontext

from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.org import administration, attempts, grants, units, users
from khuyenhoc.org.permissions import ROLES
from khuyenhoc.org.users import COMMAND_LINE, HONORIFICS
from khuyenhoc.web.fields import read_day


@click.group("user")
def user_command() -> None:
    """Người dùng: xem, mở tài khoản, giao vai trò, cấp lại mật khẩu, mở khóa."""


@user_command.command("list")
@with_appcontext
def list_users() -> None:
    """Mọi tài khoản với vai trò đang giữ."""
    for user in users.everyone():
        held = [f"{grant.role}@{units.unit_by_id(grant.unit_id).code}" for grant in grants.live_of(user)]
        state = "" if user.active else " (đã ngừng)"
        click.echo(f"{user.username}\t{user.signature}{state}\t{', '.join(held) or '-'}")


@user_command.command("add")
@click.argument("username")
@click.option("--name", "full_name", required=True, help="Họ và tên.")
@click.option("--honorific", type=click.Choice(HONORIFICS), required=True, help="Cách xưng hô.")
@click.option("--email", default="", help="Thư điện tử, để đăng nhập bằng thư cũng được.")
@with_appcontext
def add_user(username: str, full_name: str, honorific: str, email: str) -> None:
    """Mở một tài khoản; mật khẩu dùng một lần được in ra."""
    with writing():
        user, one_time = administration.open_account(
            username=username, full_name=full_name, honorific=honorific, email=email, by=COMMAND_LINE
        )
    click.echo(f"{user.username}\t{one_time}")


@user_command.command("grant")
@click.argument("username")
@click.argument("role", type=click.Choice(list(ROLES)))
@click.argument("unit")
@click.option("--from", "starts", default="", help="Từ ngày, ví dụ 1/7/2026; mặc định là hôm nay.")
@click.option("--to", "ends", default="", help="Đến hết ngày; mặc định là đến khi thôi giao.")
@with_appcontext
def grant_role(username: str, role: str, unit: str, starts: str, ends: str) -> None:
    """Giao một vai trò ở một đơn vị (mã, ví dụ U05) và mọi đơn vị trực thuộc."""
    with writing():
        grants.give(
            users.get_user(username),
            role,
            units.get_unit(unit),
            starts=read_day(starts) if starts else None,
            ends=read_day(ends) if ends else None,
            by=COMMAND_LINE,
        )
    click.echo(_("Đã giao vai trò %(role)s.", role=ROLES[role]))


@user_command.command("revoke")
@click.argument("username")
@click.argument("role", type=click.Choice(list(ROLES)))
@click.argument("unit")
@click.option("--reason", default="", help="Lý do.")
@with_appcontext
def revoke_role(username: str, role: str, unit: str, reason: str) -> None:
    """Thôi giao một vai trò ở một đơn vị."""
    with writing():
        place = units.get_unit(unit)
        held = [
            grant
            for grant in grants.of(users.get_user(username))
            if grant.role == role and grant.unit_id == place.id and not grants.is_over(grant)
        ]
        if not held:
            raise RuleBroken(_("Người này không giữ vai trò ấy ở đơn vị ấy."))
        for grant in held:
            grants.take_away(grant, by=COMMAND_LINE, reason=reason)
    click.echo(_("Đã thôi giao vai trò %(role)s.", role=ROLES[role]))


@user_command.command("reset")
@click.argument("username")
@with_appcontext
def reset_password(username: str) -> None:
    """Cấp mật khẩu dùng một lần và kết thúc mọi phiên đăng nhập của người ấy."""
    with writing():
        one_time = administration.reset_password(users.get_user(username), by=COMMAND_LINE)
    click.echo(one_time)


@user_command.command("unlock")
@click.argument("username")
@with_appcontext
def unlock(username: str) -> None:
    """Cho người bị tạm khóa đăng nhập lại ngay."""
    with writing():
        attempts.unlock(users.get_user(username), by=COMMAND_LINE)
    click.echo(_("Đã mở khóa."))
