"""Báo cáo: one year of a unit and everything below it; each figure leads to the documents it stands on."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.org import grants
from khuyenhoc.org.access import actor, allowed, may, require, units_where
from khuyenhoc.org.units import find_unit
from khuyenhoc.papers import issued, prints
from khuyenhoc.reports import annual, annual_lines, annual_papers, annual_sheets, choosing, figures, stating, years
from khuyenhoc.reports.annual import Annual
from khuyenhoc.reports.choosing import Offer
from khuyenhoc.reports.forms import ReportFilter, SayCountForm, SayMoneyForm
from khuyenhoc.reports.years import Year
from khuyenhoc.web import excel, navigation, pdf
from khuyenhoc.web.page import page

blueprint = Blueprint("annual", __name__, url_prefix="/bao-cao")
navigation.register("annual.index", _l("Báo cáo"), "file-earmark-text", "report.see", 70)

SayForm = SayMoneyForm | SayCountForm


@blueprint.get("")
@may("report.see")
def index() -> Response:
    """The report of one year."""
    offer = _offer()
    filter = ReportFilter(request.args)
    filter.don_vi.choices, filter.nam.choices = offer.units, [(str(n), str(n)) for n in offer.years]
    filter.nam.data = str(offer.year.year)
    filter.don_vi.data = offer.year.unit.id if offer.year.unit is not None else None
    report = annual.of(offer.year)
    return page("reports/annual.html", filter=filter, offer=offer, **_shown(report))


def _shown(report: Annual) -> dict[str, Any]:
    unit = report.year.unit
    paper = annual_papers.find(report)
    return {
        "report": report,
        "year": report.year,
        "code": unit.code if unit is not None else "",
        "awards": annual_lines.award_lines(report),
        "money": annual_lines.money_lines(report.books, several=True),
        "standing": annual_lines.standing_lines(report.books),
        "groups": annual_lines.people_groups(report),
        "lines": annual_lines,
        "qualifiers": figures.QUALIFIERS,
        "paper": paper,
        "current": paper is not None and annual_papers.is_current(report, paper),
        "last": prints.last_print(paper),
        "may_issue": unit is not None and allowed("report.issue", unit.id),
    }


@blueprint.get("/<code>/<int:year>.xlsx")
@may("report.see")
def as_excel(code: str, year: int) -> Response:
    """The whole report in Excel, one sheet for each table."""
    report = annual.of(_year(code, year))
    response = Response(annual_sheets.workbook(report), content_type=excel.KIND)
    response.headers.set("Content-Disposition", "attachment", filename=f"bao-cao-{code}-{year}.xlsx")
    return response


@blueprint.get("/<code>/<int:year>.pdf")
@may("report.see")
def paper(code: str, year: int) -> AnyResponse:
    """The issued report (``ban_in=1``: the original, for whoever has just printed it); else a marked draft."""
    report = annual.of(_year(code, year))
    found = annual_papers.find(report)
    if found is not None and ("ban_in" in request.args or annual_papers.is_current(report, found)):
        return pdf.answer(prints.pdf(found, by=actor(), ordinal=request.args.get("ban_in", "")), found.file_name)
    return pdf.answer(annual_papers.draft_pdf(report), f"bao-cao-{code}-{year}.pdf")


@blueprint.post("/<code>/<int:year>.pdf")
@may("report.issue")
def issue(code: str, year: int) -> AnyResponse:
    """Issue the report of a closed year if need be, write down the printing, and show it."""
    _require_issue(_year(code, year))
    with writing():
        report = annual.of(_year(code, year))
        printed = issued.note_print(annual_papers.issue(report, by=actor()), by=actor())
    return redirect(url_for(".paper", code=code, year=year, ban_in=printed.ordinal), 303)


@blueprint.get("/<code>/<int:year>/so-lieu/<figure>")
@may("report.issue")
def say_form(code: str, year: int, figure: str) -> Response:
    """How one figure is said."""
    report = annual.of(_year(code, year))
    _require_issue(report.year)
    found = stating.figure_of(report, figure)
    form = _say_form(found.spec.is_money)(formdata=None)
    form.qualifier.data = found.qualifier
    form.said.data = found.stated.said if found.stated is not None and found.qualifier != "exact" else None
    return _say(report, figure, form)


@blueprint.post("/<code>/<int:year>/so-lieu/<figure>")
@may("report.issue")
def say(code: str, year: int, figure: str) -> AnyResponse:
    """Say it exactly, nearly, or over."""
    report = annual.of(_year(code, year))
    _require_issue(report.year)
    form = _say_form(stating.figure_of(report, figure).spec.is_money)()
    if not form.validate_on_submit():
        return _say(report, figure, form, 422)
    try:
        with writing():
            given = form.answers
            stating.state(_year(code, year), figure, given["qualifier"], given["said"], by=actor())
    except RuleBroken as no:
        form.refuse(no)
        return _say(report, figure, form, 422)
    flash(_("Đã ghi cách nêu."))
    return redirect(_address(report.year) + "#neu", 303)


def _say(report: Annual, figure: str, form: SayForm, status: int = 200) -> Response:
    found = stating.figure_of(report, figure)
    return page(
        "reports/say.html", status=status, report=report, figure=found, form=form, back=_address(report.year) + "#neu",
        code=report.year.unit.code if report.year.unit else "",
    )  # fmt: skip


def _say_form(is_money: bool) -> type[SayForm]:
    return SayMoneyForm if is_money else SayCountForm


def _address(year: Year) -> str:
    assert year.unit is not None
    return url_for("annual.index", don_vi=year.unit.id, nam=year.year)


def _offer() -> Offer:
    asked = {name: request.args.get(name, "") for name in ("don_vi", "nam")}
    unit = asked["don_vi"]
    if unit and not (unit.isascii() and unit.isdigit() and len(unit) <= 15):
        raise BadRequest()
    try:
        year = years.read_year(asked["nam"]) if asked["nam"] else None
    except RuleBroken as no:
        raise BadRequest(str(no)) from no
    seat = grants.first_seat(actor())
    return choosing.offer(
        units_where("report.see"), int(unit) if unit else None, year, seat.id if seat is not None else 0
    )


def _year(code: str, year: int) -> Year:
    """The year of a unit that the reader may see; NotFound for any other."""
    unit = find_unit(code[:12])
    return choosing.report_year(units_where("report.see"), unit.id if unit is not None else 0, year)


def _require_issue(year: Year) -> None:
    assert year.unit is not None
    require("report.issue", year.unit.id)
