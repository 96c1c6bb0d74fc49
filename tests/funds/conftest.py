"""A ward with its office, its fund and one campaign in the making."""

from datetime import date
from typing import Any

import pytest

from khuyenhoc.core.database import writing
from khuyenhoc.funds import approvables, campaign_steps, items
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.funds.funds import Fund
from khuyenhoc.funds.items import Item
from khuyenhoc.funds.plans import Goal, Plan
from tests.approvals.office import Office, ben_nang, cau_may, employ, office

__all__ = ["ben_nang", "cau_may", "office"]


@pytest.fixture
def qkh(office: Office) -> Fund:
    """The fund of the ward, with its standing campaign."""
    with writing():
        return campaign_steps.found(
            "QKH-BN",
            "Quỹ Khuyến học phường Bến Nắng",
            office.unit.id,
            standing_code="GEN-BN",
            standing_name="Quỹ chung",
            starts=date(2025, 7, 1),
            by=office.accountant,
        )


@pytest.fixture
def bicycle(office: Office) -> Item:
    """A bicycle of the catalogue."""
    with writing():
        return items.add_item("bicycle_24", "Xe đạp 24 inch", "chiếc", 2_375_000, "bicycle", by=office.accountant)


@pytest.fixture
def plan(bicycle: Item) -> Plan:
    """Twenty bicycles."""
    return Plan(
        name="Xe đạp đến trường 2026",
        starts=date(2026, 7, 1),
        ends=date(2026, 9, 30),
        kind="bicycle",
        goal_money=52_000_000,
        goals=(Goal("Xe đạp 24 inch", "chiếc", 20, bicycle.id),),
        restriction="Xe đạp cho học sinh nhà xa trường.",
    )


@pytest.fixture
def xd26(office: Office, qkh: Fund, plan: Plan) -> Campaign:
    """The campaign as the secretary drafted it."""
    secretary = employ("thuky", "Nghiêm Khánh Linh", "Cô", ("secretary", office.unit))
    with writing():
        return campaign_steps.draft("XD26", qkh, plan, by=secretary)


@pytest.fixture
def opened(office: Office, xd26: Campaign) -> Campaign:
    """The campaign after the chair has approved that it opens."""
    ask_and_approve(office, xd26)
    return xd26


def ask_and_approve(office: Office, campaign: Campaign, **asked: Any) -> None:
    """The accountant asks that a campaign be opened, the chair approves."""
    from_accountant = {"by": office.accountant, **asked}
    with writing():
        request = approvables.ask_to_open(campaign, **from_accountant)
    office.approve(request)
