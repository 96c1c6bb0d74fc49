"""A list is paid only after another person's approval, bound to its names and amounts."""

from collections.abc import Iterable

from khuyenhoc.approvals.pairs import Part
from khuyenhoc.approvals.registry import Approvable, Description, Fact, register
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.awards import decisions
from khuyenhoc.awards.decision_approvals import why_another
from khuyenhoc.core.dong import figures, show
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds import closing, purposes
from khuyenhoc.funds.campaigns import Campaign, some_campaigns
from khuyenhoc.history import chains, seal
from khuyenhoc.history.events import record
from khuyenhoc.ledger import bars, open_work, outflows
from khuyenhoc.ledger.accounts import get_account
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.outflows import Question
from khuyenhoc.org.users import User
from khuyenhoc.payouts import going_out, list_papers, lists, parts, payout_list
from khuyenhoc.payouts.payout_tables import METHODS
from khuyenhoc.web.filters import day


def _describe(request: Request) -> Description:
    payout = lists.get_payout(request.subject_id)
    decision, count = decisions.get_decision(payout.decision_id), len(payout.lines)
    campaigns = some_campaigns(lists.campaigns_of(payout))
    facts = [
        Fact(_("Theo"), decisions.title_of(decision), f"/quyet-dinh/{decision.id}"),
        Fact(_("Chương trình"), decision.programme.name),
        *purposes.facts_of(campaigns),
        Fact(_("Cách trao"), str(METHODS[payout.method])),
        Fact(_("Số suất"), figures(count)),
        Fact(_("Ngày trao dự kiến"), day(payout.planned_on)),
        Fact(_("Người lập"), payout.prepared_by_name),
        Fact(_("Dấu danh sách"), lists.mark(payout)),
    ]
    if payout.account_id is not None:
        facts.insert(3, Fact(_("Chi từ"), get_account(payout.account_id).label))
    if payout.place:
        facts.append(Fact(_("Nơi trao"), payout.place))
    return Description(
        title=_("Chi theo danh sách %(n)s suất: %(programme)s", n=figures(count), programme=decision.programme.name),
        subtitle=str(METHODS[payout.method]),
        amount=payout.amount,
        facts=facts,
        warning=" ".join(why_another(decision.programme, campaigns)) if request.is_waiting else "",
        outcome=_("Duyệt thì thủ quỹ được chi đúng danh sách này; khác một tên hay một đồng là danh sách khác."),
        button=_("Duyệt chi %(amount)s", amount=show(payout.amount)),
        url=f"/chi-trao/{payout.id}",
    )


def _fingerprint(request: Request) -> str:
    payout = lists.get_payout(request.subject_id)
    rows = lists.lines_of(payout)
    return chains.digest([seal.fingerprint("payouts", payout.id), lists.fingerprint(payout, rows)])


def _parts(request: Request) -> Iterable[Part]:
    return parts.prepared(lists.get_payout(request.subject_id))


def _question(request: Request) -> Question:
    payout = lists.get_payout(request.subject_id)
    return outflows.question(lists.campaigns_of(payout), payout.planned_on, going_out.payees_of(payout), lists.KIND)


def _carry_out(request: Request, /, *, by: User) -> None:
    payout = lists.get_payout(request.subject_id)
    if not lists.is_as_prepared(payout):
        sentence = _("Tài khoản nhận tiền đã đổi sau khi lập danh sách. Xin trả lại để lập danh sách khác.")
        raise RuleBroken(sentence)
    payout.state, payout.approved_by, payout.approved_by_name = "approved", by.id, by.signature
    record("payout.approved", payout, by=by, unit_id=payout.unit_id)
    list_papers.issue(payout, by=by)


def _concerns(request: Request, campaign: Campaign) -> bool:
    return campaign.id in lists.campaigns_of(lists.get_payout(request.subject_id))


def _bar(document: Document) -> str:
    """What a decision promised, or a list paid, handed over or kept, is not voided behind the backs of its awards.

    A handover goes when its lines have been taken from it (``taking_back``).
    """
    if document.kind == "commitment" and document.idempotency_key.startswith("decision:"):
        return _("Không hủy được %(label)s: xin lập quyết định thu hồi.", label=document.label)
    if document.kind == "handover" and payout_list.is_stood_on(document):
        return _(
            "Không hủy được %(label)s: hiện vật đã trao theo chứng từ này. Trao nhầm, hoặc mang trả lại thì xin đề nghị"
            " nhận lại hiện vật ở trang danh sách.",
            label=document.label,
        )
    if document.kind in ("payment", "hold") and payout_list.find_by_document(document):
        return _(
            "Không hủy được %(label)s: danh sách đã chi, đã trao theo chứng từ này. Suất không ai nhận thì trả về"
            " chiến dịch.",
            label=document.label,
        )
    return ""


bars.register("payouts", _bar)
closing.register("payouts", open_work.waiting_for(lists.KIND, _concerns))
outflows.register("payouts", going_out.of_lists, {lists.KIND: _question})
register(
    Approvable(
        kind=lists.KIND,
        title=_l("Chi theo danh sách"),
        describe=_describe,
        fingerprint=_fingerprint,
        carry_out=_carry_out,
        participants=_parts,
        total=outflows.total,
        added=outflows.added,
        needs_reason=False,
    )
)
