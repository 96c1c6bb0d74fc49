"""A decision is signed through the approvals: the secretary asks, chair or vice-chair signs what was shown.

Policies look at all that decisions take from its campaigns, asked in the same month (``decision_sums``).
"""

from collections.abc import Iterable

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.pairs import Part
from khuyenhoc.approvals.registry import Approvable, Description, Fact, register
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.awards import annexes, decision_sums, decisions, files, promises, signing
from khuyenhoc.awards.decision_tables import KINDS, Decision
from khuyenhoc.awards.funding import Plan
from khuyenhoc.awards.programme_tables import Programme
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import figures, show
from khuyenhoc.core.names import clean_lines
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds import closing, purposes
from khuyenhoc.funds.campaigns import KINDS as CAMPAIGN_KINDS
from khuyenhoc.funds.campaigns import Campaign, campaign_by_id
from khuyenhoc.funds.items import item_by_id
from khuyenhoc.ledger import open_work
from khuyenhoc.org.users import User

KIND = decision_sums.KIND
SUBJECT = signing.SUBJECT


def ask(decision: Decision, *, by: User, note: str = "") -> Request:
    """Put a draft before whoever may sign it. Refused at once when the funding lines or the stock cannot bear it.

    Pressed twice by the same person with the same words it is asked once.
    """
    decisions.require_step(decision, "change", by)
    known = requests.find_waiting(KIND, SUBJECT, decision.id)
    if known is not None and known.asked_by == by.id and known.reason == clean_lines(note):
        return known
    awards = decisions.awards_of(decision)
    signing.require_unchanged(decision, awards)
    if decision.kind != "withdrawal":
        files.require_no_other_award(awards)
        signing.require_quotas(decision, awards)
        plan = signing.plan_of(decision, awards)
        promises.require_bearable(decision.programme, plan)
        promises.require_eligible(awards, plan)
    return requests.ask(
        KIND,
        unit_id=decision.unit_id,
        subject_kind=SUBJECT,
        subject_id=decision.id,
        by=by,
        reason=note,
        amount=decision.amount,
    )


def drop(decision: Decision, *, by: User) -> None:
    """Let a draft go; a request that waits for its signature lapses."""
    decisions.drop(decision, by=by)
    waiting = requests.find_waiting(KIND, SUBJECT, decision.id)
    if waiting is not None:
        requests.lapse(waiting, by=by, reason="Dự thảo đã bỏ.")


def waiting_for(decision: Decision) -> Request | None:
    """The request that waits for this draft's signature."""
    return requests.find_waiting(KIND, SUBJECT, decision.id)


def promised(plan: Plan) -> Iterable[tuple[Campaign, str]]:
    """Campaign by campaign what a plan takes, in words: ``4.750.000 ₫; 8 chiếc Xe đạp có sẵn trong kho``."""
    campaigns = dict.fromkeys([*plan.committed, *(campaign for campaign, _item in plan.reserved)])
    for campaign_id in campaigns:
        parts = [show(plan.committed[campaign_id])] if campaign_id in plan.committed else []
        bought = [_pieces(item, n) for (at, item), n in plan.to_buy.items() if at == campaign_id]
        if bought:
            parts = [_("%(money)s (trong đó để mua %(pieces)s)", money=parts[0], pieces=", ".join(bought))]
        stock = [_pieces(item, n) for (at, item), n in plan.reserved.items() if at == campaign_id]
        if stock:
            parts.append(_("%(pieces)s có sẵn trong kho", pieces=", ".join(stock)))
        yield campaign_by_id(campaign_id), "; ".join(parts)


def _pieces(item_id: int, n: int) -> str:
    return item_by_id(item_id).many(n)


