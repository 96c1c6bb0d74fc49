"""Do documents and entries prove each other, one by one?"""

from collections.abc import Iterator
from itertools import groupby, zip_longest
from typing import Any, NamedTuple

from khuyenhoc.core.text import gettext as _
from khuyenhoc.ledger import mirrors as mirror_entries
from khuyenhoc.ledger.document_tables import COUNTER, SERIES
from khuyenhoc.ledger.documents import counter_kind
from khuyenhoc.proof.rows import Beside, Row, negative, stream, whole
from khuyenhoc.proof.violations import Violation

SAME = (
    ("date", "date"),
    ("kind", "kind"),
    ("memo", "memo"),
    ("actor_id", "created_by"),
    ("actor_name", "created_by_name"),
    ("created_at", "created_at"),
    ("idempotency_key", "idempotency_key"),
)
"""Field of the entry, and the field of its document that it repeats."""


def numbers() -> Iterator[Violation]:
    """Numbers run 1, 2, 3 … per unit, series and year."""
    sql = "SELECT id, unit_id, series, year, number, kind FROM documents ORDER BY unit_id, series, year, number"
    for _book, rows in groupby(stream(sql), key=lambda row: (row["unit_id"], row["series"], row["year"])):
        for expected, row in enumerate(rows, start=1):
            if row["number"] != expected:
                yield Violation(
                    "documents", str(row["id"]), "number", expected, row["number"], _("Số chứng từ bị ngắt quãng.")
                )
                break
            if row["series"] not in SERIES.get(str(row["kind"]), ()):
                yield Violation(
                    "documents", str(row["id"]), "series", None, row["series"], _("Số lấy từ dãy không đúng loại.")
                )
    yield from _numbers_of_papers()


_NUMBERED = (
    "SELECT MIN(id) AS id, unit_id, series, year, number FROM issued_papers WHERE series IS NOT NULL"
    " GROUP BY unit_id, series, year, number ORDER BY unit_id, series, year, number"
)


def _numbers_of_papers() -> Iterator[Violation]:
    """So do those that a paper takes by itself: minutes and certificates."""
    for _book, rows in groupby(stream(_NUMBERED), key=lambda row: (row["unit_id"], row["series"], row["year"])):
        for expected, row in enumerate(rows, start=1):
            if row["number"] != expected:
                text = _("Số giấy bị ngắt quãng.")
                yield Violation("issued_papers", str(row["id"]), "number", expected, row["number"], text)
                break


def entries() -> Iterator[Violation]:
    """Each document stands in the books exactly once, with the postings that its lines call for, row by row."""
    documents = Beside(stream("SELECT * FROM documents ORDER BY unit_id, entry_number"), "unit_id", "entry_number")
    lines = Beside(stream(_LINES), "unit_id", "entry_number")
    postings = Beside(stream(_POSTINGS), "unit_id", "entry_number")
    chart = _chart()
    mirrors: dict[Place, Mirror] = {}
    voids: list[tuple[Row, list[Row]]] = []
    for entry in stream("SELECT * FROM entries ORDER BY unit_id, number"):
        place = (entry["unit_id"], entry["number"])
        called, found = lines.take(*place), postings.take(*place)
        mine = documents.take(*place)
        if entry["reversal_of"] is not None:
            mirrors[place] = Mirror(entry, found)
            continue
        if len(mine) != 1 or mine[0]["id"] != entry["source_id"]:
            text = _("Bút toán không có chứng từ.")
            yield Violation("entries", _row(place), "source_id", None, entry["source_id"], text)
            continue
        should = [row for line in called for row in _called_for(line, chart)]
        yield from _same(mine[0], entry)
        yield from _differing(place, should, found)
        if mine[0]["state"] == "voided" or mine[0]["voided_by_entry"] is not None:
            voids.append((mine[0], should))
    for document in documents.left():
        text = _("Chứng từ không có bút toán của mình.")
        yield Violation("documents", str(document["id"]), "entry_number", None, document["entry_number"], text)
    yield from _voids(voids, mirrors)


Place = tuple[Any, Any]
"""A unit's id and the number of an entry."""


class Mirror(NamedTuple):
    """A reversing entry as it stands, with its postings."""

    entry: Row
    postings: list[Row]


_LINES = (
    "SELECT d.unit_id, d.entry_number, l.campaign_id, l.account_id, l.heading, l.amount, l.item_id, l.quantity"
    " FROM document_lines l JOIN documents d ON d.id = l.document_id"
    " ORDER BY d.unit_id, d.entry_number, l.position"
)
_POSTINGS = (
    "SELECT unit_id, entry_number, line, account_id, campaign_id, amount, item_id, quantity FROM postings"
    " ORDER BY unit_id, entry_number, line"
)
_FIELDS = ("account_id", "campaign_id", "amount", "item_id", "quantity")


