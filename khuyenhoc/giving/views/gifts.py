"""Khoản ủng hộ: the list, one gift, its paper."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.request_tables import STATES
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotFound
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds import panels
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.giving import (
    desks,
    donations,
    gift_list,
    gift_numbers,
    gift_panels,
    gift_papers,
    gift_rows,
    gift_side,
    given_back,
    givers,
)
from khuyenhoc.giving.donation_tables import METHODS
from khuyenhoc.giving.donor_naming import public_name
from khuyenhoc.giving.donor_search import search
from khuyenhoc.giving.forms.desk import GiverForm
from khuyenhoc.giving.forms.list import GiftFilter
from khuyenhoc.giving.gift_list import Selection, Wanted
from khuyenhoc.giving.gift_rows import GiftRow
from khuyenhoc.giving.recorders import recorders
from khuyenhoc.history import events
from khuyenhoc.history.names import deed_name
from khuyenhoc.ledger import bars, chain
from khuyenhoc.ledger.accounts import get_account
from khuyenhoc.ledger.approvables import SUBJECT
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.access import actor, allowed, may, require, units_where
from khuyenhoc.org.units import name_on, unit_by_id
from khuyenhoc.papers import prints
from khuyenhoc.web import lists, navigation, pdf
from khuyenhoc.web.excel import Column, workbook
from khuyenhoc.web.filters import day
from khuyenhoc.web.lists import Order
from khuyenhoc.web.page import page

blueprint = Blueprint("giving", __name__, url_prefix="/khoan-ung-ho")
MOST_DONORS = 20

navigation.register("giving.gifts", _l("Khoản ủng hộ"), "journal-text", "gift.see", 30)


@blueprint.get("")
@may("gift.see")
def gifts() -> Response:
    """The gifts that are asked for, the latest first."""
    filter, wanted = _asked()
    selection = gift_list.select_gifts(wanted)
    listing = lists.read(selection.gifts, _orders(selection), selection.id)
    rows = gift_rows.rows(listing.rows, campaign_id=wanted.campaign_id)
    live = [row for row in rows if not row.document.is_void]
    return page(
        "giving/gifts.html",
        fragment="list",
        status=422 if filter.errors else 200,
        filter=filter,
        listing=listing,
        rows=rows,
        looks=gift_rows.LOOKS,
        methods={method: str(name) for method, name in METHODS.items()},
        wanted=wanted,
        summed=gift_list.SUMMED,
        totals=gift_list.totals(wanted),
        back=given_back.total(wanted),
        page_sum=sum(row.amount for row in live),
        page_back=sum(row.refunded for row in live),
        page_void=len(rows) - len(live),
        many=wanted.donor_ids is not None and len(wanted.donor_ids) == MOST_DONORS,
        units=_unit_names(rows) if "don_vi" in filter else {},
        may_record=allowed("gift.record_goods"),
        new_url=url_for("desk.index") if allowed("gift.record") else url_for("gift_form.new"),
    )


@blueprint.get("/bang.xlsx")
@may("gift.see")
def as_excel() -> Response:
    """The gifts exactly as they are filtered and sorted, void ones marked and not summed."""
    _filter, wanted = _asked()
    selection = gift_list.select_gifts(wanted)
    found = lists.everything(selection.gifts, _orders(selection), selection.id)
    amount = Column(_("Số tiền (₫)"), lambda row: 0 if row.document.is_void else row.amount, "money")
    columns = [
        Column(_("Số phiếu"), lambda row: row.document.label, width=16),
        Column(_("Ngày"), lambda row: row.document.date, "day", 12),
        Column(_("Người ủng hộ"), lambda row: row.giver, width=36),
        Column(_("Nêu tên khi công khai"), lambda row: public_name(row.donor, row.document.date), width=36),
        Column(_("Chiến dịch"), lambda row: row.campaign_names, width=30),
        Column(_("Hình thức"), lambda row: row.method),
        Column(_("Trạng thái"), lambda row: row.state_name),
        amount,
        Column(_("Đã hoàn trả (₫)"), lambda row: row.refunded or None, "money"),
        Column(_("Số tiền đã hủy (₫)"), lambda row: row.amount if row.document.is_void else None, "money"),
        Column(_("Hiện vật"), lambda row: row.goods, width=30),
        Column(_("Dành cho"), lambda row: row.donation.restriction, width=30),
        Column(_("Mã giao dịch"), lambda row: row.donation.bank_reference),
        Column(_("Người ghi"), lambda row: row.document.created_by_name, width=24),
        Column(_("Lý do hủy"), lambda row: row.document.voided_because, width=30),
    ]
    totals = gift_list.totals(wanted)
    total = {} if totals.more else {columns.index(amount): totals.everything}
    return workbook("khoan-ung-ho", columns, _in_portions(found, wanted), title=_("Khoản ủng hộ"), total=total)


@blueprint.get("/tim-nguoi")
@may("donor.see")
def find_giver() -> Response:
    """The cards that fit what is being typed, as radios to choose from."""
    form = GiverForm(formdata=request.args, meta={"csrf": False})
    typed = form.donor.data or ""
    found = givers.candidates(typed, units_where("donor.see"))
    return page(
        "giving/_giver.html",
        form=form,
        typed=typed,
        candidates=found,
        choice=givers.usual_choice(typed, found),
        card=givers.new_card(typed),
    )


@blueprint.get("/<int:document_id>")
@may("gift.see")
def gift(document_id: int) -> Response:
    """One gift: its facts, lines, entry and seal, papers, and what was done to it."""
    row = _gift_or_404(document_id)
    document = row.document
    return page(
        "giving/gift.html",
        gift=row,
        looks=gift_rows.LOOKS,
        unit_name=name_on(unit_by_id(document.unit_id), document.date),
        account=None if row.goods else get_account(document.lines[0].account_id),
        seal=chain.seal_of(document.unit_id, document.entry_number),
        story=events.of("documents", document.id),
        deed_name=deed_name,
        asked=requests.about(SUBJECT, document.id),
        states=STATES,
        replaced=donations.replaced_by([document.id]).get(document.id),
        replaces=db.session.get(Document, document.replaces_id) if document.replaces_id else None,
        printed=gift_papers.was_printed(row),
        panels=gift_panels.of(row),
        may_void=allowed("gift.ask_void", document.unit_id) and not document.is_void and not row.waits,
        why_kept="" if document.is_void else bars.why_kept(document),
        may_correct=document.is_void or not bars.why_kept(document, again=True),
        may_print=allowed("paper.issue", document.unit_id),
    )


@blueprint.post("/<int:document_id>/phieu.pdf")
@may("paper.issue")
def print_receipt(document_id: int) -> AnyResponse:
    """Issue the gift's paper if need be, write down the printing, and show it."""
    row = _gift_or_404(document_id)
    require("paper.issue", row.document.unit_id)
    with writing():
        printed = gift_papers.issue_and_print(gift_rows.row(row.document), by=actor())
    return redirect(url_for(".receipt", document_id=document_id, ban_in=printed.ordinal), 303)


