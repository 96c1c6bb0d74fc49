"""The list of gifts: what is wanted of it, found by one short range of an index, and its totals from kept sums.

Whatever is asked, an index leads that begins with all of it and goes on with date and document, so that
a page costs the same at ten thousand gifts and at a million, also where few or none fit. Where some
of several states, methods or units are asked for, each is a range of its own and the ranges are merged.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import field, replace
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from khuyenhoc.core import fixed
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.values import dataclass
from khuyenhoc.giving.donation_tables import (
    METHODS,
    SERIES_OF,
    WHOLE,
    CampaignGift,
    Donation,
    DonationShare,
)
from khuyenhoc.giving.gift_numbers import Number
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.web.lists import MOST_RANGES, Ranges

STATES = ("recorded", "acknowledged", "voided")
METHOD_OF = {series: method for method, series in SERIES_OF.items()}
SUMMED = 5_000
"""A selection that no kept total covers is summed up to so many gifts."""

Column = InstrumentedAttribute[Any]


@dataclass(frozen=True)
class Wanted:
    """What is asked of the list. ``donor_ids`` None: of whomever; empty: of nobody."""

    unit_ids: frozenset[int]
    starts: datetime.date | None = None
    ends: datetime.date | None = None
    campaign_id: int | None = None
    method: str | None = None
    state: str | None = None
    recorder_id: int | None = None
    donor_ids: Sequence[int] | None = None
    desk_id: int | None = None
    number: Number | None = None
    live: bool = False
    """Void ones are not wanted."""

    @property
    def methods(self) -> Sequence[str]:
        """The methods that are looked through."""
        return [self.method] if self.method is not None else [*METHODS]

    @property
    def states(self) -> Sequence[str]:
        """The states that are looked through."""
        looked_through = [self.state] if self.state is not None else STATES
        return [state for state in looked_through if state != "voided" or not self.live]

    @property
    def is_narrowed(self) -> bool:
        """By method, state or recorder."""
        return self.method is not None or self.state is not None or self.recorder_id is not None

    @property
    def has_dates(self) -> bool:
        """Whether only some days are asked for."""
        return self.starts is not None or self.ends is not None


@dataclass(frozen=True)
class Selection:
    """The ranges that the wanted gifts stand in, and the columns of these ranges."""

    of: Sequence[Select[Any]]
    date: Column
    id: Column
    amount: Column
    method: Column
    """The method, or the series of its number."""
    by_amount: bool = False
    """Whether there is an index by amount too."""

    @property
    def gifts(self) -> Ranges:
        """As the list shows them."""
        return Ranges(self.of, Document)


@dataclass(frozen=True)
class Totals:
    """Live gifts of a selection: how many and đồng, per method. ``more``: there are more than were summed."""

    gifts: int = 0
    amounts: dict[str, Dong] = field(default_factory=dict)
    more: bool = False

    @property
    def everything(self) -> Dong:
        """Money, and goods at their stated value."""
        return sum(self.amounts.values())

    @property
    def goods(self) -> Dong:
        """Goods at their stated value."""
        return self.amounts.get("in_kind", 0)

    @property
    def money(self) -> Dong:
        """Cash and bank."""
        return self.everything - self.goods


_WITH_BOOKS = "SELECT unit_id FROM accounts WHERE kind = 'gifts_money' AND unit_id IN (UNITS)"


def with_books(unit_ids: frozenset[int]) -> frozenset[int]:
    """Of these units those that keep books."""
    sql = _WITH_BOOKS.replace("UNITS", ", ".join(["{}"] * len(unit_ids)) or "NULL")
    return frozenset(fixed.run(sql, *sorted(unit_ids)).scalars())


def select_gifts(wanted: Wanted) -> Selection:
    """How to find the wanted gifts."""
    if wanted.number is not None:
        return _by_number(wanted, wanted.number)
    if wanted.donor_ids is not None:
        return _given(wanted, [Donation.donor_id == donor_id for donor_id in wanted.donor_ids])
    if wanted.desk_id is not None:  # one evening: few enough to be sorted
        return _given(wanted, [Donation.desk_id == wanted.desk_id])
    if wanted.campaign_id is not None:
        return _by_campaign(wanted, wanted.campaign_id)
    return _by_unit(wanted)


def _by_number(wanted: Wanted, number: Number) -> Selection:
    statement = select(Document.id).where(
        Document.series == number.series,
        Document.year == number.year,
        Document.number == number.number,
        Document.unit_id.in_(sorted(wanted.unit_ids)),
        Document.state.in_(wanted.states),
    )
    return _of_documents([statement])


def _of_documents(statements: Sequence[Select[Any]], *, by_amount: bool = False) -> Selection:
    return Selection(statements, Document.date, Document.id, Document.amount, Document.series, by_amount)


def _by_unit(wanted: Wanted) -> Selection:
    mine = [
        select(Document.id).where(Document.unit_id == unit_id, Document.kind == "gift", *_days(wanted, Document.date))
        for unit_id in sorted(wanted.unit_ids)
    ]
    if not wanted.is_narrowed:
        return _of_documents(mine, by_amount=not wanted.has_dates)
    if wanted.recorder_id is not None:
        mine = [statement.where(Document.created_by == wanted.recorder_id) for statement in mine]
    ranges = [
        statement.where(Document.series == SERIES_OF[method], Document.state == state)
        for statement, method, state in product(mine, wanted.methods, wanted.states)
    ]
    return _of_documents(ranges)


def _by_campaign(wanted: Wanted, campaign_id: int) -> Selection:
    """The campaign's unit is checked by who asks; its gifts are all in that unit's books."""
    if not wanted.is_narrowed:
        mine = select(DonationShare.document_id).join_from(
            DonationShare, Document, Document.id == DonationShare.document_id
        )
        mine = mine.where(DonationShare.campaign_id == campaign_id, *_days(wanted, DonationShare.date))
        share = DonationShare
        return Selection([mine], share.date, share.document_id, share.amount, Document.series, not wanted.has_dates)
    gift = CampaignGift
    mine = select(gift.document_id).where(gift.campaign_id == campaign_id, *_days(wanted, gift.date))
    if wanted.recorder_id is not None:
        mine = mine.where(gift.recorder_id == wanted.recorder_id)
    ranges = [
        mine.where(gift.method == method, gift.state == state)
        for method, state in product(wanted.methods, wanted.states)
    ]
    return Selection(ranges, gift.date, gift.document_id, gift.amount, gift.method)


def _given(wanted: Wanted, by_whom: Iterable[ColumnElement[bool]]) -> Selection:
    """The gifts of each giver or evening; what is asked besides leaves rows out."""
    statement = select(Document.id).join_from(Donation, Document, Document.id == Donation.document_id)
    amount = Document.amount
    if wanted.campaign_id is not None:
        mine = (DonationShare.document_id == Donation.document_id) & (DonationShare.campaign_id == wanted.campaign_id)
        statement, amount = statement.join(DonationShare, mine), DonationShare.amount
    conditions = [Donation.unit_id.in_(sorted(wanted.unit_ids)), *_days(wanted, Donation.date)]
    if wanted.method is not None:
        conditions.append(Donation.method == wanted.method)
    if wanted.desk_id is not None:
        conditions.append(Donation.desk_id == wanted.desk_id)
    if wanted.state is not None or wanted.live:
        conditions.append(Document.state.in_(wanted.states))
    if wanted.recorder_id is not None:
        conditions.append(Document.created_by == wanted.recorder_id)
    ranges = [statement.where(which, *conditions) for which in by_whom]
    return Selection(ranges, Donation.date, Donation.document_id, amount, Donation.method)


def _days(wanted: Wanted, date: Column) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.starts is not None:
        conditions.append(date >= wanted.starts)
    if wanted.ends is not None:
        conditions.append(date <= wanted.ends)
    return conditions


def latest(campaign_id: int, limit: int = 5) -> Sequence[Document]:
    """A campaign's latest gifts, void ones too, the newest first."""
    query = (
        select(Document)
        .join_from(DonationShare, Document, Document.id == DonationShare.document_id)
        .where(DonationShare.campaign_id == campaign_id)
        .order_by(DonationShare.date.desc(), DonationShare.document_id.desc())
    )
    return db.session.scalars(query.limit(limit)).all()


