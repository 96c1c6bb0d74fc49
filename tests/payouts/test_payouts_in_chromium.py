"""The pages of meetings and of paying in a real browser: valid, accessible, on desk and phone, without script too."""

from pathlib import Path

import pytest

from khuyenhoc.awards import conflicts, meeting_lists, meetings
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.committee_tables import Meeting
from khuyenhoc.core.database import db, writing
from khuyenhoc.payouts import lists
from khuyenhoc.payouts.payout_tables import Payout
from tests.awards import committee_world as committee
from tests.awards import deciding
from tests.awards.award_world import MILLION, AwardWorld
from tests.payouts import paid
from tests.support import checker, usable
from tests.support.chromium import Windows

pytestmark = pytest.mark.browser


def met(world: AwardWorld, code: str) -> Meeting:
    """A meeting under way over ten files: one recused, equals at the line, one voted on by itself, one who was away."""
    programme = world.programme(code, state="reviewing")
    awards = world.awards(programme, 10)
    committee.score_all(world, awards, 9, 9, 8, 8, 8, 7, 7, 6, 5, 4)
    with writing():
        conflicts.declare(awards[2], by=world.members[4], reason="Cháu họ bên ngoại, cùng khu phố")
    meeting = committee.met(world, programme, 4 * MILLION, absent=[world.members[3]])
    with writing():
        meetings.break_tie(meeting, awards[3], awards[2], reason="Mồ côi cả cha lẫn mẹ", by=world.members[0])
    committee.vote(meeting, world.members[1], "for", awards[5])
    committee.vote(meeting, world.members[0])
    committee.vote(meeting, world.members[1], "against", note="Chưa xem kỹ hồ sơ bằng điểm")
    return meeting


def lists_of_all_kinds(world: AwardWorld) -> list[Payout]:
    """Prepared, approved by the bank, paid with somebody away, bicycles half handed over."""
    decision = paid.money(world, 8, cash=12 * MILLION)
    awards = lists.ready(decision)
    waiting = paid.prepare(world, decision, awards=awards[:2])
    cash = paid.approve(world, paid.prepare(world, decision, awards=awards[2:6]))
    paid.pay(world, cash)
    rows = lists.lines_of(cash)
    paid.receive(world, cash, rows[:1])
    paid.stay_away(world, cash, rows[1:2])
    ready = paid.approve(world, paid.prepare(world, decision, awards=awards[6:7]))
    goods = paid.approve(world, paid.prepare(world, paid.goods(world, 2), "goods"))
    return [waiting, cash, ready, goods]


def furnished(world: AwardWorld) -> dict[str, tuple[str, str]]:
    """Meetings and lists in every state; name of the page → who looks, and its address."""
    over = met(world, "HB24")
    for member in (*world.members[:3], world.members[4]):
        committee.vote(over, member)
    for member in (world.members[0], world.members[2], world.members[4]):
        committee.vote(over, member, "against", award_of(over, 6), note="Đã nhận học bổng khác trong năm")
    committee.close(world, over)
    under_way = met(world, "HB25")
    planned_for = world.programme("HB27", state="reviewing")
    committee.score_all(world, world.awards(planned_for, 3), 9, 8, 7)
    planned = committee.call(world, planned_for)
    world.awards(world.programme("HB28", state="reviewing"), 2)
    waiting, cash, ready, goods = lists_of_all_kinds(world)
    left = world.programme("HB29", publication_days=0)
    world.awards(left, 2, "recommended")
    decision = deciding.published(world, left)
    db.session.rollback()
    return {
        "meetings": ("secretary", "/hop-xet"),
        "meeting-over": ("secretary", f"/hop-xet/{over.id}"),
        "meeting-under-way": ("secretary", f"/hop-xet/{under_way.id}"),
        "meeting-of-a-member": ("member", f"/hop-xet/{under_way.id}"),
        "meeting-planned": ("secretary", f"/hop-xet/{planned.id}"),
        "meeting-new": ("secretary", "/hop-xet/lap?chuong_trinh=HB28"),
        "meeting-file": ("presider", f"/hop-xet/{under_way.id}/ho-so/3"),
        "lists": ("accountant", "/chi-trao"),
        "list-new": ("accountant", f"/chi-trao/lap/{decision.id}"),
        "list-waiting": ("accountant", f"/chi-trao/{waiting.id}"),
        "list-ready": ("treasurer", f"/chi-trao/{ready.id}"),
        "list-paid": ("treasurer", f"/chi-trao/{cash.id}"),
        "list-goods": ("treasurer", f"/chi-trao/{goods.id}"),
        "deed-received": ("secretary", f"/chi-trao/{cash.id}/ghi/nguoi-nhan"),
        "deed-absent": ("secretary", f"/chi-trao/{cash.id}/ghi/vang-mat"),
        "deed-money-back": ("treasurer", f"/chi-trao/{cash.id}/ghi/tien-ve"),
        "deed-later": ("treasurer", f"/chi-trao/{cash.id}/ghi/lan-hai"),
        "deed-back": ("accountant", f"/chi-trao/{cash.id}/ghi/tra-ve"),
        "deed-goods": ("treasurer", f"/chi-trao/{goods.id}/ghi/trao"),
    }


def award_of(meeting: Meeting, number: int) -> Award:
    """The award of this number in a meeting."""
    return next(award for award in meeting_lists.awards_of(meeting.programme) if award.number == number)


def test_every_page_of_meeting_and_paying_can_be_used_by_everyone(
    world: AwardWorld, windows: Windows, tmp_path: Path
) -> None:
    pages = furnished(world)
    people = {
        "secretary": world.secretary,
        "accountant": world.accountant,
        "treasurer": world.treasurer,
        "member": world.members[2],
        "presider": world.members[0],
    }
    opened = {name: windows.open(user) for name, user in people.items()}
    faults, texts = [], {}
    for name, (who, path) in pages.items():
        page = opened[who]
        faults += usable.faults_of(page, path, name)
        texts[f"{who}: {path}"] = page.request.get(path).text()

    assert faults + checker.faults(texts, tmp_path) == []


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_everybody_who_came_is_written_down_at_once(world: AwardWorld, windows: Windows, script: bool) -> None:
    payout, lines = paid.paid(world, 3)
    db.session.rollback()
    page = windows.open(world.secretary, script=script)
    page.goto(f"/chi-trao/{payout.id}/ghi/nguoi-nhan")
    page.get_by_label("Tất cả 3 người dưới đây").check()
    page.locator("details summary", has_text="Người khác nhận thay").nth(1).click()
    page.locator("[name=lines-1-received_by]").first.fill("Nguyễn Thị Bà")
    page.locator("[name=lines-1-relation]").first.fill("bà ngoại")
    page.get_by_label("Tên người khác chứng kiến").fill("Cô Hồ Thị Nháp")
    page.get_by_role("button", name="Ghi người nhận").click()

    page.wait_for_url(f"**/chi-trao/{payout.id}")
    db.session.rollback()
    db.session.expire_all()
    assert [(line.outcome, line.received_by) for line in lists.lines_of(payout)] == [
        ("received", lines[0].name),
        ("received", "Nguyễn Thị Bà"),
        ("received", lines[2].name),
    ]