@blueprint.get("/<int:document_id>/phieu.pdf")
@may("paper.print")
def receipt(document_id: int) -> AnyResponse:
    """The gift's paper as it was issued. ``ban_in``: which printing; every one but the first is a copy."""
    row = _gift_or_404(document_id)
    require("paper.print", row.document.unit_id)
    paper = gift_papers.find(row)
    if paper is None:
        flash(_("Phiếu này chưa in lần nào. Xin bấm “In phiếu”."), "stop")
        return redirect(url_for(".gift", document_id=document_id), 303)
    return pdf.answer(prints.pdf(paper, by=actor(), ordinal=request.args.get("ban_in", "")), paper.file_name)


def _gift_or_404(document_id: int) -> GiftRow:
    document = db.session.get(Document, document_id)
    if document is None or document.kind != donations.KIND or document.unit_id not in units_where("gift.see"):
        raise NotFound(_("Không có khoản ủng hộ này."))
    return gift_rows.row(document)


def _asked() -> tuple[GiftFilter, Wanted]:
    units = gift_list.with_books(units_where("gift.see"))
    filter = GiftFilter(request.args, units, recorders(units), _evenings(units))
    filter.validate()
    return filter, _wanted(filter, units)


def _evenings(units: frozenset[int]) -> list[tuple[int, str]]:
    return [(desk.id, f"{desk.name} {day(desk.date)}") for desk in desks.latest(units)]


def _wanted(filter: GiftFilter, units: frozenset[int]) -> Wanted:
    asked = filter.answers
    if "don_vi" in asked:
        units = units & {asked["don_vi"]}
    typed = asked.get("q", "")
    number = gift_numbers.read(typed)
    donor_ids = None
    if typed and number is None:
        donor_ids = [donor.id for donor in search(typed, units_where("donor.see"), MOST_DONORS)]
    return Wanted(
        unit_ids=units,
        starts=asked.get("tu"),
        ends=asked.get("den"),
        campaign_id=asked.get("chien_dich"),
        method=asked.get("hinh_thuc"),
        state=asked.get("trang_thai"),
        recorder_id=asked.get("nguoi_ghi"),
        donor_ids=donor_ids,
        desk_id=asked.get("buoi"),
        number=number,
    )


def _orders(selection: Selection) -> list[Order]:
    orders = [Order("ngay", _l("Ngày"), selection.date, date)]
    if selection.by_amount:
        orders.append(Order("tien", _l("Số tiền (₫)"), selection.amount))
    return orders


def _in_portions(found: Iterator[Any], wanted: Wanted) -> Iterable[GiftRow]:
    while portion := list(islice(found, lists.BATCH)):
        yield from gift_rows.rows(portion, campaign_id=wanted.campaign_id)


def _unit_names(rows: Sequence[GiftRow]) -> dict[int, str]:
    return {unit_id: name_on(unit_by_id(unit_id)) for unit_id in {row.document.unit_id for row in rows}}


def _latest_of_campaign(campaign: Campaign) -> panels.Panel | None:
    """The latest gifts, on the campaign's own page."""
    if not allowed("gift.see", campaign.unit_id):
        return None
    rows = gift_rows.rows(gift_list.latest(campaign.id), campaign_id=campaign.id)
    return panels.Panel("giving/_latest.html", {"rows": rows, "may_record": allowed("gift.record", campaign.unit_id)})


gift_side.tell()
panels.register("gifts", _latest_of_campaign, place="main", order=30)
