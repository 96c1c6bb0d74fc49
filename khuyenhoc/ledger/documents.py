"""Posting a document: the one way in which money or goods move.

``post`` takes the number, writes document, entry, totals and history in one go; ``void`` writes the
exact mirror. Amounts are whole đồng, quantities whole pieces, dates Vietnamese days.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import class_mapper, make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict
from sqlalchemy.orm.util import identity_key

from khuyenhoc.core import clock, fixed
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import AlreadyRecorded, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.funds.campaigns import Campaign, campaign_by_id
from khuyenhoc.history import chains, events, seal
from khuyenhoc.ledger import bars, followers, mirrors, periods, refusals, write
from khuyenhoc.ledger.accounts import Account, Chart, chart_of
from khuyenhoc.ledger.document_tables import COUNTER, SERIES, Document, DocumentLine
from khuyenhoc.ledger.entries import LIMIT, Entry, Posting
from khuyenhoc.ledger.followers import Use
from khuyenhoc.ledger.write import PostingLine, Situation
from khuyenhoc.org.units import require_open, unit_by_id


@dataclass(frozen=True)
class Line:
    """What happens on one account of one campaign: + in, − out, counted under ``heading``."""

    campaign: Campaign
    account: Account
    heading: str
    amount: int
    item_id: int | None = None
    quantity: int = 0


@dataclass(frozen=True)
class Draft:
    """A document about to be posted. ``key`` is the form's one-time key; ``parts`` are a feature's own rows.

    ``uses`` say what its money and goods are for, and ``restricted`` that a giver bound them: for those who follow.
    ``details`` go to the history beside the rows; ``person`` among them is who paid in or was paid.
    """

    kind: str
    unit_id: int
    series: str
    date: datetime.date
    memo: str
    lines: Sequence[Line]
    key: str
    amount: int
    parts: Sequence[tuple[Table, Sequence[dict[str, Any]]]] = ()
    replaces_id: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    uses: Sequence[Use] = ()
    restricted: bool = False


def post(draft: Draft, *, by: Person) -> Document:
    """Post a document: number, lines, one entry that balances within each campaign, totals, history.

    The same key with the same content gives the document that is there already; with other content
    it raises AlreadyRecorded. Refuses: a closed unit or month, a day to come, a campaign that is not
    open or not this unit's, and whatever would take money or goods below zero on any day.
    """
    db.session.flush()
    request = _request_digest(draft)
    campaign_ids = sorted({line.campaign.id for line in draft.lines})
    found = write.situation(draft.unit_id, draft.key, draft.series, draft.date, clock.today(), campaign_ids)
    if found.known_id is not None:
        return _same_request(found.known_id, request)
    _require_sound(draft, found)
    postings = _postings(draft, found.chart)
    refusals.require_enough(found.chart, draft.date, postings)
    values, lines = _rows(draft, request, found, by)
    with fixed.together(stays=True, say=refusals.sentence):
        rows = _write(draft, values, lines, postings, found.heads["entries"], by)
        document = _stored(values)
        rows |= followers.posted(document, draft)
        write.totals(lines, +1)
        events.write(
            found.heads["history"],
            f"{draft.kind}.posted",
            "documents",
            found.next_id,
            seal.content_of("documents", rows),
            by=by,
            unit_id=draft.unit_id,
            details={"label": _label(values), **draft.details},
        )
    return document


def _write(
    draft: Draft,
    values: dict[str, Any],
    lines: list[dict[str, Any]],
    postings: Sequence[PostingLine],
    head: chains.Head,
    by: Person,
) -> seal.Rows:
    """The document, what features hang on it, and its entry; gives the rows that are to be sealed."""
    rows: seal.Rows = {"documents": [values], "document_lines": lines}
    write.document(values, lines)
    for table, part_rows in draft.parts:
        rows[table.name] = [{**row, "document_id": values["id"]} for row in part_rows]
        write.part(table, rows[table.name])
    write.entry(head, _entry_values(draft, values, by), postings)
    return rows


def void(document: Document, *, reason: str, by: Person, approved_by: Person | None = None) -> Document:
    """Cancel a document by the exact mirror of its entry, dated today, the day of approval.

    The number stays taken. Refused when it is void already, when the day's month or one of its campaigns
    is closed, and when later spending stands on it (the sentence names that spending).
    """
    db.session.flush()
    heads = chains.lock(document.unit_id)
    document = get_document(document.id, fresh=True)
    if document.is_void:
        raise RuleBroken(_("%(label)s đã hủy rồi.", label=document.label))
    if barred := bars.why_kept(document):
        raise refusals.StandsOnIt(barred)
    on = clock.today()
    _require_unit_open(document.unit_id)
    periods.require_open(document.unit_id, on)
    original = _stored_postings(document.unit_id, document.entry_number)
    for campaign in (campaign_by_id(id) for id in sorted({posting.campaign_id for posting in original})):
        if campaign.state != "open":
            raise _not_open(campaign)
    mirror = [PostingLine(p.account_id, p.campaign_id, -p.amount, p.item_id, -p.quantity) for p in original]
    refusals.require_enough(chart_of(document.unit_id), on, mirror, undoing=document)
    at = clock.stamp()
    values = mirrors.entry_values(document, on, at, reason, approved_by or by)
    try:
        head = write.entry(heads["entries"], values, mirror)
    except DBAPIError as error:
        raise refusals.sentence(error) from error
    write.void_document(document.id, at=at, entry_number=head.length, reason=reason)
    write.totals(_line_rows(document), -1)
    db.session.expire(document)
    followers.voided(document, by=approved_by or by)
    who = {"asked_by": by.signature, "approved_by": (approved_by or by).signature, "label": document.label}
    events.record(
        "document.voided", document, by=approved_by or by, unit_id=document.unit_id, reason=reason, details=who
    )
    return document


def acknowledge(document: Document, *, by: Person, how: str) -> Document:
    """The giver has been thanked: handed over, printed or sent. Once is enough; a void one cannot be."""
    chains.lock(document.unit_id)
    document = get_document(document.id, fresh=True)
    if document.is_void:
        raise RuleBroken(_("%(label)s đã hủy, không còn để tri ân.", label=document.label))
    if document.state == "recorded":
        document.state, document.acknowledged_at = "acknowledged", clock.stamp()
        events.record("gift.acknowledged", document, by=by, unit_id=document.unit_id, details={"how": how})
    return document


def get_document(document_id: int, *, fresh: bool = False) -> Document:
    """The document of this id; ``fresh``: read anew, under the lock that the caller holds."""
    document = db.session.get(Document, document_id, populate_existing=fresh)
    if document is None:
        raise NotFound(_("Không có chứng từ này."))
    return document


def find_by_key(unit_id: int, key: str) -> Document | None:
    """The document that a form's key has already made."""
    return db.session.scalar(select(Document).where(Document.unit_id == unit_id, Document.idempotency_key == key))


