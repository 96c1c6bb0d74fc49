"""Pages of the proof: run it over a campaign, print its sheet, run ``verify``, read the history."""

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.core import clock
from khuyenhoc.core.database import writing
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds.campaigns import Campaign, get_campaign
from khuyenhoc.history.events import Event
from khuyenhoc.history.names import deed_name
from khuyenhoc.ledger import chain
from khuyenhoc.org.access import actor, may, require, units_where
from khuyenhoc.org.units import name_on, unit_by_id
from khuyenhoc.papers import press
from khuyenhoc.papers.books import ItemProof, ProofLine, Reconciliation
from khuyenhoc.papers.heads import heading
from khuyenhoc.proof import deeds, faults, runs, sheet
from khuyenhoc.proof.forms import DeedFilter
from khuyenhoc.proof.panels import progress  # noqa: F401 - the panels register themselves
from khuyenhoc.proof.reconcile import statements
from khuyenhoc.proof.verify import verify
from khuyenhoc.web import lists, navigation
from khuyenhoc.web.excel import Column, workbook
from khuyenhoc.web.filters import instant
from khuyenhoc.web.lists import Ranges
from khuyenhoc.web.page import page

blueprint = Blueprint("proof", __name__)
navigation.register("proof.proof", _l("Kiểm chứng sổ"), "shield-check", "proof.see", 80)

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
    """The sheet on paper, summed from the rows."""
    campaign = _campaign(code)
    statement = statements([campaign.code])[0]
    found = sheet.of(statement)
    paper = Reconciliation(
        heading=heading(campaign.unit_id, clock.today()),
        day=clock.today(),
        code=campaign.code,
        campaign=campaign.name,
        reconciled=statement.reconciled,
        rows=_paper_rows(found),
        items=[ItemProof(item=item.name, unit=item.unit, **item.pieces) for item in found.items],
        faults=[] if statement.reconciled else [faults.sentence(fault) for fault in faults.of(campaign.id)],
        head=chain.seal16(chain.head(campaign.unit_id).hash),
    )
    pdf = press.print_pdf(paper.TEMPLATE, paper.content())
    return Response(pdf, mimetype="application/pdf", headers={"Cache-Control": "no-store"})


def _paper_rows(found: sheet.Sheet) -> list[ProofLine]:
    lines = [line for group in found.groups for line in group.lines]
    rows = [ProofLine(label=line.label, ledger=line.ledger, documents=line.documents) for line in lines]
    closing = found.closing
    last = ProofLine(label=closing.label, sign="=", ledger=closing.ledger, documents=closing.documents, result=True)
    return [*rows, last]


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
    return page("proof/proof.html", run=run, heads=_heads(), report=report)


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
