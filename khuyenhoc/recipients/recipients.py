"""Recipients' cards: opened, one or many at once, and changed. The tables are in ``recipient_tables``."""

from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest
from typing import Any

from sqlalchemy import select

from khuyenhoc.core import names
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import Base, db
from khuyenhoc.core.errors import AlreadyRecorded, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history.chains import lock
from khuyenhoc.history.events import record, record_many
from khuyenhoc.org.units import Unit, require_open
from khuyenhoc.recipients import identity, schools, search
from khuyenhoc.recipients.details import AS_WRITTEN, Details, checked
from khuyenhoc.recipients.recipient_tables import (
    Circumstance,
    Evidence,
    Guardian,
    Recipient,
    School,
    SchoolResult,
)

SORT_KEY_LENGTH = 900


def create(details: Details, *, unit: Unit, by: Person, key: str | None = None) -> Recipient:
    """Open a card, kept by the chapter, school or ward that knows the person.

    The same ``key`` again gives the card it opened; with other content it is refused.
    """
    require_open(unit)
    details = checked(details)
    school = schools.find_or_add(details.school, details.level, by=by) if details.school else None
    lock(unit.id)
    if key and (opened := _opened_with(key, unit, details)):
        return opened
    recipient = _written(details, unit, school, key)
    db.session.add(recipient)
    db.session.flush()
    search.index([recipient])
    record("recipient.created", recipient, by=by, unit_id=unit.id, details={"kind": recipient.kind})
    return recipient


def create_many(several: Iterable[Details], *, unit: Unit, by: Person) -> list[Recipient]:
    """Open many cards of one unit at once, by the same rules as ``create``; all of them or none."""
    require_open(unit)
    cards = [checked(details) for details in several]
    named = {card.school: card.level for card in cards if card.school}
    known = {name: schools.find_or_add(name, level, by=by) for name, level in named.items()}
    lock(unit.id)
    recipients = [_written(card, unit, known.get(card.school), None) for card in cards]
    db.session.add_all(recipients)
    db.session.flush()
    search.index(recipients)
    record_many("recipient.created", recipients, by=by, unit_id=unit.id)
    return recipients


def change(recipient: Recipient, details: Details, *, by: Person, unit: Unit | None = None) -> None:
    """Write a card anew; with ``unit`` it moves there. The history tells which parts changed, never what they say."""
    details = checked(details)
    school = schools.find_or_add(details.school, details.level, by=by) if details.school else None
    lock(recipient.unit_id)
    before = _told(recipient)
    if unit is not None and unit.id != recipient.unit_id:
        require_open(unit)
        recipient.unit_id = unit.id
    _write(recipient, details, school)
    db.session.flush()
    changed = [part for part, value in _told(recipient).items() if value != before[part]]
    if not changed:
        return
    search.index([recipient])
    record("recipient.changed", recipient, by=by, unit_id=recipient.unit_id, details={"changed": changed})


def close(recipient: Recipient, *, by: Person, reason: str) -> None:
    """Lay a card aside: it can no longer be nominated. ``reopen`` takes it up again."""
    _set_state(recipient, "closed", "recipient.closed", by, reason)


def reopen(recipient: Recipient, *, by: Person, reason: str) -> None:
    """Take up a card that was laid aside."""
    _set_state(recipient, "active", "recipient.reopened", by, reason)


def get_recipient(recipient_id: int) -> Recipient:
    """The recipient of this id; NotFound when there is none. Who may see whom is decided in ``sight``."""
    recipient = db.session.get(Recipient, recipient_id)
    if recipient is None:
        raise NotFound(_("Không có hồ sơ này."))
    return recipient


def _set_state(recipient: Recipient, state: str, action: str, by: Person, reason: str) -> None:
    if not names.clean(reason):
        raise RuleBroken(_("Xin ghi lý do."), field="reason")
    if recipient.state != state:
        recipient.state = state
        record(action, recipient, by=by, unit_id=recipient.unit_id, reason=names.clean(reason)[:300])


