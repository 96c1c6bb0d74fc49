"""Bàn tiếp nhận: open a desk for an evening, record envelope after envelope, close it and count the cash."""

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.core import clock
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import AlreadyRecorded, NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds.campaigns import campaign_by_id
from khuyenhoc.giving import desks, donations, gift_rows, givers
from khuyenhoc.giving.desks import Desk
from khuyenhoc.giving.donation_tables import METHODS
from khuyenhoc.giving.forms.desk import EnvelopeForm, OpenDeskForm
from khuyenhoc.ledger import desks as evenings
from khuyenhoc.ledger.accounts import get_account
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.access import actor, allowed, may, units_where
from khuyenhoc.org.answers import once
from khuyenhoc.org.units import unit_by_id
from khuyenhoc.web import navigation
from khuyenhoc.web.page import page

blueprint = Blueprint("desk", __name__, url_prefix="/ban-tiep-nhan")
COUNT_CASH = "cash.count"
SHOWN = 12
"""So many of the evening's gifts stand under the form, the latest."""

navigation.register("desk.index", _l("Bàn tiếp nhận"), "pencil-square", "gift.record", 20)


@blueprint.get("")
@may("gift.record")
def index() -> AnyResponse:
    """The one open desk of this person, or the desks to choose from."""
    mine = [desk for desk in desks.open_desks(units_where("gift.record")) if desk.opened_by == actor().id]
    if len(mine) == 1:
        return redirect(url_for(".show", desk_id=mine[0].id), 303)
    return _opening(_open_form())


@blueprint.get("/mo")
@may("gift.record")
def new() -> Response:
    """Open another desk."""
    return _opening(_open_form())


@blueprint.post("")
@may("gift.record")
def open_desk() -> AnyResponse:
    """Set campaign, method and date once for the evening."""
    form = _open_form()
    if not form.validate_on_submit():
        return _opening(form, 422)
    campaign = campaign_by_id(form.campaign.data)
    cash, bank = (form[kind].data if kind in form else None for kind in ("cash", "bank"))
    try:
        with once(lambda: url_for(".show", desk_id=desk.id)):
            desk = desks.open_desk(
                campaign,
                name=form.name.data,
                method=form.method.data,
                on=form.answers["date"],
                by=actor(),
                cash=get_account(cash) if cash else None,
                bank=get_account(bank) if bank else None,
            )
    except (NotFound, NotAllowed):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _opening(form, 422)
    return redirect(url_for(".show", desk_id=desk.id), 303)


@blueprint.get("/<int:desk_id>")
@may("gift.record")
def show(desk_id: int) -> Response:
    """The desk, ready for the next envelope."""
    desk = _desk_or_404(desk_id)
    return _desk(desk, _envelope(desk))


@blueprint.post("/<int:desk_id>")
@may("gift.record")
def record(desk_id: int) -> AnyResponse:
    """One envelope."""
    desk = _desk_or_404(desk_id)
    form = _envelope(desk)
    if not form.validate_on_submit():
        return _desk(desk, form, 422)
    try:
        with writing():
            gift = _record(desk, form)
    except (AlreadyRecorded, NotFound, NotAllowed):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _desk(desk, form, 422)
    flash(_("Đã ghi %(label)s.", label=gift.label))
    return redirect(url_for(".show", desk_id=desk.id, vua_ghi=gift.id), 303)


@blueprint.get("/tim-nguoi")
@may("gift.record")
def find_giver() -> Response:
    """The cards that fit the line being typed, and what its end means when it is an amount."""
    form = EnvelopeForm(formdata=request.args, meta={"csrf": False})
    typed, amount = form.donor.data or "", form.amount
    found = givers.candidates(typed, units_where("donor.see"))
    on_line = not request.args.get("amount", "").strip()
    return page(
        "giving/_giver.html",
        form=form,
        typed=typed,
        candidates=found,
        choice=givers.usual_choice(typed, found),
        card=givers.new_card(typed),
        on_line=on_line,
        sentence=amount.process_errors[0] if on_line and amount.process_errors else "",
    )


@blueprint.post("/<int:desk_id>/dong")
@may("gift.record")
def close(desk_id: int) -> AnyResponse:
    """The evening is over: on to the cash count."""
    desk = _desk_or_404(desk_id)
    with writing():
        desks.close_desk(desk, by=actor())
    flash(_("Đã đóng bàn “%(name)s”.", name=desk.name))
    return redirect(_count_url(desk) or url_for(".show", desk_id=desk.id), 303)


def _record(desk: Desk, form: EnvelopeForm) -> Document:
    key = form.form_key.data
    givers.require_chosen(form.giver)
    line = form.line(desks.campaign_of(desk))
    donor = givers.settle(
        form.giver, unit=unit_by_id(desk.unit_id), unit_ids=units_where("donor.see"), key=key, by=actor()
    )
    return donations.record(
        donor,
        [line],
        method=form.method.data,
        account=desk.account_for(form.method.data),
        on=desk.date,
        by=actor(),
        key=key,
        restriction=form.restriction.data or "",
        note=form.note.data or "",
        bank_reference=form.bank_reference.data or "",
        desk=desk,
    )


def _open_form() -> OpenDeskForm:
    return OpenDeskForm(units_where("gift.record"), date=clock.today() if request.method == "GET" else None)


def _envelope(desk: Desk) -> EnvelopeForm:
    return EnvelopeForm(data={"method": desk.method})


def _opening(form: OpenDeskForm, status: int = 200) -> Response:
    open_now = desks.open_desks(units_where("gift.record"))
    campaigns = {desk.campaign_id: campaign_by_id(desk.campaign_id).name for desk in open_now}
    return page(
        "giving/open_desk.html",
        status=status,
        form=form,
        desks=open_now,
        campaigns=campaigns,
        methods=METHODS,
    )


def _desk(desk: Desk, form: EnvelopeForm, status: int = 200) -> Response:
    typed = form.donor.data or ""
    found = givers.candidates(typed, units_where("donor.see"))
    rows = gift_rows.rows(desks.gifts_of(desk, SHOWN))
    sums = desks.sums(desk)
    shown = sum(row.amount for row in rows if not row.document.is_void)
    return page(
        "giving/desk.html",
        fragment="desk",
        status=status,
        desk=desk,
        campaign=desks.campaign_of(desk),
        form=form,
        typed=typed,
        candidates=found,
        choice=givers.shown_choice(form.giver, found),
        card=givers.new_card(typed),
        rows=rows,
        sums=sums,
        earlier=sums.count + sums.voided - len(rows),
        earlier_amount=sums.everything - shown,
        last=_last(desk),
        count_url=_count_url(desk),
        counted=evenings.is_counted(desk.id),
        may_void=allowed("gift.ask_void", desk.unit_id),
    )


def _last(desk: Desk) -> Document | None:
    """The gift that was recorded a moment ago, for the button that prints its receipt."""
    wanted = request.args.get("vua_ghi", "")
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) <= 18):
        return None
    document = db.session.get(Document, int(wanted))
    return document if document is not None and document.unit_id == desk.unit_id else None


def _count_url(desk: Desk) -> str:
    """The cash count of this evening; empty while there is no such page."""
    known = current_app.view_functions
    return url_for(COUNT_CASH, ban=desk.id) if COUNT_CASH in known and desk.cash_account_id else ""


def _desk_or_404(desk_id: int) -> Desk:
    return desks.get_desk(desk_id, units_where("gift.record"))
