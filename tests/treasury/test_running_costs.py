"""A running cost is prepared, approved and paid by three people; thresholds look at the sum, not at the slip."""

import datetime
from collections.abc import Callable

import pytest

from khuyenhoc.approvals import policies, registry, requests
from khuyenhoc.approvals.pairs import SamePerson
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.core.clock import VIETNAM
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import AlreadyRecorded, NotAllowed, NotFound, RuleBroken
from khuyenhoc.funds.closing import what_is_open
from khuyenhoc.funds.funds import fund_by_id
from khuyenhoc.history import events
from khuyenhoc.history.events import record
from khuyenhoc.ledger import balances, payment_orders, payments
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.payment_tables import PaymentOrder
from khuyenhoc.ledger.refusals import NotEnough
from khuyenhoc.org import grants
from khuyenhoc.org.users import COMMAND_LINE, User
from khuyenhoc.proof.verify import verify
from khuyenhoc.treasury import costs, running_costs
from tests.support import approved, people
from tests.support.world import DAY, HA, World, make_world
from tests.treasury.conftest import Officers
from tests.treasury.ordered import approve, paid, pay, prepare, request_of

MILLION = 1_000_000
Clock = Callable[[datetime.datetime], None]


def holds() -> bool:
    """Whether every promise of the books is kept."""
    db.session.rollback()
    return verify().ok


def test_the_day_of_approval_is_that_of_viet_nam(ward: World, officers: Officers, clock: Clock) -> None:
    """Half past midnight of the 16th in Việt Nam is the 15th in UTC."""
    ward.gift(MILLION, campaign=ward.general)
    order = prepare(ward)
    clock(datetime.datetime(2026, 8, 16, 0, 30, tzinfo=VIETNAM))
    approve(order, officers.chair)

    with pytest.raises(RuleBroken, match="từ ngày duyệt trở đi"):
        pay(ward, order, on=datetime.date(2026, 8, 15))

    assert pay(ward, order, on=datetime.date(2026, 8, 16)).date == datetime.date(2026, 8, 16)
    assert holds()


def test_money_leaves_in_the_last_step_only(ward: World, officers: Officers) -> None:
    ward.gift(MILLION, campaign=ward.general)
    order = prepare(ward, 200_000)
    assert approve(order, officers.chair) is Outcome.DONE
    assert (order.state, db.session.query(Document).filter_by(kind="running_cost").count()) == ("approved", 0)
    assert balances.available(ward.general.id) == MILLION

    document = pay(ward, order)

    assert (document.label, document.memo, document.amount) == ("PC-2026-0001", "Nước uống", 200_000)
    assert balances.available(ward.general.id) == 800_000
    assert (order.state, order.document_id, order.paid_by) == ("paid", document.id, officers.treasurer.id)
    assert "Quán nước Bà Tư" in events.of("documents", document.id)[0].details
    assert holds()


def test_by_the_bank_it_has_the_banks_series(ward: World, officers: Officers) -> None:
    ward.post("other_income", "TK", ward.line(ward.bank, "other_income", 90_000, ward.general))

    assert paid(ward, account=ward.bank).label == "UN-2026-0001"


def test_each_step_is_another_person_s(ward: World, officers: Officers) -> None:
    ward.gift(MILLION, campaign=ward.general)
    with writing():
        for role in ("chair", "treasurer"):
            grants.give(officers.accountant, role, ward.unit, by=COMMAND_LINE, starts=DAY)
        grants.give(officers.chair, "treasurer", ward.unit, by=COMMAND_LINE, starts=DAY)
    order = prepare(ward)
    with pytest.raises(SamePerson, match="đã đề nghị|đã lập"):
        approve(order, officers.accountant)  # prepared it
    approve(order, officers.chair)

    with pytest.raises(SamePerson, match="đã duyệt"):
        pay(ward, order, officers.chair)
    with pytest.raises(SamePerson, match="đã lập"):
        pay(ward, order, officers.accountant)
    assert pay(ward, order, officers.treasurer)


def test_whoever_mended_it_has_prepared_it_too(ward: World, officers: Officers) -> None:
    ward.gift(MILLION, campaign=ward.general)
    with writing():
        grants.give(officers.vice_chair, "accountant", ward.unit, by=COMMAND_LINE, starts=DAY)
        grants.give(officers.vice_chair, "treasurer", ward.unit, by=COMMAND_LINE, starts=DAY)
    order = prepare(ward)
    mended = running_costs.wanted(ward.general, ward.cash, 25_000, memo="Nước uống", person="Quán nước Bà Tư")
    with writing():
        payments.change(order, mended, by=officers.vice_chair)

    with pytest.raises(SamePerson):
        approve(order, officers.vice_chair)
    approve(order, officers.chair)
    with pytest.raises(SamePerson):
        pay(ward, order, officers.vice_chair)


