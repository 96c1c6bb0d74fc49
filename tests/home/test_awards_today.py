"""“Hôm nay” leads each role to what waits of the awards, and to nothing that is somebody else's."""

import datetime
from collections.abc import Callable

import pytest

from khuyenhoc.awards import complaints, meetings, programmes
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.core.clock import VIETNAM
from khuyenhoc.core.database import writing
from khuyenhoc.org.users import User
from khuyenhoc.payouts import outcomes, paying
from khuyenhoc.payouts.payout_tables import Payout
from tests.awards import committee_world as committee
from tests.awards.award_world import AwardWorld, make_award_world
from tests.payouts import paid as payouts
from tests.support.browser import Browser
from tests.support.world import DAY
from tests.support.worlds import Worlds

AFTER_DEADLINE = datetime.datetime(2026, 9, 1, 8, tzinfo=VIETNAM)
Today = Callable[[User], str]


@pytest.fixture
def world(worlds: Worlds) -> AwardWorld:
    """Hội U01 with its chapter and school, its officers and its committee."""
    return worlds.begin_with(make_award_world)


@pytest.fixture
def today(browser: Browser) -> Today:
    """``today(user)``: what the first page of this person says."""
    return lambda user: Browser(browser.app).sign_in(user).get("home.today").text


def test_a_chapter_is_told_of_a_programme_until_it_nominates(world: AwardWorld, today: Today) -> None:
    programme = world.programme()
    assert "Giới thiệu người cho: Học bổng" in today(world.nominator)
    assert "Giới thiệu người cho" not in today(world.stranger)

    world.award(programme)

    assert "Giới thiệu người cho" not in today(world.nominator)
    assert "Hồ sơ nháp chưa gửi: Học bổng" in today(world.nominator)
    assert "Giới thiệu người cho" in today(world.teacher), "another unit has nominated nobody yet"


def test_nobody_is_asked_to_nominate_after_the_deadline(
    world: AwardWorld, today: Today, clock: Callable[[datetime.datetime], None]
) -> None:
    world.programme()
    clock(AFTER_DEADLINE)

    assert "Giới thiệu người cho" not in today(world.nominator)


def test_a_draft_waits_for_whoever_keeps_programmes(world: AwardWorld, today: Today) -> None:
    world.programme(state="draft")

    assert "Chương trình còn là bản nháp" in today(world.secretary)
    assert "Chương trình còn là bản nháp" not in today(world.nominator)


def test_the_committee_gets_its_turn_when_all_is_checked_and_the_deadline_is_over(
    world: AwardWorld, today: Today, clock: Callable[[datetime.datetime], None]
) -> None:
    programme = world.programme()
    world.award(programme, "verified")
    assert "Đưa ra hội đồng" not in today(world.secretary)

    clock(AFTER_DEADLINE)
    assert "Đưa ra hội đồng: Học bổng" in today(world.secretary)
    assert "Đưa ra hội đồng" not in today(world.accountant), "who only keeps the programme's money"

    world.award(programme, "submitted")
    assert "Đưa ra hội đồng" not in today(world.secretary)


def test_a_member_marks_then_votes_and_the_secretary_calls_ends_and_prints(world: AwardWorld, today: Today) -> None:
    programme = world.programme(state="reviewing")
    awards = world.awards(programme, 2)
    member = world.members[1]
    assert "Hồ sơ chờ chấm" in today(member)
    assert "Lập cuộc họp: Học bổng" in today(world.secretary)

    committee.score_all(world, awards, 8, 9)
    assert "Hồ sơ chờ chấm" not in today(member)
    meeting = committee.call(world, programme)
    assert "Lập cuộc họp" not in today(world.secretary)
    assert "Bắt đầu cuộc họp: Học bổng" in today(world.secretary)
    assert "Sắp họp xét: Học bổng" in today(member)

    committee.gather(world, meeting, absent=[world.members[4]])
    assert "Biểu quyết: Học bổng" in today(member)
    assert "Biểu quyết" not in today(world.members[4]), "who is not there does not vote"
    assert "Còn chờ 4 phiếu" in today(world.secretary)

    committee.vote(meeting, member)
    assert "Biểu quyết" not in today(member)
    committee.all_vote(world, meeting)
    assert "Mọi người đã bỏ phiếu" in today(world.secretary)

    committee.close(world, meeting)
    assert "In biên bản để ký" in today(world.secretary)
    assert "In biên bản để ký" not in today(world.members[0])


def test_an_old_vote_waits_again_when_the_list_has_changed(world: AwardWorld, today: Today) -> None:
    programme = world.programme(state="reviewing")
    awards = world.awards(programme, 2)
    committee.score_all(world, awards, 8, 8)
    meeting = committee.met(world, programme)
    committee.vote(meeting, world.members[1])
    with writing():
        meetings.break_tie(meeting, awards[1], awards[0], reason="Mồ côi", by=world.members[0])

    assert "Biểu quyết: Học bổng" in today(world.members[1])


