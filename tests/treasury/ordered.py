"""The verbs of paying a running cost: prepare, approve, pay; for tests."""

from typing import Any

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import db, writing
from khuyenhoc.ledger import payment_orders, payments
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.payment_tables import PaymentOrder
from khuyenhoc.org.users import User
from khuyenhoc.treasury import running_costs
from tests.support import people
from tests.support.world import World


def officer(ward: World, role: str) -> User:
    """The ward's officer of this role."""
    return people.person(f"ward.{role}", role=role, unit=ward.unit)


def prepare(ward: World, amount: int = 30_000, **more: Any) -> PaymentOrder:
    """The accountant asks that drinking water be paid from the general money in the box."""
    values: dict[str, Any] = {
        "campaign": ward.general,
        "account": ward.cash,
        "memo": "Nước uống",
        "person": "Quán nước Bà Tư",
        "by": officer(ward, "accountant"),
        "key": token(),
        **more,
    }
    with writing():
        return running_costs.prepare(values.pop("campaign"), values.pop("account"), amount, **values)


def request_of(order: PaymentOrder) -> Request:
    """The request that waits for the order."""
    request = payment_orders.waiting_for(order)
    assert request is not None
    return request


def approve(order: PaymentOrder, by: User) -> Outcome:
    """Approve what stands there now."""
    request = request_of(order)
    with writing():
        outcome = requests.approve(request, by=by, shown=requests.fingerprint(request))
    db.session.refresh(order)
    return outcome


def pay(ward: World, order: PaymentOrder, by: User | None = None, **more: Any) -> Document:
    """The treasurer pays."""
    with writing():
        return payments.pay(order, by=by or officer(ward, "treasurer"), **more)


def paid(ward: World, amount: int = 30_000, **more: Any) -> Document:
    """Prepared, approved by the chair, paid by the treasurer."""
    order = prepare(ward, amount, **more)
    approve(order, officer(ward, "chair"))
    return pay(ward, order)
