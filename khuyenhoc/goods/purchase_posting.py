"""What a purchase does to the books: goods in, money out; against a decision its promise turns into pieces.

The money that the decision had committed is released, and the pieces are reserved for its awards, in the
same entry. What is bought for one level is a lot of its own, and paid by what may serve that level: so no piece is
worth đồng of which some may serve one level only and some another.
"""

import datetime
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import or_, select

from khuyenhoc.awards import promises
from khuyenhoc.awards.award_tables import Award, AwardShare
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.awards.programme_tables import FundingLine, Level, LevelItem, Programme
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.funds.campaigns import campaign_by_id
from khuyenhoc.goods.goods_tables import Purchase, PurchaseLine
from khuyenhoc.goods.wholes import Wholes
from khuyenhoc.ledger.accounts import chart_of, get_account
from khuyenhoc.ledger.documents import Draft, Line
from khuyenhoc.ledger.followers import Use

SERIES = {"cash": "PC", "bank": "UN"}
WAITING = ("decided", "published")
"""States of an award that may wait for goods."""


def payable(purchase: Purchase) -> Dong:
    """What is to be paid, in đồng: what was counted on arrival; before that, what was asked for."""
    return sum(line.unit_value * pieces_of(purchase, line) for line in purchase.lines)


def pieces_of(purchase: Purchase, line: PurchaseLine) -> int:
    """How many pieces were counted on arrival; before that, how many were asked for."""
    return line.received or 0 if purchase.state in ("received", "paid") else line.quantity


class Part(NamedTuple):
    """So many pieces of one line, and which levels' money pays them beside the free; some for awards, or none."""

    line: PurchaseLine
    quantity: int
    purposes: tuple[int, ...]
    released: Dong = 0
    """What was committed for them, in đồng; what they cost stands in the line."""

    @property
    def amount(self) -> Dong:
        """What they cost, in đồng."""
        return self.line.unit_value * self.quantity


def parts_of(purchase: Purchase, shares: Sequence[AwardShare]) -> list[Part]:
    """What arrived (before that, what was asked for), line by line: for the levels of these shares, then the rest."""
    meant = _meant(purchase, shares)
    found: list[Part] = []
    left: Wholes | None = None
    for line in purchase.lines:
        parts = {part.purposes: part for part in meant if part.line is line}
        rest = pieces_of(purchase, line) - sum(part.quantity for part in parts.values())
        if rest:
            left = left or _left(purchase.campaign_id, meant)
            levels = purposes_of(purchase.campaign_id, line.item_id)
            for purposes, n in left.share(rest, line.unit_value, levels).items():
                _line, more, _purposes, released = parts.get(purposes) or Part(line, 0, purposes)
                parts[purposes] = Part(line, n + more, purposes, released)
        found += parts.values()
    return found


def _meant(purchase: Purchase, shares: Sequence[AwardShare]) -> list[Part]:
    """What is bought for awards: by line and level."""
    awards = select(Award).where(Award.decision_id == purchase.decision_id)
    levels = {award.id: award.level_id for award in db.session.scalars(awards)} if shares else {}
    lines = {line.item_id: line for line in purchase.lines}
    found: dict[tuple[int, int], Part] = {}
    for share in shares:
        level, line = levels[share.award_id], lines[share.item_id or 0]
        _line, n, purposes, released = found.get((line.item_id, level)) or Part(line, 0, (level,))
        found[line.item_id, level] = Part(line, n + share.quantity, purposes, released + share.amount)
    return list(found.values())


def _left(campaign_id: int, meant: Sequence[Part]) -> Wholes:
    needs, own = promises.outstanding([campaign_id])[campaign_id], dict[int, Dong]()
    for part in meant:
        level = part.purposes[0]
        needs[level] -= part.released
        own[level] = own.get(level, 0) + part.amount
    return Wholes(campaign_id, needs, own)


def uses_of(campaign_id: int, parts: Sequence[Part]) -> list[Use]:
    """For which levels how many đồng are spent, part by part, and how many that were promised are released."""
    bought = [Use(campaign_id, part.amount, "bought", None, part.purposes) for part in parts]
    kept = [Use(campaign_id, -part.released, "committed", None, part.purposes) for part in parts if part.released]
    return bought + kept


