"""The tables: whole numbers only, every one proven or named as one that needs no proof, nothing outside the seals."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Boolean, Column, Date, DateTime, Float, Numeric, Table

from khuyenhoc.core.database import db
from khuyenhoc.history import seal

PROVEN_BY_CHAIN = {"entries", "postings", "history", "chains"}
PROVEN_BY_SUM = {"balances", "day_balances", "document_totals", "gift_days", "campaign_gifts"}
PROVEN_BY_TRACE = {"trace_open", "trace_bound"}
PROVEN_BY_CODE = {"account_kinds"}
NOT_PROVEN = {
    "alembic_version": "says which migration was the last",
    "users": "who signs in; deeds bear the name itself",
    "grants": "who may do what from when; every change stands in the history",
    "user_sessions": "who is signed in",
    "sign_in_attempts": "who tried to",
    "form_answers": "where a form led that is sent again; the deed itself stands in the history",
    "installation_marks": "whether this is the demonstration, and whether it is loaded",
    "gift_links": "which addresses open a donor's page",
    "proof_runs": "when the full proof last ran; the next one answers for itself",
    "file_openings": "who looked at whose file; append-only, bears on no money",
    "recipient_words": "finds recipients; made anew from their cards at any time",
    "donor_words": "finds donors; made anew from the donors at any time",
    "donor_pairs": "as donor_words",
}
"""Table → why no change to it can touch money, goods, numbers, approvals, issued papers or history."""


def _tables(app: Flask) -> dict[str, Table]:
    return dict(db.metadata.tables)


def _sealed() -> dict[str, str]:
    parts = {part.table.name: root for root, parts in seal.PARTS.items() for part in parts}
    return {**parts, **{root: root for root in seal.ROOTS}}


def test_every_table_is_proven_or_named(the_site: Flask) -> None:
    known = {*PROVEN_BY_CHAIN, *PROVEN_BY_SUM, *PROVEN_BY_TRACE, *PROVEN_BY_CODE, *NOT_PROVEN, *_sealed()}

    assert set(_tables(the_site)) <= known


def test_no_table_is_proven_twice_or_named_for_nothing(the_site: Flask) -> None:
    tables = set(_tables(the_site)) | {"alembic_version"}

    assert set(NOT_PROVEN) - tables == set()
    assert set(_sealed()) & {*PROVEN_BY_CHAIN, *PROVEN_BY_SUM, *PROVEN_BY_TRACE, *PROVEN_BY_CODE, *NOT_PROVEN} == set()


def test_money_is_whole_and_instants_are_text(the_site: Flask) -> None:
    unfit = [
        f"{table.name}.{column.name}: {column.type}"
        for table in _tables(the_site).values()
        for column in table.columns
        if isinstance(column.type, Float | Numeric | DateTime)
    ]

    assert unfit == []


def test_every_constraint_has_a_name(the_site: Flask) -> None:
    nameless = [
        f"{table.name}: {constraint}"
        for table in _tables(the_site).values()
        for constraint in table.constraints
        if not constraint.name
    ]

    assert nameless == []


def test_a_change_to_any_sealed_column_changes_what_is_sealed(the_site: Flask) -> None:
    unnoticed = []
    for name, root in _sealed().items():
        table = _tables(the_site)[name]
        row = {column.name: _value(column) for column in table.columns}
        rows = {name: [row]}
        before = seal.content_of(root, rows)
        for column in table.columns:
            changed = {name: [{**row, column.name: _other(row[column.name])}]}
            if seal.content_of(root, changed) == before:
                unnoticed.append(f"{name}.{column.name}")
        if seal.content_of(root, {name: []}) == before or seal.content_of(root, {name: [row, row]}) == before:
            unnoticed.append(f"{name}: a row more or less")

    assert unnoticed == []


def _value(column: Column[Any]) -> Any:
    if isinstance(column.type, Boolean):
        return False
    return "2026-08-15" if isinstance(column.type, Date) else 1


def _other(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    return "2026-08-16" if isinstance(value, str) else None


@pytest.mark.parametrize("value, other", [(False, True), (1, None), ("2026-08-15", "2026-08-16")])
def test_other_values_are_other(value: Any, other: Any) -> None:
    assert _other(value) == other
