"""The pages of write-offs: asked for, mended, cancelled, found again, listed; and who sees them."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from flask import Flask

from khuyenhoc.approvals import requests
from khuyenhoc.core.database import db, writing
from khuyenhoc.goods.write_off_tables import WriteOff
from tests.awards.award_world import AwardWorld
from tests.goods.stocked import given
from tests.goods.written_off import decide, lose, request_of
from tests.papers.reading import read, text_of
from tests.payouts import paid
from tests.support import people
from tests.support.browser import Browser


def test_the_inbox_says_once_who_asks(browser: Browser, world: AwardWorld) -> None:
    given(world, 3)
    lose(world, 2)

    inbox = browser.sign_in(world.chair).get("approvals.index")

    assert [node.text for node in inbox.page.all("dt")].count("Người đề nghị") == 1


def test_a_write_off_is_mended_on_its_page(either_browser: Browser, world: AwardWorld) -> None:
    given(world, 3)
    write_off = lose(world, 2)
    with writing():
        requests.send_back(request_of(write_off), by=world.chair, reason="Ghi rõ mất ở đâu")
    to, secretary = {"write_off_id": write_off.id}, either_browser.sign_in(world.secretary)

    assert "Ghi rõ mất ở đâu" in secretary.get("write_offs.show", **to).text
    form = secretary.get("write_offs.edit", **to)
    assert ("Gãy khung khi chở" in form.text, "Ghi rõ mất ở đâu" in form.text) == (True, True)
    typed = {"quantity": "9", "cause": "lost", "reason": "Mất ở sân trường"}
    refused = secretary.post("write_offs.mend", typed, to=to, expect=422)
    assert "chỉ còn 3" in refused.error("quantity")
    assert ("Mất ở sân trường" in refused.text, "Ghi rõ mất ở đâu" in refused.text) == (True, True)
    shown = secretary.post("write_offs.mend", {**typed, "quantity": "1"}, to=to)
    assert "Chờ duyệt" in shown.text
    deeds = ("Đề nghị xóa sổ", "Trả lại để sửa", "Sửa đề nghị xóa sổ")
    assert [line.startswith(deed) for line, deed in zip(shown.log, deeds, strict=True)] == [True] * 3
    assert shown.log[1].endswith("Ghi rõ mất ở đâu")
    assert shown.signs == ["check-circle-fill", "arrow-return-left", "check-circle-fill"]
    db.session.expire_all()
    assert (write_off.quantity, request_of(write_off).reason) == (1, "Mất ở sân trường")


def test_a_write_off_by_its_pages(either_browser: Browser, world: AwardWorld) -> None:
    given(world, 3)
    place = {"code": world.world.bicycles.code, "item_code": "bicycle_24"}
    secretary = either_browser.sign_in(world.secretary)
    assert secretary.get("stock.item", code="bicycle_24").offers(f"/hien-vat/xoa-so/moi/{place['code']}/bicycle_24")
    secretary.get("write_offs.new", **place)
    typed = {"quantity": "5", "cause": "lost", "reason": "Kho bị mất trộm"}

    refused = secretary.post("write_offs.create", typed, to=place, expect=422)
    assert "chỉ còn 3" in refused.error("quantity")
    assert refused.field("reason") == "Kho bị mất trộm"
    refused = secretary.post("write_offs.create", {**typed, "cause": ""}, to=place, expect=422)
    assert refused.errors
    shown = secretary.post("write_offs.create", {**typed, "quantity": "1"}, to=place)
    assert "Chờ duyệt" in shown.text
    found = db.session.query(WriteOff).one()
    decide(world, found)

    to = {"write_off_id": found.id}
    assert "XK-2026-0001" in secretary.get("write_offs.show", **to).text
    assert "chưa ra" in secretary.get("write_offs.minutes", **to).text
    secretary.get("write_offs.show", **to)
    where = secretary.post("write_offs.print_minutes", to=to, expect=303).response.location
    text = text_of(read(secretary.get(where).response.data))
    assert [
        word for word in ("BIÊN BẢN XÓA SỔ", "Kho bị mất trộm", "2.375.000", "HV-2026-0001") if word not in text
    ] == []
    secretary.get("write_offs.show", **to)
    shown = secretary.post("write_offs.found_again", {"reason": "Công an tìm lại được"}, to=to)
    assert "đang chờ duyệt" in shown.text
    assert secretary.get("stock.movements", code="bicycle_24").offers(f"/hien-vat/xoa-so/{found.id}")
    assert paid.holds()


def test_a_write_off_is_cancelled_on_its_page(either_browser: Browser, world: AwardWorld) -> None:
    given(world, 3)
    found = lose(world)
    to = {"write_off_id": found.id}
    secretary = either_browser.sign_in(world.secretary)
    secretary.get("write_offs.show", **to)

    assert secretary.post("write_offs.cancel", {"reason": ""}, to=to, expect=422).error("reason")
    secretary.post("write_offs.found_again", {"reason": "Đã thấy"}, to=to, expect=422)
    assert "Sửa được rồi" in secretary.post("write_offs.cancel", {"reason": "Sửa được rồi"}, to=to).text


def test_the_list_of_write_offs_narrows_and_goes_to_excel(browser: Browser, world: AwardWorld) -> None:
    given(world, 5)
    decide(world, lose(world, 2))
    lose(world, 1, cause="lost")
    auditor = browser.sign_in(people.person("kiemtra"))

    def rows(**query: str) -> list[list[Any]]:
        sheet = openpyxl.load_workbook(BytesIO(auditor.get("write_offs.as_excel", query=query).response.data)).active
        assert sheet is not None
        return [[cell.value for cell in row] for row in list(sheet.iter_rows())[3:]]

    assert [row[2] for row in rows()] == [1, 2]
    assert [row[2] for row in rows(xep="-so-luong")] == [2, 1]
    assert [row[9] for row in rows(trang_thai="done")] == ["XK-2026-0001"]
    assert [row[4] for row in rows(vi_sao="lost")] == ["Mất"]
    assert "Không có lần xóa sổ nào" in auditor.get("write_offs.index", query={"vi_sao": "other"}).text


def test_elsewhere_and_without_the_right_there_is_no_write_off(app: Flask, world: AwardWorld) -> None:
    given(world, 3)
    found = lose(world)
    place = {"code": world.world.bicycles.code, "item_code": "bicycle_24"}
    to = {"write_off_id": found.id}
    far = Browser(app).sign_in(people.person("xa.thuquy", role="treasurer", unit=people.association("U02")))

    far.get("write_offs.show", **to, expect=404)
    far.get("write_offs.new", **place, expect=404)
    for endpoint in ("cancel", "found_again", "print_minutes"):
        far.post(f"write_offs.{endpoint}", {"reason": "x"}, to=to, expect=404)
    far.post("write_offs.create", {"quantity": "1"}, to=place, expect=404)
    for who in (world.accountant, world.chair, people.person("kiemtra"), world.nominator):
        browser = Browser(app).sign_in(who)
        browser.post("write_offs.create", to=place, expect=403)
        browser.post("write_offs.cancel", to=to, expect=403)
        browser.post("write_offs.found_again", to=to, expect=403)


@pytest.mark.parametrize("path", ["/hien-vat/xoa-so", "/hien-vat/xoa-so/danh-sach.xlsx"])
def test_the_list_asks_no_more_for_many_write_offs(
    app: Flask, world: AwardWorld, counted: Callable[[], int], path: str
) -> None:
    given(world, 12)
    secretary, asked = Browser(app).sign_in(world.secretary), []
    for n in (2, 8):
        for _one in range(n):
            decide(world, lose(world))
        assert secretary.client.get(path).status_code == 200
        counted()
        assert secretary.client.get(path).status_code == 200
        asked.append(counted())

    assert asked[1] <= asked[0]


def test_the_form_asks_no_more_for_many_lots(app: Flask, world: AwardWorld, counted: Callable[[], int]) -> None:
    secretary, asked = Browser(app).sign_in(world.secretary), []
    for n in (2, 8):
        for _lot in range(n):
            given(world, 1)
        secretary.get("write_offs.new", code=world.world.bicycles.code, item_code="bicycle_24")
        counted()
        secretary.get("write_offs.new", code=world.world.bicycles.code, item_code="bicycle_24")
        asked.append(counted())

    assert asked[1] <= asked[0]
