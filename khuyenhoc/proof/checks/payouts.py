"""Does every list, each of its lines, and every award that was paid or handed over still stand on a living document?"""

from collections.abc import Iterator

from khuyenhoc.core.text import gettext as _
from khuyenhoc.proof.rows import Row, stream
from khuyenhoc.proof.violations import Violation

_LISTS = (
    "SELECT p.id, p.method, d.kind, d.state FROM payouts p LEFT JOIN documents d ON d.id = p.document_id"
    " WHERE p.state IN ('paid', 'handed_over') OR (p.state = 'settled' AND (p.method <> 'goods' OR d.id IS NOT NULL))"
    " ORDER BY p.id"
)
"""Of goods a list may be settled with nothing handed over: a decision took all of it back."""

_LINES = (
    "SELECT l.id, p.method, d.kind, d.state FROM payout_lines l JOIN payouts p ON p.id = l.payout_id"
    " LEFT JOIN documents d ON d.id = l.document_id"
    " WHERE l.document_id IS NOT NULL OR (p.method = 'goods' AND l.outcome = 'received')"
    " OR (p.method <> 'goods' AND l.outcome IN ('absent', 'returned')) ORDER BY l.id"
)
_HANDED_OVER = (
    "SELECT x.document_id, x.award_id FROM (SELECT t.document_id, t.award_id FROM trace_takes t"
    " JOIN documents d ON d.id = t.document_id WHERE d.kind = 'handover' AND d.state <> 'voided'"
    " AND t.award_id IS NOT NULL GROUP BY t.document_id, t.award_id HAVING SUM(t.amount) <> 0) x"
    " LEFT JOIN payout_lines l ON l.award_id = x.award_id AND l.document_id = x.document_id AND l.live"
    " AND l.outcome = 'received' WHERE l.id IS NULL ORDER BY x.document_id, x.award_id"
)
"""What a handover that stands gave to an award whose line does not say so: of goods taken back in part, say."""

_STANDING = (
    "SELECT l.award_id FROM payout_lines l JOIN payouts p ON p.id = l.payout_id"
    " LEFT JOIN documents whole ON whole.id = p.document_id LEFT JOIN documents own ON own.id = l.document_id"
    " WHERE l.live AND (own.id IS NULL OR own.state <> 'voided') AND CASE WHEN p.method = 'goods'"
    " THEN l.outcome = 'received' AND own.id IS NOT NULL ELSE whole.id IS NOT NULL AND whole.state <> 'voided' END"
)
_AWARDS = (
    "SELECT a.id, a.state, s.award_id AS standing FROM awards a"  # noqa: S608 - fixed text
    f" LEFT JOIN ({_STANDING}) s ON s.award_id = a.id"
    " WHERE (a.state IN ('paid', 'handed_over', 'settled')) <> (s.award_id IS NOT NULL) ORDER BY a.id"
)


def standing() -> Iterator[Violation]:
    """What is paid, handed over or kept for an absent recipient has a document of that kind which is not void."""
    for row in stream(_LISTS):
        kind, found = "handover" if row["method"] == "goods" else "payment", _found(row)
        if found != kind:
            text = _("Danh sách đã chi, đã trao mà chứng từ của nó đã hủy hoặc không có.")
            yield Violation("payouts", str(row["id"]), "document_id", kind, found, text)
    for row in stream(_LINES):
        kind, found = "handover" if row["method"] == "goods" else "hold", _found(row)
        if found != kind:
            text = _("Dòng của danh sách dựa vào một chứng từ đã hủy hoặc không có.")
            yield Violation("payout_lines", str(row["id"]), "document_id", kind, found, text)
    for row in stream(_HANDED_OVER):
        text = _("Hiện vật đã xuất cho suất này theo một chứng từ mà dòng của suất không ghi là đã nhận.")
        yield Violation("documents", str(row["document_id"]), "award_id", row["award_id"], None, text)
    for row in stream(_AWARDS):
        expected = "published" if row["standing"] is None else "paid"
        text = (
            _("Suất đã chi, đã trao mà không chứng từ nào còn hiệu lực.")
            if row["standing"] is None
            else _("Chứng từ đã chi, đã trao cho suất này mà suất vẫn ở trạng thái khác.")
        )
        yield Violation("awards", str(row["id"]), "state", expected, row["state"], text)


def _found(row: Row) -> str | None:
    """The kind of the document that stands there, ``voided`` when it is void, nothing when there is none."""
    return "voided" if row["state"] == "voided" else row["kind"]
