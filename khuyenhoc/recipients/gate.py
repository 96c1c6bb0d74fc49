"""The minors' gate: everything that leaves the circle that decides passes here, and nowhere else.

Public pages, exports, papers, previews and messages learn of a recipient only what these functions
give. Without recorded consent that is nothing but counts, and no breakdown names a group of fewer
than five, or lets one be found by taking the named ones from the total.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

from sqlalchemy import Subquery, distinct, func, or_, select
from sqlalchemy.orm import lazyload

from khuyenhoc.core import names
from khuyenhoc.core.database import db
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.recipients import consents
from khuyenhoc.recipients.recipient_tables import (
    CIRCUMSTANCES,
    KINDS,
    LEVELS,
    Circumstance,
    Consent,
    Recipient,
    School,
)

LEAST = 5
"""A group of fewer is not named."""

AT_ONCE = 500
"""So many recipients are asked for in one query."""

DECIDING = frozenset({"nominator", "committee_member", "secretary", "chair", "vice_chair", "auditor"})
"""Roles of the circle that decides: each sees whole files, of whom it may see at all."""

PAYING = frozenset({"treasurer", "accountant"})
"""Roles that pay and hand over: they need to know whom, and where the money goes, not why."""

PARTS: dict[str, frozenset[str]] = {
    "name": DECIDING | PAYING,
    "school": DECIDING | PAYING,
    "contact": DECIDING | PAYING,
    "bank": DECIDING | PAYING,
    "identity": DECIDING,
    "circumstances": DECIDING,
    "results": DECIDING,
    "consents": DECIDING,
    "evidence": DECIDING,
    "note": DECIDING,
}
"""Part of a file → the roles that may read it, on screen and in every export."""

Key = TypeVar("Key")


def parts_for(roles: Collection[str]) -> frozenset[str]:
    """The parts of a file that these roles may read."""
    return frozenset(part for part, readers in PARTS.items() if readers & set(roles))


def name_for_donor(recipient: Recipient, on: date | None = None) -> str:
    """What a donor concerned learns on their private page: ``N.T.A., THCS``; empty without consent on that day."""
    if not consents.covers(recipient, "share_with_donor", on):
        return ""
    return ", ".join(part for part in (initials(recipient), level(recipient)) if part)


def names_for_donor(recipients: Iterable[Recipient], on: date | None = None) -> list[str]:
    """``name_for_donor`` of many, in order; those without consent are left out, and the caller counts them."""
    return sorted(filter(None, (name_for_donor(recipient, on) for recipient in recipients)), key=names.text_key)


def names_of_concerned(recipient_ids: Collection[int], on: date | None = None) -> dict[int, str]:
    """Recipient id → ``name_for_donor`` of those of many who agreed; the others are not there, the caller counts them.

    Only cards with a consent that might hold are read, so it costs by those, not by all.
    """
    agreed = select(Consent.recipient_id).where(
        Consent.recipient_id == Recipient.id, Consent.purpose == "share_with_donor", Consent.withdrawn_on.is_(None)
    )
    unread = (lazyload(part) for part in (Recipient.guardians, Recipient.circumstances, Recipient.results))
    query = select(Recipient).where(agreed.exists()).options(*unread, lazyload(Recipient.school))
    found: dict[int, str] = {}
    for some in _portions(recipient_ids):
        for recipient in db.session.scalars(query.where(Recipient.id.in_(some))):
            if name := name_for_donor(recipient, on):
                found[recipient.id] = name
    return found


def levels_of(recipient_ids: Collection[int]) -> "Breakdown":
    """How many of these recipients are of which school level, or of which kind where there is none: ``counts``."""
    cells: dict[str, int] = {}
    by = (Recipient.level, Recipient.kind)
    for some in _portions(recipient_ids):
        query = select(*by, func.count()).where(Recipient.id.in_(some)).group_by(*by)
        for level_code, kind, number in db.session.execute(query):
            name = str(LEVELS[level_code] if level_code else KINDS[kind])
            cells[name] = cells.get(name, 0) + number
    order = [*map(str, LEVELS.values()), *map(str, KINDS.values())]
    return counts({name: cells[name] for name in dict.fromkeys(order) if name in cells})


def _portions(ids: Collection[int]) -> Iterator[Sequence[int]]:
    """Not more at once than every engine takes."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]


def name_in_publication(recipient: Recipient, on: date | None = None) -> str:
    """The full name for a published list; empty without consent: the list then bears the application code alone."""
    return recipient.full_name if consents.covers(recipient, "publish_name", on) else ""


def school_in_publication(recipient: Recipient, on: date | None = None) -> str:
    """School and class for a published list, by the same consent as the name."""
    if recipient.school is None or not consents.covers(recipient, "publish_name", on):
        return ""
    of_class = _("lớp %(class_name)s", class_name=recipient.class_name) if recipient.class_name else ""
    return ", ".join(part for part in (recipient.school.name, of_class) if part)


