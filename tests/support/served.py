"""The site behind the server that ``khuyenhoc serve`` runs, in a process of its own."""

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from flask import Flask

from khuyenhoc.application import create_app
from khuyenhoc.core.database import db
from khuyenhoc.web import serving
from tests.support import writer
from tests.support.site import leave_database, settings


def work(url: str, folder: str, port: int, _line: Connection) -> None:
    """Serve as ``khuyenhoc serve`` does."""
    serving.serve(create_app(settings(Path(folder), url)), "127.0.0.1", port)


@contextmanager
def served(app: Flask) -> Iterator[int]:
    """The site behind gunicorn; gives its port."""
    with app.app_context():
        url = db.engine.url.render_as_string(hide_password=False)
    leave_database(app)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = writer.fork(work, url, str(app.config["SETTINGS"].instance), port)
    try:
        yield port
    finally:
        server.process.terminate()
        server.process.join(writer.LONGEST)
        assert server.process.exitcode in (0, -signal.SIGTERM)
