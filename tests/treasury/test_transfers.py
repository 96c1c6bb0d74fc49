"""Money moves between campaigns only after a second person, and restricted money with the givers' consent."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from khuyenhoc.approvals import policies, registry, requests
from khuyenhoc.approvals.pairs import SamePerson
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import AlreadyRecorded, NotAllowed, NotFound, RuleBroken
from khuyenhoc.funds.closing import what_is_open
from khuyenhoc.history import chains
from khuyenhoc.history.events import record
from khuyenhoc.ledger import balances, outflows
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.refusals import NotEnough
from khuyenhoc.org import grants
from khuyenhoc.org.users import COMMAND_LINE
from khuyenhoc.treasury import transfers
from tests.support.world import DAY, HA, World, make_world
from tests.tracing.traced import Books
from tests.treasury.conftest import Officers, approve


def ask(ward: World, officers: Officers, amount: int = 400_000, consent: str = "", key: str = "transfer-1") -> Request:
    """The accountant asks that general money go to the bicycles."""
    with writing():
        return transfers.ask(
            ward.general, ward.bicycles, ward.cash, amount,
            reason="Bù phần còn thiếu", consent=consent, by=officers.accountant, key=key,
        )  # fmt: skip


def restrict(ward: World) -> None:
    with writing():
        ward.general.restriction = "Chỉ cho học sinh mồ côi"
        record("campaign.changed", ward.general, by=HA, unit_id=ward.unit.id)


def test_a_transfer_moves_when_the_chair_approves(ward: World, officers: Officers) -> None:
    ward.gift(1_000_000, campaign=ward.general)
    request = ask(ward, officers)
    assert balances.available(ward.bicycles.id) == 0

    assert approve(request, officers.chair) is Outcome.DONE

    assert balances.available(ward.bicycles.id) == 400_000
    assert balances.available(ward.general.id) == 600_000
    assert balances.on_account(ward.cash.id) == 1_000_000


def test_whoever_asked_does_not_approve(ward: World, officers: Officers) -> None:
    ward.gift(1_000_000, campaign=ward.general)
    with writing():
        grants.give(officers.accountant, "chair", ward.unit, by=COMMAND_LINE, starts=DAY)
    request = ask(ward, officers)

    with pytest.raises(SamePerson):
        approve(request, officers.accountant)
    with pytest.raises(NotAllowed):
        approve(request, officers.treasurer)

    assert balances.available(ward.bicycles.id) == 0


def test_the_rule_itself_wants_two_people(ward: World, officers: Officers) -> None:
    ward.gift(1_000_000, campaign=ward.general)

    with pytest.raises(RuleBroken, match="hai người"), writing():
        transfers.record(
            ward.general, ward.bicycles, ward.cash, 1_000, on=DAY, reason="Bù",
            by=officers.chair, approved_by=officers.chair, key="demo-T01",
        )  # fmt: skip


def test_money_given_for_a_purpose_needs_consent(ward: World, officers: Officers) -> None:
    ward.gift(1_000_000, campaign=ward.general)
    restrict(ward)

    with pytest.raises(RuleBroken, match="đồng ý"):
        ask(ward, officers)

    request = ask(ward, officers, consent="Thư của bà Tưởng Tượng ngày 3/8/2026")
    assert approve(request, officers.chair) is Outcome.DONE


@pytest.mark.parametrize("said", ["x", "Bà Họa đồng ý", "Đồngýđồngýđồngýđồngý", "12/8/2026 13/8/2026 14/8/2026"])
def test_what_is_no_sentence_is_no_consent(ward: World, officers: Officers, said: str) -> None:
    ward.gift(1_000_000, campaign=ward.general)
    restrict(ward)

    with pytest.raises(RuleBroken, match="ai đồng ý") as no:
        ask(ward, officers, consent=said)
    assert no.value.field == "consent"
    with pytest.raises(RuleBroken, match="ai đồng ý"), writing():
        transfers.record(
            ward.general, ward.bicycles, ward.cash, 1_000, on=DAY, reason="Bù", consent=said,
            by=officers.accountant, approved_by=officers.chair, key="transfer-9",
        )  # fmt: skip

    assert balances.available(ward.bicycles.id) == 0
    assert ask(ward, officers, consent="Bà Họa nhắn tin ngày 12/8").is_waiting


def test_money_of_a_bound_gift_is_asked_for_with_a_consent(ward: World, officers: Officers) -> None:
    """The campaign is for anything; the giver's words bind the gift: asked at once what moving it would ask."""
    Books(ward).gift(1_000_000, restricted=True, campaign=ward.general)
    ward.gift(300_000, campaign=ward.general)

    with pytest.raises(NotEnough, match="chỉ có 300.000") as no:
        ask(ward, officers, 300_001)
    assert no.value.field == "consent"
    assert approve(ask(ward, officers, 300_000), officers.chair) is Outcome.DONE
    request = ask(ward, officers, 1_000_000, consent="Bà Họa viết thư ngày 12/8/2026", key="transfer-2")

    assert approve(request, officers.chair) is Outcome.DONE
    assert balances.available(ward.bicycles.id) == 1_300_000


def test_an_empty_consent_moves_no_bound_money(ward: World, officers: Officers) -> None:
    Books(ward).gift(1_000_000, restricted=True, campaign=ward.general)

    with pytest.raises(NotEnough), writing():
        transfers.record(
            ward.general, ward.bicycles, ward.cash, 1_000, on=DAY, reason="Bù", consent=" \n ",
            by=officers.accountant, approved_by=officers.chair, key="transfer-9",
        )  # fmt: skip


