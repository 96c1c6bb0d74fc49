"""Goods are taken back only after another person's approval, bound to the handover, its lines and their receipts."""

from collections.abc import Iterable, Iterator

from khuyenhoc.approvals.pairs import Part
from khuyenhoc.approvals.registry import Approvable, Description, Fact, register
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.awards import decisions, steps
from khuyenhoc.core.dong import figures, show
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds import closing
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.history import chains, seal
from khuyenhoc.ledger import open_work
from khuyenhoc.ledger.again import first_of
from khuyenhoc.ledger.documents import get_document
from khuyenhoc.org.users import User
from khuyenhoc.payouts import lists, parts, payout_list, taking_back
from khuyenhoc.payouts.payout_tables import Payout, PayoutLine
from khuyenhoc.web.filters import day

MOST_LINES = 40
"""So many lines are told one by one; what is asked is bound to all of them."""


def _describe(request: Request) -> Description:
    document = get_document(request.subject_id)
    payout = taking_back.list_of(document)
    lines, decision = taking_back.asked_for(payout, request), decisions.get_decision(payout.decision_id)
    first, label = first_of(document), document.label
    facts = [
        Fact(_("Chứng từ"), label, f"/chi-trao/{payout.id}"),
        Fact(_("Ngày trao"), day(first.date)),
        Fact(_("Người trao"), first.created_by_name),
        Fact(_("Theo"), decisions.title_of(decision), f"/quyet-dinh/{decision.id}"),
        Fact(_("Chương trình"), decision.programme.name),
        *_facts_of(payout, lines),
    ]
    return Description(
        title=_("Nhận lại hiện vật: %(n)s suất đã trao theo %(label)s", n=figures(len(lines)), label=label),
        subtitle=decision.programme.name,
        amount=request.amount,
        facts=facts,
        warning=_why_not(request, payout, lines) if request.is_waiting else "",
        outcome=_(
            "Duyệt thì %(label)s bị hủy; các suất này lại chờ trao, hiện vật dành lại trong kho. Phần của người khác"
            " được ghi lại trong cùng một lần.",
            label=label,
        ),
        button=_("Duyệt nhận lại %(amount)s", amount=show(request.amount)),
        url=f"/chi-trao/{payout.id}",
    )


def _facts_of(payout: Payout, lines: list[PayoutLine]) -> Iterator[Fact]:
    """Line by line, by application code: no name leaves the list."""
    pieces = payout_list.frame_numbers(payout, (line.award_id for line in lines))
    for line in lines[:MOST_LINES]:
        told = [steps.code_of(line.award), show(line.amount)]
        if pieces.get(line.award_id):
            told.append(_("số khung %(numbers)s", numbers=pieces[line.award_id]))
        yield Fact(_("Dòng %(n)s", n=figures(line.position)), ", ".join(told))
    if len(lines) > MOST_LINES:
        yield Fact(_("Những dòng khác"), _("và %(n)s suất nữa", n=figures(len(lines) - MOST_LINES)))


def _why_not(request: Request, payout: Payout, lines: list[PayoutLine]) -> str:
    try:
        taking_back.require_possible(payout, get_document(request.subject_id), lines)
    except RuleBroken as no:
        return str(no)
    return ""


def _fingerprint(request: Request) -> str:
    """The document and every line that stands on it or is meant, each with its receipt."""
    document = get_document(request.subject_id)
    payout = taking_back.list_of(document)
    meant = set(request.data["lines"])
    ids = [line.id for line in lists.lines_of(payout) if line.id in meant or line.document_id == document.id]
    rows = seal.fingerprints("payout_lines", ids)
    return chains.digest([seal.fingerprint("documents", document.id), [[one, rows[one]] for one in sorted(rows)]])


def _parts(request: Request) -> Iterable[Part]:
    return parts.of_taking_back(taking_back.list_of(get_document(request.subject_id)))


def _carry_out(request: Request, /, *, by: User) -> None:
    taking_back.carry_out(request, by=by)


def _concerns(request: Request, campaign: Campaign) -> bool:
    return any(line.campaign_id == campaign.id for line in get_document(request.subject_id).lines)


closing.register("handovers taken back", open_work.waiting_for(taking_back.KIND, _concerns))
register(
    Approvable(
        kind=taking_back.KIND,
        title=_l("Nhận lại hiện vật"),
        describe=_describe,
        fingerprint=_fingerprint,
        carry_out=_carry_out,
        participants=_parts,
    )
)
