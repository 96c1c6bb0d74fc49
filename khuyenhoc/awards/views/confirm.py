"""The list that the head of a unit confirms: which nominations, in which order of need, within the quota."""

from collections.abc import Sequence

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.awards import nomination_list, nominations, programmes, quotas, sight, steps
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.forms.nomination import ConfirmForm, ListForm
from khuyenhoc.awards.programme_tables import Programme
from khuyenhoc.awards.views import looks
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history import seal
from khuyenhoc.org import access, units
from khuyenhoc.org.access import actor, may
from khuyenhoc.org.answers import once
from khuyenhoc.web.page import page

blueprint = Blueprint("confirm_list", __name__, url_prefix="/hoc-bong/<code>/de-nghi")


@blueprint.get("/xac-nhan")
@may("award.confirm")
def to_confirm(code: str) -> Response:
    """The unit's drafts and mended nominations, to be put in order and confirmed."""
    programme = sight.programme_or_404(code)
    unit = _unit_to_confirm(programme)
    found = ListForm(_unconfirmed(programme, unit))
    rows = nomination_list.rows_of(found.awards)
    found.chosen = {row.award.number for row in rows if row.has.is_complete}
    for place, row in enumerate([row for row in rows if row.has.is_complete], start=1):
        found.orders[row.award.number] = str(place)
    return _list_page(programme, unit, found, ConfirmForm())


@blueprint.post("/xac-nhan")
@may("award.confirm")
def confirm(code: str) -> AnyResponse:
    """The head of the unit confirms the chosen nominations."""
    programme = sight.programme_or_404(code)
    unit = _unit_to_confirm(programme)
    found, form = ListForm(_unconfirmed(programme, unit)), ConfirmForm()
    found.read()
    if not form.validate_on_submit():
        return _list_page(programme, unit, found, form, 422)
    try:
        with once(lambda: url_for("nominations.index", code=programme.code, don_vi=unit.id)):
            chosen = found.in_order
            nominations.confirm_list(programme, unit, chosen, by=actor(), shown=found.shown)
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _list_page(programme, unit, found, form, 422)
    flash(_("Đã xác nhận và gửi %(n)s hồ sơ. Danh sách in ra để ký đã sẵn sàng.", n=len(chosen)))
    return redirect(url_for("nominations.index", code=programme.code, don_vi=unit.id), 303)


def _unit_to_confirm(programme: Programme) -> units.Unit:
    """The unit whose list it is: the one the address names, else the first with something to confirm."""
    mine = sorted(access.units_where("award.confirm") & programmes.nominating_units(programme))
    if not mine:
        raise NotFound(_("Không có chương trình này."))
    typed = request.args.get("don_vi", "")
    if typed:
        if not (typed.isascii() and typed.isdigit() and len(typed) < 18 and int(typed) in mine):
            raise NotFound(_("Không có đơn vị này."))
        return units.unit_by_id(int(typed))
    query = select(Award.nominating_unit_id).where(Award.programme_id == programme.id)
    query = query.where(Award.nominating_unit_id.in_(mine), Award.state.in_(["draft", "returned"]))
    first = db.session.scalar(query.order_by(Award.nominating_unit_id).limit(1))
    return units.unit_by_id(first or mine[0])


def _unconfirmed(programme: Programme, unit: units.Unit) -> Sequence[Award]:
    query = select(Award).where(Award.programme_id == programme.id, Award.nominating_unit_id == unit.id)
    return db.session.scalars(query.where(Award.state.in_(["draft", "returned"])).order_by(Award.number)).all()


def _list_page(
    programme: Programme, unit: units.Unit, found: ListForm, form: ConfirmForm, status: int = 200
) -> Response:
    rows = nomination_list.rows_of(found.awards)
    return page(
        "awards/confirm_list.html",
        status=status,
        programme=programme,
        unit=unit,
        unit_name=units.name_on(unit),
        rows=rows,
        ready=sum(1 for row in rows if row.has.is_complete),
        found=found,
        form=form,
        versions=seal.fingerprints("awards", [row.award.id for row in rows]),
        rooms=quotas.rooms(programme, unit.id),
        level_names={level.id: level.label for level in programme.levels},
        code_of=steps.code_of,
        looks=looks.AWARDS,
        late=clock.today() > programme.deadline,
    )
