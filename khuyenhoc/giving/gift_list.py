"""The list of gifts: what is wanted of it, found by one short range of an index, and its totals from kept sums.

Whatever is asked, one table leads by an index that begins with what was asked and goes on with date
and document, so that a page costs the same at ten thousand gifts and at a million. What is asked
besides only leaves rows out.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.giving.donation_tables import WHOLE, Donation, DonationShare, GiftDay
from khuyenhoc.giving.gift_numbers import Number
from khuyenhoc.ledger.accounts import Account
from khuyenhoc.ledger.document_tables import Document

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


@dataclass(frozen=True)
class Selection:
    """The statements that find the wanted gifts, each one range of an index, and what orders them."""

    statements: Sequence[Select[Any]]
    date: Column
    id: Column
    amount: Column | None = None
    """Where there is an index by amount too."""


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


def with_books(unit_ids: frozenset[int]) -> frozenset[int]:
    """Of these units those that keep books."""
    query = select(Account.unit_id).where(Account.unit_id.in_(sorted(unit_ids)), Account.kind == "gifts_money")
    return frozenset(db.session.scalars(query))


def select_gifts(wanted: Wanted) -> Selection:
    """How to find the wanted gifts."""
    if wanted.number is not None:
        return _by_number(wanted, wanted.number)
    if wanted.donor_ids is not None:
        return _by_donor(wanted, wanted.donor_ids)
    if wanted.desk_id is not None:
        return _by_desk(wanted)
    if wanted.campaign_id is not None:
        return _by_campaign(wanted, wanted.campaign_id)
    if wanted.method is not None:
        return _by_method(wanted)
    statements = [
        _narrow(select(Document).where(Document.unit_id == unit_id, Document.kind == "gift"), wanted, Document.date)
        for unit_id in sorted(wanted.unit_ids)
    ]
    return Selection(statements, Document.date, Document.id, Document.amount)


def _by_number(wanted: Wanted, number: Number) -> Selection:
    statement = select(Document).where(
        Document.series == number.series,
        Document.year == number.year,
        Document.number == number.number,
        Document.unit_id.in_(sorted(wanted.unit_ids)),
    )
    return Selection([statement], Document.date, Document.id)


def _by_donor(wanted: Wanted, donor_ids: Sequence[int]) -> Selection:
    statements = [_given(wanted, Donation.donor_id == donor_id) for donor_id in donor_ids]
    return Selection(statements, Donation.date, Donation.document_id)


def _by_desk(wanted: Wanted) -> Selection:
    """One evening: few enough to be sorted."""
    return Selection([_given(wanted, Donation.desk_id == wanted.desk_id)], Donation.date, Donation.document_id)


def _given(wanted: Wanted, which: ColumnElement[bool]) -> Select[Any]:
    statement = select(Document).join_from(Donation, Document, Document.id == Donation.document_id)
    statement = statement.where(which, Donation.unit_id.in_(sorted(wanted.unit_ids)))
    if wanted.campaign_id is not None:
        mine = (DonationShare.document_id == Donation.document_id) & (DonationShare.campaign_id == wanted.campaign_id)
        statement = statement.join(DonationShare, mine)
    if wanted.method is not None:
        statement = statement.where(Donation.method == wanted.method)
    if wanted.desk_id is not None:
        statement = statement.where(Donation.desk_id == wanted.desk_id)
    return _narrow(statement, wanted, Donation.date)


def _by_campaign(wanted: Wanted, campaign_id: int) -> Selection:
    """The campaign's unit is checked by who asks; its gifts are all in that unit's books."""
    statement = select(Document).join_from(DonationShare, Document, Document.id == DonationShare.document_id)
    statement = statement.where(DonationShare.campaign_id == campaign_id)
    if wanted.method is not None:
        method = select(Donation.method).where(Donation.document_id == DonationShare.document_id).scalar_subquery()
        statement = statement.where(method == wanted.method)
    return Selection([_narrow(statement, wanted, DonationShare.date)], DonationShare.date, DonationShare.document_id)


def _by_method(wanted: Wanted) -> Selection:
    statements = []
    for unit_id in sorted(wanted.unit_ids):
        statement = select(Document).join_from(Donation, Document, Document.id == Donation.document_id)
        statement = statement.where(Donation.unit_id == unit_id, Donation.method == wanted.method)
        statements.append(_narrow(statement, wanted, Donation.date))
    return Selection(statements, Donation.date, Donation.document_id)


def _narrow(statement: Select[Any], wanted: Wanted, date: Column) -> Select[Any]:
    """Leave out what does not fit; the dates are those of the table that leads."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.starts is not None:
        conditions.append(date >= wanted.starts)
    if wanted.ends is not None:
        conditions.append(date <= wanted.ends)
    if wanted.state is not None:
        conditions.append(Document.state == wanted.state)
    if wanted.recorder_id is not None:
        conditions.append(Document.created_by == wanted.recorder_id)
    return statement.where(*conditions)


def latest(campaign_id: int, limit: int = 5) -> Sequence[Document]:
    """A campaign's latest gifts, void ones too, the newest first."""
    selection = _by_campaign(Wanted(frozenset(), campaign_id=campaign_id), campaign_id)
    newest = selection.statements[0].order_by(selection.date.desc(), selection.id.desc()).limit(limit)
    return db.session.scalars(newest).all()


def totals(wanted: Wanted) -> Totals:
    """How many live gifts are wanted, and what they come to."""
    plain = wanted.donor_ids is None and wanted.number is None and wanted.desk_id is None
    if plain and wanted.state is None and wanted.recorder_id is None:
        return _kept_totals(wanted)
    return _summed(wanted)


def _kept_totals(wanted: Wanted) -> Totals:
    query = select(GiftDay.method, func.sum(GiftDay.gifts), func.sum(GiftDay.amount)).where(
        GiftDay.unit_id.in_(sorted(wanted.unit_ids)), GiftDay.campaign_id == (wanted.campaign_id or WHOLE)
    )
    if wanted.starts is not None:
        query = query.where(GiftDay.day >= wanted.starts)
    if wanted.ends is not None:
        query = query.where(GiftDay.day <= wanted.ends)
    if wanted.method is not None:
        query = query.where(GiftDay.method == wanted.method)
    found = db.session.execute(query.group_by(GiftDay.method)).all()
    return Totals(sum(int(n) for _m, n, _a in found), {method: int(amount) for method, _n, amount in found})


def _summed(wanted: Wanted) -> Totals:
    gifts, amounts, more = 0, dict[str, Dong](), False
    for statement in select_gifts(wanted).statements:
        ids = statement.where(Document.state != "voided").with_only_columns(Document.id, Document.amount)
        some = ids.order_by(None).limit(SUMMED + 1).subquery()
        amount: ColumnElement[int] = some.c.amount
        query = select(Donation.method, func.count(), func.sum(amount)).join(some, some.c.id == Donation.document_id)
        if wanted.campaign_id is not None:
            mine = (DonationShare.document_id == some.c.id) & (DonationShare.campaign_id == wanted.campaign_id)
            query = select(Donation.method, func.count(), func.sum(DonationShare.amount))
            query = query.join(some, some.c.id == Donation.document_id).join(DonationShare, mine)
        for method, count, total in db.session.execute(query.group_by(Donation.method)):
            gifts += count
            amounts[method] = amounts.get(method, 0) + int(total)
    if gifts > SUMMED:
        more = True
    return Totals(gifts, amounts, more)
