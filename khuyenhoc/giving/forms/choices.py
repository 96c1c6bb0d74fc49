"""What the forms of gifts offer: open campaigns, cash boxes and bank accounts, goods, of the units one may touch."""

from collections.abc import Iterable, Sequence

from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds import items
from khuyenhoc.funds.campaigns import Campaign, campaigns_of, open_campaigns
from khuyenhoc.giving.donor_kinds import HONORIFICS, KINDS
from khuyenhoc.ledger.accounts import Account, cash_and_banks, cash_and_banks_of
from khuyenhoc.org.units import names_on, open_ones

Choice = tuple[object, str]


def campaigns(unit_ids: Iterable[int], *, closed_too: bool = False) -> list[Choice]:
    """The open campaigns of open units; for reading (``closed_too``) also those that take nothing any more."""
    return named(readable(unit_ids) if closed_too else open_campaigns(unit_ids))


def readable(unit_ids: Iterable[int]) -> list[Campaign]:
    """The campaigns of these units that take gifts or have taken them."""
    return [c for c in campaigns_of(unit_ids, with_goals=False) if c.state in ("open", "closed")]


def named(found: Sequence[Campaign]) -> list[Choice]:
    """Campaigns to choose from, each with its unit's name where there are several."""
    units = {c.unit_id for c in found}
    names = names_on(units) if len(units) > 1 else {}
    return [(c.id, _with_unit(c, names)) for c in found]


def _with_unit(campaign: Campaign, names: dict[int, str]) -> str:
    return f"{campaign.name} ({names[campaign.unit_id]})" if campaign.unit_id in names else campaign.name


def accounts(unit_ids: Iterable[int], kind: str) -> list[Choice]:
    """The cash boxes (``cash``) or bank accounts (``bank``) of these units as far as they are open."""
    return [(account.id, account.label) for account in cash_and_banks_of(open_ones(unit_ids), kind)]


def only_account(unit_id: int, kind: str) -> Account | None:
    """The unit's one account of this kind; nothing when it has none or must choose."""
    found = cash_and_banks(unit_id, kind)
    return found[0] if len(found) == 1 else None


def goods() -> list[Choice]:
    """The catalogue."""
    return [(item.id, f"{item.name} ({item.unit_of_measure})") for item in items.all_items()]


def donor_kinds() -> list[Choice]:
    """Every kind but the unknown giver, who is a choice of its own."""
    return [(kind, str(name)) for kind, name in KINDS.items() if kind != "unknown"]


def honorifics() -> list[Choice]:
    """How a person may be addressed."""
    return [("", _("Không ghi")), *((one, one) for one in HONORIFICS)]
