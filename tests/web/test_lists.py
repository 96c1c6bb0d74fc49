"""A list is filtered, sorted, paged by keys and exported; every row appears once, in order."""

import io
import tempfile
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from khuyenhoc.core.database import db, writing
from khuyenhoc.web import excel
from tests.support.browser import Browser
from tests.web.demo import COLUMNS, Envelope


@pytest.fixture
def envelopes(house: Flask) -> list[str]:
    """Ten envelopes; several of one day and one amount, so that only the id tells them apart."""
    with writing():
        for number in range(10):
            on = date(2026, 8, 15) - timedelta(days=number // 4)
            db.session.add(Envelope(donor=f"Người {number}", amount=500_000 * (number % 3 + 1), on=on))
    return [f"Người {number}" for number in range(10)]


def donors(text: str) -> list[str]:
    """The names on a page, from top to bottom."""
    return [part.split("<")[0] for part in text.split('<th scope="row" class="first">')[1:]]


def walk(visitor: FlaskClient, address: str, rel: str = "next") -> list[list[str]]:
    """Every page from this one on."""
    pages = []
    while address:
        text = visitor.get(address).text
        pages.append(donors(text))
        links = text.split(f'rel="{rel}" href="')
        address = links[1].split('"')[0].replace("&amp;", "&") if len(links) > 1 else ""
    return pages


@pytest.mark.parametrize("order", ["", "ngay", "-tien", "tien", "nguoi", "-nguoi"])
def test_every_row_appears_once_whatever_the_order(visitor: FlaskClient, envelopes: list[str], order: str) -> None:
    pages = walk(visitor, f"/thu/danh-sach?xep={order}")

    assert [len(page) for page in pages] == [3, 3, 3, 1]
    assert sorted(donor for page in pages for donor in page) == envelopes


def test_a_filter_of_many_questions_is_folded_until_something_is_asked(app: Flask, browser: Browser) -> None:
    treasurer = browser.sign_in("thuquy")

    assert not treasurer.get("giving.gifts").page.one("details", class_="fold").has("open")
    assert treasurer.get("giving.gifts", query={"q": "minh"}).page.one("details", class_="fold").has("open")


def test_back_shows_the_same_pages(visitor: FlaskClient, envelopes: list[str]) -> None:
    forth = walk(visitor, "/thu/danh-sach")
    text, address = "", "/thu/danh-sach"
    for _page in forth[1:]:
        text = visitor.get(address).text
        address = text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")

    assert walk(visitor, address, "prev") == forth[::-1]


def test_the_newest_day_comes_first(visitor: FlaskClient, envelopes: list[str]) -> None:
    assert walk(visitor, "/thu/danh-sach")[0] == ["Người 3", "Người 2", "Người 1"]


def test_a_filter_stays_through_the_pages(visitor: FlaskClient, envelopes: list[str]) -> None:
    pages = walk(visitor, "/thu/danh-sach?since=14/8/2026&q=Ng%C6%B0%E1%BB%9Di")

    assert sum(map(len, pages)) == 8


def test_a_filter_that_cannot_be_read_is_said(visitor: FlaskClient, envelopes: list[str]) -> None:
    answer = visitor.get("/thu/danh-sach?since=hôm qua")

    assert answer.status_code == 422
    assert "Chưa hiểu ngày “hôm qua”" in answer.text


def test_a_table_that_is_refused_leaves_no_file_behind(
    visitor: FlaskClient, envelopes: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    assert visitor.get("/thu/danh-sach.xlsx?xep=khong-co").status_code == 400
    assert list(tmp_path.iterdir()) == []


def test_excel_holds_all_that_is_filtered(visitor: FlaskClient, envelopes: list[str]) -> None:
    answer = visitor.get("/thu/danh-sach.xlsx?since=14/8/2026")

    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert answer.headers["Content-Disposition"].endswith("khoan-ung-ho.xlsx")
    assert rows[0] == ("Người ủng hộ", "Ngày", "Số tiền")
    assert len(rows) == 9
    assert sheet["B4"].number_format == "dd/mm/yyyy"
    assert sheet["C4"].number_format == "#,##0"


def test_excel_stands_in_the_order_that_is_shown(visitor: FlaskClient, envelopes: list[str]) -> None:
    page = visitor.get("/thu/danh-sach?xep=nguoi&since=14/8/2026").text
    link = page.split('href="/thu/danh-sach.xlsx')[1].split('"')[0].replace("&amp;", "&")

    sheet = openpyxl.load_workbook(io.BytesIO(visitor.get(f"/thu/danh-sach.xlsx{link}").data)).active
    names = [row[0] for row in sheet.iter_rows(min_row=4, values_only=True)]
    assert names == sorted(names)
    assert len(names) == 8


def test_what_people_typed_is_never_a_formula() -> None:
    file = io.BytesIO()
    excel.write(file, COLUMNS, [Envelope(donor="=1+1", amount=5, on=date(2026, 8, 15))], total={2: 5})

    sheet = openpyxl.load_workbook(io.BytesIO(file.getvalue())).active
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=1+1", "s")
    assert sheet["C3"].value == 5
