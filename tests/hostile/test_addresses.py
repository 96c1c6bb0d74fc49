"""Every address, whatever stands in it: parts, and what is asked behind the question mark."""

import re
from collections.abc import Iterator

import pytest

from tests.hostile import payloads
from tests.hostile.payloads import VALUES, share
from tests.hostile.place import Place
from tests.hostile.test_forms import NOTED, THOROUGHLY, faults_of

PARTS = {
    "nought": "0",
    "unknown": "424242",
    "eighteen digits": "9" * 18,
    "nineteen digits": str(2**63),
    "very many digits": "9" * 3000,
    "negative": "-1",
    "plus": "+1",
    "a fraction": "1.5",
    "full-width": "%EF%BC%91",
    "Arabic digit": "%D9%A1",
    "NUL": "%00",
    "NUL behind": "1%00",
    "line feed": "1%0A",
    "header": "x%0D%0ASet-Cookie:%20evil=1",
    "invalid bytes": "%FF%FE",
    "lone surrogate": "%ED%A0%80",
    "a way up": "..%2F..%2Fconfig.py",
    "a way up, plain": "../../config.py",
    "twice escaped": "%252e%252e%252f",
    "backslash": "..%5C..%5Cconfig.py",
    "template": "%7B%7B1234*4321%7D%7D",
    "SQL": "1'%20OR%20'1'='1",
    "script": "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "a space": "%20",
    "another site": "%2F%2Fevil.example",
    "long": "x" * 5000,
}
"""What it is → one part of an address, as it is sent."""

ASKED = {200, 303, 400, 403, 404, 422}
"""A question that nobody understands is answered, or refused in words."""

OF_EVERY_LIST = {"q", "xep", "sau", "truoc", "tu", "den", "thang", "don_vi", "ban", "vua_ghi", "tiep", "khong-co"}


@pytest.mark.parametrize("of", [pytest.param(38, id="some"), THOROUGHLY])
def test_strange_parts_of_an_address_lead_nowhere(place: Place, of: int) -> None:
    wrong = []
    for number, (method, rule, path, reader) in enumerate(_with_parts(place)):
        for what, part in share(PARTS.items(), number, of):
            for forged in _forged(rule, path, part):
                data = {"data": {"csrf_token": place.token(reader)}} if method == "POST" else {}
                answer = place.open(reader, forged, method=method, **data)
                where = f"{method} {forged[:120]}, {what}: {answer.status_code}"
                if answer.status_code not in {303, 308, 400, 403, 404, 405, 422}:
                    wrong.append(where)
                if place.wrote - NOTED:
                    wrong.append(f"{where} wrote {place.wrote}")
                wrong += [f"{where}, {fault}" for fault in faults_of(answer)]
    assert wrong == []


@pytest.mark.parametrize("of", [pytest.param(590, id="some"), THOROUGHLY])
def test_strange_questions_are_answered_or_refused(place: Place, of: int) -> None:
    wrong, turn = [], 0
    for endpoint, reader, path in _pages(place):
        for name in sorted(_asked_of(place, endpoint)):
            turn += 1
            for what, value in share(VALUES.items(), turn, of):
                asked = payloads.encoded([(name, value)]).decode()
                answer = place.open(reader, f"{path.partition('?')[0]}?{asked}")
                where = f"{path} as {reader or 'nobody'}, {name}: {what}: {answer.status_code}"
                if answer.status_code not in ASKED:
                    wrong.append(where)
                wrong += [f"{where}, {fault}" for fault in faults_of(answer)]
    assert wrong == []
    assert place.changed <= NOTED


def test_many_strange_questions_at_once(place: Place) -> None:
    wrong = []
    values = list(VALUES.values())
    for number, (endpoint, reader, path) in enumerate(_pages(place)):
        names = sorted(_asked_of(place, endpoint))
        pairs = [(name, values[(number + position) % len(values)][:300]) for position, name in enumerate(names)]
        answer = place.open(reader, f"{path.partition('?')[0]}?{payloads.encoded([*pairs, *pairs]).decode()}")
        if answer.status_code not in ASKED:
            wrong.append(f"{path} as {reader or 'nobody'}: {answer.status_code}")
        wrong += [f"{path}, {fault}" for fault in faults_of(answer)]
    assert wrong == []


def _pages(place: Place) -> Iterator[tuple[str, str, str]]:
    for endpoint in sorted(place.found.pages):
        found = place.found.address(endpoint)
        if found:
            yield endpoint, *found


def _asked_of(place: Place, endpoint: str) -> set[str]:
    """What the pages ask of an endpoint, by links and by forms, and what some list somewhere takes."""
    forms = [form for form in place.found.forms if form.method == "get" and form.endpoint == endpoint]
    asked = place.found.queries.get(endpoint, set()) | {name for form in forms for name in form.names}
    return (asked | OF_EVERY_LIST) - {"form_key", "csrf_token"}


def _with_parts(place: Place) -> Iterator[tuple[str, str, str, str]]:
    """Method, rule, real address and reader of every route whose address has parts."""
    posts = {form.endpoint: (form.reader, form.action) for form in place.forms()}
    for rule in sorted(place.app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        if not rule.arguments:
            continue
        methods = rule.methods or set()
        if "GET" in methods:
            found = ("", "/static/x/app.css") if rule.endpoint == "static" else place.found.address(rule.endpoint)
            if found:  # the test of all routes says which were not
                yield "GET", rule.rule, found[1], found[0]
        if "POST" in methods and rule.endpoint in posts:
            reader, path = posts[rule.endpoint]
            yield "POST", rule.rule, path, reader


def _forged(rule: str, path: str, part: str) -> Iterator[str]:
    """The address with each of its parts in turn replaced."""
    pattern = re.sub(r"<[^>]+>", "(.+?)", rule.replace(".", r"\."))
    match = re.fullmatch(pattern, path.partition("?")[0])
    assert match, (rule, path)
    for group in range(1, len(match.groups()) + 1):
        start, end = match.span(group)
        yield path[:start] + part + path[end:].partition("?")[0]
