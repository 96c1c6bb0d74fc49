"""The documents behind a figure of the year's report. Whoever may not see gifts learns no giver here."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, request, url_for
from werkzeug.exceptions import BadRequest

from khuyenhoc.core.errors import NotFound
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds.campaigns import campaign_by_id
from khuyenhoc.funds.items import item_by_id
from khuyenhoc.ledger import document_names
from khuyenhoc.ledger.accounts import KIND
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.access import allowed, may, units_where
from khuyenhoc.org.units import find_unit
from khuyenhoc.reports import choosing, year_awards, year_documents
from khuyenhoc.reports.annual_lines import AWARD_NAMES
from khuyenhoc.reports.year_documents import LINES, Wanted
from khuyenhoc.web import lists
from khuyenhoc.web.excel import Column, workbook
from khuyenhoc.web.page import page

blueprint = Blueprint("annual_lists", __name__, url_prefix="/bao-cao")

ORDERS = (lists.Order("ngay", _l("Ngày"), Document.date, date),)

OPENED_BY = {
    "gift": "gift.see",
    "payment": "payout.see",
    "handover": "payout.see",
    "hold": "payout.see",
    "purchase": "goods.see",
}
"""Kind of document → who may open it and read its memo; every other kind: ``treasury.see``."""

LINE_NAMES = {
    "opening": _l("Có từ đầu năm: số dư ban đầu ghi trong năm"),
    "received": _l("Tiếp nhận ủng hộ"),
    "other_income": _l("Lãi tiền gửi, thu khác"),
    "transfers_in": _l("Nhận từ chiến dịch khác"),
    "transfers_out": _l("Chuyển đi chiến dịch khác"),
    "refunded": _l("Hoàn trả nhà hảo tâm"),
    "write_off": _l("Xóa sổ, hao hụt"),
    "returned": _l("Suất của năm trước không ai nhận, nay trả về"),
    "bought": _l("Mua hiện vật"),
    "came": _l("Thu trong năm"),
    "went": _l("Chi, trao trong năm"),
    "handed_over": _l("Hiện vật đã trao"),
    **{kind: label for kind, (label, _unit) in AWARD_NAMES.items()},
}


@blueprint.get("/<code>/<int:year>/chung-tu/<line>")
@may("report.see")
def documents(code: str, year: int, line: str) -> Response:
    """The documents of one line, the newest first."""
    wanted = _wanted(code, year, line)
    listing = lists.read(year_documents.ranges(wanted), ORDERS, Document.id)
    return page(
        "reports/annual_list.html",
        fragment="list",
        year=wanted.year,
        code=code,
        line=line,
        name=_name(line),
        about=_about(wanted),
        listing=listing,
        rows=[_row(document, wanted) for document in listing.rows],
        counts_pieces=wanted.item_id is not None,
        given=_given(wanted),
        total=_total(wanted) if line in AWARD_NAMES and wanted.item_id is None else None,
        gifts=_gifts_url(wanted) if line == "received" and allowed("gift.see") else "",
        back=url_for("annual.index", don_vi=wanted.year.unit.id if wanted.year.unit else None, nam=year),
    )


@blueprint.get("/<code>/<int:year>/chung-tu/<line>.xlsx")
@may("report.see")
def as_excel(code: str, year: int, line: str) -> Response:
    """The same documents in Excel."""
    wanted = _wanted(code, year, line)
    given = _given(wanted)
    columns = [
        Column(_("Số"), lambda row: row["document"].label, width=16),
        Column(_("Ngày"), lambda row: row["document"].date, "day"),
        Column(_("Loại"), lambda row: row["kind"], width=28),
        Column(_("Nội dung"), lambda row: row["memo"], width=60),
        Column(_("Số tiền (₫)"), lambda row: row["amount"], "money"),
    ]
    if given is not None:
        columns.insert(4, Column(_("Số suất"), lambda row: given.get(row["document"].id, 0), "number", 10))
    documents = lists.everything(year_documents.ranges(wanted), ORDERS, Document.id)
    rows = (_row(document, wanted) for document in documents)
    if wanted.item_id is not None:
        columns.insert(4, Column(_("Số lượng"), lambda row: row["pieces"], "number", 12))
    title = f"{_name(line)}, {_about(wanted)}"
    return workbook(f"bao-cao-{code}-{year}-{line}", columns, rows, title=title)


def _wanted(code: str, year: int, line: str) -> Wanted:
    if line not in LINES:
        raise NotFound(_("Báo cáo không có khoản này."))
    unit = find_unit(code[:12])
    found = choosing.report_year(units_where("report.see"), unit.id if unit is not None else 0, year)
    campaign_id, item_id = _number("chien_dich"), _number("hien_vat")
    if campaign_id is not None and campaign_by_id(campaign_id).unit_id not in found.unit_ids:
        raise NotFound(_("Không có chiến dịch này."))
    if item_id is not None:
        item_by_id(item_id)
    return Wanted(found, line, campaign_id, item_id)


def _number(name: str) -> int | None:
    typed = request.args.get(name, "")
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 15):
        raise BadRequest()
    return int(typed)


def _about(wanted: Wanted) -> str:
    """``Xe đạp 24 inch, Xe đạp đến trường, Hội Khuyến học quận Sông Xanh, năm 2022``."""
    item = item_by_id(wanted.item_id).name if wanted.item_id is not None else ""
    campaign = campaign_by_id(wanted.campaign_id).name if wanted.campaign_id is not None else ""
    parts = (item, campaign, wanted.year.whose, _("năm %(year)s", year=wanted.year.year))
    return ", ".join(part for part in parts if part)


def _name(line: str) -> str:
    return str(LINE_NAMES[line]) if line in LINE_NAMES else _(KIND[line].name)


def _row(document: Document, wanted: Wanted) -> dict[str, Any]:
    """A document as the list shows it; its memo names the giver of a gift, so that not everybody reads it."""
    opens = allowed(OPENED_BY.get(document.kind, "treasury.see"), document.unit_id)
    return {
        "document": document,
        "kind": document_names.name_of(document.kind),
        "memo": document.memo if opens else "",
        "address": document_names.address_of(document) if opens else "",
        "amount": year_documents.amount_of(document, wanted),
        "pieces": year_documents.pieces_of(document, wanted),
    }


def _given(wanted: Wanted) -> dict[int, int] | None:
    """Document → so many awards; None on a line that counts none."""
    if wanted.line not in AWARD_NAMES or wanted.item_id is not None:
        return None
    awards = year_awards.awards_of(wanted.year)
    if wanted.campaign_id is None:
        return awards.by_kind[wanted.line].by_document
    mine = awards.by_campaign.get((wanted.campaign_id, wanted.line))
    return mine.by_document if mine is not None else {}


def _total(wanted: Wanted) -> tuple[int, int]:
    """How many awards the line counts, and đồng."""
    awards = year_awards.awards_of(wanted.year)
    if wanted.campaign_id is None:
        mine = awards.by_kind[wanted.line]
        return mine.count, mine.amount
    given = awards.by_campaign.get((wanted.campaign_id, wanted.line))
    return (given.count, given.amount) if given is not None else (0, 0)


def _gifts_url(wanted: Wanted) -> str:
    """The list of gifts, narrowed to the same: for who may see gifts."""
    year = wanted.year
    until = f"{year.until.day}/{year.until.month}/{year.year}"
    return url_for("giving.gifts", chien_dich=wanted.campaign_id, tu=f"1/1/{year.year}", den=until)
