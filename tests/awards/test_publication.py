"""A signed decision hangs out for its working days, by code; a complaint holds its own award and no other."""

import dataclasses
import datetime
from collections.abc import Callable

import pytest

from khuyenhoc.approvals import registry, requests
from khuyenhoc.awards import complaints, decision_approvals, decisions, holidays, programmes, publication, steps
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.decision_tables import Complaint
from khuyenhoc.awards.plans import plan_of
from khuyenhoc.awards.steps import OnHold
from khuyenhoc.core.clock import VIETNAM
from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import AlreadyRecorded, NotAllowed, RuleBroken
from khuyenhoc.history.events import record
from khuyenhoc.org.users import User
from khuyenhoc.papers import issued
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld
from tests.support import people
from tests.support.world import DAY

Clock = Callable[[datetime.datetime], None]


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def noon(text: str) -> datetime.datetime:
    return datetime.datetime.combine(day(text), datetime.time(12), VIETNAM)


@pytest.mark.parametrize(
    "start, days, end",
    [
        ("2026-08-14", 5, "2026-08-21"),  # a Friday: the weekend does not count
        ("2026-08-28", 5, "2026-09-09"),  # the National Day and the days around it
        ("2026-02-13", 1, "2026-02-23"),  # Tết Bính Ngọ
        ("2022-09-09", 5, "2022-09-16"),
        ("2022-04-08", 1, "2022-04-12"),  # Giỗ Tổ on a Sunday is made up for on Monday
        ("2026-08-15", 0, "2026-08-15"),
        ("2031-08-29", 2, "2031-09-03"),  # no announcement yet: the fixed days all the same
    ],
)
def test_working_days(start: str, days: int, end: str) -> None:
    assert holidays.working_day_after(day(start), days) == day(end)


@pytest.mark.parametrize(
    "first, days, last",
    [
        ("2022-09-13", 5, "2022-09-19"),  # a Tuesday is the first of its days
        ("2022-08-30", 5, "2022-09-07"),  # the National Day between them
        ("2026-08-15", 5, "2026-08-21"),  # a Saturday is none
        ("2026-08-14", 1, "2026-08-14"),
        ("2026-08-15", 1, "2026-08-17"),
    ],
)
def test_the_day_on_which_it_is_hung_out_is_the_first_where_one_works(first: str, days: int, last: str) -> None:
    assert holidays.last_working_day(day(first), days) == day(last)
    assert holidays.working_days(day(first), day(last)) == days


def test_no_days_end_where_they_begin() -> None:
    assert holidays.last_working_day(DAY, 0) == DAY


def test_every_announced_year_names_its_source_and_its_own_days() -> None:
    for number, year in holidays.ANNOUNCED.items():
        assert "Điều 112" in year.source
        assert day(year.noted)
        spans = [(day(first), day(last)) for first, last in year.spans]
        assert all(first.year == last.year == number and first <= last for first, last in spans)
        assert spans == sorted(spans)


def give(world: AwardWorld, n: int = 2) -> list[Award]:
    """So many awards, signed and hung out today."""
    world.money(9 * MILLION)
    programme = world.programme()
    awards = world.awards(programme, n, "recommended")
    deciding.published(world, programme)
    return awards


def pay(world: AwardWorld, award: Award) -> None:
    with writing():
        steps.take(award, "pay", by=world.treasurer)


def complain(
    world: AwardWorld, award: Award, *, by: User | None = None, key: str = "complaint-1", days: int = 10, **more: str
) -> Complaint:
    with writing():
        return complaints.record(
            award,
            who=more.get("who", "Bà Phạm Thị Láng Giềng"),
            grounds=more.get("grounds", "Gia đình không còn thuộc diện hộ nghèo"),
            received_on=DAY,
            answer_by=holidays.working_day_after(DAY, days),
            by=by or world.secretary,
            key=key,
        )


def answer(complaint: Complaint, by: User, *, upheld: bool, words: str = "Đã xác minh tại nhà") -> None:
    with writing():
        complaints.answer(complaint, upheld=upheld, words=words, by=by)


def test_it_hangs_out_for_five_working_days(world: AwardWorld) -> None:
    world.money(9 * MILLION)
    programme = world.programme()
    awards = world.awards(programme, 2, "recommended")

    decision = deciding.published(world, programme)

    assert (decision.published_from, decision.published_until) == (DAY, day("2026-08-21"))
    assert {award.state for award in awards} == {"published"}


