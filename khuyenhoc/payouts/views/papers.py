"""Giấy tờ of a list: the list to sign or for the bank, frozen at its approval, and the voucher of each document."""

from typing import Any, NamedTuple

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import NotFound
from khuyenhoc.core.text import gettext as _
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.access import actor, allowed, may, require
from khuyenhoc.papers import prints
from khuyenhoc.papers.issued import IssuedPaper, PaperPrint
from khuyenhoc.papers.kinds import KINDS
from khuyenhoc.payouts import handovers, list_papers, lists, payout_list, vouchers
from khuyenhoc.payouts.payout_tables import Payout
from khuyenhoc.recipients import openings
from khuyenhoc.web import pdf
from khuyenhoc.web.excel import Column, workbook

blueprint = Blueprint("payout_papers", __name__, url_prefix="/chi-trao/<int:payout_id>")


class Voucher(NamedTuple):
    """One document of a list with its voucher, issued or not, and the last printing."""

    document: Document
    name: str
    paper: IssuedPaper | None
    last: PaperPrint | None


def panel(payout: Payout) -> dict[str, Any]:
    """What the page of a list shows of its papers."""
    paper = list_papers.find(payout)
    found = [(document, vouchers.find(document)) for document in payout_list.documents_of(payout)]
    return {
        "paper": paper,
        "list_name": KINDS[list_papers.KIND_OF[payout.method]].NAME,
        "last_print": prints.last_print(paper),
        "vouchers": [
            Voucher(document, KINDS[vouchers.kind_of(document)].NAME, one, prints.last_print(one))
            for document, one in found
        ],
        "minutes": {document.id: _minutes(document) for document, _one in found if document.kind == "handover"},
        "may_print": allowed("paper.issue", payout.unit_id),
        "other_accounts": payout.method == "bank" and payout.state == "approved" and not lists.is_as_prepared(payout),
    }


def _minutes(document: Document) -> tuple[IssuedPaper | None, PaperPrint | None]:
    """The minutes of a handover, issued or not, and their last printing."""
    paper = handovers.find(document)
    return paper, prints.last_print(paper)


@blueprint.post("/danh-sach.pdf")
@may("paper.issue")
def print_list(payout_id: int) -> AnyResponse:
    """Write down a printing of the frozen list, and show it: the first is the one that is signed."""
    payout = _payout(payout_id)
    require("paper.issue", payout.unit_id)
    with writing():
        printed = list_papers.note_print(payout, by=actor())
    return redirect(url_for(".list_paper", payout_id=payout.id, ban_in=printed.ordinal), 303)


@blueprint.get("/danh-sach.pdf")
@may("payout.see")
def list_paper(payout_id: int) -> AnyResponse:
    """The frozen list. ``ban_in=1``: the original, for whoever has just printed it; else a copy."""
    payout = _payout(payout_id)
    paper = _frozen(payout)
    return pdf.answer(prints.pdf(paper, by=actor(), ordinal=request.args.get("ban_in", "")), paper.file_name)


@blueprint.get("/chuyen-khoan.xlsx")
@may("payout.see")
def bank_excel(payout_id: int) -> AnyResponse:
    """The frozen list for the bank as Excel: the very rows of the paper, under its check code."""
    payout = _payout(payout_id)
    if payout.method != "bank":
        raise NotFound(_("Không có giấy này."))
    paper = _frozen(payout)
    rows = paper.frozen["rows"]
    columns = [
        Column("STT", lambda r: r[0], "number", 8),
        Column("Chủ tài khoản", lambda r: r[1]["holder"], width=32),
        Column("Số tài khoản", lambda r: r[1]["number"], width=24),
        Column("Ngân hàng", lambda r: r[1]["bank"], width=30),
        Column("Số tiền (₫)", lambda r: r[1]["amount"], "money"),
        Column("Nội dung chuyển", lambda r: r[1]["memo"], width=48),
    ]
    proof, mark = paper.frozen["proof"], paper.frozen["list_mark"]
    title = f"{paper.frozen['title']} (bản sao). Dấu danh sách: {mark}. Mã kiểm tra: {proof['code']}, {proof['place']}"
    name = paper.file_name.removesuffix(".pdf")
    return workbook(name, columns, enumerate(rows, start=1), title=title, total={4: paper.amount})


@blueprint.post("/phieu/<int:document_id>.pdf")
@may("paper.issue")
def print_voucher(payout_id: int, document_id: int) -> AnyResponse:
    """Issue a document's voucher if need be, write down the printing, and show it."""
    payout = _payout(payout_id)
    require("paper.issue", payout.unit_id)
    document = vouchers.of_list(payout, document_id)
    with writing():
        printed = vouchers.issue_and_print(payout, document, by=actor())
    return redirect(url_for(".voucher", payout_id=payout.id, document_id=document_id, ban_in=printed.ordinal), 303)


@blueprint.get("/phieu/<int:document_id>.pdf")
@may("payout.see")
def voucher(payout_id: int, document_id: int) -> AnyResponse:
    """An issued voucher. ``ban_in=1``: the original, for whoever has just printed it; else a copy."""
    payout = _payout(payout_id)
    document = vouchers.of_list(payout, document_id)
    paper = vouchers.find(document)
    if paper is None:
        flash(_("%(label)s chưa ra phiếu. Xin bấm “In phiếu” ở mục Giấy tờ.", label=document.label), "stop")
        return redirect(url_for("payouts.show", payout_id=payout.id), 303)
    return pdf.answer(prints.pdf(paper, by=actor(), ordinal=request.args.get("ban_in", "")), paper.file_name)


def _payout(payout_id: int) -> Payout:
    payout = lists.get_payout(payout_id)
    require("payout.see", payout.unit_id)
    return payout


def _frozen(payout: Payout) -> IssuedPaper:
    """The paper, when it was issued; that its names are taken away is noted in each of their files."""
    paper = list_papers.find(payout)
    if paper is None:
        raise NotFound(_("Không có giấy này."))
    with writing():
        openings.log_many(list_papers.recipients_of(payout), "list", by=actor())
    return paper
