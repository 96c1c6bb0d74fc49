"""Hiện vật: what lies in stock, and one item with its lots, its movements and its frame numbers."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy import Select, select

from khuyenhoc.awards import steps
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.core.database import db
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.funds.items import Item, get_item
from khuyenhoc.goods import lots, serials, stock_list
from khuyenhoc.goods.forms.stock import SERIAL_STATES, LotFilter, MovementFilter, SerialFilter, StockFilter
from khuyenhoc.goods.goods_tables import Serial
from khuyenhoc.goods.serials import THERE, CameWith, WentWith, written
from khuyenhoc.ledger import document_names
from khuyenhoc.ledger.document_tables import Document, DocumentLine
from khuyenhoc.org.access import allowed, may, units_where
from khuyenhoc.web import lists, navigation
from khuyenhoc.web.excel import Column, workbook
from khuyenhoc.web.lists import Listing, Order
from khuyenhoc.web.page import page

blueprint = Blueprint("stock", __name__, url_prefix="/hien-vat")
navigation.register("stock.index", _l("Hiện vật"), "box-seam", "goods.see", 56)

SEEN_BY = {"gift": "gift.see", "opening": "treasury.see", "handover": "payout.see"}
"""Kind of document → who may open its page; the others are the stock's own."""

LOT_ORDERS = (
    Order("ngay", _l("Ngày"), Document.date, date),
    Order("con", _l("Còn lại"), stock_list.LEFT),
)
MOVEMENT_ORDERS = (
    Order("ngay", _l("Ngày"), Document.date, date),
    Order("so-luong", _l("Số lượng"), DocumentLine.quantity),
)
SERIAL_ORDERS = (
    Order("moi", _l("Mới ghi"), Serial.id),
    Order("so", _l("Số khung"), Serial.serial, str, descending=False),
)


@blueprint.get("")
@may("goods.see")
def index() -> Response:
    """Every item in each campaign: on hand, reserved, free, worth."""
    filter, found = _stock()
    kinds, value = found.totals()
    return page(
        "goods/stock.html",
        "list",
        422 if filter.errors else 200,
        filter=filter,
        listing=lists.read(found.statement, _orders(found), found.identity),
        kinds=kinds,
        value=value,
        may_ask=allowed("goods.ask"),
    )


@blueprint.get("/ton-kho.xlsx")
@may("goods.see")
def as_excel() -> Response:
    """The stock exactly as it is filtered and sorted."""
    _filter, found = _stock()
    columns = [
        Column(_("Hiện vật"), lambda r: r.name, width=34),
        Column(_("Mã"), lambda r: r.code),
        Column(_("Chiến dịch"), lambda r: r.campaign_name, width=40),
        Column(_("Đơn vị tính"), lambda r: r.unit_of_measure, width=12),
        Column(_("Trong kho"), lambda r: r.on_hand, "number"),
        Column(_("Đã dành"), lambda r: r.reserved, "number"),
        Column(_("Còn trao được"), lambda r: r.free, "number"),
        Column(_("Trị giá (₫)"), lambda r: r.value, "money"),
    ]
    rows = lists.everything(found.statement, _orders(found), found.identity)
    return workbook("hien-vat", columns, rows, title=_("Hiện vật trong kho"))


@blueprint.get("/kho/<code>")
@may("goods.see")
def item(code: str) -> Response:
    """One item: where it lies, and its lots with the value that was frozen when each came in."""
    found = get_item(code)
    filter = LotFilter(request.args, units_where("goods.see"))
    listing = lists.read(_lots(found, filter), LOT_ORDERS, stock_list.LINE)
    return _item_page("lots", found, filter, listing, numbered=_numbered(found, listing.rows))


@blueprint.get("/kho/<code>/lo.xlsx")
@may("goods.see")
def lots_as_excel(code: str) -> Response:
    """The lots exactly as they are filtered and sorted."""
    found = get_item(code)
    filter = LotFilter(request.args, units_where("goods.see"))
    columns = [
        Column(_("Chứng từ"), lambda r: r.Document.label),
        Column(_("Ngày"), lambda r: r.Document.date, "day"),
        Column(_("Nguồn"), lambda r: source_of(r), width=24),
        Column(_("Nội dung"), lambda r: r.Document.memo, width=50),
        Column(_("Chiến dịch"), lambda r: r.campaign_name, width=36),
        Column(_("Đã nhận"), lambda r: r.quantity, "number"),
        Column(_("Còn lại"), lambda r: r.left, "number"),
        Column(_("Trị giá lúc nhận (₫)"), lambda r: r.amount, "money"),
        Column(_("Trị giá còn lại (₫)"), lambda r: r.left_value, "money"),
    ]
    rows = lists.everything(_lots(found, filter), LOT_ORDERS, stock_list.LINE)
    return workbook(f"lo-{found.code}", columns, rows, title=found.name)