def _same_request(document_id: int, request: str) -> Document:
    known = get_document(document_id)
    if known.request_digest != request:
        raise AlreadyRecorded(
            _("Biểu mẫu này đã ghi thành %(label)s với nội dung khác. Xin mở biểu mẫu mới.", label=known.label)
        )
    return known


def _stored(values: dict[str, Any]) -> Document:
    """The document that has just been written, without reading it again."""
    document: Document = class_mapper(Document).class_manager.new_instance()
    instance_dict(document).update(values)
    make_transient_to_detached(document)
    undone = db.session.identity_map.get(identity_key(Document, values["id"]))
    if undone is not None:  # of a deed that was refused after posting, and is still held by somebody
        db.session.expunge(undone)
    db.session.add(document)
    return document


def _request_digest(draft: Draft) -> str:
    lines = [[ln.campaign.id, ln.account.id, ln.heading, ln.amount, ln.item_id, ln.quantity] for ln in draft.lines]
    parts = [
        [table.name, [chains.named(sorted(row), [row[name] for name in sorted(row)]) for row in rows]]
        for table, rows in draft.parts
    ]
    said = [draft.kind, draft.series, draft.date.isoformat(), draft.memo, draft.amount, lines, parts]
    return chains.digest([*said, draft.details["person"]] if draft.details.get("person") else said)