def _decided(world: AwardWorld, n: int = 2) -> Decision:
    world.money(2_000_000)
    programme = world.programme(state="reviewing", publication_days=0)
    world.awards(programme, n, "recommended")
    return payouts.deciding.published(world, programme)


def test_a_list_is_prepared_paid_noted_and_settled_by_whose_turn_it_is(world: AwardWorld, today: Today) -> None:
    decision = _decided(world)
    assert "Suất chờ lập danh sách" in today(world.accountant)
    assert "Suất chờ lập danh sách" not in today(world.treasurer)

    payout = payouts.prepare(world, decision)
    assert "Suất chờ lập danh sách" not in today(world.accountant)
    payouts.approve(world, payout)
    assert "Danh sách chờ chi" in today(world.treasurer)
    assert "Danh sách chờ chi" not in today(world.accountant)

    payouts.pay(world, payout)
    assert "Danh sách chờ chi" not in today(world.treasurer)
    assert "Chờ ghi người nhận" in today(world.treasurer)
    first, second = payouts.lists.lines_of(payout)
    payouts.receive(world, payout, [first])
    _away_until(world, payout, second.id, DAY + datetime.timedelta(days=3))
    assert "Chờ ghi người nhận" not in today(world.treasurer)
    assert "Tiền giữ hộ" not in today(world.treasurer), "the second date has not come"


def _away_until(world: AwardWorld, payout: Payout, line_id: int, day: datetime.date) -> None:
    with writing():
        outcomes.absent(payout, [line_id], by=world.treasurer, key="vang", second_date=day)


def test_kept_money_waits_from_the_second_date_on_and_then_the_list_is_settled(
    world: AwardWorld, today: Today, clock: Callable[[datetime.datetime], None]
) -> None:
    decision = _decided(world, 1)
    payout = payouts.approve(world, payouts.prepare(world, decision))
    payouts.pay(world, payout)
    (only,) = payouts.lists.lines_of(payout)
    _away_until(world, payout, only.id, datetime.date(2026, 9, 1))
    assert "Tiền giữ hộ" not in today(world.treasurer)
    assert "Danh sách chờ quyết toán" not in today(world.accountant)

    clock(AFTER_DEADLINE)
    assert "Tiền giữ hộ chờ chi lần hai" in today(world.treasurer)
    with writing():
        outcomes.receive_later(payout, {only.id: payouts.MOTHER}, by=world.treasurer, key="lan-hai")
    assert "Tiền giữ hộ" not in today(world.treasurer)
    assert "Danh sách chờ quyết toán" in today(world.accountant)

    with writing():
        outcomes.settle(payout, by=world.accountant)
    assert "Danh sách chờ quyết toán" not in today(world.accountant)
    assert "Kết thúc chương trình: Học bổng" in today(world.secretary)
    with writing():
        programmes.close(decision.programme, by=world.secretary)
    assert "Kết thúc chương trình" not in today(world.secretary)


def test_goods_wait_for_whoever_hands_them_over(world: AwardWorld, today: Today) -> None:
    payout = payouts.approve(world, payouts.prepare(world, payouts.goods(world, 1), "goods"))
    assert "Hiện vật chờ trao" in today(world.treasurer)

    with writing():
        lines = {line.id: payouts.MOTHER for line in payouts.lists.lines_of(payout)}
        paying.hand_over(payout, lines, by=world.treasurer, key="trao")

    assert "Hiện vật chờ trao" not in today(world.treasurer)


def test_a_complaint_waits_for_the_chair_and_its_award_for_the_answer(world: AwardWorld, today: Today) -> None:
    decision = _decided(world)
    with writing():
        complaint = complaints.record(
            payouts.lists.ready(decision)[0], who="Bà Láng Giềng", grounds="Nhà khá giả", received_on=DAY,
            answer_by=DAY, by=world.secretary, key="y-kien",
        )  # fmt: skip
    assert "Ý kiến chờ trả lời" in today(world.chair)
    assert len(payouts.lists.ready(decision)) == 1, "only its own award waits"

    payouts.prepare(world, decision)
    assert "Suất chờ lập danh sách" not in today(world.accountant)

    with writing():
        complaints.answer(complaint, upheld=False, words="Không đúng", by=world.chair)
    assert "Suất chờ lập danh sách" in today(world.accountant)


def test_nothing_is_prepared_while_the_list_hangs_out(world: AwardWorld, today: Today) -> None:
    world.money(2_000_000)
    programme = world.programme(publication_days=5)
    world.awards(programme, 1, "recommended")
    payouts.deciding.published(world, programme)

    assert "Suất chờ lập danh sách" not in today(world.accountant)
