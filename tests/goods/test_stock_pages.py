"""The stock on its pages: on hand, reserved, free, lots at their frozen value, movements with their documents."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from flask import Flask

from khuyenhoc.core.database import db
from khuyenhoc.goods import serials
from khuyenhoc.goods.goods_tables import Serial
from khuyenhoc.org.users import User
from tests.awards.award_world import AwardWorld
from tests.goods.stocked import EACH, approve, ask, bought, decided, given, hand_over, listed, mean, number
from tests.support import html, people
from tests.support.browser import Answer, Browser


def rows(answer: Answer) -> list[list[Any]]:
    """The rows of an Excel file below its headings."""
    sheet = openpyxl.load_workbook(BytesIO(answer.response.data)).active
    assert sheet is not None
    return [[cell.value for cell in row] for row in list(sheet.iter_rows())[3:]]


def test_the_stock_says_what_is_there_reserved_and_free(browser: Browser, world: AwardWorld) -> None:
    world.money(5 * EACH, world.world.bicycles)
    given(world, 4)
    bought(world, approve(world, ask(world, 2)))
    decided(world, 3)

    answer = browser.sign_in("thuky").get("stock.index")

    assert "Xe đạp 24 inch" in answer.text
    assert "14.250.000" in answer.text
    found = rows(browser.get("stock.as_excel"))
    assert found == [
        ["Xe đạp 24 inch", "bicycle_24", "Xe đạp đến trường", "chiếc", 6, 3, 3, 6 * EACH],
    ]


def test_an_item_reconciles_and_each_movement_leads_to_its_document(browser: Browser, world: AwardWorld) -> None:
    world.money(5 * EACH, world.world.bicycles)
    lot = given(world, 4)
    purchase = bought(world, approve(world, ask(world, 2, each=2_000_000)))
    hand_over(world, listed(world, decided(world, 3)))
    accountant = browser.sign_in(world.accountant)

    shown = accountant.get("stock.item", code="bicycle_24")
    assert "Khớp đến từng món" in shown.text
    assert shown.offers(f"/khoan-ung-ho/{lot.document_id}")
    lots = rows(accountant.get("stock.lots_as_excel", code="bicycle_24", query={"xep": "ngay"}))
    assert [row[5:] for row in lots] == [[4, 1, 4 * EACH, EACH], [2, 2, 4_000_000, 4_000_000]]
    moved = accountant.get("stock.movements", code="bicycle_24")
    assert moved.offers("/chi-trao/1")
    assert [
        [row[1], row[6], row[7]] for row in rows(accountant.get("stock.movements_as_excel", code="bicycle_24"))
    ] == [
        ["XK-2026-0001", None, 3],
        [f"PC-2026-{1:04d}", 2, None],
        ["HV-2026-0001", 4, None],
    ]
    assert purchase.document_id is not None


def test_lists_are_narrowed_sorted_and_exported_alike(browser: Browser, world: AwardWorld) -> None:
    first = given(world, 2)
    given(world, 3)
    hand_over(world, listed(world, decided(world, 2)))
    auditor = browser.sign_in(people.person("kiemtra"))

    used_up = rows(auditor.get("stock.lots_as_excel", code="bicycle_24", query={"con_lai": "het"}))
    assert [row[0] for row in used_up] == ["HV-2026-0001"]
    only_out = rows(auditor.get("stock.movements_as_excel", code="bicycle_24", query={"viec": "trao"}))
    assert [row[7] for row in only_out] == [2]
    assert rows(auditor.get("stock.movements_as_excel", code="bicycle_24", query={"den": "14/8/2026"})) == []
    assert "Không có hiện vật nào như vậy" in auditor.get("stock.index", query={"trong_kho": "het"}).text
    for sort in ("ma", "-ma", "trong-kho", "-con-trao", "tri-gia"):
        auditor.get("stock.index", query={"xep": sort})
    for page, sorts in (("item", ("ngay", "-con")), ("movements", ("-ngay", "so-luong")), ("numbers", ("so", "-moi"))):
        for sort in sorts:
            auditor.get(f"stock.{page}", code="bicycle_24", query={"xep": sort})
    auditor.get("stock.index", query={"xep": "la"}, expect=400)
    auditor.get("stock.movements", code="bicycle_24", query={"tu": "hôm qua"}, expect=422)
    auditor.get("stock.item", code="khong_co", expect=404)
    assert first.quantity == 2


def test_numbers_are_entered_mended_and_meant_on_their_pages(either_browser: Browser, world: AwardWorld) -> None:
    lot = given(world, 3)
    treasurer = either_browser.sign_in(world.treasurer)
    place = {"document_id": lot.document_id, "position": lot.position}
    assert treasurer.get("stock.item", code="bicycle_24").offers(f"/hien-vat/lo/{lot.document_id}/1/so-khung")
    treasurer.get("serials.new", **place)

    refused = treasurer.post("serials.enter", {"numbers": "A1\nA1"}, to=place, expect=422)
    assert "gõ hai lần" in refused.error("numbers")
    assert refused.field("numbers") == "A1\nA1"
    told = treasurer.post("serials.enter", {"numbers": "A1\nA2"}, to=place)
    assert "A2" in told.text

    serial = db.session.query(Serial).filter_by(serial="A2").one()
    treasurer.get("serials.edit", serial_id=serial.id)
    refused = treasurer.post("serials.correct", {"number": "A1"}, to={"serial_id": serial.id}, expect=422)
    assert "đã ghi" in refused.error("number")
    treasurer.post("serials.correct", {"number": "B2"}, to={"serial_id": serial.id})

    decision = decided(world, 2)
    shown = treasurer.get("allotting.allotment", decision_id=decision.id)
    share = shown.field("rows-0-share")
    to = {"decision_id": decision.id}
    refused = treasurer.post("allotting.allot", {"rows-0-share": share, "rows-0-numbers": "Z9"}, to=to, expect=422)
    assert "không có số khung Z9" in refused.error("rows-0-numbers")
    treasurer.post("allotting.allot", {"rows-0-share": share, "rows-0-numbers": "b2"}, to=to)
    assert treasurer.get("allotting.allotment", decision_id=decision.id).field("rows-0-numbers") == "B2"
    payout = listed(world, decision)
    assert "B2" in treasurer.get("payouts.show", payout_id=payout.id).text
    assert "B2" in treasurer.get("payout_deeds.form", payout_id=payout.id, slug="trao").text
    hand_over(world, payout)
    found = rows(treasurer.get("stock.numbers_as_excel", code="bicycle_24", query={"xep": "so"}))
    assert [(row[0], row[3]) for row in found] == [("A1", "Trong kho"), ("B2", "Đã trao")]
    assert treasurer.get("stock.numbers", code="bicycle_24", query={"o_dau": "trao", "q": "b2"}).text.count("B2")


def test_a_forged_share_is_refused(browser: Browser, world: AwardWorld) -> None:
    number(world, given(world, 2), "A1")
    decision, other = decided(world, 1), decided(world, 1, "XD27")
    treasurer = browser.sign_in(world.treasurer)
    foreign = treasurer.get("allotting.allotment", decision_id=other.id).field("rows-0-share")

    fields = {"rows-0-share": foreign, "rows-0-numbers": "A1"}
    treasurer.post("allotting.allot", fields, to={"decision_id": decision.id}, expect=422)
    treasurer.post(
        "allotting.allot", {"rows-0-share": "x'", "rows-0-numbers": "A1"}, to={"decision_id": decision.id}, expect=422
    )

    assert db.session.query(Serial).one().award_id is None


READING = ("stock.index", "stock.as_excel", "stock.item", "stock.lots_as_excel", "stock.movements")
READING += ("stock.movements_as_excel", "stock.numbers", "stock.numbers_as_excel")


def _to(endpoint: str) -> dict[str, str]:
    return {} if endpoint in ("stock.index", "stock.as_excel") else {"code": "bicycle_24"}


@pytest.mark.parametrize("who", ["chihoi", "hoidong1", "baocao", "admin", "nhahaotam"])
def test_whoever_has_no_part_in_the_stock_does_not_read_it(app: Flask, world: AwardWorld, who: str) -> None:
    given(world)
    browser = Browser(app).sign_in(who)

    for endpoint in READING:
        browser.get(endpoint, **_to(endpoint), expect=403)


def _far(role: str) -> User:
    return people.person(f"xa.{role}", role=role, unit=people.association("U02"))


def test_another_unit_sees_and_touches_nothing_of_this_stock(app: Flask, world: AwardWorld) -> None:
    lot = given(world, 2)
    (serial,) = number(world, lot, "A1")
    decision = decided(world, 1)
    browser = Browser(app).sign_in(_far("treasurer"))

    assert "Xe đạp 24 inch" not in browser.get("stock.index").text
    assert "Chưa có Xe đạp 24 inch nào vào kho" in browser.get("stock.item", code="bicycle_24").text
    assert html.found(["A1"], browser.get("stock.numbers", code="bicycle_24").text) == []
    place = {"document_id": lot.document_id, "position": 1}
    for endpoint, to in (
        ("serials.enter", place),
        ("serials.correct", {"serial_id": serial.id}),
        ("allotting.allot", {"decision_id": decision.id}),
    ):
        browser.post(endpoint, {"numbers": "B1", "number": "B1"}, to=to, expect=404)
    assert [one.serial for one in serials.in_stock(lot.campaign_id, lot.item_id or 0)] == ["A1"]


def test_without_the_right_nothing_is_numbered(app: Flask, world: AwardWorld) -> None:
    lot = given(world, 2)
    (serial,) = number(world, lot, "A1")
    decision = decided(world, 1)
    mean(world, decision, "A1")
    place = {"document_id": lot.document_id, "position": 1}

    for who in (world.accountant, world.chair, people.person("kiemtra"), world.nominator):
        browser = Browser(app).sign_in(who)
        browser.post("serials.enter", {"numbers": "B1"}, to=place, expect=403)
        browser.post("serials.correct", {"number": "B1"}, to={"serial_id": serial.id}, expect=403)
        browser.post("allotting.allot", to={"decision_id": decision.id}, expect=403)
    assert (
        not browser_of(app, world.accountant)
        .get("stock.item", code="bicycle_24")
        .offers(f"/hien-vat/lo/{lot.document_id}/1/so-khung")
    )


def browser_of(app: Flask, who: User) -> Browser:
    """Somebody's browser."""
    return Browser(app).sign_in(who)


def test_the_page_that_allots_asks_no_more_for_ten_awards_than_for_two(
    app: Flask, world: AwardWorld, counted: Callable[[], int]
) -> None:
    treasurer, asked = Browser(app).sign_in(world.treasurer), []
    for code, n in (("XD26", 2), ("XD27", 10)):
        lot = given(world, n)
        number(world, lot, *(f"{code}{place}" for place in range(n)))
        decision = decided(world, n, code)
        treasurer.get("allotting.allotment", decision_id=decision.id)
        counted()
        treasurer.get("allotting.allotment", decision_id=decision.id)
        asked.append(counted())

    assert asked[1] <= asked[0]