def draft(purchase: Purchase, shares: Sequence[AwardShare], on: datetime.date) -> Draft:
    """The document that pays for what arrived; ``shares``: what it was bought for."""
    campaign, account = campaign_by_id(purchase.campaign_id), get_account(purchase.account_id)
    chart = chart_of(purchase.unit_id)
    stock, money, pieces = (get_account(chart.id_of(kind)) for kind in ("stock", "commitments", "reservations"))
    amount = payable(purchase)
    parts = parts_of(purchase, shares)
    lines = [Line(campaign, stock, "bought", part.amount, part.line.item_id, part.quantity) for part in parts]
    lines.append(Line(campaign, account, "moved", -amount))
    if shares:
        lines.append(Line(campaign, money, "committed", -sum(share.amount for share in shares)))
        sums: dict[int, int] = {}
        for share in shares:
            sums[share.item_id or 0] = sums.get(share.item_id or 0, 0) + share.quantity
        lines += [Line(campaign, pieces, "reserved", 0, item_id, n) for item_id, n in sums.items()]
    return Draft(
        kind="purchase",
        unit_id=purchase.unit_id,
        series=SERIES[account.kind],
        date=on,
        memo=f"Mua hàng của {purchase.supplier}",
        lines=lines,
        key=f"purchase:{purchase.id}",
        amount=amount,
        details={"person": purchase.supplier, "approved_by": purchase.approved_by_name},
        uses=uses_of(campaign.id, parts),
    )


def purposes_of(campaign_id: int, item_id: int) -> tuple[int, ...]:
    """The levels, of programmes not ended, that this campaign funds and whose packages hold this item."""
    query = (
        select(Level.id)
        .join(LevelItem, LevelItem.level_id == Level.id)
        .join(Programme, Programme.id == Level.programme_id)
        .join(FundingLine, FundingLine.programme_id == Programme.id)
        .where(
            LevelItem.item_id == item_id,
            FundingLine.campaign_id == campaign_id,
            or_(FundingLine.level_id.is_(None), FundingLine.level_id == Level.id),
            Programme.state != "closed",
        )
    )
    return tuple(db.session.scalars(query.distinct().order_by(Level.id)))


def waiting_shares(decision: Decision, campaign_id: int) -> list[AwardShare]:
    """The shares of a decision's awards for which this campaign's money waits to buy goods, in the annex' order."""
    query = (
        select(AwardShare)
        .join(Award, Award.id == AwardShare.award_id)
        .where(
            Award.decision_id == decision.id,
            Award.state.in_(WAITING),
            AwardShare.campaign_id == campaign_id,
            AwardShare.item_id.is_not(None),
            AwardShare.amount > 0,
        )
    )
    return list(db.session.scalars(query.order_by(Award.number, AwardShare.position)))


def bought_for(purchase: Purchase) -> list[AwardShare]:
    """The shares that the pieces received (before that, asked for) are reserved for: whole shares, in their order."""
    if purchase.decision_id is None:
        return []
    left = {line.item_id: pieces_of(purchase, line) for line in purchase.lines}
    found = []
    for share in waiting_shares(db.session.get_one(Decision, purchase.decision_id), purchase.campaign_id):
        if share.item_id is not None and left.get(share.item_id, 0) >= share.quantity:
            left[share.item_id] -= share.quantity
            found.append(share)
    return found


class Waiting(NamedTuple):
    """What one campaign's money waits to buy for the awards of a decision: item → pieces, and đồng committed."""

    decision: Decision
    campaign_id: int
    pieces: dict[int, int]
    amount: Dong


def waiting_of(unit_ids: Iterable[int]) -> list[Waiting]:
    """Every decision of these units whose awards wait for goods to be bought, by campaign."""
    query = (
        select(Award.decision_id, AwardShare.campaign_id, AwardShare.item_id, AwardShare.quantity, AwardShare.amount)
        .join(Award, Award.id == AwardShare.award_id)
        .where(
            Award.unit_id.in_(sorted(unit_ids)),
            Award.state.in_(WAITING),
            AwardShare.item_id.is_not(None),
            AwardShare.amount > 0,
        )
    )
    found: dict[tuple[int, int], Waiting] = {}
    for decision_id, campaign_id, item_id, quantity, amount in db.session.execute(query):
        if decision_id is None or item_id is None:
            continue
        key = (decision_id, campaign_id)
        one = found.get(key) or Waiting(db.session.get_one(Decision, decision_id), campaign_id, {}, 0)
        one.pieces[item_id] = one.pieces.get(item_id, 0) + quantity
        found[key] = one._replace(amount=one.amount + amount)
    return [found[key] for key in sorted(found)]
