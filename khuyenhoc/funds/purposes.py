"""What a campaign takes money and goods for, told to whoever lets some of it go out."""

from collections.abc import Iterable

from khuyenhoc.approvals.registry import Fact
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds.campaigns import KINDS, Campaign


def facts(campaign: Campaign) -> list[Fact]:
    """The restriction of the campaign that gives; nothing where it takes for anything. Approvals are bound to it."""
    if not campaign.restriction:
        return []
    return [Fact(_("Chiến dịch chỉ nhận cho"), campaign.restriction)]


def facts_of(campaigns: Iterable[Campaign]) -> list[Fact]:
    """The restriction of each campaign that gives, beside its name, by code."""
    found = sorted(set(campaigns), key=lambda campaign: campaign.code)
    return [
        Fact(_("%(campaign)s chỉ nhận cho", campaign=campaign.name), campaign.restriction)
        for campaign in found
        if campaign.restriction
    ]


def why_another(campaign: Campaign, kind: str | None, what: str) -> str:
    """The sentence that warns where a campaign is for one kind and this is for another (None: for no kind); or empty.

    ``what``: what the money or the goods go to, as one says it amid a sentence.
    """
    if campaign.kind is None or campaign.kind == kind:
        return ""
    return _(
        "%(campaign)s là chiến dịch %(kind)s, mà đây là %(what)s.",
        campaign=campaign.name,
        kind=str(KINDS[campaign.kind]).lower(),
        what=what,
    )
