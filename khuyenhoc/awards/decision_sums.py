"""What decisions take out of a campaign in a month, for the sums that policies look at.

A decision promises, lists and purchases pay: so decisions are added to decisions only, and no đồng counts twice.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import func, select

from khuyenhoc.approvals.registry import Added
from khuyenhoc.approvals.request_tables import STATES, Request
from khuyenhoc.awards import decisions
from khuyenhoc.awards.award_tables import Award, AwardShare
from khuyenhoc.awards.decision_tables import SIGNED, Decision, DecisionLine
from khuyenhoc.awards.promises import LIVE
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong, figures
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds.campaigns import some_campaigns
from khuyenhoc.ledger import outflows
from khuyenhoc.ledger.outflows import Question

KIND = "decision"


def total(request: Request) -> Dong:
    """The sum that policies look at; of a draft as it stands now. A withdrawal takes nothing out: it counts alone."""
    decision = decisions.get_decision(request.subject_id)
    if decision.kind == "withdrawal":
        return max(request.amount, decision.amount)
    return outflows.total(request)


def added(request: Request) -> Sequence[Added]:
    """What is summed up for a decision, itself included."""
    decision = decisions.get_decision(request.subject_id)
    return () if decision.kind == "withdrawal" else outflows.added(request)


def _question(request: Request) -> Question:
    """All that decisions take from the same campaigns, asked in the same month, whoever gets it."""
    decision = decisions.get_decision(request.subject_id)
    campaigns = _campaigns([decision])[decision.id]
    return outflows.question(campaigns, clock.from_stamp(request.asked_at).date(), [], KIND)


def _going_out(question: Question) -> Iterable[Added]:
    """Decisions asked for in the month, waiting or signed; not what was taken back or nobody came for."""
    if question.kind != KIND:
        return
    asked = _asked(question)
    campaigns, live = _campaigns([one for _request, one in asked]), _live([one for _request, one in asked])
    for request, decision in asked:
        amount = live[decision.id] if decision.state in SIGNED else decision.amount
        if amount and not question.campaign_ids.isdisjoint(campaigns[decision.id]):
            yield Added(
                KIND,
                decision.id,
                clock.from_stamp(request.asked_at).date(),
                decisions.title_of(decision),
                _("%(n)s người nhận", n=figures(decision.count)),
                str(STATES[request.state]),
                amount,
                f"/quyet-dinh/{decision.id}",
            )


def _asked(question: Question) -> list[tuple[Request, Decision]]:
    units = {campaign.unit_id for campaign in some_campaigns(question.campaign_ids)}
    begins, ends = (clock.stamp(clock.midnight(day)) for day in (question.first, question.following))
    query = (
        select(Request, Decision)
        .join(Decision, Decision.id == Request.subject_id)
        .where(
            Request.kind == KIND,
            Request.unit_id.in_(sorted(units)),
            Request.state.in_(("waiting", "approved")),
            Request.asked_at >= begins,
            Request.asked_at < ends,
            Decision.kind != "withdrawal",
            Decision.state != "dropped",
        )
    )
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(Request.id))]


def _campaigns(some: Sequence[Decision]) -> dict[int, set[int]]:
    """Decision → the campaigns that it took from; of a draft, all that the programme lets pay for its levels.

    From which of those it will take is known when it is signed, and follows what others leave there.
    """
    found: dict[int, set[int]] = defaultdict(set)
    signed = [decision.id for decision in some if decision.state in SIGNED]
    query = select(Award.decision_id, AwardShare.campaign_id).join(AwardShare, AwardShare.award_id == Award.id)
    for decision_id, campaign_id in db.session.execute(query.where(Award.decision_id.in_(signed)).distinct()):
        found[decision_id or 0].add(campaign_id)
    drafts = [decision for decision in some if decision.state not in SIGNED]
    levels = select(DecisionLine.decision_id, DecisionLine.level_id).distinct()
    wanted: dict[int, set[int]] = defaultdict(set)
    for decision_id, level_id in db.session.execute(levels.where(DecisionLine.decision_id.in_([d.id for d in drafts]))):
        wanted[decision_id].add(level_id)
    for decision in drafts:
        mine = (line for line in decision.programme.funding if line.level_id in {None, *wanted[decision.id]})
        found[decision.id] = {line.campaign_id for line in mine}
    return found


def _live(some: Iterable[Decision]) -> dict[int, Dong]:
    """Decision → đồng of its awards that still stand."""
    query = (
        select(DecisionLine.decision_id, func.sum(DecisionLine.amount))
        .join(Award, Award.id == DecisionLine.award_id)
        .where(DecisionLine.decision_id.in_([decision.id for decision in some]), Award.state.in_(LIVE))
        .group_by(DecisionLine.decision_id)
    )
    return defaultdict(int, {decision_id: int(amount) for decision_id, amount in db.session.execute(query)})


outflows.register("decisions", _going_out, {KIND: _question})
