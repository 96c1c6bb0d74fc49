"""Numbers of gifts as people type them: ``PT-2026-0013``, ``pt 2026 13``."""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import select

from khuyenhoc.core.database import db
from khuyenhoc.giving.donation_tables import SERIES_OF
from khuyenhoc.ledger.document_tables import Document

_NUMBER = re.compile(r"(PT|NH|HV) ?-? ?([0-9]{4}) ?-? ?([0-9]{1,9})")


class Number(NamedTuple):
    """A whole number: series, year, and which one of that year."""

    series: str
    year: int
    number: int


def read(typed: str) -> Number | None:
    """The number that was typed; None when the text is none."""
    match = _NUMBER.fullmatch(typed.strip().upper())
    if match is None:
        return None
    series, year, number = match.groups()
    assert series in SERIES_OF.values()
    return Number(series, int(year), int(number))


def with_number(wanted: Number, unit_ids: Collection[int]) -> Sequence[Document]:
    """The gifts of these units that bear the number: each unit counts for itself."""
    query = select(Document).where(
        Document.series == wanted.series,
        Document.year == wanted.year,
        Document.number == wanted.number,
        Document.unit_id.in_(sorted(unit_ids)),
    )
    return db.session.scalars(query.order_by(Document.id)).all()
