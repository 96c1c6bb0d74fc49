"""The funds, and the catalogue of goods."""

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.core import clock
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_pgettext
from khuyenhoc.funds import campaign_steps, funds, items, panels
from khuyenhoc.funds.campaigns import campaigns_of
from khuyenhoc.funds.forms import FundForm, ItemForm
from khuyenhoc.funds.funds import LEGAL_FORMS, Fund
from khuyenhoc.funds.items import SPENDING_KINDS, Item
from khuyenhoc.org import access, units
from khuyenhoc.org.access import actor, may
from khuyenhoc.org.answers import once
from khuyenhoc.web import navigation
from khuyenhoc.web.excel import Column, workbook
from khuyenhoc.web.page import page

blueprint = Blueprint("funds", __name__, url_prefix="/quy")

navigation.register("funds.index", lazy_pgettext("nhiều", "Quỹ"), "wallet2", "campaign.see", 60)

TERMS = ("name", "legal_form", "purpose", "management_cost_cap_percent")


@blueprint.get("")
@may("campaign.see")
def index() -> Response:
    """Every fund that the person may see, with its campaigns added up."""
    seen = access.units_where("campaign.see")
    found = funds.funds_of(seen)
    campaigns = campaigns_of(seen)
    progress = panels.progress_of([campaign.id for campaign in campaigns])
    return page(
        "funds/funds.html",
        funds=found,
        campaigns={fund.id: [c for c in campaigns if c.fund_id == fund.id] for fund in found},
        available={
            fund.id: sum(progress[c.id].available for c in campaigns if c.fund_id == fund.id and c.id in progress)
            for fund in found
        },
        counted=bool(progress),
        unit_names=units.names_on(seen),
        legal_forms=LEGAL_FORMS,
        may_add=bool(_units()),
    )


@blueprint.get("/moi")
@may("fund.edit")
def new() -> Response:
    """An empty form."""
    mine = _units()
    form = FundForm(mine)
    form.starts.data = clock.today()
    if len(mine) == 1:
        form.unit.data = mine[0][0]
    return _form(form)


@blueprint.post("/moi")
@may("fund.edit")
def add() -> AnyResponse:
    """Found a fund and its standing campaign."""
    form = FundForm(_units())
    if not form.validate_on_submit() or form.starts.data is None:
        return _form(form, 422)
    try:
        with once(lambda: url_for(".index")):
            fund = campaign_steps.found(
                form.code.data,
                form.name.data,
                form.unit.data,
                standing_code=form.standing_code.data,
                standing_name=form.standing_name.data,
                starts=form.starts.data,
                by=actor(),
                **{name: form[name].data for name in TERMS if name != "name"},
            )
    except RuleBroken as no:
        form.refuse(no)
        return _form(form, 422)
    flash(_("Đã lập %(fund)s.", fund=fund.name))
    return redirect(url_for(".index"), 303)


@blueprint.get("/<code>/sua")
@may("fund.edit")
def edit(code: str) -> Response:
    """The fund as it stands."""
    fund = _fund_or_404(code)
    form = FundForm()
    form.only_terms(fund)
    return _form(form, fund=fund)


@blueprint.post("/<code>/sua")
@may("fund.edit")
def change(code: str) -> AnyResponse:
    """Store the changed terms."""
    fund = _fund_or_404(code)
    form = FundForm()
    form.only_terms(fund)
    if not form.validate_on_submit():
        return _form(form, 422, fund)
    try:
        with once(lambda: url_for(".index")):
            funds.change_fund(fund, **{name: form[name].data for name in TERMS}, by=actor())
    except RuleBroken as no:
        form.refuse(no)
        return _form(form, 422, fund)
    flash(_("Đã ghi thay đổi."))
    return redirect(url_for(".index"), 303)


@blueprint.get("/hien-vat")
@may("campaign.see")
def catalogue() -> Response:
    """The kinds of goods."""
    return page("funds/items.html", items=items.all_items(), kinds=SPENDING_KINDS)


@blueprint.get("/hien-vat.xlsx")
@may("campaign.see")
def catalogue_as_excel() -> Response:
    """The kinds of goods, as the page lists them."""
    columns = [
        Column(_("Hiện vật"), lambda item: item.name, width=36),
        Column(_("Mã"), lambda item: item.code),
        Column(_("Đơn vị tính"), lambda item: item.unit_of_measure),
        Column(_("Giá trị một đơn vị (₫)"), lambda item: item.unit_value, "money"),
        Column(_("Dùng để"), lambda item: str(SPENDING_KINDS[item.spending_kind]), width=24),
    ]
    return workbook("hien-vat", columns, items.all_items(), title=_("Danh mục hiện vật"))


@blueprint.get("/hien-vat/moi")
@may("campaign.edit")
def new_item() -> Response:
    """An empty form."""
    return _item_form(ItemForm())


@blueprint.post("/hien-vat/moi")
@may("campaign.edit")
def add_item() -> AnyResponse:
    """Put a kind of goods into the catalogue."""
    form = ItemForm()
    if not form.validate_on_submit():
        return _item_form(form, 422)
    answers = form.answers
    answers.pop("form_key")
    try:
        with once(lambda: url_for(".catalogue")):
            items.add_item(**answers, by=actor())
    except RuleBroken as no:
        form.refuse(no)
        return _item_form(form, 422)
    flash(_("Đã thêm %(item)s vào danh mục.", item=answers["name"]))
    return redirect(url_for(".catalogue"), 303)


@blueprint.get("/hien-vat/<code>/sua")
@may("campaign.edit")
def edit_item(code: str) -> Response:
    """The item as it stands."""
    item, form = items.get_item(code), ItemForm()
    form.show(item)
    return _item_form(form, item=item)


@blueprint.post("/hien-vat/<code>/sua")
@may("campaign.edit")
def change_item(code: str) -> AnyResponse:
    """Store how an item is named and valued from now on."""
    item, form = items.get_item(code), ItemForm()
    form.show(item)
    if not form.validate_on_submit():
        return _item_form(form, 422, item)
    answers = form.answers
    answers.pop("form_key")
    try:
        with once(lambda: url_for(".catalogue")):
            items.change_item(item, **answers, by=actor())
    except RuleBroken as no:
        form.refuse(no)
        return _item_form(form, 422, item)
    flash(_("Đã ghi thay đổi."))
    return redirect(url_for(".catalogue"), 303)


def _form(form: FundForm, status: int = 200, fund: Fund | None = None) -> Response:
    action = url_for(".change", code=fund.code) if fund else url_for(".add")
    return page("funds/fund_form.html", status=status, form=form, fund=fund, action=action)


def _item_form(form: ItemForm, status: int = 200, item: Item | None = None) -> Response:
    action = url_for(".change_item", code=item.code) if item else url_for(".add_item")
    return page("funds/item_form.html", status=status, form=form, item=item, action=action)


def _units() -> list[tuple[int, str]]:
    mine = [unit for unit in units.some_units(access.units_where("fund.edit")) if units.is_open(unit)]
    return [(unit.id, units.name_on(unit)) for unit in mine]


def _fund_or_404(code: str) -> Fund:
    fund = funds.get_fund(code)
    access.require("fund.edit", fund.unit_id)
    return fund
