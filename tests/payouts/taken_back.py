"""The verbs of taking goods back: hand over, ask, approve; for tests."""

from collections.abc import Sequence

from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.core.database import db, writing
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.users import User
from khuyenhoc.payouts import lists, taking_back
from khuyenhoc.payouts.payout_tables import Payout, PayoutLine
from tests.awards import deciding
from tests.awards.award_world import AwardWorld
from tests.goods import stocked

WHY = "Đánh dấu nhầm, em chưa đến"


def handed_over(world: AwardWorld, n: int = 3, *numbers: str) -> tuple[Payout, Document, list[PayoutLine]]:
    """So many bicycles given in kind, decided and handed over at once; the first ones by these frame numbers."""
    lot = stocked.given(world, n)
    if numbers:
        stocked.number(world, lot, *numbers)
    decision = stocked.decided(world, n)
    if numbers:
        stocked.mean(world, decision, *numbers)
    payout = stocked.listed(world, decision)
    document = stocked.hand_over(world, payout)
    return payout, document, lists.lines_of(payout)


def ask(world: AwardWorld, payout: Payout, lines: Sequence[PayoutLine], by: User | None = None) -> Request:
    """The secretary asks that these lines' goods be taken back."""
    with writing():
        return taking_back.ask(payout, [line.id for line in lines], reason=WHY, by=by or world.secretary)


def approve(world: AwardWorld, request: Request, by: User | None = None, shown: str = "") -> Outcome:
    """The chair approves what stands there."""
    return deciding.approve(request, by or world.chair, *([shown] if shown else []))


def taken_back(world: AwardWorld, payout: Payout, lines: Sequence[PayoutLine]) -> Document | None:
    """Asked and approved; gives the document by which the rest was recorded again."""
    old = {line.document_id for line in lines}
    assert approve(world, ask(world, payout, lines)) is Outcome.DONE
    db.session.expire_all()
    return db.session.query(Document).filter(Document.replaces_id.in_(old)).one_or_none()
