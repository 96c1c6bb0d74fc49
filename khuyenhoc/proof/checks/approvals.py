"""Was whatever pages do only by approval approved by another person, by enough of them, and paid by a third?

The rows are asked, not the rules: a row changed behind their back is named. What was shown to an approver is bound by
a fingerprint over rows and words that may change afterwards, so it cannot be made anew; that each approval is bound to
what its request asked, and that what was done is what was asked, can be.
"""

from collections.abc import Iterator
from typing import NamedTuple

from khuyenhoc.approvals import policies
from khuyenhoc.core.text import gettext as _
from khuyenhoc.proof.checks import approved_contents, cases, hands
from khuyenhoc.proof.checks.approved_contents import SAID, not_approved
from khuyenhoc.proof.rows import stream, whole
from khuyenhoc.proof.violations import Plain, Violation


class _Deed(NamedTuple):
    """One kind of row that is as it is only by an approval. All but ``table`` and ``payer`` is SQL about the row ``t``.

    ``done``: that it is so; ``asked``: which requests ``r`` are about it; ``prepared``, ``approved`` and ``paid``: who
    did that; ``amount``: what was approved. ``payer`` is the field that tells who paid.
    """

    table: str
    done: str
    asked: str
    prepared: str = ""
    approved: str = ""
    paid: str = ""
    payer: str = "paid_by"
    amount: str = ""


def _about(subject: str) -> str:
    return f"r.subject_kind = '{subject}' AND r.subject_id = t.id"


_DEEDS = (
    _Deed(
        "payouts", "t.state IN ('approved', 'paid', 'handed_over', 'settled')", _about("payout"),
        "t.prepared_by", "t.approved_by", "t.paid_by", amount="t.amount",
    ),
    _Deed(
        "payment_orders", "t.state IN ('approved', 'paid', 'voided')", _about("payment_order"),
        "t.prepared_by", "", "t.paid_by", amount="t.amount",
    ),
    _Deed(
        "purchases", "t.state IN ('approved', 'received', 'paid')", _about("purchase"),
        "t.asked_by", "t.approved_by", "(SELECT d.created_by FROM documents d WHERE d.id = t.document_id)",
        "document_id", "t.amount",
    ),
    _Deed("write_offs", "t.state = 'done'", _about("write_off"), "t.asked_by"),
    _Deed(
        "decisions", "t.state IN ('decided', 'published', 'final')", _about("decision"), "t.drafted_by", "t.signed_by"
    ),
    _Deed("cash_counts", "t.state = 'posted'", _about("cash_count"), "t.counted_by", amount="ABS(t.difference)"),
    _Deed(
        "documents", "t.state = 'voided' AND NOT EXISTS (SELECT 1 FROM approval_requests h WHERE h.subject_id = t.id"
        " AND h.subject_kind = 'handover' AND h.state = 'approved')", _about("document"), "t.created_by",
        amount="t.amount",
    ),
    _Deed(
        "documents", "t.state = 'voided' AND EXISTS (SELECT 1 FROM approval_requests h WHERE h.subject_id = t.id"
        " AND h.subject_kind = 'handover' AND h.state = 'approved')", _about("handover"),
    ),
    _Deed("campaigns", "NOT t.standing AND t.state <> 'draft'", f"r.kind = 'campaign.open' AND {_about('campaign')}"),
    _Deed("campaigns", "t.state = 'closed'", f"r.kind = 'campaign.close' AND {_about('campaign')}"),
)  # fmt: skip
"""Refunds are payment orders."""

_OWN = (
    "SELECT a.request_id, a.position, r.asked_by FROM approvals a JOIN approval_requests r ON r.id = a.request_id"
    " WHERE a.user_id = r.asked_by AND a.decision = 'approved'"
)
_COUNTED = (
    "SELECT r.id, r.kind, r.unit_id, r.decided_at, CASE WHEN d.amount < r.amount THEN d.amount ELSE r.amount END AS"  # noqa: S608 - fixed text
    f" amount, (SELECT COUNT(DISTINCT a.user_id) FROM approvals a WHERE {SAID}) AS given FROM approval_requests r"
    " LEFT JOIN decisions d ON r.kind = 'decision' AND d.id = r.subject_id WHERE r.state = 'approved' ORDER BY r.id"
)
"""A draft may have been mended while it waited, so that it came to less than what was asked."""


