"""What hostile, careless and confused visitors send."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from khuyenhoc.core.codes import token
from tests.support import engines
from tests.support.discovery import KEY, Field, FoundForm

Value = TypeVar("Value")

PROOF = "5332114"
"""1234 × 4321: stands in a page only when something has worked it out."""

VALUES = {
    "nothing": "",
    "spaces": " \t\u3000\u00a0 ",
    "a word": "không phải thứ được hỏi",
    "negative": "-1",
    "nought": "0",
    "unknown id": "424242",
    "the largest of 64 bits": str(2**63 - 1),
    "beyond 64 bits": str(2**63),
    "thirty digits": "9" * 30,
    "more digits than int reads": "9" * 5000,
    "a fraction": "1.5",
    "an exponent": "1e308",
    "not a number": "NaN",
    "infinite": "-Infinity",
    "hexadecimal": "0x10",
    "underscores": "1_000",
    "full-width": "１２３４５６",
    "Arabic digits": "١٢٣٤٥",
    "superscript": "²³",
    "mathematical digits": "𝟙𝟚𝟛",
    "true": "true",
    "null": "null",
    "the last day": "31/12/9999",
    "no day": "31/2/2026",
    "day nought": "0000-00-00",
    "far away day": "1/1/99999",
    "full-width day": "１５/８/２０２６",
    "control characters": "\x01\x02\x1b[31m\x7f\x85\u2028",
    "NUL": "Nguyễn\x00Văn",
    "only NUL": "\x00",
    "lone surrogate": "Trần \ud800\udfff\udc00",
    "invalid bytes": "\udcff\udcfe",  # sent as the bytes FF FE
    "right to left": "\u202eThị\u202c \u2066Thử\u2069",
    "noncharacters": "\ufffe\uffff\U0010ffff",
    "a tower of accents": "a" + "\u0301" * 300,
    "emoji": "👩‍👩‍👧‍👦" * 20,
    "long folding": "ﷺŉǰΐﬃ" * 30,
    "template": "{{1234*4321}}{% for x in ().__class__.__mro__ %}{{x}}{% endfor %}",
    "other templates": "${1234*4321}#{1234*4321}<%=1234*4321%>",
    "formatting": "%s %n %(name)s %d {0} {actor.__class__} %",
    "SQL": "' OR '1'='1'; DROP TABLE users; --",
    "SQL in numbers": "1 OR 1=1",
    "SQL union": '1" UNION SELECT password_hash FROM users --',
    "LIKE": "%_%\\",
    "script": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "script in an attribute": '" autofocus onfocus="alert(1)" x=\'',
    "script address": "javascript:alert(1)",
    "entities": "&lt;script&gt;&#x27;&nbsp;&",
    "formula": '=HYPERLINK("http://evil.example";"x")',
    "plus formula": "+1+cmd|' /C calc'!A0",
    "at formula": "@SUM(1+1)*cmd|' /C calc'!A0",
    "header": "x\r\nSet-Cookie: evil=1\r\nLocation: http://evil.example\r\n\r\n<h1>",
    "path": "../../../../../../etc/passwd",
    "windows path": "..\\..\\config.py",
    "JSON": '{"$ne": null, "__proto__": {"admin": true}}',
    "a list": "[1, 2]",
    "another site": "//evil.example/",
    "Typst": '#read("/etc/passwd") #image("x") $x$ @label <label> \\ *b* `raw`',
    "over-long": "Ồ" * 5_000,
}
"""What it is → the value."""

RAW = ("<script>alert(1)", "<img src=x onerror", '" autofocus onfocus="alert', PROOF)
"""What must stand in no page, whoever sent it."""

GOOD = {
    "name": "Trần Văn Thử",
    "full_name": "Trần Văn Thử",
    "called": "Hội Khuyến học thử",
    "donor": "Trần Thị Tốt",
    "donor_id": "moi",
    "donor_for": "Trần Thị Tốt",
    "honorific": "Bà",
    "username": "nguoithu",
    "email": "thu@example.vn",
    "phone": "0900 000 777",
    "tax_code": "",
    "reason": "Vì thử",
    "note": "Ghi chú thử",
    "memo": "Diễn giải thử",
    "person": "Quán nước thử",
    "restriction": "",
    "consent": "Nhà tài trợ đồng ý bằng thư",
    "purpose": "Thử",
    "address": "12 đường Hoa Gạo",
    "amount": "600k",
    "money-0-amount": "600k",
    "unit_value": "100k",
    "goal_money": "5tr",
    "from_amount": "5tr",
    "quantity": "2",
    "goods-0-quantity": "2",
    "goals-0-quantity": "20",
    "lines-0-quantity": "2",
    "lines-0-unit_value": "100k",
    "lines-0-pieces": "1",
    "numbers": "GT24001",
    "supplier": "Cửa hàng Thử",
    "approvals_needed": "1",
    "date": "15/8/2026",
    "on": "15/8/2026",
    "starts": "15/8/2026",
    "ends": "31/12/2026",
    "valid_from": "16/8/2026",
    "birth_date": "20/5/2013",
    "school_year": "2026–2027",
    "opens": "15/8/2026",
    "deadline": "15/9/2026",
    "unit_of_measure": "cái",
    "standing_name": "Quỹ chung thử",
    "bank": "MB",
    "bin": "970422",
    "number": "99900077788811",
    "holder": "HOI KHUYEN HOC",
    "old_password": "khuyen-hoc-2022",
    "password": "hoa sen tháng sáu",
    "again": "hoa sen tháng sáu",
    "to_500000": "1",
    "step": "check",
    "decision": "approve",
    "display": "short",
    "kind": "",
    "role": "reporter",
    "place": "Văn phòng Hội",
    "started_at": "08:30",
    "ended_at": "10:30",
    "to_mend": "Giấy hộ nghèo năm nay",
    "because": "Mẹ em gọi điện",
    "class_name": "7A",
    "who": "Bà Láng Giềng",
    "grounds": "Nhà không còn khó khăn",
    "words": "Đã đến thăm nhà, hồ sơ đúng",
    "how": "thư tay",
    "proof": "hồ sơ, tờ 12",
    "witness": "Cô Hồ Thị Nháp",
    "language": "vi",
}
"""Answers that most forms take, by the name of the field."""

CODES = {"code": "THU", "standing_code": "CHUNG"}
"""Answers that must be new each time."""

LAST = "the last option"
NEW_GIVER = {"donor_id": "moi", "donor_for": "Trần Thị Tốt", "kind": "individual", "honorific": "Bà"}
ON_ONE_FORM: dict[str, dict[str, str]] = {
    "/hien-vat/xoa-so/moi/XD26/pack_50": {"quantity": "1", "numbers": ""},
    "/dang-nhap": {"username": "thuquy", "password": "khuyen-hoc-2022"},
    "/khoan-ung-ho/moi": {**NEW_GIVER, "step": "record"},
    "/so-sach/ghi/nop-ngan-hang": {"campaign": LAST, "amount": "10k"},
    "/so-sach/ghi/rut-tien-mat": {"campaign": LAST},
    "/hoc-bong/moi": {
        "kind": "bicycle",
        "levels-0-code": "THCS",
        "levels-0-label": "Trung học cơ sở",
        "levels-0-amount": "1tr",
        "levels-0-quota": "5",
        "items-0-level": "THCS",
        "items-0-quantity": "1",
        "param_age": "6–18",
        **dict.fromkeys(("presider", "members-0-user", "members-1-user", "members-2-user"), ""),
    },
    "/hoc-bong/THU-NHAP/sua": {"items-0-level": "THCS", "items-0-quantity": "1", "param_age": "6–18"},
    "/nguoi-nhan/moi": {
        "school": "Trường THCS Thử",
        "class_name": "7A",
        "guardians-0-full_name": "Phạm Thị Tốt",
        "guardians-0-relation": "mẹ",
    },
    "/so-sach/tai-khoan/them": {"unit": LAST},
    "/quan-tri/don-vi/U07/chuyen": {"other": LAST},
    "/quan-tri/don-vi/U07/ke-tiep": {"other": LAST},
    "/so-sach/chuyen-chien-dich": {"campaign": LAST, "amount": "10k"},
}
"""What one form wants besides: address of the form → field → answer."""

ON_ONE_ENDPOINT: dict[str, dict[str, str]] = {
    "desk.record": NEW_GIVER,
    "publication.record": {"code": "THU-CB-0003"},
    "quorum_rules.add": {
        "share": "2/3",
        "since": "1/9/2026",
        "regulation": "Quy chế thử số 12/QC-HKH",
        "regulated_on": "1/8/2026",
    },
    "signer_ties.declare": {"code": "THU-DT-0001"},
    "write_offs.mend": {"quantity": "1", "numbers": ""},
}
"""The same for forms whose address differs from run to run."""

FORCED = {"language", "decision", "step", "display"}
"""Fields whose good answer counts though the page suggests another."""


def good_answers(form: FoundForm, number: int = 0) -> dict[str, str]:
    """What somebody would fill in who means well; ``number`` makes codes new."""
    sent = {name: value for name, value in form.untouched().items() if name != KEY}
    more = ON_ONE_ENDPOINT.get(form.endpoint) or ON_ONE_FORM.get(form.action, {})
    for one in form.fields:
        if one.name not in (KEY, "csrf_token"):
            wanted = CODES[one.name] + str(number) if one.name in CODES else GOOD.get(one.name, "")
            _answer(one, more.get(one.name, wanted), sent)
    sent |= {name: value for name, value in more.items() if value != LAST}
    return sent | ({KEY: token()} if KEY in form.names else {})


def _answer(field: Field, wanted: str, sent: dict[str, str]) -> None:
    """Put a good answer to one control, unless the page has suggested one."""
    if field.kind == "select":
        if not sent.get(field.name) or wanted == LAST:
            sent[field.name] = _chosen(field, wanted)
    elif field.kind in ("text", "textarea", "password"):
        sent[field.name] = sent.get(field.name) or wanted
    elif field.name in FORCED and field.value == wanted:
        sent[field.name] = wanted
    elif field.kind in ("radio", "checkbox"):
        sent.setdefault(field.name, field.value)


def _chosen(field: Field, wanted: str) -> str:
    filled = [option for option in field.options if option]
    if wanted == LAST:
        return filled[-1]
    return wanted if wanted in filled else next(iter(filled), "")


def share(values: Iterable[Value], part: int, of: int) -> Iterator[Value]:
    """Every ``of``-th value, beginning with ``part``: so that short runs together try all of them.

    On PostgreSQL, where each takes twice as long, every second of those, half-way between.
    """
    first = part
    if engines.chosen() == "postgresql" and of > 1:
        first, of = part + of // 2, 2 * of
    for position, value in enumerate(values):
        if position % of == first % of:
            yield value


def encoded(pairs: Iterable[tuple[str, str]]) -> bytes:
    """The body of a form, as a browser that knows no shame would send it."""
    return b"&".join(_quoted(name) + b"=" + _quoted(value) for name, value in pairs)


def _quoted(text: str) -> bytes:
    data = b"".join(_bytes_of(character) for character in text)
    return b"".join(b"%%%02X" % byte for byte in data)


def _bytes_of(character: str) -> bytes:
    """A byte that was no text stands as U+DC80…U+DCFF (PEP 383); other lone surrogates go as they are."""
    if 0xDC80 <= ord(character) <= 0xDCFF:
        return character.encode("utf-8", "surrogateescape")
    return character.encode("utf-8", "surrogatepass")
