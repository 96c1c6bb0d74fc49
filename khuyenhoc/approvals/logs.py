"""The log of a thing that needs approval: what was done to it, and when it was sent back with what to mend."""

from collections.abc import Sequence

from sqlalchemy import select

from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.core.database import db
from khuyenhoc.history import events
from khuyenhoc.history.events import Event


def past(table: str, subject_kind: str, subject_id: int) -> Sequence[Event]:
    """Everything that was done to one thing and every return of a request about it, oldest first."""
    asked = select(Request.id).where(Request.subject_kind == subject_kind, Request.subject_id == subject_id)
    returned = select(Event).where(Event.subject_table == "approval_requests", Event.action == "approval.returned")
    told = db.session.scalars(returned.where(Event.subject_id.in_(asked))).all()
    return sorted([*events.of(table, subject_id), *told], key=lambda event: (event.at, event.unit_id, event.number))
