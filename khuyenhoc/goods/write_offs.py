"""Write-offs: goods that are spoilt, lost or out of date leave the books after another person's approval.

Only free pieces: what is reserved for an award is first given back by a decision. Each piece leaves at
the value that was frozen in its lot; pieces with a frame number leave by that number.
"""

import datetime
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.pairs import Part
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.errors import AlreadyRecorded, NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.names import clean_lines
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds.campaigns import Campaign, campaign_by_id, require_takes
from khuyenhoc.funds.items import Item, item_by_id
from khuyenhoc.goods import lots, serials
from khuyenhoc.goods.goods_tables import Serial
from khuyenhoc.goods.lots import LotPlace, Shelf, Taken
from khuyenhoc.goods.write_off_tables import CAUSES, WriteOff, WriteOffPiece
from khuyenhoc.history import chains
from khuyenhoc.history.events import record
from khuyenhoc.ledger import documents, refusals
from khuyenhoc.ledger.accounts import chart_of, get_account
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.documents import Draft, Line
from khuyenhoc.ledger.followers import Use
from khuyenhoc.ledger.refusals import NotEnough
from khuyenhoc.org import grants
from khuyenhoc.org.users import User

KIND = "write_off"
SUBJECT = "write_off"
STEPS = {
    "change": ("asked", "asked", "goods.write_off"),
    "approve": ("asked", "done", "another person whom the policy names"),
    "cancel": ("asked", "cancelled", "goods.write_off"),
}
"""Step → from which state, to which, and who may take it. Approved, it is posted at once."""

LONGEST_REASON = 1000
LARGEST = 1_000_000


def ask(
    campaign: Campaign,
    item: Item,
    quantity: int,
    *,
    cause: str,
    reason: str,
    by: User,
    key: str,
    numbers: Sequence[str] = (),
    lot: LotPlace | None = None,
) -> WriteOff:
    """Ask that so many free pieces be written off; those with a frame number are named by it.

    The same key again gives the write-off that is there; with other content AlreadyRecorded.
    """
    chains.lock(campaign.unit_id)
    reason = clean_lines(reason)[:LONGEST_REASON]
    mine = select(WriteOff).where(WriteOff.unit_id == campaign.unit_id, WriteOff.idempotency_key == key)
    known = db.session.scalar(mine)
    if known is not None:
        if _content(known) != [campaign.id, item.id, quantity, cause, reason, _written(numbers), lot]:
            raise AlreadyRecorded(_("Biểu mẫu này đã gửi đề nghị với nội dung khác. Xin mở biểu mẫu mới."))
        return known
    _require_may(campaign.unit_id, by)
    _require_sound(campaign, quantity, cause, reason)
    found = WriteOff(
        unit_id=campaign.unit_id,
        campaign_id=campaign.id,
        item_id=item.id,
        state="asked",
        asked_by=by.id,
        asked_by_name=by.signature,
        asked_at=clock.stamp(),
        idempotency_key=key,
    )
    amount = _fill(found, quantity, cause, reason, numbers, lot)
    db.session.add(found)
    record("write_off.asked", found, by=by, unit_id=found.unit_id, reason=reason)
    _put_before(found, amount, by)
    return found


def change(
    write_off: WriteOff,
    quantity: int,
    *,
    cause: str,
    reason: str,
    by: User,
    numbers: Sequence[str] = (),
    lot: LotPlace | None = None,
) -> None:
    """Mend a write-off that is not decided, sent back or not, and ask anew, today; earlier approvals do not count."""
    lock(write_off)
    _require_may(write_off.unit_id, by)
    if write_off.state != "asked":
        raise RuleBroken(_("Đề nghị xóa sổ này đã quyết định rồi."))
    reason, waiting = clean_lines(reason)[:LONGEST_REASON], waiting_for(write_off)
    said = [quantity, cause, reason, _written(numbers), lot]
    if waiting is not None and _content(write_off)[2:] == said:
        return  # pressed twice
    _require_sound(campaign_by_id(write_off.campaign_id), quantity, cause, reason)
    amount = _fill(write_off, quantity, cause, reason, numbers, lot)
    write_off.asked_at = clock.stamp()
    record("write_off.changed", write_off, by=by, unit_id=write_off.unit_id, reason=reason)
    if waiting is not None:
        requests.lapse(waiting, by=by, reason="Đề nghị đã sửa.")
    _put_before(write_off, amount, by)


