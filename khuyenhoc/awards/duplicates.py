"""Whoever may be nominated twice: the same person under another card, or the same card in another programme."""

from typing import NamedTuple

from sqlalchemy import select

from khuyenhoc.awards import steps
from khuyenhoc.awards.award_tables import ENDED, Award
from khuyenhoc.awards.programme_tables import Programme
from khuyenhoc.core.database import db
from khuyenhoc.recipients import duplicates
from khuyenhoc.recipients.recipient_tables import Recipient


class Alike(NamedTuple):
    """A card that may be the same person, why, and the codes of what it is nominated for in the same school year."""

    recipient: Recipient
    because: str
    codes: list[str]


def warnings(award: Award) -> list[Alike]:
    """Cards that look alike, across units and years, with their nominations of this school year."""
    return warnings_for(award.recipient, award.programme)


def warnings_for(recipient: Recipient, programme: Programme) -> list[Alike]:
    """As ``warnings``, for somebody who is not nominated yet."""
    alike = duplicates.like_card(recipient)
    codes = _codes([one.recipient.id for one in alike], programme)
    return [Alike(one.recipient, ", ".join(one.because), codes.get(one.recipient.id, [])) for one in alike]


def _codes(recipient_ids: list[int], programme: Programme) -> dict[int, list[str]]:
    query = select(Award).join(Programme, Programme.id == Award.programme_id)
    query = query.where(Award.recipient_id.in_(recipient_ids), Award.state.not_in(ENDED))
    query = query.where(Programme.school_year == programme.school_year).order_by(Award.id)
    found: dict[int, list[str]] = {}
    for award in db.session.scalars(query) if recipient_ids else ():
        found.setdefault(award.recipient_id, []).append(steps.code_of(award))
    return found
