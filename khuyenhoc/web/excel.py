"""Excel files: what a list shows, written row by row, figures as figures and text as text."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date, datetime, time
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from flask import Response

from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 1_048_000
FORMATS = {"money": "#,##0", "number": "#,##0", "day": "dd/mm/yyyy"}


@dataclass(frozen=True)
class Column:
    """A column: heading, what to take from a row, and ``text``, ``money`` (đồng), ``number`` or ``day``."""

    label: Any
    value: Callable[[Any], Any]
    kind: str = "text"
    width: int = 18


@dataclass(frozen=True)
class Sheet:
    """One sheet of several: its name on the tab, and what stands in it."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Any]
    title: str = ""
    total: Mapping[int, int] = field(default_factory=dict)


def workbook(
    name: str, columns: Sequence[Column], rows: Iterable[Any], *, title: str = "", total: dict[int, int] | None = None
) -> Response:
    """An answer that downloads ``name.xlsx``. ``total`` maps a column's position to the sum under it.

    Written to a temporary file with little memory; what people typed is never a formula.
    """
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 – closed when the answer has been sent
    try:
        write(file, columns, rows, title=title, total=total)
    except BaseException:
        file.close()
        raise
    response = Response(_portions(file), content_type=KIND)
    response.content_length = file.seek(0, 2)
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.xlsx")
    response.call_on_close(file.close)
    return response


def _portions(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    with file:
        while portion := file.read(65_536):
            yield portion


def write(
    target: IO[bytes] | Path,
    columns: Sequence[Column],
    rows: Iterable[Any],
    *,
    title: str = "",
    total: dict[int, int] | None = None,
) -> None:
    """Write the sheet into a file: an optional title, the headings, the rows, the sums."""
    write_sheets(target, [Sheet("", columns, rows, title, total or {})])


def write_sheets(target: IO[bytes] | Path, sheets: Iterable[Sheet]) -> None:
    """Write a workbook of several sheets; one without a name is called as Excel likes."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = import_module("xlsxwriter").Workbook(target, options)  # loaded by the first export, not by the start
    try:
        for sheet in sheets:
            _fill(book, sheet)
    finally:
        book.close()  # also when the rows refuse: each sheet is a file in the temporary folder


def _fill(book: Any, wanted: Sheet) -> None:
    columns, title = wanted.columns, wanted.title
    sheet = book.add_worksheet(wanted.name or None)
    bold = book.add_format({"bold": True})
    heading = book.add_format({"bold": True, "bottom": 2, "text_wrap": True})
    formats = {kind: book.add_format({"num_format": pattern}) for kind, pattern in FORMATS.items()}
    sums = book.add_format({"bold": True, "top": 1, "bottom": 6, "num_format": "#,##0"})
    for position, column in enumerate(columns):
        sheet.set_column(position, position, column.width)
    line = 0
    if title:
        sheet.write_string(0, 0, title, bold)
        line = 2
    for position, column in enumerate(columns):
        sheet.write_string(line, position, str(column.label), heading)
    sheet.freeze_panes(line + 1, 0)
    for row in wanted.rows:
        line += 1
        if line > MOST_ROWS:
            raise RuleBroken(_("Một bảng Excel không chứa hết từng ấy dòng. Xin lọc hẹp lại rồi xuất."))
        for position, column in enumerate(columns):
            _cell(sheet, line, position, column.value(row), formats.get(column.kind))
    for position, value in wanted.total.items():
        sheet.write_number(line + 1, position, value, sums)


def _cell(sheet: Any, line: int, position: int, value: Any, look: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, int) and not isinstance(value, bool):
        sheet.write_number(line, position, value, look)
    elif isinstance(value, date):
        sheet.write_datetime(line, position, datetime.combine(value, time()), look)
    else:
        sheet.write_string(line, position, str(value))
