"""Nominations: a chapter writes for its own people, its head confirms the list, the ward checks and returns."""

import datetime
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from khuyenhoc.approvals.pairs import SamePerson
from khuyenhoc.awards import files, nominations, quotas, steps
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.programme_tables import Programme, UnitQuota
from khuyenhoc.awards.steps import Stale, WrongStep
from khuyenhoc.core.clock import VIETNAM
from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import NotAllowed, RuleBroken
from khuyenhoc.history import events
from khuyenhoc.history.events import record
from khuyenhoc.org import unit_changes
from khuyenhoc.org.units import Unit
from khuyenhoc.org.users import COMMAND_LINE, User
from tests.awards.award_world import MILLION, AwardWorld, level
from tests.support.world import DAY

AFTER = datetime.datetime(2026, 9, 1, 8, tzinfo=datetime.UTC)
Clock = Callable[[datetime.datetime], None]


def _nominate(world: AwardWorld, programme: Programme, **more: Any) -> Award:
    values: dict[str, Any] = {"unit": world.chapter, "by": world.nominator, "reason": "Nhà xa trường", **more}
    recipient = values.pop("recipient", None) or world.pupil(unit=values["unit"])
    wished = values.pop("level", programme.levels[0])
    with writing():
        return nominations.nominate(recipient, wished, programme=programme, **values)


def _confirm(world: AwardWorld, awards: Sequence[Award], by: User | None = None) -> None:
    with writing():
        nominations.confirm_list(awards[0].programme, world.chapter, awards, by=by or world.nominator)


def _verify(award: Award, by: User, **more: Any) -> None:
    with writing():
        nominations.verify([award], by=by, note="Đã đến thăm nhà", **more)


def test_from_draft_to_checked(world: AwardWorld) -> None:
    programme = world.programme(rules=[("poverty", "poor"), ("results", "3")])
    first, second = _nominate(world, programme), _nominate(world, programme)

    _confirm(world, [second, first])
    _verify(first, world.secretary)

    assert (first.number, second.number) == (1, 2)
    assert (second.rank, first.rank) == (1, 2)
    assert (first.state, first.verification) == ("verified", "Đã đến thăm nhà")
    told = [event.action for event in events.of("awards", first.id)]
    assert told == ["award.drafted", "award.submitted", "award.verified"]


def test_a_draft_may_lack_everything(world: AwardWorld) -> None:
    programme = world.programme(rules=[("poverty", "poor")], required=[("Giấy hộ nghèo", "poverty")])

    award = _nominate(world, programme, reason="", recipient=world.pupil(circumstances=[]))

    assert award.state == "draft"
    assert files.completeness([award])[award.id].missing == [
        "Giấy chứng nhận còn giá trị: chỉ hộ nghèo. Thẻ chưa ghi: hộ nghèo.",
        "Thiếu giấy: Giấy hộ nghèo.",
        "Chưa ghi lý do đề nghị.",
    ]


def test_what_is_not_complete_is_not_confirmed(world: AwardWorld) -> None:
    programme = world.programme(required=[("Giấy hộ nghèo", "poverty")])
    award = _nominate(world, programme)

    with pytest.raises(RuleBroken, match=r"HB26-0001 chưa đủ. Thiếu giấy: Giấy hộ nghèo"):
        _confirm(world, [award])

    assert award.state == "draft"


def test_a_paper_answers_what_was_required_and_stays(world: AwardWorld) -> None:
    programme = world.programme(required=[("Giấy hộ nghèo", "poverty")])
    award = _nominate(world, programme)
    paper = world.file(award.recipient_id)

    with writing():
        nominations.change(award, award.level, reason="Có giấy", evidence={paper.id: 1}, by=world.nominator)
    _confirm(world, [award])

    assert award.state == "submitted"
    assert "HB26-0001" in files._nominations_rest_on(paper.id)


def test_a_file_of_somebody_else_is_not_attached(world: AwardWorld) -> None:
    award = _nominate(world, world.programme())
    foreign = world.file(world.pupil().id)

    with pytest.raises(RuleBroken, match="không thuộc hồ sơ này"), writing():
        nominations.change(award, award.level, reason="", evidence={foreign.id: 0}, by=world.nominator)


def test_the_same_person_once_in_a_programme(world: AwardWorld) -> None:
    programme, pupil = world.programme(), world.pupil()
    _nominate(world, programme, recipient=pupil)

    with pytest.raises(RuleBroken, match="đã có hồ sơ HB26-0001"):
        _nominate(world, programme, recipient=pupil)