def _fill(
    found: WriteOff, quantity: int, cause: str, reason: str, numbers: Sequence[str], lot: LotPlace | None
) -> Dong:
    """What is written off and why; gives what it is worth."""
    pieces = _named(campaign_by_id(found.campaign_id), item_by_id(found.item_id), numbers)
    if len(pieces) > quantity:
        raise RuleBroken(_("Số khung nhiều hơn số lượng xóa sổ."), field="numbers")
    found.quantity, found.cause, found.reason = quantity, cause, reason
    found.lot_document_id, found.lot_position = lot or (None, None)
    with db.session.no_autoflush:
        taken = _take(found, pieces)
    kept = {piece.serial_id: piece for piece in found.pieces}
    found.pieces = [kept.get(serial.id) or WriteOffPiece(serial_id=serial.id, serial=serial) for serial in pieces]
    return sum(one.amount for one in taken)


def parts_of(write_off: WriteOff) -> list[Part]:
    """Who asked for the write-off, and whoever mended it."""
    asked = {write_off.asked_by, *(request.asked_by for request in requests.about(SUBJECT, write_off.id))}
    return [("prepare", who) for who in sorted(asked)]


def _require_sound(campaign: Campaign, quantity: int, cause: str, reason: str) -> None:
    require_takes(campaign)
    if not 1 <= quantity <= LARGEST:
        raise RuleBroken(_("Số lượng hiện vật là số nguyên từ 1 đến 1.000.000."), field="quantity")
    if cause not in CAUSES:
        raise RuleBroken(_("Vì sao xóa sổ?"), field="cause")
    if not reason:
        raise RuleBroken(_("Xin ghi rõ chuyện gì đã xảy ra."), field="reason")


def _put_before(found: WriteOff, amount: Dong, by: User) -> None:
    requests.ask(
        KIND,
        unit_id=found.unit_id,
        subject_kind=SUBJECT,
        subject_id=found.id,
        by=by,
        reason=found.reason,
        amount=amount,
    )


def carry_out(
    write_off: WriteOff, *, by: User, approved_by: User, approved_by_name: str, on: datetime.date | None = None
) -> Document:
    """Write the pieces off, with the last approval: one document of series XK, in the name of who asked."""
    lock(write_off)
    if write_off.state != "asked":
        raise RuleBroken(_("Đề nghị xóa sổ này đã quyết định rồi."))
    pieces = [piece.serial for piece in write_off.pieces]
    serials.require_there(pieces)
    taken = _take(write_off, pieces)
    document = documents.post(_draft(write_off, taken, approved_by_name, on or clock.today()), by=by)
    serials.leave(pieces, document, by=approved_by)
    write_off.state, write_off.document_id = "done", document.id
    write_off.approved_by_name = approved_by_name
    record("write_off.done", write_off, by=approved_by, unit_id=write_off.unit_id, details={"label": document.label})
    return document


def cancel(write_off: WriteOff, *, reason: str, by: User) -> None:
    """The goods were found, or it was asked for by mistake: nothing is written off."""
    lock(write_off)
    _require_may(write_off.unit_id, by)
    if write_off.state != "asked":
        raise RuleBroken(_("Đề nghị xóa sổ này đã quyết định rồi."))
    reason = clean_lines(reason)
    if not reason:
        raise RuleBroken(_("Xin ghi lý do."), field="reason")
    write_off.state = "cancelled"
    record("write_off.cancelled", write_off, by=by, unit_id=write_off.unit_id, reason=reason)
    waiting = waiting_for(write_off)
    if waiting is not None:
        requests.lapse(waiting, by=by, reason=reason)


def value_of(write_off: WriteOff) -> Dong:
    """What the pieces are worth in their lots: as posted, or as it would be now; 0 when they are no longer there."""
    if write_off.document_id is not None:
        return documents.get_document(write_off.document_id).amount
    try:
        return sum(one.amount for one in _take(write_off, [piece.serial for piece in write_off.pieces]))
    except NotEnough:
        return 0


def month_total(write_off: WriteOff) -> Dong:
    """What is asked to be written off, or was, of the same campaign in the same month of Việt Nam, in đồng.

    One that was sent back and waits to be mended asks for nothing as it stands.
    """
    first = clock.from_stamp(write_off.asked_at).date().replace(day=1)
    following = (first + datetime.timedelta(days=31)).replace(day=1)
    begins, ends = (clock.stamp(clock.midnight(day)) for day in (first, following))
    query = select(WriteOff).where(WriteOff.campaign_id == write_off.campaign_id, WriteOff.state != "cancelled")
    found = db.session.scalars(query.where(WriteOff.asked_at >= begins, WriteOff.asked_at < ends)).all()
    waiting = requests.waiting_among(SUBJECT, [one.id for one in found])
    return sum(value_of(one) for one in found if one.state == "done" or one.id in waiting)


