"""The browser, the checker and the ruler do see what they are there to see."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

from tests.support import checker
from tests.support.chromium import Windows, hangs_over

BAD = (
    '<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Trang</title></head><body><main><h1>Trang</h1>'
    '<ul><p>không</p></ul><div><img src="/a.png"></div><pre>%s</pre></main></body></html>' % ("rộng" * 400)
)


def test_the_checker_names_what_is_not_valid(tmp_path: Path) -> None:
    (fault, *more) = checker.faults({"trang": BAD}, tmp_path)

    assert fault.startswith("trang: ")
    assert any("img" in message for message in [fault, *more])


def test_the_browser_sees_what_cannot_be_used(windows: Windows) -> None:
    page = windows.open(size="phone")
    page.set_content(BAD)

    assert hangs_over(page) > 1_000
    assert "image-alt" in {found["id"] for found in Axe().run(page).response["violations"]}


def test_a_window_without_script_runs_none(windows: Windows) -> None:
    page = windows.open(script=False)
    page.set_content("<p id=a>một</p><script>document.getElementById('a').textContent = 'hai'</script>")

    assert page.inner_text("#a") == "một"
