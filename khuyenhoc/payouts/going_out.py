"""What lists pay, for the sums that policies look at: whole lists beside lists, single lines beside other payments.

Of the pupils no name leaves the lists: a line counts for its payee and is told as one of a list.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.registry import Added
from khuyenhoc.awards.award_tables import Award, AwardShare
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong, figures
from khuyenhoc.core.text import gettext as _
from khuyenhoc.ledger.outflows import Question
from khuyenhoc.ledger.payees import Payee, code_of
from khuyenhoc.payouts.lists import KIND, SUBJECT
from khuyenhoc.payouts.payout_tables import STATES, Payout, PayoutLine
from khuyenhoc.recipients.recipient_tables import Recipient


def payees_of(payout: Payout) -> list[Payee]:
    """Everyone on a list."""
    query = select(PayoutLine.name, Recipient.id, Recipient.full_name, Recipient.bank_number)
    query = query.join(Award, Award.id == PayoutLine.award_id).join(Recipient, Recipient.id == Award.recipient_id)
    rows = db.session.execute(query.where(PayoutLine.payout_id == payout.id))
    return [_payee(name, recipient_id, called, number) for name, recipient_id, called, number in rows]


def of_lists(question: Question) -> Iterable[Added]:
    """The lists of these campaigns planned in the month: whole for a list, else what they pay to the payees asked for.

    Cancelled lists, lists sent back, and money that came back to its campaign are left out.
    """
    if question.kind == KIND:
        yield from (_added(payout, payout.amount - back, count) for payout, back, count in _whole(question))
        return
    sums: dict[int, list[Dong]] = {}
    for payout_id, name, recipient_id, called, number, amount in db.session.execute(_lines(question)):
        if question.payees.has(_payee(name, recipient_id, called, number)):
            sums.setdefault(payout_id, []).append(int(amount))
    for payout in _live(select(Payout).where(Payout.id.in_(sorted(sums)))):
        yield _added(payout, sum(sums[payout.id]), len(sums[payout.id]))


def _payee(name: str, recipient_id: int, called: str, number: str) -> Payee:
    return Payee((name, called), ("recipient", recipient_id), code_of(number))


def _whole(question: Question) -> Iterable[tuple[Payout, Dong, int]]:
    """Each list with the đồng of it that came back, and how many stand on it."""
    mine = select(PayoutLine.payout_id).join(AwardShare, AwardShare.award_id == PayoutLine.award_id)
    mine = mine.where(AwardShare.campaign_id.in_(sorted(question.campaign_ids)))
    payouts = _live(select(Payout).where(_planned(question), Payout.id.in_(mine)))
    back = func.sum(PayoutLine.amount).filter(PayoutLine.outcome == "returned")
    query = select(PayoutLine.payout_id, func.coalesce(back, 0), func.count()).group_by(PayoutLine.payout_id)
    query = query.where(PayoutLine.payout_id.in_([payout.id for payout in payouts]))
    counted = {payout_id: (int(amount), int(n)) for payout_id, amount, n in db.session.execute(query)}
    return [(payout, *counted.get(payout.id, (0, 0))) for payout in payouts]


def _lines(question: Question) -> Select[*tuple[int, str, int, str, str, int]]:
    """Money on live lines for whoever may be one of the payees; who is one, names and cards decide afterwards."""
    payees = question.payees
    return (
        select(
            PayoutLine.payout_id,
            PayoutLine.name,
            Recipient.id,
            Recipient.full_name,
            Recipient.bank_number,
            func.sum(AwardShare.amount),
        )
        .join(Payout, Payout.id == PayoutLine.payout_id)
        .join(Award, Award.id == PayoutLine.award_id)
        .join(Recipient, Recipient.id == Award.recipient_id)
        .join(AwardShare, AwardShare.award_id == Award.id)
        .where(
            AwardShare.campaign_id.in_(sorted(question.campaign_ids)),
            AwardShare.item_id.is_(None),
            _planned(question),
            PayoutLine.live.is_(True),
            PayoutLine.outcome != "returned",
            or_(
                Recipient.id.in_(payees.cards("recipient")),
                Recipient.folded.in_(payees.folded),
                Recipient.bank_number.in_(payees.codes),
            ),
        )
        .group_by(PayoutLine.id, Recipient.id)
    )


def _planned(question: Question) -> ColumnElement[bool]:
    return and_(Payout.planned_on >= question.first, Payout.planned_on < question.following)


def _live(query: Select[Any]) -> Sequence[Payout]:
    found = db.session.scalars(query.where(Payout.state != "cancelled").order_by(Payout.id)).all()
    waiting = requests.waiting_among(SUBJECT, [payout.id for payout in found])
    return [payout for payout in found if payout.state != "prepared" or payout.id in waiting]


def _added(payout: Payout, amount: Dong, count: int) -> Added:
    return Added(
        KIND,
        payout.id,
        payout.planned_on,
        _("Danh sách số %(n)s", n=payout.id),
        _("%(n)s người nhận", n=figures(count)),
        str(STATES[payout.state]),
        amount,
        f"/chi-trao/{payout.id}",
    )
