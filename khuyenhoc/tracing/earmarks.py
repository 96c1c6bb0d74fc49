"""Earmarks: which purposes a restricted gift may pay for, by the giver's own words or by a later consent."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from khuyenhoc.core import clock
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.names import clean_lines
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history import chains
from khuyenhoc.history.events import record
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.tracing.trace_tables import Earmark, Layer

LONGEST = 1000


def is_restricted(document: Document) -> bool:
    """Whether the giver bound this gift to a purpose."""
    own = select(Layer.position).where(Layer.document_id == document.id, Layer.source_document_id == document.id)
    return db.session.scalar(own.where(Layer.restricted).limit(1)) is not None


def mark(
    document: Document,
    purpose_id: int,
    *,
    by: Person,
    consent: str = "",
    proof_id: int | None = None,
    approved_by: Person | None = None,
) -> Earmark:
    """Let a restricted gift pay for a purpose (a programme's level).

    Without ``consent`` it says that the purpose falls under the giver's own words; with it, that the
    giver agreed to another purpose, and how; ``proof_id`` is the file that proves it. Marked twice, it is marked once.
    """
    chains.lock(document.unit_id)
    if document.is_void:
        raise RuleBroken(_("%(label)s đã hủy.", label=document.label))
    if not is_restricted(document):
        raise RuleBroken(_("%(label)s không có mục đích riêng, dùng được cho mọi mức.", label=document.label))
    consent = clean_lines(consent)
    if len(consent) > LONGEST:
        raise RuleBroken(_("Xin ghi trong 1.000 chữ."), field="consent")
    known = next((one for one in of(document) if one.purpose_id == purpose_id), None)
    if known is not None:
        return known
    earmark = Earmark(
        unit_id=document.unit_id,
        document_id=document.id,
        purpose_id=purpose_id,
        basis="consent" if consent else "restriction",
        consent=consent,
        proof_id=proof_id,
        made_at=clock.stamp(),
        made_by_name=by.signature,
    )
    db.session.add(earmark)
    record("earmark.made", earmark, by=by, unit_id=document.unit_id, reason=consent, details=_who(approved_by))
    return earmark


def _who(approved_by: Person | None) -> dict[str, str] | None:
    return {"approved_by": approved_by.signature} if approved_by is not None else None


def end(earmark: Earmark, *, by: Person, reason: str, approved_by: Person | None = None) -> None:
    """Let a gift pay for a purpose no longer. What it has paid for stays."""
    reason = clean_lines(reason)
    if not reason:
        raise RuleBroken(_("Xin ghi lý do."), field="reason")
    if earmark.ended_at is not None:
        return
    earmark.ended_at = clock.stamp()
    record("earmark.ended", earmark, by=by, unit_id=earmark.unit_id, reason=reason, details=_who(approved_by))


def of(document: Document) -> Sequence[Earmark]:
    """The earmarks of a gift in force, the oldest first."""
    query = select(Earmark).where(Earmark.document_id == document.id, Earmark.ended_at.is_(None))
    return db.session.scalars(query.order_by(Earmark.id)).all()


def ended(document: Document) -> Sequence[Earmark]:
    """The earmarks of a gift that hold no longer, the oldest first."""
    query = select(Earmark).where(Earmark.document_id == document.id, Earmark.ended_at.is_not(None))
    return db.session.scalars(query.order_by(Earmark.id)).all()


def of_purposes(purposes: Iterable[int]) -> Sequence[Earmark]:
    """The earmarks in force for these purposes."""
    query = select(Earmark).where(Earmark.purpose_id.in_(sorted(purposes)), Earmark.ended_at.is_(None))
    return db.session.scalars(query.order_by(Earmark.id)).all()
