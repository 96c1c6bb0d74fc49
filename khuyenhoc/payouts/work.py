"""What of the lists waits for a person: to be paid, handed over, noted, paid a second time, settled."""

import datetime
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.awards.programme_tables import Programme
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.org.users import User
from khuyenhoc.payouts import parts
from khuyenhoc.payouts.payout_tables import Payout, PayoutLine

HANDING_OVER = ("approved", "handed_over")
"""States of a list of goods in which somebody may still come for something."""


_PAID_IN_CASH = and_(Payout.method == "cash", Payout.state == "paid")


class Waiting(NamedTuple):
    """So many lines of one list, worth so many đồng. ``on``: the day for which a second handing out was promised."""

    payout_id: int
    programme: str
    method: str
    n: int
    amount: Dong
    on: datetime.date | None


def to_pay(unit_ids: Collection[int], user: User) -> list[Waiting]:
    """Approved lists of money in whose case this person has no other part."""
    return _apart(_lines(unit_ids, and_(Payout.method != "goods", Payout.state == "approved")), user)


def to_hand_over(unit_ids: Collection[int], user: User) -> list[Waiting]:
    """Approved lists of goods with recipients who have not come yet; not for whom the case keeps from handing over."""
    goods = and_(Payout.method == "goods", Payout.state.in_(HANDING_OVER))
    return _apart(_lines(unit_ids, goods, PayoutLine.outcome == "waiting"), user)


def to_note(unit_ids: Collection[int]) -> list[Waiting]:
    """Paid lists of cash on which nobody has written yet who received and who did not come."""
    return _lines(unit_ids, _PAID_IN_CASH, PayoutLine.outcome == "waiting", PayoutLine.recorded_by.is_(None))


def to_have_back(unit_ids: Collection[int]) -> list[Waiting]:
    """Cash of recipients who, as was noted, did not come: not back in the box yet."""
    return _lines(unit_ids, _PAID_IN_CASH, PayoutLine.outcome == "waiting", PayoutLine.recorded_by.is_not(None))


def to_pay_later(unit_ids: Collection[int], user: User) -> list[Waiting]:
    """Money kept for recipients who did not come, and whose second date is here or was never named."""
    due = or_(PayoutLine.second_date.is_(None), PayoutLine.second_date <= clock.today())
    kept = and_(Payout.method != "goods", Payout.state == "paid")
    return _apart(_lines(unit_ids, kept, PayoutLine.outcome == "absent", due), user)


def to_settle(unit_ids: Collection[int]) -> list[Waiting]:
    """Lists on which everybody has received or nobody will come any more."""
    done = or_(
        and_(Payout.method == "goods", Payout.state.in_(HANDING_OVER)),
        and_(Payout.method != "goods", Payout.state == "paid"),
    )
    other = aliased(PayoutLine)
    still = exists().where(other.payout_id == Payout.id, other.outcome.in_(("waiting", "absent")))
    return _lines(unit_ids, and_(done, ~still))


def _apart(found: list[Waiting], user: User) -> list[Waiting]:
    return [one for one in found if parts.may_pay(db.session.get_one(Payout, one.payout_id), user)]


def _lines(unit_ids: Collection[int], lists: ColumnElement[bool], *lines: ColumnElement[bool]) -> list[Waiting]:
    """The lists of these units that fit, with those of their lines that fit, the oldest first."""
    if not unit_ids:
        return []
    query = select(
        Payout.id,
        Programme.name,
        Payout.method,
        func.count(PayoutLine.id),
        func.sum(PayoutLine.amount),
        func.min(PayoutLine.second_date),
    )
    query = query.join(Decision, Decision.id == Payout.decision_id)
    query = query.join(Programme, Programme.id == Decision.programme_id)
    query = query.join(PayoutLine, PayoutLine.payout_id == Payout.id)
    query = query.where(Payout.unit_id.in_(sorted(unit_ids)), lists, *lines)
    query = query.group_by(Payout.id, Programme.name, Payout.method).order_by(Payout.id)
    rows = db.session.execute(query)
    return [Waiting(id, name, method, int(n), int(amount), on) for id, name, method, n, amount, on in rows]
