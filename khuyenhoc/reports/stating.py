"""Stating how a figure is said: the one deed by which “gần” or “trên” comes before a number."""

from khuyenhoc.core import clock
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history import chains
from khuyenhoc.history.events import record
from khuyenhoc.reports import annual, figures, stated
from khuyenhoc.reports.annual import Annual
from khuyenhoc.reports.figures import Figure
from khuyenhoc.reports.stated import StatedFigure
from khuyenhoc.reports.years import Year


def state(year: Year, figure_id: str, qualifier: str, said: int | None, *, by: Person) -> StatedFigure | None:
    """Say a figure of a past year exactly, as nearly a number, or as over one; ``said`` is in đồng or in pieces.

    What is said must be true of what the books give now. Exactly is how a figure is said anyway, so that
    nothing is written where nothing else was said before.
    """
    assert year.unit is not None
    chains.lock(year.unit.id)
    if not year.is_over:
        raise RuleBroken(_("Năm %(year)s chưa hết; số liệu còn đổi, chưa nêu được.", year=year.year))
    found = figure_of(annual.of(year), figure_id)
    said = found.value if qualifier == "exact" else said
    _require_true(found, qualifier, said)
    row = stated.of(year.unit.id, year.year).get(figure_id)
    if row is None:
        if qualifier == "exact":
            return None
        row = StatedFigure(unit_id=year.unit.id, year=year.year, figure=figure_id)
        db.session.add(row)
    row.qualifier, row.said, row.value = qualifier, said or 0, found.value
    row.stated_at, row.stated_by, row.stated_by_name = clock.stamp(), by.id, by.signature
    printed = figures.PRINTED[qualifier] + figures.written(found.spec, said or 0)
    record("figure.stated", row, by=by, unit_id=year.unit.id, details={"figure": figure_id, "printed": printed})
    return row


def figure_of(report: Annual, figure_id: str) -> Figure:
    """A figure of the report by its id; NotFound for one that its books do not give."""
    found = next((one for one in report.figures if one.spec.id == figure_id), None)
    if found is None:
        raise NotFound(_("Báo cáo năm này không có số liệu ấy."))
    return found


def _require_true(found: Figure, qualifier: str, said: int | None) -> None:
    if qualifier not in figures.QUALIFIERS:
        raise RuleBroken(_("Xin chọn cách nêu."), field="qualifier")
    if said is None:
        raise RuleBroken(_("Nêu là bao nhiêu?"), field="said")
    if figures.is_true(qualifier, said, found.value):
        return
    value = figures.written(found.spec, found.value)
    if qualifier == "nearly":
        raise RuleBroken(
            _("“Gần” là một số lớn hơn số theo sổ (%(value)s), và lớn hơn không quá một phần mười.", value=value),
            field="said",
        )
    raise RuleBroken(
        _("“Trên” là một số nhỏ hơn số theo sổ (%(value)s), và nhỏ hơn không quá một phần mười.", value=value),
        field="said",
    )
