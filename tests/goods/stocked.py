"""The verbs of the stock: buy, number, mean a piece for somebody, hand over; for tests."""

from collections.abc import Sequence
from typing import Any

from khuyenhoc.approvals import requests
from khuyenhoc.awards import decisions
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import db, writing
from khuyenhoc.goods import purchases, serials
from khuyenhoc.goods.goods_tables import Purchase, Serial
from khuyenhoc.goods.purchases import Wanted
from khuyenhoc.ledger.document_tables import Document, DocumentLine
from khuyenhoc.org.users import User
from khuyenhoc.payouts import lists, paying
from khuyenhoc.payouts.payout_tables import Payout
from tests.awards import deciding
from tests.awards.award_world import AwardWorld
from tests.payouts import paid

EACH = 2_375_000


def ask(world: AwardWorld, n: int = 2, *, each: int = EACH, by: User | None = None, **more: Any) -> Purchase:
    """The accountant asks for so many bicycles."""
    ward = world.world
    values: dict[str, Any] = {
        "supplier": "Cửa hàng Vòng Quay",
        "reason": "Cho đợt 20/11",
        "by": by or world.accountant,
        "account": ward.cash,
        "key": token(),
        **more,
    }
    with writing():
        return purchases.ask(ward.bicycles, values.pop("account"), [Wanted(ward.bicycle, n, each)], **values)


def change(
    world: AwardWorld, purchase: Purchase, n: int, *, each: int = EACH, by: User | None = None, **more: Any
) -> None:
    """The accountant mends a purchase: another number of bicycles."""
    ward = world.world
    with writing():
        purchases.change(
            purchase, ward.bicycles, ward.cash, [Wanted(ward.bicycle, n, each)], supplier=purchase.supplier,
            reason=purchase.reason, by=by or world.accountant, **more,
        )  # fmt: skip


def approve(world: AwardWorld, purchase: Purchase, by: User | None = None) -> Purchase:
    """The chair approves what stands there."""
    request = requests.find_waiting(purchases.KIND, purchases.SUBJECT, purchase.id)
    assert request is not None
    with writing():
        requests.approve(request, by=by or world.chair, shown=requests.fingerprint(request))
    db.session.refresh(purchase)
    return purchase


def received(world: AwardWorld, purchase: Purchase, counted: int | None = None) -> Purchase:
    """The secretary counts what arrived."""
    with writing():
        n = purchase.lines[0].quantity if counted is None else counted
        purchases.receive(purchase, {1: n}, by=world.secretary)
    return purchase


def bought(world: AwardWorld, purchase: Purchase, counted: int | None = None) -> Purchase:
    """Counted, and paid by the treasurer."""
    received(world, purchase, counted)
    with writing():
        purchases.pay(purchase, by=world.treasurer)
    return purchase


def given(world: AwardWorld, n: int = 2) -> DocumentLine:
    """So many bicycles given in kind: their lot."""
    return lot_of(world.world.bicycles_given(n))


def lot_of(document: Document) -> DocumentLine:
    """The lot that a document brought."""
    return serials.lot_line(document.id, 1)


def number(world: AwardWorld, lot: DocumentLine, *numbers: str, by: User | None = None) -> list[Serial]:
    """The treasurer writes frame numbers down."""
    with writing():
        return serials.enter(lot, numbers, by=by or world.treasurer)


def mean(world: AwardWorld, decision: Decision, *numbers: str, by: User | None = None) -> int:
    """The first award of a decision that waits is to get the first of these numbers, and so on, as lists name them."""
    awards = [award for award in decisions.awards_of(decision) if award.state in serials.PROMISED]
    awards.sort(key=lambda award: (award.level_id, award.recipient.sort_key, award.id))
    shares = [share for award in awards for share in award.shares]
    wanted = {(share.award_id, share.position): [one] for share, one in zip(shares, numbers, strict=False)}
    with writing():
        return serials.allot(shares, wanted, by=by or world.treasurer)


def decided(world: AwardWorld, n: int = 2, code: str = "XD26") -> Decision:
    """So many bicycles of the stock decided on, published."""
    programme = deciding.bicycles(world, code, publication_days=0)
    world.awards(programme, n, "recommended")
    return deciding.published(world, programme)


def listed(world: AwardWorld, decision: Decision) -> Payout:
    """A list of goods, approved."""
    return paid.approve(world, paid.prepare(world, decision, "goods"))


def hand_over(world: AwardWorld, payout: Payout, places: Sequence[int] = (), by: User | None = None) -> Document:
    """Some lines of a list (all, where none is named) are handed over."""
    lines = lists.lines_of(payout)
    chosen = [lines[place] for place in places] if places else lines
    with writing():
        receipts = {line.id: paid.MOTHER for line in chosen}
        return paying.hand_over(payout, receipts, by=by or world.treasurer, key=token())
