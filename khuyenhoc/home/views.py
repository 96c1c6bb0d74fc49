"""“Hôm nay”: what waits for this person, today's money, and the open campaigns."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.core import clock
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds import panels
from khuyenhoc.funds.campaigns import open_campaigns
from khuyenhoc.funds.plans import goods_in_words
from khuyenhoc.home import work
from khuyenhoc.home.ways import ways
from khuyenhoc.org.access import actor, may, my_roles, units_where
from khuyenhoc.org.units import names_on, open_ones
from khuyenhoc.reports import latest
from khuyenhoc.treasury import cash_counts
from khuyenhoc.treasury.today import money_today
from khuyenhoc.web import navigation
from khuyenhoc.web.page import page

FEW = 3
"""Where less than this waits, the page also says where else one may go."""

blueprint = Blueprint("home", __name__)
navigation.register("home.today", _l("Hôm nay"), "house-door", "own.work", 0)


@blueprint.get("/")
@may("own.account")
def today() -> AnyResponse:
    """The first page after signing in, for every role; to whoever only gives, their gifts are that page.

    Whoever came in by a one-time password chooses another one first.
    """
    if actor().must_change_password:
        return redirect(url_for("account.password"), 303)
    roles = {role for held in my_roles().values() for role in held}
    if roles == {"donor"}:
        return redirect(url_for("reports.my_gifts"), 303)
    campaigns = open_campaigns(units_where("campaign.see"))[:8]
    progress = panels.progress_of([campaign.id for campaign in campaigns])
    money_units = open_ones(units_where("treasury.see"))
    found = work.waiting()
    return page(
        "home/today.html",
        me=actor(),
        day=clock.today(),
        work=found,
        ways=ways() if len(found) < FEW else [],
        money=money_today(money_units) if money_units else None,
        count=cash_counts.latest_in(money_units) if money_units else None,
        campaigns=[(campaign, progress[campaign.id], goods_in_words(campaign.goals)) for campaign in campaigns],
        units=names_on({campaign.unit_id for campaign in campaigns}),
        may_record=bool(units_where("gift.record")),
        report=latest.report(units_where("report.see")) if "reporter" in roles else None,
        report_url=work.report_url,
        is_donor="donor" in roles,
    )
