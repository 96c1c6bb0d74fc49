"""``khuyenhoc report annual``: a year's figures at the terminal, as JSON, as a workbook, as a paper."""

import json
from pathlib import Path

import click
from flask.cli import with_appcontext

from khuyenhoc.core.database import look_afresh
from khuyenhoc.core.dong import figures, show
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.org.units import find_unit
from khuyenhoc.reports import annual, annual_papers, annual_sheets, years
from khuyenhoc.reports.annual import Annual
from khuyenhoc.reports.years import Year

AGREES, DIFFERS, CANNOT = 0, 1, 2


@click.group("report")
def report_command() -> None:
    """Báo cáo của Hội."""


@report_command.command("annual")
@click.argument("year")
@click.option("--unit", "code", help="Chỉ đơn vị mang mã này và các đơn vị trực thuộc.")
@click.option("--json", "as_json", is_flag=True, help="In JSON thay vì bảng chữ.")
@click.option("--xlsx", type=click.Path(dir_okay=False, path_type=Path), help="Ghi bảng Excel vào tệp này.")
@click.option("--pdf", type=click.Path(dir_okay=False, path_type=Path), help="Ghi báo cáo in được vào tệp này.")
@with_appcontext
def annual_command(year: str, code: str | None, as_json: bool, xlsx: Path | None, pdf: Path | None) -> None:
    """Số liệu cả năm. Mã thoát: 0 khớp, 1 sổ cái và chứng từ của năm lệch nhau, 2 không có năm hay đơn vị ấy."""
    if sum([as_json, xlsx is not None, pdf is not None]) > 1:
        raise click.UsageError(_("Xin chọn một cách: --json, --xlsx hoặc --pdf."))
    look_afresh()
    found = annual.of(_asked(year, code))
    if as_json:
        click.echo(json.dumps(found.plain(), ensure_ascii=False, indent=1))
    elif xlsx is not None:
        xlsx.write_bytes(annual_sheets.workbook(found))
        click.echo(_("Đã ghi %(file)s.", file=xlsx))
    elif pdf is not None:
        pdf.write_bytes(annual_papers.pdf(found))
        click.echo(_("Đã ghi %(file)s.", file=pdf))
    else:
        _print(found)
    raise SystemExit(_verdict(found))


def _asked(text: str, code: str | None) -> Year:
    try:
        year = years.read_year(text)
    except RuleBroken as no:
        click.echo(str(no), err=True)
        raise SystemExit(CANNOT) from no
    if code is None:
        return years.of_installation(year)
    unit = find_unit(code)
    if unit is None:
        click.echo(_("Không có đơn vị mang mã %(code)s.", code=code), err=True)
        raise SystemExit(CANNOT)
    return years.of_unit(unit, year)


def _verdict(found: Annual) -> int:
    """Whether the rows of the year's documents say what the ledger says; every difference is named."""
    differing = found.differences()
    for name, (ledger, papers) in differing.items():
        click.echo(f"{name}: {figures(ledger)} ≠ {figures(papers)}", err=True)
    return DIFFERS if differing else AGREES


def _print(found: Annual) -> None:
    click.echo(_("Năm %(year)s: %(whose)s", year=found.year.year, whose=found.year.whose or _("mọi đơn vị")))
    for one in found.figures:
        value = show(one.value) if one.spec.is_money else figures(one.value)
        said = "" if one.qualifier == "exact" else f"  ({one.printed})"
        click.echo(f"  {one.spec.label!s:<44} {value:>18}{said}")
    books = found.books
    lines = [
        (_("Đầu năm"), books.opening),
        (_("Tiếp nhận"), books.received),
        (_("Thu khác"), books.other_income),
        (_("Đã chi, đã trao"), sum(books.spent.values())),
        (_("Cuối năm"), books.closing),
    ]
    for label, amount in lines:
        click.echo(f"  {label:<44} {show(amount):>18}")
