"""Do documents and entries prove each other, one by one?"""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from khuyenhoc.core.text import gettext as _
from khuyenhoc.ledger.document_tables import COUNTER, SERIES
from khuyenhoc.proof.rows import Beside, Row, stream, whole
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


def entries() -> Iterator[Violation]:
    """Each document stands in the books exactly once, with the postings that its lines call for."""
    documents = Beside(stream("SELECT * FROM documents ORDER BY unit_id, entry_number"), "unit_id", "entry_number")
    lines = Beside(stream(_LINES), "unit_id", "entry_number")
    postings = Beside(stream(_POSTINGS), "unit_id", "entry_number")
    mirrors: dict[tuple[Any, Any], Row] = {}
    voids: list[Row] = []
    for entry in stream("SELECT * FROM entries ORDER BY unit_id, number"):
        place = (entry["unit_id"], entry["number"])
        called, found = lines.take(*place), postings.take(*place)
        mine = documents.take(*place)
        if entry["reversal_of"] is not None:
            mirrors[place] = entry
            continue
        if len(mine) != 1 or mine[0]["id"] != entry["source_id"]:
            where = f"{entry['unit_id']}/{entry['number']}"
            yield Violation("entries", where, "source_id", None, entry["source_id"], _("Bút toán không có chứng từ."))
            continue
        yield from _same(mine[0], entry)
        yield from _postings(mine[0], called, found)
        if mine[0]["state"] == "voided" or mine[0]["voided_by_entry"] is not None:
            voids.append(mine[0])
    for document in documents.left():
        text = _("Chứng từ không có bút toán của mình.")
        yield Violation("documents", str(document["id"]), "entry_number", None, document["entry_number"], text)
    yield from _voids(voids, mirrors)


_LINES = (
    "SELECT d.unit_id, d.entry_number, l.campaign_id, l.account_id, l.heading, l.amount, l.item_id, l.quantity, a.kind"
    " FROM document_lines l JOIN documents d ON d.id = l.document_id LEFT JOIN accounts a ON a.id = l.account_id"
    " ORDER BY d.unit_id, d.entry_number, l.position"
)
_POSTINGS = (
    "SELECT p.unit_id, p.entry_number, p.campaign_id, p.account_id, p.amount, p.item_id, p.quantity, a.kind"
    " FROM postings p LEFT JOIN accounts a ON a.id = p.account_id ORDER BY p.unit_id, p.entry_number, p.line"
)


def _same(document: Row, entry: Row) -> Iterator[Violation]:
    where = f"{entry['unit_id']}/{entry['number']}"
    for field, source in SAME:
        if entry[field] != document[source]:
            yield Violation(
                "entries", where, field, document[source], entry[field], _("Bút toán khác chứng từ của nó.")
            )


def _postings(document: Row, lines: list[Row], postings: list[Row]) -> Iterator[Violation]:
    should, found = _Sums(), _Sums()
    for line in lines:
        for place, amount, quantity in _called_for(line):
            should.add(place, amount, quantity)
    for row in postings:
        own = row["account_id"] if row["kind"] in _OWN else 0
        found.add((row["kind"], own, row["campaign_id"], row["item_id"]), whole(row["amount"]), whole(row["quantity"]))
    where = f"{document['unit_id']}/{document['entry_number']}"
    for place in sorted(should.keys() | found.keys(), key=str):
        text = _("Định khoản khác dòng chứng từ (tài khoản %(kind)s).", kind=place[0])
        for at, field in enumerate(("amount", "quantity")):
            if should.at(place)[at] != found.at(place)[at]:
                yield Violation("postings", where, field, should.at(place)[at], found.at(place)[at], text)


class _Sums(dict[tuple[Any, ...], list[int]]):
    """Đồng and pieces, summed by account, campaign and item."""

    def add(self, place: tuple[Any, ...], amount: int, quantity: int) -> None:
        total = self.setdefault(place, [0, 0])
        total[0] += amount
        total[1] += quantity

    def at(self, place: tuple[Any, ...]) -> list[int]:
        return self.get(place, [0, 0])


_OWN = frozenset({"cash", "bank", "stock", "held", "commitments", "reservations"})


def _called_for(line: Row) -> Iterator[tuple[tuple[Any, ...], int, int]]:
    amount, quantity, item, campaign = line["amount"], line["quantity"], line["item_id"], line["campaign_id"]
    if not isinstance(amount, int) or not isinstance(quantity, int):
        return
    yield (line["kind"], line["account_id"], campaign, item), amount, quantity
    heading = str(line["heading"])
    counter = "gifts_kind" if heading == "received" and item is not None else COUNTER.get(heading)
    if counter is not None:
        pieces = heading == "reserved"
        yield (counter, 0, campaign, item if pieces else None), -amount, -quantity if pieces else 0


def _voids(documents: list[Row], mirrors: dict[tuple[Any, Any], Row]) -> Iterator[Violation]:
    """A void document has its mirror entry, and every mirror entry its void document."""
    claimed = set()
    for document in documents:
        where = str(document["id"])
        place = (document["unit_id"], document["voided_by_entry"])
        mirror = mirrors.get(place)
        if mirror is None or mirror["reversal_of"] != document["entry_number"] or mirror["source_id"] != document["id"]:
            text = _("Ghi là hủy mà không có bút toán đảo.")
            yield Violation("documents", where, "voided_by_entry", None, document["voided_by_entry"], text)
            continue
        claimed.add(place)
        if document["state"] != "voided":
            text = _("Đã có bút toán đảo mà chưa ghi là hủy.")
            yield Violation("documents", where, "state", "voided", document["state"], text)
    for place, mirror in mirrors.items():
        if place not in claimed:
            where, text = f"{place[0]}/{place[1]}", _("Bút toán đảo không có chứng từ hủy.")
            yield Violation("entries", where, "reversal_of", None, mirror["reversal_of"], text)
