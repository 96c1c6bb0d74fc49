"""Steps: nothing but a step changes where an award stands, and each is asked who, where, from where and after whom."""

import datetime
from collections.abc import Callable

import pytest

from khuyenhoc.approvals.pairs import SamePerson
from khuyenhoc.awards import nominations, programmes, steps
from khuyenhoc.awards.award_tables import STATES, STEPS, Award
from khuyenhoc.awards.steps import Stale, WrongStep
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotAllowed, RuleBroken
from khuyenhoc.history import events
from khuyenhoc.history.names import DEEDS
from khuyenhoc.org import unit_changes
from khuyenhoc.org.users import User
from tests.awards.award_world import AwardWorld
from tests.support import people
from tests.support.browser import Browser
from tests.support.world import DAY

Clock = Callable[[datetime.datetime], None]


def _take(award: Award, step: str, by: User, **more: str) -> None:
    with writing():
        steps.take(award, step, by=by, **more)


def test_the_head_of_the_chapter_submits_and_the_secretary_verifies(world: AwardWorld) -> None:
    award = world.award(world.programme())

    _take(award, "submit", world.nominator)
    _take(award, "verify", world.secretary, verification="Đã đến thăm nhà")

    assert award.state == "verified"
    assert (award.confirmed_by, award.verified_by) == (world.nominator.id, world.secretary.id)
    last = events.of("awards", award.id)[-1]
    assert (last.action, last.actor_name) == ("award.verified", world.secretary.signature)
    assert '"from": "submitted"' in last.details


def test_every_step_has_a_name_on_screen() -> None:
    deeds = {steps.DEEDS.get(step, f"award.{to}") for step, (_from, to, _may) in STEPS.items()}

    assert deeds <= DEEDS.keys()


@pytest.mark.parametrize("step", STEPS)
def test_a_step_begins_only_where_the_table_says(world: AwardWorld, step: str) -> None:
    starts, _to, _permission = STEPS[step]
    elsewhere = next(state for state in STATES if state not in starts)
    award = world.award(world.programme(), elsewhere, nominated_by=world.teacher)
    everything = people.person("moiviec", role="nominator", unit=world.unit)
    someone = next(user for user in _officers(world, everything) if not _barred(award, step, user))

    with pytest.raises(WrongStep):
        _take(award, step, someone)

    assert award.state == elsewhere


def _officers(world: AwardWorld, everything: User) -> list[User]:
    return [everything, world.secretary, world.chair, world.treasurer, world.accountant, *world.members]


def _barred(award: Award, step: str, user: User) -> bool:
    return any(isinstance(no, NotAllowed) for _award, no in steps.refusals([award], step, by=user))


@pytest.mark.parametrize("step", STEPS)
def test_a_step_needs_its_role(world: AwardWorld, step: str) -> None:
    award = world.award(world.programme(), STEPS[step][0][0])
    reporter = people.person("baocao", unit=world.unit)

    with pytest.raises(NotAllowed):
        _take(award, step, reporter)


def test_a_chapter_does_not_submit_for_the_school(world: AwardWorld) -> None:
    award = world.award(world.programme(), unit=world.school_unit, nominated_by=world.teacher)

    with pytest.raises(NotAllowed):
        _take(award, "submit", world.nominator)


def test_whoever_nominated_does_not_verify(world: AwardWorld) -> None:
    both = people.person("kiemnhiem", role="nominator", unit=world.unit)
    world.also(both, "secretary")
    award = world.award(world.programme(), "submitted", nominated_by=both)

    with pytest.raises(SamePerson):
        _take(award, "verify", both)


def test_whoever_confirmed_the_list_does_not_verify(world: AwardWorld) -> None:
    both = people.person("kiemnhiem", role="nominator", unit=world.unit)
    world.also(both, "secretary")
    award = world.award(world.programme())
    _take(award, "submit", both)

    with pytest.raises(SamePerson):
        _take(award, "verify", both)


def test_whoever_returned_it_does_not_submit_it_anew(world: AwardWorld) -> None:
    both = people.person("kiemnhiem", role="nominator", unit=world.unit)
    world.also(both, "secretary")
    award = world.award(world.programme(), "submitted")
    _take(award, "return", both, to_mend="Thiếu sổ hộ nghèo")

    with pytest.raises(SamePerson):
        _take(award, "submit", both)


def test_what_changed_after_it_was_shown_is_stale(world: AwardWorld) -> None:
    award = world.award(world.programme(), "submitted")
    shown = steps.version(award)
    _take(award, "return", world.secretary, to_mend="Thiếu sổ hộ nghèo")
    _take(award, "submit", world.nominator)

    with pytest.raises(Stale):
        _take(award, "verify", world.secretary, shown=shown)

    assert award.state == "submitted"