def test_after_a_withdrawal_again(world: AwardWorld) -> None:
    programme, pupil = world.programme(), world.pupil()
    award = _nominate(world, programme, recipient=pupil)
    with writing():
        nominations.withdraw(award, reason="", by=world.nominator)

    assert _nominate(world, programme, recipient=pupil).number == 2


def test_a_unit_nominates_its_own_people_only(world: AwardWorld) -> None:
    programme = world.programme()

    with pytest.raises(NotAllowed, match="người của mình"):
        _nominate(world, programme, recipient=world.pupil(unit=world.school_unit))
    with pytest.raises(NotAllowed):
        _nominate(world, programme, by=world.teacher)
    with pytest.raises(NotAllowed):
        _nominate(world, programme, by=world.secretary)
    with pytest.raises(NotAllowed):
        _nominate(world, programme, by=world.stranger)


def test_after_the_deadline_it_is_refused_in_words(world: AwardWorld, clock: Clock) -> None:
    programme = world.programme()
    award = _nominate(world, programme)
    clock(AFTER)

    with pytest.raises(RuleBroken, match="Hạn nhận đề nghị đã hết ngày 30/8/2026"):
        _nominate(world, programme)
    with pytest.raises(RuleBroken, match="đã hết ngày 30/8/2026"):
        _confirm(world, [award])


def test_what_was_returned_may_come_again_after_the_deadline(world: AwardWorld, clock: Clock) -> None:
    award = _nominate(world, world.programme())
    _confirm(world, [award])
    with writing():
        nominations.send_back(award, to_mend="Bổ sung giấy", by=world.secretary)
    clock(AFTER)

    _confirm(world, [award])

    assert (award.state, award.rank) == ("submitted", 1)


def test_a_programme_that_is_not_open_takes_nothing(world: AwardWorld) -> None:
    for code, state in (("AA", "draft"), ("BB", "reviewing"), ("CC", "closed")):
        with pytest.raises(RuleBroken, match="không nhận đề nghị"):
            _nominate(world, world.programme(code, state=state))


def test_a_list_above_its_quota_is_refused_whole(world: AwardWorld) -> None:
    programme = world.programme(quota=2)
    awards = [_nominate(world, programme) for _ in range(3)]

    with pytest.raises(RuleBroken, match="Chỉ tiêu 2, đã xác nhận 0, chỉ còn 2; xin bớt từ 3 hồ sơ"):
        _confirm(world, awards)
    _confirm(world, awards[:2])
    with pytest.raises(RuleBroken, match="đã xác nhận 2, chỉ còn 0"):
        _confirm(world, awards[2:])

    assert [award.state for award in awards] == ["submitted", "submitted", "draft"]


def test_a_quota_of_one_level_and_of_the_unit_above(world: AwardWorld) -> None:
    programme = world.programme(levels=[level("A", MILLION), level("B", MILLION, place=2)])
    with writing():
        programme.quotas = [UnitQuota(unit_id=world.unit.id, level_id=programme.levels[0].id, quota=1)]
        record("programme.changed", programme, by=world.secretary, unit_id=world.unit.id)
    ours, theirs = _nominate(world, programme), _nominate(world, programme, unit=world.school_unit, by=world.teacher)
    _confirm(world, [ours])

    with pytest.raises(RuleBroken, match="Mức Mức A có chỉ tiêu 1"), writing():
        nominations.confirm_list(programme, world.school_unit, [theirs], by=world.teacher)


def _allocate(world: AwardWorld, programme: Programme, *lines: tuple[Unit, str, int]) -> None:
    """Unit, level (empty: all together), number."""
    levels = {"": 0, **{one.code: one.id for one in programme.levels}}
    with writing():
        programme.quotas = [UnitQuota(unit_id=unit.id, level_id=levels[code], quota=n) for unit, code, n in lines]
        record("programme.changed", programme, by=world.secretary, unit_id=world.unit.id)


def test_a_unit_with_a_line_for_one_level_has_none_of_a_level_that_others_have(world: AwardWorld) -> None:
    programme = world.programme(levels=[level("A", MILLION), level("B", MILLION, place=2)])
    _allocate(world, programme, (world.chapter, "A", 2), (world.school_unit, "B", 1))
    ours, other = (_nominate(world, programme, level=one) for one in programme.levels)

    with pytest.raises(RuleBroken, match="chưa được phân chỉ tiêu Mức B"):
        _confirm(world, [ours, other])
    _confirm(world, [ours])

    assert _rooms(programme, world.chapter) == [(world.chapter.id, 2, 1)]


