"""Of a list that goes out several times, each hand that gave something out of it: not only the last one, which the list
names. Handovers on several days, what was paid out of keeping on a second date, what was handed over again.
"""

from collections.abc import Iterator

from khuyenhoc.core.text import gettext as _
from khuyenhoc.proof.checks.cases import SIGNED
from khuyenhoc.proof.rows import stream
from khuyenhoc.proof.violations import Violation

_LIST = (
    "CASE WHEN length({0}.idempotency_key) > 40"
    " THEN substr({0}.idempotency_key, 8, length({0}.idempotency_key) - 40) END"
)
"""The list's number in a document's key, ``payout:7:`` and 32 digits."""

_PAID_OUT = (
    "SELECT 1 FROM document_lines l JOIN accounts a ON a.id = l.account_id"
    " WHERE l.document_id = d.id AND l.amount < 0 AND a.kind IN ('cash', 'bank')"
)
_GIVEN_OUT = (
    f"SELECT d.id, d.created_by, {_LIST.format('d')} AS list FROM documents d"  # noqa: S608 - fixed
    " WHERE d.idempotency_key LIKE 'payout:%:%' AND"
    f" (d.kind = 'handover' AND d.replaces_id IS NULL OR d.kind = 'hold' AND EXISTS ({_PAID_OUT}))"
)
"""Each document by which somebody gave something out. What was only recorded again went out by the first one."""

_ASKED = (
    "SELECT CAST(r.subject_id AS VARCHAR(20)) AS list, r.asked_by AS who FROM approval_requests r"
    " WHERE r.subject_kind = 'payout'"
    " UNION SELECT CAST(t.id AS VARCHAR(20)), t.prepared_by FROM payouts t"
)
_APPROVED = (
    "SELECT CAST(r.subject_id AS VARCHAR(20)), a.user_id FROM approval_requests r"  # noqa: S608 - fixed text
    " JOIN approvals a ON a.request_id = r.id AND a.decision = 'approved'"
    " WHERE r.state = 'approved' AND r.subject_kind = 'payout'"
    f" UNION SELECT {_LIST.format('h')}, a.user_id FROM approval_requests r"
    " JOIN approvals a ON a.request_id = r.id AND a.decision = 'approved'"
    " JOIN documents h ON h.id = r.subject_id AND h.idempotency_key LIKE 'payout:%:%'"
    " WHERE r.state = 'approved' AND r.subject_kind = 'handover'"
)
"""Who approved the list, and who approved that something be taken back of it."""

_SIGNED = f"SELECT CAST(t.id AS VARCHAR(20)), p.who FROM payouts t JOIN ({SIGNED}) p ON p.decision = t.decision_id"  # noqa: S608 - fixed text

_SAME = (
    f"SELECT x.id, x.created_by FROM ({_GIVEN_OUT}) x"  # noqa: S608 - fixed text
    f" WHERE (x.list, x.created_by) IN ({_ASKED} UNION {_APPROVED} UNION {_SIGNED})"
    " AND NOT EXISTS (SELECT 1 FROM payouts t WHERE CAST(t.id AS VARCHAR(20)) = x.list AND t.paid_by = x.created_by)"
    " ORDER BY x.id"
)
"""Whoever the list itself names is asked about there."""


def each() -> Iterator[Violation]:
    """Nobody gave anything out of a list who prepared it, approved it or that something of it come back, or signed its
    decision."""
    for row in stream(_SAME):
        text = _("Người chi, trao cũng là người lập, người duyệt hoặc người ký quyết định.")
        yield Violation("documents", str(row["id"]), "created_by", None, row["created_by"], text)