def test_the_notice_counts_the_days_as_whoever_reads_it_does(world: AwardWorld, clock: Clock) -> None:
    clock(noon("2026-08-18"))
    world.money(9 * MILLION)
    programme = world.programme()
    world.awards(programme, 1, "recommended")

    notice = publication.notice(deciding.published(world, programme))

    assert (notice.since, notice.until) == ("ngày 18 tháng 8 năm 2026", "ngày 24 tháng 8 năm 2026")
    assert notice.working_days == programme.publication_days == 5


def test_one_day_is_over_with_its_evening(world: AwardWorld, clock: Clock) -> None:
    clock(noon("2026-08-18"))
    world.money(9 * MILLION)
    programme = world.programme(publication_days=1)
    award = world.award(programme, "recommended")
    decision = deciding.published(world, programme)
    assert decision.published_until == decision.published_from
    assert publication.days_of(decision) == 1
    with pytest.raises(OnHold, match="hết ngày 18/8/2026"):
        pay(world, award)

    clock(noon("2026-08-19"))
    pay(world, award)

    assert award.state == "paid"


def test_nothing_is_paid_before_the_days_are_over(world: AwardWorld, clock: Clock) -> None:
    (award,) = give(world, 1)
    with pytest.raises(OnHold, match="hết ngày 21/8/2026"):
        pay(world, award)

    clock(noon("2026-08-22"))
    pay(world, award)

    assert award.state == "paid"


def test_the_days_that_a_signed_decision_names_are_not_made_fewer(world: AwardWorld, clock: Clock) -> None:
    world.money(9 * MILLION)
    programme = world.programme(state="reviewing")
    award = world.award(programme, "recommended")
    decision = deciding.decided(world, programme)
    none = dataclasses.replace(plan_of(programme), publication_days=0)
    for _state in ("decided", "published"):
        with pytest.raises(RuleBroken, match="công bố 5 ngày") as refused, writing():
            programmes.change(programme, none, by=world.secretary)
        assert refused.value.field == "publication_days"
        if decision.state == "decided":
            with writing():
                publication.publish(decision, by=world.secretary)

    with writing():
        programme.publication_days = 0  # however it came to be
        record("programme.changed", programme, by=world.secretary, unit_id=programme.unit_id)
    with pytest.raises(OnHold, match="hết ngày 21/8/2026"):
        pay(world, award)
    clock(noon("2026-08-22"))
    with writing():
        publication.finish(decision, by=world.secretary)
        programmes.change(programme, dataclasses.replace(plan_of(programme), publication_days=3), by=world.secretary)

    assert publication.notice(decision).working_days == 5
    signed = requests.about(decision_approvals.SUBJECT, decision.id)[0]
    assert "3 ngày làm việc" not in [fact.value for fact in registry.get(signed.kind).describe(signed).facts]


def test_where_the_programme_asks_for_no_days_it_is_paid_at_once(world: AwardWorld) -> None:
    world.money(9 * MILLION)
    programme = world.programme(publication_days=0)
    award = world.award(programme, "recommended")
    deciding.published(world, programme)

    pay(world, award)

    assert award.state == "paid"


def test_the_secretary_alone_publishes_and_only_what_is_signed(world: AwardWorld) -> None:
    world.money(9 * MILLION)
    programme = world.programme()
    world.award(programme, "recommended")
    decision = deciding.draft(world, programme)
    with pytest.raises(RuleBroken), writing():
        publication.publish(decision, by=world.secretary)
    deciding.sign(world, decision)

    for who in (world.chair, world.accountant, world.nominator, world.stranger):
        with pytest.raises(NotAllowed), writing():
            publication.publish(decision, by=who)
    for wrong in (DAY - datetime.timedelta(days=1), DAY + datetime.timedelta(days=1)):
        with pytest.raises(RuleBroken, match="Ngày công bố"), writing():
            publication.publish(decision, by=world.secretary, on=wrong)


def test_it_is_finished_when_the_days_are_over_and_not_before(world: AwardWorld, clock: Clock) -> None:
    (award,) = give(world, 1)
    decision = decisions.get_decision(award.decision_id or 0)
    with pytest.raises(RuleBroken, match="21/8/2026"), writing():
        publication.finish(decision, by=world.secretary)

    clock(noon("2026-08-22"))
    with writing():
        publication.finish(decision, by=world.secretary)

    assert decision.state == "final"


