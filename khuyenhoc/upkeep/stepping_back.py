"""``khuyenhoc db``: the migrations' own commands, but no step back over data without a plain yes."""

import copy
import sys
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from flask_migrate.cli import db as migrations

from khuyenhoc.core.database import db
from khuyenhoc.core.text import gettext as _
from khuyenhoc.upkeep import store
from khuyenhoc.upkeep.cli import CannotRun

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
db_command.commands = {
    **migrations.commands,
    "downgrade": click.Command(
        "downgrade",
        callback=with_appcontext(_ask_first),
        params=[*_step_back.params, click.Option(["--yes"], is_flag=True, help="Lùi cả khi đang có dữ liệu.")],
        help=_step_back.help,
    ),
}
