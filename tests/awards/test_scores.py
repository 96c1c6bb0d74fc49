"""Marks: given alone, by those who may, bound to the file as it was shown."""

import pytest
from flask import Flask
from flask_babel import force_locale

from khuyenhoc.approvals.pairs import SamePerson
from khuyenhoc.awards import conflicts, my_files, scores, steps
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.programme_tables import Criterion
from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import NotAllowed, RuleBroken
from khuyenhoc.history.events import record
from khuyenhoc.org.users import User
from tests.awards.award_world import MILLION, AwardWorld
from tests.awards.committee_world import all_vote, close, met, score, states
from tests.support import people


@pytest.fixture
def award(world: AwardWorld) -> Award:
    """One nomination before the committee."""
    return world.award(world.programme(state="reviewing"), "in_review")


def test_marks_are_weighed(world: AwardWorld, award: Award) -> None:
    score(award, 9, 6, world.members[0])
    score(award, 8, 8, world.members[1])

    assert scores.means([award]) == {award.id: (7800 + 8000) // 2}


@pytest.mark.parametrize(
    ("marks", "worth"),
    [({1: 10, 2: 10}, 10_000), ({1: 0, 2: 0}, 0), ({1: 1, 2: 0}, 600), ({1: 0, 2: 1}, 400)],
)
def test_full_marks_are_a_hundred(marks: dict[int, int], worth: int) -> None:
    rubric = [
        Criterion(position=1, weight=60, most=10, name="", meaning=""),
        Criterion(position=2, weight=40, most=10, name="", meaning=""),
    ]

    assert scores.total(rubric, marks) == worth


def test_others_marks_are_unseen_until_ones_own_are_given(world: AwardWorld, award: Award) -> None:
    first, second = world.members[:2]
    score(award, 9, 9, first)

    assert scores.visible(award, second) == []

    score(award, 5, 5, second)
    assert [s.user_id for s in scores.visible(award, second)] == sorted([first.id, second.id])


def test_a_changed_file_makes_marks_stale(world: AwardWorld, award: Award) -> None:
    score(award, 9, 9, world.members[0])
    shown = scores.shown(award)
    with writing():
        award.recipient.note = "Mẹ mới mất"
        record("recipient.changed", award.recipient, by=world.nominator, unit_id=award.recipient.unit_id)

    assert (scores.means([award]), scores.stale([award])) == ({}, {award.id: 1})
    with pytest.raises(steps.Stale), writing():
        scores.give(award, {1: 9, 2: 9}, by=world.members[1], shown_as=shown)


@pytest.mark.parametrize("who", ["secretary", "chair", "nominator", "accountant"])
def test_only_who_sits_gives_marks(world: AwardWorld, award: Award, who: str) -> None:
    with pytest.raises(NotAllowed):
        score(award, 9, 9, getattr(world, who))


def test_the_chair_does_not_score_even_with_a_seat(world: AwardWorld, award: Award) -> None:
    people.grant(world.members[0], "chair", world.unit)

    with pytest.raises(NotAllowed):
        score(award, 9, 9, world.members[0])


def test_nobody_scores_their_own_nominee(world: AwardWorld) -> None:
    member = world.members[0]
    own = world.award(world.programme(state="reviewing"), "in_review", nominated_by=member)

    with pytest.raises(SamePerson, match="đã giới thiệu"):
        score(own, 9, 9, member)


def test_nobody_scores_what_they_checked(world: AwardWorld) -> None:
    member = world.members[0]
    checked = world.award(world.programme(state="reviewing"), "in_review", verified_by=member)

    with pytest.raises(SamePerson, match="đã xác minh"):
        score(checked, 9, 9, member)


def test_a_declared_conflict_keeps_out(world: AwardWorld, award: Award) -> None:
    member = world.members[0]
    with writing():
        conflicts.declare(award, by=member, reason="Cháu gọi bằng bác")

    with pytest.raises(NotAllowed, match="tự khai"):
        score(award, 9, 9, member)


def _teacher_of(user: User, award: Award) -> None:
    recipient = award.recipient
    conflicts.add_tie(user, "class", by=user, school_id=recipient.school_id, class_name=recipient.class_name)


def _neighbour_of(user: User, award: Award) -> None:
    conflicts.add_tie(user, "household", by=user, phone=award.recipient.guardians[0].phone)


def _same_telephone_as_one_types_it(user: User, award: Award) -> None:
    tail = award.recipient.guardians[0].phone[-6:]
    conflicts.add_tie(user, "household", by=user, phone=f"0900.{tail[:3]} {tail[3:]}")


def _teacher_of_the_class_as_one_writes_it(user: User, award: Award) -> None:
    recipient = award.recipient
    conflicts.add_tie(
        user,
        "class",
        by=user,
        school_id=recipient.school_id,
        class_name=f"Lớp {recipient.class_name[0]} /{recipient.class_name[1:]}",
    )


def _same_house_with_other_commas(user: User, award: Award) -> None:
    conflicts.add_tie(user, "household", by=user, address=f"{award.recipient.address.replace(' ', ', ', 1)}.")


def _same_house_as(user: User, award: Award) -> None:
    conflicts.add_tie(user, "household", by=user, address=award.recipient.address.upper())


def _uncle_of(user: User, award: Award) -> None:
    conflicts.add_tie(user, "relative", by=user, recipient_id=award.recipient_id)


@pytest.mark.parametrize(
    ("tie", "word"),
    [
        (_teacher_of, "học sinh lớp mình"),
        (_teacher_of_the_class_as_one_writes_it, "học sinh lớp mình"),
        (_neighbour_of, "cùng nhà"),
        (_same_telephone_as_one_types_it, "cùng nhà"),
        (_same_house_with_other_commas, "cùng nhà"),
        (_same_house_as, "cùng nhà"),
        (_uncle_of, "cùng nhà"),
    ],
)
def test_what_is_known_of_a_member_keeps_out(  # type: ignore[no-untyped-def]
    app: Flask, world: AwardWorld, award: Award, tie, word: str
) -> None:
    member = world.members[0]
    with writing():
        tie(member, award)

    with pytest.raises(NotAllowed, match=word):
        score(award, 9, 9, member)
    with app.test_request_context(), force_locale("en"), writing():
        assert conflicts.look_for([award], world.members, by=world.secretary) == 1
    noted = conflicts.find(award.id, member.id)
    assert noted is not None
    assert word in noted.reason.lower(), "it is kept in Vietnamese, whoever looks"


@pytest.mark.parametrize(("taught", "own"), [("1/11", "11/1"), ("Lớp", "")])
def test_another_class_binds_nobody(world: AwardWorld, award: Award, taught: str, own: str) -> None:
    recipient, member = award.recipient, world.members[0]
    with writing():
        recipient.class_name = own
        record("recipient.changed", recipient, by=world.nominator, unit_id=recipient.unit_id)
        conflicts.add_tie(member, "class", by=member, school_id=recipient.school_id, class_name=taught)

    assert conflicts.found(award, [member], conflicts.ties_of([member.id])) == {}


def test_marks_stay_within_the_rubric(world: AwardWorld, award: Award) -> None:
    with pytest.raises(RuleBroken, match="điểm từ 0 đến 10"):
        score(award, 11, 9, world.members[0])
    with pytest.raises(RuleBroken, match="từng tiêu chí"), writing():
        scores.give(award, {1: 5}, by=world.members[0], shown_as=scores.shown(award))


def test_what_is_not_in_review_is_not_scored(world: AwardWorld) -> None:
    waiting = world.award(world.programme(state="reviewing"), "verified")

    with pytest.raises(steps.WrongStep):
        score(waiting, 9, 9, world.members[0])


def test_nobody_gives_first_marks_beside_those_that_a_meeting_shows(world: AwardWorld) -> None:
    programme = world.programme(state="reviewing")
    marked, unmarked = world.awards(programme, 2)
    late, first = world.members[4], world.members[0]
    score(marked, 9, 9, first)
    assert my_files.count_waiting(late) == 2

    met(world, programme)

    with pytest.raises(NotAllowed, match="đã hiện trong danh sách"):
        score(marked, 1, 1, late)
    with pytest.raises(NotAllowed, match="đã hiện trong danh sách"), writing():
        scores.give_many([(marked, {1: 1, 2: 1}, scores.shown(marked))], by=late)
    assert my_files.count_waiting(late) == 1
    assert [file.stands for file in my_files.files_of(programme, late)] == [my_files.BARRED, my_files.WAITING]
    score(marked, 8, 8, first)
    score(unmarked, 5, 5, late)


def test_nobody_gives_first_marks_beside_the_means_that_a_meeting_left(world: AwardWorld) -> None:
    programme = world.programme(state="reviewing")
    best, reserve, unmarked = world.awards(programme, 3)
    late, first = world.members[4], world.members[0]
    score(best, 9, 9, first)
    score(reserve, 7, 7, first)
    meeting = met(world, programme, budget=MILLION)
    all_vote(world, meeting)
    close(world, meeting)
    assert states([best, reserve, unmarked]) == ["recommended", "in_review", "in_review"]

    with pytest.raises(NotAllowed, match="đã hiện trong danh sách"):
        score(reserve, 1, 1, late)
    with pytest.raises(NotAllowed, match="đã hiện trong danh sách"), writing():
        scores.give_many([(reserve, {1: 1, 2: 1}, scores.shown(reserve))], by=late)

    assert my_files.count_waiting(late) == 1
    assert [file.stands for file in my_files.files_of(programme, late)] == [my_files.BARRED, my_files.WAITING]
    score(reserve, 8, 8, first)
    score(unmarked, 5, 5, late)
