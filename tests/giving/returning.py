"""The verbs of giving a gift back: ask, approve, pay, void; for tests."""

from typing import Any

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import db, writing
from khuyenhoc.giving import refunds
from khuyenhoc.ledger import approvables, payment_orders, payments
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.payment_tables import PaymentOrder
from khuyenhoc.org.users import User
from khuyenhoc.proof.verify import verify
from tests.giving.gift_world import Ward


def ask(ward: Ward, gift: Document, amount: int, **more: Any) -> PaymentOrder:
    """The accountant asks that so much of a gift go back in cash to bà Hoa."""
    values: dict[str, Any] = {
        "campaign": ward.world.bicycles,
        "account": ward.world.cash,
        "person": "Bà Trần Thị Minh Họa",
        "reason": "Chuyển nhầm hai lần",
        "by": ward.accountant,
        "key": token(),
        **more,
    }
    with writing():
        return refunds.ask(gift, values.pop("campaign"), values.pop("account"), amount, **values)


def request_of(order: PaymentOrder) -> Request:
    """The request that waits for the order."""
    request = payment_orders.waiting_for(order)
    assert request is not None
    return request


def approve(ward: Ward, order: PaymentOrder, by: User | None = None) -> Outcome:
    """The chair approves what stands there now."""
    request = request_of(order)
    with writing():
        outcome = requests.approve(request, by=by or ward.chair, shown=requests.fingerprint(request))
    db.session.refresh(order)
    return outcome


def pay(ward: Ward, order: PaymentOrder, by: User | None = None) -> Document:
    """The treasurer pays."""
    with writing():
        return payments.pay(order, by=by or ward.treasurer)


def give_back(ward: Ward, gift: Document, amount: int, **more: Any) -> Document:
    """Asked, approved and paid."""
    order = ask(ward, gift, amount, **more)
    approve(ward, order)
    return pay(ward, order)


def void(ward: Ward, document: Document) -> None:
    """Two people void a document."""
    with writing():
        request = approvables.ask_void(document, reason="Chi nhầm", by=ward.treasurer)
    with writing():
        assert requests.approve(request, by=ward.chair, shown=requests.fingerprint(request)) is Outcome.DONE


def holds() -> bool:
    """Whether every promise of the books is kept."""
    db.session.rollback()
    report = verify()
    assert [(answer.check.name, answer.violations) for answer in report.answers if not answer.ok] == []
    return report.ok