@blueprint.get("/kho/<code>/nhap-xuat")
@may("goods.see")
def movements(code: str) -> Response:
    """Everything that came in, was bought, handed over or written off, each with its document."""
    found = get_item(code)
    filter = MovementFilter(request.args, units_where("goods.see"))
    listing = lists.read(_movements(found, filter), MOVEMENT_ORDERS, stock_list.LINE)
    return _item_page("movements", found, filter, listing)


@blueprint.get("/kho/<code>/nhap-xuat.xlsx")
@may("goods.see")
def movements_as_excel(code: str) -> Response:
    """The movements exactly as they are filtered and sorted."""
    found = get_item(code)
    filter = MovementFilter(request.args, units_where("goods.see"))
    columns = [
        Column(_("Ngày"), lambda r: r.Document.date, "day"),
        Column(_("Chứng từ"), lambda r: r.Document.label),
        Column(_("Việc"), lambda r: way_of(r.DocumentLine), width=18),
        Column(_("Nội dung"), lambda r: r.Document.memo, width=50),
        Column(_("Chiến dịch"), lambda r: r.campaign_name, width=36),
        Column(_("Trạng thái"), lambda r: _("Đã hủy") if r.Document.is_void else _("Đã ghi sổ")),
        Column(_("Nhập"), lambda r: r.DocumentLine.quantity if r.DocumentLine.quantity > 0 else None, "number"),
        Column(_("Xuất"), lambda r: -r.DocumentLine.quantity if r.DocumentLine.quantity < 0 else None, "number"),
        Column(_("Trị giá (₫)"), lambda r: r.DocumentLine.amount, "money"),
    ]
    rows = lists.everything(_movements(found, filter), MOVEMENT_ORDERS, stock_list.LINE)
    return workbook(f"nhap-xuat-{found.code}", columns, rows, title=found.name)


@blueprint.get("/kho/<code>/so-khung")
@may("goods.see")
def numbers(code: str) -> Response:
    """The pieces that have a number: where each is, and for whom it is meant or to whom it went."""
    found = get_item(code)
    filter = SerialFilter(request.args, units_where("goods.see"))
    listing = lists.read(_serials(found, filter), SERIAL_ORDERS, Serial.id)
    return _item_page("numbers", found, filter, listing, codes=_codes(listing.rows))


@blueprint.get("/kho/<code>/so-khung.xlsx")
@may("goods.see")
def numbers_as_excel(code: str) -> Response:
    """The numbers exactly as they are filtered and sorted."""
    found = get_item(code)
    filter = SerialFilter(request.args, units_where("goods.see"))
    rows = list(lists.everything(_serials(found, filter), SERIAL_ORDERS, Serial.id))
    codes = _codes(rows)
    columns = [
        Column(_("Số khung"), lambda r: r.Serial.serial, width=26),
        Column(_("Lô"), lambda r: r.came.label),
        Column(_("Chiến dịch"), lambda r: r.campaign_name, width=36),
        Column(_("Ở đâu"), lambda r: str(SERIAL_STATES[where_is(r)])),
        Column(_("Hồ sơ"), lambda r: codes.get(r.Serial.award_id, "")),
        Column(_("Chứng từ xuất"), lambda r: r.went.label if is_gone(r) else ""),
    ]
    return workbook(f"so-khung-{found.code}", columns, rows, title=found.name)


def source_of(row: Any) -> str:
    """Where a lot came from: a gift, a purchase, the opening of the books."""
    return document_names.name_of(row.Document.kind)


def way_of(line: DocumentLine) -> str:
    """What a line did: came in, was bought, handed over, written off."""
    if line.heading in ("received", "opening"):
        return _("Tiếp nhận")
    return {"bought": _("Mua"), "write_off": _("Xóa sổ")}.get(line.heading, _("Trao"))


