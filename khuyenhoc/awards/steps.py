"""Steps: the one way in which an award changes its state, alone or many at once.

A step stands in ``award_tables.STEPS``. Each asks under the unit's lock: is what was shown still so, does
the award stand where the step begins, may this person take it there, did the same person take another part in
the case, and does nothing hold it. Pages, bulk deeds and commands call ``take`` and ``take_many`` and nothing else.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import lazyload
from sqlalchemy.orm.attributes import instance_dict

from khuyenhoc.approvals import pairs
from khuyenhoc.approvals.pairs import Part, SamePerson
from khuyenhoc.awards import holds
from khuyenhoc.awards.award_tables import STATES, STEPS, Award
from khuyenhoc.core import fixed
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import NotAllowed, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history import chains, seal
from khuyenhoc.history.events import record_many
from khuyenhoc.org import grants
from khuyenhoc.org.units import is_open, unit_by_id
from khuyenhoc.org.users import User

PAIR_STEPS = {"submit": "nominate", "verify": "verify", "return": "verify", "refuse": "verify", "decide": "decide"}
"""Step → what it is called among the pairs that need two people."""

OF_THE_NOMINATOR = frozenset({"submit", "withdraw", "verify", "return", "refuse"})
"""Steps whose permission is asked on the unit that nominates; all others on the unit that keeps the books."""

CARRIES = {
    "submit": {"rank"},
    "return": {"to_mend"},
    "verify": {"verification"},
    "refuse": {"verification"},
    "take_up": {"meeting_id"},
    "recommend": {"meeting_id", "score", "rank"},
    "reject": {"meeting_id", "score", "rank"},
    "decide": {"decision_id", "amount"},
}
"""Step → which columns of the award it may write beside the state."""

STAMPS = {"submit": "confirmed", "verify": "verified"}
"""Step → the columns ``…_by`` and ``…_by_name`` that keep who took it."""

DEEDS = {"take_up": "award.taken_up", "take_back": "award.taken_back"}
NOMINATING = ("award.drafted", "award.changed", "award.submitted")
CHECKING = ("award.verified", "award.returned")
AT_ONCE = 500

Values = Mapping[int, Mapping[str, Any]]
"""Award id → column → value, for what a step writes differently in each award."""


class WrongStep(RuleBroken):
    """The award does not stand where the step begins."""


class OnHold(RuleBroken):
    """Something else of the award must be settled first."""


class Stale(RuleBroken):
    """The award has changed since it was shown."""


def code_of(award: Award) -> str:
    """The application code: ``HB22-0013``. It names no one."""
    return f"{award.programme.code}-{award.number:04d}"


def version(award: Award) -> str:
    """What a page shows of an award, as one fingerprint; ``take`` compares it with the present."""
    return seal.fingerprint("awards", award.id)


def take(award: Award, step: str, *, by: User, reason: str = "", shown: str = "", **values: Any) -> None:
    """Take one step with one award. ``shown`` is the ``version`` that the person saw; ``values`` as in ``CARRIES``.

    Raises Stale, WrongStep, NotAllowed or SamePerson, each in words; then nothing was changed.
    """
    seen = {award.id: shown} if shown else None
    take_many([award], step, by=by, reason=reason, shown=seen, each={award.id: values})


def take_many(
    awards: Sequence[Award],
    step: str,
    *,
    by: User,
    reason: str = "",
    shown: Mapping[int, str] | None = None,
    each: Values | None = None,
    fresh: bool = False,
) -> None:
    """Take one step with many awards of one unit's books, each asked for itself: all of them or none.

    ``fresh``: the caller holds the unit's lock and has read them anew under it.
    The first refusal is raised, with the application's code before it when there are several.
    """
    if not awards:
        return
    awards = list(awards) if fresh else _lock(awards)
    for award, no in refusals(awards, step, by=by, shown=shown):
        if len(awards) > 1:
            raise type(no)(f"{code_of(award)}: {no}")
        raise no
    before: dict[str, list[Award]] = {}
    for award in awards:
        before.setdefault(award.state, []).append(award)
    _write(awards, step, by, each or {})
    to = STEPS[step][1]
    for state, some in sorted(before.items()):
        details = {"step": step, "from": state, "to": to}
        action = DEEDS.get(step, f"award.{to}")
        record_many(action, some, by=by, unit_id=some[0].unit_id, reason=reason, details=details)


def refusals(
    awards: Sequence[Award], step: str, *, by: User, shown: Mapping[int, str] | None = None
) -> list[tuple[Award, RuleBroken]]:
    """Which of these awards the person cannot take this step with, and why; empty when all can."""
    places = grants.units_with(by, STEPS[step][2])
    parts = parts_of(awards) if step in PAIR_STEPS else {}
    present = _versions(awards) if shown else {}
    held = holds.sentences(awards, step)
    found: list[tuple[Award, RuleBroken]] = []
    for award in awards:
        if shown is not None and shown.get(award.id, present.get(award.id)) != present.get(award.id):
            found.append((award, Stale(_("Hồ sơ đã thay đổi sau khi trang này mở. Xin xem lại rồi làm tiếp."))))
            continue
        no = _why_not(award, step, by, places, parts.get(award.id, ()))
        if no is None and award.id in held:
            no = OnHold(held[award.id])
        if no is not None:
            found.append((award, no))
    return found


def can_take(award: Award, step: str, by: User) -> bool:
    """Whether the person could take this step now: for what a page offers."""
    return not refusals([award], step, by=by)


def place_of(award: Award, step: str) -> int:
    """The unit on which the step's permission is asked.

    What a unit left that has closed since is checked where the books are kept: else nobody could.
    """
    if step not in OF_THE_NOMINATOR:
        return award.unit_id
    return award.unit_id if PAIR_STEPS.get(step) == "verify" and is_left(award) else award.nominating_unit_id


def is_left(award: Award) -> bool:
    """Whether the unit that nominated has closed since: nobody of it can mend, confirm or withdraw any more."""
    return not is_open(unit_by_id(award.nominating_unit_id))


def starts_of(award: Award, step: str) -> tuple[str, ...]:
    """The states from which an award may take a step.

    What was returned to a unit that has closed since is not sent again by anybody: whoever checks may have it mended
    on the card, and checks it or refuses it as it stands then; it is checked only before the review.
    """
    starts = STEPS[step][0]
    waits = step == "refuse" or (step == "verify" and award.programme.state == "open")
    return (*starts, "returned") if waits and award.state == "returned" and is_left(award) else starts


def parts_of(awards: Sequence[Award]) -> dict[int, list[Part]]:
    """Award id → who took which part in its case: wrote or confirmed the nomination, checked it, scored it."""
    db.session.flush()
    ids = [award.id for award in awards]
    found: dict[int, list[Part]] = {award.id: _columns(award) for award in awards}
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        marks, actions = _marks(some), (*NOMINATING, *CHECKING)
        told, scored = fixed.rows_of_each(
            (_TOLD.replace("ACTIONS", _marks(actions)).replace("AWARDS", marks), (*actions, *some)),
            (_SCORED.replace("AWARDS", marks), (*some,)),
        )
        for award_id, actor_id, action in told:
            found[award_id].append(("nominate" if action in NOMINATING else "verify", actor_id))
        for award_id, user_id in scored:
            found[award_id].append(("score", user_id))
    return found


_TOLD = (
    "SELECT subject_id, actor_id, action FROM history"
    " WHERE subject_table = 'awards' AND action IN (ACTIONS) AND subject_id IN (AWARDS)"
)
_SCORED = "SELECT award_id, user_id FROM scores WHERE award_id IN (AWARDS)"


def _marks(values: Sequence[Any]) -> str:
    return ", ".join(["{}"] * len(values))


def _columns(award: Award) -> list[Part]:
    of = [("nominate", award.nominated_by), ("nominate", award.confirmed_by), ("verify", award.verified_by)]
    return [(step, user_id) for step, user_id in of if user_id is not None]


def _lock(awards: Sequence[Award]) -> list[Award]:
    db.session.flush()
    (unit_id,) = {award.unit_id for award in awards}  # one chain tells of one deed
    chains.lock(unit_id)
    read_anew(awards)
    return list(dict.fromkeys(awards))


def read_anew(awards: Iterable[Award]) -> None:
    """Read these awards as they stand now, under the lock that the caller holds."""
    ids = sorted({award.id for award in awards})
    for start in range(0, len(ids), AT_ONCE):
        some = select(Award).where(Award.id.in_(ids[start : start + AT_ONCE]))
        some = some.options(lazyload(Award.shares), lazyload(Award.evidence))
        db.session.scalars(some.execution_options(populate_existing=True)).all()


def _versions(awards: Iterable[Award]) -> dict[int, str]:
    return seal.fingerprints("awards", [award.id for award in awards])


def _why_not(award: Award, step: str, by: User, places: frozenset[int], parts: Iterable[Part]) -> RuleBroken | None:
    if place_of(award, step) not in places:
        return NotAllowed(_("Việc này không thuộc vai trò của %(you)s ở đơn vị này.", you=by.address_form))
    if award.state not in starts_of(award, step):
        state = str(STATES[award.state]).lower()
        return WrongStep(_("Hồ sơ đang ở trạng thái: %(state)s, không làm được việc này.", state=state))
    sentence = pairs.why_not(PAIR_STEPS[step], by, parts) if step in PAIR_STEPS else ""
    return SamePerson(sentence) if sentence else None


def _write(awards: Sequence[Award], step: str, by: User, each: Values) -> None:
    """Write the step into every award: those that take the same values with one statement."""
    same: dict[tuple[tuple[str, Any], ...], list[Award]] = {}
    for award in awards:
        values = _columns_of(step, by, each.get(award.id, {}))
        same.setdefault(tuple(sorted(values.items())), []).append(award)
    for pairs_of, some in same.items():
        settings = ", ".join(f"{column} = {{}}" for column, _value in pairs_of)
        for start in range(0, len(some), AT_ONCE):
            ids = ", ".join(str(int(award.id)) for award in some[start : start + AT_ONCE])
            sql = f"UPDATE awards SET {settings} WHERE id IN ({ids})"  # noqa: S608 - names of our own columns, and ids
            fixed.run(sql, *(value for _column, value in pairs_of))
        for award in some:
            instance_dict(award).update(pairs_of)  # as it is stored now: nothing that the session has to write


def _columns_of(step: str, by: User, values: Mapping[str, Any]) -> dict[str, Any]:
    unknown = values.keys() - CARRIES.get(step, set())
    assert not unknown, f"{step} does not write {unknown}"
    stamps = {}
    if step in STAMPS:
        stamps = {f"{STAMPS[step]}_by": by.id, f"{STAMPS[step]}_by_name": by.signature}
    return {**values, **stamps, "state": STEPS[step][1]}
