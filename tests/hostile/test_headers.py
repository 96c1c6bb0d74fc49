"""Headers as no browser sends them: an answer all the same, in words, and never another's words."""

import pytest

from tests.hostile.payloads import good_answers
from tests.hostile.place import Place
from tests.hostile.test_forms import faults_of

LONG = "x" * 20_000
HEADERS: dict[str, dict[str, str]] = {
    "no language": {"Accept-Language": ""},
    "an unknown language": {"Accept-Language": "tlh-Qaak, *;q=-1, en;q=abc, ;;;,,,"},
    "a long language": {"Accept-Language": "vi-" * 4000},
    "strange encodings": {"Accept-Encoding": "br;q=1e309, gzip;q=nan, *;q=, deflate"},
    "nothing accepted": {"Accept": "image/x-none;q=0", "Accept-Encoding": "identity;q=0, *;q=0"},
    "broken cookies": {"Cookie": 'kh=broken; kh_session="\\000\\377"; =; ;; kh_session'},
    "a huge cookie": {"Cookie": f"kh_session={LONG}; kh={LONG}"},
    "bytes in cookies": {"Cookie": "kh=\xff\xfe; kh_session=\x00\xed\xa0\x80" + "\xff" * 40},
    "a forged cookie": {"Cookie": "kh=eyJ1c2VyX2lkIjoxfQ.aoBt1A.6uUcrBpfUHnegXQNAnxxWmYOhWY"},
    "another host": {"Host": "evil.example"},
    "a broken host": {"Host": "[::1"},
    "a host of words": {"Host": "a b<script>"},
    "a host with a path": {"Host": "evil.example/x?y#z"},
    "a host with ports": {"Host": "localhost:80:99999"},
    "no host": {"Host": ""},
    "bytes in host": {"Host": "\xff\xfe"},
    "a broken referrer": {"Referer": "http://[::1"},
    "a referrer that is none": {"Referer": "javascript:alert(1)//\x00"},
    "a referrer of another site": {"Referer": "http://evil.example/khoan-ung-ho"},
    "a broken origin": {"Origin": "http://[evil"},
    "no origin": {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    "forged htmx": {
        "HX-Request": "true",
        "HX-Target": "<script>alert(1)</script>",
        "HX-Trigger": '"><img src=x onerror=alert(1)>',
        "HX-Trigger-Name": "{{1234*4321}}",
        "HX-Prompt": "%00\xff",
        "HX-Current-URL": "http://[::1",
        "Referer": "http://[::1",
    },
    "encoded htmx": {
        "HX-Request": "true",
        "HX-Current-URL": "%ff%00//evil.example",
        "HX-Current-URL-URI-AutoEncoded": "true",
    },
    "boosted htmx": {"HX-Request": "true", "HX-Boosted": "true", "HX-History-Restore-Request": "true"},
    "htmx that is none": {"HX-Request": "<true>", "HX-Boosted": "maybe"},
    "a strange range": {"Range": "bytes=abc-,-1-", "If-Range": '"'},
    "strange conditions": {"If-None-Match": '"*, W/', "If-Modified-Since": "yesterday", "If-Match": "*"},
    "another method": {"X-HTTP-Method-Override": "DELETE", "X-Forwarded-Method": "PUT"},
    "a forged way": {
        "X-Forwarded-For": "<script>, 127.0.0.1",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "gopher",
        "X-Forwarded-Prefix": "//evil.example",
        "X-Original-URL": "/quan-tri/nguoi-dung",
        "Forwarded": "for=evil;host=evil.example",
    },
    "a strange browser": {"User-Agent": "<script>alert(1)</script>\x00\xff" + LONG},
    "no browser": {"User-Agent": ""},
    "strange lengths": {"Transfer-Encoding": "chunked", "Expect": "100-continue", "Upgrade": "websocket"},
    "authorization": {"Authorization": "Basic \xff\xfe", "Proxy-Authorization": "x"},
}
ENOUGH = {200, 204, 303, 304, 400, 403, 404, 409, 412, 413, 416, 422, 431}


@pytest.mark.shared
@pytest.mark.parametrize("what", HEADERS)
def test_pages_answer_whatever_the_headers_say(place: Place, what: str) -> None:
    wrong = []
    pages = ["/", "/dang-nhap", "/khoan-ung-ho", "/minh-bach/XD26", "/kiem-chung/", "/them", "/khong-co", "/healthz"]
    for who in ("", "thuquy"):
        for path in pages:
            answer = place.open(who, path, headers=HEADERS[what])
            where = f"{path} as {who or 'nobody'}: {answer.status_code}"
            if answer.status_code not in ENOUGH:
                wrong.append(where)
            wrong += [f"{where}, {fault}" for fault in faults_of(answer)]
            if b"evil.example" in answer.get_data():
                wrong.append(f"{where} speaks of another site")
    assert wrong == []


@pytest.mark.shared
@pytest.mark.parametrize("what", HEADERS)
def test_forms_answer_whatever_the_headers_say(place: Place, what: str) -> None:
    wanted = {"account.enter", "desk.record", "donors.create", "reports.choose_name", "people.create"}
    wrong = []
    for form in (form for form in place.forms() if form.endpoint in wanted):
        for token in (place.token(form.reader), "stale"):
            data = good_answers(form) | {"csrf_token": token}
            for who in (form.reader, ""):
                place.spread_out()
                answer = place.open(who, form.action, method="POST", data=data, headers=HEADERS[what])
                where = f"{form.action} as {who or 'nobody'}: {answer.status_code}"
                if answer.status_code not in ENOUGH:
                    wrong.append(where)
                wrong += [f"{where}, {fault}" for fault in faults_of(answer)]
        place.put_back()
    assert wrong == []
