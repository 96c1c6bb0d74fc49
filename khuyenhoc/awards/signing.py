"""Signing: the deed by which a decision takes effect, and the books promise what it says.

An award decision sets money and pieces aside, a withdrawal gives back exactly what is not yet paid or handed over;
each is one document of series QĐ. Under the unit's lock the plan is made anew, so that of two decisions about the same
money the second finds what the first has left; behind that stand the database's own guards.
"""

import dataclasses
import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, select

from khuyenhoc.approvals import pairs, requests
from khuyenhoc.approvals.pairs import Part
from khuyenhoc.awards import annexes, conflicts, decision_papers, decisions, files, promises, steps
from khuyenhoc.awards.award_tables import Award, AwardShare
from khuyenhoc.awards.committee_tables import BASES, Conflict
from khuyenhoc.awards.decision_tables import Decision, DecisionLine
from khuyenhoc.awards.funding import Plan, Share
from khuyenhoc.core import clock, fixed
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.errors import NotAllowed, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds.campaigns import campaign_by_id, require_takes
from khuyenhoc.history import chains
from khuyenhoc.history.events import Event, record
from khuyenhoc.ledger import documents
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.documents import Draft
from khuyenhoc.ledger.followers import Use
from khuyenhoc.org.users import User

SUBJECT = "decision"
"""What requests to sign are about."""

PREPARING = ("decision.drafted", "decision.changed")
AT_ONCE = 500


def sign(decision: Decision, *, by: User) -> Document:
    """Let a draft take effect: number, promises, awards decided (or taken back), the frozen paper. All or nothing.

    Done through an approval (``decision_approvals``). Raises CannotBear in đồng and pieces, NotAllowed and SamePerson
    for who may not, RuleBroken where an award is no longer what the draft says.
    """
    chains.lock(decision.unit_id)
    db.session.refresh(decision)
    decisions.require_step(decision, "sign", by)
    back = decision.kind == "withdrawal"  # else the step asks about whoever nominated, award by award
    pairs.require_other_person("decide", by, parts_of(decision) if back else _preparers(decision))
    bar = why_barred(decision, by)
    if bar:
        raise NotAllowed(bar)
    day, awards = clock.today(), decisions.awards_of(decision, fresh=True)
    document = _take_back(decision, awards, day, by) if back else _decide(decision, awards, day, by)
    decision.document, decision.decided_on = document, day
    decision.state, decision.signed_by, decision.signed_by_name = "decided", by.id, by.signature
    record("decision.signed", decision, by=by, unit_id=decision.unit_id, details={"label": document.label})
    decision_papers.issue(decision, signer=by)
    return document


def plan_of(decision: Decision, awards: Sequence[Award], on: datetime.date | None = None) -> Plan:
    """What signing would set aside now; of a withdrawal, what it would give back."""
    if decision.kind != "withdrawal":
        return promises.plan_for(decision.programme, awards, on)
    return promised_to(awards)


def promised_to(awards: Sequence[Award]) -> Plan:
    """What stands promised to these awards and is neither paid nor handed over: what a withdrawal gives back."""
    decisions.load_shares(awards)
    return Plan({award.id: tuple(_still_promised(award)) for award in awards}, ())


Lines = Mapping[int, tuple[int, Dong]]
"""Award id → level id and đồng, as a draft has them."""


def require_unchanged(decision: Decision, awards: Sequence[Award], lines: Lines | None = None) -> None:
    """RuleBroken when an award is no longer what the draft says: another level, another amount, another state."""
    lines = lines_of(decision) if lines is None else lines
    worth = {level.id: level.amount for level in decision.programme.levels}
    back = decision.kind == "withdrawal"
    for award in awards:
        level_id, amount = lines[award.id]
        if back and (award.decision_id != decision.of_id or award.state not in promises.PROMISED):
            raise RuleBroken(_paid(award))
        if not back and award.state != "recommended":
            raise RuleBroken(_("Hồ sơ %(code)s không còn được đề nghị.", code=steps.code_of(award)))
        if not back and (level_id != award.level_id or amount != worth[level_id]):
            code = steps.code_of(award)
            raise RuleBroken(_("Mức của hồ sơ %(code)s đã đổi. Xin sửa dự thảo rồi trình lại.", code=code))