def test_free_money_that_went_meanwhile_is_told_to_the_approver(ward: World, officers: Officers) -> None:
    Books(ward).gift(1_000_000, restricted=True, campaign=ward.general)
    ward.gift(400_000, campaign=ward.general)
    request = ask(ward, officers, 400_000)
    ward.pay(100_000, campaign=ward.general)

    assert "chỉ có 300.000" in registry.get("transfer").describe(request).warning
    with pytest.raises(NotEnough):
        approve(request, officers.chair)


def test_a_restriction_written_after_asking_is_shown_again(ward: World, officers: Officers) -> None:
    ward.gift(1_000_000, campaign=ward.general)
    request = ask(ward, officers, consent="Thư của bà Tưởng Tượng")
    shown = requests.fingerprint(request)
    restrict(ward)

    with writing():
        outcome = requests.approve(request, by=officers.chair, shown=shown)

    assert outcome is Outcome.CHANGED
    assert balances.available(ward.bicycles.id) == 0


def test_more_than_there_is_cannot_be_asked_nor_carried_out(ward: World, officers: Officers) -> None:
    ward.gift(1_000_000, campaign=ward.general)
    with pytest.raises(NotEnough):
        ask(ward, officers, 1_000_001)
    request = ask(ward, officers, 1_000_000)
    ward.pay(1, campaign=ward.general)

    with pytest.raises(NotEnough):
        approve(request, officers.chair)

    assert requests.get_request(request.id).is_waiting


def test_the_same_campaign_another_unit_and_goods_are_refused(ward: World, officers: Officers) -> None:
    ward.gift(1_000_000, campaign=ward.general)
    other = make_world("U06")
    wrong = [
        (ward.general, ward.cash, RuleBroken),
        (other.general, ward.cash, RuleBroken),
        (ward.bicycles, other.cash, NotFound),
        (ward.bicycles, ward.stock, RuleBroken),
    ]

    for target, account, refusal in wrong:
        with pytest.raises(refusal), writing():
            transfers.ask(
                ward.general, target, account, 1_000, reason="Bù", consent="", by=officers.accountant, key="transfer-9"
            )


def test_pressed_twice_it_is_asked_once(ward: World, officers: Officers) -> None:
    ward.gift(1_000_000, campaign=ward.general)

    assert ask(ward, officers).id == ask(ward, officers).id
    with pytest.raises(AlreadyRecorded):
        ask(ward, officers, 5_000)


def test_sent_again_for_another_campaign_it_is_not_asked_a_second_time(ward: World, officers: Officers) -> None:
    ward.gift(1_000_000, campaign=ward.general)
    ward.gift(1_000_000)
    ask(ward, officers)

    with pytest.raises(AlreadyRecorded), writing():
        transfers.ask(
            ward.bicycles, ward.general, ward.cash, 400_000,
            reason="Bù phần còn thiếu", consent="", by=officers.accountant, key="transfer-1",
        )  # fmt: skip


def test_pressed_twice_at_one_instant_it_is_asked_once(
    ward: World, officers: Officers, monkeypatch: pytest.MonkeyPatch
) -> None:
    ward.gift(1_000_000, campaign=ward.general)
    lock, first = chains.lock, []

    def after_the_other(unit_id: int) -> dict[str, chains.Head]:
        """The lock is had when the other press is stored."""
        monkeypatch.setattr(chains, "lock", lock)
        first.append(ask(ward, officers).id)
        return lock(unit_id)

    monkeypatch.setattr(chains, "lock", after_the_other)

    assert [ask(ward, officers).id] == first


def test_a_campaign_with_a_transfer_waiting_says_so_before_it_closes(ward: World, officers: Officers) -> None:
    ward.gift(1_000_000, campaign=ward.general)
    ask(ward, officers)

    assert any("Chuyển tiền" in sentence for sentence in what_is_open(ward.bicycles))
    assert any("Còn 1.000.000" in sentence for sentence in what_is_open(ward.general))


def test_two_halves_of_the_threshold_need_the_higher_approval(ward: World, officers: Officers) -> None:
    ward.gift(5_000_000, campaign=ward.general)
    with writing():
        policies.add_policy(
            "transfer", unit_id=0, from_amount=1_000_000, roles=("chair", "vice_chair"), approvals_needed=2,
            valid_from=DAY, reason="Nghị quyết 4", by=HA,
        )  # fmt: skip
    assert approve(ask(ward, officers, 500_000), officers.chair) is Outcome.DONE
    second = ask(ward, officers, 500_000, key="transfer-2")

    assert [one.amount for one in registry.get("transfer").added(second)] == [500_000, 500_000]
    assert approve(second, officers.chair) is Outcome.NEEDS_MORE
    assert balances.available(ward.bicycles.id) == 500_000
    assert approve(second, officers.vice_chair) is Outcome.DONE


def test_a_voided_transfer_and_one_of_another_month_or_campaign_do_not_count(
    ward: World, officers: Officers, clock: Callable[[datetime], None]
) -> None:
    ward.gift(5_000_000, campaign=ward.general)
    ward.gift(5_000_000)
    approve(ask(ward, officers, 600_000), officers.chair)
    ward.void(db.session.query(Document).filter_by(kind="transfer").one())
    again = ask(ward, officers, 600_000, key="transfer-2")
    assert outflows.total(again) == 600_000
    approve(again, officers.chair)
    with writing():
        back = transfers.ask(
            ward.bicycles, ward.general, ward.cash, 600_000, reason="Trả lại", consent="", by=officers.accountant,
            key="transfer-3",
        )  # fmt: skip
    assert outflows.total(back) == 600_000

    clock(datetime(2026, 9, 1, 2, tzinfo=UTC))
    assert outflows.total(ask(ward, officers, 600_000, key="transfer-4")) == 600_000