def address_of(document: Document) -> str:
    """The document's page, for whom it is open."""
    permission = SEEN_BY.get(document.kind, "goods.see")
    return document_names.address_of(document) if allowed(permission, document.unit_id) else ""


def is_gone(row: Any) -> bool:
    """Whether a piece with a number has left the stock."""
    return row.went is not None and not row.went.is_void


def where_is(row: Any) -> str:
    """Where a piece with a number is: one of ``SERIAL_STATES``."""
    if is_gone(row):
        return "trao" if row.went.kind == "handover" else "xoa"
    return "danh" if row.award_state in serials.PROMISED else "con"


def _orders(found: stock_list.Stock) -> tuple[Order, ...]:
    return (
        Order("ma", _l("Hiện vật"), Item.code, str, descending=False),
        Order("trong-kho", _l("Trong kho"), found.on_hand),
        Order("con-trao", _l("Còn trao được"), found.free),
        Order("tri-gia", _l("Trị giá"), found.value),
    )


def _stock() -> tuple[StockFilter, stock_list.Stock]:
    units = units_where("goods.see")
    filter = StockFilter(request.args, units)
    return filter, stock_list.stock(units, filter.answers)


def _lots(found: Item, filter: LotFilter) -> Select[Any]:
    return stock_list.lots(found, units_where("goods.see"), filter.answers)


def _movements(found: Item, filter: MovementFilter) -> Select[Any]:
    return stock_list.movements(found, units_where("goods.see"), filter.answers)


def _serials(found: Item, filter: SerialFilter) -> Any:
    """Pieces of an item that have a number, in the reader's units."""
    asked = filter.answers
    columns = (Serial, CameWith, WentWith, Award.state.label("award_state"), Campaign.name.label("campaign_name"))
    query = serials.read().with_only_columns(*columns).outerjoin(Award, Award.id == Serial.award_id)
    line = (DocumentLine.document_id == Serial.lot_document_id) & (DocumentLine.position == Serial.lot_position)
    query = query.join(DocumentLine, line).join(Campaign, Campaign.id == DocumentLine.campaign_id)
    query = query.where(
        Serial.item_id == found.id,
        Serial.unit_id.in_(sorted(units_where("goods.see"))),
        CameWith.state != "voided",
    )
    if "chien_dich" in asked:
        query = query.where(Campaign.id == asked["chien_dich"])
    if "q" in asked:
        query = query.where(Serial.serial.contains(written(asked["q"]), autoescape=True))
    promised = Award.state.in_(serials.PROMISED)
    conditions = {
        "con": THERE & (Serial.award_id.is_(None) | ~promised),
        "danh": THERE & promised,
        "trao": ~THERE & (WentWith.kind == "handover"),
        "xoa": ~THERE & (WentWith.kind == "write_off"),
    }
    return query.where(conditions[asked["o_dau"]]) if "o_dau" in asked else query


def _numbered(found: Item, rows: Sequence[Any]) -> dict[lots.LotPlace, int]:
    """Lot → how many of its pieces that are left have a number."""
    known: dict[lots.LotPlace, int] = {}
    for campaign_id in {row.campaign_id for row in rows}:
        known |= lots.numbered(campaign_id, found.id)
    return known


def _codes(rows: Sequence[Any]) -> dict[int, str]:
    """Award → its application code, for the pieces of these rows."""
    ids = {row.Serial.award_id for row in rows if row.Serial.award_id is not None}
    found = db.session.scalars(select(Award).where(Award.id.in_(sorted(ids)))) if ids else ()
    return {award.id: steps.code_of(award) for award in found}


def _item_page(leaf: str, found: Item, filter: Any, listing: Listing, **more: Any) -> Response:
    units = units_where("goods.see")
    found_places = stock_list.places(found, units)
    context: dict[str, Any] = {"numbered": {}, "codes": {}, **more}
    return page(
        "goods/item.html",
        "list",
        422 if filter.errors else 200,
        item=found,
        leaf=leaf,
        filter=filter,
        listing=listing,
        places=found_places,
        agrees=all(place.agrees for place in found_places),
        source_of=source_of,
        way_of=way_of,
        address_of=address_of,
        where_is=where_is,
        is_gone=is_gone,
        states=SERIAL_STATES,
        may_number=allowed("goods.receive"),
        may_edit=allowed("campaign.edit"),
        **context,
    )
