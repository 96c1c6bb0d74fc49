"""A meeting: quorum by the written rule, votes bound to the list, and every award where the meeting put it."""

import pytest

from khuyenhoc.awards import (
    boards,
    conflicts,
    meeting_lists,
    meetings,
    nominations,
    programmes,
    quorum,
    steps,
    votes,
)
from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import NotAllowed, RuleBroken
from khuyenhoc.history.events import record
from khuyenhoc.proof.verify import verify
from tests.awards.award_world import MILLION, AwardWorld, level
from tests.awards.committee_world import all_vote, call, close, gather, met, score, score_all, states, vote
from tests.support import people
from tests.support.world import DAY


def test_the_best_are_recommended_as_far_as_the_money_goes(world: AwardWorld) -> None:
    programme = world.programme(state="reviewing")
    awards = world.awards(programme, 3, "in_review")
    score_all(world, awards, 7, 9, 8)
    meeting = met(world, programme, budget=2 * MILLION)

    all_vote(world, meeting)
    close(world, meeting)

    assert states(awards) == ["in_review", "recommended", "recommended"]
    assert [(r.award_id, r.outcome, r.reason) for r in meeting.results] == [
        (awards[1].id, "recommended", "above"),
        (awards[2].id, "recommended", "above"),
        (awards[0].id, "reserve", "budget"),
    ]
    assert (awards[1].score, awards[1].rank, awards[1].meeting_id) == (9000, 1, meeting.id)
    assert verify().ok


def test_a_second_meeting_has_only_what_the_first_left_of_a_level(world: AwardWorld) -> None:
    programme = world.programme(state="reviewing", levels=[level("THCS", MILLION, quota=2)])
    awards = world.awards(programme, 4, "in_review")
    score_all(world, awards, 9, 8, 7, 6)
    first = met(world, programme, budget=MILLION)
    all_vote(world, first)
    close(world, first)

    second = met(world, programme)
    all_vote(world, second)
    close(world, second)

    assert states(awards) == ["recommended", "recommended", "in_review", "in_review"]
    assert [(r.outcome, r.reason) for r in second.results] == [
        ("recommended", "above"),
        ("reserve", "level_quota"),
        ("reserve", "level_quota"),
    ]


@pytest.mark.parametrize(("members", "needed"), [(3, 3), (4, 3), (5, 4), (6, 4), (7, 5), (9, 6)])
def test_two_thirds_rounded_up_and_at_least_three(members: int, needed: int) -> None:
    assert quorum.needed(quorum.DEFAULT, members) == needed


def test_without_a_quorum_there_is_no_meeting(world: AwardWorld) -> None:
    programme = world.programme(state="reviewing")
    world.awards(programme, 1, "in_review")

    with pytest.raises(RuleBroken, match="cần ít nhất 4"):
        met(world, programme, absent=world.members[3:])


def test_whoever_is_away_says_why_and_the_presider_is_there(world: AwardWorld) -> None:
    programme = world.programme(state="reviewing")
    world.awards(programme, 1, "in_review")
    meeting = call(world, programme)
    everybody: dict[int, str | None] = {row.user_id: None for row in meeting.attendance}

    with pytest.raises(RuleBroken, match="lý do"), writing():
        meetings.open_meeting(meeting, {**everybody, world.members[4].id: " "}, started_at="08:30", by=world.secretary)
    with pytest.raises(RuleBroken, match="chủ trì và thư ký phải có mặt"):
        gather(world, meeting, absent=[world.members[0]])


def test_equals_at_the_line_wait_for_the_presiders_reason(world: AwardWorld) -> None:
    programme = world.programme(state="reviewing")
    awards = world.awards(programme, 2, "in_review")
    score_all(world, awards, 8, 8)
    meeting = met(world, programme, budget=MILLION)
    assert [one.why for one in meeting_lists.ranked(meeting)] == ["tie", "tie"]

    with writing():
        meetings.break_tie(meeting, awards[1], awards[0], reason="Mồ côi cả cha lẫn mẹ", by=world.members[0])
    all_vote(world, meeting)
    close(world, meeting)

    assert states(awards) == ["in_review", "recommended"]


def test_only_the_presider_decides_between_equals_and_only_equals(world: AwardWorld) -> None:
    programme = world.programme(state="reviewing")
    awards = world.awards(programme, 3, "in_review")
    score_all(world, awards, 8, 8, 9)
    meeting = met(world, programme)

    with pytest.raises(NotAllowed), writing():
        meetings.break_tie(meeting, awards[0], awards[1], reason="x", by=world.members[1])
    with pytest.raises(RuleBroken, match="không bằng điểm"), writing():
        meetings.break_tie(meeting, awards[0], awards[2], reason="x", by=world.members[0])


def test_what_if_changes_nothing(world: AwardWorld) -> None:
    programme = world.programme(state="reviewing")
    awards = world.awards(programme, 2, "in_review")
    score_all(world, awards, 9, 8)
    meeting = met(world, programme)

    supposed = meeting_lists.ranked(meeting, meeting_lists.Room(budget=MILLION))

    assert [one.outcome for one in supposed] == ["recommended", "reserve"]
    assert [one.outcome for one in meeting_lists.ranked(meeting)] == ["recommended", "recommended"]


