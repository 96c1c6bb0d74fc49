"""One address, one template: a page, or the part that htmx asks for; and what every answer tells the browser."""

import base64
import hashlib
import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from khuyenhoc.web import health, navigation
from khuyenhoc.web.addresses import own_path
from khuyenhoc.web.headers import POLICY
from tests.web.demo import treasurer

HTMX = {"HX-Request": "true"}


def test_htmx_gets_the_part_and_everyone_else_the_page(visitor: FlaskClient) -> None:
    page, part = visitor.get("/thu/"), visitor.get("/thu/", headers=HTMX)

    assert "<html" in page.text
    assert "<html" not in part.text
    assert part.text.lstrip().startswith('<div id="desk">')
    assert "HX-Request" in page.vary
    assert "HX-Request" in part.vary


@pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request"])
def test_a_boosted_link_and_a_step_back_get_the_page(visitor: FlaskClient, header: str) -> None:
    assert "<html" in visitor.get("/thu/", headers={**HTMX, header: "true"}).text


def test_private_pages_are_not_kept_and_load_only_from_here(visitor: FlaskClient) -> None:
    answer = visitor.get("/thu/")

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "unsafe" not in POLICY
    assert "style=" not in answer.text
    assert "onclick" not in answer.text
    assert "Strict-Transport-Security" not in answer.headers
    assert "Strict-Transport-Security" in visitor.get("/thu/", base_url="https://localhost").headers


def test_assets_last_for_a_year_under_their_fingerprint(house: Flask, visitor: FlaskClient) -> None:
    version = house.config["ASSETS_VERSION"]
    lasting = visitor.get(f"/static/{version}/theme.css", headers={"Accept-Encoding": "br"})
    old = visitor.get("/static/0123456789ab/theme.css")

    assert "immutable" in lasting.headers["Cache-Control"]
    assert lasting.headers["Content-Encoding"] == "br"
    assert "no-cache" in old.headers["Cache-Control"]
    assert visitor.get(f"/static/{version}/fonts/kh-so-400.woff2").content_type == "font/woff2"


def test_the_first_visit_is_light(visitor: FlaskClient) -> None:
    page = visitor.get("/thu/", headers={"Accept-Encoding": "br"})
    links = [part.split('"')[0] for part in visitor.get("/thu/").text.split('="/static/')[1:]]
    addresses = {"/static/" + link.split("#")[0] for link in links}
    sizes = {a: len(visitor.get(a, headers={"Accept-Encoding": "br"}).data) for a in addresses}
    fonts = [len(p.read_bytes()) for p in Path("static/fonts").glob("*.woff2")]

    assert page.headers["Content-Encoding"] == "br"
    assert len(page.data) + sum(size for a, size in sizes.items() if "woff2" not in a) < 60_000
    assert sum(fonts) < 100_000


def test_vendored_files_are_what_their_makers_published(root: Path) -> None:
    folder = root / "static" / "vendor"
    for entry in json.loads((folder / "manifest.json").read_text(encoding="utf-8")):
        digest = hashlib.sha384((folder / entry["file"]).read_bytes()).digest()

        assert base64.b64encode(digest).decode() == entry["sha384"], entry["file"]
        assert (folder / entry["licence_file"]).read_text(encoding="utf-8")


def test_the_reader_sees_the_tabs_that_are_allowed_and_where_one_is(visitor: FlaskClient) -> None:
    text = visitor.get("/thu/danh-sach").text

    assert "Bà Đoàn Ngọc Hạ" in text
    assert "Thủ quỹ" in text
    assert 'href="/thu/danh-sach" aria-current="page">Khoản ủng hộ' in text
    assert text.count('aria-current="page"') == 2  # tabs and dock


def test_the_public_sees_no_tabs(visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_reader", [lambda: None])

    text = visitor.get("/thu/danh-sach").text

    assert "ledger-tabs" not in text
    assert "dock" not in text
    assert visitor.get("/them").status_code == 303


def test_who_holds_no_permission_sees_no_tab(house: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    someone = treasurer()
    stranger = navigation.Reader(someone.signature, "Ủy viên", someone.unit_name, lambda _permission: False)
    monkeypatch.setattr(navigation, "_reader", [lambda: stranger])

    with house.test_request_context("/thu/"):
        assert navigation.tabs() == []


def test_english_is_kept_in_the_session_and_leads_back(visitor: FlaskClient) -> None:
    token = visitor.get("/thu/").text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = visitor.post("/ngon-ngu", data={"language": "en", "back": "/thu/?a=1", "csrf_token": token})

    assert (answer.status_code, answer.location) == (303, "/thu/?a=1")
    assert '<html lang="en">' in visitor.get("/thu/").text
    assert "Two million đồng" in visitor.get("/doc-so-tien?o=amount&amount=2tr").text


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil", "evil", "/a\nb", None, ""])
def test_the_way_back_never_leaves_the_site(target: str | None) -> None:
    assert own_path(target) == "/"


def test_an_amount_is_read_out_while_one_types(visitor: FlaskClient) -> None:
    assert "Hai triệu đồng" in visitor.get("/doc-so-tien?o=amount&amount=2tr").text
    assert 'name="lines-0-amount"' in visitor.get("/doc-so-tien?o=lines-0-amount&lines-0-amount=1.5").text
    assert "Chưa hiểu" in visitor.get("/doc-so-tien?amount=abc").text
    assert visitor.get("/doc-so-tien").text.strip() == ""
    assert visitor.get("/doc-so-tien?o=%3Cb%3E&%3Cb%3E=1.5").text.count("<b>") == 0


def test_the_site_is_well_only_when_its_database_is_migrated(visitor: FlaskClient) -> None:
    answer = visitor.get("/healthz")

    assert (answer.status_code, answer.text) == (503, "database")


def test_loading_counts_as_not_yet_well(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_checks", [lambda: "loading"])

    assert client.get("/healthz").status_code == 503
