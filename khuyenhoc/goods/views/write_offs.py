"""Xóa sổ: the list, one write-off with its minutes, asking for one, taking it back, and what was found again."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy import Select, select
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.approvals import logs, requests
from khuyenhoc.core import clock
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import AlreadyRecorded, NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds.campaigns import Campaign, campaign_by_id, get_campaign
from khuyenhoc.funds.items import Item, get_item, item_by_id
from khuyenhoc.goods import lots, serials, write_off_papers
from khuyenhoc.goods import write_offs as rules
from khuyenhoc.goods.forms.write_offs import WriteOffFilter, WriteOffForm, as_asked
from khuyenhoc.goods.lots import LotPlace
from khuyenhoc.goods.write_off_approvals import facts_of, pieces_of, state_of
from khuyenhoc.goods.write_off_tables import CAUSES, STATES, WriteOff
from khuyenhoc.history.names import deed_name
from khuyenhoc.ledger import approvables
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.documents import get_document
from khuyenhoc.org.access import actor, allowed, may, require, units_where
from khuyenhoc.org.answers import once
from khuyenhoc.papers import prints
from khuyenhoc.web import lists, pdf
from khuyenhoc.web.excel import Column, workbook
from khuyenhoc.web.filters import day
from khuyenhoc.web.forms import Form
from khuyenhoc.web.page import page
from khuyenhoc.web.reason import ReasonForm

blueprint = Blueprint("write_offs", __name__, url_prefix="/hien-vat/xoa-so")

ORDERS = (
    lists.Order("moi", _l("Mới đề nghị"), WriteOff.id),
    lists.Order("so-luong", _l("Số lượng"), WriteOff.quantity),
)


@blueprint.get("")
@may("goods.see")
def index() -> Response:
    """Every write-off, filtered, page by page."""
    filter = WriteOffFilter(request.args, units_where("goods.see"))
    listing = lists.read(_statement(filter), ORDERS, WriteOff.id)
    return page(
        "goods/write_offs.html",
        "list",
        422 if filter.errors else 200,
        filter=filter,
        listing=listing,
        states=STATES,
        causes=CAUSES,
        pieces_of=pieces_of,
        day_of=lambda one: clock.from_stamp(one.asked_at).date(),
        **_beside(listing.rows),
    )


@blueprint.get("/danh-sach.xlsx")
@may("goods.see")
def as_excel() -> Response:
    """The write-offs exactly as they are filtered and sorted."""
    filter = WriteOffFilter(request.args, units_where("goods.see"))
    rows = list(lists.everything(_statement(filter), ORDERS, WriteOff.id))
    beside = _beside(rows)
    columns = [
        Column(_("Ngày đề nghị"), lambda r: clock.from_stamp(r.asked_at).date(), "day"),
        Column(_("Hiện vật"), lambda r: beside["items"][r.item_id].name, width=34),
        Column(_("Số lượng"), lambda r: r.quantity, "number"),
        Column(_("Chiến dịch"), lambda r: beside["campaigns"][r.campaign_id].name, width=34),
        Column(_("Vì sao"), lambda r: str(CAUSES[r.cause])),
        Column(_("Chuyện gì đã xảy ra"), lambda r: r.reason, width=50),
        Column(_("Trạng thái"), lambda r: state_of(r, r.id in beside["waiting"]), width=20),
        Column(_("Người đề nghị"), lambda r: r.asked_by_name, width=26),
        Column(_("Người duyệt"), lambda r: r.approved_by_name or "", width=26),
        Column(_("Chứng từ"), lambda r: beside["documents"][r.id].label if r.document_id else "", width=16),
        Column(_("Trị giá (₫)"), lambda r: beside["documents"][r.id].amount if r.document_id else None, "money"),
    ]
    return workbook("xoa-so", columns, rows, title=_("Xóa sổ hiện vật"))


@blueprint.get("/moi/<code>/<item_code>")
@may("goods.write_off")
def new(code: str, item_code: str) -> Response:
    """The form, for one campaign's stock of one item."""
    campaign, item = _place(code, item_code)
    return _form_page(campaign, item, WriteOffForm(_lots(campaign, item)))


