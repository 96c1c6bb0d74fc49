"""Voiding a document needs another person. One kind of approval for every kind of document.

A feature whose documents can be recorded again in the same step registers how (``register_again``):
then void and new document stand in one transaction, and only the difference counts.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.pairs import Part
from khuyenhoc.approvals.registry import Approvable, Description, Fact, register
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import show
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.names import clean_lines
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds.campaigns import campaign_by_id
from khuyenhoc.funds.items import item_by_id
from khuyenhoc.history import seal
from khuyenhoc.ledger import bars, documents
from khuyenhoc.ledger.accounts import get_account
from khuyenhoc.ledger.document_names import address_of, name_of
from khuyenhoc.ledger.document_tables import Document, DocumentLine
from khuyenhoc.ledger.refusals import StandsOnIt
from khuyenhoc.org.users import User
from khuyenhoc.web.filters import day

KIND = "document.void"
SUBJECT = "document"


class Again(Protocol):
    """Voids a document and records it anew, with what the request's ``data["again"]`` says."""

    def __call__(self, document: Document, request: Request, /, *, asked_by: Person, by: User) -> None:
        """Do both in the transaction of the approval. ``by`` gave the last approval."""


class Changes(Protocol):
    """Says what would be different after recording again, to be read before approving."""

    def __call__(self, document: Document, request: Request, /) -> Iterable[Fact]:
        """The new content, line by line."""


_again: dict[str, tuple[Again, Changes]] = {}


def register_again(kind: str, carry_out: Again, changes: Changes) -> None:
    """Let documents of this kind be voided and recorded again in one step."""
    _again[kind] = (carry_out, changes)


def ask_void(document: Document, *, by: Person, reason: str, again: Mapping[str, Any] | None = None) -> Request:
    """Ask that a document be voided; with ``again``, that it be recorded anew in the same step.

    Pressed twice by the same person with the same words it is asked once.
    """
    payload = {"again": dict(again)} if again is not None else {}
    known = asked_already(KIND, SUBJECT, document.id, by=by, reason=reason)
    if known is not None and known.data == payload:
        return known
    if document.is_void:
        raise RuleBroken(_("%(label)s đã hủy rồi.", label=document.label))
    if barred := bars.why_kept(document, again=again is not None):
        raise StandsOnIt(barred)
    if again is not None and document.kind not in _again:
        raise ValueError(f"{document.kind} cannot be recorded again")
    return requests.ask(
        KIND,
        unit_id=document.unit_id,
        subject_kind=SUBJECT,
        subject_id=document.id,
        by=by,
        reason=reason,
        amount=document.amount,
        payload=payload or None,
    )


def asked_already(kind: str, subject_kind: str, subject_id: int, *, by: Person, reason: str) -> Request | None:
    """The live request that this person made with these very words, or nothing."""
    known = requests.find_waiting(kind, subject_kind, subject_id)
    same = known is not None and known.asked_by == by.id and known.reason == clean_lines(reason)
    return known if same else None


def _describe(request: Request) -> Description:
    document = documents.get_document(request.subject_id)
    facts = [
        Fact(_("Chứng từ"), document.label, address_of(document)),
        Fact(_("Ngày"), day(document.date)),
        Fact(_("Nội dung"), document.memo),
        *[Fact(_("Chiến dịch"), _line(line)) for line in document.lines],
        Fact(_("Người ghi"), document.created_by_name),
    ]
    again = _again.get(document.kind) if "again" in request.data else None
    name = name_of(document.kind).lower()
    if again is None:
        title = _("Hủy %(kind)s %(label)s", kind=name, label=document.label)
        outcome = _("Duyệt thì ghi bút toán đảo ngày hôm nay; số chứng từ vẫn giữ và in HỦY.")
        button = _("Duyệt hủy %(label)s", label=document.label)
    else:
        title = _("Hủy và ghi lại %(kind)s %(label)s", kind=name, label=document.label)
        outcome = _("Duyệt thì ghi bút toán đảo và chứng từ mới trong cùng một lần.")
        button = _("Duyệt hủy và ghi lại %(label)s", label=document.label)
        facts += again[1](document, request)
    return Description(
        title=title,
        amount=document.amount,
        facts=facts,
        warning=_warning(document, again=again is not None) if request.is_waiting else "",
        outcome=outcome,
        button=button,
        url=address_of(document),
    )


def _warning(document: Document, *, again: bool) -> str:
    return _("Chứng từ này đã hủy rồi.") if document.is_void else bars.why_kept(document, again=again)


def _line(line: DocumentLine) -> str:
    """``Xe đạp đến trường: Tiền mặt tại quỹ, 500.000 ₫``."""
    parts = [get_account(line.account_id).name]
    if line.item_id is not None:
        parts.append(item_by_id(line.item_id).many(abs(line.quantity)))
    parts.append(show(line.amount))
    return f"{campaign_by_id(line.campaign_id).name}: {', '.join(parts)}"


def _fingerprint(request: Request) -> str:
    return seal.fingerprint("documents", request.subject_id)


def _who_recorded(request: Request) -> Iterable[Part]:
    return [("prepare", documents.get_document(request.subject_id).created_by), *requests.asked_before(request)]


def _carry_out(request: Request, /, *, by: User) -> None:
    document = documents.get_document(request.subject_id, fresh=True)
    asked_by = db.session.get_one(User, request.asked_by)
    if "again" in request.data:
        _again[document.kind][0](document, request, asked_by=asked_by, by=by)
    else:
        documents.void(document, reason=request.reason, by=asked_by, approved_by=by)


register(
    Approvable(
        kind=KIND,
        title=_l("Hủy chứng từ"),
        describe=_describe,
        fingerprint=_fingerprint,
        carry_out=_carry_out,
        participants=_who_recorded,
    )
)
