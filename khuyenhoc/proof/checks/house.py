"""Is every entry inside its time, and do the seals of papers hold?"""

import hashlib
from collections.abc import Iterator

from khuyenhoc.core import clock
from khuyenhoc.core.database import is_sqlite
from khuyenhoc.core.text import gettext as _
from khuyenhoc.proof.rows import stream
from khuyenhoc.proof.violations import Violation


def dates() -> Iterator[Violation]:
    """No entry lies in the future, and none was written into a month after that month was closed for good."""
    for row in stream("SELECT unit_id, number, date FROM entries WHERE date > :today", today=clock.today().isoformat()):
        where = f"{row['unit_id']}/{row['number']}"
        yield Violation(
            "entries", where, "date", clock.today().isoformat(), row["date"], _("Bút toán ghi ngày chưa đến.")
        )
    yield from _closed_months()


_LATE_ENTRIES = (
    "SELECT e.unit_id, e.number, e.created_at, h.at FROM periods p"
    " JOIN history h ON h.subject_table = 'periods' AND h.subject_id = p.id AND h.action = 'period.closed'"
    " JOIN entries e ON e.unit_id = p.unit_id AND e.created_at > h.at AND {month} = p.year * 12 + p.month"
    " WHERE p.state = 'closed' AND h.number = (SELECT MAX(x.number) FROM history x WHERE x.subject_table = 'periods'"
    " AND x.subject_id = p.id AND x.action = 'period.closed')"
)


def _closed_months() -> Iterator[Violation]:
    """Entries of a month that stands closed were all written before its latest closing."""
    month = _month_of("e.date")
    for row in stream(_LATE_ENTRIES.replace("{month}", month)):
        where = f"{row['unit_id']}/{row['number']}"
        yield Violation(
            "entries", where, "created_at", row["at"], row["created_at"], _("Bút toán ghi vào tháng đã khóa.")
        )


def _month_of(column: str) -> str:
    if is_sqlite():
        return f"(CAST(substr({column}, 1, 4) AS INTEGER) * 12 + CAST(substr({column}, 6, 2) AS INTEGER))"
    return f"(EXTRACT(YEAR FROM {column}) * 12 + EXTRACT(MONTH FROM {column}))"


def papers() -> Iterator[Violation]:
    """Every issued paper's frozen content still has the fingerprint that was taken at issue."""
    for row in stream("SELECT id, content, fingerprint FROM issued_papers ORDER BY id"):
        should = hashlib.sha256(str(row["content"]).encode("utf-8", "surrogatepass")).hexdigest()
        if row["fingerprint"] != should:
            text = _("Nội dung giấy đã in khác lúc phát hành.")
            yield Violation("issued_papers", str(row["id"]), "content", row["fingerprint"], should, text)
