"""The campaigns: list, one campaign, new and edited, and asking that one opens or closes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.approvals import requests
from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.core.text import lazy_pgettext
from khuyenhoc.funds import approvables, campaign_steps, funds, items, panels
from khuyenhoc.funds.campaigns import DONOR_ORDERS, KINDS, STATES, Campaign, get_campaign
from khuyenhoc.funds.forms import AskForm, CampaignFilter, CampaignForm, CloseForm
from khuyenhoc.funds.panels import Progress
from khuyenhoc.funds.plans import MAY_CHANGE, Plan, goal_in_words, goods_in_words, plan_of
from khuyenhoc.history import events
from khuyenhoc.org import access, units
from khuyenhoc.org.access import actor, may
from khuyenhoc.org.answers import once
from khuyenhoc.web import lists, navigation
from khuyenhoc.web.excel import Column, workbook
from khuyenhoc.web.page import page

blueprint = Blueprint("campaigns", __name__, url_prefix="/chien-dich")

navigation.register("campaigns.index", lazy_pgettext("nhiều", "Chiến dịch"), "bullseye", "campaign.see", 40)

ORDERS = (
    lists.Order("ngay", _l("Bắt đầu"), Campaign.starts, date),
    lists.Order("ma", _l("Mã"), Campaign.code, str, descending=False),
)
LOOKS = {"draft": ("", "pencil"), "open": ("ok", "check-circle-fill"), "closed": ("ink", "lock")}


@blueprint.get("")
@may("campaign.see")
def index() -> Response:
    """All campaigns that the person may see, with how far each has come."""
    filter = _filter()
    listing = lists.read(_statement(filter), ORDERS, Campaign.id)
    names = units.names_on(access.units_where("campaign.see"))
    return page(
        "funds/campaigns.html",
        fragment="list",
        filter=filter,
        listing=listing,
        progress=_progress(listing.rows),
        waiting=requests.waiting_among("campaign", [campaign.id for campaign in listing.rows]),
        states=STATES,
        looks=LOOKS,
        goods=goods_in_words,
        unit_names=names if len(names) > 1 else {},
        may_add=bool(_open_funds()),
    )


@blueprint.get("/bang.xlsx")
@may("campaign.see")
def as_excel() -> Response:
    """The campaigns exactly as they are filtered and sorted."""
    rows = list(lists.everything(_statement(_filter()), ORDERS, Campaign.id))
    progress, names = _progress(rows), units.names_on(access.units_where("campaign.see"))
    columns = [
        Column(_("Mã"), lambda c: c.code, width=10),
        Column(_("Chiến dịch"), lambda c: c.name, width=40),
        Column(_("Đơn vị"), lambda c: names.get(c.unit_id, ""), width=36),
        Column(_("Bắt đầu"), lambda c: c.starts, "day"),
        Column(_("Kết thúc"), lambda c: c.ends, "day"),
        Column(_("Đã nhận (₫)"), lambda c: progress[c.id].received, "money"),
        Column(_("Mục tiêu (₫)"), lambda c: c.goal_money, "money"),
        Column(_("Mục tiêu hiện vật"), lambda c: goods_in_words(c.goals), width=36),
        Column(_("Dùng được ngay (₫)"), lambda c: progress[c.id].available, "money"),
        Column(_("Trạng thái"), lambda c: str(STATES[c.state])),
    ]
    return workbook("chien-dich", columns, rows, title=_("Chiến dịch"))


@blueprint.get("/<code>")
@may("campaign.see")
def show(code: str) -> Response:
    """One campaign: how far it has come, what it holds, whether its books agree."""
    return _show(_campaign_or_404(code))


@blueprint.get("/moi")
@may("campaign.edit")
def new() -> Response:
    """An empty form."""
    return _form(_new_form())


@blueprint.post("/moi")
@may("campaign.edit")
def draft() -> AnyResponse:
    """Write down a draft."""
    form = _new_form()
    if form.wants_more_rows:
        form.goals.offer_more()
        return _form(form)
    if not form.validate_on_submit():
        return _form(form, 422)
    fund = funds.fund_by_id(form.fund.data)
    try:
        with once(lambda: url_for(".show", code=campaign.code)):
            campaign = campaign_steps.draft(form.code.data, fund, Plan(**form.plan), by=actor())
    except RuleBroken as no:
        form.refuse(no)
        return _form(form, 422)
    flash(_("Đã lập bản nháp %(name)s. Xin đề nghị mở để bắt đầu nhận ủng hộ.", name=campaign.name))
    return redirect(url_for(".show", code=campaign.code), 303)


@blueprint.get("/<code>/sua")
@may("campaign.edit")
def edit(code: str) -> Response:
    """The plan as it stands, as far as it may be changed."""
    campaign = _campaign_or_404(code, "campaign.edit")
    form = _edit_form(campaign)
    form.fill(plan_of(campaign))
    return _form(form, campaign=campaign)


@blueprint.post("/<code>/sua")
@may("campaign.edit")
def change(code: str) -> AnyResponse:
    """Store the changed plan."""
    campaign = _campaign_or_404(code, "campaign.edit")
    form = _edit_form(campaign)
    if form.wants_more_rows:
        form.goals.offer_more()
        return _form(form, campaign=campaign)
    if not form.validate_on_submit():
        return _form(form, 422, campaign)
    try:
        with writing():
            campaign_steps.change(campaign, replace(plan_of(campaign), **form.plan), by=actor())
    except RuleBroken as no:
        form.refuse(no)
        return _form(form, 422, campaign)
    flash(_("Đã ghi thay đổi."))
    return redirect(url_for(".show", code=campaign.code), 303)


@blueprint.post("/<code>/de-nghi-mo")
@may("campaign.ask")
def ask_to_open(code: str) -> AnyResponse:
    """Ask another person to let the campaign open."""
    return _ask(_campaign_or_404(code, "campaign.ask"), AskForm(ids="mo-"))


@blueprint.post("/<code>/de-nghi-dong")
@may("campaign.ask")
def ask_to_close(code: str) -> AnyResponse:
    """Ask another person to let the campaign close."""
    return _ask(_campaign_or_404(code, "campaign.ask"), CloseForm(ids="dong-"))


def _ask(campaign: Campaign, form: AskForm | CloseForm) -> AnyResponse:
    ask = approvables.ask_to_close if isinstance(form, CloseForm) else approvables.ask_to_open
    if not form.validate_on_submit():
        return _show(campaign, form, 422)
    try:
        with once(lambda: url_for(".show", code=campaign.code)):
            asked = ask(campaign, by=actor(), reason=form.reason.data or "")
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _show(campaign, form, 422)
    who = requests.deciders(asked)
    flash(_("Đã gửi đề nghị. Đang chờ %(who)s duyệt.", who=_names(who)) if who else _("Đã gửi đề nghị, chờ duyệt."))
    return redirect(url_for(".show", code=campaign.code), 303)


def _names(people: Sequence[Any]) -> str:
    return str(_(" hoặc ")).join(f"{user.address_form} {user.full_name}" for user in people)


def _show(campaign: Campaign, form: AskForm | CloseForm | None = None, status: int = 200) -> Response:
    waiting = [asked for asked in requests.about("campaign", campaign.id) if asked.is_waiting]
    step = {"draft": AskForm, "open": CloseForm}.get(campaign.state)
    if form is None and step and not (campaign.standing and campaign.is_open):
        form = step(formdata=None, ids="mo-" if step is AskForm else "dong-")
    return page(
        "funds/campaign.html",
        status=status,
        campaign=campaign,
        panels=panels.of(campaign),
        fund=funds.fund_by_id(campaign.fund_id),
        unit_name=units.name_on(units.unit_by_id(campaign.unit_id)),
        goal=goal_in_words(campaign),
        waiting=waiting,
        form=form if not waiting and access.allowed("campaign.ask", campaign.unit_id) else None,
        past=events.of("campaigns", campaign.id),
        kinds=KINDS,
        states=STATES,
        looks=LOOKS,
        orders=DONOR_ORDERS,
        editable=access.allowed("campaign.edit", campaign.unit_id),
    )


def _form(form: CampaignForm, status: int = 200, campaign: Campaign | None = None) -> Response:
    return page(
        "funds/campaign_form.html",
        fragment="goals" if form.wants_more_rows and "goals" in form else None,
        status=status,
        form=form,
        campaign=campaign,
        has_items=bool(items.all_items()),
        action=url_for(".change", code=campaign.code) if campaign else url_for(".draft"),
    )


def _new_form() -> CampaignForm:
    found = _open_funds()
    if not found:
        raise RuleBroken(_("Đơn vị chưa có quỹ nào để lập chiến dịch. Xin lập quỹ trước."))
    form = CampaignForm(found)
    if len(found) == 1 and not form.is_submitted():
        form.fund.data = found[0].id
    return form


def _edit_form(campaign: Campaign) -> CampaignForm:
    form = CampaignForm()
    form.keep_only(MAY_CHANGE[campaign.state] - ({"kind", "ends"} if campaign.standing else set()))
    return form


def _open_funds() -> list[funds.Fund]:
    mine = [unit.id for unit in units.some_units(access.units_where("campaign.edit")) if units.is_open(unit)]
    return list(funds.funds_of(mine))


def _filter() -> CampaignFilter:
    filter = CampaignFilter(request.args)
    seen = access.units_where("campaign.see")
    filter.don_vi.choices = [(unit_id, name) for unit_id, name in sorted(units.names_on(seen).items())]
    return filter


def _statement(filter: CampaignFilter) -> Select[Any]:
    seen, asked = access.units_where("campaign.see"), filter.answers
    wanted = seen & {asked["don_vi"]} if "don_vi" in asked else seen
    statement = select(Campaign).where(Campaign.unit_id.in_(sorted(wanted))).options(selectinload(Campaign.goals))
    return statement.where(Campaign.state == asked["trang_thai"]) if "trang_thai" in asked else statement


def _progress(campaigns: Sequence[Campaign]) -> Mapping[int, Progress]:
    known = panels.progress_of([campaign.id for campaign in campaigns])
    return {campaign.id: known.get(campaign.id, Progress()) for campaign in campaigns}


def _campaign_or_404(code: str, permission: str = "campaign.see") -> Campaign:
    campaign = get_campaign(code)
    access.require(permission, campaign.unit_id)
    return campaign
