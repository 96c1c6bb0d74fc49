"""Kết quả xét: of one programme what became of each nomination, by level, as a list and in Excel."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy import Select

from khuyenhoc.awards import results, sight, steps
from khuyenhoc.awards.award_tables import STATES, Award
from khuyenhoc.awards.forms.results import ResultFilter
from khuyenhoc.awards.programme_tables import Programme
from khuyenhoc.awards.views import looks
from khuyenhoc.core.database import writing
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.org.access import actor, may, units_where
from khuyenhoc.recipients import openings
from khuyenhoc.web import lists, navigation
from khuyenhoc.web.excel import Column, workbook
from khuyenhoc.web.filters import hundredths
from khuyenhoc.web.page import page

blueprint = Blueprint("results", __name__, url_prefix="/hoc-bong/ket-qua")
navigation.register("results.index", _l("Kết quả xét"), "check2", "meeting.see", 47, sooner={"award.score": 7})


@blueprint.get("")
@may("meeting.see")
def index() -> Response:
    """The results of one programme, the one that met last unless another is asked for."""
    met = results.programmes_met(units_where("meeting.see"))
    programme = _programme(met)
    if programme is None:
        return page("awards/results.html", programme=None)
    filter = _filter(programme, met)
    listing = lists.read(_statement(programme, filter), results.ORDERS, Award.id)
    rows = results.rows_of(listing.rows)
    openings.note_shown((row.award.recipient_id for row in rows), "results_shown", by=actor())
    return page(
        "awards/results.html",
        "list",
        200 if not filter.errors else 422,
        programme=programme,
        filter=filter,
        listing=listing,
        rows=rows,
        levels=results.levels_of(sight.select_awards(programme), programme),
        standings=results.STANDINGS,
        states=STATES,
        looks=looks.AWARDS,
        code_of=steps.code_of,
        hundredths=hundredths,
        excel_url=listing.all_at(url_for(".as_excel")),
    )


@blueprint.get("/ket-qua.xlsx")
@may("meeting.see")
def as_excel() -> Response:
    """The results exactly as they are filtered and sorted; in each file that is named the opening is noted."""
    met = results.programmes_met(units_where("meeting.see"))
    programme = _programme(met)
    lines: list[Any] = []
    if programme is not None:
        statement = _statement(programme, _filter(programme, met))
        lines = list(lists.everything(statement, results.ORDERS, Award.id))
    rows = results.rows_of(lines)
    with writing():
        openings.log_many([row.award.recipient_id for row in rows], "export", by=actor())
    columns = [
        Column(_("Hồ sơ"), lambda row: steps.code_of(row.award), width=14),
        Column(_("Họ và tên"), lambda row: row.award.recipient.full_name, width=30),
        Column(_("Đơn vị giới thiệu"), lambda row: row.unit_name, width=36),
        Column(_("Mức"), lambda row: row.award.level.label, width=20),
        Column(_("Hạng"), lambda row: row.place, "number", 8),
        Column(_("Điểm"), lambda row: hundredths(row.score), width=8),
        Column(_("Trạng thái"), lambda row: str(STATES[row.award.state]), width=18),
        Column(_("Trị giá (₫)"), lambda row: row.award.amount or None, "money"),
        Column(_("Vì sao"), lambda row: row.why, width=70),
    ]
    name, title = (f"ket-qua-{programme.code}", programme.name) if programme else ("ket-qua", _("Kết quả xét"))
    return workbook(name, columns, rows, title=title)


def _programme(met: Any) -> Programme | None:
    """The programme that is asked for; else the one that met last, or none."""
    asked = request.args.get("chuong_trinh", "").strip()
    if asked:
        return sight.results_or_404(asked)
    return met[0] if met else None


def _filter(programme: Programme, met: Any) -> ResultFilter:
    filter = ResultFilter(request.args)
    filter.offer([*met, *([] if programme in met else [programme])], programme)
    filter.validate()
    return filter


def _statement(programme: Programme, filter: ResultFilter) -> Select[Any]:
    statement = sight.select_awards(programme, *results.COLUMNS)
    return results.narrowed(statement, programme, filter.answers)
