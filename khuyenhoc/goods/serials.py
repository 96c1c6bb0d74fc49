"""Frame numbers: pieces that can be told from each other, each in its lot, for whom it is meant, where it went.

A number is entered and mended while the piece lies in stock. A piece that has a number leaves by that
number alone: for the award it was meant for, or written off.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import aliased

from khuyenhoc.awards.award_tables import Award, AwardShare
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.names import clean
from khuyenhoc.core.text import gettext as _
from khuyenhoc.goods import lots
from khuyenhoc.goods.goods_tables import Serial
from khuyenhoc.goods.lots import LotPlace
from khuyenhoc.history import chains
from khuyenhoc.history.events import record, record_many
from khuyenhoc.ledger.accounts import Account
from khuyenhoc.ledger.document_tables import Document, DocumentLine
from khuyenhoc.ledger.documents import get_document
from khuyenhoc.org import grants
from khuyenhoc.org.users import User

LONGEST = 40
PERMISSION = "goods.receive"
PROMISED = ("decided", "published")
"""States of an award whose pieces lie in stock and wait for it."""

CameWith, WentWith = aliased(Document, name="came"), aliased(Document, name="went")
THERE = and_(CameWith.state != "voided", or_(WentWith.id.is_(None), WentWith.state == "voided"))
"""Still in stock: the document that brought it stands, and none that stands took it out."""


def read() -> Select[Any]:
    """Pieces with a number, with the document that brought each and the one that took it out: for ``THERE``."""
    query = select(Serial).join(CameWith, CameWith.id == Serial.lot_document_id)
    return query.outerjoin(WentWith, WentWith.id == Serial.handover_id)


def written(typed: str) -> str:
    """A frame number as it is kept: capitals, without spaces."""
    return "".join(clean(typed).upper().split())


def lot_line(document_id: int, position: int) -> DocumentLine:
    """The line of a document that brought pieces into stock, void or not; NotFound when there is none."""
    query = select(DocumentLine).join(Account, Account.id == DocumentLine.account_id)
    query = query.where(
        DocumentLine.document_id == document_id,
        DocumentLine.position == position,
        DocumentLine.quantity > 0,
        Account.kind == "stock",
    )
    line = db.session.scalar(query)
    if line is None:
        raise NotFound(_("Không có lô này."))
    return line


def left(line: DocumentLine) -> int:
    """How many pieces of a lot are left."""
    found = lots.lots(line.campaign_id, line.item_id or 0)
    return next((lot.quantity for lot in found if lot[:2] == place_of(line)), 0)


def place_of(line: DocumentLine) -> LotPlace:
    """A lot by its key."""
    return line.document_id, line.position


def without_number(line: DocumentLine) -> int:
    """How many pieces of a lot are left that have no number yet."""
    known = lots.numbered(line.campaign_id, line.item_id or 0)
    return left(line) - known.get(place_of(line), 0)


def enter(line: DocumentLine, numbers: Iterable[str], *, by: User) -> list[Serial]:
    """Write down the frame numbers of pieces of a lot that are still there: at most as many as have none."""
    document = get_document(line.document_id)
    _lock_numbers()
    _require_may(document.unit_id, by)
    wanted = [number for number in map(written, numbers) if number]
    if not wanted:
        raise RuleBroken(_("Xin gõ ít nhất một số khung."), field="numbers")
    twice = next((number for number in wanted if wanted.count(number) > 1), None)
    if twice:
        raise RuleBroken(_("Số khung %(number)s gõ hai lần.", number=twice), field="numbers")
    room = without_number(line)
    if len(wanted) > room:
        sentence = _("Lô này còn %(room)s chiếc chưa ghi số khung; đã gõ %(n)s số.", room=room, n=len(wanted))
        raise RuleBroken(sentence, field="numbers")
    found = [_place(line, document.unit_id, number) for number in wanted]
    record_many("serial.entered", found, by=by, unit_id=document.unit_id, details={"lot": document.label})
    return found


def _place(line: DocumentLine, unit_id: int, number: str) -> Serial:
    """A new number; or one that stood in a lot whose document was voided and recorded again, moved to where it is."""
    if len(number) > LONGEST:
        raise RuleBroken(_("Số khung dài nhất %(n)s ký tự.", n=LONGEST), field="numbers")
    known = _find(line.item_id or 0, number)
    if known is None:
        known = Serial(unit_id=unit_id, item_id=line.item_id, serial=number)
        db.session.add(known)
    elif known.unit_id != unit_id or not get_document(known.lot_document_id).is_void:
        raise RuleBroken(_taken(known, unit_id), field="numbers")
    known.lot_document_id, known.lot_position = place_of(line)
    known.award_id = known.handover_id = None
    return known


def _find(item_id: int, number: str) -> Serial | None:
    return db.session.scalar(select(Serial).where(Serial.item_id == item_id, Serial.serial == number))


def _taken(known: Serial, unit_id: int) -> str:
    if known.unit_id != unit_id:
        return _("Số khung %(number)s đã có ở đơn vị khác.", number=known.serial)
    label = get_document(known.lot_document_id).label
    return _("Số khung %(number)s đã ghi ở lô %(lot)s.", number=known.serial, lot=label)


def correct(serial: Serial, number: str, *, by: User) -> None:
    """Mend a number that was misread, while the piece is in stock."""
    _lock_numbers()
    _require_may(serial.unit_id, by)
    db.session.refresh(serial)
    require_there([serial])
    number = written(number)
    if not number:
        raise RuleBroken(_("Xin gõ số khung."), field="number")
    if len(number) > LONGEST:
        raise RuleBroken(_("Số khung dài nhất %(n)s ký tự.", n=LONGEST), field="number")
    known = _find(serial.item_id, number)
    if known is not None and known.id != serial.id:
        raise RuleBroken(_taken(known, serial.unit_id), field="number")
    if number == serial.serial:
        return
    before, serial.serial = serial.serial, number
    record("serial.corrected", serial, by=by, unit_id=serial.unit_id, details={"before": before})


def get_serial(serial_id: int) -> Serial:
    """The piece of this id; NotFound when there is none."""
    serial = db.session.get(Serial, serial_id)
    if serial is None:
        raise NotFound(_("Không có số khung này."))
    return serial


def require_there(serials: Sequence[Serial]) -> None:
    """RuleBroken when one of these pieces has left the stock."""
    there = _there(serials)
    gone = next((serial for serial in serials if serial.id not in there), None)
    if gone is not None:
        raise RuleBroken(_("Chiếc mang số khung %(number)s không còn trong kho.", number=gone.serial))


def _there(serials: Iterable[Serial]) -> set[int]:
    """The ids of those of these pieces that are still in stock."""
    ids = {serial.id for serial in serials}
    return set(db.session.scalars(read().with_only_columns(Serial.id).where(Serial.id.in_(ids), THERE)))


def in_stock(campaign_id: int, item_id: int) -> list[Serial]:
    """The campaign's pieces of an item that have a number and are still there, by number."""
    query = read().join(
        DocumentLine,
        and_(DocumentLine.document_id == Serial.lot_document_id, DocumentLine.position == Serial.lot_position),
    )
    query = query.where(THERE, Serial.item_id == item_id, DocumentLine.campaign_id == campaign_id)
    return list(db.session.scalars(query.order_by(Serial.serial)))


