"""The entry that voids a document: what it says, so that the proof can expect every word of it."""

import datetime
from typing import Any

from khuyenhoc.core.context import Person
from khuyenhoc.ledger.document_tables import Document


def memo(label: str, reason: str) -> str:
    """What the books say of the entry that voids a document; the books speak Vietnamese to every reader."""
    return f"Hủy {label}: {reason}"


def key(document_id: int) -> str:
    """The key of the entry that voids a document: there is one."""
    return f"void:{document_id}"


def entry_values(document: Document, on: datetime.date, at: str, reason: str, by: Person) -> dict[str, Any]:
    """The entry that voids a document, on the day and at the instant of its approval."""
    return {
        "unit_id": document.unit_id,
        "date": on,
        "kind": "void",
        "memo": memo(document.label, reason),
        "source_kind": "document",
        "source_id": document.id,
        "actor_id": by.id,
        "actor_name": by.signature,
        "created_at": at,
        "idempotency_key": key(document.id),
        "reversal_of": document.entry_number,
    }