def lines_of(decision: Decision) -> Lines:
    """What the draft says of each award."""
    query = select(DecisionLine.award_id, DecisionLine.level_id, DecisionLine.amount)
    rows = db.session.execute(query.where(DecisionLine.decision_id == decision.id))
    return {award_id: (level_id, amount) for award_id, level_id, amount in rows}


def _paid(award: Award) -> str:
    return _("Hồ sơ %(code)s đã chi hoặc đã trao, không thu hồi được nữa.", code=steps.code_of(award))


def parts_of(decision: Decision) -> list[Part]:
    """Who prepared the decision, and who nominated or confirmed any award in it."""
    mine = select(DecisionLine.award_id).where(DecisionLine.decision_id == decision.id)
    told = select(Event.actor_id).where(
        Event.subject_table == "awards", Event.subject_id.in_(mine), Event.action.in_(steps.NOMINATING)
    )
    named = select(Award.nominated_by, Award.confirmed_by).where(Award.id.in_(mine)).distinct()
    nominators = set(db.session.scalars(told.distinct()))
    for one, other in db.session.execute(named):
        nominators |= {user_id for user_id in (one, other) if user_id is not None}
    return [*_preparers(decision), *(("nominate", user_id) for user_id in sorted(nominators))]


def _preparers(decision: Decision) -> list[Part]:
    prepared = select(Event.actor_id).where(
        Event.subject_table == "decisions", Event.subject_id == decision.id, Event.action.in_(PREPARING)
    )
    preparers = {decision.drafted_by, *db.session.scalars(prepared.distinct())}
    return [("prepare", user_id) for user_id in sorted(preparers)]


def parts_in_payment(decision: Decision) -> list[Part]:
    """What of the decision counts in the case of whatever is paid, bought or handed over for it.

    Who drafted or changed it has prepared, each who signed it has decided. Who nominated has no part in the money.
    """
    asked = requests.about(SUBJECT, decision.id)
    signed = {one.user_id for request in asked if request.state == "approved" for one in request.given}
    if decision.signed_by is not None:
        signed.add(decision.signed_by)
    return [*_preparers(decision), *(("decide", user_id) for user_id in sorted(signed))]


def why_barred(decision: Decision, user: User) -> str:
    """The sentence that keeps a person bound to one of the awards from signing; empty when nothing does."""
    bound = _bound(decision, user)
    if bound is None:
        return ""
    return _(
        "%(you)s có liên quan đến hồ sơ %(code)s (%(basis)s) nên không ký quyết định này.",
        you=user.address_form.capitalize(),
        code=steps.code_of(bound[0]),
        basis=str(BASES[bound[1]]).lower(),
    )


def require_unbound(decision: Decision, signers: Iterable[User]) -> None:
    """NotAllowed where one of several signers has named meanwhile what binds them: that signature does not count."""
    for user in signers:
        if bound := _bound(decision, user):
            sentence = _(
                "%(name)s đã ký, và có liên quan đến hồ sơ %(code)s (%(basis)s), nên chữ ký ấy không tính."
                " Xin trả lại để trình cho người khác ký.",
                name=user.signature,
                code=steps.code_of(bound[0]),
                basis=str(BASES[bound[1]]).lower(),
            )
            raise NotAllowed(sentence)


def _bound(decision: Decision, user: User) -> tuple[Award, str] | None:
    """The first award to which this person is bound, and how."""
    query = (
        select(Conflict, Award)
        .join(DecisionLine, DecisionLine.award_id == Conflict.award_id)
        .join(Award, Award.id == Conflict.award_id)
        .where(DecisionLine.decision_id == decision.id, Conflict.user_id == user.id)
    )
    found = db.session.execute(query.order_by(DecisionLine.position).limit(1)).first()
    return (found[1], found[0].basis) if found is not None else _tied(decision, user)


def _tied(decision: Decision, user: User) -> tuple[Award, str] | None:
    """The first award to which what this person has named (a class, a household, a relative) binds them, and how."""
    ties = conflicts.ties_of([user.id])
    for award in decisions.awards_of(decision) if ties else ():
        if basis := conflicts.found(award, [user], ties).get(user.id):
            return award, basis
    return None


