"""The list of recipients: narrowed as asked, in its order, or found as people type."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select

from khuyenhoc.core import clock, names
from khuyenhoc.core.database import db
from khuyenhoc.recipients import search
from khuyenhoc.recipients.recipient_tables import Circumstance, Consent, Recipient, School

MOST_FOUND = 50

Asked = Mapping[str, Any]
"""What the list is narrowed by: kind, level, school, circumstance, consented (True or False)."""


def statement(unit_ids: Collection[int], asked: Asked) -> Select[Any]:
    """The recipients of these units, narrowed as asked."""
    # Of several units the order leads and the unit is looked at row by row; of one, an index has both.
    unit = Recipient.unit_id if len(unit_ids) == 1 else Recipient.unit_id + 0
    return select(Recipient).where(unit.in_(sorted(unit_ids)), *_conditions(asked))


def found(typed: str, unit_ids: Collection[int], asked: Asked) -> list[Recipient]:
    """The recipients who fit what was typed, best first, and narrowed as asked."""
    narrowed = any(value is not None for value in asked.values())
    fits = search.found(typed, unit_ids, MOST_FOUND * 4 if narrowed else MOST_FOUND)
    if narrowed:
        among = select(Recipient.id).where(Recipient.id.in_([one.id for one in fits]), *_conditions(asked))
        kept = set(db.session.scalars(among))
        fits = [one for one in fits if one.id in kept]
    return fits[:MOST_FOUND]


def schools_of(unit_ids: Collection[int]) -> Sequence[School]:
    """The schools that recipients of these units attend, in the order of a Vietnamese list."""
    attended = select(Recipient.school_id).where(Recipient.unit_id.in_(sorted(unit_ids)))
    found_schools = db.session.scalars(select(School).where(School.id.in_(attended)))
    return sorted(found_schools, key=lambda school: names.text_key(school.name))


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    plain = {"kind": Recipient.kind, "level": Recipient.level, "school": Recipient.school_id}
    conditions = [column == asked[name] for name, column in plain.items() if asked.get(name) is not None]
    if asked.get("circumstance") is not None:
        having = select(Circumstance.recipient_id).where(Circumstance.code == asked["circumstance"], _valid())
        conditions.append(Recipient.id.in_(having))
    if asked.get("consented") is not None:
        agreed = Recipient.id.in_(select(Consent.recipient_id).where(Consent.purpose == "process", _in_force()))
        conditions.append(agreed if asked["consented"] else ~agreed)
    return conditions


def _valid() -> ColumnElement[bool]:
    return or_(Circumstance.valid_to.is_(None), Circumstance.valid_to >= clock.today())


def _in_force() -> ColumnElement[bool]:
    today = clock.today()
    expired = Consent.expires_on.is_not(None) & (Consent.expires_on < today)
    return (Consent.given_on <= today) & ~expired & Consent.withdrawn_on.is_(None)
