"""The database as a whole: bring it up to date, copy it safely, put a copy back.

SQLite is copied by its online backup (a plain file copy of a live database loses what lies in the
log); PostgreSQL by ``pg_dump``. Evidence is files beside the database: a backup carries them in a
second file, ``….evidence``. It holds the chains, so it anchors
them; a restore ends with ``verify``.
"""

import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.engine import URL

from khuyenhoc.core import migrating
from khuyenhoc.core.database import db, is_sqlite
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.proof import anchors
from khuyenhoc.recipients import files
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


def is_set_up() -> bool:
    """Whether the site's tables are there at all."""
    return "users" in inspect(db.engine).get_table_names()


def has_content() -> bool:
    """Whether anybody uses this database."""
    if not is_set_up():
        return False
    return bool(db.session.execute(text("SELECT 1 FROM users LIMIT 1")).first())


def backup(target: Path) -> None:
    """Write the database into one file, and evidence into one beside it. What exists is not overwritten."""
    for file in (target, evidence_beside(target)):
        if file.exists():
            raise RuleBroken(_("Tệp %(file)s đã có. Xin đặt tên khác.", file=file))
    if not target.parent.is_dir():
        raise RuleBroken(_("Không có thư mục %(folder)s.", folder=target.parent))
    before = files.every()
    if is_sqlite():
        _copy_sqlite(_sqlite_file(), target)
    else:
        _run(["pg_dump", "--format=custom", "--no-owner", f"--file={target}", *_connection()], _("Không sao lưu được."))
    _pack_evidence(evidence_beside(target), before | files.every())


def evidence_beside(target: Path) -> Path:
    """Where the evidence of a backup lies: ``nightly.backup.evidence``."""
    return target.with_name(target.name + ".evidence")


def _pack_evidence(target: Path, names: set[str]) -> None:
    """Whatever lay there before the database was copied, and after: every row of the copy finds its file."""
    if not names:
        return
    unfinished = target.with_name(target.name + ".part")
    with tarfile.open(unfinished, "w") as archive:
        for name in sorted(names):
            if files.place(name).is_file():
                archive.add(files.place(name), arcname=name)
    unfinished.replace(target)


def _evidence_in(source: Path) -> Iterator[bytes]:
    """What each file of a backup's evidence holds, one after the other; nothing where there is no such archive."""
    if not source.is_file():
        return
    try:
        with tarfile.open(source) as archive:
            for member in archive:
                content = archive.extractfile(member) if member.isfile() else None
                if content is not None:
                    yield content.read(4 * files.LARGEST)
    except (tarfile.TarError, OSError) as broken:
        sentence = _("Tệp minh chứng %(file)s của bản sao lưu không đọc được; dữ liệu cũ vẫn nguyên.", file=source)
        raise RuleBroken(sentence) from broken


def _unpack_evidence(source: Path) -> None:
    """Put evidence back under the digest of what each file holds; what else the archive says is not believed."""
    files.clear()
    for content in _evidence_in(source):
        files.put(content)


def restore(source: Path, *, replace: bool) -> None:
    """Put a backup in the place of what is there, which must be nothing unless ``replace`` says so."""
    if not source.is_file():
        raise RuleBroken(_("Không có tệp %(file)s.", file=source))
    if has_content() and not replace:
        raise RuleBroken(_("Cơ sở dữ liệu đang có dữ liệu. Nếu thật sự muốn thay, xin thêm --replace."))
    _require_backup(source)
    beside = evidence_beside(source)
    for _content in _evidence_in(beside):
        pass  # read to its end before anything is replaced
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
    _unpack_evidence(beside)
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
    """Write a backup over the database in one transaction: whoever has it open goes on, with what is restored."""
    try:
        with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as reader:
            sound = [row[0] for row in reader.execute("PRAGMA integrity_check(1)")] == ["ok"]
            tables = {row[0] for row in reader.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if not sound or not {"alembic_version", "users", "chains"} <= tables:
                raise sqlite3.DatabaseError("integrity_check")
            with closing(sqlite3.connect(target, timeout=30)) as writer:
                reader.backup(writer)
    except sqlite3.Error as broken:
        raise RuleBroken(_("Tệp %(file)s hỏng hoặc không đọc được; dữ liệu cũ vẫn nguyên.", file=source)) from broken


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
    files.clear()
    anchors.remove()
