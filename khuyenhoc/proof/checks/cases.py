"""Did whoever drafted or signed a decision keep out of its money, as decision 048 has it?

Lists of payments, and purchases against a decision, belong to its case. ``hands`` looks at each hand besides.
"""

from collections.abc import Iterator
from typing import NamedTuple

from khuyenhoc.core.text import gettext as _
from khuyenhoc.proof.checks.approved_contents import SAID
from khuyenhoc.proof.rows import stream
from khuyenhoc.proof.violations import Violation

_APPROVED = f"JOIN approvals a ON {SAID} WHERE r.state = 'approved' AND r.subject_kind"
SIGNED = (
    "SELECT d.id AS decision, d.signed_by AS who FROM decisions d WHERE d.signed_by IS NOT NULL"  # noqa: S608 - fixed text
    f" UNION SELECT r.subject_id, a.user_id FROM approval_requests r {_APPROVED} = 'decision'"
)
"""Which decision each person signed, alone or with others."""

_DRAFTED = (
    "SELECT d.id AS decision, d.drafted_by AS who FROM decisions d"
    " UNION SELECT h.subject_id, h.actor_id FROM history h WHERE h.subject_table = 'decisions'"
    " AND h.action IN ('decision.drafted', 'decision.changed')"
)


class _Deed(NamedTuple):
    """One deed in the case of a decision; all but ``table`` and ``field`` is SQL about the row ``t``.

    ``who`` took part in it; ``field`` tells of that. Of goods only whoever signed is kept from handing them over.
    """

    table: str
    field: str
    who: str
    of: str = "0 = 0"


_BUYER = "SELECT d.created_by FROM documents d WHERE d.id = t.document_id"


def _approvers(subject: str) -> str:
    return f"SELECT a.user_id FROM approval_requests r {_APPROVED} = '{subject}' AND r.subject_id = t.id"  # noqa: S608 - fixed text


_BY_SIGNERS = (
    _Deed("payouts", "prepared_by", "t.prepared_by"),
    _Deed("payouts", "paid_by", "t.paid_by"),
    _Deed("purchases", "asked_by", "t.asked_by"),
    _Deed("purchases", "document_id", _BUYER),
)
_BY_DRAFTERS = (
    _Deed("payouts", "approved_by", _approvers("payout")),
    _Deed("payouts", "paid_by", "t.paid_by", "t.method <> 'goods'"),
    _Deed("purchases", "approved_by", _approvers("purchase")),
    _Deed("purchases", "document_id", _BUYER),
)


def of_decisions() -> Iterator[Violation]:
    """Who signed a decision neither prepares nor pays for it, who drafted it neither approves nor pays."""
    for deed in _BY_SIGNERS:
        yield from _same(deed, SIGNED, _("Người ký quyết định cũng lập danh sách, đề nghị mua hoặc chi."))
    for deed in _BY_DRAFTERS:
        yield from _same(deed, _DRAFTED, _("Người lập quyết định cũng duyệt hoặc chi."))


def _same(deed: _Deed, parts: str, text: str) -> Iterator[Violation]:
    sql = (
        f"SELECT t.id, p.who FROM {deed.table} t JOIN ({parts}) p ON p.decision = t.decision_id"  # noqa: S608 - fixed text
        f" WHERE {deed.of} AND p.who IN ({deed.who}) ORDER BY t.id"
    )
    for row in stream(sql):
        yield Violation(deed.table, str(row["id"]), deed.field, None, row["who"], text)
