"""Cards that may be the same person, across units and years: a warning to whoever writes, never a refusal."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, select

from khuyenhoc.core import codes, names
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.recipients import identity, schools
from khuyenhoc.recipients.details import Details, of_card
from khuyenhoc.recipients.recipient_tables import Guardian, Recipient

MOST = 8


@dataclass(frozen=True)
class Likeness:
    """A card that may be the same person, and why. Whether its name may be shown, the reader's units decide."""

    recipient: Recipient
    because: tuple[str, ...]

    def is_of(self, unit_ids: Collection[int]) -> bool:
        """Whether one of these units keeps the card."""
        return self.recipient.unit_id in unit_ids


def like(details: Details, *, but: int | None = None) -> list[Likeness]:
    """The cards of all units that share identity number, name with birth date or school, or a guardian's telephone."""
    return _likely(_questions(details, _digest(details)), but)


def like_card(recipient: Recipient) -> list[Likeness]:
    """As ``like``, for a card that stands."""
    return _likely(_questions(of_card(recipient), recipient.identity_digest), recipient.id)


def _likely(questions: list[tuple[str, ColumnElement[bool]]], but: int | None) -> list[Likeness]:
    reasons: dict[int, list[str]] = {}
    found: dict[int, Recipient] = {}
    for reason, condition in questions:
        query = select(Recipient).where(condition).order_by(Recipient.id).limit(MOST + 1)
        for recipient in db.session.scalars(query):
            if recipient.id != but:
                found[recipient.id] = recipient
                reasons.setdefault(recipient.id, []).append(reason)
    likely = sorted(found.values(), key=lambda one: (-len(reasons[one.id]), one.id))
    return [Likeness(recipient, tuple(reasons[recipient.id])) for recipient in likely[:MOST]]


def _questions(details: Details, digest: str) -> list[tuple[str, ColumnElement[bool]]]:
    asked: list[tuple[str, ColumnElement[bool]]] = []
    if digest:
        asked.append((_("trùng số định danh"), Recipient.identity_digest == digest))
    folded = names.fold(names.clean(details.full_name))[:150]
    if folded and details.birth_date and details.kind != "group":
        same = and_(Recipient.folded == folded, Recipient.birth_date == details.birth_date)
        asked.append((_("trùng họ tên và ngày sinh"), same))
    school = schools.find(details.school) if details.school else None
    if folded and school is not None:
        there = and_(Recipient.folded == folded, Recipient.school_id == school.id)
        asked.append((_("trùng họ tên và trường"), there))
    phones = {phone for one in details.guardians if (phone := codes.normalise_phone(one.phone or ""))}
    if phones:
        with_phone = select(Guardian.recipient_id).where(Guardian.phone.in_(sorted(phones)))
        asked.append((_("trùng số điện thoại người giám hộ"), Recipient.id.in_(with_phone)))
    return asked


def _digest(details: Details) -> str:
    if not details.identity:
        return ""
    try:
        return identity.digest(identity.checked(details.identity))
    except RuleBroken:
        return ""  # what is no number is said beside its field, not here
