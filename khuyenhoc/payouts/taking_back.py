"""Taking goods back: what was ticked by mistake, or what somebody brought back, of one handover at a time.

Whoever hands over asks, another person approves. Then the handover's document is voided by its exact mirror, the lines
meant wait again with their pieces reserved, and what the others received is recorded again by a new document
(``handed_again``), in one step, so that only the difference counts.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.awards import decisions, holds, kept_promises, steps
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds.campaigns import campaign_by_id
from khuyenhoc.goods import serials
from khuyenhoc.goods.goods_tables import Serial
from khuyenhoc.history.events import record, record_many
from khuyenhoc.ledger import approvables, documents, periods
from khuyenhoc.ledger.again import first_of
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.units import require_open, unit_by_id
from khuyenhoc.org.users import User
from khuyenhoc.payouts import handed_again, lists, parts, payout_list, receiving
from khuyenhoc.payouts.payout_tables import Payout, PayoutLine

KIND = "payout.take_back"
SUBJECT = parts.HANDOVER
STEP = "take_back"


def ask(payout: Payout, line_ids: Iterable[int], *, reason: str, by: User) -> Request:
    """Ask that the goods of these received lines be taken back; all of them stand on one handover's document.

    SamePerson for whoever approved anything in the case of the list, or signed its decision (``parts.of_taking_back``).
    Pressed twice by the same person with the same words it is asked once.
    """
    lists.lock(payout)
    decisions.require_right(by, "payout.hand_over", payout.unit_id)
    ids = sorted(set(line_ids))
    document, lines = _chosen(payout, ids)
    known = approvables.asked_already(KIND, SUBJECT, document.id, by=by, reason=reason)
    if known is not None and known.data == {"lines": ids}:
        return known
    parts.require_asker_back(payout, by)
    require_possible(payout, document, lines)
    return requests.ask(
        KIND,
        unit_id=payout.unit_id,
        subject_kind=SUBJECT,
        subject_id=document.id,
        by=by,
        reason=reason,
        amount=sum(line.amount for line in lines),
        payload={"lines": ids},
    )


def _chosen(payout: Payout, ids: Sequence[int]) -> tuple[Document, list[PayoutLine]]:
    """The lines meant, and the one document that they stand on."""
    if payout.method != "goods":
        raise RuleBroken(_("Danh sách này chi tiền, không trao hiện vật."))
    lines = [line for line in lists.lines_with_awards(payout) if line.id in ids]
    if not lines or len(lines) < len(ids):
        raise RuleBroken(_("Xin chọn ít nhất một dòng của danh sách."), field="lines")
    for line in lines:
        if line.outcome != "received" or line.document_id is None:
            raise RuleBroken(_("Dòng %(n)s chưa ghi là đã nhận.", n=line.position), field="lines")
    of = {line.document_id for line in lines if line.document_id is not None}
    if len(of) > 1:
        labels = ", ".join(documents.get_document(one).label for one in sorted(of))
        sentence = _("Mỗi lần chỉ nhận lại hiện vật của một chứng từ; đã chọn %(labels)s.", labels=labels)
        raise RuleBroken(sentence, field="lines")
    return documents.get_document(of.pop()), lines


def lines_on(payout: Payout, document: Document) -> list[PayoutLine]:
    """The lines that stand on a handover's document, with their awards, in the order of the list."""
    return [line for line in lists.lines_with_awards(payout) if line.document_id == document.id]


def list_of(document: Document) -> Payout:
    """The list that a handover belongs to."""
    payout = payout_list.find_by_document(document)
    if payout is None:
        raise NotFound(_("Không có danh sách này."))
    return payout


def asked_for(payout: Payout, request: Request) -> list[PayoutLine]:
    """The lines that a request means, with their awards, as they stand now."""
    meant = set(request.data["lines"])
    return [line for line in lists.lines_with_awards(payout) if line.id in meant]


def require_possible(payout: Payout, document: Document, lines: Sequence[PayoutLine]) -> None:
    """RuleBroken, in words, for whatever stands in the way of taking these lines' goods back now."""
    if payout.state == "settled":
        raise RuleBroken(_("Danh sách này đã quyết toán."))
    if decisions.get_decision(payout.decision_id).programme.state == "closed":
        raise RuleBroken(_("Chương trình này đã kết thúc, không nhận lại hiện vật được nữa."))
    if document.is_void or any(line.document_id != document.id or line.outcome != "received" for line in lines):
        raise RuleBroken(_("Có dòng không còn là đã nhận theo %(label)s. Xin xem lại.", label=document.label))
    _require_steady(lines)
    require_open(unit_by_id(payout.unit_id))
    periods.require_open(payout.unit_id, clock.today())
    for campaign in (campaign_by_id(id) for id in sorted({line.campaign_id for line in document.lines})):
        if campaign.state != "open":
            raise RuleBroken(_("Chiến dịch %(name)s không mở, nên không ghi được.", name=campaign.name))
    standing = lines_on(payout, document)
    if len(standing) > len(lines):
        handed_again.went(document, [line.award for line in standing])


