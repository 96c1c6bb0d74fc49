"""What of a gift has gone back to its giver: per gift, per campaign that it was given to, and in all."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import field
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import aliased

from khuyenhoc.core import fixed
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong, show
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.giving.donation_tables import Donation
from khuyenhoc.giving.gift_list import Wanted
from khuyenhoc.ledger.document_tables import Document, DocumentLine
from khuyenhoc.ledger.payment_tables import PaymentOrder
from khuyenhoc.papers import verification
from khuyenhoc.tracing.headings import GIVEN_BACK
from khuyenhoc.tracing.trace_tables import Layer, Take
from khuyenhoc.web.filters import day

_ANY = "SELECT 1 FROM payment_orders WHERE gift_id IS NOT NULL AND state = 'paid' LIMIT 1"
_PAID_BACK = "SELECT gift_id FROM payment_orders WHERE gift_id IN (IDS) AND state = 'paid' ORDER BY id"
_Paid = aliased(Document)
_Gift = aliased(Document)


@dataclass(frozen=True)
class Part:
    """One refund: by which document, on which day, how many đồng."""

    document_id: int
    label: str
    day: datetime.date
    amount: Dong


@dataclass
class GivenBack:
    """All that has gone back of one gift; ``of_campaign``: campaign it was given to → đồng."""

    parts: list[Part] = field(default_factory=list)
    of_campaign: dict[int, Dong] = field(default_factory=dict)

    @property
    def total(self) -> Dong:
        """In đồng, voided refunds left out."""
        return sum(part.amount for part in self.parts)


def of(gift_ids: Iterable[int]) -> dict[int, GivenBack]:
    """Gift → what has gone back of it; gifts of which nothing has are left out. Most lists ask once and find none."""
    ids = sorted(gift_ids)
    if not ids:
        return {}
    paid_back = fixed.run(_PAID_BACK.replace("IDS", ", ".join(["{}"] * len(ids))), *ids)
    found: dict[int, GivenBack] = {gift_id: GivenBack() for gift_id in paid_back.scalars()}
    if not found:
        return {}
    paid = select(PaymentOrder.gift_id, PaymentOrder.amount, _Paid).join(_Paid, _Paid.id == PaymentOrder.document_id)
    paid = paid.where(PaymentOrder.gift_id.in_(sorted(found)), PaymentOrder.state == "paid")
    for gift_id, amount, document in db.session.execute(paid.order_by(PaymentOrder.id)):
        assert gift_id is not None
        found[gift_id].parts.append(Part(document.id, document.label, document.date, amount))
    shares = _traced(PaymentOrder.gift_id, DocumentLine.campaign_id, Take.amount)
    shares = shares.where(PaymentOrder.gift_id.in_(sorted(found)))
    for gift_id, campaign_id, amount in db.session.execute(shares):
        mine = found[gift_id].of_campaign
        mine[campaign_id] = mine.get(campaign_id, 0) + int(amount)
    return found


def _in_words(document_id: int) -> Iterable[str]:
    """For whoever holds a paper of the gift: how much of it went back, when and by which number; no name."""
    for part in of([document_id]).get(document_id, GivenBack()).parts:
        yield _(
            "Trong số tiền này, %(amount)s đã hoàn trả ngày %(day)s bằng phiếu %(label)s.",
            amount=show(part.amount),
            day=day(part.day),
            label=part.label,
        )


verification.register("refunds", _in_words)


def of_campaign(gift_ids: Sequence[int], campaign_id: int) -> dict[int, Dong]:
    """Gift → đồng of what it gave to this campaign that have gone back."""
    return {gift_id: back.of_campaign.get(campaign_id, 0) for gift_id, back in of(gift_ids).items()}


def total(wanted: Wanted) -> Dong:
    """How many đồng of the wanted gifts have gone back. Refunds are few: they lead, not the gifts."""
    if fixed.run(_ANY).first() is None:
        return 0
    query = (
        _traced(func.coalesce(func.sum(Take.amount), 0))
        .join(_Gift, _Gift.id == PaymentOrder.gift_id)
        .join(Donation, Donation.document_id == PaymentOrder.gift_id)
        .where(PaymentOrder.unit_id.in_(sorted(wanted.unit_ids)), *_conditions(wanted))
    )
    return int(db.session.scalar(query) or 0)


def _traced(*columns: Any) -> Select[Any]:
    """What live refunds took, beside the gift's line that it came from, wherever it lay meanwhile."""
    layer = and_(Layer.document_id == Take.layer_document_id, Layer.position == Take.layer_position)
    line = and_(DocumentLine.document_id == Layer.source_document_id, DocumentLine.position == Layer.source_position)
    return (
        select(*columns)
        .select_from(PaymentOrder)
        .join(Take, Take.document_id == PaymentOrder.document_id)
        .join(Layer, layer)
        .join(DocumentLine, line)
        .where(PaymentOrder.state == "paid", PaymentOrder.gift_id.is_not(None), Take.heading == GIVEN_BACK)
    )


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.starts is not None:
        found.append(Donation.date >= wanted.starts)
    if wanted.ends is not None:
        found.append(Donation.date <= wanted.ends)
    if wanted.donor_ids is not None:
        found.append(Donation.donor_id.in_(wanted.donor_ids))
    if wanted.number is not None:
        number = wanted.number
        found += [_Gift.series == number.series, _Gift.year == number.year, _Gift.number == number.number]
    for column, value in (
        (Donation.method, wanted.method),
        (Donation.desk_id, wanted.desk_id),
        (_Gift.state, wanted.state),
        (_Gift.created_by, wanted.recorder_id),
        (DocumentLine.campaign_id, wanted.campaign_id),
    ):
        if value is not None:
            found.append(column == value)
    return found
