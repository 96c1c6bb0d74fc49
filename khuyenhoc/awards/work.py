"""What of the nominations waits for a person: lists to confirm, files to mend or check, programmes to move on."""

import datetime
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, func, literal, select

from khuyenhoc.awards.award_tables import ENDED, Award
from khuyenhoc.awards.programme_tables import Programme
from khuyenhoc.awards.programmes import IN_HAND
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.org.units import below, unit_by_id


class Waiting(NamedTuple):
    """So many nominations of one programme in one state."""

    programme_id: int
    code: str
    name: str
    deadline: datetime.date
    state: str
    n: int


class Turn(NamedTuple):
    """A programme whose next step is due, and how many nominations that is about."""

    code: str
    name: str
    deadline: datetime.date
    n: int


def waiting(unit_ids: Collection[int], states: Collection[str]) -> list[Waiting]:
    """The nominations of these units in these states, of programmes still open, the nearest deadline first."""
    if not unit_ids:
        return []
    query = select(Award.programme_id, Programme.code, Programme.name, Programme.deadline, Award.state, func.count())
    query = query.join(Programme, Programme.id == Award.programme_id)
    query = query.where(Award.nominating_unit_id.in_(sorted(unit_ids)), Award.state.in_(sorted(states)))
    query = query.where(Programme.state == "open")
    query = query.group_by(Award.programme_id, Programme.code, Programme.name, Programme.deadline, Award.state)
    found = db.session.execute(query.order_by(Programme.deadline, Award.programme_id, Award.state))
    return [Waiting(*row) for row in found]


def to_nominate(unit_ids: Collection[int]) -> list[Turn]:
    """Programmes that take nominations of these units today, and have none of them yet."""
    if not unit_ids:
        return []
    today, mine = clock.today(), sorted(unit_ids)
    there = exists().where(Award.programme_id == Programme.id, Award.nominating_unit_id.in_(mine))
    there = there.where(Award.state.not_in(ENDED))
    query = select(Programme.unit_id, Programme.code, Programme.name, Programme.deadline)
    query = query.where(Programme.state == "open", Programme.opens <= today, Programme.deadline >= today, ~there)
    found = db.session.execute(query.order_by(Programme.deadline, Programme.id)).all()
    return [
        Turn(code, name, deadline, 0)
        for unit_id, code, name, deadline in found
        if below(unit_by_id(unit_id)) & frozenset(unit_ids)
    ]


def drafts(unit_ids: Collection[int]) -> list[Turn]:
    """Programmes that nobody may nominate for yet."""
    return _turns(unit_ids, literal(0), Programme.state == "draft")


def to_review(unit_ids: Collection[int]) -> list[Turn]:
    """Programmes past their deadline whose nominations are all checked: the committee's turn."""
    checked = _count(("verified",))
    over = (Programme.state == "open") & (Programme.deadline < clock.today())
    return _turns(unit_ids, checked, over, _count(("submitted",)) == 0, checked > 0)


def to_close(unit_ids: Collection[int]) -> list[Turn]:
    """Programmes of which everything that was decided is settled."""
    settled = _count(("settled",))
    return _turns(unit_ids, settled, Programme.state == "reviewing", _count(IN_HAND) == 0, settled > 0)


def _count(states: Collection[str]) -> ColumnElement[int]:
    query = select(func.count(Award.id)).where(Award.programme_id == Programme.id, Award.state.in_(sorted(states)))
    return query.correlate(Programme).scalar_subquery()


def _turns(unit_ids: Collection[int], number: ColumnElement[int], *conditions: ColumnElement[bool]) -> list[Turn]:
    if not unit_ids:
        return []
    query = select(Programme.code, Programme.name, Programme.deadline, number)
    query = query.where(Programme.unit_id.in_(sorted(unit_ids)), *conditions)
    found = db.session.execute(query.order_by(Programme.deadline, Programme.id))
    return [Turn(code, name, deadline, int(n)) for code, name, deadline, n in found]