def totals(wanted: Wanted) -> Totals:
    """How many live gifts are wanted, and what they come to."""
    plain = wanted.donor_ids is None and wanted.number is None and wanted.desk_id is None
    if plain and wanted.state is None and wanted.recorder_id is None:
        return _kept_totals(wanted)
    return _summed(wanted)


_KEPT = "SELECT method, SUM(gifts), SUM(amount) FROM gift_days WHERE unit_id IN (UNITS) AND campaign_id = {}"


def _kept_totals(wanted: Wanted) -> Totals:
    units, conditions = sorted(wanted.unit_ids), ""
    values: list[Any] = [wanted.campaign_id or WHOLE]
    for condition, value in (
        (" AND day >= {}", wanted.starts),
        (" AND day <= {}", wanted.ends),
        (" AND method = {}", wanted.method),
    ):
        if value is not None:
            conditions += condition
            values.append(value)
    sql = _KEPT.replace("UNITS", ", ".join(["{}"] * len(units)) or "NULL") + conditions + " GROUP BY method"
    found = fixed.run(sql, *units, *values).all()
    return Totals(sum(int(n) for _m, n, _a in found), {method: int(amount) for method, _n, amount in found})


def _summed(wanted: Wanted) -> Totals:
    """Along the ranges, up to so many gifts."""
    selection, left = select_gifts(replace(wanted, live=True)), SUMMED + 1
    gifts, amounts = 0, dict[str, Dong]()
    for first in range(0, len(selection.of), MOST_RANGES):
        query = _sums(selection.of[first : first + MOST_RANGES], selection, left, wanted.method)
        for method, count, total in db.session.execute(query):
            if not count:
                continue
            gifts, left = gifts + count, left - count
            method = METHOD_OF.get(method, method)
            amounts[method] = amounts.get(method, 0) + int(total)
        if left <= 0:
            break
    return Totals(gifts, amounts, more=gifts > SUMMED)


def _sums(statements: Sequence[Select[Any]], selection: Selection, most: int, only_method: str | None) -> Select[Any]:
    """Grouped by method; where there is but one, nothing is to be sorted."""
    columns = (selection.method.label("method"), selection.amount.label("amount"))
    some = [select(one.with_only_columns(*columns).limit(most).subquery()) for one in statements]
    live = union_all(*some).limit(most).subquery()
    sums: list[Any] = [func.count(), func.sum(live.c.amount)]
    if only_method is not None:
        return select(*[literal(only_method), *sums]).select_from(live)
    return select(live.c.method, *sums).group_by(live.c.method)