def test_only_the_roles_named_take_each_step(ward: World, officers: Officers) -> None:
    ward.gift(MILLION, campaign=ward.general)
    for who in (officers.treasurer, officers.secretary, officers.chair, officers.auditor):
        with pytest.raises(NotAllowed):
            prepare(ward, by=who)
    order = prepare(ward)
    for who in (officers.treasurer, officers.secretary, officers.auditor):
        with pytest.raises(NotAllowed):
            approve(order, who)
    approve(order, officers.chair)
    for who in (officers.secretary, officers.vice_chair, officers.auditor):
        with pytest.raises(NotAllowed):
            pay(ward, order, who)
    with pytest.raises(NotAllowed), writing():
        payments.cancel(order, reason="Thôi", by=officers.treasurer)


def test_another_unit_s_people_and_accounts_have_no_part(ward: World, officers: Officers) -> None:
    other = make_world("U06")
    ward.gift(MILLION, campaign=ward.general)
    order = prepare(ward)
    with pytest.raises(NotAllowed):
        approve(order, _stranger(other, "chair"))
    approve(order, officers.chair)
    with pytest.raises(NotAllowed):
        pay(ward, order, _stranger(other, "treasurer"))
    with pytest.raises(NotAllowed):
        prepare(ward, by=_stranger(other, "accountant"))
    with pytest.raises(NotFound):
        prepare(ward, account=other.cash)


def _stranger(world: World, role: str) -> User:
    return people.person(f"xa.{role}", role=role, unit=world.unit)


def test_what_is_not_approved_or_is_paid_is_not_paid(ward: World, officers: Officers) -> None:
    ward.gift(MILLION, campaign=ward.general)
    order = prepare(ward)
    with pytest.raises(RuleBroken, match="chưa được duyệt"):
        pay(ward, order)
    approve(order, officers.chair)
    first = pay(ward, order)

    assert pay(ward, order).id == first.id  # pressed twice
    with writing():
        grants.give(officers.secretary, "treasurer", ward.unit, by=COMMAND_LINE, starts=DAY)
    with pytest.raises(RuleBroken, match="đã chi rồi"):
        pay(ward, order, officers.secretary)
    with pytest.raises(RuleBroken, match="đã chi rồi"), writing():
        payments.cancel(order, reason="Thôi", by=officers.accountant)
    assert balances.available(ward.general.id) == 970_000


def test_it_is_not_paid_before_the_day_of_its_approval_nor_tomorrow(ward: World, officers: Officers) -> None:
    ward.gift(MILLION, campaign=ward.general)
    order = prepare(ward)
    approve(order, officers.chair)

    for day, said in ((DAY - datetime.timedelta(days=1), "ngày duyệt"), (DAY + datetime.timedelta(days=1), "chưa đến")):
        with pytest.raises(RuleBroken, match=said):
            pay(ward, order, on=day)


def test_what_was_changed_after_it_was_shown_is_read_again(ward: World, officers: Officers) -> None:
    ward.gift(MILLION, campaign=ward.general)
    order = prepare(ward)
    request = request_of(order)
    shown = requests.fingerprint(request)
    mended = running_costs.wanted(ward.general, ward.cash, 29_000, memo="Nước uống", person="Quán nước Bà Tư")
    with writing():
        payments.change(order, mended, by=officers.accountant)

    with pytest.raises(RuleBroken, match="không còn hiệu lực"), writing():
        requests.approve(request, by=officers.chair, shown=shown)
    with writing():
        assert requests.approve(request_of(order), by=officers.chair, shown=shown) is Outcome.CHANGED
    assert (db.session.get_one(PaymentOrder, order.id).state, request_of(order).amount) == ("prepared", 29_000)


def test_returned_it_is_mended_and_asked_again(ward: World, officers: Officers) -> None:
    ward.gift(MILLION, campaign=ward.general)
    order = prepare(ward)
    with writing():
        requests.send_back(request_of(order), by=officers.chair, reason="Thiếu hóa đơn")
    mended = running_costs.wanted(ward.general, ward.cash, 30_000, memo="Nước uống, hóa đơn 12", person="Bà Tư")

    for _twice in range(2):
        with writing():
            payments.change(order, mended, by=officers.accountant)

    approve(order, officers.chair)
    assert order.payee == "Bà Tư"
    with pytest.raises(RuleBroken, match="đã duyệt rồi"), writing():
        payments.change(order, mended, by=officers.accountant)


def test_cancelled_it_is_neither_approved_nor_paid(ward: World, officers: Officers) -> None:
    ward.gift(MILLION, campaign=ward.general)
    order = prepare(ward)
    request = request_of(order)
    with pytest.raises(RuleBroken, match="lý do"), writing():
        payments.cancel(order, reason=" ", by=officers.accountant)
    with writing():
        payments.cancel(order, reason="Đã có người tặng", by=officers.accountant)

    assert requests.get_request(request.id).state == "stale"
    with pytest.raises(RuleBroken, match="đã thôi"):
        pay(ward, order)


