"""The cash count: exact is recorded, a difference is explained, approved by another person and posted once."""

import pytest

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.pairs import SamePerson
from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import AlreadyRecorded, NotFound, RuleBroken
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.ledger import balances, documents, open_work
from khuyenhoc.ledger.periods import month_index
from khuyenhoc.org import grants
from khuyenhoc.org.users import COMMAND_LINE, User
from khuyenhoc.treasury import cash_counts
from khuyenhoc.treasury.cash_counts import CashCount
from tests.support import people
from tests.support.world import DAY, World, make_world
from tests.treasury.conftest import Officers, approve


def count(
    ward: World,
    by: User,
    sheets: dict[int, int],
    note: str = "",
    key: str = "count-0001",
    campaign: Campaign | None = None,
) -> CashCount:
    """Count the ward's cash box."""
    with writing():
        return cash_counts.count_cash(ward.cash, sheets, campaign=campaign or ward.general, note=note, by=by, key=key)


def test_an_exact_count_is_recorded_as_it_is(ward: World, officers: Officers) -> None:
    ward.gift(1_250_000)
    found = count(ward, officers.treasurer, {500_000: 2, 200_000: 1, 50_000: 1})

    assert (found.state, found.expected, found.counted, found.difference) == ("counted", 1_250_000, 1_250_000, 0)
    assert found.campaign_id is None
    assert found.sheets == {500_000: 2, 200_000: 1, 50_000: 1}
    assert requests.about("cash_count", found.id) == []


def test_a_surplus_is_other_income_once_the_chair_approves(ward: World, officers: Officers) -> None:
    ward.gift(1_000_000)
    found = count(ward, officers.treasurer, {500_000: 2, 20_000: 1}, "Khách không lấy tiền thối")
    assert (found.state, found.difference) == ("waiting", 20_000)
    assert balances.on_account(ward.cash.id) == 1_000_000

    approve(requests.about("cash_count", found.id)[0], officers.chair)

    found = cash_counts.get_count(found.id)
    assert found.document_id is not None
    document = documents.get_document(found.document_id)
    assert (found.state, document.label, document.lines[0].heading) == ("posted", "KQ-2026-0001", "other_income")
    assert balances.on_account(ward.cash.id) == 1_020_000


def test_a_shortage_is_a_running_cost(ward: World, officers: Officers) -> None:
    ward.gift(1_000_000, campaign=ward.general)
    found = count(ward, officers.treasurer, {500_000: 1, 200_000: 2}, "Trả nhầm tiền thối")

    approve(requests.about("cash_count", found.id)[0], officers.vice_chair)

    assert balances.on_account(ward.cash.id) == 900_000
    assert balances.available(ward.general.id) == 900_000


def test_a_difference_needs_its_reason_and_a_campaign(ward: World, officers: Officers) -> None:
    ward.gift(1_000_000)

    with pytest.raises(RuleBroken, match="lý do"):
        count(ward, officers.treasurer, {500_000: 1})
    with pytest.raises(RuleBroken, match="chiến dịch"), writing():
        cash_counts.count_cash(ward.cash, {500_000: 1}, note="Thiếu", by=officers.treasurer, key="count-0002")


def test_whoever_counted_does_not_approve(ward: World, officers: Officers) -> None:
    with writing():
        grants.give(officers.treasurer, "chair", ward.unit, by=COMMAND_LINE, starts=DAY)
    found = count(ward, officers.treasurer, {500: 2}, "Nhặt được trong hộp")

    with pytest.raises(SamePerson):
        approve(requests.about("cash_count", found.id)[0], officers.treasurer)


def test_counting_again_replaces_what_still_waits(ward: World, officers: Officers) -> None:
    ward.gift(1_000_000)
    wrong = count(ward, officers.treasurer, {500_000: 1}, "Thiếu một tờ")
    right = count(ward, officers.treasurer, {500_000: 2}, key="count-0002")

    assert cash_counts.get_count(wrong.id).state == "replaced"
    assert right.state == "counted"
    request = requests.about("cash_count", wrong.id)[0]
    assert request.state == "stale"
    with pytest.raises(RuleBroken):
        approve(request, officers.chair)


def test_what_was_returned_is_asked_again(ward: World, officers: Officers) -> None:
    found = count(ward, officers.treasurer, {500: 2}, "Nhặt được")
    with writing():
        requests.send_back(requests.about("cash_count", found.id)[0], by=officers.chair, reason="Ghi rõ ở đâu")
    assert cash_counts.state_of(found, is_waiting=False) == "Trả lại để sửa"

    with writing():
        cash_counts.ask_for(found, by=officers.treasurer, reason="Nhặt được dưới ngăn kéo")
    approve(requests.about("cash_count", found.id)[0], officers.chair)

    assert cash_counts.get_count(found.id).state == "posted"


def test_who_asked_for_it_and_was_sent_back_does_not_approve_it(ward: World, officers: Officers) -> None:
    found = count(ward, officers.treasurer, {500: 2}, "Nhặt được")
    other = people.person("ketoan9", role="accountant", unit=ward.unit)
    people.grant(other, "vice_chair", ward.unit)
    for by in (other, officers.treasurer):
        with writing():
            requests.send_back(requests.about("cash_count", found.id)[0], by=officers.chair, reason="Ghi rõ ở đâu")
        with writing():
            cash_counts.ask_for(found, by=by, reason="Nhặt được dưới ngăn kéo")

    with pytest.raises(SamePerson, match="đã đề nghị việc này"):
        approve(requests.about("cash_count", found.id)[0], other)


def test_pressed_twice_it_is_counted_once(ward: World, officers: Officers) -> None:
    first = count(ward, officers.treasurer, {500: 2}, "Nhặt được")
    again = count(ward, officers.treasurer, {500: 2}, "Nhặt được")

    assert first.id == again.id
    with pytest.raises(AlreadyRecorded):
        count(ward, officers.treasurer, {500: 3}, "Nhặt được")
    with pytest.raises(AlreadyRecorded):
        count(ward, officers.treasurer, {500: 2}, "Nhặt được", campaign=ward.bicycles)


@pytest.mark.parametrize("sheets", [{300: 1}, {500: -1}, {500: 1_000_001}])
def test_notes_that_do_not_exist_are_refused(ward: World, officers: Officers, sheets: dict[int, int]) -> None:
    with pytest.raises(RuleBroken, match="Số tờ"):
        count(ward, officers.treasurer, sheets, "Lạ")


def test_only_a_cash_box_of_the_unit_is_counted(ward: World, officers: Officers) -> None:
    other = make_world("U06")

    with pytest.raises(RuleBroken, match="tiền mặt"), writing():
        cash_counts.count_cash(ward.bank, {}, by=officers.treasurer, key="count-0003")
    with pytest.raises(NotFound), writing():
        cash_counts.count_cash(
            ward.cash, {500: 1}, campaign=other.general, note="Thừa", by=officers.treasurer, key="count-0004"
        )


def test_an_evening_that_nobody_knows_is_refused(ward: World, officers: Officers) -> None:
    with pytest.raises(NotFound), writing():
        cash_counts.count_cash(ward.cash, {}, desk_id=77, by=officers.treasurer, key="count-0005")


def test_a_difference_keeps_the_month_open(ward: World, officers: Officers) -> None:
    count(ward, officers.treasurer, {500: 2}, "Nhặt được")

    said = " ".join(open_work.open_in_month(ward.unit.id, month_index(DAY)))

    assert "Chênh lệch kiểm quỹ ngày 15/8/2026" in said
    assert open_work.open_in_month(ward.unit.id, month_index(DAY) - 1) == []
