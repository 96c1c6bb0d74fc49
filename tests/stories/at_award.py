"""What people do between a nomination and a signature, as verbs. Each waits for what its deed shows."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.stories.at_work import Officer

Fields = Mapping[str, str]


class AwardOfficer(Officer):
    """Somebody who has a part in the awards, before a window of their own."""

    def takes_up(self, work: str) -> None:
        """What waits under “Hôm nay”: the row with these words."""
        row = self.page.locator("main .row-link").filter(has_text=work).first
        if urlsplit(self.page.url).path != "/" or not row.count():
            self.opens("/")
        row.click()

    def is_free(self) -> None:
        """Nothing waits under “Hôm nay”."""
        self.opens("/")
        self.sees("chưa có việc nào chờ")

    def fills(self, fields: Fields) -> None:
        """A value for every field by its name (an option by its label, a box by “có”)."""
        for name, value in fields.items():
            if value == "có":
                self._field(name).check()
            else:
                self.answers(name, value)

    # --- programmes -----------------------------------------------------------------------------------

    def sets_up(self, fields: Fields, members: Sequence[str]) -> None:
        """A programme with its rubric, money and committee, opened for nominations."""
        self.opens("/hoc-bong")
        self.follows("Lập chương trình")
        self.fills(fields)
        for seat, name in enumerate(members):
            if not self._field(f"members-{seat}-user").count():
                self.presses("Thêm ủy viên")
            self.answers(f"members-{seat}-user", name)
        self.presses("Lập bản nháp")
        self.sees("Bản nháp: chi hội và trường chưa thấy chương trình này.")
        self.presses("Mở nhận đề nghị")
        self.is_told("Đã mở.")

    def hands_to_committee(self, programme: str, files: int) -> None:
        """After the deadline everything that is checked goes to the committee."""
        self.takes_up(f"Đưa ra hội đồng: {programme}")
        self.page.locator("summary").filter(has_text="Chuyển sang xét").click()
        self.presses("Đưa ra hội đồng")
        self.is_told(f"Đã đưa {files} hồ sơ ra hội đồng.")

    # --- nominations ----------------------------------------------------------------------------------

    def makes_card(self, name: str, fields: Fields) -> None:
        """A card for a child whom the chapter nominates for the first time, with the family's consent."""
        self.opens("/nguoi-nhan")
        self.follows("Lập hồ sơ")
        self.fills({"full_name": name, **fields})
        self.presses("Lập hồ sơ")
        self.is_told("Đã lập hồ sơ.")
        self.follows("Ghi sự đồng ý")
        self.fills(
            {
                "for_process": "có",
                "for_committee": "có",
                "given_by": f"{fields['guardians-0-full_name']} ({fields['guardians-0-relation']})",
                "child_agreed": "có",
            }
        )
        self.presses("Ghi sự đồng ý")
        self.is_told("Đã ghi sự đồng ý.")

    def nominates(self, name: str, reason: str, code: str, *, paper: bytes | None = None) -> None:
        """Choose a child of the chapter, say why, bring the paper; it is kept as a draft."""
        self.page.locator("main .row-link").filter(has_text=name).click()
        self.answers("reason", reason)
        if paper is not None:
            self.brings(paper)
        self.presses("Lưu hồ sơ")
        self.is_told(f"Đã lưu hồ sơ {code}.")

    def brings(self, paper: bytes) -> None:
        """A photograph of the paper that is asked for first."""
        photograph: Any = {"name": "so-ho-ngheo.jpg", "mimeType": "image/jpeg", "buffer": paper}
        self.page.locator("main input[type=file]").first.set_input_files(photograph)

    def confirms_list(self, programme: str, files: int) -> None:
        """The head of the unit looks the list over and sends it."""
        self.takes_up(f"chưa gửi: {programme}")
        self.presses("Xác nhận và gửi danh sách")
        self.is_told(f"Đã xác nhận và gửi {files} hồ sơ.")

    def opens_file(self, code: str) -> None:
        """One nomination, from the list of its programme."""
        row = self.page.locator("main tbody tr").filter(has_text=code)
        row.get_by_role("link").first.click()
        self.sees(f"Hồ sơ {code}")

    def returns(self, code: str, to_mend: str) -> None:
        """Back to the unit with what to mend."""
        self.opens_file(code)
        self.page.locator("summary").filter(has_text="Trả lại để bổ sung").click()
        self.answers("to_mend", to_mend)
        self.presses("Trả lại để bổ sung")
        self.is_told(f"Đã trả hồ sơ {code} để bổ sung.")

    def checks(self, programme: str, files: int, note: str) -> None:
        """The ward bears out everything that waits for its check."""
        self.takes_up(f"chờ thẩm tra: {programme}")
        boxes = self.page.locator("main input[name=chon]")
        expect(boxes).to_have_count(files)
        for box in boxes.all():
            box.check()
        self.answers("note", note)
        self.presses("Thẩm tra xong các hồ sơ đã chọn")
        self.is_told(f"Đã thẩm tra xong {files} hồ sơ.")

    # --- committee ------------------------------------------------------------------------------------

    def teaches(self, school: str, name: str) -> None:
        """Name the class taught, so that nobody has to mark a pupil of their own."""
        self.opens("/hoc-bong/cham-diem")
        self.follows("Quan hệ của tôi")
        self.fills({"school": school, "class_name": name})
        self.presses("Thêm lớp")
        self.is_told("Tìm thấy 1 hồ sơ có quan hệ.")

    def marks(self, code: str, need: str, study: str) -> None:
        """The marks for the file that lies open; the next one follows by itself."""
        self.sees(f"Hồ sơ {code}")
        for criterion, mark in (("1", need), ("2", study)):
            marks = self.page.locator(f"main fieldset[id$='mark-{criterion}'] label")
            marks.filter(has_text=re.compile(rf"^{mark}$")).click()
        self.presses("Ghi điểm")
        self.is_told(f"Đã ghi điểm hồ sơ {code}.")

    def keeps_out(self, code: str, why: str) -> None:
        """Declare what binds one to the file that lies open."""
        self.sees(f"Hồ sơ {code}")
        self.page.locator("summary").filter(has_text="tôi xin không chấm").click()
        self.page.locator("main textarea[name=reason]").fill(why)
        self.presses("^Xin không chấm")
        self.is_told("không chấm và không biểu quyết hồ sơ này")

    def calls_meeting(self, programme: str, place: str) -> None:
        """The committee is called together for today."""
        self.takes_up(f"Lập cuộc họp: {programme}")
        self.answers("place", place)
        self.presses("Lập cuộc họp")
        self.is_told("Đã lập cuộc họp.")

    def begins(self, absent: Mapping[str, str], present: str) -> None:
        """Write down who is there and why somebody is not."""
        for name, why in absent.items():
            member = self.page.locator("main li").filter(has_text=name)
            member.get_by_role("checkbox").uncheck()
            member.locator("summary").click()
            member.locator("input[type=text]").fill(why)
        self.answers("started_at", "17:30")
        self.presses("Bắt đầu họp")
        self.is_told("Cuộc họp bắt đầu.")
        self.sees(present)

    def tries(self, fields: Fields, shows: str) -> None:
        """What if: other numbers, nothing stored."""
        self.page.wait_for_load_state()
        for name, value in fields.items():
            self.page.locator("main form[method=get]").get_by_label(name).fill(value)
        if not self.script:
            self.presses("Thử xem")
        expect(self.page.locator("#xep-hang")).to_contain_text("Đang thử, chưa ghi")
        expect(self.page.locator("#xep-hang")).to_contain_text(shows)

    def prefers(self, name: str, other: str, why: str) -> None:
        """Of equals this one first, ``other`` (code and name) after."""
        self.page.locator("#xep-hang").get_by_role("link").filter(has_text=name).first.click()
        self.page.locator("main select[name=before]").select_option(label=other)
        self.page.locator("main textarea[name=reason]").fill(why)
        self.presses("Xếp hồ sơ này trước")
        self.is_told("Đã ghi thứ tự giữa hai hồ sơ bằng điểm.")

    def votes(self, programme: str, choice: str, note: str = "") -> None:
        """On the whole list, from the own telephone."""
        self.takes_up(f"Biểu quyết: {programme}")
        self.page.locator("main label").filter(has_text=re.compile(f"^{choice}$")).first.click()
        if note:
            self.answers("note", note)
        self.presses("Bỏ phiếu")
        self.is_told("Đã ghi phiếu.")

    def ends(self, programme: str, summary: str) -> bytes:
        """The meeting is over; its minutes are printed to be signed."""
        self.takes_up(f"Kết thúc cuộc họp: {programme}")
        self.fills({"ended_at": "18:45", "summary": summary})
        self.presses("Kết thúc họp")
        self.is_told("Cuộc họp kết thúc.")
        return self.prints("In biên bản để ký")

    # --- decisions ------------------------------------------------------------------------------------

    def drafts_decision(self, programme: str, sum: str) -> None:
        """Everything that the committee recommended, and put before whoever signs."""
        self.takes_up(programme)
        self.sees(sum)
        self.presses("Lưu dự thảo")
        self.is_told("Đã lập dự thảo.")
        self.presses("Trình ký")
        self.sees("Việc này đang chờ")

    def signs(self, title: str) -> None:
        """What waits in the inbox, after a look at what is promised."""
        self.takes_up("Việc chờ duyệt")
        self.sees(title)
        self.page.locator("button[name=decision][value=approve]").first.click()
        self.is_told("Đã duyệt, việc đã được thực hiện.")

    def publishes(self, number: str) -> None:
        """Print the decision, hang the list out by application code."""
        self.takes_up(number)
        self.prints("In bản chính")
        self.presses("^Công bố")
        self.is_told("Đã công bố.")
        self.prints("In thông báo")

    def hears_complaint(self, code: str, who: str, grounds: str) -> None:
        """Somebody objects to one award; it is written down."""
        self.page.get_by_role("link", name=f"Ghi ý kiến {code}").click()
        self.fills({"who": who, "grounds": grounds})
        self.presses("Ghi nhận ý kiến")
        self.is_told("Chỉ hồ sơ này chờ trả lời.")

    def answers_complaint(self, verdict: str, words: str) -> None:
        """With a reason, once."""
        self.takes_up("Ý kiến chờ trả lời")
        self.page.locator("main label").filter(has_text=verdict).click()
        self.answers("words", words)
        self.presses("Trả lời ý kiến")
        self.is_told("Đã trả lời ý kiến.")

    # --- paying ---------------------------------------------------------------------------------------

    def sees_it_wait(self, decision: str, name: str, others: int) -> None:
        """A complaint holds its own award back, and no other."""
        self.takes_up(decision)
        self.sees("Có ý kiến về hồ sơ này chưa được trả lời.")
        expect(self.page.locator("main input[name=awards]")).to_have_count(others)
        expect(self.page.locator("main .form-check").filter(has_text=name)).to_have_count(0)

    def prepares_list(self, decision: str, awards: int) -> None:
        """A list of everything that is ready, to whoever approves it."""
        self.takes_up(decision)
        expect(self.page.locator("main input[name=awards]")).to_have_count(awards)
        self.answers("place", "Hội trường phường")
        self.presses("Lập và trình duyệt")
        self.is_told("Đã lập danh sách và trình duyệt.")

    def pays(self, programme: str, sum: str) -> None:
        """Print the list to be signed, then pay the whole of it at once, in one document."""
        self.takes_up("Danh sách chờ chi")
        self.sees(programme)
        self.prints("In để ký")
        self.presses(f"^Chi {sum}")
        self.is_told("Đã chi theo danh sách, chứng từ PC-2026-")

    def writes_down(self, deed: str, people: Sequence[str], fields: Fields, button: str, told: str) -> None:
        """On the list that lies open: who received, who was absent, who came later."""
        self.follows(deed)
        for name in people:
            self.page.locator("main .form-check").filter(has_text=name).get_by_role("checkbox").check()
        if any(name.startswith("lines-") for name in fields):
            self.page.locator("summary").filter(has_text="Người khác nhận thay").first.click()
        self.fills(fields)
        self.presses(f"^{button}")
        self.is_told(told)

    def settles(self, times: int) -> None:
        """Close every list on which everybody has received."""
        for _ in range(times):
            self.takes_up("Danh sách chờ quyết toán")
            self.presses("Quyết toán danh sách")
            self.is_told("Đã quyết toán danh sách.")