def free_ones(campaign_id: int, item_id: int) -> list[Serial]:
    """Those of ``in_stock`` that are meant for no award that still waits."""
    there = in_stock(campaign_id, item_id)
    meant = {serial.award_id for serial in there if serial.award_id is not None}
    waiting = set(db.session.scalars(select(Award.id).where(Award.id.in_(sorted(meant)), Award.state.in_(PROMISED))))
    return [serial for serial in there if serial.award_id not in waiting]


def meant_for(award_ids: Iterable[int]) -> dict[int, list[Serial]]:
    """Award → the pieces that are meant for it or were handed over to it, by number."""
    found: dict[int, list[Serial]] = {}
    query = select(Serial).where(Serial.award_id.in_(sorted(award_ids))).order_by(Serial.serial)
    for serial in db.session.scalars(query):
        found.setdefault(serial.award_id or 0, []).append(serial)
    return found


def allot(shares: Sequence[AwardShare], wanted: Mapping[tuple[int, int], Sequence[str]], *, by: User) -> int:
    """Say which pieces are meant for which award: (award, place of its share) → numbers; all others are let go.

    ``shares`` are those that were shown: pieces reserved from stock, of one unit's awards that wait for them.
    Gives how many pieces have changed hands on paper.
    """
    if not shares:
        return 0
    award_ids = {share.award_id for share in shares}
    unit_id = db.session.get_one(Award, shares[0].award_id).unit_id
    _require_may(unit_id, by)
    chosen = _chosen(shares, wanted)
    gone = select(Award.id).where(Award.id.in_(award_ids), Award.state.not_in(PROMISED)).limit(1)
    if db.session.scalar(gone) is not None:
        raise RuleBroken(_("Có hồ sơ không còn chờ trao. Xin mở lại trang."))
    mine = [one for some in meant_for(award_ids).values() for one in some]
    there = _there(mine)
    given = {serial.id: award_id for award_id, serials in chosen.items() for serial in serials}
    changed = [one for one in mine if given.get(one.id) != one.award_id and one.id in there]
    _require_nobodys([one for some in chosen.values() for one in some], award_ids)
    for serial in changed:
        serial.award_id = None
    fresh = [one for some in chosen.values() for one in some if one.award_id != given[one.id]]
    for serial in fresh:
        serial.award_id = given[serial.id]
    released = [serial for serial in changed if serial.award_id is None]
    record_many("serial.released", released, by=by, unit_id=unit_id)
    record_many("serial.allotted", fresh, by=by, unit_id=unit_id)
    return len({serial.id for serial in [*released, *fresh]})


