"""Balances: what there is now, read from the kept rows at the same cost for ten entries and ten million."""

import datetime

from sqlalchemy import func, select

from khuyenhoc.core.database import db
from khuyenhoc.core.values import dataclass
from khuyenhoc.ledger.accounts import Account
from khuyenhoc.ledger.entries import Balance, DayBalance


@dataclass(frozen=True)
class Standing:
    """One kept balance, in đồng and pieces."""

    account_id: int
    kind: str
    item_id: int | None
    amount: int
    quantity: int


def of_campaign(campaign_id: int) -> list[Standing]:
    """Every balance of a campaign, measures (available, free) included."""
    query = (
        select(Balance.account_id, Account.kind, Balance.item_id, Balance.amount, Balance.quantity)
        .join(Account, Account.id == Balance.account_id)
        .where(Balance.campaign_id == campaign_id)
        .order_by(Balance.account_id, Balance.item_id)
    )
    return [
        Standing(account, kind, item or None, amount, quantity)
        for account, kind, item, amount, quantity in db.session.execute(query)
    ]


def available(campaign_id: int) -> int:
    """Money free to decide on: cash + bank − held − committed, in đồng."""
    return _sum_of_kind(campaign_id, "available")


def held_by(campaign_id: int, kind: str) -> int:
    """What a campaign has on its accounts of one kind, in đồng."""
    return _sum_of_kind(campaign_id, kind)


def _sum_of_kind(campaign_id: int, kind: str) -> int:
    query = (
        select(func.coalesce(func.sum(Balance.amount), 0))
        .join(Account, Account.id == Balance.account_id)
        .where(Balance.campaign_id == campaign_id, Account.kind == kind)
    )
    return int(db.session.scalar(query) or 0)


def on_account(account_id: int, *, until: datetime.date | None = None) -> int:
    """What stands on one account over all campaigns, now or at the end of a day, in đồng."""
    if until is None:
        query = select(func.coalesce(func.sum(Balance.amount), 0)).where(Balance.account_id == account_id)
        return int(db.session.scalar(query) or 0)
    on_its_last_day = (
        select(DayBalance.amount)
        .where(
            DayBalance.campaign_id == Balance.campaign_id,
            DayBalance.account_id == Balance.account_id,
            DayBalance.item_id == Balance.item_id,
            DayBalance.day <= until,
        )
        .order_by(DayBalance.day.desc())
        .limit(1)
        .scalar_subquery()
    )
    total = select(func.coalesce(func.sum(on_its_last_day), 0)).where(Balance.account_id == account_id)
    return int(db.session.scalar(total) or 0)


def on_account_for(account_id: int, campaign_id: int) -> int:
    """What stands on one account for one campaign now, in đồng."""
    query = select(func.coalesce(func.sum(Balance.amount), 0)).where(
        Balance.account_id == account_id, Balance.campaign_id == campaign_id
    )
    return int(db.session.scalar(query) or 0)
