"""The database as a whole: bring it up to date, copy it safely, put a copy back.

SQLite is copied by its online backup (a plain file copy of a live database loses what lies in the
log); PostgreSQL by ``pg_dump``. A backup carries the anchors along, and a restore ends with ``verify``.
"""

import shutil
import sqlite3
import subprocess
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.engine import URL

from khuyenhoc.core import migrating
from khuyenhoc.core.database import db, is_sqlite
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.proof import anchors
from khuyenhoc.web import health


def upgrade() -> None:
    """Run the migrations that are missing. On SQLite the file is copied beside itself first."""
    if is_sqlite() and _has_tables() and health.what_is_wrong() == "migrations":
        keep = _sqlite_file().with_suffix(".before-upgrade")
        _copy_sqlite(_sqlite_file(), keep)
    db.session.remove()
    db.engine.dispose()
    migrating.upgrade()
    db.engine.dispose()


def _has_tables() -> bool:
    return "alembic_version" in inspect(db.engine).get_table_names()


def has_content() -> bool:
    """Whether anybody uses this database."""
    if "users" not in inspect(db.engine).get_table_names():
        return False
    return bool(db.session.execute(text("SELECT 1 FROM users LIMIT 1")).first())


def backup(target: Path) -> None:
    """Write everything into one file. An existing file is not overwritten."""
    if target.exists():
        raise RuleBroken(_("Tệp %(file)s đã có. Xin đặt tên khác.", file=target))
    if not target.parent.is_dir():
        raise RuleBroken(_("Không có thư mục %(folder)s.", folder=target.parent))
    if is_sqlite():
        _copy_sqlite(_sqlite_file(), target)
        return
    _run(["pg_dump", "--format=custom", "--no-owner", f"--file={target}", *_connection()], _("Không sao lưu được."))


def restore(source: Path, *, replace: bool) -> None:
    """Put a backup in the place of what is there, which must be nothing unless ``replace`` says so."""
    if not source.is_file():
        raise RuleBroken(_("Không có tệp %(file)s.", file=source))
    if has_content() and not replace:
        raise RuleBroken(_("Cơ sở dữ liệu đang có dữ liệu. Nếu thật sự muốn thay, xin thêm --replace."))
    _require_backup(source)
    db.session.remove()
    db.engine.dispose()
    if is_sqlite():
        _replace_sqlite(source, _sqlite_file())
    else:
        command = [
            "pg_restore",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--single-transaction",
            *_connection(),
            str(source),
        ]
        _run(command, _("Không phục hồi được; dữ liệu cũ vẫn nguyên."))
    upgrade()
    anchors.start_anew()


def _require_backup(source: Path) -> None:
    with source.open("rb") as file:
        begin = file.read(16)
    wanted = b"SQLite format 3\x00" if is_sqlite() else b"PGDMP"
    if not begin.startswith(wanted):
        raise RuleBroken(_("Tệp %(file)s không phải bản sao lưu của loại cơ sở dữ liệu này.", file=source))


def _sqlite_file() -> Path:
    name = db.engine.url.database
    if not name or name == ":memory:":
        raise RuleBroken(_("Cơ sở dữ liệu trong bộ nhớ thì không sao lưu được."))
    return Path(name)


def _copy_sqlite(source: Path, target: Path) -> None:
    unfinished = target.with_name(target.name + ".part")
    unfinished.unlink(missing_ok=True)
    reader, writer = sqlite3.connect(source), sqlite3.connect(unfinished)
    try:
        reader.backup(writer)
        writer.execute("PRAGMA journal_mode = DELETE")
    finally:
        writer.close()
        reader.close()
    unfinished.replace(target)


def _replace_sqlite(source: Path, target: Path) -> None:
    fresh = target.with_name(target.name + ".restoring")
    shutil.copyfile(source, fresh)
    for ending in ("-wal", "-shm"):
        target.with_name(target.name + ending).unlink(missing_ok=True)
    fresh.replace(target)


def _connection() -> list[str]:
    url: URL = db.engine.url.set(drivername="postgresql")
    return [f"--dbname={url.render_as_string(hide_password=False)}"]


def _run(command: list[str], refusal: str) -> None:
    program = shutil.which(command[0])
    if program is None:
        raise RuleBroken(_("Máy này chưa có chương trình %(program)s của PostgreSQL.", program=command[0]))
    done = subprocess.run([program, *command[1:]], capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise RuleBroken(f"{refusal} {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else ''}")


def empty() -> None:
    """Throw every table away (only ``demo --reset`` does this, and only to a demonstration)."""
    db.session.remove()
    if is_sqlite():
        db.engine.dispose()
        for ending in ("", "-wal", "-shm"):
            _sqlite_file().with_name(_sqlite_file().name + ending).unlink(missing_ok=True)
    else:
        with db.engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        db.engine.dispose()
    anchors.remove()
