"""Frame numbers: entered lot by lot, mended one by one."""

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds.campaigns import campaign_by_id
from khuyenhoc.funds.items import item_by_id
from khuyenhoc.goods import serials
from khuyenhoc.goods.forms.stock import NumberForm, NumbersForm
from khuyenhoc.goods.goods_tables import Serial
from khuyenhoc.ledger.document_tables import DocumentLine
from khuyenhoc.ledger.documents import get_document
from khuyenhoc.org.access import actor, may, require
from khuyenhoc.org.answers import once
from khuyenhoc.web.page import page

blueprint = Blueprint("serials", __name__, url_prefix="/hien-vat")

AT_ONCE = 100
"""So many shares stand on one page."""


@blueprint.get("/lo/<int:document_id>/<int:position>/so-khung")
@may("goods.receive")
def new(document_id: int, position: int) -> Response:
    """One line to type for each piece of a lot that has no number yet."""
    return _new_page(_lot(document_id, position), NumbersForm())


@blueprint.post("/lo/<int:document_id>/<int:position>/so-khung")
@may("goods.receive")
def enter(document_id: int, position: int) -> AnyResponse:
    """Write the numbers down."""
    line, form = _lot(document_id, position), NumbersForm()
    if not form.validate_on_submit():
        return _new_page(line, form, 422)
    try:
        with once(lambda: url_for("stock.numbers", code=item_by_id(line.item_id or 0).code)):
            found = serials.enter(line, form.typed, by=actor())
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _new_page(line, form, 422)
    flash(_("Đã ghi %(n)s số khung.", n=len(found)))
    return redirect(url_for("stock.numbers", code=item_by_id(line.item_id or 0).code), 303)


@blueprint.get("/so-khung/<int:serial_id>")
@may("goods.receive")
def edit(serial_id: int) -> Response:
    """One number, to be mended."""
    serial = _serial(serial_id)
    return _edit_page(serial, NumberForm(data={"number": serial.serial}))


@blueprint.post("/so-khung/<int:serial_id>")
@may("goods.receive")
def correct(serial_id: int) -> AnyResponse:
    """Mend it."""
    serial, form = _serial(serial_id), NumberForm()
    if not form.validate_on_submit():
        return _edit_page(serial, form, 422)
    try:
        with writing():
            serials.correct(serial, form.answers["number"], by=actor())
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _edit_page(serial, form, 422)
    flash(_("Đã sửa số khung thành %(number)s.", number=serial.serial))
    return redirect(url_for("stock.numbers", code=item_by_id(serial.item_id).code), 303)


def _lot(document_id: int, position: int) -> DocumentLine:
    line = serials.lot_line(document_id, position)
    document = get_document(document_id)
    require("goods.receive", document.unit_id)
    if document.is_void:
        raise NotFound(_("Không có lô này."))
    return line


def _serial(serial_id: int) -> Serial:
    serial = serials.get_serial(serial_id)
    require("goods.receive", serial.unit_id)
    return serial


def _new_page(line: DocumentLine, form: NumbersForm, status: int = 200) -> Response:
    there = serials.in_stock(line.campaign_id, line.item_id or 0)
    return page(
        "goods/numbers_new.html",
        None,
        status,
        form=form,
        line=line,
        document=get_document(line.document_id),
        item=item_by_id(line.item_id or 0),
        campaign=campaign_by_id(line.campaign_id),
        room=serials.without_number(line),
        known=[one for one in there if (one.lot_document_id, one.lot_position) == serials.place_of(line)],
    )


def _edit_page(serial: Serial, form: NumberForm, status: int = 200) -> Response:
    return page(
        "goods/number_edit.html",
        None,
        status,
        form=form,
        serial=serial,
        item=item_by_id(serial.item_id),
        lot=get_document(serial.lot_document_id),
    )
