"""Deeds that pages do only by an approval, for books whose worlds do them by the rules alone.

Such a world has nobody who could sign in, ask and approve: it is about what the deed does to the books. The request
and its approval stand there as the engine leaves them, so that ``verify`` finds what it asks for. Tests of the
approvals themselves, and worlds that have their officers, go through the engine.
"""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from khuyenhoc.approvals.request_tables import Approval, Request
from khuyenhoc.core import clock
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import db
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.history import chains
from khuyenhoc.history.events import record
from khuyenhoc.ledger import approvables, documents, period_approvals, periods
from khuyenhoc.ledger.accounts import Account
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.tracing import earmarks
from khuyenhoc.tracing.trace_tables import Earmark
from khuyenhoc.treasury import transfers


@dataclass
class Somebody:
    """Who asked or approved, and is nobody that a test knows."""

    id: int
    signature: str


ASKED = Somebody(900_001, "Bà Hỏi Trước")
SAID_YES = Somebody(900_002, "Ông Duyệt Sau")


def note(
    kind: str,
    subject_kind: str,
    subject_id: int,
    unit_id: int,
    *,
    amount: int = 0,
    payload: Mapping[str, Any] | None = None,
) -> Request:
    """A request that another person has approved; the caller's transaction does the deed."""
    db.session.flush()
    at = clock.stamp()
    request = Request(
        kind=kind,
        unit_id=unit_id,
        subject_kind=subject_kind,
        subject_id=subject_id,
        amount=amount,
        asked_by=ASKED.id,
        asked_by_name=ASKED.signature,
        asked_at=at,
        reason="",
        payload=json.dumps(payload, ensure_ascii=False, sort_keys=True) if payload else "",
        fingerprint=chains.digest([kind, subject_kind, subject_id, amount]),
        state="approved",
        decided_at=at,
    )
    said = {"user_id": SAID_YES.id, "user_name": SAID_YES.signature, "decision": "approved", "note": ""}
    request.approvals = [Approval(position=1, at=at, fingerprint=request.fingerprint, **said)]
    db.session.add(request)
    record("approval.approved", request, by=SAID_YES, unit_id=unit_id)
    return request


def opened(campaign: Campaign) -> None:
    """A campaign that stands open was opened by an approval, unless it is a standing one."""
    db.session.flush()
    if not campaign.standing:
        note("campaign.open", "campaign", campaign.id, campaign.unit_id)


def void(document: Document, *, reason: str, by: Person, approved_by: Person) -> Document:
    """A document is voided."""
    note(approvables.KIND, approvables.SUBJECT, document.id, document.unit_id, amount=document.amount)
    return documents.void(document, reason=reason, by=by, approved_by=approved_by)


def bind(gift: Document, purpose_id: int, *, by: Person, consent: str = "") -> Earmark:
    """A bound gift may pay for a purpose."""
    payload = {"purpose": purpose_id, "consent": consent}
    note("earmark", "bound_gift", gift.id, gift.unit_id, amount=gift.amount, payload=payload)
    return earmarks.mark(gift, purpose_id, by=by, consent=consent)


def unbind(earmark: Earmark, *, by: Person, reason: str) -> None:
    """It may pay for it no longer."""
    db.session.flush()
    payload = {"end": earmark.id, "purpose": earmark.purpose_id}
    note("earmark", "bound_gift", earmark.document_id, earmark.unit_id, payload=payload)
    earmarks.end(earmark, by=by, reason=reason)


def close(unit_id: int, index: int, *, by: Person) -> None:
    """A month is closed."""
    note(period_approvals.CLOSE, period_approvals.SUBJECT, period_approvals.subject_of(unit_id, index), unit_id)
    periods.close(unit_id, index, by=by)


def reopen(unit_id: int, index: int, *, by: Person, reason: str) -> None:
    """The latest closed month is opened again."""
    note(period_approvals.REOPEN, period_approvals.SUBJECT, period_approvals.subject_of(unit_id, index), unit_id)
    periods.reopen(unit_id, index, by=by, reason=reason)


def moving(source: Campaign, target: Campaign, account: Account, amount: int, *, consent: str = "") -> str:
    """Money may be moved from one campaign to another; gives the key that its document bears."""
    payload = {"to": target.id, "account": account.id, "amount": amount, "consent": consent}
    request = note(transfers.KIND, "campaign", source.id, source.unit_id, amount=amount, payload=payload)
    return f"transfer:{request.id}"


def move(
    source: Campaign,
    target: Campaign,
    account: Account,
    amount: int,
    *,
    on: datetime.date,
    reason: str,
    by: Person,
    consent: str = "",
) -> Document:
    """Money is moved from one campaign to another."""
    key = moving(source, target, account, amount, consent=consent)
    return transfers.record(
        source, target, account, amount, on=on, reason=reason, consent=consent, by=by, approved_by=SAID_YES, key=key
    )
