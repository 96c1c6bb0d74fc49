"""The site read as an attacker reads it: what is stored and shown again, what is kept, what can be guessed."""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

import config
from khuyenhoc.application import create_app
from khuyenhoc.core import codes
from khuyenhoc.core.database import db
from khuyenhoc.org.sessions import UserSession
from khuyenhoc.papers import issued
from tests.hostile import payloads
from tests.hostile.payloads import VALUES, good_answers
from tests.hostile.place import Place
from tests.hostile.test_forms import FORM, TAKEN, faults_of
from tests.support import discovery

EVIL = {
    "script": VALUES["script"],
    "attribute": VALUES["script in an attribute"],
    "template": VALUES["template"],
    "formula": VALUES["formula"],
    "Typst": VALUES["Typst"],
    "right to left": VALUES["right to left"] + "Ẩn",
    "formatting": VALUES["formatting"],
}
TEXTS = ("text", "textarea")
NO_TEXT = ("to_", "date", "amount", "money-", "goods-", "goals-0-quantity", "quantity", "starts", "ends", "unit_value")
LAST_DEEDS = ("account.", "people.deactivate", "people.take_role", "units.carry_out", "desk.close")
"""Forms after which others would be refused."""

SOME = ["script", *(pytest.param(one, marks=pytest.mark.slow) for one in EVIL if one != "script")]


@pytest.mark.shared
@pytest.mark.parametrize("what", SOME)
def test_what_is_stored_is_only_ever_shown(place: Place, what: str) -> None:
    taken = _store(place, EVIL[what])
    after = discovery.explore(place.app, ["", "thuquy", "chutich", "nhahaotam"], per_endpoint=1)
    wrong = list(after.broken)
    for endpoint, found in after.pages.items():
        for reader, paths in list(found.items())[:1]:
            answer = place.open(reader, paths[0])
            wrong += [f"{endpoint} {paths[0]}: {fault}" for fault in faults_of(answer, look=True)]
            if "spreadsheet" in (answer.mimetype or ""):
                wrong += [f"{paths[0]}: {fault}" for fault in _formulas(answer.data)]

    assert taken > 15
    assert wrong == []
    assert place.violations() == []


def _store(place: Place, value: str) -> int:
    """Send the value in every text field of every form, one after the other; gives how many were taken."""
    taken = 0
    for form in place.forms():
        if form.endpoint.startswith(LAST_DEEDS):
            continue
        for name in [one.name for one in form.fields if one.kind in TEXTS and not one.name.startswith(NO_TEXT)]:
            pairs = good_answers(form, 100 + taken) | {name: value[:150]}
            body = payloads.encoded([*pairs.items(), ("csrf_token", place.token(form.reader))])
            answer = place.open(form.reader, form.action, method="POST", data=body, content_type=FORM)
            taken += bool(answer.status_code in TAKEN and place.wrote)
    return taken


