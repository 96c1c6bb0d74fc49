"""The pages of the unit tree: as it stood on a day, and everything that happens to a unit."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.core import clock
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.core.values import dataclass
from khuyenhoc.org import forms as f
from khuyenhoc.org import grants, stories, unit_changes, units
from khuyenhoc.org.access import actor, allowed, may, require, units_where
from khuyenhoc.org.answers import once
from khuyenhoc.org.units import Unit
from khuyenhoc.web import navigation
from khuyenhoc.web.excel import Column, workbook
from khuyenhoc.web.filters import day as show_day
from khuyenhoc.web.forms import Form
from khuyenhoc.web.page import page

blueprint = Blueprint("units", __name__, url_prefix="/quan-tri/don-vi")
navigation.register("units.tree", _l("Đơn vị"), "diagram-3", "unit.see", 81)


@dataclass(frozen=True)
class Deed:
    """Something that may happen to a unit: the page's heading, its form, the rule."""

    title: Any
    form: Callable[..., Form]
    button: Any
    carry_out: Callable[[Unit, Any], object]
    needs_units: bool = False


@blueprint.get("")
@may("unit.see")
def tree() -> AnyResponse:
    """The tree as it stood on the day that is asked for."""
    filter, day = _day_asked()
    excel_url = url_for(".tree_as_excel", ngay=request.args.get("ngay") or None)
    kinds = unit_changes.KINDS
    return page("org/units.html", filter=filter, day=day, rows=_tree_on(day), kinds=kinds, excel_url=excel_url)


@blueprint.get("/cay.xlsx")
@may("unit.see")
def tree_as_excel() -> AnyResponse:
    """The tree of that day, a unit under its parent."""
    _filter, day = _day_asked()
    columns = [
        Column(_("Bậc"), lambda row: row["depth"] + 1, "number", 8),
        Column(_("Đơn vị"), lambda row: row["name"], width=50),
        Column(_("Mã"), lambda row: row["unit"].code, width=12),
        Column(_("Loại"), lambda row: str(unit_changes.KINDS.get(row["unit"].kind, row["unit"].kind)), width=24),
        Column(_("Từ ngày"), lambda row: row["unit"].valid_from, "day"),
        Column(_("Đến hết ngày"), lambda row: row["unit"].valid_to, "day"),
    ]
    return workbook("don-vi", columns, _tree_on(day), title=_("Cây đơn vị ngày %(day)s", day=show_day(day)))


def _day_asked() -> tuple[f.TreeFilter, date]:
    filter = f.TreeFilter(request.args)
    filter.validate()
    return filter, filter.answers.get("ngay") or clock.today()


@blueprint.get("/moi")
@may("unit.manage")
def new() -> AnyResponse:
    """The form for a new unit."""
    return page("org/new_unit.html", form=f.NewUnitForm(formdata=None, units=_own_units()))


@blueprint.post("/moi")
@may("unit.manage")
def create() -> AnyResponse:
    """Open a unit; one that stands alone is administered by whoever opened it."""
    form: Any = f.NewUnitForm(units=_own_units())
    if not form.validate_on_submit():
        return page("org/new_unit.html", status=422, form=form)
    try:
        with once(lambda: url_for(".unit", code=opened.code)):
            opened = unit_changes.open_unit(
                code=form.code.data,
                kind=form.kind.data,
                name=form.called.data,
                starts=form.starts.data,
                parent=_other(form),
                address=form.address.data or "",
                by=actor(),
            )
            grants.look_after(opened, actor())
    except RuleBroken as no:
        _refuse(form, no)
        return page("org/new_unit.html", status=422, form=form)
    flash(_("Đã ghi đơn vị %(code)s.", code=opened.code))
    return redirect(url_for(".unit", code=opened.code), 303)


@blueprint.get("/<code>")
@may("unit.see")
def unit(code: str) -> AnyResponse:
    """One unit: its names, its places in the tree, what it came from and became, its history."""
    shown = _seen(code)
    lineage, parents = units.lineage_of(shown), units.parents_of(shown)
    others = {row.predecessor_id for row in lineage} | {row.successor_id for row in lineage if row.successor_id}
    others |= {row.parent_id for row in parents}
    return page(
        "org/unit.html",
        unit=shown,
        name=units.name_on(shown),
        kind=unit_changes.KINDS.get(shown.kind, shown.kind),
        own_names=units.names_of(shown),
        parents=parents,
        lineage=lineage,
        lineage_names=stories.LINEAGE_NAMES,
        others=units.names_on(others),
        is_open=units.is_open(shown),
        manages=allowed("unit.manage", shown.id),
        deeds={key: deed.title for key, deed in DEEDS.items() if shown.valid_to is None or key in AFTER_THE_END},
        story=stories.of("units", shown.id),
    )