def _describe(request: Request) -> Description:
    decision = decisions.get_decision(request.subject_id)
    awards = decisions.awards_of(decision)
    plan = signing.plan_of(decision, awards) if request.is_waiting else None
    facts = [
        Fact(_("Loại"), str(KINDS[decision.kind])),
        Fact(_("Chương trình"), f"{decision.programme.name}, {decision.programme.school_year}"),
        *(
            Fact(one.level, _("%(n)s suất, mỗi suất %(each)s", n=figures(one.count), each=show(one.each)))
            for one in annexes.sums_of(annexes.rows_of(decision))
        ),
        Fact(_("Căn cứ"), decision.basis.replace("\n", "; ")),
        Fact(_("Người lập"), decision.drafted_by_name),
    ]
    if decision.of_id is not None:
        of = decisions.get_decision(decision.of_id)
        label = _("Thu hồi từ") if decision.kind == "withdrawal" else _("Bổ sung cho")
        facts.append(Fact(label, decisions.title_of(of), f"/quyet-dinh/{of.id}"))
    if decision.reason:
        facts.append(Fact(_("Lý do thu hồi"), decision.reason))
    if decision.kind != "withdrawal" and request.is_waiting:  # of what is signed its paper tells
        facts.append(Fact(_("Công bố"), _("%(n)s ngày làm việc", n=decision.programme.publication_days)))
    if plan is not None:
        back = decision.kind == "withdrawal"
        label = _("Trở về %(campaign)s") if back else _("Lấy từ %(campaign)s")
        facts += [Fact(label % {"campaign": campaign.name}, said) for campaign, said in promised(plan)]
        facts += [] if back else purposes.facts_of(campaign for campaign, _said in promised(plan))
    return Description(
        title=decisions.title_of(decision),
        subtitle=_("%(n)s suất", n=figures(decision.count)),
        amount=decision.amount,
        facts=facts,
        warning=" ".join(_warnings(decision, plan)) if plan is not None else "",
        outcome=_outcome(decision),
        button=_("Ký quyết định"),
        url=f"/quyet-dinh/{decision.id}",
    )


def _warnings(decision: Decision, plan: Plan) -> Iterable[str]:
    """What cannot be borne, and which campaign that would give is for another kind of giving."""
    yield from promises.missing_sentences(decision.programme, plan)
    if decision.kind != "withdrawal":
        yield from why_another(decision.programme, (campaign for campaign, _said in promised(plan)))


def why_another(programme: Programme, campaigns: Iterable[Campaign]) -> list[str]:
    """A sentence for each of these campaigns that is for another kind of giving than the programme."""
    what = _("chương trình %(kind)s", kind=str(CAMPAIGN_KINDS[programme.kind]).lower())
    return list(filter(None, (purposes.why_another(campaign, programme.kind, what) for campaign in campaigns)))


def _outcome(decision: Decision) -> str:
    if decision.kind == "withdrawal":
        return _("Ký thì quyết định lấy số QĐ hôm nay; tiền và hiện vật chưa trao của các suất này trở về nguồn.")
    return _("Ký thì quyết định lấy số QĐ hôm nay; tiền và hiện vật cho các suất này được dành riêng trong sổ.")


def _fingerprint(request: Request) -> str:
    return signing.shown(decisions.get_decision(request.subject_id))


def _parts(request: Request) -> Iterable[Part]:
    return [*signing.parts_of(decisions.get_decision(request.subject_id)), *requests.asked_before(request)]


def _bars(request: Request, user: User) -> str:
    return signing.why_barred(decisions.get_decision(request.subject_id), user)


def _carry_out(request: Request, /, *, by: User) -> None:
    decision = decisions.get_decision(request.subject_id)
    earlier = [db.session.get_one(User, one.user_id) for one in request.given if one.user_id != by.id]
    signing.require_unbound(decision, earlier)
    signing.sign(decision, by=by)


def _concerns(request: Request, campaign: Campaign) -> bool:
    programme = decisions.get_decision(request.subject_id).programme
    return any(line.campaign_id == campaign.id for line in programme.funding)


closing.register("decisions", open_work.waiting_for(KIND, _concerns))
register(
    Approvable(
        kind=KIND,
        title=_l("Ký quyết định"),
        describe=_describe,
        fingerprint=_fingerprint,
        carry_out=_carry_out,
        participants=_parts,
        total=decision_sums.total,
        added=decision_sums.added,
        needs_reason=False,
        step="decide",
        bars=_bars,
    )
)
