"""Is every chain unbroken: entries with their postings, and the history?"""

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from khuyenhoc.core.text import gettext as _
from khuyenhoc.history.chains import GENESIS, INSTALLATION, link_hash
from khuyenhoc.history.events import COLUMNS
from khuyenhoc.history.seal import read_sql
from khuyenhoc.ledger.write import entry_hash
from khuyenhoc.proof import anchors
from khuyenhoc.proof.rows import Beside, Row, every, key, stream, table
from khuyenhoc.proof.violations import Violation

Heads = dict[int, tuple[int, str]]


def entries() -> Iterator[Violation]:
    """Numbers without a gap, each entry sealed over all its content and its predecessor."""
    sql = f"{read_sql(table('postings'))} ORDER BY unit_id, entry_number, line"
    postings = Beside(stream(sql), "unit_id", "entry_number")

    misplaced: list[Row] = []

    def sealed(row: Row) -> str:
        lines = postings.take(row["unit_id"], row["number"])
        misplaced.extend(line for at, line in enumerate(lines, start=1) if line["line"] != at)
        return entry_hash(row, lines)

    heads: Heads = {}
    yield from _links("entries", sealed, heads)
    for row in postings.left():
        text = _("Định khoản không thuộc bút toán nào.")
        yield Violation("postings", key("postings", row), "entry_number", None, row["entry_number"], text)
    for row in misplaced:
        yield Violation("postings", key("postings", row), "line", None, row["line"], _("Thứ tự dòng định khoản sai."))
    yield from _ends("entries", heads)


def history() -> Iterator[Violation]:
    """Numbers without a gap, each deed sealed over all its content and its predecessor."""
    heads: Heads = {}
    yield from _links("history", lambda row: link_hash(COLUMNS, [row[name] for name in COLUMNS]), heads)
    yield from _ends("history", heads)


def _links(name: str, sealed: Callable[[Row], str], heads: Heads) -> Iterator[Violation]:
    anchored = anchors.known(name)
    for unit, rows in groupby(every(name), key=lambda row: row["unit_id"]):
        number, head = 0, GENESIS
        for row in rows:
            here = f"{unit}/{row['number']}"
            if row["number"] != number + 1:
                yield Violation(name, here, "number", number + 1, row["number"], _("Số thứ tự bị ngắt quãng."))
            if row["previous_hash"] != head:
                yield Violation(name, here, "previous_hash", head, row["previous_hash"], _("Không nối với dòng trước."))
            should = sealed(row)
            if row["hash"] != should:
                yield Violation(name, here, "hash", should, row["hash"], _("Nội dung không còn đúng với niêm phong."))
            number, head = row["number"], row["hash"]
            promised = anchored.get((unit, number))
            if promised is not None and promised != head:
                yield Violation(name, here, "hash", promised, head, _("Khác với mã niêm phong đã ghi ra ngoài sổ."))
        heads[unit] = (number, head)


def _ends(name: str, heads: Heads) -> Iterator[Violation]:
    rows = list(every("chains"))
    for odd in (row for row in rows if row["kind"] not in ("entries", "history")):
        yield Violation("chains", key("chains", odd), "kind", None, odd["kind"], _("Không có loại chuỗi này."))
    stored = {row["unit_id"]: row for row in rows if row["kind"] == name}
    begun = {row["unit_id"] for row in rows}  # both chains of a unit begin together
    units = {row["id"] for row in stream("SELECT id FROM units")} | {INSTALLATION}
    for unit in sorted(begun | heads.keys(), key=str):
        length, head = heads.get(unit, (0, GENESIS))
        row: dict[str, Any] = stored.get(unit, {"length": None, "head": None})
        here = f"{unit}/{name}"
        if unit not in units:
            yield Violation("chains", here, "unit_id", None, unit, _("Chuỗi của một đơn vị không có."))
        if row["length"] != length:
            yield Violation("chains", here, "length", length, row["length"], _("Số dòng của chuỗi không đúng."))
        if row["head"] != head:
            yield Violation("chains", here, "head", head, row["head"], _("Đầu chuỗi không đúng dòng cuối."))
    yield from _shortened(name, heads)


def _shortened(name: str, heads: Heads) -> Iterator[Violation]:
    for (unit, length), promised in anchors.known(name).items():
        if length > heads.get(unit, (0, GENESIS))[0]:
            yield Violation(name, f"{unit}/{length}", "hash", promised, None, _("Đã ghi ra ngoài sổ mà nay không còn."))
