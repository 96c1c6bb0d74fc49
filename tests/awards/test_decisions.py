"""A decision promises money and pieces to whom the meeting recommended, and never more than there is."""

import pytest

from khuyenhoc.awards import decisions, signing
from khuyenhoc.awards.promises import CannotBear
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import AlreadyRecorded, NotAllowed, NotFound, RuleBroken
from khuyenhoc.history import events
from khuyenhoc.history.events import record
from khuyenhoc.ledger import balances, refusals
from khuyenhoc.ledger.documents import find_by_key
from khuyenhoc.ledger.refusals import NotEnough
from khuyenhoc.proof import reconcile
from khuyenhoc.proof.verify import verify
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld, level
from tests.support.world import DAY


def holds() -> bool:
    """Whether verify finds nothing, and every campaign reconciles."""
    db.session.rollback()
    report = verify()
    return report.ok and all(statement.reconciled for statement in reconcile.statements())


def test_the_chair_signs_and_the_money_is_set_aside(world: AwardWorld) -> None:
    world.money(5 * MILLION)
    programme = world.programme()
    awards = world.awards(programme, 3, "recommended")

    decision = deciding.decided(world, programme)

    assert decisions.printed_number(decision) == "01/QĐ-HKH"
    assert (decision.state, decision.signed_by, decision.decided_on) == ("decided", world.chair.id, DAY)
    assert {award.state for award in awards} == {"decided"}
    assert {award.amount for award in awards} == {MILLION}
    assert [share.amount for award in awards for share in award.shares] == [MILLION] * 3
    assert deciding.committed(world.scholarships.id) == 3 * MILLION
    assert balances.available(world.scholarships.id) == 2 * MILLION
    assert holds()


def test_an_award_may_be_split_over_two_campaigns(world: AwardWorld) -> None:
    world.money(1_500_000)
    world.money(5 * MILLION, world.world.general)
    programme = world.programme(funding=[(world.scholarships, None), (world.world.general, None)])
    awards = world.awards(programme, 2, "recommended")

    deciding.decided(world, programme)

    shares = [(share.campaign_id, share.amount) for share in awards[1].shares]
    assert shares == [(world.scholarships.id, 500_000), (world.world.general.id, 500_000)]
    assert (balances.available(world.scholarships.id), balances.available(world.world.general.id)) == (0, 4_500_000)
    assert holds()


def test_free_bicycles_are_reserved_and_money_is_set_aside_for_the_rest(world: AwardWorld) -> None:
    ward = world.world
    ward.bicycles_given(2)
    ward.gift(10 * MILLION)
    programme = deciding.bicycles(world)
    world.awards(programme, 3, "recommended")

    decision = deciding.decided(world, programme)

    assert (deciding.pieces(ward.bicycles.id, "free"), deciding.pieces(ward.bicycles.id, "reservations")) == (0, 2)
    assert deciding.committed(ward.bicycles.id) == 2_375_000
    assert decision.amount == 3 * 2_375_000
    assert holds()


def test_what_cannot_be_borne_is_said_in_dong_and_nothing_happens(world: AwardWorld) -> None:
    world.money(2_500_000)
    programme = world.programme()
    awards = world.awards(programme, 3, "recommended")
    decision = deciding.draft(world, programme)

    with pytest.raises(CannotBear, match=r"thiếu 500\.000\s₫.*Học bổng Tiếp bước còn 2\.500\.000\s₫"):
        deciding.ask(world, decision)
    with pytest.raises(CannotBear), writing():
        signing.sign(decision, by=world.chair)

    assert decision.state == "draft"
    assert {award.state for award in awards} == {"recommended"}
    assert deciding.committed(world.scholarships.id) == 0


