"""Does every decision add up: its annex, its total, its document; and is what it promised still there?"""

from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from khuyenhoc.awards import kept_promises
from khuyenhoc.core.errors import RuleBroken
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

UNREADABLE = (RuleBroken, SQLAlchemyError, LookupError, TypeError, ValueError, AttributeError)
_PROMISED = (
    "SELECT DISTINCT s.campaign_id FROM award_shares s JOIN awards a ON a.id = s.award_id"
    " WHERE a.state IN ('decided', 'published') ORDER BY s.campaign_id"
)


def kept() -> Iterator[Violation]:
    """What is decided and not paid or handed over finds money and pieces that may serve its purpose."""
    for campaign_id in [row["campaign_id"] for row in stream(_PROMISED)]:
        try:
            yield from _short(campaign_id)
        except UNREADABLE:
            return  # rows that are not what they should be, which other checks name


def _short(campaign_id: int) -> Iterator[Violation]:
    for shortage in kept_promises.shortages([campaign_id]):
        field = "amount" if shortage.item_id is None else "quantity"
        for decision, _count in shortage.decisions:
            found, text = shortage.needed - shortage.short, shortage.sentence
            yield Violation("decisions", str(decision.id), field, shortage.needed, found, text)


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
