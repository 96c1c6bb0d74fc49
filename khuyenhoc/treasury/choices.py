"""What the forms of the treasury offer: campaigns, cash boxes, bank accounts of the units a person may touch."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from khuyenhoc.core.database import db
from khuyenhoc.funds.campaigns import Campaign, campaigns_of, open_campaigns
from khuyenhoc.ledger.accounts import Account
from khuyenhoc.org.units import names_on

Choice = tuple[int, str]


def campaigns(unit_ids: Iterable[int]) -> list[Choice]:
    """The open campaigns, the standing ones first: they are the usual ones here."""
    units = sorted(unit_ids)
    return _named(_standing_first(open_campaigns(units)), units)


def every_campaign(unit_ids: Iterable[int]) -> list[Choice]:
    """All campaigns that have books, closed ones too: for reading."""
    units = sorted(unit_ids)
    return _named([c for c in _standing_first(campaigns_of(units)) if c.state != "draft"], units)


def accounts(unit_ids: Iterable[int], *kinds: str) -> list[Choice]:
    """The accounts of these kinds, cash boxes first."""
    units = sorted(unit_ids)
    query = select(Account).where(Account.unit_id.in_(units), Account.kind.in_(kinds))
    found = db.session.scalars(query.order_by(Account.unit_id, Account.kind.desc(), Account.code)).all()
    names = names_on(units) if len(units) > 1 else {}
    return [(account.id, _with_unit(account.label, names.get(account.unit_id))) for account in found]


def units(unit_ids: Iterable[int]) -> list[Choice]:
    """The units by name."""
    return sorted(names_on(unit_ids).items(), key=lambda choice: choice[0])


def _named(found: Sequence[Campaign], units: Sequence[int]) -> list[Choice]:
    names = names_on(units) if len(units) > 1 else {}
    return [(campaign.id, _with_unit(campaign.name, names.get(campaign.unit_id))) for campaign in found]


def _standing_first(found: Sequence[Campaign]) -> list[Campaign]:
    return sorted(found, key=lambda campaign: not campaign.standing)


def _with_unit(name: str, unit: str | None) -> str:
    return f"{name} ({unit})" if unit else name