def test_many_at_once_are_told_one_by_one(world: AwardWorld) -> None:
    programme = world.programme()
    awards = world.awards(programme, 3, "verified")

    with writing():
        steps.take_many(awards, "take_up", by=world.members[0])

    assert {award.state for award in awards} == {"in_review"}
    assert [events.of("awards", award.id)[-1].action for award in awards] == ["award.taken_up"] * 3


def test_of_many_none_is_taken_when_one_may_not(world: AwardWorld) -> None:
    programme = world.programme()
    fine, other = world.award(programme, "submitted"), world.award(programme, "verified")

    with pytest.raises(WrongStep, match="HB26-0002"), writing():
        steps.take_many([fine, other], "verify", by=world.secretary)

    assert fine.state == "submitted"


def test_a_step_writes_only_its_own_columns(world: AwardWorld) -> None:
    award = world.award(world.programme(), "submitted")

    with pytest.raises(AssertionError):
        _take(award, "verify", world.secretary, to_mend="x")


def test_the_whole_list_of_refusals_can_be_read_first(world: AwardWorld) -> None:
    programme = world.programme()
    fine, other = world.award(programme, "submitted"), world.award(programme, "verified")

    found = steps.refusals([fine, other], "verify", by=world.secretary)

    assert [(award.id, type(no)) for award, no in found] == [(other.id, WrongStep)]
    assert issubclass(WrongStep, RuleBroken)


def test_what_a_closed_unit_left_is_checked_where_the_books_are_kept(
    browser: Browser, world: AwardWorld, clock: Clock
) -> None:
    programme = world.programme()
    first, second = (world.award(programme, "submitted") for _ in range(2))
    with writing():
        unit_changes.close(world.chapter, on=DAY, by=people.person("admin"), reason="Sáp nhập khu phố")
    clock(datetime.datetime(2026, 8, 20, 8, tzinfo=datetime.UTC))

    with writing():
        nominations.verify([first], by=world.secretary, note="Đã đến thăm nhà")
    browser.sign_in(world.secretary).get(f"/hoc-bong/HB26/de-nghi/{second.number}")
    browser.post(f"/hoc-bong/HB26/de-nghi/{second.number}/khong-nhan", reason="Đã chuyển đi")

    db.session.expire_all()
    assert (first.state, second.state) == ("verified", "rejected")
    with pytest.raises(NotAllowed), writing():
        nominations.verify([world.award(programme, "submitted")], by=world.accountant, note="Đã xem giấy")


def test_what_was_returned_to_a_unit_that_closed_is_checked_or_refused_and_the_review_waits_for_it(
    browser: Browser, world: AwardWorld, clock: Clock
) -> None:
    programme = world.programme()
    mended, poor = (world.award(programme, "returned") for _ in range(2))
    with pytest.raises(WrongStep), writing():
        nominations.verify([mended], by=world.secretary, note="Đã xem giấy")  # its own unit can still mend it
    with writing():
        unit_changes.close(world.chapter, on=DAY, by=people.person("admin"), reason="Sáp nhập khu phố")
    clock(datetime.datetime(2026, 8, 20, 8, tzinfo=datetime.UTC))
    with pytest.raises(RuleBroken, match="Còn 2 hồ sơ"), writing():
        programmes.start_review(programme, by=world.secretary, reason="Đủ hồ sơ")

    with pytest.raises(NotAllowed), writing():
        nominations.verify([mended], by=world.accountant, note="Đã xem giấy")
    for award, step, words in (
        (mended, "tham-tra", {"note": "Đã bổ sung giấy"}),
        (poor, "khong-nhan", {"reason": "Đã đi"}),
    ):
        browser.sign_in(world.secretary).get(f"/hoc-bong/HB26/de-nghi/{award.number}")
        browser.post(f"/hoc-bong/HB26/de-nghi/{award.number}/{step}", words)
    with writing():
        programmes.start_review(programme, by=world.secretary, reason="Đủ hồ sơ")

    db.session.expire_all()
    assert (mended.state, poor.state) == ("in_review", "rejected")


def test_what_was_returned_is_not_checked_once_the_review_is_under_way(world: AwardWorld, clock: Clock) -> None:
    late = world.award(world.programme(state="reviewing"), "returned")
    with writing():
        unit_changes.close(world.chapter, on=DAY, by=people.person("admin"), reason="Sáp nhập khu phố")
    clock(datetime.datetime(2026, 8, 20, 8, tzinfo=datetime.UTC))

    with pytest.raises(WrongStep), writing():
        nominations.verify([late], by=world.secretary, note="Đã xem giấy")
    with writing():
        nominations.refuse(late, reason="Đơn vị đã giải thể", by=world.secretary)

    assert late.state == "rejected"