def test_a_vote_on_another_list_is_refused(world: AwardWorld) -> None:
    programme = world.programme(state="reviewing")
    awards = world.awards(programme, 2, "in_review")
    score_all(world, awards, 9, 8)
    meeting = met(world, programme)
    before = meeting_lists.shown(meeting, meeting_lists.ranked(meeting))
    score(awards[1], 10, 10, *world.members[:3])

    with pytest.raises(steps.Stale), writing():
        votes.vote(meeting, "for", by=world.members[0], shown_as=before)


def test_votes_given_before_a_score_changed_must_be_given_again(world: AwardWorld) -> None:
    programme = world.programme(state="reviewing")
    awards = world.awards(programme, 1, "in_review")
    score_all(world, awards, 8)
    meeting = met(world, programme)
    all_vote(world, meeting)
    score(awards[0], 9, 9, world.members[2])

    assert len(votes.waits_for(meeting)) == 5
    with pytest.raises(RuleBroken, match="Còn chờ biểu quyết"):
        close(world, meeting)


def test_one_award_can_be_voted_down_by_itself(world: AwardWorld) -> None:
    programme = world.programme(state="reviewing")
    awards = world.awards(programme, 2, "in_review")
    score_all(world, awards, 9, 8)
    meeting = met(world, programme)
    all_vote(world, meeting)
    for member in world.members[:3]:
        vote(meeting, member, "against", awards[1], note="Đã nhận học bổng khác")

    close(world, meeting)

    assert states(awards) == ["recommended", "rejected"]


def test_who_would_have_room_after_another_was_voted_down_is_told_so_and_waits(world: AwardWorld) -> None:
    programme = world.programme(state="reviewing")
    awards = world.awards(programme, 4, "in_review")
    score_all(world, awards, 9, 8, 7, 6)
    meeting = met(world, programme, 2 * MILLION)
    all_vote(world, meeting)
    for member in world.members[:3]:
        vote(meeting, member, "against", awards[0], note="Đã nhận học bổng khác")

    close(world, meeting)

    told = [(line.outcome, line.reason) for line in meeting.results]
    assert told == [("rejected", "voted_down"), ("recommended", "above"), ("reserve", "freed"), ("reserve", "budget")]
    assert states(awards) == ["rejected", "recommended", "in_review", "in_review"]
    assert all(reason in boards.WHYS for _outcome, reason in told)


def test_an_award_voted_on_by_itself_waits_until_nobody_could_turn_it(world: AwardWorld) -> None:
    programme = world.programme(state="reviewing")
    awards = world.awards(programme, 2, "in_review")
    score_all(world, awards, 9, 8)
    meeting = met(world, programme)
    all_vote(world, meeting)
    vote(meeting, world.members[0], "for", awards[1])

    with pytest.raises(RuleBroken, match=r"hồ sơ HB26-0002"):
        close(world, meeting)
    for member in world.members[1:3]:
        vote(meeting, member, "for", awards[1])
    close(world, meeting)

    assert states(awards) == ["recommended", "recommended"]


def test_a_vote_on_one_award_is_given_again_when_the_list_has_changed(world: AwardWorld) -> None:
    programme = world.programme(state="reviewing")
    awards = world.awards(programme, 1, "in_review")
    score_all(world, awards, 8)
    meeting = met(world, programme)
    for member in world.members:
        vote(meeting, member, "against", awards[0], note="Chưa rõ hoàn cảnh")
    score(awards[0], 9, 9, world.members[2])
    all_vote(world, meeting)

    assert len(votes.waits_for(meeting)) == 5
    with pytest.raises(RuleBroken, match=r"hồ sơ HB26-0001"):
        close(world, meeting)
    for member in world.members[:3]:
        vote(meeting, member, "for", awards[0])
    close(world, meeting)

    assert states(awards) == ["recommended"]


def test_the_presider_takes_back_a_word_about_equals(world: AwardWorld) -> None:
    programme = world.programme(state="reviewing")
    awards = world.awards(programme, 2, "in_review")
    score_all(world, awards, 8, 8)
    meeting = met(world, programme, budget=MILLION)

    for first, then in ((awards[0], awards[1]), (awards[1], awards[0])):
        with writing():
            meetings.break_tie(meeting, first, then, reason="Mồ côi", by=world.members[0])

    assert [one.candidate.award_id for one in meeting_lists.ranked(meeting)] == [awards[1].id, awards[0].id]


def test_dissent_has_its_reason(world: AwardWorld) -> None:
    programme = world.programme(state="reviewing")
    score_all(world, world.awards(programme, 1, "in_review"), 9)
    meeting = met(world, programme)

    with pytest.raises(RuleBroken, match="lý do không tán thành"):
        vote(meeting, world.members[0], "against")