@blueprint.get("/<code>/<deed>")
@may("unit.manage")
def change(code: str, deed: str) -> AnyResponse:
    """The form of one deed."""
    changed, known = _managed(code), _known(deed)
    more = {"units": _own_units()} if known.needs_units else {}
    form = known.form(formdata=None, **more)
    if deed == "dia-chi":
        form.address.data = changed.address
    return _change_page(changed, deed, form)


@blueprint.post("/<code>/<deed>")
@may("unit.manage")
def carry_out(code: str, deed: str) -> AnyResponse:
    """Do it."""
    changed, known = _managed(code), _known(deed)
    form = known.form(**({"units": _own_units()} if known.needs_units else {}))
    if not form.validate_on_submit():
        return _change_page(changed, deed, form, 422)
    try:
        with once(lambda: url_for(".unit", code=changed.code)):
            known.carry_out(changed, form)
    except RuleBroken as no:
        _refuse(form, no)
        return _change_page(changed, deed, form, 422)
    flash(_("Đã ghi: %(deed)s.", deed=known.title))
    return redirect(url_for(".unit", code=changed.code), 303)


def _rename(unit: Unit, form: Any) -> None:
    unit_changes.rename(unit, form.called.data, on=form.on.data, reason=form.reason.data or "", by=actor())


def _move(unit: Unit, form: Any) -> None:
    unit_changes.move(unit, _other(form), on=form.on.data, reason=form.reason.data or "", by=actor())
    grants.look_after(unit, actor())


def _close(unit: Unit, form: Any) -> None:
    unit_changes.close(unit, on=form.on.data, reason=form.reason.data, by=actor())


def _succeed(unit: Unit, form: Any) -> None:
    answers = {"kind": form.kind.data, "effective": form.on.data, "basis": form.reason.data or ""}
    unit_changes.succeed(unit, _other(form), by=actor(), **answers)


def _set_address(unit: Unit, form: Any) -> None:
    unit_changes.set_address(unit, form.address.data or "", by=actor())


DEEDS: dict[str, Deed] = {
    "doi-ten": Deed(_l("Đổi tên đơn vị"), f.RenameForm, _l("Ghi tên mới"), _rename),
    "chuyen": Deed(_l("Chuyển đơn vị trực thuộc"), f.MoveForm, _l("Ghi nơi trực thuộc"), _move, True),
    "dia-chi": Deed(_l("Ghi địa chỉ"), f.AddressForm, _l("Ghi địa chỉ"), _set_address),
    "ke-tiep": Deed(_l("Ghi đơn vị kế tiếp"), f.LineageForm, _l("Ghi việc kế tiếp"), _succeed, True),
    "dong": Deed(_l("Đóng đơn vị"), f.CloseForm, _l("Đóng đơn vị"), _close),
}
"""Address → deed."""

AFTER_THE_END = {"ke-tiep"}
"""What may still be recorded of a unit that has closed."""


def _tree_on(day: date) -> list[dict[str, Any]]:
    """The units that existed that day and that the reader sees, each under its parent of that day."""
    seen = {unit.id: unit for unit in units.some_units(units_where("unit.see")) if units.is_open(unit, day)}
    names, above = units.names_on(seen, day), units.parents_on(seen, day)
    children: dict[int | None, list[Unit]] = {}
    for unit in seen.values():
        parent = above.get(unit.id)
        children.setdefault(parent if parent in seen else None, []).append(unit)
    rows: list[dict[str, Any]] = []

    def walk(parent: int | None, depth: int) -> None:
        for unit in sorted(children.get(parent, []), key=lambda unit: unit.code):
            rows.append({"unit": unit, "name": names[unit.id], "depth": min(depth, 4)})
            walk(unit.id, depth + 1)

    walk(None, 0)
    return rows


def _change_page(changed: Unit, deed: str, form: Form, status: int = 200) -> Response:
    known = DEEDS[deed]
    name = units.name_on(changed)
    return page("org/change_unit.html", status=status, unit=changed, name=name, deed=deed, known=known, form=form)


def _known(deed: str) -> Deed:
    if deed not in DEEDS:
        abort(404)
    return DEEDS[deed]


def _seen(code: str) -> Unit:
    found = units.get_unit(code)
    if found.id not in units_where("unit.see"):
        raise NotFound(_("Không có đơn vị này."))
    return found


def _managed(code: str) -> Unit:
    found = units.get_unit(code)
    require("unit.manage", found.id)
    return found


def _own_units() -> list[tuple[int, str]]:
    own = [unit for unit in units.some_units(units_where("unit.manage")) if unit.valid_to is None]
    return f.unit_choices(own, units.names_on([unit.id for unit in own]))


def _other(form: Any) -> Unit | None:
    if form.other.data is None:
        return None
    require("unit.manage", form.other.data)
    return units.unit_by_id(form.other.data)


def _refuse(form: Form, no: RuleBroken) -> None:
    """The rules' names of answers are the forms' names, but for three."""
    renamed = {"name": "called", "parent": "other", "successor": "other", "effective": "on", "starts": "starts"}
    no.field = renamed.get(no.field or "", no.field)
    form.refuse(no)