def _require_sound(draft: Draft, found: Situation) -> None:
    if draft.series not in SERIES[draft.kind]:
        raise ValueError(f"{draft.kind} takes no number from {draft.series}")
    if not found.is_unit_open:
        _require_unit_open(draft.unit_id)
    if found.is_closed or draft.date > clock.today():
        periods.require_open(draft.unit_id, draft.date)
    if not draft.lines:
        raise RuleBroken(_("Chứng từ chưa có dòng nào."))
    if draft.amount > LIMIT or any(abs(line.amount) > LIMIT for line in draft.lines):
        raise RuleBroken(_("Số tiền quá lớn."), field="amount")
    for campaign in {line.campaign.id: line.campaign for line in draft.lines}.values():
        _require_campaign(campaign, draft, found)


def _require_campaign(campaign: Campaign, draft: Draft, found: Situation) -> None:
    if campaign.unit_id != draft.unit_id:
        raise NotFound(_("Chiến dịch này không thuộc sổ của đơn vị."))
    if campaign.id not in found.open_campaigns:
        raise _not_open(campaign)


def _not_open(campaign: Campaign) -> RuleBroken:
    return RuleBroken(_("Chiến dịch %(name)s không mở, nên không ghi được.", name=campaign.name), field="campaign")


def _require_unit_open(unit_id: int) -> None:
    require_open(unit_by_id(unit_id))


def _postings(draft: Draft, chart: Chart) -> list[PostingLine]:
    """Each line's own posting and, where its heading has another side, that one."""
    postings = []
    for line in draft.lines:
        postings.append(PostingLine(line.account.id, line.campaign.id, line.amount, line.item_id, line.quantity))
        counter = counter_kind(line.heading, line.item_id)
        if counter is not None:
            pieces = line.heading == "reserved"
            item, quantity = (line.item_id, -line.quantity) if pieces else (None, 0)
            postings.append(PostingLine(chart.id_of(counter), line.campaign.id, -line.amount, item, quantity))
    return postings


def counter_kind(heading: str, item_id: int | None) -> str | None:
    """The kind of account on the other side of a line."""
    if heading == "received" and item_id is not None:
        return "gifts_kind"
    return COUNTER[heading]


def _rows(draft: Draft, request: str, found: Situation, by: Person) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    values: dict[str, Any] = {
        "id": found.next_id,
        "unit_id": draft.unit_id,
        "kind": draft.kind,
        "series": draft.series,
        "year": draft.date.year,
        "number": found.last_number + 1,
        "date": draft.date,
        "state": "recorded",
        "memo": draft.memo,
        "amount": draft.amount,
        "entry_number": found.heads["entries"].length + 1,
        "idempotency_key": draft.key,
        "request_digest": request,
        "created_at": clock.stamp(),
        "created_by": by.id,
        "created_by_name": by.signature,
        "replaces_id": draft.replaces_id,
    }
    lines = [
        {
            "document_id": found.next_id,
            "position": position,
            "campaign_id": line.campaign.id,
            "account_id": line.account.id,
            "heading": line.heading,
            "amount": line.amount,
            "item_id": line.item_id,
            "quantity": line.quantity,
        }
        for position, line in enumerate(draft.lines, start=1)
    ]
    return values, lines


def _label(values: Mapping[str, Any]) -> str:
    return f"{values['series']}-{values['year']}-{values['number']:04d}"


def _entry_values(draft: Draft, document: Mapping[str, Any], by: Person) -> dict[str, Any]:
    return {
        "unit_id": draft.unit_id,
        "date": draft.date,
        "kind": draft.kind,
        "memo": draft.memo,
        "source_kind": "document",
        "source_id": document["id"],
        "actor_id": by.id,
        "actor_name": by.signature,
        "created_at": document["created_at"],
        "idempotency_key": draft.key,
        "reversal_of": None,
    }


def _stored_postings(unit_id: int, entry_number: int) -> Sequence[Posting]:
    query = select(Posting).where(Posting.unit_id == unit_id, Posting.entry_number == entry_number)
    return db.session.scalars(query.order_by(Posting.line)).all()


def _line_rows(document: Document) -> list[dict[str, Any]]:
    names = [column.name for column in write.LINES.columns]
    query = select(DocumentLine).where(DocumentLine.document_id == document.id).order_by(DocumentLine.position)
    return [{name: getattr(line, name) for name in names} for line in db.session.scalars(query)]


def entry_of(document: Document) -> Entry:
    """The entry that a document stands in the books with."""
    entry = db.session.get(Entry, (document.unit_id, document.entry_number))
    assert entry is not None
    return entry
