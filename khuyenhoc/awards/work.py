"""What of the nominations waits for a person: lists to confirm, files to mend, files to check."""

import datetime
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import func, select

from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.programme_tables import Programme
from khuyenhoc.core.database import db


class Waiting(NamedTuple):
    """So many nominations of one programme in one state."""

    programme_id: int
    code: str
    name: str
    deadline: datetime.date
    state: str
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