def given() -> Iterator[Violation]:
    """Nobody approved what they asked; what was done was approved, and paid by others again; enough people approved."""
    for row in stream(_OWN):
        where = f"{row['request_id']}/{row['position']}"
        yield Violation("approvals", where, "user_id", None, row["asked_by"], _("Người xin tự duyệt việc của mình."))
    for deed in _DEEDS:
        yield from _of_deed(deed)
    yield from cases.of_decisions()
    yield from hands.each()
    yield from approved_contents.transfers()
    yield from approved_contents.earmarks()
    yield from approved_contents.months()
    yield from _too_few()


def _of_deed(deed: _Deed) -> Iterator[Violation]:
    """What of one kind was not approved, or by others or for more than it says; and who paid without being a third."""
    for row in _rows(deed, f"NOT EXISTS ({_given(deed)})", "t.state"):
        yield Violation(deed.table, row.id, "state", None, row.found, not_approved())
    if deed.prepared:
        same = f" AND a.user_id = {deed.prepared}"
        for row in _rows(deed, f"EXISTS ({_given(deed, same)})", deed.prepared):
            text = _("Người duyệt cũng là người lập.")
            yield Violation(deed.table, row.id, deed.prepared.removeprefix("t."), None, row.found, text)
    if deed.approved:
        said = f" AND a.user_id = {deed.approved}"
        for row in _rows(deed, f"EXISTS ({_given(deed)}) AND NOT EXISTS ({_given(deed, said)})", deed.approved):
            text = _("Người được ghi là đã duyệt không có trong những người đã duyệt.")
            yield Violation(deed.table, row.id, deed.approved.removeprefix("t."), None, row.found, text)
    if deed.amount:
        exact = f" AND r.amount = {deed.amount}"
        for row in _rows(deed, f"EXISTS ({_given(deed)}) AND NOT EXISTS ({_given(deed, exact)})", deed.amount):
            text = _("Số tiền đã làm khác số tiền đã duyệt.")
            yield Violation(deed.table, row.id, "amount", None, row.found, text)
    if deed.paid:
        yield from _paid_by_the_same(deed)


def _paid_by_the_same(deed: _Deed) -> Iterator[Violation]:
    """Whoever paid had prepared it, had once asked for it, or approved it."""
    asked = f"SELECT 1 FROM approval_requests r WHERE {deed.asked} AND r.asked_by = {deed.paid}"  # noqa: S608 - fixed text
    approved = _given(deed, f" AND a.user_id = {deed.paid}")
    which = f"({deed.paid} = {deed.prepared} OR EXISTS ({asked}) OR EXISTS ({approved}))"
    for row in _rows(deed, which, deed.paid):
        text = _("Người chi cũng là người lập hoặc người duyệt.")
        yield Violation(deed.table, row.id, deed.payer, None, row.found, text)


def _too_few() -> Iterator[Violation]:
    """Of each request that was approved: as many people as the rules of its day asked for at the least."""
    rules = policies.all_policies()
    for row in stream(_COUNTED):
        needed = policies.fewest(row["kind"], row["unit_id"], whole(row["amount"]), str(row["decided_at"]), rules)
        if row["given"] < needed:
            text = _("Đề nghị đã duyệt mà thiếu người duyệt.")
            yield Violation("approval_requests", str(row["id"]), "state", needed, row["given"], text)


def _given(deed: _Deed, also: str = "") -> str:
    """The SQL for an approval that counts, of a request about the row ``t``."""
    return (
        "SELECT 1 FROM approval_requests r JOIN approvals a"  # noqa: S608 - fixed text
        f" ON {SAID} WHERE r.state = 'approved' AND {deed.asked}{also}"
    )


class _Row(NamedTuple):
    """A row that something is said about: its key, and what was found there."""

    id: str
    found: Plain


def _rows(deed: _Deed, which: str, found: str) -> Iterator[_Row]:
    sql = f"SELECT t.id, {found} AS found FROM {deed.table} t WHERE {deed.done} AND {which} ORDER BY t.id"  # noqa: S608 - fixed text
    for row in stream(sql):
        yield _Row(str(row["id"]), row["found"])