@blueprint.post("/moi/<code>/<item_code>")
@may("goods.write_off")
def create(code: str, item_code: str) -> AnyResponse:
    """Ask for it; another person decides."""
    campaign, item = _place(code, item_code)
    form = WriteOffForm(_lots(campaign, item))
    if not form.validate_on_submit():
        return _form_page(campaign, item, form, 422)
    try:
        with writing():
            found = rules.ask(
                campaign,
                item,
                **_said(form),
                by=actor(),
                key=form.answers["form_key"],
            )
    except (AlreadyRecorded, NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _form_page(campaign, item, form, 422)
    flash(_("Đã gửi đề nghị xóa sổ. Người khác duyệt thì hiện vật ra khỏi kho."))
    return redirect(url_for(".show", write_off_id=found.id), 303)


@blueprint.get("/<int:write_off_id>")
@may("goods.see")
def show(write_off_id: int) -> Response:
    """One write-off: what, why, who decided, its minutes, and what the reader may do next."""
    return _show(_write_off(write_off_id))


@blueprint.get("/<int:write_off_id>/sua")
@may("goods.write_off")
def edit(write_off_id: int) -> AnyResponse:
    """The write-off as it was asked for, to be mended."""
    found, campaign, item = _to_mend(write_off_id)
    if found.state != "asked":
        flash(_("Chỉ sửa được đề nghị chưa duyệt."), "stop")
        return redirect(url_for(".show", write_off_id=write_off_id), 303)
    return _form_page(campaign, item, WriteOffForm(_lots(campaign, item), data=as_asked(found)), found=found)


@blueprint.post("/<int:write_off_id>/sua")
@may("goods.write_off")
def mend(write_off_id: int) -> AnyResponse:
    """Mend it and ask anew."""
    found, campaign, item = _to_mend(write_off_id)
    form = WriteOffForm(_lots(campaign, item))
    if not form.validate_on_submit():
        return _form_page(campaign, item, form, 422, found)
    try:
        with once(lambda: url_for(".show", write_off_id=write_off_id)):
            rules.change(found, **_said(form), by=actor())
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _form_page(campaign, item, form, 422, found)
    flash(_("Đã gửi lại đề nghị xóa sổ. Người khác duyệt thì hiện vật ra khỏi kho."))
    return redirect(url_for(".show", write_off_id=write_off_id), 303)


@blueprint.post("/<int:write_off_id>/thoi")
@may("goods.write_off")
def cancel(write_off_id: int) -> AnyResponse:
    """Nothing is written off after all."""
    found, form = _write_off(write_off_id), ReasonForm(ids="thoi-")
    require("goods.write_off", found.unit_id)
    if not form.validate_on_submit():
        return _show(found, 422, cancel_form=form)
    try:
        with once(lambda: url_for(".show", write_off_id=write_off_id)):
            rules.cancel(found, by=actor(), reason=form.answers["reason"])
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _show(found, 422, cancel_form=form)
    flash(_("Đã thôi đề nghị xóa sổ này."))
    return redirect(url_for(".show", write_off_id=write_off_id), 303)


@blueprint.post("/<int:write_off_id>/tim-lai")
@may("goods.write_off")
def found_again(write_off_id: int) -> AnyResponse:
    """The goods were found again: ask that the document be voided; another person decides."""
    found, form = _write_off(write_off_id), ReasonForm(ids="lai-")
    require("goods.write_off", found.unit_id)
    if not form.validate_on_submit():
        return _show(found, 422, found_form=form)
    try:
        with once(lambda: url_for(".show", write_off_id=write_off_id)):
            if found.document_id is None:
                raise RuleBroken(_("Chưa xóa sổ, nên không có gì để hủy."))
            approvables.ask_void(get_document(found.document_id), by=actor(), reason=form.answers["reason"])
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _show(found, 422, found_form=form)
    flash(_("Đã gửi đề nghị hủy chứng từ xóa sổ."))
    return redirect(url_for(".show", write_off_id=write_off_id), 303)


@blueprint.post("/<int:write_off_id>/bien-ban.pdf")
@may("paper.issue")
def print_minutes(write_off_id: int) -> AnyResponse:
    """Issue the minutes if need be, write down the printing, and show them."""
    found = _write_off(write_off_id)
    require("paper.issue", found.unit_id)
    with writing():
        printed = write_off_papers.issue_and_print(rules.get_write_off(write_off_id), by=actor())
    return redirect(url_for(".minutes", write_off_id=write_off_id, ban_in=printed.ordinal), 303)


@blueprint.get("/<int:write_off_id>/bien-ban.pdf")
@may("paper.print")
def minutes(write_off_id: int) -> AnyResponse:
    """The minutes. ``ban_in=1``: the original, for whoever has just printed it; else a copy."""
    found = _write_off(write_off_id)
    paper = write_off_papers.find(found)
    if paper is None:
        flash(_("Giấy này chưa ra. Xin bấm “In” ở mục Giấy tờ."), "stop")
        return redirect(url_for(".show", write_off_id=write_off_id), 303)
    return pdf.answer(prints.pdf(paper, by=actor(), ordinal=request.args.get("ban_in", "")), paper.file_name)


def _show(found: WriteOff, status: int = 200, **forms: Form) -> Response:
    document = get_document(found.document_id) if found.document_id is not None else None
    asked = list(requests.about(rules.SUBJECT, found.id))
    voiding = requests.find_waiting(approvables.KIND, approvables.SUBJECT, document.id) if document else None
    paper = write_off_papers.find(found)
    mine = allowed("goods.write_off", found.unit_id)
    return page(
        "goods/write_off.html",
        status=status,
        write_off=found,
        title=_("Xóa sổ %(pieces)s", pieces=pieces_of(found)),
        facts=facts_of(found),
        campaign=campaign_by_id(found.campaign_id),
        document=document,
        value=rules.value_of(found),
        states=STATES,
        asked=asked,
        waiting=next((one for one in asked if one.is_waiting), None),
        voiding=voiding,
        past=logs.past("write_offs", rules.SUBJECT, found.id),
        deed_name=deed_name,
        paper=paper,
        last=prints.last_print(paper),
        may_print=allowed("paper.issue", found.unit_id),
        is_waiting=found.state == "asked" and any(one.is_waiting for one in asked),
        may_change=found.state == "asked" and mine,
        may_cancel=found.state == "asked" and mine,
        may_find=document is not None and not document.is_void and voiding is None and mine,
        cancel_form=forms.get("cancel_form") or ReasonForm(formdata=None, ids="thoi-"),
        found_form=forms.get("found_form") or ReasonForm(formdata=None, ids="lai-"),
    )


def _said(form: WriteOffForm) -> dict[str, Any]:
    """What the form says of a write-off, whether it is new or mended."""
    given = form.answers
    return {name: given[name] for name in ("quantity", "cause", "reason")} | {"numbers": form.typed, "lot": form.place}


def _to_mend(write_off_id: int) -> tuple[WriteOff, Campaign, Item]:
    found = _write_off(write_off_id)
    require("goods.write_off", found.unit_id)
    return found, campaign_by_id(found.campaign_id), item_by_id(found.item_id)


def _form_page(
    campaign: Campaign, item: Item, form: WriteOffForm, status: int = 200, found: WriteOff | None = None
) -> Response:
    if found is not None:
        here, back = _("Sửa đề nghị xóa sổ"), url_for(".show", write_off_id=found.id)
        action = url_for(".mend", write_off_id=found.id)
    else:
        here, back = _("Đề nghị xóa sổ"), url_for("stock.item", code=item.code)
        action = url_for(".create", code=campaign.code, item_code=item.code)
    return page(
        "goods/write_off_form.html",
        None,
        status,
        form=form,
        here=here,
        back=back,
        action=action,
        campaign=campaign,
        item=item,
        last=found and requests.latest(rules.SUBJECT, found.id),
        free=rules.free(campaign.id, item.id, campaign.unit_id),
        numbers=serials.free_ones(campaign.id, item.id),
    )


def _place(code: str, item_code: str) -> tuple[Campaign, Item]:
    campaign = get_campaign(code)
    require("goods.write_off", campaign.unit_id)
    return campaign, get_item(item_code)


def _lots(campaign: Campaign, item: Item) -> list[tuple[LotPlace, str]]:
    there, found = lots.lots(campaign.id, item.id), []
    documents = {one.id: one for one in _documents(lot.document_id for lot in there)}
    for lot in there:
        document = documents[lot.document_id]
        told = _("%(label)s, %(day)s, còn %(n)s", label=document.label, day=day(document.date), n=lot.quantity)
        found.append((lot[:2], told))
    return found


def _write_off(write_off_id: int) -> WriteOff:
    found = rules.get_write_off(write_off_id)
    require("goods.see", found.unit_id)
    return found


def _beside(rows: Sequence[WriteOff]) -> dict[str, Any]:
    campaigns = {campaign_id: campaign_by_id(campaign_id) for campaign_id in {one.campaign_id for one in rows}}
    of_documents = {one.document_id: one.id for one in rows if one.document_id is not None}
    documents = {of_documents[document.id]: document for document in _documents(of_documents)}
    waiting = requests.waiting_among(rules.SUBJECT, [one.id for one in rows]) if rows else frozenset()
    items = {
        item_id: item_by_id(item_id) for item_id in {one.item_id for one in rows}
    }  # held, so that each is asked for once
    return {"campaigns": campaigns, "documents": documents, "waiting": waiting, "items": items}


def _documents(ids: Iterable[int]) -> Sequence[Document]:
    """These documents, in one question for all."""
    return db.session.scalars(select(Document).where(Document.id.in_(set(ids)))).all()


def _statement(filter: WriteOffFilter) -> lists.Ranges:
    """One range of an index for each unit."""
    asked = filter.answers
    query: Select[Any] = select(WriteOff.id)
    for name, column in (
        ("hien_vat", WriteOff.item_id),
        ("chien_dich", WriteOff.campaign_id),
        ("vi_sao", WriteOff.cause),
        ("trang_thai", WriteOff.state),
    ):
        if name in asked:
            query = query.where(column == asked[name])
    units = sorted(units_where("goods.see"))
    return lists.Ranges([query.where(WriteOff.unit_id == unit_id) for unit_id in units], WriteOff)
