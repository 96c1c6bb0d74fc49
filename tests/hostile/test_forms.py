"""Every form, whatever is sent with it: refused in words or taken whole, never half, never a 500.

Which forms and fields there are, the pages say. In ``make test`` each form meets a share of what can be
sent, the next form another share; ``make proof`` sends everything to all.
"""

from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from khuyenhoc.core.codes import token
from tests.hostile import payloads
from tests.hostile.payloads import RAW, VALUES, good_answers, share
from tests.hostile.place import Place
from tests.support import html
from tests.support.discovery import KEY, FoundForm

FORM = "application/x-www-form-urlencoded"
TAKEN = {200, 204, 303}
REFUSED = {400, 403, 404, 409, 413, 415, 422, 429}
NOTED = {"user_sessions", "sign_in_attempts", "file_openings"}
"""What may be written though the answer is no: a sign of life, an attempt to sign in, that a file was looked at."""

Pairs = list[tuple[str, str]]
THOROUGHLY = pytest.param(1, id="all", marks=pytest.mark.slow)
"""``make proof`` tries everything; ``make test`` every so-many-th, shifted from form to form."""


@pytest.mark.alternating
@pytest.mark.parametrize("of", [pytest.param(52, id="some"), THOROUGHLY])
@pytest.mark.parametrize("htmx", [False, True], ids=["page", "htmx"])
def test_one_value_in_every_field_at_once(place: Place, htmx: bool, of: int) -> None:
    wrong = []
    for number, form in enumerate(place.forms()):
        for what, value in share(VALUES.items(), number + 4 * htmx, of):
            pairs = [(name, value) for name in form.names]
            answer = _send(place, form, pairs, htmx=htmx)
            wrong += _faults(place, form, answer, what, look=True)
        wrong += _left_behind(place, form, prove=of == 1 or number % 3 == 0)

    assert wrong == []


@pytest.mark.parametrize("of", [pytest.param(310, id="some"), THOROUGHLY])
def test_one_bad_field_among_good_ones(place: Place, of: int) -> None:
    wrong, turn = [], 0
    for number, form in enumerate(place.forms()):
        for name in form.names:
            turn += 1
            for what, value in share(VALUES.items(), turn, of):
                pairs = list((good_answers(form, turn) | {name: value}).items())
                wrong += _faults(place, form, _send(place, form, pairs), f"{name}: {what}", look=of == 1)
                if place.wrote - NOTED:
                    place.put_back()
        wrong += _left_behind(place, form, prove=of == 1 or number % 3 == 0)

    assert wrong == []


@pytest.mark.parametrize("of", [pytest.param(23, id="some"), THOROUGHLY])
def test_missing_doubled_and_foreign_fields(place: Place, of: int) -> None:
    wrong = []
    for number, form in enumerate(place.forms()):
        good = list(good_answers(form).items())
        forged = [("id", "1"), ("unit_id", "99"), ("unit", "99"), ("state", "approved"), ("amount", "-1"), ("by", "1")]
        attempts: dict[str, Pairs] = {f"without {name}": [p for p in good if p[0] != name] for name in form.names}
        attempts |= {
            "nothing at all": [],
            "everything twice": [*good, *good],
            "everything twice, differently": [*good, *((name, value + "9") for name, value in good)],
            "forged": [*good, *forged],
            "rows without end": [*good, *((f"goods-{row}-item", "1") for row in range(0, 400, 7))],
            "strange rows": [*good, ("money-²-amount", "1"), (f"money-{'9' * 500}-amount", "1"), ("goals--item", "1")],
            "strange names": [*good, ("__class__", "1"), ("", "1"), ("\x00", "1"), ("csrf_token", "2"), ("[]", "1")],
        }
        for what, pairs in share(attempts.items(), number, of):
            wrong += _faults(place, form, _send(place, form, _new_key(pairs)), what, look=False)
        wrong += _left_behind(place, form, prove=of == 1 or number % 3 == 0)

    assert wrong == []


@pytest.mark.parametrize("of", [pytest.param(26, id="some"), THOROUGHLY])
def test_wrong_kinds_of_content(place: Place, of: int) -> None:
    wrong = []
    for number, form in enumerate(place.forms()):
        good = payloads.encoded(good_answers(form).items())
        for what, (kind, body) in share(_wrong_bodies(good).items(), number, of):
            headers = {"X-CSRFToken": place.token(form.reader)}
            answer = place.open(form.reader, form.action, method="POST", data=body, content_type=kind, headers=headers)
            wrong += _faults(place, form, answer, what, look=False)
        wrong += _left_behind(place, form, prove=of == 1 or number % 3 == 0)

    assert wrong == []