def may_show_photo(recipient: Recipient, on: date | None = None) -> bool:
    """Whether a picture of the handover may be published."""
    return consents.covers(recipient, "publish_photo", on)


def initials(recipient: Recipient) -> str:
    """``N.T.A.``; of a group its kind alone. Only for those who have asked ``covers`` first."""
    return str(KINDS["group"]) if recipient.kind == "group" else names.initials(recipient.full_name)


def level(recipient: Recipient) -> str:
    """The school level, or what kind of recipient it is where there is none."""
    return str(LEVELS[recipient.level]) if recipient.level else str(KINDS[recipient.kind])


@dataclass(frozen=True)
class Breakdown:
    """Counts that may be shown: ``rows`` of group and number, and ``others`` in groups that are not named.

    Where nothing may be named, ``rows`` is empty and only the total is left to show.
    """

    rows: tuple[tuple[str, int], ...]
    others: int

    @property
    def total(self) -> int:
        """Everybody."""
        return sum(count for _key, count in self.rows) + self.others


def counts(cells: Mapping[str, int]) -> Breakdown:
    """A breakdown by school, ward, class or circumstance, fit to leave the circle.

    Groups below five are not named. Where only one group, or fewer than five people, would be left
    unnamed, they could be told from the total: then the smallest named group is left unnamed too.
    Groups of nobody are left out.
    """
    filled = sorted(((key, count) for key, count in cells.items() if count > 0), key=lambda cell: cell[1])
    hidden = [cell for cell in filled if cell[1] < LEAST]
    shown = [cell for cell in filled if cell[1] >= LEAST]
    while hidden and shown and _can_be_told(hidden):
        hidden.append(shown.pop(0))
    if hidden and _can_be_told(hidden):
        return Breakdown((), sum(count for _key, count in filled))
    kept = {key for key, _count in shown}
    rows = tuple((key, count) for key, count in cells.items() if key in kept)
    return Breakdown(rows, sum(count for _key, count in hidden))


def _can_be_told(hidden: list[tuple[str, int]]) -> bool:
    """Whether somebody who knows the total and which groups exist could tell one of these numbers.

    One group alone is the rest itself. Of several small ones each is known when their sum is as small
    or as large as it can be: all ones, or all fours.
    """
    total = sum(count for _key, count in hidden)
    all_small = all(count < LEAST for _key, count in hidden)
    extreme = all_small and total in (len(hidden), len(hidden) * (LEAST - 1))
    return len(hidden) < 2 or total < LEAST or extreme


def counts_by_kind(people: Subquery) -> Breakdown:
    """How many pupils of each level, students, members … ``people`` has a column ``recipient_id``."""
    found = {}
    query = select(Recipient.kind, Recipient.level, func.count(distinct(Recipient.id)))
    query = query.join(people, people.c.recipient_id == Recipient.id).group_by(Recipient.kind, Recipient.level)
    for kind, of_level, count in db.session.execute(query):
        found[kind, of_level] = count
    order = [(kind, of_level) for kind in KINDS for of_level in (*LEVELS, None)]
    return counts({_in_words(*key): found[key] for key in order if key in found})


def _in_words(kind: str, of_level: str | None) -> str:
    """``Học sinh tiểu học``; of a kind without levels its own word."""
    if of_level is None:
        return str(KINDS[kind])
    word = str(LEVELS[of_level])
    return _("%(kind)s %(level)s", kind=str(KINDS[kind]), level=word if word.isupper() else word.lower())


def counts_by_school(people: Subquery) -> Breakdown:
    """How many of each school."""
    query = select(School.name, func.count(distinct(Recipient.id))).join(Recipient, Recipient.school_id == School.id)
    query = query.join(people, people.c.recipient_id == Recipient.id).group_by(School.name)
    return counts(dict(sorted((name, count) for name, count in db.session.execute(query))))


def counts_by_circumstance(people: Subquery, since: date, until: date) -> Breakdown:
    """How many in each circumstance that held on some day of a span; somebody in two counts in both."""
    query = (
        select(Circumstance.code, func.count(distinct(Circumstance.recipient_id)))
        .join(people, people.c.recipient_id == Circumstance.recipient_id)
        .where(
            or_(Circumstance.valid_from.is_(None), Circumstance.valid_from <= until),
            or_(Circumstance.valid_to.is_(None), Circumstance.valid_to >= since),
        )
        .group_by(Circumstance.code)
    )
    found = {row[0]: int(row[1]) for row in db.session.execute(query)}
    return counts({str(CIRCUMSTANCES[code]): found[code] for code in CIRCUMSTANCES if code in found})
