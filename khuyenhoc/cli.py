"""The command ``khuyenhoc``: a door to the commands that the features bring along."""

from typing import Any

import click
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy.exc import SQLAlchemyError

from config import SettingMissing, from_environment
from khuyenhoc.application import create_app, create_site
from khuyenhoc.core import migrating
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.demo.cli import demo_command
from khuyenhoc.org.cli import user_command
from khuyenhoc.proof.cli import reconcile_command, verify_command
from khuyenhoc.reports.cli import report_command
from khuyenhoc.upkeep.cli import backup_command, db_command, init_command, restore_command, upgrade_command
from khuyenhoc.web.serving import serve_command

COMMANDS: tuple[click.Command, ...] = (
    serve_command,
    db_command,
    demo_command,
    verify_command,
    reconcile_command,
    report_command,
    upgrade_command,
    backup_command,
    restore_command,
    init_command,
    user_command,
)
"""Every feature's commands: import its ``cli`` above, add one line here."""

MAKES_ITS_SECRET = {"demo"}
"""Commands that may start a site without a given secret."""


PROVES = {"verify", "reconcile", "report"}
"""Commands whose exit code 1 is a verdict on the books."""


class House(click.Group):
    """A group whose refusals are sentences: 2 when the site cannot start or be read, 1 when a rule says no."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; the site is made only when the command asks for it (``with_appcontext``)."""
        try:
            return super().invoke(ctx)
        except SettingMissing as missing:
            raise Refusal(str(missing), 2) from missing
        except RuleBroken as no:
            raise Refusal(str(no), _could_not(ctx)) from no
        except SQLAlchemyError as error:
            raise Refusal(_unreadable(error), 2) from error
        except BrokenPipeError:  # whoever read along has seen enough, ``| head``; click ends quietly
            raise
        except OSError as error:
            raise Refusal(_("Máy không làm được: %(error)s.", error=error), _could_not(ctx)) from error


def _could_not(ctx: click.Context) -> int:
    """1, but 2 from a command whose 1 says that something in the books is wrong."""
    return 2 if ctx.invoked_subcommand in PROVES else 1


def _unreadable(error: SQLAlchemyError) -> str:
    said = str(getattr(error, "orig", None) or error).strip().splitlines()
    return _(
        "Cơ sở dữ liệu không trả lời (%(error)s). Nếu chưa lập xong, xin chạy khuyenhoc init hoặc khuyenhoc upgrade.",
        error=said[0] if said else type(error).__name__,
    )


class Refusal(click.ClickException):
    """A sentence on standard error, and an exit code."""

    def __init__(self, sentence: str, code: int) -> None:
        super().__init__(sentence)
        self.exit_code = code  # type: ignore[misc]


@click.group(cls=House, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(context: click.Context) -> None:
    """Sổ sách và việc làm của Hội Khuyến học."""
    wanted = context.invoked_subcommand or ""

    def site() -> Flask:
        makes_its_secret = wanted in MAKES_ITS_SECRET
        make = create_app if makes_its_secret else create_site
        app = make(from_environment(may_make_secret=makes_its_secret))
        migrating.prepare(app)
        return app

    context.obj = ScriptInfo(create_app=site)


for command in COMMANDS:
    main.add_command(command)
