"""A wrong gift is voided, or voided and recorded again, by two people."""

import flask_babel
import pytest

from khuyenhoc.approvals import inbox, registry, requests
from khuyenhoc.approvals.pairs import SamePerson
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import NotAllowed, RuleBroken
from khuyenhoc.giving import donations, donors
from khuyenhoc.giving.donors import Details
from khuyenhoc.ledger import balances, documents
from khuyenhoc.ledger.refusals import StandsOnIt
from tests.giving.gift_world import Ward


def test_a_void_takes_effect_when_a_second_person_approves(ward: Ward) -> None:
    gift = ward.give(500_000)
    request = ward.ask_void(gift)
    assert balances.available(ward.world.bicycles.id) == 500_000

    ward.approve(request)

    assert documents.get_document(gift.id, fresh=True).is_void
    assert balances.available(ward.world.bicycles.id) == 0


def test_whoever_asked_or_recorded_does_not_approve(ward: Ward) -> None:
    gift = ward.give(500_000, by=ward.chair)
    by_treasurer = ward.ask_void(gift)

    with pytest.raises(SamePerson):
        ward.approve(by_treasurer, by=ward.chair)  # recorded it
    with pytest.raises(NotAllowed):
        ward.approve(by_treasurer, by=ward.treasurer)  # asked it
    with pytest.raises(NotAllowed):
        ward.approve(by_treasurer, by=ward.accountant)  # no policy names the accountant
    ward.approve(by_treasurer, by=ward.vice_chair)
    assert documents.get_document(gift.id, fresh=True).is_void


def test_void_needs_a_reason_and_is_asked_once(ward: Ward) -> None:
    gift = ward.give(500_000)
    ward.ask_void(gift)

    with pytest.raises(RuleBroken, match="đang chờ duyệt"):
        ward.ask_void(gift, by=ward.accountant)


def test_recorded_again_in_the_right_campaign_by_one_approval(ward: Ward) -> None:
    gift = ward.give(5_000_000)
    ward.world.pay(4_500_000, campaign=None)
    corrected = ward.gift(ward.line(4_500_000), ward.line(500_000, ward.world.general), note="Hai nơi")
    request = ward.ask_again(gift, corrected)

    ward.approve(request)

    again = donations.replaced_by([gift.id])[gift.id]
    assert balances.available(ward.world.bicycles.id) == 0
    assert balances.available(ward.world.general.id) == 500_000
    assert (again.created_by, again.date, again.amount) == (ward.treasurer.id, gift.date, 5_000_000)
    assert donations.get_donation(again.id).note == "Hai nơi"


def test_the_approver_reads_what_will_be_different(ward: Ward) -> None:
    gift = ward.give(5_000_000)
    request = ward.ask_again(gift, ward.gift(ward.line(500_000), donor=ward.company))

    description = registry.get(request.kind).describe(request)
    assert description.button.startswith("Duyệt hủy và ghi lại PT-")
    told = {fact.label: fact.value for fact in description.facts if fact.label.startswith("Ghi lại")}

    assert told == {
        "Ghi lại: người ủng hộ": "Công ty TNHH Mây Hồng",
        "Ghi lại: chiến dịch": "Xe đạp đến trường: 500.000\u00a0₫",
        "Ghi lại: tổng cộng": "500.000\u00a0₫",
    }
    assert inbox.card(request, ward.chair).why_not == ""


def test_nothing_different_is_nothing_to_record_again(ward: Ward) -> None:
    gift = ward.give(5_000_000)

    with pytest.raises(RuleBroken, match="Chưa có gì khác"):
        ward.ask_again(gift, ward.gift(ward.line(5_000_000)))
    with pytest.raises(RuleBroken) as no:
        ward.ask_again(gift, ward.gift(ward.line(0)))
    assert no.value.field == "amount"


def test_when_it_does_not_reach_any_more_nothing_happens(ward: Ward) -> None:
    gift = ward.give(5_000_000)
    request = ward.ask_again(gift, ward.gift(ward.line(500_000)))
    cost = ward.world.pay(600_000)

    with pytest.raises(StandsOnIt, match=cost.label):
        ward.approve(request)

    assert not documents.get_document(gift.id, fresh=True).is_void
    assert requests.get_request(request.id).is_waiting


def test_a_void_gift_is_not_voided_again(ward: Ward) -> None:
    gift = ward.give(500_000)
    ward.approve(ward.ask_void(gift))

    with pytest.raises(RuleBroken, match="đã hủy rồi"):
        ward.ask_void(documents.get_document(gift.id, fresh=True))


def test_a_giver_named_otherwise_since_is_read_again_before_approving(ward: Ward) -> None:
    gift = ward.give(500_000)
    request = ward.ask_again(gift, ward.gift(ward.line(500_000), donor=ward.company))
    shown = requests.fingerprint(request)
    with flask_babel.force_locale("en"):
        assert requests.fingerprint(request) == shown

    with writing():
        donors.edit(ward.company, Details(kind="company", name="Công ty Ai Đó"), by=ward.secretary)
    with writing():
        outcome = requests.approve(request, by=ward.chair, shown=shown)

    assert outcome is Outcome.CHANGED
    assert not documents.get_document(gift.id, fresh=True).is_void
    ward.approve(request)
    assert documents.get_document(gift.id, fresh=True).is_void
