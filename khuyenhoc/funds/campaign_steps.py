"""What is done to a campaign: founded with its fund, drafted, changed, and after approval opened and closed.

``on`` is the day a deed belongs to, today unless the past is being written down.
"""

from datetime import date
from typing import Any

from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds import funds
from khuyenhoc.funds.campaigns import STATES, STEPS, Campaign, find_campaign
from khuyenhoc.funds.closing import what_is_open
from khuyenhoc.funds.funds import Fund, checked_code
from khuyenhoc.funds.plans import EVERYTHING, MAY_CHANGE, Plan, checked, plain, plan_of, write
from khuyenhoc.history import chains
from khuyenhoc.history.events import record
from khuyenhoc.org.units import require_open, unit_by_id


def found(
    code: str,
    name: str,
    unit_id: int,
    *,
    standing_code: str,
    standing_name: str,
    starts: date,
    by: Person,
    **fund_terms: Any,
) -> Fund:
    """A new fund with its standing campaign, which is open from the first day."""
    fund = funds.add_fund(code, name, unit_id, by=by, **fund_terms)
    campaign = Campaign(code=_free_code(standing_code, "standing_code"), fund_id=fund.id, unit_id=unit_id)
    campaign.standing, campaign.state = True, "open"
    write(campaign, checked(Plan(name=standing_name, starts=starts)))
    db.session.add(campaign)
    record("campaign.opened", campaign, by=by, unit_id=unit_id, reason="Chiến dịch thường trực của quỹ")
    return fund


def draft(code: str, fund: Fund, plan: Plan, *, by: Person) -> Campaign:
    """A campaign to be opened by approval. It belongs to the fund's unit, which must be open."""
    require_open(unit_by_id(fund.unit_id))
    campaign = Campaign(code=_free_code(code, "code"), fund_id=fund.id, unit_id=fund.unit_id)
    campaign.standing, campaign.state = False, "draft"
    write(campaign, checked(plan))
    db.session.add(campaign)
    record("campaign.drafted", campaign, by=by, unit_id=fund.unit_id)
    return campaign


def change(campaign: Campaign, plan: Plan, *, by: Person) -> None:
    """Change what may still be changed in this state; an approval that waits sees the new plan."""
    chains.lock(campaign.unit_id)
    db.session.refresh(campaign)
    before, plan = plan_of(campaign), checked(plan)
    changed = {name for name in EVERYTHING if getattr(before, name) != getattr(plan, name)}
    fixed = sorted(changed - MAY_CHANGE[campaign.state])
    if campaign.standing:
        fixed += sorted(changed & {"kind", "ends"})
    if fixed:
        state = str(STATES[campaign.state]).lower()
        raise RuleBroken(_("Chiến dịch %(state)s, phần này không đổi được nữa.", state=state), field=fixed[0])
    if not changed:
        return
    write(campaign, plan)
    details = {name: [plain(getattr(before, name)), plain(getattr(plan, name))] for name in sorted(changed)}
    record("campaign.changed", campaign, by=by, unit_id=campaign.unit_id, details=details)


def require_closable(campaign: Campaign) -> None:
    """RuleBroken with everything that is still open, or when the campaign is a standing one."""
    require_step("campaign.close", campaign)
    if campaign.standing:
        raise RuleBroken(_("Chiến dịch thường trực của quỹ không đóng riêng được."))
    still_open = what_is_open(campaign)
    if still_open:
        raise RuleBroken(_("Chưa đóng được chiến dịch: %(what)s", what=" ".join(still_open)))


def carry_out_opening(request: Request, /, *, by: Person) -> None:
    """The campaign takes gifts from now on."""
    campaign = db.session.get_one(Campaign, request.subject_id)
    require_step("campaign.open", campaign)
    require_open(unit_by_id(campaign.unit_id))
    campaign.state = "open"
    record("campaign.opened", campaign, by=by, unit_id=campaign.unit_id, reason=request.reason)


def carry_out_closing(request: Request, /, *, by: Person) -> None:
    """The campaign takes nothing any more; asked again at this moment whether nothing of it is open."""
    campaign = db.session.get_one(Campaign, request.subject_id)
    require_closable(campaign)
    campaign.state = "closed"
    record("campaign.closed", campaign, by=by, unit_id=campaign.unit_id, reason=request.reason)


def require_step(kind: str, campaign: Campaign) -> None:
    """RuleBroken unless the campaign stands where this step begins."""
    if campaign.state != STEPS[kind][0]:
        state = str(STATES[campaign.state]).lower()
        raise RuleBroken(_("Chiến dịch %(code)s đang ở trạng thái: %(state)s.", code=campaign.code, state=state))


def _free_code(code: str, field: str) -> str:
    try:
        code = checked_code(code)
    except RuleBroken as no:
        raise RuleBroken(str(no), field=field) from None
    if find_campaign(code):
        raise RuleBroken(_("Mã chiến dịch %(code)s đã có.", code=code), field=field)
    return code
