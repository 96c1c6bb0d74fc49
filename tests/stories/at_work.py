"""What people do before the screen, as verbs. Each waits for what its deed shows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.support import people


@dataclass
class Officer:
    """Somebody before a browser window, with its script or without."""

    page: Page
    script: bool

    def opens(self, path: str) -> None:
        """Go to a page; it must be there."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"

    def signs_in(self, username: str) -> None:
        """By name and password."""
        self.opens("/dang-nhap")
        self.page.get_by_label("Tên đăng nhập").fill(username)
        self.page.get_by_label("Mật khẩu").fill(people.PASSWORD)
        self.page.locator("main").get_by_role("button", name="Đăng nhập").click()
        expect(self.page.locator("h1")).to_contain_text("Chào")

    def sees(self, text: str) -> None:
        """It stands in the main part of the page."""
        expect(self.page.locator("main")).to_contain_text(text)

    def is_told(self, text: str) -> None:
        """It is said, in the page or in a toast."""
        expect(self.page.locator("body")).to_contain_text(text)

    def presses(self, button: str, times: int = 1) -> None:
        """The first button that people can see with these words."""
        seen = self.page.locator("button:visible:not(.visually-hidden)").filter(has_text=re.compile(button)).first
        seen.click(click_count=times)

    def follows(self, link: str) -> None:
        """The link with these words."""
        self.page.locator("main").get_by_role("link", name=link).first.click()

    def drafts_campaign(self, code: str, name: str, goal: str) -> None:
        """A campaign that nobody has approved yet."""
        self.opens("/chien-dich/moi")
        self.page.get_by_label("Tên chiến dịch").fill(name)
        self.page.get_by_label("Mã chiến dịch").fill(code)
        self.page.get_by_label("Thuộc quỹ").select_option(index=1)
        self.page.get_by_label("Bắt đầu").fill("1/8/2026")
        self.page.get_by_label("Mục tiêu, tính cả hiện vật").fill(goal)
        self.presses("Lập bản nháp")
        self.sees("Bản nháp, chưa nhận ủng hộ")

    def approves(self, title: str) -> None:
        """What waits first in the inbox."""
        self.opens("/phe-duyet")
        self.sees(title)
        self.page.locator("button[name=decision][value=approve]").first.click()
        self.is_told("Đã duyệt, việc đã được thực hiện.")

    def opens_desk(self, campaign: str, name: str) -> None:
        """Set campaign, date and method for the evening."""
        self.opens("/ban-tiep-nhan")
        self.page.get_by_label("Tiếp nhận cho chiến dịch").select_option(label=campaign)
        self.page.get_by_label("Tên buổi").fill(name)
        self.presses("Mở bàn tiếp nhận")
        self.sees("Chưa ghi khoản nào")

    def receives(
        self,
        number: str,
        donor: str,
        amount: str = "",
        *,
        who: str = "",
        method: str = "",
        goods: tuple[str, str] | None = None,
        meaning: str = "",
        presses: int = 1,
    ) -> None:
        """One line at the desk. ``who``: the words beside the radio to choose; empty: a new giver."""
        self.page.locator("input[name=amount]").first.fill(amount)
        if method:
            self._takes_as(method)
        self._says_who_gives(donor, who, "Ghi và ra phiếu")
        if goods:
            self._names_goods(*goods)
        if meaning:
            self._means(meaning)
        self.presses("Ghi và ra phiếu", presses)
        self.is_told(f"Đã ghi {number}.")
        expect(self.page.locator("#danh-sach")).to_contain_text(number)
        expect(self.page.locator("input[name=donor]")).to_be_focused()

    def _means(self, amount: str) -> None:
        """What can be read two ways is asked: at once, or without script when the form is sent."""
        if not self.script:
            self.presses("Ghi và ra phiếu")
        self.page.locator("#amount-doc label").filter(has_text=re.compile(f"^{re.escape(amount)}")).click()

    def _takes_as(self, method: str) -> None:
        self.page.locator("label.btn").filter(has_text=method).click()

    def _says_who_gives(self, donor: str, who: str, button: str) -> None:
        """Type; choose among what the page offers, which without script it does when the form is sent."""
        self.page.locator("input[name=donor]").fill(donor)
        choice = self.page.locator("#nguoi-tim label").filter(has_text=who or "Người mới").first
        if not self.script:
            self.presses(button)
        choice.click()

    def _names_goods(self, item: str, quantity: str) -> None:
        self.page.locator("select[name=item]").select_option(label=item)
        self.page.locator("input[name=quantity]").fill(quantity)

    def fills_in(
        self, donor: str, *, who: str = "", method: str, fields: Mapping[str, str], more_rows: int = 0
    ) -> None:
        """The full form of a gift: a value for every field by its name (an option by its label)."""
        self.opens("/khoan-ung-ho/moi")
        self._takes_as(method)
        expect(self._field("goods-0-item" if method == "Hiện vật" else "money-0-amount")).to_be_visible()
        for row in range(more_rows):
            self.presses("Thêm một dòng")
            expect(self._field(f"money-{row + 1}-amount")).to_be_visible()
        for name, value in fields.items():
            self.answers(name, value)
        self._says_who_gives(donor, who, "Ghi và ra phiếu")
        self.presses("Ghi và ra phiếu")

    def answers(self, name: str, value: str) -> None:
        """One field, by its name."""
        field = self._field(name)
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)

    def _field(self, name: str) -> Locator:
        return self.page.locator(f"main [name='{name}']").first

    def confirms(self, number: str) -> None:
        """Read the check page, then record."""
        self.sees("Kiểm tra lại trước khi ghi")
        self.presses("Đúng, ghi vào sổ")
        self.is_told(f"Đã ghi {number}.")

    def counts(self, sheets: Mapping[int, int], *, why: str = "") -> None:
        """The notes in the cash box, and why they are not what the books say."""
        for value, count in sheets.items():
            self._field(f"to_{value}").fill(str(count))
        if why:
            self._field("note").fill(why)
        self.presses("Ghi lần kiểm quỹ")
        self.sees("Kiểm quỹ ngày")

    def opens_givers_page(self, number: str) -> str:
        """The page of a gift's own giver; gives its address."""
        self.opens(f"/khoan-ung-ho?q={number}")
        self.follows(number)
        self.presses("Mở trang tri ân")
        link = self.page.get_by_label("Đường dẫn riêng, chỉ gửi nhà hảo tâm").input_value()
        return link[link.index("/tri-an/") :]

    def prints(self, button: str) -> bytes:
        """Press a button that answers with a paper; gives its bytes."""
        pressed = self.page.locator("button").filter(has_text=re.compile(button)).first
        form = self.page.locator("form").filter(has=pressed).last
        # Asked of the form in one breath: its fields one by one could be those of a page still arriving.
        sent = form.evaluate("form => ({to: form.getAttribute('action'), fields: [...new FormData(form)]})")
        return self._paper(lambda: self.page.request.post(sent["to"], form=dict(sent["fields"])))

    def takes_home(self, link: str) -> bytes:
        """Follow a link to a paper; gives its bytes."""
        address = self.page.locator("main").get_by_role("link", name=link).first.get_attribute("href")
        return self._paper(lambda: self.page.request.get(str(address)))

    def _paper(self, ask: object) -> bytes:
        answer = ask()  # type: ignore[operator]
        assert answer.status == 200, answer.text()
        paper: bytes = answer.body()
        assert paper.startswith(b"%PDF-")
        return paper
