"""``khuyenhoc upgrade``, ``db``, ``backup``, ``restore``, ``init``: what a site needs at the terminal."""

import copy
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask.cli import ScriptInfo, with_appcontext
from flask_migrate.cli import db as migrations

from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Unclear, show
from khuyenhoc.core.dong import read as read_dong
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds import funds
from khuyenhoc.org import passwords, unit_changes, users
from khuyenhoc.proof.verify import verify
from khuyenhoc.upkeep import store
from khuyenhoc.upkeep.found import Bank, Plan, found, require_empty
from khuyenhoc.web.fields import read_day


class CannotRun(click.ClickException):
    """What was asked was not begun: a sentence on standard error, exit code 2."""

    exit_code = 2


@click.command("upgrade")
@with_appcontext
def upgrade_command() -> None:
    """Đưa cơ sở dữ liệu lên bản mới nhất."""
    store.upgrade()
    click.echo(_("Cơ sở dữ liệu đã ở bản mới nhất."))


_step_back = migrations.commands["downgrade"]


@click.pass_context
def _ask_first(context: click.Context, /, *, yes: bool, **given: Any) -> None:
    if not given["sql"] and store.has_content():
        _require_consent(yes=yes)
    context.invoke(_step_back, **given)


def _require_consent(*, yes: bool) -> None:
    """A step back drops tables and columns. Whoever really wants it says so: ``--yes``, or the database's name."""
    name = Path(db.engine.url.database or "").name
    loses = _("Cơ sở dữ liệu %(name)s đang có dữ liệu; lùi một bước là mất hẳn dữ liệu của bước ấy.", name=name)
    advice = _("Xin sao lưu trước: khuyenhoc backup FILE.")
    if yes:
        click.echo(loses, err=True)
        return
    if not sys.stdin.isatty():
        only_then = _("Nếu thật sự muốn, xin thêm --yes.")
        raise CannotRun(f"{loses} {advice} {only_then}")
    click.echo(f"{loses} {advice}", err=True)
    if click.prompt(_("Gõ %(name)s để lùi", name=name), default="", show_default=False, err=True).strip() != name:
        raise CannotRun(_("Tên gõ vào không đúng; chưa làm gì cả."))


db_command = copy.copy(migrations)
"""The migrations' own commands, but no step back over data without a plain yes."""
db_command.commands = {
    **migrations.commands,
    "downgrade": click.Command(
        "downgrade",
        callback=with_appcontext(_ask_first),
        params=[*_step_back.params, click.Option(["--yes"], is_flag=True, help="Lùi cả khi đang có dữ liệu.")],
        help=_step_back.help,
    ),
}


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def backup_command(file: Path) -> None:
    """Sao lưu toàn bộ vào FILE, khi trang vẫn đang chạy."""
    if not store.is_set_up():
        raise CannotRun(
            _("Cơ sở dữ liệu này chưa có bảng nào, không có gì để sao lưu. Xin xem lại KHUYENHOC_DATABASE_URL.")
        )
    store.backup(file)
    click.echo(_("Đã sao lưu vào %(file)s.", file=file))


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="Thay cả khi cơ sở dữ liệu đang có dữ liệu.")
@with_appcontext
def restore_command(file: Path, replace: bool) -> None:
    """Phục hồi từ bản sao lưu FILE, rồi tính lại mọi điều sổ sách hứa."""
    store.restore(file, replace=replace)
    report = verify()
    click.echo(_("Đã phục hồi %(n)s bút toán.", n=report.entries))
    if not report.ok:
        raise RuleBroken(_("Bản sao lưu có chỗ không đúng. Xin chạy khuyenhoc verify để xem."))
    click.echo(_("Mọi điều sổ sách hứa đều đúng."))


class Money(click.ParamType[int]):
    """Whole đồng as people type them: 35tr, 1.500.000. What can be read two ways is refused with its readings."""

    name = "đồng"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The amount, or the sentence of what is unclear about it."""
        if isinstance(value, int):
            return value
        if str(value).strip() == "0":
            return 0
        try:
            return read_dong(str(value)).amount
        except Unclear as no:
            self.fail(f"{no} ({', '.join(show(reading) for reading in no.readings)})", param, ctx)
        except RuleBroken as no:
            self.fail(str(no), param, ctx)


class Asked(click.Option):
    """An amount that is asked for: where there are several readings, they are offered to choose from, as on pages."""

    def prompt_for_value(self, ctx: click.Context) -> int:
        """The amount that was typed, or the reading that was chosen."""
        while True:
            typed = str(click.prompt(self.prompt or "", default=self.get_default(ctx), type=str))
            try:
                return 0 if typed.strip() == "0" else read_dong(typed).amount
            except Unclear as no:
                click.echo(no)
                for place, reading in enumerate(no.readings, start=1):
                    click.echo(f"  {place}. {show(reading)}")
                chosen = click.prompt(_("Chọn số thứ tự"), type=click.IntRange(1, len(no.readings)))
                return no.readings[chosen - 1]
            except RuleBroken as no:
                click.echo(no)


class Day(click.ParamType[date]):
    """A day as people write it: 15/8/2026."""

    name = "ngày"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date."""
        if isinstance(value, date):
            return value
        try:
            return read_day(str(value).strip())
        except RuleBroken as no:
            self.fail(str(no), param, ctx)


