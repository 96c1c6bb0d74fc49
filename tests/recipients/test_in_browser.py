"""The recipients' pages in a real browser: valid, usable by everyone, on desk and phone; a file sent for real."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from khuyenhoc.core import clock
from khuyenhoc.core.database import db, writing
from khuyenhoc.org.users import COMMAND_LINE
from khuyenhoc.recipients import evidence, recipients
from khuyenhoc.recipients.details import CircumstanceDetails, GuardianDetails
from khuyenhoc.recipients.recipient_tables import Evidence
from tests.recipients.recipient_world import MOTHER, agree, card, chapter, new_recipient, picture
from tests.support import checker, people, usable

pytestmark = pytest.mark.browser


@pytest.fixture
def child(app):
    """A file with something in every corner, and a likely twin."""
    people.person("chihoi", unit=chapter())
    people.person("kiemtra")
    child = new_recipient(identity="079313012345", address="12 đường Hoa Gạo, khu phố 2")
    new_recipient(chapter("C12"), full_name="Nguyễn Thị Thử Nghiệm", guardians=(MOTHER,))
    with writing():
        file = evidence.store(child, picture(), kind="poverty", by=COMMAND_LINE)
        proven = (CircumstanceDetails("poor", "Hộ nghèo số 12", None, clock.today(), file.id),)
        father = GuardianDetails("Nguyễn Văn Cha", "cha", "", "phụ hồ")
        recipients.change(child, card(identity=None, circumstances=proven, guardians=(MOTHER, father)), by=COMMAND_LINE)
    return agree(child, "process", "committee", given_on=clock.today())


def paths(child, file):
    """Reader → the pages to look at."""
    here = f"/nguoi-nhan/{child.id}"
    mine = ["/nguoi-nhan", "/nguoi-nhan/moi", here, f"{here}/sua", f"{here}/dong-y", f"{here}/rut-dong-y"]
    return {"chihoi": [*mine, f"/nguoi-nhan/minh-chung/{file.id}/bo"], "kiemtra": ["/nguoi-nhan?q=thu", here]}


def test_the_pages_can_be_used_by_everyone(child, windows, tmp_path: Path):
    file, faults, texts = db.session.query(Evidence).one(), [], {}
    for reader, addresses in paths(child, file).items():
        page = windows.open(reader)
        for path in addresses:
            faults += usable.faults_of(page, path)
            texts[f"{reader}: {path}"] = page.request.get(path).text()

    assert faults + checker.faults(texts, tmp_path) == []


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_a_teacher_opens_a_file_sends_a_picture_and_writes_down_the_consent(app, windows, tmp_path: Path, script: bool):
    people.person("chihoi", unit=chapter())
    (tmp_path / "so-ho-ngheo.png").write_bytes(picture())
    page = windows.open("chihoi", script=script)
    page.goto("/nguoi-nhan")
    page.get_by_role("link", name="Lập hồ sơ đầu tiên").click()
    page.get_by_label("Họ và tên").first.fill("Nguyễn Thị Thử Nghiệm")
    page.get_by_label("Ngày sinh").fill("20/5/2013")
    page.get_by_label("Trường").fill("Trường THCS Sao Khuê Mẫu")
    page.get_by_label("Lớp").fill("7A2")
    page.get_by_label("Cấp học").select_option("lower_secondary")
    page.get_by_role("button", name="Lập hồ sơ").click()
    page.get_by_text("Trẻ em cần có người giám hộ trên thẻ.").first.wait_for()
    page.locator("#guardians-0-full_name").fill("Phạm Thị Mẫu Đơn")
    page.locator("#guardians-0-relation").fill("mẹ")
    page.get_by_role("button", name="Thêm người giám hộ").click()
    page.locator("#guardians-1-full_name").wait_for()
    expect(page.locator("#guardians-0-full_name")).to_have_value("Phạm Thị Mẫu Đơn")
    page.get_by_role("button", name="Lập hồ sơ").click()
    page.get_by_label("Đây là").select_option("poverty")
    page.get_by_label("Tệp").set_input_files(tmp_path / "so-ho-ngheo.png")
    page.get_by_role("button", name="Thêm minh chứng").click()
    page.get_by_role("link", name="Giấy hộ nghèo, cận nghèo").first.wait_for()
    page.get_by_role("link", name="Ghi sự đồng ý").click()
    page.get_by_label("Lưu và xét hồ sơ").check()
    page.get_by_label("Ai đồng ý").select_option("Phạm Thị Mẫu Đơn")
    page.get_by_label("Chính em cũng đã được hỏi").check()
    page.get_by_label("Bằng cách nào").select_option("paper")
    page.get_by_role("button", name="Ghi sự đồng ý").click()

    page.get_by_text("em cũng đồng ý").wait_for()