def test_codes_stand_there_and_a_name_only_with_its_owners_consent(world: AwardWorld) -> None:
    world.money(9 * MILLION)
    programme = world.programme()
    shy = world.award(programme, "recommended", recipient=world.pupil("Nguyễn Thị Kín"))
    open_one = world.award(
        programme,
        "recommended",
        recipient=world.pupil("Trần Văn Mở", consents=("process", "committee", "publish_name")),
    )
    decision = deciding.published(world, programme)

    assert [(line.code, line.name) for line in publication.lines_of(decision)] == [
        (steps.code_of(shy), ""),
        (steps.code_of(open_one), "Trần Văn Mở"),
    ]


def test_a_consent_taken_back_takes_the_name_off_the_next_notice(world: AwardWorld) -> None:
    world.money(9 * MILLION)
    programme = world.programme()
    pupil = world.pupil("Trần Văn Mở", consents=("publish_name",))
    world.award(programme, "recommended", recipient=pupil)
    decision = deciding.published(world, programme)
    with writing():
        first = publication.issue_notice(decision, by=world.secretary)
    with writing():
        pupil.consents[0].withdrawn_on = DAY
        record("consent.withdrawn", pupil, by=world.nominator, unit_id=pupil.unit_id)
    with writing():
        second = publication.issue_notice(decision, by=world.secretary)

    assert "Trần Văn Mở" in first.content
    assert "Trần Văn Mở" not in second.content
    assert issued.is_replaced(first)
    with writing():
        assert publication.issue_notice(decision, by=world.secretary).id == second.id


def test_a_complaint_holds_its_own_award_and_no_other(world: AwardWorld, clock: Clock) -> None:
    disputed, fine = give(world)
    complain(world, disputed)
    clock(noon("2026-08-24"))

    pay(world, fine)
    with pytest.raises(OnHold, match="chưa được trả lời"):
        pay(world, disputed)
    with pytest.raises(OnHold), writing():
        steps.take_many([disputed], "hand_over", by=world.treasurer)


def test_a_dismissed_complaint_lets_the_award_go_on(world: AwardWorld, clock: Clock) -> None:
    disputed, _fine = give(world)
    answer(complain(world, disputed), world.chair, upheld=False)
    clock(noon("2026-08-24"))

    pay(world, disputed)

    assert disputed.state == "paid"


def test_a_complaint_that_was_right_waits_for_the_withdrawal(world: AwardWorld, clock: Clock) -> None:
    disputed, _fine = give(world)
    answer(complain(world, disputed), world.chair, upheld=True)
    clock(noon("2026-08-24"))
    with pytest.raises(OnHold, match="chờ quyết định thu hồi"):
        pay(world, disputed)

    decision = decisions.get_decision(disputed.decision_id or 0)
    deciding.sign(world, deciding.withdraw(world, decision, [disputed]))

    assert disputed.state == "cancelled"
    assert [line.code for line in publication.lines_of(decision)] == [steps.code_of(_fine)]


def test_a_complaint_is_answered_once_with_a_reason_by_another_person(world: AwardWorld) -> None:
    disputed, _fine = give(world)
    people.grant(world.secretary, "vice_chair", world.unit)
    complaint = complain(world, disputed)

    with pytest.raises(RuleBroken, match="không tự trả lời"):
        answer(complaint, world.secretary, upheld=False)
    with pytest.raises(RuleBroken, match="lý do"):
        answer(complaint, world.chair, upheld=False, words=" ")
    for who in (world.accountant, world.nominator, world.stranger):
        with pytest.raises(NotAllowed):
            answer(complaint, who, upheld=False)
    answer(complaint, world.chair, upheld=False)
    with pytest.raises(RuleBroken, match="đã được trả lời"):
        answer(complaint, world.chair, upheld=True)


def test_a_complaint_is_written_down_by_the_secretary_about_what_is_published(world: AwardWorld) -> None:
    disputed, _fine = give(world)
    for who in (world.chair, world.nominator, world.treasurer, world.stranger):
        with pytest.raises(NotAllowed):
            complain(world, disputed, by=who)
    early = world.award(disputed.programme, "recommended")
    with pytest.raises(RuleBroken, match="đang công bố"):
        complain(world, early)

    first = complain(world, disputed)
    assert complain(world, disputed).id == first.id
    with pytest.raises(AlreadyRecorded):
        complain(world, disputed, grounds="Chuyện khác")
    with pytest.raises(AlreadyRecorded):
        complain(world, disputed, days=11)
