"""Serving in the foreground: one process with eight threads, right for SQLite and for a first year."""

import socket
import sys
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from khuyenhoc.core.database import is_sqlite
from khuyenhoc.core.text import gettext as _
from khuyenhoc.web import health

if sys.platform == "win32":
    import waitress
else:
    from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

THREADS = 8

if sys.platform == "win32":

    def serve(app: Flask, host: str, port: int, workers: int = 1) -> None:  # noqa: ARG001
        """Serve until interrupted, in one process."""
        waitress.serve(app, host=host, port=port, threads=THREADS)

else:

    class _Server(BaseApplication):
        """gunicorn, told everything here instead of by a file."""

        def __init__(self, app: Flask, options: dict[str, Any]) -> None:
            self._app, self._options = app, options
            super().__init__()

        def load_config(self) -> None:
            """Take our options."""
            for name, value in self._options.items():
                self.cfg.set(name, value)

        def load(self) -> Flask:
            """The app as it is."""
            return self._app

    def serve(app: Flask, host: str, port: int, workers: int = 1) -> None:
        """Serve until interrupted. More than one worker only with PostgreSQL."""
        options = {
            "bind": f"{host}:{port}",
            "workers": workers,
            "threads": THREADS,
            "worker_class": "gthread",
            "loglevel": "warning",
            "timeout": 120,
            "graceful_timeout": 10,
            "limit_request_line": 8190,
        }
        _Server(app, options).run()


class CannotServe(click.ClickException):
    """Why the site cannot be opened, on standard error."""

    exit_code = 2


def require_free(host: str, port: int) -> None:
    """Refuse, in a sentence, an address at which something else listens, or that is not this machine's."""
    try:
        for family, kind, protocol, _name, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[:1]:
            with socket.socket(family, kind, protocol) as trial:
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                trial.bind(address)
    except OSError as error:
        where = f"{host}:{port}"
        raise CannotServe(
            _("Không mở được ở %(where)s: %(why)s. Xin chọn cổng khác (--port).", where=where, why=error.strerror)
        ) from error


def require_set_up() -> None:
    """Refuse a database that was never set up, or that an older version left."""
    if health.what_is_wrong() in ("database", "migrations"):
        raise CannotServe(
            _("Cơ sở dữ liệu chưa sẵn sàng. Xin chạy khuyenhoc init (nơi mới) hoặc khuyenhoc upgrade trước.")
        )


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Địa chỉ lắng nghe.")
@click.option("--port", default=8000, show_default=True, envvar="PORT", type=click.IntRange(1, 65535), help="Cổng.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Số tiến trình (PostgreSQL).")
@with_appcontext
def serve_command(host: str, port: int, workers: int) -> None:
    """Mở trang cho mọi người dùng, chạy đến khi bấm Ctrl+C."""
    if workers > 1 and is_sqlite():
        raise click.BadParameter(
            _("SQLite chỉ dùng được với một tiến trình. Xin bỏ --workers, hoặc chuyển sang PostgreSQL."),
            param_hint="--workers",
        )
    require_set_up()
    require_free(host, port)
    click.echo(f"Đang mở tại http://{host}:{port}")
    serve(current_app._get_current_object(), host, port, workers)  # type: ignore[attr-defined]
