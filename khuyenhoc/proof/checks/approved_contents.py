"""What was approved word by word: money moved between campaigns, and what bound gifts may pay for; and time by time.

The request says all of the deed, so the deed is laid beside it. A month is closed and opened again as often as people
approved it.
"""

import json
from collections.abc import Iterator
from typing import Any

from khuyenhoc.core.text import gettext as _
from khuyenhoc.ledger.period_approvals import CLOSE, REOPEN, subject_of
from khuyenhoc.proof.rows import Row, few, stream, whole
from khuyenhoc.proof.violations import Violation

SAID = "a.request_id = r.id AND a.decision = 'approved' AND a.fingerprint = r.fingerprint"
"""An approval ``a`` that counts for a request ``r``: it says yes, to what was asked."""

_APPROVED = f"r.state = 'approved' AND EXISTS (SELECT 1 FROM approvals a WHERE {SAID})"  # noqa: S608 - fixed text
_TRANSFERS = (
    "SELECT d.id, d.idempotency_key AS said, d.amount, r.id AS request, r.subject_id AS source, r.amount AS asked,"  # noqa: S608 - fixed text
    " r.payload, o.campaign_id AS taken, o.account_id AS box, o.amount AS went, i.campaign_id AS put FROM documents d"
    " LEFT JOIN approval_requests r ON r.kind = 'transfer' AND d.idempotency_key = 'transfer:' ||"
    f" CAST(r.id AS VARCHAR(20)) AND {_APPROVED}"
    " LEFT JOIN document_lines o ON o.document_id = d.id AND o.heading = 'transfers_out'"
    " LEFT JOIN document_lines i ON i.document_id = d.id AND i.heading = 'transfers_in'"
    " WHERE d.kind = 'transfer' ORDER BY d.id"
)
_BINDING = (
    "SELECT r.subject_id, r.payload FROM approval_requests r WHERE r.kind = 'earmark'"  # noqa: S608 - fixed text
    f" AND r.subject_kind = 'bound_gift' AND {_APPROVED} ORDER BY r.id"
)
_EARMARKS = "SELECT id, document_id, purpose_id, consent, proof_id, ended_at FROM earmarks ORDER BY id"

_TIMES = (
    "SELECT r.subject_id, r.kind, COUNT(*) AS times FROM approval_requests r WHERE r.subject_kind = 'period'"  # noqa: S608 - fixed text
    f" AND {_APPROVED} GROUP BY r.subject_id, r.kind"
)
_MONTHS = (
    "SELECT t.id, t.unit_id, t.year, t.month, t.state,"
    " SUM(CASE WHEN h.action = 'period.closed' THEN 1 ELSE 0 END) AS closed,"
    " SUM(CASE WHEN h.action = 'period.reopened' THEN 1 ELSE 0 END) AS reopened"
    " FROM periods t LEFT JOIN history h ON h.subject_table = 'periods' AND h.subject_id = t.id"
    " GROUP BY t.id, t.unit_id, t.year, t.month, t.state ORDER BY t.id"
)


def not_approved() -> str:
    """What is said of a deed that nobody approved."""
    return _("Đã làm mà không có đề nghị nào được duyệt.")


def transfers() -> Iterator[Violation]:
    """Money moved as another person approved: from where, to where, on which account, how much."""
    for row in stream(_TRANSFERS):
        where = str(row["id"])
        if row["request"] is None:
            yield Violation("documents", where, "idempotency_key", None, row["said"], not_approved())
            continue
        asked = _read(row["payload"])
        wanted = (row["source"], asked.get("to"), asked.get("account"), row["asked"], -row["asked"])
        if wanted != (row["taken"], row["put"], row["box"], row["amount"], row["went"]):
            text = _("Chuyển tiền khác với đề nghị đã duyệt.")
            yield Violation("documents", where, "amount", row["asked"], row["amount"], text)


def earmarks() -> Iterator[Violation]:
    """A bound gift pays for what another person approved, by the consent that was approved, until that was ended so."""
    bound: set[tuple[Any, ...]] = set()
    ended: set[tuple[Any, ...]] = set()
    for row in stream(_BINDING):
        asked = _read(row["payload"])
        if "end" in asked:
            ended.add((row["subject_id"], asked["end"]))
        else:
            bound.add((row["subject_id"], asked.get("purpose"), asked.get("consent"), asked.get("proof")))
    for row in stream(_EARMARKS):
        if (row["document_id"], row["purpose_id"], row["consent"], row["proof_id"]) not in bound:
            yield _unasked(row, "purpose_id")
        if row["ended_at"] is not None and (row["document_id"], row["id"]) not in ended:
            yield _unasked(row, "ended_at")


def months() -> Iterator[Violation]:
    """A month was closed, and opened again, no oftener than it was approved; what stands here was closed once."""
    times = {(row["subject_id"], row["kind"]): row["times"] for row in few(_TIMES)}
    for row in few(_MONTHS):
        subject = subject_of(whole(row["unit_id"]), whole(row["year"]) * 12 + whole(row["month"]) - 1)
        done = ((CLOSE, max(1, row["closed"])), (REOPEN, max(row["state"] == "reopened", row["reopened"])))
        if any(times.get((subject, kind), 0) < needed for kind, needed in done):
            yield Violation("periods", str(row["id"]), "state", None, row["state"], not_approved())


def _unasked(row: Row, field: str) -> Violation:
    return Violation("earmarks", str(row["id"]), field, None, row[field], not_approved())


def _read(payload: str) -> dict[str, Any]:
    """What a request says; nothing where it cannot be read, which another check names."""
    try:
        found = json.loads(payload)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