def test_what_a_unit_has_no_line_for_counts_towards_the_unit_above(world: AwardWorld) -> None:
    programme = world.programme(levels=[level("A", MILLION), level("B", MILLION, place=2)])
    _allocate(world, programme, (world.chapter, "A", 2), (world.unit, "B", 1))
    _confirm(world, [_nominate(world, programme, level=programme.levels[1])])

    with pytest.raises(RuleBroken, match="Mức Mức B có chỉ tiêu 1, đã xác nhận 1"):
        _confirm(world, [_nominate(world, programme, level=programme.levels[1])])


def test_a_unit_with_a_line_of_its_own_takes_nothing_from_the_unit_above(world: AwardWorld) -> None:
    """In whichever order they confirm: the chapter has its two, everybody else the association's one."""
    programme = world.programme()
    _allocate(world, programme, (world.chapter, "", 2), (world.unit, "", 1))
    theirs = _nominate(world, programme, unit=world.school_unit, by=world.teacher)
    _confirm(world, [_nominate(world, programme), _nominate(world, programme)])

    with writing():
        nominations.confirm_list(programme, world.school_unit, [theirs], by=world.teacher)

    assert theirs.state == "submitted"
    assert _rooms(programme, world.school_unit) == [(world.unit.id, 1, 1)]


def test_a_level_that_nobody_has_a_line_for_is_free_for_all(world: AwardWorld) -> None:
    """Also for whoever has no line at all: others have none of it either."""
    programme = world.programme(levels=[level("A", MILLION), level("B", MILLION, place=2)])
    _allocate(world, programme, (world.chapter, "A", 1))
    ours = _nominate(world, programme, level=programme.levels[1])
    theirs = _nominate(world, programme, unit=world.school_unit, by=world.teacher, level=programme.levels[1])

    _confirm(world, [ours])
    with writing():
        nominations.confirm_list(programme, world.school_unit, [theirs], by=world.teacher)

    assert (ours.state, theirs.state) == ("submitted", "submitted")


def test_what_a_unit_confirmed_that_has_closed_since_still_counts_for_the_unit_above(world: AwardWorld) -> None:
    programme = world.programme()
    _allocate(world, programme, (world.unit, "", 1))
    _confirm(world, [_nominate(world, programme)])
    theirs = _nominate(world, programme, unit=world.school_unit, by=world.teacher)
    with writing():
        unit_changes.close(
            world.chapter, on=DAY - datetime.timedelta(days=1), by=COMMAND_LINE, reason="Nhập vào chi hội bên"
        )

    with pytest.raises(RuleBroken, match="đã xác nhận 1, chỉ còn 0"), writing():
        nominations.confirm_list(programme, world.school_unit, [theirs], by=world.teacher)


def test_what_a_unit_confirmed_before_it_moved_stays_in_the_quota_of_its_former_ward(
    world: AwardWorld, clock: Clock
) -> None:
    with writing():
        wards = [
            unit_changes.open_unit(
                code=code,
                kind="ward_association",
                name=f"Hội phường {code}",
                starts=world.unit.valid_from,
                by=COMMAND_LINE,
                parent=world.unit,
            )
            for code in ("WA", "WB")
        ]
        unit_changes.move(world.chapter, wards[0], on=DAY, by=COMMAND_LINE)
        unit_changes.move(world.school_unit, wards[1], on=DAY, by=COMMAND_LINE)
    programme = world.programme()
    _allocate(world, programme, (wards[0], "", 1), (wards[1], "", 1))
    _confirm(world, [_nominate(world, programme)])
    theirs = _nominate(world, programme, unit=world.school_unit, by=world.teacher)
    clock(datetime.datetime(2026, 8, 16, 8, tzinfo=VIETNAM))

    with writing():
        unit_changes.move(world.chapter, wards[1], on=DAY + datetime.timedelta(days=1), by=COMMAND_LINE)

    assert [_rooms(programme, ward) for ward in wards] == [[(wards[0].id, 1, 1)], [(wards[1].id, 1, 0)]]
    assert _rooms(programme, world.chapter) == [(wards[1].id, 1, 0)]
    with writing():
        nominations.confirm_list(programme, world.school_unit, [theirs], by=world.teacher)
    more = _nominate(world, programme)
    with pytest.raises(RuleBroken, match="đã xác nhận 1, chỉ còn 0"):
        _confirm(world, [more])


def test_what_a_closed_unit_was_sent_back_is_not_checked_above_the_quota(world: AwardWorld, clock: Clock) -> None:
    programme = world.programme()
    _allocate(world, programme, (world.unit, "", 1))
    returned = world.award(programme, "returned")
    theirs = _nominate(world, programme, unit=world.school_unit, by=world.teacher)
    with writing():
        nominations.confirm_list(programme, world.school_unit, [theirs], by=world.teacher)
        unit_changes.close(world.chapter, on=DAY, by=COMMAND_LINE, reason="Nhập vào chi hội bên")
    clock(datetime.datetime(2026, 8, 20, 8, tzinfo=datetime.UTC))

    with pytest.raises(RuleBroken, match="đã xác nhận 1, chỉ còn 0"):
        _verify(returned, world.secretary)
    with writing():
        nominations.refuse(theirs, reason="Không đúng hoàn cảnh", by=world.secretary)
    _verify(returned, world.secretary)

    assert returned.state == "verified"


