"""The verbs of deciding: draft, put before the chair, sign, publish; for tests that begin there."""

from collections.abc import Sequence
from typing import Any

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.awards import decision_approvals, decisions, publication
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.committee_tables import Conflict
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.awards.programme_tables import LevelItem, Programme
from khuyenhoc.core import clock
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import db, writing
from khuyenhoc.history.events import record
from khuyenhoc.ledger import balances
from khuyenhoc.org.users import User
from tests.awards.award_world import AwardWorld, level

BASIS = "Điều lệ Hội Khuyến học\nBiên bản họp Hội đồng xét ngày 14/8/2026"


def bicycles(
    world: AwardWorld, code: str = "XD26", pieces: int = 1, levels: Sequence[str] = ("XE",), **more: Any
) -> Programme:
    """A programme each of whose levels (by code) is so many bicycles, from the campaign of the bicycles."""
    programme = world.programme(
        code,
        name="Xe đạp đến trường",
        kind="bicycle",
        levels=[level(one, pieces * world.world.bicycle.unit_value) for one in levels],
        **{"funding": [(world.world.bicycles, None)], **more},
    )
    with writing():
        for one in programme.levels:
            one.items = [LevelItem(item_id=world.world.bicycle.id, quantity=pieces, programme_id=programme.id)]
        record("programme.changed", programme, by=world.secretary, unit_id=world.unit.id)
    return programme


def draft(world: AwardWorld, programme: Programme, awards: Sequence[Award] | None = None, key: str = "") -> Decision:
    """The secretary drafts; everything that is recommended, unless some are named."""
    awards = decisions.recommended(programme) if awards is None else awards
    with writing():
        return decisions.draft(programme, awards, basis=BASIS, by=world.secretary, key=key or token())


def withdraw(world: AwardWorld, decision: Decision, awards: Sequence[Award], key: str = "") -> Decision:
    """The secretary drafts a withdrawal."""
    with writing():
        return decisions.draft_withdrawal(
            decision,
            awards,
            basis=BASIS,
            reason="Gia đình đã chuyển đi nơi khác",
            by=world.secretary,
            key=key or token(),
        )


def ask(world: AwardWorld, decision: Decision) -> Request:
    """The secretary puts it before whoever may sign."""
    with writing():
        return decision_approvals.ask(decision, by=world.secretary)


def sign(world: AwardWorld, decision: Decision, by: User | None = None) -> Decision:
    """The chair signs what the approvals show."""
    request = decision_approvals.waiting_for(decision) or ask(world, decision)
    assert approve(request, by or world.chair) is Outcome.DONE
    return decision


def approve(request: Request, by: User, shown: str = "") -> Outcome:
    """Approve what stands there now, or what was shown before."""
    with writing():
        return requests.approve(request, by=by, shown=shown or requests.fingerprint(request))


def decided(world: AwardWorld, programme: Programme, awards: Sequence[Award] | None = None) -> Decision:
    """Drafted, asked, signed."""
    return sign(world, draft(world, programme, awards))


def published(world: AwardWorld, programme: Programme, awards: Sequence[Award] | None = None) -> Decision:
    """Signed, and hung out."""
    decision = decided(world, programme, awards)
    with writing():
        publication.publish(decision, by=world.secretary)
    return decision


def bind(award: Award, user: User, basis: str = "household") -> None:
    """This person is bound to the award."""
    with writing():
        conflict = Conflict(
            award_id=award.id,
            user_id=user.id,
            user_name=user.signature,
            basis=basis,
            reason="Cháu ruột",
            noted_at=clock.stamp(),
        )
        db.session.add(conflict)
        record("conflict.declared", conflict, by=user, unit_id=award.unit_id)


def committed(campaign_id: int) -> int:
    """What a campaign has promised and not paid, in đồng."""
    return balances.held_by(campaign_id, "commitments")


def pieces(campaign_id: int, kind: str) -> int:
    """Pieces of a campaign that are ``free``, or in ``reservations``."""
    return sum(standing.quantity for standing in balances.of_campaign(campaign_id) if standing.kind == kind)
