"""The list of programmes: which the person may see, narrowed as asked, and how far each has come."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from sqlalchemy import Select, func, select

from khuyenhoc.awards import sight
from khuyenhoc.awards.award_tables import ENDED, STATES, Award
from khuyenhoc.awards.forms.programme import ProgrammeFilter
from khuyenhoc.awards.programme_tables import Programme
from khuyenhoc.core.database import db
from khuyenhoc.org import units


def asked() -> ProgrammeFilter:
    """What the address asks for."""
    filter = ProgrammeFilter(request.args)
    mine = set(db.session.scalars(sight.select_programmes().with_only_columns(Programme.unit_id).distinct()))
    filter.don_vi.choices = sorted(units.names_on(mine).items(), key=lambda pair: pair[1])
    return filter


def select_asked(filter: ProgrammeFilter) -> Select[Any]:
    """The programmes that are asked for."""
    wanted, statement = filter.answers, sight.select_programmes()
    if "trang_thai" in wanted:
        statement = statement.where(Programme.state == wanted["trang_thai"])
    if "loai" in wanted:
        statement = statement.where(Programme.kind == wanted["loai"])
    return statement.where(Programme.unit_id == wanted["don_vi"]) if "don_vi" in wanted else statement


def counts_of(rows: Sequence[Programme]) -> Mapping[int, int]:
    """Programme id → how many live nominations the person sees in it."""
    ids = [programme.id for programme in rows]
    live = select(Award.programme_id, func.count()).where(Award.programme_id.in_(ids), Award.state.not_in(ENDED))
    counts: dict[int, int] = dict.fromkeys(ids, 0)
    counts |= dict(iter(db.session.execute(live.where(sight.seen_awards()).group_by(Award.programme_id))))
    return counts


def by_state(programme: Programme) -> list[tuple[str, int]]:
    """How many nominations the person sees in each state, in the order of the way."""
    query = sight.select_awards(programme, Award.state, func.count()).group_by(Award.state)
    found: dict[str, int] = dict(iter(db.session.execute(query)))
    return [(state, found[state]) for state in STATES if state in found]