def test_missing_bicycles_are_said_in_pieces(world: AwardWorld) -> None:
    ward = world.world
    ward.bicycles_given(1)
    programme = deciding.bicycles(world)
    world.awards(programme, 3, "recommended")

    with pytest.raises(CannotBear, match=r"thiếu 2 chiếc xe đạp 24 inch; mua thêm cần 4\.750\.000\s₫"):
        deciding.ask(world, deciding.draft(world, programme))


def test_the_cap_of_a_funding_line_counts_what_was_decided_before(world: AwardWorld) -> None:
    world.money(10 * MILLION)
    programme = world.programme(funding=[(world.scholarships, 3 * MILLION)])
    world.awards(programme, 2, "recommended")
    deciding.decided(world, programme)
    world.awards(programme, 2, "recommended")

    with pytest.raises(CannotBear, match=r"được chi 1\.000\.000\s₫ nữa"):
        deciding.ask(world, deciding.draft(world, programme))


def test_a_level_is_not_given_more_often_than_the_programme_says(world: AwardWorld) -> None:
    world.money(10 * MILLION)
    programme = world.programme(levels=[level("THCS", MILLION, quota=2)])
    world.awards(programme, 3, "recommended")
    decision = deciding.draft(world, programme)

    with pytest.raises(RuleBroken, match="có 2 suất"):
        deciding.sign(world, decision)


def test_two_drafts_about_the_same_money_the_second_is_refused(world: AwardWorld) -> None:
    world.money(3 * MILLION)
    one, other = world.programme("HB26"), world.programme("HB27")
    world.awards(one, 2, "recommended")
    world.awards(other, 2, "recommended")
    first, second = deciding.draft(world, one), deciding.draft(world, other)
    asked = deciding.ask(world, second)
    deciding.sign(world, first)

    with pytest.raises(CannotBear):
        deciding.approve(asked, world.chair)

    assert balances.available(world.scholarships.id) == MILLION


