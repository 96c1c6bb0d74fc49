"""Pages of the proof: run it over a campaign, print its sheet, run ``verify``, read the history."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import NotFound
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds.campaigns import Campaign, get_campaign
from khuyenhoc.history.events import Event
from khuyenhoc.history.names import deed_name
from khuyenhoc.ledger import chain
from khuyenhoc.org.access import actor, may, require, units_where
from khuyenhoc.org.units import name_on, unit_by_id
from khuyenhoc.papers import issued, prints
from khuyenhoc.proof import deeds, runs, sheet_papers
from khuyenhoc.proof.forms import DeedFilter
from khuyenhoc.proof.links import row_url
from khuyenhoc.proof.panels import progress  # noqa: F401 - the panels register themselves
from khuyenhoc.proof.verify import verify
from khuyenhoc.web import lists, navigation, pdf
from khuyenhoc.web.excel import Column, workbook
from khuyenhoc.web.filters import instant
from khuyenhoc.web.lists import Ranges
from khuyenhoc.web.page import page

blueprint = Blueprint("proof", __name__)
SOONER = {"user.see": 3}  # of those who prove, only an auditor sees users
navigation.register("proof.proof", _l("Kiểm chứng sổ"), "shield-check", "proof.see", 80, sooner=SOONER)

ORDERS = (lists.Order("luc", _l("Lúc"), Event.at, str),)
"""The deeds stand in the order in which they were done."""


@blueprint.post("/chien-dich/<code>/doi-chieu")
@may("proof.see")
def prove(code: str) -> AnyResponse:
    """Sum every row of the campaign now."""
    campaign = _campaign(code)
    differing = runs.faults_in(campaign)
    with writing():
        run = runs.keep(campaign.id, differing, by=actor())
    if run.holds:
        flash(_("Đã tính lại từng chứng từ và từng bút toán: khớp đến từng đồng."))
    else:
        flash(_("Đã tính lại: chưa khớp, xem dòng lệch ở dưới."), "error")
    return redirect(url_for("campaigns.show", code=campaign.code), 303)


@blueprint.get("/chien-dich/<code>/doi-chieu.pdf")
@may("proof.see")
def reconciliation_paper(code: str) -> AnyResponse:
    """Today's sheet as it was issued (``ban_in=1``: the original); before that a draft with its mark."""
    campaign = _campaign(code)
    found = sheet_papers.of_today(campaign)
    if found is None:
        return pdf.answer(sheet_papers.draft_pdf(campaign), f"doi-chieu-{campaign.code}.pdf")
    return pdf.answer(prints.pdf(found, by=actor(), ordinal=request.args.get("ban_in", "")), found.file_name)


@blueprint.post("/chien-dich/<code>/doi-chieu.pdf")
@may("books.issue")
def issue_reconciliation(code: str) -> AnyResponse:
    """Issue today's sheet, anew where the books have moved, write down the printing, and show it."""
    require("books.issue", _campaign(code).unit_id)
    with writing():
        printed = issued.note_print(sheet_papers.issue(_campaign(code), by=actor()), by=actor())
    return redirect(url_for(".reconciliation_paper", code=code, ban_in=printed.ordinal), 303)


@blueprint.get("/chien-dich/<code>/doi-chieu/<int:paper_id>.pdf")
@may("proof.see")
def earlier_reconciliation(code: str, paper_id: int) -> AnyResponse:
    """A copy of a sheet that was issued before."""
    found = next((one for one in sheet_papers.latest(_campaign(code)) if one.id == paper_id), None)
    if found is None:
        raise NotFound(_("Không có giấy này."))
    return pdf.answer(issued.render(found, copy=True), found.file_name)


@blueprint.get("/so-sach/kiem-chung")
@may("proof.see")
def proof() -> AnyResponse:
    """When everything was last proven, and the present heads of the chains."""
    return page("proof/proof.html", run=runs.latest(None), heads=_heads(), report=None)


@blueprint.post("/so-sach/kiem-chung")
@may("proof.see")
def run_proof() -> AnyResponse:
    """Run ``verify`` now and show what it found."""
    report = verify()
    with writing():
        run = runs.keep(None, report.faults, by=actor())
    return page("proof/proof.html", run=run, heads=_heads(), report=report, row_url=row_url)


def _heads() -> list[tuple[str, int, str]]:
    rows = []
    for unit_id in sorted(units_where("proof.see")):
        head = chain.head(unit_id)
        if head.length:
            rows.append((name_on(unit_by_id(unit_id)), head.length, chain.seal16(head.hash)))
    return rows


@blueprint.get("/so-sach/nhat-ky-viec-lam")
@may("history.see")
def history() -> AnyResponse:
    """Who did what, when, from where and why, the newest first."""
    asked = DeedFilter(request.args)
    status = 200 if asked.validate() else 422
    listing = lists.read(_deeds(asked), ORDERS, Event.number)
    subjects = {(deed.unit_id, deed.number): deeds.subject_of(deed) for deed in listing.rows}
    return page("proof/history.html", "list", status, filter=asked, listing=listing, subjects=subjects)


@blueprint.get("/so-sach/nhat-ky-viec-lam.xlsx")
@may("history.see")
def history_as_excel() -> AnyResponse:
    """The deeds exactly as they are filtered and sorted."""
    asked = DeedFilter(request.args)
    asked.validate()
    columns = [
        Column(_("Lúc"), lambda deed: instant(deed.at), width=20),
        Column(_("Ai"), lambda deed: deed.actor_name, width=28),
        Column(_("Việc"), lambda deed: deed_name(deed.action), width=32),
        Column(_("Về"), deeds.subject_of, width=40),
        Column(_("Lý do"), lambda deed: deed.reason, width=50),
        Column(_("Từ đâu"), lambda deed: deed.origin),
    ]
    rows = lists.everything(_deeds(asked), ORDERS, Event.number)
    return workbook("nhat-ky-viec-lam", columns, rows, title=_("Nhật ký việc làm"))


def _deeds(asked: DeedFilter) -> Ranges:
    return deeds.ranges(units_where("history.see"), asked.answers)


def _campaign(code: str) -> Campaign:
    campaign = get_campaign(code)
    require("proof.see", campaign.unit_id)
    return campaign