def _decide(decision: Decision, awards: Sequence[Award], day: datetime.date, by: User) -> Document:
    programme = decision.programme
    lines = lines_of(decision)
    require_unchanged(decision, awards, lines)
    files.require_no_other_award(awards)
    require_quotas(decision, awards)
    plan = promises.plan_for(programme, awards, day)
    promises.require_bearable(programme, plan, day)
    promises.require_eligible(awards, plan)
    for campaign_id in {share.campaign_id for shares in plan.shares.values() for share in shares}:
        require_takes(campaign_by_id(campaign_id), day)
    document = _post(decision, plan, day, by, promises.uses_of(awards, plan))
    _write_shares(plan)
    each = {award_id: {"decision_id": decision.id, "amount": amount} for award_id, (_level, amount) in lines.items()}
    steps.take_many(awards, "decide", by=by, each=each, fresh=True)
    return document


def _take_back(decision: Decision, awards: Sequence[Award], day: datetime.date, by: User) -> Document:
    require_unchanged(decision, awards)
    plan = plan_of(decision, awards)
    document = _post(decision, plan, day, by, promises.uses_of(awards, plan, -1), sign=-1)
    steps.take_many(awards, "cancel", by=by, reason=decision.reason)
    return document


def _post(
    decision: Decision, plan: Plan, day: datetime.date, by: User, uses: Sequence[Use], *, sign: int = 1
) -> Document:
    lines = promises.lines_of(decision.unit_id, plan.committed, plan.reserved, sign)
    deed = {"award": "Trao", "supplementary": "Trao bổ sung", "withdrawal": "Thu hồi"}[decision.kind]
    draft = Draft(
        kind="commitment",
        unit_id=decision.unit_id,
        series="QĐ",
        date=day,
        memo=f"{deed} {decision.count} suất: {decision.programme.name}",  # the books speak Vietnamese
        lines=lines,
        key=f"decision:{decision.id}",
        amount=decision.amount,
        details={"decision": decision.id},
        uses=uses,
    )
    return documents.post(draft, by=by)


def _still_promised(award: Award) -> Iterable[Share]:
    """An award's shares as they stand: money still set aside, pieces still reserved."""
    for share in award.shares:
        yield Share(share.campaign_id, share.amount, share.item_id, share.quantity)


def _write_shares(plan: Plan) -> None:
    table = AwardShare.__table__
    assert isinstance(table, Table)
    rows: list[dict[str, Any]] = [
        {
            "award_id": award_id,
            "position": place,
            "campaign_id": share.campaign_id,
            "amount": share.amount,
            "item_id": share.item_id,
            "quantity": share.quantity,
        }
        for award_id, shares in plan.shares.items()
        for place, share in enumerate(shares, start=1)
    ]
    for start in range(0, len(rows), AT_ONCE):
        fixed.insert(table, rows[start : start + AT_ONCE])


def require_quotas(decision: Decision, awards: Sequence[Award]) -> None:
    """RuleBroken when a level would be given more often than the programme says."""
    wanted = Counter(award.level_id for award in awards)
    for level in decision.programme.levels:
        asked = wanted[level.id]
        if level.quota is None or not asked:
            continue
        query = select(Award.id).where(Award.level_id == level.id, Award.state.in_(promises.LIVE))
        given = len(db.session.scalars(query).all())
        if given + asked > level.quota:
            raise RuleBroken(
                _(
                    "Mức “%(level)s” có %(quota)s suất, đã quyết định %(given)s; quyết định này có %(asked)s suất.",
                    level=level.label,
                    quota=level.quota,
                    given=given,
                    asked=asked,
                )
            )


def shown(decision: Decision) -> str:
    """What a signer is shown, as it stands now: what the paper would say, its annex, and what is set aside where."""
    awards = decisions.awards_of(decision)
    plan = plan_of(decision, awards)
    pieces = [sorted([c, i, n] for (c, i), n in some.items()) for some in (plan.reserved, plan.to_buy)]
    money = sorted([campaign, amount] for campaign, amount in plan.committed.items())
    missing = [list(one) for one in plan.missing]
    paper = decision_papers.known(decision, clock.today())
    return chains.digest(
        [
            [decision.id, decision.state],
            dataclasses.astuple(paper.pop("heading")),
            list(paper.values()),
            annexes.digest(annexes.rows_of(decision)),
            money,
            pieces,
            missing,
        ]
    )