def _opened_with(key: str, unit: Unit, details: Details) -> Recipient | None:
    """The card that this one-time key has opened already."""
    opened = db.session.scalar(select(Recipient).where(Recipient.unit_id == unit.id, Recipient.idempotency_key == key))
    if opened is not None and any(getattr(opened, name) != getattr(details, name) for name in AS_WRITTEN):
        raise AlreadyRecorded(_("Hồ sơ này đã lập với nội dung khác."))
    return opened


def _written(details: Details, unit: Unit, school: School | None, key: str | None) -> Recipient:
    recipient = Recipient(unit_id=unit.id, state="active", idempotency_key=key or None)
    recipient.identity_sealed, recipient.identity_digest, recipient.identity_tail = identity.NOTHING
    _write(recipient, details, school)
    return recipient


def _write(recipient: Recipient, details: Details, school: School | None) -> None:
    name_key = names.text_key if details.kind == "group" else names.sort_key
    written = {name: getattr(details, name) for name in AS_WRITTEN}
    written |= {"sort_key": name_key(details.full_name)[:SORT_KEY_LENGTH], "school": school}
    _set(recipient, {**written, "folded": names.fold(details.full_name)[:150]})
    _keep_identity(recipient, details.identity)
    _require_own_files(recipient, details)
    _align(recipient.guardians, details.guardians, Guardian, by_position=True)
    _align(recipient.circumstances, details.circumstances, Circumstance, by_position=True)
    _align_results(recipient, details)


def _keep_identity(recipient: Recipient, number: str | None) -> None:
    """Store another number; the same one again is not encrypted anew, so that nothing seems changed."""
    if number is None or (number and identity.digest(number) == recipient.identity_digest):
        return
    kept = identity.keep(number) if number else identity.NOTHING
    recipient.identity_sealed, recipient.identity_digest, recipient.identity_tail = kept


def _require_own_files(recipient: Recipient, details: Details) -> None:
    """Evidence that a circumstance or result names is a file of this very card."""
    named = {one.evidence_id for one in details.circumstances} | {one.evidence_id for one in details.results}
    named -= {None}
    if not named:
        return
    own = select(Evidence.id).where(Evidence.recipient_id == (recipient.id or 0), Evidence.removed_at.is_(None))
    if named - set(db.session.scalars(own)):
        raise RuleBroken(_("Minh chứng được chọn không thuộc hồ sơ này."), field="circumstances")


def _set(row: Any, values: dict[str, Any]) -> None:
    """Change only what differs: what is written anew has changed, as far as the seals can see."""
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _align(rows: list[Any], wanted: Sequence[Any], make: Callable[..., Base], *, by_position: bool) -> None:
    """Let stored rows say what is wanted, row by row; no row is written that says the same already."""
    for position, (row, one) in enumerate(zip_longest([*rows], wanted), 1):
        if one is None:
            rows.remove(row)
        elif row is None:
            rows.append(make(**({"position": position} if by_position else {}), **vars(one)))
        else:
            _set(row, vars(one))


def _align_results(recipient: Recipient, details: Details) -> None:
    """Results are known by their school year."""
    stored = {row.school_year: row for row in recipient.results}
    wanted = {one.school_year: one for one in details.results}
    for year in stored.keys() - wanted.keys():
        recipient.results.remove(stored[year])
    for year, one in sorted(wanted.items()):
        row = [stored[year]] if year in stored else []
        _align(row, [one], SchoolResult, by_position=False)
        if year not in stored:
            recipient.results.append(row[0])


def _told(recipient: Recipient) -> dict[str, Any]:
    """The parts of a card, each as it can be compared."""
    rows = {
        name: [
            tuple(getattr(row, column.name) for column in row.__table__.columns if column.name != "recipient_id")
            for row in getattr(recipient, name)
        ]
        for name in ("guardians", "circumstances", "results")
    }
    plain = {name: getattr(recipient, name) for name in (*AS_WRITTEN, "unit_id", "identity_digest")}
    return {**plain, **rows, "school": recipient.school.id if recipient.school else None}
