"""The statuses of the design, section 6, each on real pages: in words, nothing written, nothing typed lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from khuyenhoc.core import database
from khuyenhoc.core.database import db
from khuyenhoc.proof.verify import verify
from tests.giving.gift_world import Ward, make_ward
from tests.hostile import payloads
from tests.hostile.payloads import good_answers
from tests.hostile.place import Place
from tests.hostile.test_forms import FORM
from tests.support import html
from tests.support.browser import Browser

SECRETS = ("password", "token")


@pytest.mark.shared
@pytest.mark.parametrize(("token", "htmx"), [("", False), ("stale", True), ("another's", False)])
def test_without_the_right_token_every_form_is_400_and_keeps_what_was_typed(
    place: Place, token: str, htmx: bool
) -> None:
    wrong = {}
    for form in place.forms():
        typed = good_answers(form)
        sent = {"": "", "stale": "IjEi.x.y", "another's": place.token("kiemtra")}[token]
        body = payloads.encoded([*typed.items(), ("csrf_token", sent)])
        headers = {"HX-Request": "true"} if htmx else {}
        answer = place.open(form.reader, form.action, method="POST", data=body, content_type=FORM, headers=headers)
        page = html.read(answer.get_data(as_text=True))
        kept = {node.get("name"): node.get("value") or node.text for node in page.all("input") + page.all("textarea")}
        lost = [n for n, value in typed.items() if not any(w in n for w in SECRETS) and kept.get(n) != value]
        if answer.status_code != 400 or lost or place.wrote or "khuyen-hoc-2022" in answer.text:
            wrong[form.action] = (answer.status_code, lost, place.wrote)

    assert wrong == {}


def test_what_is_too_large_is_413(place: Place) -> None:
    wrong = {}
    for form in list(place.forms())[::9]:
        for kind in (FORM, "multipart/form-data; boundary=x", "application/octet-stream"):
            answer = place.open(form.reader, form.action, method="POST", data=b"x" * 10_600_000, content_type=kind)
            if answer.status_code != 413 or place.wrote:
                wrong[form.action, kind] = answer.status_code

    assert wrong == {}


@pytest.fixture
def ward(app: Flask) -> Ward:
    """A ward with its officers and donors."""
    return make_ward()


@pytest.fixture
def at_the_form(ward: Ward, either_browser: Browser) -> Browser:
    """The secretary is writing down a new donor."""
    either_browser.sign_in("thuky").get("donors.new")
    return either_browser


def test_a_form_error_is_422_beside_its_field(at_the_form: Browser) -> None:
    answer = at_the_form.post("donors.create", name="", phone="0900 000 123", note="Gặp ở chợ", expect=422)

    assert answer.error("name")
    assert answer.field("phone") == "0900 000 123"
    assert answer.field("note").strip() == "Gặp ở chợ"


def test_a_busy_book_is_503_and_says_when_to_come_again(
    at_the_form: Browser, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    def refuse(*_: object) -> None:
        raise TimeoutError("the writers' queue did not move")

    monkeypatch.setattr(database._queue, "enter", refuse)
    event.listen(db.engine, "begin", _refuse_writers)
    try:
        answer = at_the_form.post("donors.create", name="Vũ Thị Mai", kind="individual", expect=503)
    finally:
        event.remove(db.engine, "begin", _refuse_writers)

    assert answer.response.headers["Retry-After"] == "5"
    assert "Sổ đang bận" in answer.text
    at_the_form.get("donors.index")


def _refuse_writers(connection: object) -> None:
    if connection.get_execution_options().get("kh_write"):  # type: ignore[attr-defined]
        raise TimeoutError("the writers' queue did not move")


@pytest.mark.sqlite
def test_a_full_disk_is_507_reading_goes_on_and_writing_when_there_is_room(at_the_form: Browser, app: Flask) -> None:
    with _no_more_room():
        for number in range(100):
            answer = _one_more(at_the_form, number)
            if answer.status_code != 303:
                break
        assert answer.status_code == 507
        assert "Ổ đĩa của máy chủ đã đầy" in answer.get_data(as_text=True)
        assert "Vũ Thị Mai" in at_the_form.get("donors.index").text

    assert _one_more(at_the_form, 1000).status_code == 303
    assert verify().ok


def _one_more(browser: Browser, number: int) -> TestResponse:
    browser.get("donors.new")
    typed = {"name": f"Vũ Thị Mai {number}", "kind": "individual", "honorific": "Bà", "note": "Ghi chú " * 200}
    return browser.client.post("/nha-hao-tam/moi", data=browser._filled_in("/nha-hao-tam/moi") | typed)


@contextmanager
def _no_more_room() -> Iterator[None]:
    """No connection may make the file longer than it is now: SQLite itself says that the disk is full."""
    with db.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    def bound(connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages + 20}")

    event.listen(db.engine, "connect", bound)
    _anew()
    yield
    event.remove(db.engine, "connect", bound)
    _anew()


def _anew() -> None:
    db.session.remove()
    db.engine.dispose()
