"""The donors' pages: list, one card, new and corrected, the choice how to be named, and who may be meant."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy import Select
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.core import codes
from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import AlreadyRecorded, NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.names import text_key
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.giving import donor_list, donors
from khuyenhoc.giving.donor_hooks import gift_side
from khuyenhoc.giving.donor_kinds import DISPLAYS, KINDS, OF_UNITS
from khuyenhoc.giving.donor_naming import full_name, named_as, public_name, salutation
from khuyenhoc.giving.donor_search import possible_duplicates
from khuyenhoc.giving.donors import Donor
from khuyenhoc.giving.forms.donors import DisplayForm, DonorFilter, DonorForm, RenameForm
from khuyenhoc.history import events
from khuyenhoc.history.names import deed_name
from khuyenhoc.org import access, units
from khuyenhoc.org.access import actor, may
from khuyenhoc.org.answers import once
from khuyenhoc.web import lists, navigation
from khuyenhoc.web.excel import Column, workbook
from khuyenhoc.web.page import page

blueprint = Blueprint("donors", __name__, url_prefix="/nha-hao-tam")

navigation.register("donors.index", _l("Nhà hảo tâm"), "people", "donor.see", 42)

ORDERS = (lists.Order("ten", _l("Nhà hảo tâm"), Donor.sort_key, str, descending=False),)


@blueprint.get("")
@may("donor.see")
def index() -> Response:
    """The donors by given name, or those who fit what was typed, best first."""
    filter = DonorFilter(request.args)
    listing = _listing(filter)
    names = units.names_on(access.units_where("donor.see"))
    return page(
        "giving/donors.html",
        fragment="list",
        filter=filter,
        listing=listing,
        most=donor_list.MOST_FOUND,
        full_name=full_name,
        phone=codes.show_phone,
        gifts=donor_list.so_far(listing.rows),
        kinds=KINDS,
        displays=DISPLAYS,
        unit_names=names if len(names) > 1 else {},
        may_add=bool(_open_units()),
    )


@blueprint.get("/danh-sach.xlsx")
@may("donor.see")
def as_excel() -> Response:
    """The donors exactly as they are filtered. What a donor wants kept from the public is said beside the name."""
    filter = DonorFilter(request.args)
    asked = filter.answers
    rows = list(_found(asked) if "q" in asked else lists.everything(_statement(asked), ORDERS, Donor.id))
    columns = [
        Column(_("Nhà hảo tâm"), full_name, width=40),
        Column(_("Loại"), lambda d: str(KINDS[d.kind])),
        Column(_("Nêu tên khi công khai"), public_name, width=36),
        Column(_("Điện thoại"), lambda d: codes.show_phone(d.phone or "")),
        Column(_("Thư điện tử"), lambda d: d.email, width=28),
        Column(_("Địa chỉ"), lambda d: d.address, width=40),
        Column(_("Mã số thuế"), lambda d: d.tax_code),
        Column(_("Ghi chú"), lambda d: d.note, width=40),
    ]
    return workbook("nha-hao-tam", columns, rows, title=_("Nhà hảo tâm"))


@blueprint.get("/trung")
@may("donor.see")
def alike() -> Response:
    """Cards that may be the giver whose new card is being written."""
    said = {name: request.args.get(name, "")[:200] for name in ("name", "phone", "tax_code")}
    return page("giving/donor_alike.html", alike=donor_list.as_choices(_alike(**said)))


@blueprint.get("/moi")
@may("donor.edit")
def new() -> Response:
    """An empty card."""
    form = _new_form()
    form.name.data = request.args.get("ten", "")[:150]
    form.kind.data = "individual"
    return _form(form)


@blueprint.post("/moi")
@may("donor.edit")
def create() -> AnyResponse:
    """Open a card; whoever may have one already is shown first."""
    form = _new_form()
    if not form.validate_on_submit():
        return _form(form, 422)
    unit = units.unit_by_id(form.unit.data if "unit" in form else next(iter(_open_units())))
    alike = [] if form.anyway.data else _alike_in(form)
    if alike:
        form.form_errors.append(_("Có thể đã có thẻ của người này. Xin xem lại trước khi lập thẻ mới."))
        return _form(form, 422, alike=alike)
    try:
        with writing():
            donor = donors.create(form.details(form.display.data), unit=unit, by=actor(), key=form.form_key.data)
    except (AlreadyRecorded, NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _form(form, 422)
    flash(_("Đã lập thẻ %(name)s.", name=full_name(donor)))
    return redirect(url_for(".show", donor_id=donor.id), 303)


@blueprint.get("/<int:donor_id>")
@may("donor.see")
def show(donor_id: int) -> Response:
    """One donor: how to reach them, how they are named, what they gave."""
    return _show(_donor_or_404(donor_id))


@blueprint.get("/<int:donor_id>/sua")
@may("donor.edit")
def edit(donor_id: int) -> Response:
    """The card as it stands."""
    donor = _donor_or_404(donor_id, "donor.edit")
    form = DonorForm(represented=_represented(donor))
    form.fill(donor)
    return _form(form, donor=donor)


@blueprint.post("/<int:donor_id>/sua")
@may("donor.edit")
def change(donor_id: int) -> AnyResponse:
    """Store the corrected card."""
    donor = _donor_or_404(donor_id, "donor.edit")
    form = DonorForm(represented=_represented(donor))
    if not form.validate_on_submit():
        return _form(form, 422, donor)
    try:
        with writing():
            donors.edit(donor, form.details(donor.display), by=actor())
    except RuleBroken as no:
        form.refuse(no)
        return _form(form, 422, donor)
    flash(_("Đã ghi thay đổi."))
    return redirect(url_for(".show", donor_id=donor.id), 303)


@blueprint.post("/<int:donor_id>/neu-ten")
@may("donor.edit")
def choose_display(donor_id: int) -> AnyResponse:
    """Store how the donor wants to be named."""
    donor = _donor_or_404(donor_id, "donor.edit")
    form = DisplayForm()
    if not form.validate_on_submit():
        return _show(donor, form, 422)
    try:
        with writing():
            donors.set_display(donor, form.display.data, by=actor(), reason=form.reason.data or "")
    except RuleBroken as no:
        form.refuse(no)
        return _show(donor, form, 422)
    flash(_("Từ nay nêu tên là: %(name)s.", name=public_name(donor)))
    return redirect(url_for(".show", donor_id=donor.id), 303)


@blueprint.get("/<int:donor_id>/doi-ten")
@may("donor.edit")
def new_name(donor_id: int) -> Response:
    """An empty form for a new name."""
    return _rename_form(_donor_or_404(donor_id, "donor.edit"), RenameForm())


@blueprint.post("/<int:donor_id>/doi-ten")
@may("donor.edit")
def rename(donor_id: int) -> AnyResponse:
    """Store a new name and the day from which it holds."""
    donor = _donor_or_404(donor_id, "donor.edit")
    form = RenameForm()
    if not form.validate_on_submit() or form.starts.data is None:
        return _rename_form(donor, form, 422)
    starts: date = form.starts.data
    try:
        with once(lambda: url_for(".show", donor_id=donor.id)):
            donors.rename(donor, form.name.data, starts=starts, by=actor(), reason=form.reason.data or "")
    except RuleBroken as no:
        form.refuse(no)
        return _rename_form(donor, form, 422)
    flash(_("Đã đổi tên. Giấy tờ trước ngày ấy vẫn mang tên cũ."))
    return redirect(url_for(".show", donor_id=donor.id), 303)


def _show(donor: Donor, form: DisplayForm | None = None, status: int = 200) -> Response:
    may_edit = access.allowed("donor.edit", donor.unit_id)
    if form is None and may_edit:
        form = DisplayForm()
        form.display.data = donor.display
    represented = units.unit_by_id(donor.represents_id) if donor.represents_id else None
    return page(
        "giving/donor.html",
        status=status,
        donor=donor,
        name=full_name(donor),
        shown=public_name(donor),
        greeting=salutation(donor),
        kind=KINDS[donor.kind],
        display=DISPLAYS[donor.display],
        phone=codes.show_phone(donor.phone or ""),
        represented=units.name_on(represented) if represented else "",
        past_names=donor.past_names if donor.renamed else [],
        display_form=form if may_edit else None,
        would_show={choice: named_as(donor, choice) for choice in DISPLAYS},
        gifts=gift_side.latest(donor.id),
        deeds=[(deed_name(deed.action), deed) for deed in reversed(events.of("donors", donor.id)[-20:])],
        may_edit=may_edit,
    )


def _form(form: DonorForm, status: int = 200, donor: Donor | None = None, alike: Sequence[Donor] = ()) -> Response:
    action = url_for(".change", donor_id=donor.id) if donor else url_for(".create")
    offered = donor_list.as_choices(alike)
    return page("giving/donor_form.html", status=status, form=form, donor=donor, action=action, alike=offered)


def _rename_form(donor: Donor, form: RenameForm, status: int = 200) -> Response:
    return page("giving/donor_rename.html", status=status, form=form, donor=donor, name=full_name(donor))


def _listing(filter: DonorFilter) -> lists.Listing:
    asked = filter.answers
    if "q" not in asked:
        return lists.read(_statement(asked), ORDERS, Donor.id)
    kept = {name: values for name, values in request.args.lists() if any(values)}
    return lists.Listing(_found(asked), ORDERS[0], descending=False, orders={}, kept=kept)


def _statement(asked: Mapping[str, str]) -> Select[Any]:
    narrowed = {"kind": asked.get("loai", ""), "display": asked.get("neu_ten", "")}
    return donor_list.statement(access.units_where("donor.see"), **narrowed)


def _found(asked: Mapping[str, str]) -> list[Donor]:
    narrowed = {"kind": asked.get("loai", ""), "display": asked.get("neu_ten", "")}
    return donor_list.found(asked["q"], access.units_where("donor.see"), **narrowed)


def _new_form() -> DonorForm:
    return DonorForm(units=_open_units(), represented=_represented())


def _open_units() -> dict[int, str]:
    """Where the person may open cards today, the own unit first: unit id → name."""
    mine = units.some_units(access.units_where("donor.edit"))
    return access.own_first(units.names_on([unit.id for unit in mine if units.is_open(unit)]))


def _represented(donor: Donor | None = None) -> dict[int, str]:
    """The units that a chapter's or a piggy bank's card may stand for; always the one it stands for now."""
    present = {donor.represents_id} if donor and donor.kind in OF_UNITS and donor.represents_id else set()
    names = units.names_on(access.units_where("donor.edit") | present)
    return dict(sorted(names.items(), key=lambda one: text_key(one[1])))


def _alike(name: str, phone: str, tax_code: str) -> list[Donor]:
    return possible_duplicates(name, phone, access.units_where("donor.see"), tax_code=tax_code)


def _alike_in(form: DonorForm) -> list[Donor]:
    """Beside the card that this very form has made already, if it was sent twice."""
    found = _alike(form.name.data or "", form.phone.data or "", form.tax_code.data or "")
    return [donor for donor in found if donor.idempotency_key != form.form_key.data]


def _donor_or_404(donor_id: int, permission: str = "donor.see") -> Donor:
    donor = donors.get_donor(donor_id, access.units_where("donor.see"))
    access.require(permission, donor.unit_id)
    return donor
