"""Conflicts of interest: declared by the member, or found from what is known. Whoever has one keeps out of that award.

Found: the member nominated the pupil, teaches the pupil's class, shares a household's telephone or
address, or has named the pupil as a relative (``Tie``). What is found is written down like what is declared.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select

from khuyenhoc.approvals.pairs import Part
from khuyenhoc.awards import steps
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.committee_tables import BASES, Conflict, Tie
from khuyenhoc.core import clock
from khuyenhoc.core.codes import normalise_phone
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.names import clean, clean_lines, folded_words
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import in_vietnamese
from khuyenhoc.history import chains
from khuyenhoc.history.events import record, record_many
from khuyenhoc.org.users import User
from khuyenhoc.recipients.details import phone_for
from khuyenhoc.recipients.recipient_tables import Recipient

AT_ONCE = 500
LONGEST = 1000

Bound = Mapping[int, Mapping[int, str]]
"""Award id → user id → basis."""


def declare(award: Award, *, by: User, reason: str) -> Conflict:
    """A member says that this award is too near; once said it stays."""
    chains.lock(award.unit_id)
    reason = clean_lines(reason)
    if not reason:
        raise RuleBroken(_("Xin ghi quan hệ với hồ sơ này."), field="reason")
    if len(reason) > LONGEST:
        raise RuleBroken(_("Xin ghi trong 1.000 chữ."), field="reason")
    known = find(award.id, by.id)
    if known is not None:
        return known
    conflict = _row(award, by, "declared", reason)
    db.session.add(conflict)
    record("conflict.declared", conflict, by=by, unit_id=award.unit_id, reason=reason)
    return conflict


def find(award_id: int, user_id: int) -> Conflict | None:
    """The conflict of this member with this award, or nothing."""
    return db.session.scalar(select(Conflict).where(Conflict.award_id == award_id, Conflict.user_id == user_id))


def is_declared(award: Award, user: User) -> bool:
    """Whether this member has said so; what was only found is not meant."""
    known = find(award.id, user.id)
    return known is not None and known.basis == "declared"


def look_for(awards: Sequence[Award], members: Sequence[User], *, by: Person) -> int:
    """Write down every conflict that is found and not known yet; gives how many."""
    if not awards:
        return 0
    chains.lock(awards[0].unit_id)
    known, parts = of(award.id for award in awards), steps.parts_of(awards)
    people = {user.id: user for user in members}
    ties = ties_of(people)
    with in_vietnamese():  # what is kept is so, whoever looks
        rows = [
            _row(award, people[user_id], basis, str(BASES[basis]))
            for award in awards
            for user_id, basis in found(award, members, ties, parts[award.id]).items()
            if user_id not in known.get(award.id, {})
        ]
    db.session.add_all(rows)
    record_many("conflict.found", rows, by=by, unit_id=awards[0].unit_id)
    return len(rows)


def found(
    award: Award, members: Iterable[User], ties: Mapping[int, Sequence[Tie]], parts: Iterable[Part] = ()
) -> dict[int, str]:
    """User id → basis of every conflict that the known facts give. A pure reading of what was loaded.

    ``parts``: who wrote, confirmed or checked it at any time (``steps.parts_of``), beside those on the row.
    """
    bound = {}
    nominators = {user_id for step, user_id in parts if step in ("nominate", "verify")}
    nominators |= {user_id for user_id in (award.nominated_by, award.confirmed_by, award.verified_by) if user_id}
    for user in members:
        if user.id in nominators:
            bound[user.id] = "own_nominee"
            continue
        basis = next((b for tie in ties.get(user.id, ()) if (b := _tied(tie, award.recipient))), None)
        if basis is not None:
            bound[user.id] = basis
    return bound


def _tied(tie: Tie, recipient: Recipient) -> str:
    if tie.kind == "class":
        mine = _class(tie.class_name)
        same = tie.school_id == recipient.school_id and mine == _class(recipient.class_name)
        return "own_class" if same and mine else ""
    if tie.recipient_id == recipient.id:
        return "household"
    phones = {recipient.phone, *(guardian.phone for guardian in recipient.guardians)} - {""}
    if tie.phone and (normalise_phone(tie.phone) or tie.phone) in phones:  # earlier ones are kept as they were typed
        return "household"
    here = folded_words(tie.address)
    return "household" if here and here == folded_words(recipient.address) else ""


def _class(name: str) -> str:
    """``Lớp 9 A/3`` is ``9a3``; ``1/11`` is not ``11/1``."""
    words = " ".join(folded_words(name)).removeprefix("lop").strip()
    return re.sub("(?<![0-9]) | (?![0-9])", "", words)


def ties_of(user_ids: Iterable[int]) -> dict[int, list[Tie]]:
    """User id → what binds that person to recipients, as far as it is known and has not ended."""
    query = select(Tie).where(Tie.user_id.in_(sorted(user_ids)), Tie.ended_at.is_(None)).order_by(Tie.id)
    ties: dict[int, list[Tie]] = {}
    for tie in db.session.scalars(query):
        ties.setdefault(tie.user_id, []).append(tie)
    return ties


def add_tie(
    user: User,
    kind: str,
    *,
    by: Person,
    school_id: int | None = None,
    class_name: str = "",
    phone: str = "",
    address: str = "",
    recipient_id: int | None = None,
) -> Tie:
    """A member names a class taught, the own household, or a relative."""
    wanted = {"class": school_id is not None and clean(class_name), "relative": recipient_id is not None}
    if not wanted.get(kind, clean(phone) or clean(address)):
        raise RuleBroken(_("Xin ghi lớp đang dạy, điện thoại hoặc địa chỉ của nhà mình."), field="kind")
    tie = Tie(
        user_id=user.id,
        kind=kind,
        school_id=school_id,
        class_name=clean(class_name)[:20],
        phone=phone_for(phone, "phone"),
        address=clean(address)[:200],
        recipient_id=recipient_id,
    )
    db.session.add(tie)
    record("tie.named", tie, by=by, unit_id=chains.INSTALLATION)
    return tie


def end_tie(tie: Tie, *, by: Person) -> None:
    """It binds no longer. Conflicts that were written down stay."""
    if tie.ended_at is None:
        tie.ended_at = clock.stamp()
        record("tie.ended", tie, by=by, unit_id=chains.INSTALLATION)


def of(award_ids: Iterable[int]) -> dict[int, dict[int, str]]:
    """Award id → user id → basis, of everything that is written down."""
    ids = sorted(award_ids)
    rows: dict[int, dict[int, str]] = {}
    for start in range(0, len(ids), AT_ONCE):
        query = select(Conflict.award_id, Conflict.user_id, Conflict.basis)
        for award_id, user_id, basis in db.session.execute(
            query.where(Conflict.award_id.in_(ids[start : start + AT_ONCE]))
        ):
            rows.setdefault(award_id, {})[user_id] = basis
    return rows


def why_barred(award: Award, user: User) -> str:
    """The sentence that keeps a member from this award; empty when nothing does."""
    basis = of([award.id]).get(award.id, {}).get(user.id)
    basis = basis or found(award, [user], ties_of([user.id]), steps.parts_of([award])[award.id]).get(user.id)
    if basis is None:
        return ""
    return _(
        "%(you)s không tham gia hồ sơ %(code)s: %(basis)s.",
        you=user.address_form.capitalize(),
        code=steps.code_of(award),
        basis=str(BASES[basis]).lower(),
    )


def _row(award: Award, user: User, basis: str, reason: str) -> Conflict:
    return Conflict(
        award_id=award.id,
        user_id=user.id,
        user_name=user.signature,
        basis=basis,
        reason=reason,
        noted_at=clock.stamp(),
    )
