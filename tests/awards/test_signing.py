"""Who may sign: chair or vice-chair, who neither drafted, nominated, confirmed nor is bound, and what was shown."""

import pytest

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.pairs import SamePerson
from khuyenhoc.approvals.requests import Outcome
from khuyenhoc.awards import conflicts, decision_approvals, decisions, signing
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import NotAllowed, RuleBroken
from khuyenhoc.funds.closing import what_is_open
from khuyenhoc.history.events import record
from khuyenhoc.org.users import User
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld
from tests.support import people


def ready(world: AwardWorld, **award: User) -> Decision:
    """A draft about one recommended award, with money behind it."""
    world.money(5 * MILLION)
    programme = world.programme()
    world.award(programme, "recommended", **award)
    return deciding.draft(world, programme)


def both_ways(world: AwardWorld, decision: Decision, who: User, refusal: type[Exception]) -> None:
    """Refused through the approvals, and refused where the rule is called by itself."""
    request = decision_approvals.waiting_for(decision) or deciding.ask(world, decision)
    with pytest.raises(refusal):
        deciding.approve(request, who)
    with pytest.raises(refusal), writing():
        signing.sign(decision, by=who)
    assert decision.state == "draft"


@pytest.mark.parametrize("name", ["secretary", "accountant", "treasurer", "nominator", "stranger"])
def test_only_chair_and_vice_chair_sign(world: AwardWorld, name: str) -> None:
    both_ways(world, ready(world), getattr(world, name), NotAllowed)


def test_the_vice_chair_signs_for_the_chair(world: AwardWorld) -> None:
    assert deciding.sign(world, ready(world), world.vice_chair).signed_by == world.vice_chair.id


def test_the_chair_of_another_association_does_not_sign(world: AwardWorld) -> None:
    far = people.person("chutich2", role="chair", unit=people.association("U02"))

    both_ways(world, ready(world), far, NotAllowed)


def test_whoever_drafted_or_changed_it_does_not_sign(world: AwardWorld) -> None:
    people.grant(world.secretary, "vice_chair", world.unit)
    people.grant(world.vice_chair, "secretary", world.unit)
    decision = ready(world)
    both_ways(world, decision, world.secretary, SamePerson)

    with writing():
        decisions.change(decision, decisions.awards_of(decision), basis="Điều lệ mới", by=world.vice_chair)

    both_ways(world, decision, world.vice_chair, SamePerson)


def test_whoever_nominated_does_not_sign(world: AwardWorld) -> None:
    people.grant(world.teacher, "chair", world.unit)

    both_ways(world, ready(world, nominated_by=world.teacher), world.teacher, SamePerson)


def test_whoever_only_changed_a_nomination_does_not_sign(world: AwardWorld) -> None:
    people.grant(world.teacher, "chair", world.unit)
    decision = ready(world)
    award = decisions.awards_of(decision)[0]
    with writing():
        award.reason = "Nhà rất xa trường"
        record("award.changed", award, by=world.teacher, unit_id=award.unit_id)

    both_ways(world, decision, world.teacher, SamePerson)


@pytest.mark.parametrize("basis", ["declared", "own_class", "household"])
def test_whoever_is_bound_to_one_of_the_awards_does_not_sign(world: AwardWorld, basis: str) -> None:
    decision = ready(world)
    deciding.bind(decisions.awards_of(decision)[0], world.chair, basis)

    with pytest.raises(NotAllowed, match="HB26-0001"):
        deciding.approve(deciding.ask(world, decision), world.chair)
    both_ways(world, decision, world.chair, NotAllowed)
    assert deciding.sign(world, decision, world.vice_chair).state == "decided"


def test_what_changed_after_it_was_shown_is_shown_again(world: AwardWorld) -> None:
    world.money(5 * MILLION)
    programme = world.programme()
    one, other = world.awards(programme, 2, "recommended")
    decision = deciding.draft(world, programme, [one])
    request = deciding.ask(world, decision)
    shown = requests.fingerprint(request)
    with writing():
        decisions.change(decision, [one, other], basis=deciding.BASIS, by=world.secretary)

    assert deciding.approve(request, world.chair, shown) is Outcome.CHANGED
    assert decision.state == "draft"


def test_a_name_that_changed_after_it_was_shown_is_shown_again(world: AwardWorld) -> None:
    decision = ready(world)
    request = deciding.ask(world, decision)
    shown = requests.fingerprint(request)
    recipient = decisions.awards_of(decision)[0].recipient
    with writing():
        recipient.full_name = "Trần Văn Khác"
        record("recipient.changed", recipient, by=world.nominator, unit_id=recipient.unit_id)

    assert deciding.approve(request, world.chair, shown) is Outcome.CHANGED


def test_bicycles_given_away_meanwhile_are_shown_again(world: AwardWorld) -> None:
    """What was a free bicycle when it was shown is money to buy one now: another promise than the one that was read."""
    ward = world.world
    ward.bicycles_given(1)
    ward.gift(5 * MILLION)
    programme = deciding.bicycles(world)
    world.award(programme, "recommended")
    request = deciding.ask(world, deciding.draft(world, programme))
    shown = requests.fingerprint(request)
    ward.reserve(1)

    assert deciding.approve(request, world.chair, shown) is Outcome.CHANGED


def test_a_gift_that_changes_no_promise_does_not_disturb_the_signing(world: AwardWorld) -> None:
    decision = ready(world)
    request = deciding.ask(world, decision)
    shown = requests.fingerprint(request)
    world.money(MILLION)

    assert deciding.approve(request, world.chair, shown) is Outcome.DONE


def test_an_award_withdrawn_meanwhile_is_named(world: AwardWorld) -> None:
    decision = ready(world)
    request = deciding.ask(world, decision)
    award = decisions.awards_of(decision)[0]
    with writing():
        award.state = "withdrawn"
        record("award.withdrawn", award, by=world.nominator, unit_id=award.unit_id)

    with pytest.raises(RuleBroken, match="HB26-0001 không còn được đề nghị"):
        deciding.approve(request, world.chair)


def test_asked_twice_it_is_asked_once_and_dropping_lets_the_request_lapse(world: AwardWorld) -> None:
    decision = ready(world)
    request = deciding.ask(world, decision)
    assert deciding.ask(world, decision).id == request.id

    with writing():
        decision_approvals.drop(decision, by=world.secretary)

    assert request.state == "stale"
    with pytest.raises(RuleBroken):
        deciding.approve(request, world.chair)


def test_a_campaign_with_a_decision_waiting_does_not_close(world: AwardWorld) -> None:
    deciding.ask(world, ready(world))

    assert any("Dự thảo quyết định trao" in sentence for sentence in what_is_open(world.scholarships))


def test_a_returned_draft_is_mended_and_asked_again(world: AwardWorld) -> None:
    decision = ready(world)
    request = deciding.ask(world, decision)
    with writing():
        requests.send_back(request, by=world.chair, reason="Thiếu số biên bản")
    with writing():
        decisions.change(decision, decisions.awards_of(decision), basis="Biên bản BB-2026-0001", by=world.secretary)

    assert deciding.sign(world, decision).state == "decided"


def test_whoever_named_one_of_them_as_a_relative_does_not_sign(world: AwardWorld) -> None:
    world.money(5 * MILLION)
    award = world.award(world.programme(), "recommended")
    world.also(world.chair, "committee_member")
    with writing():
        conflicts.add_tie(world.chair, "relative", by=world.chair, recipient_id=award.recipient_id)

    both_ways(world, deciding.draft(world, award.programme), world.chair, NotAllowed)
