"""The year's report as a workbook: one sheet for each of its tables, figures as figures."""

import io
from operator import attrgetter

from khuyenhoc.core.text import gettext as _
from khuyenhoc.reports import annual_lines
from khuyenhoc.reports.annual import Annual, CampaignYear
from khuyenhoc.reports.figures import QUALIFIERS
from khuyenhoc.web.excel import Column, Sheet, write_sheets


def workbook(report: Annual) -> bytes:
    """The file."""
    file = io.BytesIO()
    write_sheets(file, sheets(report))
    return file.getvalue()


def sheets(report: Annual) -> list[Sheet]:
    """Figures under their ids, money, campaigns, goods, who received."""
    year = report.year.year
    title = _("Báo cáo năm %(year)s: %(whose)s", year=year, whose=report.year.whose or _("mọi đơn vị"))
    return [_figures(report, title), _money(report, title), _campaigns(report, title), _goods(report, title),
            _people(report, title)]  # fmt: skip


def _figures(report: Annual, title: str) -> Sheet:
    columns = [
        Column(_("Số liệu"), lambda one: str(one.spec.label), width=42),
        Column(_("Mã"), lambda one: one.spec.id, width=24),
        Column(_("Theo sổ"), lambda one: one.value, "number"),
        Column(_("Nêu là"), lambda one: one.printed, width=24),
        Column(_("Cách nêu"), lambda one: str(QUALIFIERS[one.qualifier]), width=12),
        Column(_("Căn cứ"), lambda one: one.source, width=90),
    ]
    return Sheet(_("Số liệu"), columns, report.figures, title)


def _money(report: Annual, title: str) -> Sheet:
    columns = [
        Column(_("Nhóm"), lambda line: line.group, width=24),
        Column(_("Khoản"), lambda line: line.label, width=44),
        Column(_("Số tiền (₫)"), lambda line: line.amount, "money"),
    ]
    lines = annual_lines.money_lines(report.books, several=True)
    return Sheet(_("Thu chi"), columns, lines, title, {2: report.books.closing})


def _campaigns(report: Annual, title: str) -> Sheet:
    columns = [
        Column(_("Mã"), lambda part: part.campaign.code, width=12),
        Column(_("Chiến dịch"), lambda part: part.campaign.name, width=44),
        Column(_("Đã trao"), annual_lines.awards_in_words, width=40),
        Column(_("Đầu năm (₫)"), attrgetter("books.opening"), "money"),
        Column(_("Thu (₫)"), annual_lines.came_to, "money"),
        Column(_("Chi, trao (₫)"), annual_lines.went_from, "money"),
        Column(_("Còn lại (₫)"), attrgetter("books.closing"), "money"),
    ]
    parts: list[CampaignYear] = report.campaigns
    totals = {
        3: report.books.opening,
        4: sum(map(annual_lines.came_to, parts)),
        5: sum(map(annual_lines.went_from, parts)),
        6: report.books.closing,
    }
    return Sheet(_("Chiến dịch"), columns, parts, title, totals)


def _goods(report: Annual, title: str) -> Sheet:
    pieces = {
        "opening": _("Đầu năm"),
        "received": _("Được tặng"),
        "bought": _("Mua"),
        "handed_over": _("Đã trao"),
        "written_off": _("Xóa sổ"),
        "closing": _("Còn kho"),
    }
    columns = [
        Column(_("Hiện vật"), lambda goods: goods.item.name, width=36),
        Column(_("Đơn vị tính"), lambda goods: goods.item.unit_of_measure, width=12),
        *(Column(label, attrgetter(name), "number", 12) for name, label in pieces.items()),
    ]
    return Sheet(_("Hiện vật"), columns, report.goods, title)


def _people(report: Annual, title: str) -> Sheet:
    rows = [(_("Tất cả"), "", report.people.count)]
    for group in annual_lines.people_groups(report):
        rows += [(group.label, name, count) for name, count in group.rows]
        if group.others:
            rows.append((group.label, _("Các nhóm nhỏ, không nêu riêng"), group.others))
    columns = [
        Column(_("Nhóm"), lambda row: row[0], width=24),
        Column(_("Người nhận"), lambda row: row[1], width=44),
        Column(_("Số người"), lambda row: row[2], "number"),
    ]
    return Sheet(_("Người nhận"), columns, rows, title)