def _chart() -> dict[tuple[Any, Any], Any]:
    """A unit's id and a kind of account → the id of its first account of the kind."""
    found: dict[tuple[Any, Any], Any] = {}
    for row in stream("SELECT id, unit_id, kind FROM accounts ORDER BY id"):
        found.setdefault((row["unit_id"], row["kind"]), row["id"])
    return found


def _row(place: Place) -> str:
    return f"{place[0]}/{place[1]}"


def _same(document: Row, entry: Row) -> Iterator[Violation]:
    should = {field: document[source] for field, source in SAME} | {"source_kind": "document"}
    text = _("Bút toán khác chứng từ của nó.")
    yield from _fields_differing(entry, should, text)


def _fields_differing(entry: Row, should: Row, text: str) -> Iterator[Violation]:
    where = _row((entry["unit_id"], entry["number"]))
    for field, expected in should.items():
        if entry[field] != expected:
            yield Violation("entries", where, field, expected, entry[field], text)


def _called_for(line: Row, chart: dict[tuple[Any, Any], Any]) -> Iterator[Row]:
    """The postings that a line of a document calls for: its own and, where its heading has another side, that one."""
    own: Row = {field: line[field] for field in _FIELDS}
    yield own
    counter = counter_kind(line["heading"], line["item_id"]) if line["heading"] in COUNTER else None
    if counter is not None:
        pieces = line["heading"] == "reserved"
        yield {
            "account_id": chart.get((line["unit_id"], counter)),
            "campaign_id": line["campaign_id"],
            "amount": negative(line["amount"]),
            "item_id": line["item_id"] if pieces else None,
            "quantity": negative(line["quantity"]) if pieces else 0,
        }


def _differing(place: Place, should: list[Row], found: list[Row]) -> Iterator[Violation]:
    """Posting beside posting, in the order in which they were written."""
    text = _("Định khoản khác dòng chứng từ.")
    for at, (wanted, row) in enumerate(zip_longest(should, found), start=1):
        where = f"{_row(place)}/{row['line'] if row else at}"
        if wanted is None or row is None:
            yield Violation("postings", where, "line", at if wanted else None, row["line"] if row else None, text)
            continue
        for field in _FIELDS:
            if row[field] != wanted[field]:
                yield Violation("postings", where, field, wanted[field], row[field], text)


def _voids(documents: list[tuple[Row, list[Row]]], mirrors: dict[Place, Mirror]) -> Iterator[Violation]:
    """A void document has its mirror entry, and every mirror entry its void document."""
    claimed = set()
    approvers = _approvers()
    for document, postings in documents:
        place = (document["unit_id"], document["voided_by_entry"])
        mirror = mirrors.get(place)
        if mirror is None or mirror.entry["reversal_of"] != document["entry_number"]:
            text = _("Ghi là hủy mà không có bút toán đảo.")
            yield Violation(
                "documents", str(document["id"]), "voided_by_entry", None, document["voided_by_entry"], text
            )
            continue
        claimed.add(place)
        if document["state"] != "voided":
            text = _("Đã có bút toán đảo mà chưa ghi là hủy.")
            yield Violation("documents", str(document["id"]), "state", "voided", document["state"], text)
        should = _mirror_of(document) | approvers.get(document["id"], {})
        yield from _fields_differing(mirror.entry, should, _("Bút toán đảo khác chứng từ hủy."))
        yield from _differing(place, [_turned(row) for row in postings], mirror.postings)
    for place, mirror in mirrors.items():
        if place not in claimed:
            text = _("Bút toán đảo không có chứng từ hủy.")
            yield Violation("entries", _row(place), "reversal_of", None, mirror.entry["reversal_of"], text)


def _mirror_of(document: Row) -> Row:
    """What the entry that voids a document says."""
    label = f"{document['series']}-{document['year']}-{whole(document['number']):04d}"
    return {
        "kind": "void",
        "memo": mirror_entries.memo(label, str(document["voided_because"])),
        "source_kind": "document",
        "source_id": document["id"],
        "created_at": document["voided_at"],
        "idempotency_key": mirror_entries.key(document["id"]),
    }


def _approvers() -> dict[Any, Row]:
    """Void document → who approved it, as the history tells."""
    sql = "SELECT subject_id, actor_id, actor_name FROM history WHERE action = 'document.voided'"
    return {r["subject_id"]: {"actor_id": r["actor_id"], "actor_name": r["actor_name"]} for r in stream(sql)}


def _turned(row: Row) -> Row:
    return row | {"amount": negative(row["amount"]), "quantity": negative(row["quantity"])}
