"""Does every decision add up: its annex, its own total, and the document that posts its promises?"""

from collections.abc import Iterator

from khuyenhoc.core.text import gettext as _
from khuyenhoc.proof.rows import stream, whole
from khuyenhoc.proof.violations import Violation

_SUMS = (
    "SELECT d.id, d.amount, d.count, COALESCE(SUM(l.amount), 0) AS annex, COUNT(l.award_id) AS lines,"
    " COUNT(DISTINCT l.award_id) AS awards, MAX(o.amount) AS posted, MAX(o.kind) AS kind"
    " FROM decisions d LEFT JOIN decision_lines l ON l.decision_id = d.id LEFT JOIN documents o ON o.id = d.document_id"
    " GROUP BY d.id, d.amount, d.count ORDER BY d.id"
)
_TWICE = (
    "SELECT document_id, COUNT(*) AS times FROM decisions WHERE document_id IS NOT NULL"
    " GROUP BY document_id HAVING COUNT(*) > 1 ORDER BY document_id"
)


def sums() -> Iterator[Violation]:
    """Annex total = the decision's total = its document's; each award stands in an annex once."""
    for row in stream(_SUMS):
        where = str(row["id"])
        if whole(row["annex"]) != row["amount"]:
            text = _("Tổng của quyết định khác tổng danh sách kèm theo.")
            yield Violation("decisions", where, "amount", whole(row["annex"]), row["amount"], text)
        if row["lines"] != row["count"] or row["awards"] != row["count"]:
            text = _("Số suất của quyết định khác danh sách kèm theo.")
            yield Violation("decisions", where, "count", row["awards"], row["count"], text)
        if row["kind"] is not None and (row["kind"], row["posted"]) != ("commitment", row["amount"]):
            text = _("Chứng từ của quyết định không mang đúng tổng của nó.")
            yield Violation("decisions", where, "document_id", row["amount"], row["posted"], text)
    for row in stream(_TWICE):
        text = _("Một chứng từ đứng cho hai quyết định.")
        yield Violation("documents", str(row["document_id"]), "id", 1, row["times"], text)
