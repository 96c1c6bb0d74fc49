"""The command as whoever keeps the server types it: sentences and exit codes, in an installation of its own."""

import json
import shlex
import shutil
import socket
from pathlib import Path

import pytest

from config import SettingMissing
from khuyenhoc.application import create_site
from tests.support.site import settings
from tests.support.terminal import Terminal

SECRET = "a secret that only this test knows, long enough"
WARD = shlex.split(
    "--unit-code BN --unit-name Hội --address x --username quantri --full-name Mai --honorific Anh"
    " --password mot-cau-de-nho-2026 --fund-code QKH --fund-name Quỹ --opening-cash 35tr --opening-bank 0"
)
BANK = shlex.split("--bank-name MB --bank-bin 970422 --bank-number 99900077788899 --bank-holder HOI-KHUYEN-HOC")

pytestmark = pytest.mark.sqlite


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """In an installation where nothing is yet."""
    return Terminal(tmp_path, SECRET)


@pytest.fixture(scope="module")
def founded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a ward that was founded."""
    folder = tmp_path_factory.mktemp("founded")
    code, _said, error = Terminal(folder, SECRET).run("init", *WARD, "--bank-name", "")
    assert code == 0, error
    return folder


@pytest.fixture
def founded(founded_once: Path, tmp_path: Path) -> Terminal:
    """In an installation of a ward, as it was founded."""
    return Terminal(shutil.copytree(founded_once, tmp_path / "ward"), SECRET)


def test_a_site_is_founded_proven_copied_and_put_back(terminal: Terminal) -> None:
    assert terminal.run_installed("init", *WARD, *BANK)[0] == 0

    code, said, _error = terminal.run_installed("verify", "--json")
    report = json.loads(said)
    assert (code, report["ok"], report["entries"], list(report["heads"])) == (0, True, 1, ["BN"])
    general = json.loads(terminal.run_installed("reconcile", "--campaign", "gen", "--json")[1])["campaigns"][0]
    assert (general["code"], general["cash"], general["reconciled"]) == ("GEN", 35_000_000, True)
    copy = str(terminal.folder / "dem.backup")
    assert terminal.run_installed("backup", copy)[0] == 0
    code, said, error = terminal.run_installed("restore", copy)
    assert (code, "--replace" in error) == (1, True)
    assert terminal.run_installed("restore", copy, "--replace")[0] == 0


def test_a_second_founding_is_refused_before_the_first_question(founded: Terminal) -> None:
    code, said, error = founded.run("init")

    assert (code, said) == (1, "")
    assert "đã có người dùng" in error


def test_without_a_secret_nothing_is_asked_either(terminal: Terminal) -> None:
    del terminal.env["KHUYENHOC_SECRET_KEY"]

    code, said, error = terminal.run("init")

    assert (code, said) == (2, "")
    assert "KHUYENHOC_SECRET_KEY" in error
    assert terminal.run("init", "--help")[0] == 0


def test_a_bank_account_is_asked_for_whole_and_checked(terminal: Terminal) -> None:
    code, _said, error = terminal.run("init", *WARD, *BANK[:2], "--bank-bin", "abc", *BANK[4:])
    assert (code, "BIN" in error) == (1, True)

    code, said, error = terminal.run("init", *WARD, "--bank-name", "MB", typed="99900077788899\nHOI KHUYEN HOC\n\n")
    assert code == 0, error
    assert "Số tài khoản" in said


def test_a_database_without_tables_is_a_sentence_not_a_heap_of_sql(terminal: Terminal) -> None:
    for words in (["verify", "--json"], ["reconcile"], ["user", "unlock", "ai"]):
        code, said, error = terminal.run(*words)

        assert (code, said) == (2, ""), words
        assert "khuyenhoc init" in error
        assert "SELECT" not in error


def test_of_a_database_without_tables_there_is_no_backup(terminal: Terminal) -> None:
    copy = terminal.folder / "dem.backup"

    code, said, error = terminal.run("backup", str(copy))

    assert (code, said, copy.exists()) == (2, "", False)
    assert "chưa có bảng nào" in error


def test_a_founding_refuses_each_answer_before_the_next_question(terminal: Terminal) -> None:
    """Whatever is wrong is said while nothing else was asked, and no password was typed in vain."""
    for option, wrong, says in (
        ("--username", "Mai Lan", "Tên đăng nhập"),
        ("--unit-kind", "phường", "ward_association"),
        ("--unit-code", "B", "Mã đơn vị"),
        ("--honorific", "Ngài", "Thầy"),
        ("--fund-code", "quỹ", "Mã gồm"),
        ("--day", "１/１/２０２７", "15/8/2026"),
        ("--day", "31/2/2026", "trong lịch"),
        ("--password", "ngắn", "ít nhất"),
        ("--opening-cash", "500", "500\u00a0₫, 500.000\u00a0₫"),
        ("--opening-bank", "1.5", "1.500\u00a0₫, 1.500.000\u00a0₫, 1.500.000.000\u00a0₫"),
        ("--opening-bank", "-1", "Chưa hiểu"),
    ):
        code, said, error = terminal.run("init", option, wrong)

        assert (code, said) == (2, ""), option
        assert says in error, option


def test_a_short_password_is_found_at_its_own_question(terminal: Terminal) -> None:
    other = [word for word in WARD if word not in ("--password", "mot-cau-de-nho-2026")]
    good = "mot-cau-de-nho-2026"

    code, said, error = terminal.run("init", *other, "--bank-name", "", typed=f"ngắn\n{good}\n{good}\n")

    assert code == 0, error
    assert "ít nhất" in said + error


def test_a_password_like_the_user_name_is_refused_whichever_was_given_first(terminal: Terminal) -> None:
    for words in (
        ("--username", "maithithuy", "--password", "maithithuy1"),
        ("--password", "maithithuy1", "--username", "maithithuy"),
    ):
        code, said, error = terminal.run("init", *words)

        assert (code, said) == (2, ""), words
        assert "giống tên đăng nhập" in error, words


def test_an_opening_balance_that_can_be_read_two_ways_is_asked_again(terminal: Terminal) -> None:
    other = [*WARD[: WARD.index("--opening-cash")], "--bank-name", ""]

    code, said, error = terminal.run("init", *other, typed="1 củ\n500\n2\n0\n")

    assert code == 0, error
    assert "1. 500\u00a0₫" in said
    assert "2. 500.000\u00a0₫" in said
    general = json.loads(terminal.run("reconcile", "--campaign", "GEN", "--json")[1])["campaigns"][0]
    assert (general["cash"], general["bank"]) == (500_000, 0)


def test_sqlite_is_served_by_one_process(founded: Terminal) -> None:
    code, said, error = founded.run("serve", "--workers", "2", "--port", "1")

    assert (code, said) == (2, "")
    assert "PostgreSQL" in error


def test_a_site_that_is_not_set_up_is_not_opened(terminal: Terminal) -> None:
    code, said, error = terminal.run("serve", "--port", "1")

    assert (code, said) == (2, "")
    assert "khuyenhoc init" in error


def test_a_page_of_a_site_that_is_not_set_up_says_so(tmp_path: Path) -> None:
    visitor = create_site(settings(tmp_path, f"sqlite:///{tmp_path}/khuyenhoc.sqlite3")).test_client()

    answers = [visitor.get(path) for path in ("/dang-nhap", "/minh-bach", "/healthz")]

    assert [answer.status_code for answer in answers] == [503, 503, 503]
    assert "khuyenhoc init" in answers[0].text


def test_where_something_else_listens_nothing_is_opened(founded: Terminal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        code, said, error = founded.run("serve", "--port", port)

    assert (code, said) == (2, "")
    assert f"127.0.0.1:{port}" in error
    assert "--port" in error


def test_no_step_back_over_data_without_a_plain_yes(founded: Terminal) -> None:
    code, said, error = founded.run("db", "downgrade", "base")
    assert (code, said) == (2, "")
    assert "khuyenhoc backup" in error
    assert "--yes" in error
    code, _said, error = founded.at_the_keyboard("db", "downgrade", typed="ừ")
    assert (code, "chưa làm gì" in error) == (2, True)
    assert founded.run("verify")[0] == 0

    code, _said, error = founded.at_the_keyboard("db", "downgrade", typed="khuyenhoc.sqlite3")
    assert (code, "mất hẳn dữ liệu" in error) == (0, True)
    assert founded.run("db", "downgrade", "base", "--yes")[0] == 0
    assert founded.run("backup", str(founded.folder / "dem.backup"))[0] == 2


def test_where_nobody_works_yet_a_step_back_asks_nothing(terminal: Terminal) -> None:
    terminal.run("upgrade")

    assert terminal.run("db", "downgrade", "base")[0] == 0


def test_a_place_that_cannot_be_written_is_a_sentence(founded: Terminal) -> None:
    (founded.folder / "taken.part").mkdir()

    code, _said, error = founded.run("backup", str(founded.folder / "taken"))

    assert code == 1
    assert error.startswith("Error: ")


def test_a_proof_that_cannot_read_is_no_verdict(founded: Terminal) -> None:
    (founded.folder / "anchors.jsonl").unlink()
    (founded.folder / "anchors.jsonl").mkdir()

    code, said, error = founded.run("verify", "--json")

    assert (code, said) == (2, "")
    assert error.startswith("Error: ")


def test_a_torn_backup_leaves_the_books_that_are_there(terminal: Terminal) -> None:
    terminal.run("init", *WARD, *BANK)
    copy = terminal.folder / "dem.backup"
    terminal.run("backup", str(copy))
    whole = copy.read_bytes()
    for torn in (whole[: len(whole) // 2], whole[:20000] + b"\xff" * 60000 + whole[80000:]):
        copy.write_bytes(torn)

        code, _said, error = terminal.run("restore", str(copy), "--replace")

        assert (code, "nguyên" in error) == (1, True), error
    assert terminal.run("verify")[0] == 0


def test_a_real_site_never_runs_on_the_demonstrations_secret(terminal: Terminal, tmp_path: Path) -> None:
    (terminal.folder / "demo_secret").write_text("x" * 64, encoding="ascii")
    terminal.run("init", *WARD, "--bank-name", "")
    del terminal.env["KHUYENHOC_SECRET_KEY"]

    for words in (["serve"], ["init"]):
        code, _said, error = terminal.run(*words)
        assert (code, "KHUYENHOC_SECRET_KEY" in error) == (2, True), words
    with pytest.raises(SettingMissing, match="KHUYENHOC_SECRET_KEY"):
        create_site(settings(tmp_path, f"sqlite:///{tmp_path}/khuyenhoc.sqlite3", secret_of_demonstration=True))


def test_the_demonstration_does_not_move_into_a_real_site(founded: Terminal) -> None:
    assert founded.run("demo", "--reset", "--load-only")[0] == 1
    assert "thuquy" not in founded.run("user", "list")[1]
