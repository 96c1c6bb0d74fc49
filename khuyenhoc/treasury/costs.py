"""Running costs beside the fund's own cap: a hint before recording, a note afterwards, never a wall."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import func, select

from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong, percent, show
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.funds.funds import fund_by_id
from khuyenhoc.ledger.accounts import SPENDING
from khuyenhoc.ledger.document_tables import Document, DocumentLine

MANAGEMENT = ("running_costs", "bank_fees")


@dataclass(frozen=True)
class Share:
    """What a fund has spent in a year, and how much of it on running itself."""

    spent: Dong
    running: Dong


def of_year(campaign: Campaign, year: int) -> Share:
    """The spending of the campaign's whole fund in one calendar year, void documents left out."""
    query = (
        select(DocumentLine.heading, func.coalesce(func.sum(-DocumentLine.amount), 0))
        .join(Document, Document.id == DocumentLine.document_id)
        .join(Campaign, Campaign.id == DocumentLine.campaign_id)
        .where(
            Campaign.fund_id == campaign.fund_id,
            Document.unit_id == campaign.unit_id,
            Document.kind.in_(("running_cost", "bank_fee", "payment", "handover", "write_off", "cash_difference")),
            Document.state != "voided",
            Document.date.between(date(year, 1, 1), date(year, 12, 31)),
            DocumentLine.heading.in_(SPENDING),
        )
        .group_by(DocumentLine.heading)
    )
    sums = {heading: int(amount) for heading, amount in db.session.execute(query)}
    return Share(sum(sums.values()), sum(sums.get(heading, 0) for heading in MANAGEMENT))


@dataclass(frozen=True)
class Standing:
    """Where a fund with a cap stands this year."""

    fund: str
    cap: int
    share: Share


def standings(campaigns: Iterable[Campaign], year: int) -> list[Standing]:
    """How far each fund of these campaigns has come towards its cap; funds without one are left out."""
    one_of_each = {campaign.fund_id: campaign for campaign in campaigns}
    found = []
    for campaign in one_of_each.values():
        fund = fund_by_id(campaign.fund_id)
        if fund.management_cost_cap_percent is not None:
            found.append(Standing(fund.name, fund.management_cost_cap_percent, of_year(campaign, year)))
    return found


def cap_warning(campaign: Campaign, amount: Dong, on: date) -> str:
    """The sentence that says that with this amount the fund's cap is passed; empty when it is not, or there is none."""
    cap = fund_by_id(campaign.fund_id).management_cost_cap_percent
    if cap is None:
        return ""
    share = of_year(campaign, on.year)
    running, spent = share.running + amount, share.spent + amount
    if running * 100 <= spent * cap:
        return ""
    return _(
        "Với khoản này, chi quản lý của quỹ năm %(year)s là %(running)s trên %(spent)s đã chi (%(share)s), "
        "vượt mức %(cap)s %% của quỹ.",
        year=on.year,
        running=show(running),
        spent=show(spent),
        share=percent(running, spent),
        cap=cap,
    )
