"""Was whatever went out approved by another person, and paid by one who neither prepared nor approved it?

The rows are asked, not the rules: a row changed behind their back is named. What is signed or moved by the rules' own
functions without a request (as the demonstration's decisions and its transfer are) has none to be asked about: a
transfer is looked at where its document says that it was asked for, a decision is not.
"""

from collections.abc import Iterator
from typing import NamedTuple

from khuyenhoc.core.text import gettext as _
from khuyenhoc.proof.checks import hands
from khuyenhoc.proof.rows import stream
from khuyenhoc.proof.violations import Violation


class _Deed(NamedTuple):
    """One kind of row that is done only when approved; ``paid``: the SQL for who paid, and the field to name."""

    table: str
    subject: str
    states: str
    prepared: str
    paid: str
    field: str


_DEEDS = (
    _Deed("payouts", "payout", "'paid', 'handed_over', 'settled'", "prepared_by", "t.paid_by", "paid_by"),
    _Deed("payment_orders", "payment_order", "'paid', 'voided'", "prepared_by", "t.paid_by", "paid_by"),
    _Deed(
        "purchases", "purchase", "'paid'", "asked_by",
        "(SELECT d.created_by FROM documents d WHERE d.id = t.document_id)", "document_id",
    ),
    _Deed("write_offs", "write_off", "'done'", "asked_by", "", ""),
)  # fmt: skip
"""Refunds are payment orders. A write-off is carried out with its approval: nobody pays."""

_GIVEN = (
    "SELECT 1 FROM approval_requests r JOIN approvals a ON a.request_id = r.id AND a.decision = 'approved'"
    " AND a.fingerprint = r.fingerprint WHERE r.state = 'approved' AND r.subject_kind = :subject"
    " AND r.subject_id = t.id"
)
_ASKED = "SELECT 1 FROM approval_requests r WHERE r.subject_kind = :subject AND r.subject_id = t.id"
_OWN = (
    "SELECT a.request_id, a.position, r.asked_by FROM approvals a JOIN approval_requests r ON r.id = a.request_id"
    " WHERE a.user_id = r.asked_by AND a.decision = 'approved'"
)
_TRANSFERS = (
    "SELECT d.id, d.idempotency_key AS said FROM documents d WHERE d.kind = 'transfer'"
    " AND d.idempotency_key LIKE 'transfer:%' AND d.idempotency_key NOT IN"
    " (SELECT 'transfer:' || CAST(r.id AS VARCHAR(20)) FROM approval_requests r JOIN approvals a ON a.request_id = r.id"
    " AND a.decision = 'approved' AND a.fingerprint = r.fingerprint WHERE r.kind = 'transfer' AND r.state = 'approved')"
    " ORDER BY d.id"
)


def given() -> Iterator[Violation]:
    """Whoever approved is not the one who asked; what went out was approved, and paid by somebody else again."""
    for row in stream(_OWN):
        where = f"{row['request_id']}/{row['position']}"
        yield Violation("approvals", where, "user_id", None, row["asked_by"], _("Người xin tự duyệt việc của mình."))
    for deed in _DEEDS:
        yield from _not_approved(deed)
        if deed.paid:
            yield from _paid_by_the_same(deed)
    yield from hands.each()
    for row in stream(_TRANSFERS):
        text = _("Đã chi, đã trao hay đã ghi mà không có đề nghị nào được duyệt.")
        yield Violation("documents", str(row["id"]), "idempotency_key", None, row["said"], text)


def _not_approved(deed: _Deed) -> Iterator[Violation]:
    sql = (
        f"SELECT t.id, t.state FROM {deed.table} t WHERE t.state IN ({deed.states})"  # noqa: S608 - fixed text
        f" AND NOT EXISTS ({_GIVEN}) ORDER BY t.id"
    )
    for row in stream(sql, subject=deed.subject):
        text = _("Đã chi, đã trao hay đã ghi mà không có đề nghị nào được duyệt.")
        yield Violation(deed.table, str(row["id"]), "state", None, row["state"], text)


def _paid_by_the_same(deed: _Deed) -> Iterator[Violation]:
    same = f"x.payer = t.{deed.prepared} OR EXISTS ({_ASKED} AND r.asked_by = x.payer)"
    sql = (
        f"SELECT t.id, x.payer FROM {deed.table} t JOIN (SELECT t.id, {deed.paid} AS payer"  # noqa: S608 - fixed text
        f" FROM {deed.table} t WHERE t.state IN ({deed.states})) x ON x.id = t.id"
        f" WHERE {same} OR EXISTS ({_GIVEN} AND a.user_id = x.payer) ORDER BY t.id"
    )
    for row in stream(sql, subject=deed.subject):
        text = _("Người chi cũng là người lập hoặc người duyệt.")
        yield Violation(deed.table, str(row["id"]), deed.field, None, row["payer"], text)
