"""Putting a checked plan into a programme's rows. Rows that stay keep their identity, levels by their code."""

from collections.abc import Callable, Sequence
from typing import Any

from khuyenhoc.awards.plans import LevelPlan, Plan
from khuyenhoc.awards.programme_tables import (
    CommitteeSeat,
    Criterion,
    EligibilityRule,
    FundingLine,
    Level,
    LevelItem,
    Programme,
    RequiredDocument,
    UnitQuota,
)
from khuyenhoc.core.database import db

PLAIN = ("name", "school_year", "kind", "opens", "deadline", "description", "publication_days")


def write(programme: Programme, plan: Plan) -> None:
    """Make the rows say what the plan says."""
    for name in PLAIN:
        setattr(programme, name, getattr(plan, name))
    db.session.add(programme)
    _write_levels(programme, plan.levels)
    db.session.flush()
    ids = {level.code: level.id for level in programme.levels}
    rows = [(line.campaign_id, ids.get(line.level), line.amount) for line in plan.funding]
    programme.funding = _numbered(programme.funding, FundingLine, rows, ("campaign_id", "level_id", "amount"))
    criteria = [(one.name, one.weight, one.most, one.meaning) for one in plan.criteria]
    programme.criteria = _numbered(programme.criteria, Criterion, criteria, ("name", "weight", "most", "meaning"))
    programme.rules = _numbered(programme.rules, EligibilityRule, list(plan.rules), ("rule", "parameter"))
    papers = [(one.name, one.kind, one.optional) for one in plan.required]
    programme.required = _numbered(programme.required, RequiredDocument, papers, ("name", "kind", "optional"))
    _write_quotas(programme, plan, ids)
    _write_seats(programme, plan)
    db.session.flush()


def _numbered(
    present: Sequence[Any], make: Callable[..., Any], rows: Sequence[Sequence[Any]], columns: Sequence[str]
) -> list[Any]:
    kept = {row.position: row for row in present}
    written = []
    for position, values in enumerate(rows, start=1):
        row = kept.get(position) or make(position=position)
        for column, value in zip(columns, values, strict=True):
            setattr(row, column, value)
        written.append(row)
    return written


def _write_levels(programme: Programme, levels: Sequence[LevelPlan]) -> None:
    kept = {level.code: level for level in programme.levels}
    written = []
    for position, plan in enumerate(levels, start=1):
        level = kept.get(plan.code) or Level(code=plan.code)
        level.position, level.label, level.amount, level.quota = position, plan.label, plan.amount, plan.quota
        level.recipient_kinds, level.school_levels = plan.recipient_kinds, plan.school_levels
        written.append(level)
    programme.levels = written
    db.session.flush()
    for level, plan in zip(programme.levels, levels, strict=True):
        _write_items(programme, level, plan)


def _write_items(programme: Programme, level: Level, plan: LevelPlan) -> None:
    kept = {item.item_id: item for item in level.items}
    items = []
    for wanted in plan.items:
        item = kept.get(wanted.item_id) or LevelItem(item_id=wanted.item_id, programme_id=programme.id)
        item.quantity = wanted.quantity
        items.append(item)
    level.items = items


def _write_quotas(programme: Programme, plan: Plan, ids: dict[str, int]) -> None:
    kept = {(quota.unit_id, quota.level_id): quota for quota in programme.quotas}
    written = []
    for wanted in plan.quotas:
        key = (wanted.unit_id, ids.get(wanted.level, 0))
        quota = kept.get(key) or UnitQuota(unit_id=key[0], level_id=key[1])
        quota.quota = wanted.quota
        written.append(quota)
    programme.quotas = written


def _write_seats(programme: Programme, plan: Plan) -> None:
    """Whoever gives up presiding does so before another takes it: the database knows one presider at a time."""
    kept = {seat.user_id: seat for seat in programme.seats}
    parts = {wanted.user_id: wanted.part for wanted in plan.seats}
    for user_id, seat in kept.items():
        if seat.part == "presider" and parts.get(user_id) != "presider":
            seat.part = "member"
    db.session.flush()
    written = []
    for user_id, part in parts.items():
        seat = kept.get(user_id) or CommitteeSeat(user_id=user_id)
        seat.part = part
        written.append(seat)
    programme.seats = written
