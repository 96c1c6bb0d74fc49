"""Twelve envelopes at the desk without ever touching the mouse: a line each, Enter, the next."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.giving.gift_world import Ward
from tests.stories.at_work import Officer

KNOWN, ASKED = ("Space", "Enter"), ("ArrowDown", "Enter")
EVENING = [
    ("minh hoa 2tr", KNOWN, "2.000.000"),
    ("Bác Đỗ Văn Lúa Vàng 500k", (), "500.000"),
    ("Heo đất lớp 5A 1.234.000", (), "1.234.000"),
    ("Tập thể lớp 9B 850 nghìn", (), "850.000"),
    ("Gia đình cụ Trần Văn Ví 1tr5", (), "1.500.000"),
    ("may hong 10 triệu", KNOWN, "10.000.000"),
    ("Em Lê Thị Mẫu Giáo\t500", ASKED, "500.000"),
    ("Chùa Hoa Mẫu 3tr", (), "3.000.000"),
    ("Dòng họ Nguyễn Giả Thiết 5.000.000", (), "5.000.000"),
    ("Nhóm bạn Cà phê Sáng 2tr50", ASKED, "2.050.000"),
    ("Cô Võ Thị Phấn Trắng\t1tr", (), "1.000.000"),
    ("Thầy Bùi Bảng Đen 200.000đ", (), "200.000"),
]


def test_twelve_envelopes_by_keyboard_alone(ward: Ward, someone: Callable[..., Officer]) -> None:
    ha = someone("thuquy")
    ha.opens_desk("Xe đạp đến trường", "Đêm gây quỹ")

    for count, (line, answer, amount) in enumerate(EVENING, 1):
        _types(ha, line)
        _answers(ha, answer, count)
        expect(ha.page.locator("#danh-sach tbody tr").first).to_contain_text(f"PT-2026-{count:04d}")
        expect(ha.page.locator("#danh-sach tbody tr").first).to_contain_text(amount)

    ha.sees("Đã ghi 12 khoản")
    ha.sees("27.834.000")


def _types(ha: Officer, line: str) -> None:
    """The cursor waits in the first field; a tab leads from the name straight to the amount."""
    expect(ha.page.locator("input[name=donor]")).to_be_focused()
    for part in line.split("\t"):
        if part != line.split("\t")[0]:
            ha.page.keyboard.press("Tab")
            expect(ha.page.locator("input#amount")).to_be_focused()
        ha.page.keyboard.type(part)
    if ha.script:
        expect(ha.page.locator("#nguoi-tim input[name=donor_id]").first).to_be_attached()
    _sends(ha, "Enter")


def _answers(ha: Officer, keys: tuple[str, ...], count: int) -> None:
    """What is asked has the cursor already. Without script a new giver is asked too: Enter says yes."""
    done = ha.page.get_by_text(f"Đã ghi PT-2026-{count:04d}.")
    asked = ha.page.locator(".alert-danger:not([hidden])")
    for _turn in range(3):
        expect(done.or_(asked).first).to_be_attached()
        if done.count():
            return
        on_giver = _cursor(ha.page) == "donor_id"
        chosen = ha.page.locator("input[name=donor_id]:checked").count()
        _sends(ha, *(("Enter",) if on_giver and chosen else keys))


def _sends(ha: Officer, *keys: str) -> None:
    """Press keys of which the last one sends, and look up when the answer is all there."""
    answer = ha.page.expect_response(lambda one: one.request.method == "POST")
    with answer if ha.script else ha.page.expect_navigation():
        for key in keys:
            ha.page.keyboard.press(key)
    expect(ha.page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)


def _cursor(page: Page) -> str:
    name: str = page.evaluate("document.activeElement.name || ''")
    return name
