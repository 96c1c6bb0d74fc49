"""Who received in a year, in numbers only: how many people, of which kind, from where, in which circumstances.

By kind, school, ward and circumstance the minors' gate decides what may be named: no group below five. Each
breakdown is of all who received, never crossed with another, so that no cell can be told from two of them.
"""

from sqlalchemy import Subquery, distinct, func, select

from khuyenhoc.core.database import db
from khuyenhoc.core.values import dataclass
from khuyenhoc.org.units import all_units, name_on
from khuyenhoc.recipients import gate
from khuyenhoc.reports import year_awards, years
from khuyenhoc.reports.years import Year

WARDS = frozenset({"ward_association"})


@dataclass(frozen=True)
class People:
    """How many received, and what may be told of them. ``by_kind`` adds up to ``count``.

    The others may not: one person can be in several circumstances, and be named by several units.
    """

    count: int
    by_kind: gate.Breakdown
    by_ward: gate.Breakdown
    by_school: gate.Breakdown
    by_circumstance: gate.Breakdown


def of(year: Year) -> People:
    """The year's recipients."""
    people = year_awards.kept_awards(year).subquery()
    everybody = db.session.scalar(select(func.count(distinct(people.c.recipient_id))))
    return People(
        count=int(everybody or 0),
        by_kind=gate.counts_by_kind(people),
        by_ward=gate.counts(_by_ward(year, people)),
        by_school=gate.counts_by_school(people),
        by_circumstance=gate.counts_by_circumstance(people, year.since, year.until),
    )


def _by_ward(year: Year, people: Subquery) -> dict[str, int]:
    """By the ward above whoever nominated, as the tree was that year; where there is none, by that unit itself."""
    query = select(people.c.nominating_unit_id, func.count(distinct(people.c.recipient_id)))
    units = {unit.id: unit for unit in all_units()}
    ways, found = years.ways_up(year.year), dict[str, int]()
    for unit_id, count in db.session.execute(query.group_by(people.c.nominating_unit_id)):
        way = ways.get(unit_id, [unit_id])
        ward = next((one for one in way if units[one].kind in WARDS), unit_id)
        name = name_on(units[ward], years.last_day(units[ward], year.year))
        found[name] = found.get(name, 0) + int(count)
    return dict(sorted(found.items()))
