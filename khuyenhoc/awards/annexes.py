"""The annex of a decision: whom it names, read in one go; what is shown, frozen and bound by an approval.

It holds names of children. It is for the circle that decides and for the paper that is kept; what is hung out
for everybody is ``publication``.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.decision_tables import Decision, DecisionLine
from khuyenhoc.awards.programme_tables import Level
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.values import dataclass
from khuyenhoc.history import chains
from khuyenhoc.org.units import names_on
from khuyenhoc.recipients.recipient_tables import Recipient, School


class Row(NamedTuple):
    """One line of the annex. ``place``: the school, else the unit that nominated."""

    position: int
    award_id: int
    recipient_id: int
    code: str
    name: str
    place: str
    class_name: str
    level: str
    amount: Dong
    state: str
    unit_id: int


def rows_of(decision: Decision, *, of_units: frozenset[int] | None = None) -> list[Row]:
    """The annex in its order; ``of_units``: only what these units nominated."""
    query = (
        select(
            DecisionLine.position,
            DecisionLine.award_id,
            DecisionLine.amount,
            Award.number,
            Award.state,
            Award.nominating_unit_id,
            Award.recipient_id,
            Level.label,
            Recipient.full_name,
            Recipient.class_name,
            School.name.label("school"),
        )
        .join(Award, Award.id == DecisionLine.award_id)
        .join(Level, Level.id == DecisionLine.level_id)
        .join(Recipient, Recipient.id == Award.recipient_id)
        .outerjoin(School, School.id == Recipient.school_id)
        .where(DecisionLine.decision_id == decision.id)
        .order_by(DecisionLine.position)
    )
    if of_units is not None:
        query = query.where(Award.nominating_unit_id.in_(sorted(of_units)))
    found = db.session.execute(query).all()
    units = names_on({row.nominating_unit_id for row in found}, decision.decided_on)
    programme = decision.programme.code
    return [
        Row(
            position=position,
            award_id=award_id,
            recipient_id=recipient_id,
            code=f"{programme}-{number:04d}",
            name=name,
            place=school or units.get(unit_id, ""),
            class_name=class_name,
            level=level,
            amount=amount,
            state=state,
            unit_id=unit_id,
        )
        for position, award_id, amount, number, state, unit_id, recipient_id, level, name, class_name, school in found
    ]


@dataclass(frozen=True)
class LevelSum:
    """How many awards of one level, and their worth in đồng."""

    level: str
    each: Dong
    count: int
    amount: Dong


def sums_of(rows: Sequence[Row]) -> list[LevelSum]:
    """The annex by level, in its order; several lines where one level was worth different amounts."""
    found: dict[tuple[str, Dong], int] = {}
    for row in rows:
        found[row.level, row.amount] = found.get((row.level, row.amount), 0) + 1
    return [LevelSum(level, each, count, each * count) for (level, each), count in found.items()]


def digest(rows: Sequence[Row]) -> str:
    """What the annex shows, as one fingerprint."""
    return chains.digest(
        [[r.position, r.code, r.name, r.place, r.class_name, r.level, r.amount, r.state] for r in rows]
    )