class Ruled(click.ParamType[str]):
    """A text that a rule of the house accepts: what is wrong is said at once, before the next question."""

    name = "text"

    def __init__(self, rule: Callable[[str], str]) -> None:
        self._rule = rule

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text as it will be stored, or the rule's own sentence."""
        try:
            return self._rule(str(value))
        except RuleBroken as no:
            self.fail(str(no), param, ctx)


class Password(click.ParamType[str]):
    """A password that the house accepts, beside the user name where that was given before."""

    name = "text"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The password, or the rule's own sentence."""
        given = ctx.params if ctx is not None else {}
        try:
            passwords.require_good(str(value), username=str(given.get("username") or ""))
        except RuleBroken as no:
            self.fail(str(no), param, ctx)
        return str(value)


def _beside_the_password(typed: str) -> str:
    """A user name that the rules accept; nothing like a password that was given before it."""
    username, given = users.checked_username(typed), click.get_current_context().params
    if given.get("password"):
        passwords.require_good(given["password"], username=username)
    return username


class Founding(click.Command):
    """Says what stands in the way before it asks the first question, not after the last answer."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse at once where the site cannot be founded; ``--help`` is always answered."""
        if not {"--help", "-h"} & set(args):
            with ctx.ensure_object(ScriptInfo).load_app().app_context():
                require_empty()
        return super().parse_args(ctx, args)


@click.command("init", cls=Founding)
@click.option(
    "--unit-code",
    type=Ruled(unit_changes.checked_code),
    prompt="Mã đơn vị (ví dụ BN)",
    help="Mã đơn vị, chữ in không dấu.",
)
@click.option("--unit-name", prompt="Tên đơn vị", help="Tên đầy đủ của Hội.")
@click.option(
    "--unit-kind",
    type=click.Choice(list(unit_changes.KINDS)),
    default="ward_association",
    show_default=True,
    help="Loại đơn vị.",
)
@click.option("--address", default="", prompt="Địa chỉ", help="Địa chỉ in trên giấy tờ.")
@click.option("--day", type=Day(), default=clock.today, help="Ngày bắt đầu ghi sổ, như 1/1/2026; mặc định hôm nay.")
@click.option(
    "--username",
    type=Ruled(_beside_the_password),
    prompt="Tên đăng nhập của người quản trị",
    help="Tên đăng nhập của người quản trị.",
)
@click.option("--full-name", prompt="Họ và tên người quản trị", help="Họ và tên người quản trị.")
@click.option("--honorific", type=click.Choice(users.HONORIFICS), prompt="Xưng hô", help="Xưng hô.")
@click.option(
    "--password", type=Password(), prompt="Mật khẩu", hide_input=True, confirmation_prompt=True, help="Mật khẩu."
)
@click.option("--fund-code", type=Ruled(funds.checked_code), prompt="Mã quỹ (ví dụ QKH)", help="Mã quỹ.")
@click.option("--fund-name", prompt="Tên quỹ", default="Quỹ Khuyến học", help="Tên quỹ.")
@click.option(
    "--standing-code",
    type=Ruled(funds.checked_code),
    default="GEN",
    show_default=True,
    help="Mã chiến dịch thường trực.",
)
@click.option("--opening-cash", cls=Asked, type=Money(), default=0, prompt="Tiền mặt đầu kỳ", help="Tiền mặt đầu kỳ.")
@click.option(
    "--opening-bank", cls=Asked, type=Money(), default=0, prompt="Tiền ngân hàng đầu kỳ", help="Tiền ngân hàng đầu kỳ."
)
@click.option("--bank-name", default="", prompt="Ngân hàng (bỏ trống nếu chưa có)", help="Tên ngân hàng.")
@click.option("--bank-bin", default="", help="Mã BIN 6 chữ số của ngân hàng.")
@click.option("--bank-number", default="", help="Số tài khoản.")
@click.option("--bank-holder", default="", help="Tên chủ tài khoản, chữ in không dấu.")
@with_appcontext
def init_command(bank_name: str, bank_bin: str, bank_number: str, bank_holder: str, **answers: object) -> None:
    """Lập một trang thật: đơn vị, người quản trị đầu tiên, quỹ, tài khoản, số dư đầu kỳ."""
    store.upgrade()
    bank = None
    if bank_name:  # what a transfer needs is asked for where it was not given
        number = bank_number or click.prompt("Số tài khoản")
        holder = bank_holder or click.prompt("Tên chủ tài khoản, chữ in không dấu")
        bank = Bank(
            bank_name,
            bank_bin or click.prompt("Mã BIN 6 chữ số của ngân hàng (để trống được)", default="", show_default=False),
            number,
            holder,
        )
    found(Plan(bank=bank, **answers))  # type: ignore[arg-type]
    click.echo(_("Đã lập xong. Xin chạy khuyenhoc serve rồi đăng nhập; trang đầu chỉ việc cần làm trước."))