def _wrong_bodies(good: bytes) -> dict[str, tuple[str, bytes]]:
    part = b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nA\r\n'
    return {
        "JSON": ("application/json", b'{"name": ["a"], "amount": -1}'),
        "broken JSON": ("application/json", b'{"name": '),
        "XML": ("application/xml", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'),
        "plain text": ("text/plain", good),
        "bytes": ("application/octet-stream", bytes(range(256))),
        "no kind": ("", good),
        "a strange charset": (f"{FORM}; charset=utf-7", good),
        "multipart without boundary": ("multipart/form-data", part),
        "multipart cut short": ("multipart/form-data; boundary=x", part[:40]),
        "multipart without end": ("multipart/form-data; boundary=x", part),
        "multipart of another boundary": ("multipart/form-data; boundary=y", part + b"--x--\r\n"),
        "an empty boundary": ("multipart/form-data; boundary=", part),
        "a part without name": (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data\r\n\r\nA\r\n--x--\r\n",
        ),
        "a file instead of text": (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="name"; filename="../../a.txt"\r\n\r\nA\r\n--x--\r\n',
        ),
        "more fields than anyone has": (FORM, b"&".join(b"a%d=1" % number for number in range(20_000))),
        "half an escape": (FORM, b"name=%E1%BA%&amount=%&=&&&=%zz"),
    }


def _new_key(pairs: Pairs) -> Pairs:
    return [(name, token() if name == KEY else value) for name, value in pairs]


def _send(place: Place, form: FoundForm, pairs: Pairs, *, htmx: bool = False) -> TestResponse:
    if form.endpoint == "account.enter":
        place.spread_out()
    body = payloads.encoded([*pairs, ("csrf_token", place.token(form.reader))])
    headers = {"HX-Request": "true"} if htmx else {}
    return place.open(form.reader, form.action, method="POST", data=body, content_type=FORM, headers=headers)


def _faults(place: Place, form: FoundForm, answer: TestResponse, what: str, *, look: bool) -> Iterator[str]:
    """What is wrong with the answer to a hostile form."""
    where = f"{form.endpoint} {form.action} as {form.reader or 'nobody'}, {what}: {answer.status_code}"
    if answer.status_code not in TAKEN | REFUSED:
        yield where
        return
    if answer.status_code in REFUSED and place.wrote - NOTED:
        yield f"{where}, and yet {place.wrote} was written"
    yield from (f"{where}, {fault}" for fault in faults_of(answer, look=look))


def faults_of(answer: TestResponse, *, look: bool = False) -> Iterator[str]:
    """What no answer may be: a way to another site, a page that does what was typed, a page without words."""
    for header in ("Location", "HX-Redirect", "HX-Location"):
        target = answer.headers.get(header, "/").removeprefix("http://localhost")
        if not target.startswith("/") or target.startswith(("//", "/\\")):
            yield f"leads to {target!r}"
    # Of a cookie only its name: in what is sealed into it the word may stand by chance.
    told = [value.partition("=")[0] if name == "Set-Cookie" else value for name, value in answer.headers]
    if any("evil" in value for value in told if value not in (answer.location, answer.headers.get("HX-Redirect"))):
        yield f"headers by a stranger: {answer.headers}"
    if answer.mimetype != "text/html" or answer.status_code in (204, 303) or answer.content_encoding:
        return
    text = answer.get_data(as_text=True)
    yield from (f"{raw!r} stands in the page" for raw in RAW if raw in text)
    if answer.status_code in REFUSED and len(html.read(text).text) < 10:
        yield "without words"
    if look and text.lstrip().startswith("<!doctype html>"):
        yield from html.faults(text)


def _left_behind(place: Place, form: FoundForm, *, prove: bool) -> Iterator[str]:
    """The books hold after whatever was taken (short runs ask every third time); then everything is put back."""
    if prove and place.changed - NOTED:
        yield from (f"{form.endpoint} left behind: {violation}" for violation in place.violations())
    place.put_back()
