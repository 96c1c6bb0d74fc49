"""The verbs of paying: prepare a list, approve it, pay it, write down who received; for tests."""

from collections.abc import Sequence
from typing import Any

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import db, writing
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.users import User
from khuyenhoc.payouts import lists, outcomes, paying
from khuyenhoc.payouts.payout_tables import Payout, PayoutLine
from khuyenhoc.payouts.receiving import Receipt
from khuyenhoc.proof.verify import verify
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld
from tests.support.world import DAY

MOTHER = Receipt("Nguyễn Thị Mẹ", "mẹ", None, "Cô Hồ Thị Nháp")


def money(world: AwardWorld, n: int = 3, *, cash: int = 5 * MILLION) -> Decision:
    """So many awards of a million each, decided, published, nothing left to wait for."""
    world.money(cash)
    programme = world.programme(publication_days=0)
    world.awards(programme, n, "recommended")
    return deciding.published(world, programme)


def transfers(world: AwardWorld, n: int = 2) -> Decision:
    """So many awards of a million each, for pupils with a bank account, published."""
    ward = world.world
    ward.post("gift", "NH", ward.line(ward.bank, "received", n * MILLION, world.scholarships))
    programme = world.programme(publication_days=0)
    for number in range(n):
        pupil = world.pupil(bank_name="MB", bank_number=f"99900{number}", bank_holder="NGUYEN VAN PHU HUYNH")
        world.award(programme, "recommended", recipient=pupil)
    return deciding.published(world, programme)


def goods(world: AwardWorld, n: int = 2) -> Decision:
    """So many bicycles, given in kind and decided."""
    world.world.bicycles_given(n)
    programme = deciding.bicycles(world, publication_days=0)
    world.awards(programme, n, "recommended")
    return deciding.published(world, programme)


def prepare(world: AwardWorld, decision: Decision, method: str = "cash", **more: Any) -> Payout:
    """The accountant prepares a list of everything that is ready."""
    account = {"cash": world.world.cash, "bank": world.world.bank, "goods": None}[method]
    values: dict[str, Any] = {
        "awards": lists.ready(decision),
        "method": method,
        "account": account,
        "planned_on": DAY,
        "place": "Hội trường phường",
        "by": world.accountant,
        "key": token(),
        **more,
    }
    with writing():
        return lists.prepare(decision, **values)


def request_of(payout: Payout) -> Request:
    """The request that waits for this list."""
    request = requests.find_waiting(lists.KIND, lists.SUBJECT, payout.id)
    assert request is not None
    return request


def approve(world: AwardWorld, payout: Payout, by: User | None = None) -> Payout:
    """The chair approves what stands there."""
    request = request_of(payout)
    with writing():
        requests.approve(request, by=by or world.chair, shown=requests.fingerprint(request))
    db.session.refresh(payout)
    return payout


def pay(world: AwardWorld, payout: Payout, by: User | None = None) -> Document:
    """The treasurer pays."""
    with writing():
        return paying.pay(payout, by=by or world.treasurer)


def paid(world: AwardWorld, n: int = 3) -> tuple[Payout, list[PayoutLine]]:
    """A cash list, paid."""
    payout = approve(world, prepare(world, money(world, n)))
    pay(world, payout)
    return payout, lists.lines_of(payout)


def receive(world: AwardWorld, payout: Payout, lines: Sequence[PayoutLine], receipt: Receipt = MOTHER) -> None:
    """The secretary writes down who received."""
    with writing():
        outcomes.receive(payout, {line.id: receipt for line in lines}, by=world.secretary)


def stay_away(world: AwardWorld, payout: Payout, lines: Sequence[PayoutLine]) -> Document | None:
    """Some did not come: the treasurer has their cash back in the box."""
    with writing():
        return outcomes.absent(payout, [line.id for line in lines], by=world.treasurer, key=token())


def states(lines: Sequence[PayoutLine]) -> list[str]:
    """The states of the awards on these lines."""
    db.session.expire_all()
    return [line.award.state for line in lines]


def holds() -> bool:
    """Whether every promise of the books is kept."""
    db.session.rollback()
    report = verify()
    assert [(answer.check.name, answer.violations) for answer in report.answers if not answer.ok] == []
    return report.ok