def test_sent_twice_it_is_prepared_once(ward: World, officers: Officers) -> None:
    key = token()

    assert prepare(ward, key=key).id == prepare(ward, key=key).id
    with pytest.raises(AlreadyRecorded):
        prepare(ward, 31_000, key=key)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("amount", {"amount": 0}),
        ("amount", {"amount": 10**12}),
        ("memo", {"memo": "  \u200b "}),
        ("memo", {"memo": "x" * 301}),
        ("person", {"person": " "}),
        ("person", {"person": "…!"}),
        ("person", {"person": "x" * 151}),
    ],
)
def test_what_makes_no_sense_names_its_field(ward: World, field: str, wrong: dict) -> None:  # type: ignore[type-arg]
    with pytest.raises(RuleBroken) as no:
        prepare(ward, wrong.pop("amount", 30_000), **wrong)

    assert no.value.field == field
    assert db.session.query(PaymentOrder).count() == 0


def test_money_that_is_promised_or_not_there_is_not_approved(ward: World, officers: Officers) -> None:
    ward.gift(MILLION)
    ward.decide(950_000)
    order = prepare(ward, 60_000, campaign=ward.bicycles)

    with pytest.raises(NotEnough, match="50.000"):
        approve(order, officers.chair)

    assert order.state == "prepared"
    ward.gift(10_000)
    approve(order, officers.chair)
    ward.pay(5_000)
    with pytest.raises(NotEnough):
        pay(ward, order)


def lay_down(kind: str, from_amount: int, needed: int = 2) -> None:
    """From this sum on, so many people."""
    with writing():
        policies.add_policy(
            kind, unit_id=0, from_amount=from_amount, roles=("chair", "vice_chair"), approvals_needed=needed,
            valid_from=DAY, reason="Nghị quyết 4", by=HA,
        )  # fmt: skip


def test_two_halves_of_the_threshold_need_the_higher_approval(ward: World, officers: Officers) -> None:
    ward.gift(5 * MILLION, campaign=ward.general)
    lay_down("running_cost", MILLION)
    first = prepare(ward, 500_000)
    assert approve(first, officers.chair) is Outcome.DONE
    second = prepare(ward, 500_000, person="QUÁN NƯỚC  Bà Tư.")

    assert approve(second, officers.chair) is Outcome.NEEDS_MORE
    assert approve(second, officers.vice_chair) is Outcome.DONE
    assert second.approved_by_name == ", ".join([officers.chair.signature, officers.vice_chair.signature])


def test_another_payee_campaign_or_month_is_another_sum(ward: World, officers: Officers, clock) -> None:  # type: ignore[no-untyped-def]
    for campaign in (ward.general, ward.bicycles):
        ward.gift(5 * MILLION, campaign=campaign)
    lay_down("running_cost", MILLION)
    approve(prepare(ward, 600_000), officers.chair)
    thrown = prepare(ward, 600_000)
    with writing():
        payments.cancel(thrown, reason="Nhầm", by=officers.accountant)

    others = [prepare(ward, 600_000, person="Nhà in Cô Ba"), prepare(ward, 600_000, campaign=ward.bicycles)]
    assert [approve(order, officers.chair) for order in others] == [Outcome.DONE, Outcome.DONE]
    clock(datetime.datetime(2026, 9, 1, 2, tzinfo=datetime.UTC))
    assert approve(prepare(ward, 600_000), officers.chair) is Outcome.DONE


def test_a_voided_payment_no_longer_counts(ward: World, officers: Officers) -> None:
    ward.gift(5 * MILLION, campaign=ward.general)
    lay_down("running_cost", MILLION)
    document = paid(ward, 600_000)
    order = payment_orders.find_by_document(document.id)
    assert order is not None
    with writing():
        approved.void(document, reason="Chi nhầm", by=HA, approved_by=officers.chair)

    db.session.refresh(order)
    assert order.state == "voided"
    assert approve(prepare(ward, 600_000), officers.chair) is Outcome.DONE
    assert holds()


def test_above_the_cap_who_approves_is_told_and_the_document_keeps_a_note(ward: World, officers: Officers) -> None:
    fund = fund_by_id(ward.general.fund_id)
    with writing():
        fund.management_cost_cap_percent = 5
        record("fund.changed", fund, by=HA, unit_id=ward.unit.id)
    ward.gift(MILLION)
    order = prepare(ward, 50_000, campaign=ward.bicycles)

    assert "vượt mức 5 %" in registry.get("running_cost").describe(request_of(order)).warning
    approve(order, officers.chair)
    document = pay(ward, order)
    assert "vượt mức" in events.of("documents", document.id)[0].details
    assert costs.of_year(ward.bicycles, 2026) == costs.Share(50_000, 50_000)
    ward.void(document)
    assert costs.of_year(ward.bicycles, 2026) == costs.Share(0, 0)


def test_a_campaign_with_an_order_waits_before_it_closes(ward: World, officers: Officers) -> None:
    prepare(ward)

    assert "Còn 1 đề nghị chi chưa chi xong." in what_is_open(ward.general)