def test_past_the_words_stands_the_database(world: AwardWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads the balance too early, and passes every check in words, is still refused."""
    world.money(3 * MILLION)
    one, other = world.programme("HB26"), world.programme("HB27")
    world.awards(one, 2, "recommended")
    world.awards(other, 2, "recommended")
    second = deciding.draft(world, other)
    deciding.decided(world, one)
    monkeypatch.setattr(signing.promises.refusals, "lowest", lambda *_place: (3 * MILLION, 0))
    monkeypatch.setattr(refusals, "require_enough", lambda *_args, **_more: None)
    monkeypatch.setattr(signing.promises.eligible, "require", lambda *_args, **_more: None)

    with pytest.raises(NotEnough, match="vừa được người khác dùng"), writing():
        signing.sign(second, by=world.chair)

    assert balances.available(world.scholarships.id) == MILLION
    assert holds()


def test_the_second_decision_supplements_the_first(world: AwardWorld) -> None:
    world.money(5 * MILLION)
    programme = world.programme()
    world.awards(programme, 1, "recommended")
    first = deciding.decided(world, programme)
    world.awards(programme, 1, "recommended")

    second = deciding.decided(world, programme)

    assert (second.kind, second.of_id, decisions.printed_number(second)) == ("supplementary", first.id, "02/QĐ-HKH")


def test_pressed_twice_one_draft_stands_there(world: AwardWorld) -> None:
    programme = world.programme()
    awards = world.awards(programme, 2, "recommended")

    assert (
        deciding.draft(world, programme, key="draft-0001").id
        == deciding.draft(world, programme, awards, "draft-0001").id
    )
    with pytest.raises(AlreadyRecorded):
        deciding.draft(world, programme, awards[:1], "draft-0001")


def test_only_what_is_recommended_and_in_no_other_draft_is_taken_up(world: AwardWorld) -> None:
    programme, other = world.programme(), world.programme("HB27")
    award, early = world.award(programme, "recommended"), world.award(programme, "in_review")
    foreign = world.award(other, "recommended")
    deciding.draft(world, programme, [award])

    for some, refusal in (([early], RuleBroken), ([award], RuleBroken), ([foreign], NotFound), ([], RuleBroken)):
        with pytest.raises(refusal):
            deciding.draft(world, programme, some)


def test_only_the_secretary_of_the_unit_drafts_changes_and_drops(world: AwardWorld) -> None:
    programme = world.programme()
    world.award(programme, "recommended")
    decision = deciding.draft(world, programme)

    for who in (world.chair, world.accountant, world.nominator, world.members[0], world.stranger):
        with pytest.raises(NotAllowed), writing():
            decisions.draft(programme, [], basis="Điều lệ", by=who, key="draft-0009")
        with pytest.raises(NotAllowed), writing():
            decisions.change(decision, [], basis="Điều lệ", by=who)
        with pytest.raises(NotAllowed), writing():
            decisions.drop(decision, by=who)


def test_a_draft_may_be_changed_and_dropped_a_signed_decision_not(world: AwardWorld) -> None:
    world.money(5 * MILLION)
    programme = world.programme()
    first, second = world.awards(programme, 2, "recommended")
    decision = deciding.draft(world, programme, [first])

    with writing():
        decisions.change(decision, [second], basis="Điều lệ Hội", by=world.secretary)
    assert [line.award_id for line in decision.lines] == [second.id]
    deciding.sign(world, decision)

    with pytest.raises(RuleBroken), writing():
        decisions.change(decision, [first], basis="Điều lệ Hội", by=world.secretary)
    with pytest.raises(RuleBroken), writing():
        decisions.drop(decision, by=world.secretary)
    with pytest.raises(RuleBroken), writing():
        signing.sign(decision, by=world.chair)


def test_a_dropped_draft_frees_its_awards(world: AwardWorld) -> None:
    programme = world.programme()
    award = world.award(programme, "recommended")
    decision = deciding.draft(world, programme, [award])
    with writing():
        decisions.drop(decision, by=world.secretary)

    assert deciding.draft(world, programme).lines[0].award_id == award.id


def test_an_award_that_changed_its_level_is_said(world: AwardWorld) -> None:
    world.money(5 * MILLION)
    programme = world.programme(levels=[level("THCS", MILLION), level("THPT", 2 * MILLION, place=2)])
    award = world.award(programme, "recommended")
    decision = deciding.draft(world, programme)
    with writing():
        award.level_id = programme.levels[1].id
        record("award.changed", award, by=world.teacher, unit_id=award.unit_id)

    with pytest.raises(RuleBroken, match="HB26-0001 đã đổi"):
        deciding.ask(world, decision)


def test_everything_is_told_in_the_history(world: AwardWorld) -> None:
    world.money(5 * MILLION)
    programme = world.programme()
    award = world.award(programme, "recommended")
    decision = deciding.decided(world, programme)

    assert [event.action for event in events.of("decisions", decision.id)] == ["decision.drafted", "decision.signed"]
    assert events.of("awards", award.id)[-1].action == "award.decided"
    assert find_by_key(world.unit.id, f"decision:{decision.id}") is not None


def test_whoever_was_given_something_meanwhile_is_not_given_it_twice(world: AwardWorld) -> None:
    world.money(5 * MILLION)
    pupil, other = world.pupil(), world.pupil()
    once = {"rules": [("one_award", "any")]}
    first, second = world.programme("HB26", **once), world.programme("HB27", **once)
    for programme in (first, second):
        world.award(programme, "recommended", recipient=pupil)
    world.award(second, "recommended", recipient=other)
    waiting = deciding.ask(world, deciding.draft(world, second))
    deciding.decided(world, first)

    with pytest.raises(RuleBroken, match="HB27-0001: Năm học này đã được cấp: HB26-0001"):
        deciding.approve(waiting, world.chair)
    with pytest.raises(RuleBroken, match="HB26-0001"):
        signing.sign(decisions.get_decision(waiting.subject_id), by=world.chair)