def _require_steady(lines: Sequence[PayoutLine]) -> None:
    """Each award still stands where its handover has left it, and nothing holds it."""
    awards = [line.award for line in lines]
    held = holds.sentences(awards, STEP)
    for line in lines:
        code = steps.code_of(line.award)
        if line.award.state != "handed_over":
            raise steps.WrongStep(
                _("Hồ sơ %(code)s không còn ở bước đã trao, không nhận lại hiện vật được.", code=code), field="lines"
            )
        if line.award_id in held:
            raise steps.OnHold(f"{code}: {held[line.award_id]}", field="lines")


def carry_out(request: Request, *, by: User) -> Document | None:
    """Void the handover and record the rest of it again; gives the new document, None where nothing was left.

    ``by`` gave the last approval. The lines meant wait again, their numbered pieces for the same awards.
    """
    document = documents.get_document(request.subject_id, fresh=True)
    payout, asked_by = list_of(document), db.session.get_one(User, request.asked_by)
    lists.lock(payout)
    meant = set(request.data["lines"])
    standing = lines_on(payout, document)
    lines = [line for line in standing if line.id in meant]
    if len(lines) < len(meant):
        raise RuleBroken(_("Có dòng không còn là đã nhận theo %(label)s. Xin xem lại.", label=document.label))
    require_possible(payout, document, lines)
    rest, key = [line for line in standing if line.id not in meant], lists.key_of(payout, f"take-back:{request.id}")
    awards = [line.award for line in standing]
    draft = handed_again.draft(payout, document, awards, [line.award for line in rest], key=key) if rest else None
    pieces = serials.gone_with(document)
    for line in standing:
        line.document_id = None
    for line in lines:
        receiving.undo(line)
    documents.void(document, reason=request.reason, by=asked_by, approved_by=by)
    again = documents.post(draft, by=asked_by) if draft is not None else None
    _move_pieces(pieces, {line.award_id for line in lines}, document, again, by)
    _tell(payout, request, document, again, (lines, rest), by)
    kept_promises.require(sorted({line.campaign_id for line in document.lines}))
    return again


def _move_pieces(
    pieces: Sequence[Serial], back: set[int], document: Document, again: Document | None, by: User
) -> None:
    """Numbered pieces of the awards taken back are in stock again for them; the others went by the new document."""
    serials.come_back([one for one in pieces if one.award_id in back], document, by=by)
    if again is not None:
        serials.leave([one for one in pieces if one.award_id not in back], again, by=by)


def _tell(
    payout: Payout,
    request: Request,
    document: Document,
    again: Document | None,
    of: tuple[Sequence[PayoutLine], Sequence[PayoutLine]],
    by: User,
) -> None:
    """Lines, list and awards as they stand from now on, each told by the history."""
    lines, rest = of
    unit, reason = payout.unit_id, request.reason
    for line in rest:
        line.document_id = again.id if again is not None else None
    details = {"label": document.label, "again": again.label if again is not None else ""}
    record_many("payout.taken_back", lines, by=by, unit_id=unit, reason=reason, details=details)
    record_many("payout.moved_on", rest, by=by, unit_id=unit, details=details)
    _stand_on_what_is_left(payout)
    record("payout.goods_back", payout, by=by, unit_id=unit, reason=reason, details=details)
    steps.take_many([line.award for line in lines], STEP, by=by, reason=reason)


def _stand_on_what_is_left(payout: Payout) -> None:
    """The list names its first handover that stands, and who handed over last; without one it is approved again."""
    living = [one for one in payout_list.documents_of(payout) if one.kind == "handover" and not one.is_void]
    payout.state = "handed_over" if living else "approved"
    payout.document_id = living[0].id if living else None
    last = first_of(living[-1]) if living else None
    payout.paid_by = last.created_by if last is not None else None
    payout.paid_by_name = last.created_by_name if last is not None else None


def asked(payout: Payout) -> list[Request]:
    """Of each handover that stands, the latest request to take goods of it back, where it waits or was returned."""
    if payout.method != "goods":
        return []
    ids = {line.document_id for line in lists.lines_of(payout) if line.document_id is not None}
    query = select(Request).where(Request.subject_kind == SUBJECT, Request.subject_id.in_(sorted(ids)))
    latest = {request.subject_id: request for request in db.session.scalars(query.order_by(Request.id))}
    return [request for request in latest.values() if request.state in ("waiting", "returned")]


def waiting(payout: Payout) -> list[Request]:
    """Those of ``asked`` that wait for an approval."""
    return [request for request in asked(payout) if request.is_waiting]