def _chosen(shares: Sequence[AwardShare], wanted: Mapping[tuple[int, int], Sequence[str]]) -> dict[int, list[Serial]]:
    """Award → the pieces that its numbers name; RuleBroken beside the share's field where one names none."""
    found: dict[int, list[Serial]] = {}
    seen: set[int] = set()
    known: dict[tuple[int, int], dict[str, Serial]] = {}
    for share in shares:
        place = (share.campaign_id, share.item_id or 0)
        if place not in known:
            known[place] = {serial.serial: serial for serial in in_stock(*place)}
        field = field_of(share)
        numbers = [number for number in map(written, wanted.get((share.award_id, share.position), ())) if number]
        if len(numbers) > share.quantity:
            raise RuleBroken(_("Suất này có %(n)s chiếc.", n=share.quantity), field=field)
        for number in numbers:
            serial = known[place].get(number)
            if serial is None:
                raise RuleBroken(_("Trong kho không có số khung %(number)s.", number=number), field=field)
            if serial.id in seen:
                raise RuleBroken(_("Số khung %(number)s ghi cho hai nơi.", number=number), field=field)
            seen.add(serial.id)
            found.setdefault(share.award_id, []).append(serial)
    return found


def field_of(share: AwardShare) -> str:
    """What the form calls the numbers of a share."""
    return f"share-{share.award_id}-{share.position}"


def _require_nobodys(serials: Sequence[Serial], award_ids: Collection[int]) -> None:
    """Nobody else's: what waits for an award that was not shown stays with it."""
    for serial in serials:
        if serial.award_id is None or serial.award_id in award_ids:
            continue
        other = db.session.get(Award, serial.award_id)
        if other is not None and other.state in PROMISED:
            raise RuleBroken(_("Số khung %(number)s đã dành cho hồ sơ khác.", number=serial.serial))


def of_shares(shares: Iterable[AwardShare]) -> dict[tuple[int, int], list[Serial]]:
    """Award and place of its share → the pieces with a number that are meant for it and still in stock."""
    found: dict[tuple[int, int], list[Serial]] = {}
    there: dict[tuple[int, int], list[Serial]] = {}
    for share in shares:
        place = (share.campaign_id, share.item_id or 0)
        if place not in there:
            there[place] = [serial for serial in in_stock(*place) if serial.award_id is not None]
        mine = [serial for serial in there[place] if serial.award_id == share.award_id][: share.quantity]
        found[share.award_id, share.position] = mine
        there[place] = [serial for serial in there[place] if serial not in mine]
    return found


def leave(serials: Sequence[Serial], document: Document, *, by: User) -> None:
    """These pieces left the stock by a document that has just been posted."""
    for serial in serials:
        serial.handover_id = document.id
    action = "serial.handed_over" if document.kind == "handover" else "serial.written_off"
    record_many(action, serials, by=by, unit_id=document.unit_id, details={"label": document.label})


def _lock_numbers() -> None:
    """A number is there once in the whole installation: two units do not write the same one down at once."""
    chains.lock(chains.INSTALLATION)


def gone_with(document: Document) -> Sequence[Serial]:
    """The pieces with a number that left the stock by this document."""
    return db.session.scalars(select(Serial).where(Serial.handover_id == document.id).order_by(Serial.serial)).all()


def come_back(serials: Sequence[Serial], document: Document, *, by: User) -> None:
    """These pieces, which a document that is void now had taken out, are in stock again for the same awards."""
    for serial in serials:
        serial.handover_id = None
    record_many("serial.taken_back", serials, by=by, unit_id=document.unit_id, details={"label": document.label})


def _require_may(unit_id: int, by: User) -> None:
    chains.lock(unit_id)
    if unit_id not in grants.units_with(by, PERMISSION):
        raise NotAllowed(_("Việc này không thuộc vai trò của %(you)s ở đơn vị này.", you=by.address_form))