def _rooms(programme: Programme, unit: Unit) -> list[tuple[int, int, int]]:
    return [(room.unit_id, room.quota, room.used) for room in quotas.rooms(programme, unit.id)]


def test_a_unit_without_a_line_in_the_allocation_has_none(world: AwardWorld) -> None:
    programme = world.programme(quota=3)
    award = _nominate(world, programme, unit=world.school_unit, by=world.teacher)

    with pytest.raises(RuleBroken, match="chưa được phân chỉ tiêu"), writing():
        nominations.confirm_list(programme, world.school_unit, [award], by=world.teacher)


def test_a_list_is_of_one_unit_and_one_programme(world: AwardWorld) -> None:
    programme = world.programme()
    theirs = _nominate(world, programme, unit=world.school_unit, by=world.teacher)
    other = world.award(world.programme("XD26"))

    for award in (theirs, other):
        with pytest.raises(NotAllowed), writing():
            nominations.confirm_list(programme, world.chapter, [award], by=world.nominator)


def test_whoever_changed_a_draft_does_not_check_it(world: AwardWorld) -> None:
    award = _nominate(world, world.programme())
    world.also(world.secretary, "nominator")
    with writing():
        nominations.change(award, award.level, reason="Viết lại", evidence={}, by=world.secretary)
    _confirm(world, [award])

    with pytest.raises(SamePerson):
        _verify(award, world.secretary)


def test_only_the_ward_checks(world: AwardWorld) -> None:
    award = world.award(world.programme(), "submitted")

    for someone in (world.nominator, world.teacher, world.treasurer, world.chair, world.stranger):
        with pytest.raises(NotAllowed):
            _verify(award, someone)


def test_a_check_says_how_and_a_return_says_what(world: AwardWorld) -> None:
    award = world.award(world.programme(), "submitted")

    with pytest.raises(RuleBroken) as no, writing():
        nominations.verify([award], by=world.secretary, note=" ")
    assert no.value.field == "note"
    with pytest.raises(RuleBroken) as no, writing():
        nominations.send_back(award, to_mend="", by=world.secretary)
    assert no.value.field == "to_mend"


def test_a_stale_page_checks_nothing(world: AwardWorld) -> None:
    award = world.award(world.programme(), "submitted")

    with pytest.raises(Stale):
        _verify(award, world.secretary, shown={award.id: "0" * 64})


def test_two_writers_do_not_write_over_one_another(world: AwardWorld) -> None:
    award = _nominate(world, world.programme())
    shown = steps.version(award)
    with writing():
        nominations.change(award, award.level, reason="Một", evidence={}, by=world.nominator, shown=shown)

    with pytest.raises(Stale), writing():
        nominations.change(award, award.level, reason="Hai", evidence={}, by=world.nominator, shown=shown)

    assert award.reason == "Một"


def test_what_was_sent_is_not_changed(world: AwardWorld) -> None:
    award = world.award(world.programme(), "submitted")

    with pytest.raises(RuleBroken, match="đã gửi"), writing():
        nominations.change(award, award.level, reason="Khác", evidence={}, by=world.nominator)


def test_a_condition_is_asked_again_at_the_check(world: AwardWorld) -> None:
    programme = world.programme(rules=[("poverty", "poor")])
    award = world.award(programme, "submitted", recipient=world.pupil(circumstances=[]))

    with pytest.raises(RuleBroken, match="chưa đủ"):
        _verify(award, world.secretary)


def test_nine_hundred_are_checked_in_few_queries(world: AwardWorld, counted: Callable[[], int]) -> None:
    programme = world.programme(rules=[("poverty", "poor"), ("one_award", "any")])
    few, many = world.awards(programme, 5, "submitted"), world.awards(programme, 60, "submitted")

    counted()
    files.completeness(few)
    for_few = counted()
    files.completeness(many)

    assert counted() <= for_few


def test_withdrawing_asks_why_once_it_was_sent(world: AwardWorld) -> None:
    award = world.award(world.programme(), "verified")

    with pytest.raises(RuleBroken) as no, writing():
        nominations.withdraw(award, reason="", by=world.nominator)
    assert no.value.field == "reason"
    with pytest.raises(WrongStep), writing():
        nominations.refuse(world.award(award.programme, "in_review"), reason="Sai", by=world.secretary)
