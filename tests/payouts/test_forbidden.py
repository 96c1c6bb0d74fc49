"""Every step of a list, and who may not take it: another role, another unit, another state, the same person."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from khuyenhoc.approvals import policies, requests
from khuyenhoc.approvals.pairs import SamePerson
from khuyenhoc.core import clock
from khuyenhoc.core.codes import token
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import AlreadyRecorded, NotAllowed, RuleBroken
from khuyenhoc.org.users import User
from khuyenhoc.payouts import lists, outcomes, paying
from khuyenhoc.payouts.payout_tables import Payout, PayoutLine
from khuyenhoc.payouts.receiving import Receipt
from tests.awards.award_world import AwardWorld
from tests.payouts import paid
from tests.support import people
from tests.support.world import DAY

FAR = ("accountant", "treasurer", "secretary", "chair")


def strangers() -> list[User]:
    """Officers of another association."""
    return [people.person(f"xa.{role}", role=role, unit=people.association("U02")) for role in FAR]


def everybody(world: AwardWorld) -> dict[str, User]:
    """One person for each role of the association."""
    return {
        "accountant": world.accountant,
        "treasurer": world.treasurer,
        "secretary": world.secretary,
        "chair": world.chair,
        "vice_chair": world.vice_chair,
        "committee_member": world.members[0],
        "nominator": world.nominator,
        "auditor": people.person("kiemtra"),
        "administrator": people.person("admin"),
    }


@dataclass(frozen=True)
class Step:
    """A step of a list: who may take it, in which states, and how somebody would."""

    roles: frozenset[str]
    states: frozenset[str]
    take: Callable[[Payout, list[PayoutLine], User], object]


def _key() -> str:
    return token()


MONEY = {
    "approve": Step(
        frozenset({"chair", "vice_chair"}),
        frozenset({"prepared"}),
        lambda payout, _lines, by: requests.approve(
            paid.request_of(payout), by=by, shown=requests.fingerprint(paid.request_of(payout))
        ),
    ),
    "cancel": Step(
        frozenset({"accountant"}),
        frozenset({"prepared", "approved"}),
        lambda payout, _lines, by: lists.cancel(payout, by=by, reason="Đổi ngày"),
    ),
    "pay": Step(
        frozenset({"treasurer"}),
        frozenset({"approved"}),
        lambda payout, _lines, by: paying.pay(payout, by=by),
    ),
    "receive": Step(
        frozenset({"treasurer", "secretary"}),
        frozenset({"paid"}),
        lambda payout, lines, by: outcomes.receive(payout, {lines[0].id: paid.MOTHER}, by=by),
    ),
    "note_away": Step(
        frozenset({"treasurer", "secretary"}),
        frozenset({"paid"}),
        lambda payout, lines, by: outcomes.note_away(payout, [lines[0].id], by=by),
    ),
    "absent": Step(
        frozenset({"treasurer"}),
        frozenset({"paid"}),
        lambda payout, lines, by: outcomes.absent(payout, [lines[0].id], by=by, key=_key()),
    ),
    "bring_back": Step(
        frozenset({"treasurer"}),
        frozenset({"received"}),
        lambda payout, lines, by: outcomes.bring_back(payout, [lines[0].id], reason="Ghi nhầm", by=by, key=_key()),
    ),
    "receive_later": Step(
        frozenset({"treasurer"}),
        frozenset({"away"}),
        lambda payout, lines, by: outcomes.receive_later(payout, {lines[0].id: paid.MOTHER}, by=by, key=_key()),
    ),
    "give_back": Step(
        frozenset({"treasurer", "accountant"}),
        frozenset({"away"}),
        lambda payout, lines, by: outcomes.give_back(payout, [lines[0].id], reason="Đi xa", by=by, key=_key()),
    ),
    "settle": Step(
        frozenset({"treasurer", "accountant"}),
        frozenset({"received"}),
        lambda payout, _lines, by: outcomes.settle(payout, by=by),
    ),
    "hand_over": Step(
        frozenset(),
        frozenset(),
        lambda payout, lines, by: paying.hand_over(payout, {lines[0].id: paid.MOTHER}, by=by, key=_key()),
    ),
}
"""Step of a list paid in cash → who may, and in which state of the list below."""


def bring_to(world: AwardWorld, state: str) -> tuple[Payout, list[PayoutLine]]:
    """A cash list of two in this state: ``away`` when the first did not come, ``received`` when both did."""
    payout = paid.prepare(world, paid.money(world, 2))
    if state == "cancelled":
        with writing():
            lists.cancel(payout, by=world.accountant, reason="Đổi ngày")
    elif state != "prepared":
        paid.approve(world, payout)
    if state in ("paid", "away", "received", "settled"):
        paid.pay(world, payout)
    lines = lists.lines_of(payout)
    if state == "away":
        paid.stay_away(world, payout, lines[:1])
    if state in ("received", "settled"):
        paid.receive(world, payout, lines)
    if state == "settled":
        with writing():
            outcomes.settle(payout, by=world.accountant)
    return payout, lists.lines_of(payout)


def as_it_stands(payout: Payout) -> list[object]:
    """The list and its lines, read anew."""
    db.session.rollback()
    db.session.expire_all()
    rows = [(line.outcome, line.live, line.received_by, line.document_id) for line in lists.lines_of(payout)]
    return [payout.state, payout.document_id, payout.approved_by, *rows]


STATES = ("prepared", "cancelled", "approved", "paid", "away", "received", "settled")


@pytest.mark.alternating
@pytest.mark.parametrize("state", STATES)
def test_nobody_takes_a_step_out_of_its_turn(world: AwardWorld, state: str) -> None:
    payout, lines = bring_to(world, state)
    people_of, before = everybody(world), as_it_stands(payout)

    for name, step in MONEY.items():
        if state in step.states or (name, state) in SAME_AGAIN:
            continue
        for role in sorted(step.roles) or ["treasurer"]:
            with pytest.raises((RuleBroken, AssertionError)), writing():
                step.take(payout, lines, people_of[role])
            assert as_it_stands(payout) == before, (name, role)


SAME_AGAIN = {
    *(("pay", state) for state in ("paid", "away", "received")),  # pressed twice: the same document again
    ("receive", "received"),
}
"""What the same person may press again; the tests beside ask what it gives then."""


@pytest.mark.alternating
@pytest.mark.parametrize("name", MONEY)
def test_no_other_role_and_no_other_unit_takes_a_step(world: AwardWorld, name: str) -> None:
    step = MONEY[name]
    payout, lines = bring_to(world, next(iter(sorted(step.states)), "approved"))
    others = [user for role, user in everybody(world).items() if role not in step.roles]
    before = as_it_stands(payout)

    for user in [*others, *strangers()]:
        with pytest.raises((NotAllowed, RuleBroken)) as no, writing():
            step.take(payout, lines, user)
        assert isinstance(no.value, NotAllowed) or name == "hand_over", user.username
        assert as_it_stands(payout) == before, user.username


def test_no_other_role_and_no_other_unit_prepares(world: AwardWorld) -> None:
    decision = paid.money(world, 1)
    others = [user for role, user in everybody(world).items() if role != "accountant"]

    for user in [*others, *strangers()]:
        with pytest.raises(NotAllowed):
            paid.prepare(world, decision, by=user)
        db.session.rollback()
    assert db.session.query(Payout).count() == 0


def test_no_other_role_and_no_other_unit_hands_goods_over(world: AwardWorld) -> None:
    payout = paid.approve(world, paid.prepare(world, paid.goods(world, 1), "goods"))
    lines = lists.lines_of(payout)
    others = [user for role, user in everybody(world).items() if role not in ("treasurer", "secretary")]
    before = as_it_stands(payout)

    for user in [*others, *strangers()]:
        with pytest.raises(NotAllowed), writing():
            MONEY["hand_over"].take(payout, lines, user)
        assert as_it_stands(payout) == before
    with pytest.raises(RuleBroken, match="trao hiện vật, không chi tiền"), writing():
        paying.pay(payout, by=world.treasurer)


def many_roles(world: AwardWorld) -> User:
    """Somebody who holds every office at once."""
    one = people.person("nhieuviec", role="accountant", unit=world.unit)
    for role in ("treasurer", "secretary", "chair"):
        people.grant(one, role, world.unit)
    return one


def test_one_person_with_every_office_still_takes_one_part(world: AwardWorld) -> None:
    """Prepare and approve, prepare and pay, approve and pay, pay and witness: on the first day and on the second."""
    one = many_roles(world)
    payout = paid.prepare(world, paid.money(world, 2), by=one)
    with pytest.raises(SamePerson):
        paid.approve(world, payout, one)
    paid.approve(world, payout)
    with pytest.raises(SamePerson):
        paid.pay(world, payout, one)
    paid.pay(world, payout)
    lines = lists.lines_of(payout)
    paid.stay_away(world, payout, lines)

    for barred in (one, _also_treasurer(world, world.chair)):
        with pytest.raises(SamePerson), writing():
            outcomes.receive_later(payout, {lines[0].id: paid.MOTHER}, by=barred, key=token())
    for witness in (world.treasurer, _also_treasurer(world, world.secretary)):
        receipt = Receipt("Nguyễn Thị Mẹ", "mẹ", witness.id, "")
        with pytest.raises(SamePerson), writing():
            outcomes.receive_later(payout, {lines[0].id: receipt}, by=witness, key=token())
    other = world.secretary
    for name in (world.treasurer.full_name, f"Cô {other.full_name}"):  # typed, instead of chosen
        receipt = Receipt("Nguyễn Thị Mẹ", "mẹ", None, name)
        with pytest.raises(SamePerson), writing():
            outcomes.receive_later(payout, {lines[0].id: receipt}, by=other, key=token())
    assert [line.outcome for line in lists.lines_of(payout)] == ["absent", "absent"]


def _also_treasurer(world: AwardWorld, user: User) -> User:
    people.grant(user, "treasurer", world.unit)
    return user


def test_none_of_several_approvers_pays(world: AwardWorld) -> None:
    with writing():
        policies.add_policy(
            lists.KIND, unit_id=world.unit.id, from_amount=0, roles=["chair", "vice_chair"], approvals_needed=2,
            valid_from=clock.today(), reason="Nghị quyết", by=people.person("admin", unit=world.unit),
        )  # fmt: skip
    _also_treasurer(world, world.vice_chair)
    payout = paid.prepare(world, paid.money(world, 2))
    paid.approve(world, payout, world.vice_chair)
    assert payout.state == "prepared"
    paid.approve(world, payout)

    with pytest.raises(SamePerson):
        paid.pay(world, payout, world.vice_chair)
    assert payout.state == "approved"


def test_who_prepared_or_approved_a_list_of_goods_does_not_hand_it_over(world: AwardWorld) -> None:
    one = many_roles(world)
    payout = paid.prepare(world, paid.goods(world, 1), "goods", by=one)
    paid.approve(world, payout, world.chair)
    lines = lists.lines_of(payout)

    for barred in (one, _also_treasurer(world, world.chair)):
        with pytest.raises(SamePerson), writing():
            MONEY["hand_over"].take(payout, lines, barred)
    seen_by_the_giver = {lines[0].id: Receipt("Nguyễn Thị Mẹ", "mẹ", world.treasurer.id, "")}
    with pytest.raises(SamePerson), writing():
        paying.hand_over(payout, seen_by_the_giver, by=world.treasurer, key=token())
    assert [line.outcome for line in lists.lines_of(payout)] == ["waiting"]


def test_a_line_of_another_list_is_not_written_on(world: AwardWorld) -> None:
    decision = paid.money(world, 2)
    awards = lists.ready(decision)
    first, second = (paid.approve(world, paid.prepare(world, decision, awards=[award])) for award in awards)
    for payout in (first, second):
        paid.pay(world, payout)
    (foreign,) = lists.lines_of(second)

    for name in ("receive", "note_away", "absent"):
        with pytest.raises(RuleBroken, match="ít nhất một dòng"), writing():
            MONEY[name].take(first, [foreign], world.treasurer)
    with pytest.raises(RuleBroken, match="ít nhất một dòng"), writing():
        outcomes.receive(first, {}, by=world.treasurer)


def test_the_same_form_again_says_the_same_and_with_other_content_is_refused(world: AwardWorld) -> None:
    payout, lines = paid.paid(world, 3)
    key = token()
    with writing():
        first = outcomes.absent(payout, [lines[0].id], by=world.treasurer, key=key, second_date=DAY)
    with writing():
        again = outcomes.absent(payout, [lines[0].id], by=world.treasurer, key=key, second_date=DAY)
    assert first is not None
    assert again is not None
    assert first.id == again.id
    with pytest.raises(AlreadyRecorded), writing():
        outcomes.absent(payout, [lines[1].id], by=world.treasurer, key=key, second_date=DAY)
    with pytest.raises(AlreadyRecorded), writing():
        outcomes.give_back(payout, [lines[0].id], reason="Đi xa", by=world.accountant, key=key)
    assert [line.outcome for line in lists.lines_of(payout)] == ["absent", "waiting", "waiting"]


def test_a_receipt_pressed_twice_is_written_down_once(world: AwardWorld) -> None:
    payout, lines = paid.paid(world, 1)
    paid.receive(world, payout, lines)
    before = as_it_stands(payout)

    paid.receive(world, payout, lines)
    assert as_it_stands(payout) == before
    with pytest.raises(RuleBroken, match="đã ghi kết quả khác"):
        paid.receive(world, payout, lines, Receipt("Người Khác", "chú", None, "Cô Hồ Thị Nháp"))
    assert as_it_stands(payout) == before