def free(campaign_id: int, item_id: int, unit_id: int) -> int:
    """How many pieces of an item are free in a campaign, at the lowest from today on."""
    return refusals.lowest_free(unit_id, campaign_id, item_id)


def _take(write_off: WriteOff, pieces: Sequence[Serial]) -> list[Taken]:
    """The lots that the pieces leave; NotEnough above what is free, or where their lot does not have them."""
    there = free(write_off.campaign_id, write_off.item_id, write_off.unit_id)
    if write_off.quantity > there:
        item = item_by_id(write_off.item_id)
        sentence = _(
            "%(campaign)s chỉ còn %(have)s chưa dành cho ai; không xóa sổ %(asked)s được.",
            campaign=campaign_by_id(write_off.campaign_id).name,
            have=item.many(there),
            asked=write_off.quantity,
        )
        raise NotEnough(sentence, field="quantity")
    lot = (write_off.lot_document_id, write_off.lot_position)
    return Shelf().take(
        write_off.campaign_id,
        write_off.item_id,
        write_off.quantity,
        named=[(serial.lot_document_id, serial.lot_position) for serial in pieces],
        only=(lot[0], lot[1]) if lot[0] is not None and lot[1] is not None else None,
        fact=True,
    )


def _draft(write_off: WriteOff, taken: Sequence[Taken], approved_by: str, on: datetime.date) -> Draft:
    campaign, item = campaign_by_id(write_off.campaign_id), item_by_id(write_off.item_id)
    stock = get_account(chart_of(write_off.unit_id).id_of("stock"))
    amount = sum(one.amount for one in taken)
    return Draft(
        kind="write_off",
        unit_id=write_off.unit_id,
        series="XK",
        date=on,
        memo=f"Xóa sổ {item.many(write_off.quantity)}: {write_off.reason}".replace("\n", " "),
        lines=[Line(campaign, stock, "write_off", -amount, item.id, -write_off.quantity)],
        key=f"write_off:{write_off.id}",
        amount=amount,
        parts=((lots.table(), lots.rows(taken)),),
        details={"approved_by": approved_by},
        uses=[Use(campaign.id, one.amount, "write_off", item.id, lot=one.lot[:2]) for one in taken],
    )


def _named(campaign: Campaign, item: Item, numbers: Sequence[str]) -> list[Serial]:
    """The pieces in stock that these numbers name, none of them meant for an award."""
    free_ones = {serial.serial: serial for serial in serials.free_ones(campaign.id, item.id)}
    there = {serial.serial for serial in serials.in_stock(campaign.id, item.id)}
    found = []
    for number in _written(numbers):
        if number in there and number not in free_ones:
            raise RuleBroken(_("Số khung %(number)s đã dành cho hồ sơ khác.", number=number), field="numbers")
        if number not in free_ones:
            raise RuleBroken(_("Trong kho không có số khung %(number)s.", number=number), field="numbers")
        found.append(free_ones[number])
    return found


def _written(numbers: Sequence[str]) -> list[str]:
    return sorted({number for number in map(serials.written, numbers) if number})


def _content(known: WriteOff) -> list[Any]:
    numbers = sorted(piece.serial.serial for piece in known.pieces)
    lot = (known.lot_document_id, known.lot_position) if known.lot_document_id is not None else None
    return [known.campaign_id, known.item_id, known.quantity, known.cause, known.reason, numbers, lot]


def waiting_for(write_off: WriteOff) -> Request | None:
    """The request that waits for this write-off's approval."""
    return requests.find_waiting(KIND, SUBJECT, write_off.id)


def get_write_off(write_off_id: int) -> WriteOff:
    """The write-off of this id; NotFound when there is none."""
    found = db.session.get(WriteOff, write_off_id)
    if found is None:
        raise NotFound(_("Không có đề nghị xóa sổ này."))
    return found


def find_by_document(document_id: int) -> WriteOff | None:
    """The write-off that a document has posted."""
    return db.session.scalar(select(WriteOff).where(WriteOff.document_id == document_id).limit(1))


def lock(write_off: WriteOff) -> None:
    """Take the unit's lock, and read the write-off as it stands now."""
    chains.lock(write_off.unit_id)
    db.session.refresh(write_off)


def _require_may(unit_id: int, by: User) -> None:
    if unit_id not in grants.units_with(by, "goods.write_off"):
        raise NotAllowed(_("Việc này không thuộc vai trò của %(you)s ở đơn vị này.", you=by.address_form))
