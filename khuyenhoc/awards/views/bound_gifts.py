"""The list of gifts with a purpose of their own and something left: which may pay for what, which for nothing."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.awards import bound_gifts, earmarking
from khuyenhoc.awards.forms.earmark import BoundFilter
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.giving import gift_rows
from khuyenhoc.giving.gift_rows import GiftRow
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.access import may, units_where
from khuyenhoc.web import lists
from khuyenhoc.web.excel import Column, workbook
from khuyenhoc.web.page import page

blueprint = Blueprint("bound_gifts", __name__, url_prefix="/khoan-ung-ho/muc-dich-rieng")

ORDERS = (
    lists.Order("ngay", _l("Ngày"), Document.date, date),
    lists.Order("tien", _l("Số tiền"), Document.amount),
)


@blueprint.get("")
@may("trace.see")
def index() -> Response:
    """The gifts, filtered, sorted, page by page."""
    filter = BoundFilter(request.args, units_where("trace.see"))
    listing = lists.read(_statement(filter), ORDERS, Document.id)
    rows = gift_rows.rows(listing.rows)
    return page("awards/bound_gifts.html", fragment="list", filter=filter, listing=listing, rows=rows, **_beside(rows))


@blueprint.get("/danh-sach.xlsx")
@may("trace.see")
def as_excel() -> AnyResponse:
    """The gifts exactly as they are filtered and sorted."""
    filter = BoundFilter(request.args, units_where("trace.see"))
    rows = gift_rows.rows(list(lists.everything(_statement(filter), ORDERS, Document.id)))
    beside = _beside(rows)
    columns = [
        Column(_("Số phiếu"), lambda row: row.document.label, width=16),
        Column(_("Ngày"), lambda row: row.document.date, "day", 12),
        Column(_("Người ủng hộ"), lambda row: row.giver, width=36),
        Column(_("Dành cho"), lambda row: row.donation.restriction, width=50),
        Column(_("Được dùng cho"), lambda row: "; ".join(beside["levels"][row.document.id]), width=50),
        Column(_("Số tiền (₫)"), lambda row: row.document.amount, "money"),
        Column(_("Còn lại (₫)"), lambda row: beside["left"][row.document.id], "money"),
    ]
    return workbook("muc-dich-rieng", columns, rows, title=_("Khoản ủng hộ có mục đích riêng"))


def _statement(filter: BoundFilter) -> Any:
    asked = filter.answers
    bound = {"chua": False, "roi": True}.get(asked.get("gan", ""))
    return bound_gifts.statement(units_where("trace.see"), campaign_id=asked.get("chien_dich"), bound=bound)


def _beside(rows: list[GiftRow]) -> dict[str, Any]:
    ids = [row.document.id for row in rows]
    purposes, left = bound_gifts.purposes_of(ids), bound_gifts.left_of(ids)
    names = {one: earmarking.level_name(one) for several in purposes.values() for one in several}
    return {
        "levels": {gift: [names[one] for one in purposes.get(gift, ())] for gift in ids},
        "left": {gift: left.get(gift, 0) for gift in ids},
    }