def test_a_recused_member_does_not_vote_on_that_award(world: AwardWorld) -> None:
    programme = world.programme(state="reviewing")
    awards = world.awards(programme, 1, "in_review")
    score_all(world, awards, 9)
    with writing():
        conflicts.declare(awards[0], by=world.members[4], reason="Hàng xóm thân")
    meeting = met(world, programme)

    with pytest.raises(NotAllowed, match="tự khai"):
        vote(meeting, world.members[4], "for", awards[0])


def test_too_many_recused_leave_the_award_undecided(world: AwardWorld) -> None:
    programme = world.programme(state="reviewing")
    awards = world.awards(programme, 1, "in_review")
    score_all(world, awards, 9)
    for member in world.members[2:]:
        with writing():
            conflicts.declare(awards[0], by=member, reason="Cùng dòng họ")
    meeting = met(world, programme)
    all_vote(world, meeting)

    close(world, meeting)

    assert states(awards) == ["in_review"]
    assert [r.reason for r in meeting.results] == ["no_quorum"]


@pytest.mark.parametrize("who", ["secretary", "chair", "treasurer", "nominator"])
def test_only_members_vote(world: AwardWorld, who: str) -> None:
    programme = world.programme(state="reviewing")
    score_all(world, world.awards(programme, 1, "in_review"), 9)
    meeting = met(world, programme)

    with pytest.raises(NotAllowed):
        vote(meeting, getattr(world, who))


def test_a_member_who_is_away_does_not_vote(world: AwardWorld) -> None:
    programme = world.programme(state="reviewing")
    score_all(world, world.awards(programme, 1, "in_review"), 9)
    meeting = met(world, programme, absent=[world.members[4]])

    with pytest.raises(NotAllowed, match="có mặt"):
        vote(meeting, world.members[4])


@pytest.mark.parametrize("who", ["chair", "accountant", "nominator"])
def test_only_its_officers_hold_a_meeting(world: AwardWorld, who: str) -> None:
    programme = world.programme(state="reviewing")
    world.awards(programme, 1, "in_review")

    with pytest.raises(NotAllowed), writing():
        meetings.plan(programme, held_on=DAY, place="", by=getattr(world, who))
    with pytest.raises(NotAllowed), writing():
        meetings.cancel(call(world, programme), reason="x", by=world.members[1])


def test_a_programme_that_still_takes_nominations_has_no_meeting(world: AwardWorld) -> None:
    with pytest.raises(RuleBroken, match="chưa đưa hồ sơ"):
        call(world, world.programme())


def test_whoever_mended_a_nomination_does_not_vote_on_it(world: AwardWorld) -> None:
    helper = world.members[1]
    people.grant(helper, "nominator", world.chapter)
    programme = world.programme()
    award = world.award(programme, "draft")
    with writing():
        nominations.change(award, programme.levels[0], reason="Nhà rất nghèo", evidence={}, by=helper)
        nominations.confirm_list(programme, world.chapter, [award], by=world.nominator)
        nominations.verify([award], by=world.secretary, note="Đã đến thăm nhà")
        programmes.start_review(programme, by=world.secretary, reason="Đã đủ hồ sơ")

    meeting = met(world, programme)

    assert conflicts.of([award.id]) == {award.id: {helper.id: "own_nominee"}}
    with pytest.raises(NotAllowed):
        vote(meeting, helper, award=award)


def test_a_card_that_came_to_share_a_members_address_binds_the_member_when_the_meeting_begins(
    world: AwardWorld,
) -> None:
    programme = world.programme(state="reviewing")
    (award,) = world.awards(programme, 1)
    member = world.members[1]
    with writing():
        conflicts.add_tie(member, "household", by=member, address="12 đường Cây Me")
    meeting = call(world, programme)
    with writing():
        award.recipient.address = "12 đường Cây Me"
        record("recipient.changed", award.recipient, by=world.nominator, unit_id=award.recipient.unit_id)

    gather(world, meeting)

    assert conflicts.of([award.id]) == {award.id: {member.id: "household"}}


def test_a_card_changed_during_the_meeting_binds_in_the_count_of_the_whole_list(world: AwardWorld) -> None:
    programme = world.programme(state="reviewing")
    near, other = world.awards(programme, 2)
    member = world.members[4]
    with writing():
        conflicts.add_tie(member, "household", by=member, address="12 đường Cây Me")
    score_all(world, [near, other], 9, 8)
    meeting = met(world, programme)
    with writing():
        near.recipient.address = "12 đường Cây Me"
        record("recipient.changed", near.recipient, by=world.nominator, unit_id=near.recipient.unit_id)
    score_all(world, [near, other], 9, 8)
    with pytest.raises(NotAllowed, match="nhà"):
        vote(meeting, member, award=near)
    for voter in world.members[:2]:
        vote(meeting, voter, "against", note="Chưa rõ")
    for voter in world.members[2:]:
        vote(meeting, voter)

    close(world, meeting)

    assert conflicts.of([near.id, other.id]) == {near.id: {member.id: "household"}}
    assert states([near, other]) == ["rejected", "recommended"]  # two of four are no majority, three of five are
    assert verify().ok
