"""Every refusal is a sentence with the right status; for htmx a toast that leaves the page alone."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from khuyenhoc.core.database import db
from tests.web import demo
from tests.web.test_forms import GOOD, send, stored

HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize(
    ("which", "status", "sentence"),
    [
        ("rule", 422, "Quỹ không đủ chi."),
        ("found", 404, "Không có trang này"),
        ("allowed", 403, "Việc này của thủ quỹ."),
        ("recorded", 409, "đã ghi với nội dung khác"),
        ("busy", 503, "Sổ đang bận."),
        ("unsure", 503, "chưa xác nhận được"),
        ("slow", 503, "Sổ đang bận"),
        ("full", 507, "Ổ đĩa của máy chủ đã đầy"),
        ("mistake", 500, "gặp trục trặc"),
    ],
)
def test_each_refusal_has_its_status_and_words(visitor: FlaskClient, which: str, status: int, sentence: str) -> None:
    answer = send(visitor, f"/thu/tu-choi/{which}")

    assert answer.status_code == status
    assert sentence in answer.text
    assert answer.text.count("<h1") == 1
    assert "hidden detail" not in answer.text


def test_a_mistake_of_ours_is_told_without_asking_the_database_again(visitor: FlaskClient) -> None:
    assert "ledger-tabs" not in send(visitor, "/thu/tu-choi/mistake").text


def test_for_htmx_a_refusal_is_a_toast_and_the_page_stays(visitor: FlaskClient) -> None:
    token = send(visitor, "/thu/tu-choi/rule").text.split('name="csrf_token" value="')[1].split('"')[0]

    answer = visitor.post("/thu/tu-choi/rule", data={"csrf_token": token}, headers=HTMX)

    assert (answer.status_code, answer.headers["HX-Reswap"]) == (422, "none")
    assert "Quỹ không đủ chi." in answer.text
    assert 'data-hx-swap-oob="true"' in answer.text
    assert "<html" not in answer.text


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("INSERT", {}, Exception("database is locked")), 503),
        (OperationalError("INSERT", {}, Exception("database or disk is full")), 507),
        (IntegrityError("INSERT", {}, Exception("UNIQUE constraint failed")), 409),
        (OperationalError("INSERT", {}, Exception("could not serialize access")), 503),
        (DataError("INSERT", {}, Exception("bigint out of range")), 400),
    ],
)
def test_the_database_is_translated(
    visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    monkeypatch.setitem(demo.REFUSALS, "rule", error)

    assert send(visitor, "/thu/tu-choi/rule").status_code == status


def test_a_number_that_no_column_holds_is_400(house: Flask, visitor: FlaskClient) -> None:
    with house.test_request_context():
        from_sqlite = OverflowError("Python int too large to convert to SQLite INTEGER")
    demo.REFUSALS["overflow"] = from_sqlite

    assert visitor.get("/thu/9999999999999999999999").status_code == 404
    assert visitor.get("/thu/１２").status_code == 404
    assert visitor.get("/thu/12").text == "12"


def test_a_stale_page_shows_what_was_typed_and_sends_it_again(house: Flask, visitor: FlaskClient) -> None:
    typed = {**GOOD, "note": "<script>", "password": "rất bí mật"}
    stale = visitor.post("/thu/", data={**typed, "csrf_token": "old"})

    assert stale.status_code == 400
    assert "Bà Trần Thị Minh Họa" in stale.text
    assert "&lt;script&gt;" in stale.text
    assert "<dt>Người ủng hộ</dt>" in stale.text
    assert "rất bí mật" not in stale.text
    token = stale.text.split('name="csrf_token" value="')[-1].split('"')[0]
    assert visitor.post("/thu/", data={**typed, "csrf_token": token}).status_code == 303
    assert len(stored(house)) == 1


def test_a_strangers_page_puts_no_words_into_ones_mouth(visitor: FlaskClient) -> None:
    stale = visitor.post("/thu/", data=GOOD, headers={"Sec-Fetch-Site": "cross-site"})

    assert stale.status_code == 400
    assert "Minh Họa" not in stale.text


@pytest.mark.parametrize(
    "address",
    [
        "/khong-co",
        "/thu/-1",
        "/thu/1e3",
        "/thu/%00",
        "/thu/danh-sach?q=%00",
        "/thu/danh-sach?q=%ff%fe",
        "/thu/danh-sach?xep=khong-co",
        "/thu/danh-sach?sau=%%%",
        "/thu/danh-sach?sau=W10",
        "/thu/danh-sach?sau=bnVsbA",
        "/thu/danh-sach?sau=WyIyMDI2LTA4LTE1IiwgIjEiXQ",
        "/thu/danh-sach?xep=tien&sau=Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTksIDFd",
        "/thu/danh-sach?sau=" + "W" * 3000,
        "/thu/danh-sach?since=31/2/2026",
        "/thu/danh-sach?q=" + "a" * 9000,
        "/static/../config.py",
        "/static/x/../../config.py",
        "/static/x/fonts/make_web_fonts.py",
    ],
)
def test_a_malformed_address_is_refused_in_words(visitor: FlaskClient, address: str) -> None:
    answer = visitor.get(address)

    assert 200 <= answer.status_code < 500
    assert "<h1" in answer.text


def test_too_large_is_413(visitor: FlaskClient) -> None:
    answer = visitor.post("/thu/", data=b"x" * 11_000_000, content_type="application/octet-stream")

    assert answer.status_code in (400, 413)
    assert visitor.post("/thu/", data={"note": "x" * 2_000_000}).status_code == 413


def test_a_wrong_method_is_405(visitor: FlaskClient) -> None:
    answer = visitor.get("/thu/tu-choi/rule")

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize("cookie", ["kh=broken", "kh=\xff\xfe", "kh=" + "a" * 5000, "kh=eyJsYW5ndWFnZSI6WzFdfQ.x.y"])
def test_a_broken_cookie_changes_nothing(visitor: FlaskClient, cookie: str) -> None:
    assert visitor.get("/thu/", headers={"Cookie": cookie}).status_code == 200


def test_nothing_of_a_refused_deed_stays(house: Flask, visitor: FlaskClient) -> None:
    send(visitor, **{**GOOD, "donor": "Két Trống"})

    assert stored(house) == []
    assert not db.session.new
    assert not db.session.dirty
