"""``verify`` names what was paid, handed over or written off without an approval, or by whoever had another part."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from khuyenhoc.approvals import requests
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import db, writing
from khuyenhoc.ledger import documents, payments
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.payment_tables import PaymentOrder
from khuyenhoc.payouts import outcomes
from khuyenhoc.payouts.payout_tables import Payout
from khuyenhoc.proof.verify import verify
from khuyenhoc.treasury import running_costs, transfers
from tests.awards.award_world import MILLION, AwardWorld, make_award_world
from tests.giving import gift_world, returning
from tests.goods import stocked, written_off
from tests.payouts import paid
from tests.proof.test_verify import tampering
from tests.support import people
from tests.support.browser import Browser
from tests.support.world import DAY
from tests.support.worlds import Worlds

Done = tuple[str, int, str]
"""What was done: the table, the row, and what requests about it are about."""

Do = Callable[[AwardWorld], Done]


@pytest.fixture
def world(worlds: Worlds) -> AwardWorld:
    """Hội U01 with its chapter and school, its officers and its committee."""
    return worlds.begin_with(make_award_world)


def cash(world: AwardWorld) -> Done:
    """A list paid in cash."""
    payout, _lines = paid.paid(world, 1)
    return "payouts", payout.id, "payout"


def settled(world: AwardWorld) -> Done:
    """A list that is settled."""
    payout, lines = paid.paid(world, 1)
    paid.receive(world, payout, lines)
    with writing():
        outcomes.settle(payout, by=world.accountant)
    return "payouts", payout.id, "payout"


def goods(world: AwardWorld) -> Done:
    """Goods handed over."""
    payout = stocked.listed(world, paid.goods(world, 1))
    stocked.hand_over(world, payout)
    return "payouts", payout.id, "payout"


def purchase(world: AwardWorld) -> Done:
    """Goods bought."""
    world.money(5 * stocked.EACH, world.world.bicycles)
    bought = stocked.bought(world, stocked.approve(world, stocked.ask(world)))
    return "purchases", bought.id, "purchase"


def write_off(world: AwardWorld) -> Done:
    """Goods written off."""
    world.world.bicycles_given(2)
    lost = written_off.lose(world)
    written_off.decide(world, lost)
    return "write_offs", lost.id, "write_off"


def order(world: AwardWorld) -> PaymentOrder:
    """A running cost, approved and paid."""
    ward = world.world
    ward.gift(MILLION, campaign=ward.general)
    with writing():
        made = running_costs.prepare(
            ward.general, ward.cash, 25_000, memo="Nước uống", person="Bà Tư", by=world.accountant, key=token()
        )
    request = returning.request_of(made)
    with writing():
        requests.approve(request, by=world.chair, shown=requests.fingerprint(request))
    with writing():
        payments.pay(made, by=world.treasurer)
    return made


def cost(world: AwardWorld) -> Done:
    """A running cost, paid."""
    return "payment_orders", order(world).id, "payment_order"


def voided(world: AwardWorld) -> Done:
    """A running cost whose document was voided afterwards."""
    made = order(world)
    document = db.session.get_one(Document, made.document_id)
    with writing():
        documents.void(document, reason="Nhầm", by=world.treasurer, approved_by=world.chair)
    assert db.session.get_one(PaymentOrder, made.id).state == "voided"
    return "payment_orders", made.id, "payment_order"


DONE: tuple[Do, ...] = (cash, settled, goods, purchase, write_off, cost, voided)
PAID = tuple(one for one in DONE if one is not write_off)
EVERY = pytest.mark.parametrize("do", DONE)
EVERY_PAID = pytest.mark.parametrize("do", PAID)


def named() -> list[tuple[str, str, str, object]]:
    """What the check names: table, row, field, and what was found there."""
    answers = [answer for answer in verify(afresh=False).answers if answer.check.name == "approvals"]
    return [(one.table, one.row, one.field, one.found) for answer in answers for one in answer.violations]


@EVERY
def test_what_was_done_by_the_rules_holds(world: AwardWorld, do: Do) -> None:
    do(world)

    assert paid.holds()


@EVERY
def test_what_was_done_without_an_approved_request_is_named(world: AwardWorld, do: Do) -> None:
    table, row, subject = do(world)
    with tampering() as stored:
        (state,) = db.session.execute(text(f"SELECT state FROM {table} WHERE id = {row}")).one()
        asked = "UPDATE approval_requests SET state = 'withdrawn' WHERE subject_kind = :s AND subject_id = :i"
        assert stored(asked, s=subject, i=row)

        assert named() == [(table, str(row), "state", state)]


@EVERY
@pytest.mark.parametrize("change", ["decision = 'returned', note = 'x'", "fingerprint = 'khác'"])
def test_an_approval_that_says_no_or_was_of_something_else_is_none(world: AwardWorld, do: Do, change: str) -> None:
    table, row, subject = do(world)
    with tampering() as stored:
        about = "SELECT id FROM approval_requests WHERE subject_kind = :s AND subject_id = :i"
        assert stored(f"UPDATE approvals SET {change} WHERE request_id IN ({about})", s=subject, i=row)

        assert [one[:3] for one in named()] == [(table, str(row), "state")]


def by(table: str, row: int, user_id: int) -> tuple[str, dict[str, int]]:
    """The statement that makes this person the one who paid."""
    if table == "purchases":
        place = "(SELECT document_id FROM purchases WHERE id = :i)"
        return f"UPDATE documents SET created_by = :u WHERE id = {place}", {"u": user_id, "i": row}
    return f"UPDATE {table} SET paid_by = :u WHERE id = :i", {"u": user_id, "i": row}


@EVERY_PAID
@pytest.mark.parametrize("office", ["accountant", "chair"])
def test_paid_by_whoever_prepared_or_approved_it_is_named(world: AwardWorld, do: Do, office: str) -> None:
    table, row, _subject = do(world)
    who = getattr(world, office).id
    with tampering() as stored:
        sql, values = by(table, row, who)
        assert stored(sql, **values)

        field = "document_id" if table == "purchases" else "paid_by"
        assert named() == [(table, str(row), field, who)]


@EVERY_PAID
def test_whoever_the_row_says_has_prepared_it_is_asked_about_too(world: AwardWorld, do: Do) -> None:
    table, row, _subject = do(world)
    prepared = "asked_by" if table == "purchases" else "prepared_by"
    with tampering() as stored:
        assert stored(f"UPDATE {table} SET {prepared} = :u WHERE id = :i", u=world.treasurer.id, i=row)

        field = "document_id" if table == "purchases" else "paid_by"
        assert named() == [(table, str(row), field, world.treasurer.id)]


@EVERY_PAID
def test_whoever_asked_once_has_prepared_it(world: AwardWorld, do: Do) -> None:
    table, row, subject = do(world)
    with tampering() as stored:
        about = "UPDATE approval_requests SET asked_by = :u WHERE subject_kind = :s AND subject_id = :i"
        assert stored(about, u=world.treasurer.id, s=subject, i=row)

        field = "document_id" if table == "purchases" else "paid_by"
        assert named() == [(table, str(row), field, world.treasurer.id)]


def test_the_page_of_the_proof_names_the_row(world: AwardWorld, browser: Browser) -> None:
    payout, _lines = paid.paid(world, 1)
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE payouts SET paid_by = prepared_by"))
    auditor = browser.sign_in(people.person("kiemtra"))
    auditor.get("proof.proof")

    shown = auditor.post("proof.run_proof")

    said = f"payouts {payout.id}, paid_by: Người chi cũng là người lập hoặc người duyệt. Đang là {world.accountant.id}."
    assert said in " ".join(shown.text.split())
    assert "None" not in shown.text


def test_what_still_waits_is_no_concern(world: AwardWorld) -> None:
    payout = paid.prepare(world, paid.money(world, 1))
    world.money(5 * stocked.EACH, world.world.bicycles)
    stocked.ask(world)
    db.session.rollback()

    assert named() == []
    assert db.session.get_one(Payout, payout.id).state == "prepared"


def move(world: AwardWorld, *, asked: bool) -> Document:
    """Money moved to the scholarships: asked for and approved, or by the rule alone, as the demonstration does."""
    ward = world.world
    ward.gift(MILLION, campaign=ward.general)
    if not asked:
        with writing():
            return transfers.record(
                ward.general, world.scholarships, ward.cash, 1_000, on=DAY, reason="Bù", by=world.accountant,
                approved_by=world.chair, key="demo-1",
            )  # fmt: skip
    with writing():
        request = transfers.ask(
            ward.general,
            world.scholarships,
            ward.cash,
            1_000,
            reason="Bù",
            consent="",
            by=world.accountant,
            key=token(),
        )
    with writing():
        requests.approve(request, by=world.chair, shown=requests.fingerprint(request))
    return db.session.query(Document).filter_by(kind="transfer").one()


@pytest.mark.parametrize(
    "change",
    ["UPDATE approval_requests SET state = 'withdrawn'", "DELETE FROM approvals", "DELETE FROM approval_requests"],
)
def test_a_transfer_that_was_asked_for_and_not_approved_is_named(world: AwardWorld, change: str) -> None:
    document = move(world, asked=True)
    assert paid.holds()
    with tampering() as stored:
        if change == "DELETE FROM approval_requests":
            stored("DELETE FROM approvals")
        assert stored(change)

        assert named() == [("documents", str(document.id), "idempotency_key", document.idempotency_key)]


def test_a_transfer_that_nobody_asked_for_is_left_out(world: AwardWorld) -> None:
    move(world, asked=False)

    assert paid.holds()


def test_a_gift_given_back_is_a_payment_order(worlds: Worlds) -> None:
    ward = worlds.begin_with(gift_world.make_ward)
    gift = ward.give(MILLION)
    refund = returning.ask(ward, gift, 400_000)
    returning.approve(ward, refund)
    returning.pay(ward, refund)
    assert returning.holds()
    with tampering() as stored:
        assert stored("UPDATE payment_orders SET paid_by = prepared_by")
        assert named() == [("payment_orders", str(refund.id), "paid_by", ward.accountant.id)]
    with tampering() as stored:
        assert stored("UPDATE approval_requests SET state = 'stale'")
        assert named() == [("payment_orders", str(refund.id), "state", "paid")]
