"""A complaint holds its own award off the list and lets all others go."""

import pytest

from khuyenhoc.awards import complaints
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.decision_tables import Complaint
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.payouts import lists
from khuyenhoc.payouts.payout_tables import Payout
from tests.awards.award_world import AwardWorld
from tests.payouts import paid
from tests.support.browser import Browser
from tests.support.world import DAY


def complain(world: AwardWorld, award: Award) -> Complaint:
    """A neighbour objects."""
    with writing():
        return complaints.record(
            award, who="Bà Láng Giềng", grounds="Nhà khá giả", received_on=DAY, answer_by=DAY, by=world.secretary,
            key="y-kien",
        )  # fmt: skip


def test_only_the_award_complained_about_is_held_back(world: AwardWorld) -> None:
    decision = paid.money(world, 3)
    first, *others = lists.ready(decision)
    complain(world, first)

    assert lists.ready(decision) == others
    assert lists.held(decision) == [(first, "Có ý kiến về hồ sơ này chưa được trả lời.")]
    with pytest.raises(RuleBroken, match="HB26-0001: Có ý kiến"):
        paid.prepare(world, decision, awards=[first, *others])

    payout = paid.approve(world, paid.prepare(world, decision))
    paid.pay(world, payout)
    assert paid.states(lists.lines_of(payout)) == ["paid", "paid"]


def test_an_answered_complaint_lets_it_go_and_one_that_was_right_does_not(world: AwardWorld) -> None:
    decision = paid.money(world, 1)
    (award,) = lists.ready(decision)
    complaint = complain(world, award)

    with writing():
        complaints.answer(complaint, upheld=True, words="Đúng là khá giả", by=world.chair)

    assert lists.ready(decision) == []
    assert lists.held(decision)[0][1].startswith("Ý kiến về hồ sơ này là đúng")


def test_the_page_names_who_must_wait(world: AwardWorld, browser: Browser) -> None:
    decision = paid.money(world, 2)
    complain(world, lists.ready(decision)[0])

    page = browser.sign_in(world.accountant).get("payout_preparing.new", decision_id=decision.id)

    assert "Còn phải chờ" in page.text
    assert "HB26-0001" in page.text


def test_a_complaint_about_a_list_that_is_approved_says_what_to_do(world: AwardWorld, browser: Browser) -> None:
    decision = paid.money(world, 2)
    payout = paid.approve(world, paid.prepare(world, decision))
    complain(world, lists.lines_of(payout)[0].award)
    db.session.rollback()

    answer = browser.sign_in(world.treasurer).post("payouts.pay", to={"payout_id": payout.id}, expect=422)

    assert "hủy rồi lập danh sách không có hồ sơ ấy" in answer.text
    db.session.rollback()
    assert db.session.get_one(Payout, payout.id).state == "approved"
