"""``khuyenhoc report annual``: JSON by the contract, a workbook, a paper; clear words and exit codes."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
import time_machine
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from khuyenhoc.core.database import db, is_sqlite
from khuyenhoc.ledger.document_tables import DocumentLine
from khuyenhoc.reports.cli import report_command
from tests.awards.award_world import AwardWorld
from tests.conftest import EVENING
from tests.papers.reading import read, text_of
from tests.reports.year_world import THIS_YEAR, YEAR, make_year
from tests.support import engines, site


@pytest.fixture(scope="module")
def lived(the_site: Flask, databases: engines.Databases) -> Iterator[AwardWorld]:
    """The year, made once."""
    with time_machine.travel(EVENING, tick=False), site.fresh_database(the_site, databases):
        yield make_year()


@pytest.fixture
def run(lived: AwardWorld, the_site: Flask) -> Callable[..., Result]:
    """``run("2025", "--json")``."""
    db.session.rollback()
    return lambda *words: the_site.test_cli_runner().invoke(report_command, ["annual", *words])


Run = Callable[..., Result]


def test_json_is_the_contract_of_the_design(run: Run) -> None:
    done = run(str(YEAR), "--json", "--unit", "u01")

    found = json.loads(done.stdout)
    assert done.exit_code == 0
    assert found.keys() == {"year", "figures"}
    assert found["year"] == YEAR
    assert found["figures"]["scholarship_amount"].keys() == {"value", "printed", "qualifier", "source"}
    assert found["figures"]["bicycle_count"]["value"] == 2
    assert "hardship_unit_amount" not in found["figures"]  # nothing was given, so that there is no “each”


def test_without_a_unit_it_is_everything_that_the_installation_keeps(run: Run) -> None:
    assert json.loads(run(str(YEAR), "--json").stdout)["figures"]["scholarship_count"]["value"] == 3


def test_a_year_with_nothing_is_a_report_too(run: Run) -> None:
    done = run("1987", "--json")

    assert done.exit_code == 0
    assert {one["value"] for one in json.loads(done.stdout)["figures"].values()} == {0}


def test_in_words_for_whoever_reads_the_terminal(run: Run) -> None:
    done = run(str(YEAR), "--unit", "U01")

    assert done.exit_code == 0
    assert "3.000.000\u00a0₫" in done.stdout
    assert "Cuối năm" in done.stdout


def test_a_workbook_and_a_paper_are_written(run: Run, tmp_path: Path) -> None:
    sheet, paper = tmp_path / "nam.xlsx", tmp_path / "nam.pdf"

    assert run(str(YEAR), "--xlsx", str(sheet)).exit_code == 0
    assert run(str(YEAR), "--unit", "U01", "--pdf", str(paper)).exit_code == 0

    assert openpyxl.load_workbook(io.BytesIO(sheet.read_bytes())).sheetnames[0] == "Số liệu"
    assert "CHƯA KHÓA SỔ" in text_of(read(paper.read_bytes()))


def test_where_units_stand_side_by_side_the_paper_names_no_one_of_them(run: Run, tmp_path: Path) -> None:
    paper = tmp_path / "nam.pdf"

    assert run(str(YEAR), "--pdf", str(paper)).exit_code == 0

    said = text_of(read(paper.read_bytes()))
    assert "HỘI KHUYẾN HỌC" in said
    assert "HỘI KHUYẾN HỌC U01" not in said


@pytest.mark.parametrize("typed", ["abc", "20x2", "1899", str(THIS_YEAR + 1), "２０２５", ""])
def test_a_bad_year_is_exit_code_2(run: Run, typed: str) -> None:
    done = run(typed, "--json")

    assert (done.exit_code, done.stdout) == (2, "")
    assert "bốn chữ số" in done.stderr


def test_an_unknown_unit_and_two_ways_at_once_are_exit_code_2(run: Run, tmp_path: Path) -> None:
    assert (run(str(YEAR), "--unit", "U99").exit_code, run().exit_code) == (2, 2)
    both = run(str(YEAR), "--json", "--pdf", str(tmp_path / "x.pdf"))
    assert both.exit_code == 2
    assert not (tmp_path / "x.pdf").exists()


def test_a_folder_that_is_not_there_is_no_traceback(run: Run, tmp_path: Path) -> None:
    done = run(str(YEAR), "--xlsx", str(tmp_path / "khong-co" / "nam.xlsx"))

    assert isinstance(done.exception, OSError)  # the command ``khuyenhoc`` says it in words, exit code 2


def test_where_documents_and_ledger_differ_it_is_said_and_exit_code_1(run: Run) -> None:
    line = db.session.query(DocumentLine).filter_by(heading="scholarship").first()
    assert line is not None
    key = {"d": line.document_id, "p": line.position}
    db.session.rollback()
    change = "UPDATE document_lines SET amount = amount - 9 WHERE document_id = :d AND position = :p"
    with db.engine.begin() as connection:
        for statement in _without_guards():
            connection.execute(text(statement))
        connection.execute(text(change), key)

    done = run(str(YEAR), "--json")

    assert done.exit_code == 1
    assert "scholarship: 3.000.000 ≠ 3.000.009" in done.stderr


def _without_guards() -> list[str]:
    """What somebody with the database's password would do first."""
    if not is_sqlite():
        return ["ALTER TABLE document_lines DISABLE TRIGGER ALL"]
    names = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'document_lines'"
    found = [f"DROP TRIGGER {name}" for name in db.session.scalars(text(names))]
    db.session.rollback()
    return found
