"""What people type, and what becomes of it."""

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from khuyenhoc.core.database import db
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.web.fields import read_day
from tests.web.demo import Envelope, EnvelopeForm

GOOD = {"donor": "Bà Trần Thị Minh Họa", "amount": "2tr", "on": "15/8/2026", "campaign": "1", "method": "cash"}


def send(visitor: FlaskClient, address: str = "/thu/", *, page: str = "/thu/", **typed: str) -> TestResponse:
    """Open the page, fill the form, press the button."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', visitor.get(page).text)
    assert token
    return visitor.post(address, data={"csrf_token": token[1], **typed})


def stored(house: Flask) -> list[Envelope]:
    """What has been recorded."""
    return list(db.session.query(Envelope).order_by(Envelope.id))


def test_a_good_envelope_is_recorded_and_the_page_comes_anew(house: Flask, visitor: FlaskClient) -> None:
    answer = send(visitor, **GOOD)

    assert (answer.status_code, answer.location) == (303, "/thu/")
    assert [(e.donor, e.amount, e.on) for e in stored(house)] == [
        ("Bà Trần Thị Minh Họa", 2_000_000, date(2026, 8, 15))
    ]
    assert "Đã ghi khoản của Bà Trần Thị Minh Họa" in visitor.get("/thu/").text


def test_what_is_missing_is_named_and_what_was_typed_stays(house: Flask, visitor: FlaskClient) -> None:
    answer = send(visitor, **{**GOOD, "donor": "", "note": "dành cho <b>em</b> mồ côi"})

    assert answer.status_code == 422
    assert "Ai tặng?" in answer.text
    assert 'href="#donor"' in answer.text
    assert 'value="2tr"' in answer.text
    assert "dành cho &lt;b&gt;em&lt;/b&gt; mồ côi" in answer.text
    assert stored(house) == []


def test_an_amount_that_can_be_read_two_ways_is_asked(house: Flask, visitor: FlaskClient) -> None:
    asked = send(visitor, **{**GOOD, "amount": "1.5"})
    chosen = visitor.post("/thu/", data={**GOOD, "amount": ["1.5", "1500000"], "csrf_token": _token(asked)})

    assert asked.status_code == 422
    assert 'type="radio" name="amount"' in asked.text
    assert "1.500.000.000" in asked.text
    assert chosen.status_code == 303
    assert stored(house)[0].amount == 1_500_000


def test_a_choice_that_was_not_offered_is_no_answer(visitor: FlaskClient) -> None:
    asked = send(visitor, **{**GOOD, "amount": "1.5"})

    forged = visitor.post("/thu/", data={**GOOD, "amount": ["1.5", "999999"], "csrf_token": _token(asked)})

    assert forged.status_code == 422


def test_a_rule_speaks_beside_the_field_it_names(visitor: FlaskClient) -> None:
    answer = send(visitor, **{**GOOD, "donor": "Người Lạ"})

    assert answer.status_code == 422
    assert 'id="donor-e"' in answer.text
    assert "Chưa có người này." in answer.text


def test_a_rule_about_the_whole_speaks_on_top(visitor: FlaskClient) -> None:
    answer = send(visitor, **{**GOOD, "donor": "Két Trống"})

    assert answer.status_code == 422
    assert "Két không đủ tiền." in answer.text
    assert 'value="Két Trống"' in answer.text


def test_text_is_composed_and_freed_of_invisible_characters(house: Flask, visitor: FlaskClient) -> None:
    send(visitor, **{**GOOD, "donor": "  Ba\u0300 \u00adTrâ\u0300n\u200b\v  Thi\u0323\t  "})

    assert stored(house)[0].donor == "Bà Trần Thị"


@pytest.mark.parametrize("field", ["donor", "amount", "note"])
@pytest.mark.parametrize("strange", ["\x00", "\x07", "\x1b[31m", "\x7f"])
def test_control_characters_are_refused_beside_their_field(
    house: Flask, visitor: FlaskClient, field: str, strange: str
) -> None:
    answer = send(visitor, **{**GOOD, field: f"{GOOD.get(field, 'Đã nhận')}{strange}"})

    assert (answer.status_code, stored(house)) == (422, [])
    assert "ký tự lạ không đọc được" in answer.text


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("donor", "A" * 201),
        ("amount", "9" * 5000),
        ("amount", "-5"),
        ("amount", "１２３４５６"),
        ("amount", "0"),
        ("amount", "1000000000000"),
        ("on", "31/2/2026"),
        ("on", "15/8/26"),
        ("on", "16/8/2026"),
        ("on", "１５/8/2026"),
        ("on", "1" * 3000),
        ("campaign", "3"),
        ("campaign", "99999999999999999999999"),
        ("campaign", "１"),
        ("campaign", "' OR 1=1"),
        ("method", "{{ 7*7 }}"),
        ("lines-0-quantity", "1e9"),
        ("lines-0-quantity", "-1"),
        ("lines-0-quantity", "2.5"),
        ("lines-0-quantity", "10000"),
        ("note", "x" * 2001),
        ("form_key", "no key of ours"),
    ],
)
def test_absurd_input_is_refused_in_words(house: Flask, visitor: FlaskClient, field: str, typed: str) -> None:
    answer = send(visitor, **{**GOOD, field: typed})

    assert answer.status_code == 422
    assert "Mọi điều đã gõ vẫn còn nguyên" in answer.text
    assert ">49<" not in answer.text
    assert stored(house) == []


def test_a_row_that_is_not_understood_is_named_once_by_its_own_field(visitor: FlaskClient) -> None:
    answer = send(visitor, **{**GOOD, "lines-0-quantity": "2.5"})

    assert answer.text.count("Xin gõ một số nguyên bằng chữ số 0–9.") == 2  # beside the field, and on top
    assert "Lines-0" not in answer.text


@pytest.mark.parametrize("kind", ["json", "file", "nameless"])
def test_a_form_is_text_and_nothing_else(house: Flask, visitor: FlaskClient, kind: str) -> None:
    token = _token(visitor.get("/thu/"))
    part = f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
    file = '--x\r\nContent-Disposition: form-data; name="donor"; filename="a"\r\n\r\nBà Hoa\r\n--x--\r\n'
    sent: dict[str, dict[str, object]] = {
        "json": {"json": {**GOOD, "amount": 5}, "headers": {"X-CSRFToken": token}},
        "file": {"data": part + file, "content_type": "multipart/form-data; boundary=x"},
        "nameless": {
            "data": part + file.replace('; name="donor"; filename="a"', ""),
            "content_type": "multipart/form-data; boundary=x",
        },
    }

    answer = visitor.post("/thu/", **sent[kind])  # type: ignore[arg-type]

    assert answer.status_code == (400 if kind == "nameless" else 422)
    assert stored(house) == []


def test_unknown_keys_are_ignored(house: Flask, visitor: FlaskClient) -> None:
    assert send(visitor, **GOOD, approved="1", id="7").status_code == 303


def test_the_same_page_keeps_its_key_until_it_is_accepted(visitor: FlaskClient) -> None:
    first = visitor.get("/thu/").text
    refused = send(visitor, **{**GOOD, "donor": "", "form_key": _key(first)}).text

    assert _key(refused) == _key(first)
    assert _key(visitor.get("/thu/").text) != _key(first)


def test_answers_are_typed(house: Flask) -> None:
    with house.test_request_context("/thu/", method="POST", data={**GOOD, "lines-0-quantity": "12"}):
        form = EnvelopeForm(meta={"csrf": False})

        assert form.validate()
        assert form.answers["amount"] == 2_000_000
        assert form.answers["on"] == date(2026, 8, 15)
        assert form.answers["campaign"] == 1
        assert form.answers["hidden"] is False
        assert form.answers["lines"][0]["quantity"] == 12
        assert len(form.answers["form_key"]) >= 20


@pytest.mark.parametrize("typed", ["15/8/2026", "15-8-2026", "15.08.2026", "2026-08-15"])
def test_a_day_is_read_as_people_write_it(typed: str) -> None:
    assert read_day(typed) == date(2026, 8, 15)


@pytest.mark.parametrize("typed", ["8/15/2026", "15/8", "hôm nay", "15/8/1899", "15/8/2026 x", "0/1/2026"])
def test_what_is_no_day_is_said(typed: str) -> None:
    with pytest.raises(RuleBroken):
        read_day(typed)


def _token(answer: TestResponse) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)
    assert found
    return found[1]


def _key(text: str) -> str:
    found = re.search(r'name="form_key" value="([^"]+)"', text)
    assert found
    return found[1]