def _formulas(workbook: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as files:
        for name in files.namelist():
            text = files.read(name).decode("utf-8", "replace")
            if name.startswith("xl/worksheets/") and ("<f>" in text or "<hyperlink" in text):
                yield f"{name} holds a formula or a link"


def test_nothing_private_stays_in_a_browser_or_a_proxy(place: Place) -> None:
    wrong = {}
    for (endpoint, reader), headers in place.found.headers.items():
        kept = headers.get("Cache-Control", "")
        may_be_kept = endpoint.startswith("public.") and "private" in kept and "no-cache" in kept
        if "no-store" not in kept and not may_be_kept:
            wrong[endpoint, reader] = kept

    assert place.found.headers
    assert wrong == {}


def test_every_answer_bears_the_guards_of_the_page(place: Place) -> None:
    wrong = {}
    to_all = ("/khong-co", "/dang-nhap", "/static/x/khong-co.css", "/healthz", "/minh-bach")
    answers = {("", path): place.open("", path).headers for path in to_all}
    for where, headers in {**place.found.headers, **answers}.items():
        policy = headers.get("Content-Security-Policy", "")
        good = "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        if not good or headers.get("X-Content-Type-Options") != "nosniff" or not headers.get("Referrer-Policy"):
            wrong[where] = dict(headers)

    assert wrong == {}


def test_cookies_are_out_of_reach_of_scripts(place: Place) -> None:
    cookies = place.open("", "/dang-nhap").headers.getlist("Set-Cookie")

    assert [cookie for cookie in cookies if "HttpOnly" not in cookie or "SameSite=Lax" not in cookie] == []


def test_no_session_token_lies_in_the_database(place: Place) -> None:
    kept = [value for _, value in place._cookies["thuquy"]]
    columns = [column.name for column in UserSession.__table__.columns]
    stored = str([[getattr(row, name) for name in columns] for row in db.session.query(UserSession)])

    assert kept
    assert [value for value in kept if value in stored] == []


def test_secret_addresses_cannot_be_guessed() -> None:
    """At a thousand tries a second, 2**60 codes last for millions of years; so no visitor need be counted."""
    assert len(codes.ALPHABET) ** codes.VERIFICATION_LENGTH > 2**60
    assert len(codes.token()) >= 32
    assert len({codes.token() for _ in range(100)}) == 100


@pytest.mark.parametrize("prefix", ["/tri-an/", "/chia-se/", "/kiem-chung/"])
def test_a_wrong_secret_address_tells_nothing(place: Place, prefix: str) -> None:
    paths = [path for readers in place.found.pages.values() for some in readers.values() for path in some]
    path = next(path for path in paths if path.startswith(prefix) and len(path) > 20 and not path.endswith(".pdf"))
    other_end = path[:-1] + ("2" if path[-1] != "2" else "3")
    answers = {place.open("", wrong).status_code for wrong in (path[:-1], path + "x", other_end, prefix + "x" * 400)}

    assert answers <= {404, 422}


def test_a_forged_host_is_not_printed_where_the_site_knows_its_address(tmp_path: Path) -> None:
    address = "https://quy.example.vn"
    settings = config.Settings(
        "x" * 40, f"sqlite:///{tmp_path}/db", tmp_path, testing=True, public_url=address, proxies=1
    )

    assert _site_named(create_app(settings), {"Host": "evil.example"}) == address


def test_a_visitor_behind_a_proxy_names_nobody(tmp_path: Path) -> None:
    app = create_app(config.Settings("x" * 40, f"sqlite:///{tmp_path}/db", tmp_path, testing=True, proxies=1))

    headers = {"Host": "quy.example.vn", "X-Forwarded-Host": "evil.example"}
    assert _site_named(app, headers) == "http://quy.example.vn"


def _site_named(app: Flask, headers: dict[str, str]) -> str:
    """The address that papers of this request would print."""
    seen: list[str] = []
    app.before_request(lambda: seen.append(issued.site.get()))
    app.test_client().get("/khong-co", headers=headers)
    return seen[0]


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https:evil.example", "/\t/evil.example", "\\\\evil.example"]
)
def test_no_door_leads_to_another_site(place: Place, target: str) -> None:
    place.spread_out()
    data = {"username": "thuquy", "password": "khuyen-hoc-2022", "csrf_token": place.token("")}
    entered = place.open("", "/dang-nhap", query_string={"tiep": target}, method="POST", data=data)
    data = {"language": "en", "back": target, "csrf_token": place.token("")}
    switched = place.open("", "/ngon-ngu", method="POST", data=data)

    assert [(answer.status_code, answer.location) for answer in (entered, switched)] == [(303, "/"), (303, "/")]


def test_what_a_visitor_sends_does_not_write_into_the_log(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.open("thuquy", '/khoan-ung-ho?q=%0A{"level":"error"}', headers={"User-Agent": "x\x1b[31m"})
    written = capsys.readouterr().err

    assert "\x1b" not in written
    assert re.search(r"^\{\"level\"", written, re.MULTILINE) is None
