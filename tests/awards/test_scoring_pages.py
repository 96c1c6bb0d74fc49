"""A member at home: the files that wait, one by one; keeping out of some; and who is refused."""

import pytest
from sqlalchemy import func, select

from khuyenhoc.awards import rubric
from khuyenhoc.awards.committee_tables import Conflict, Score, Tie
from khuyenhoc.awards.programme_tables import Criterion
from khuyenhoc.core.database import db, writing
from khuyenhoc.history.events import record
from khuyenhoc.recipients.recipient_tables import FileOpening
from tests.awards import committee_world as committee
from tests.awards.award_world import AwardWorld
from tests.support import people
from tests.support.browser import Browser

FIRST = {"code": "HB26", "number": 1}
MARKS = {"mark-1": "8", "mark-2": "6"}


def test_a_member_marks_one_file_after_the_other(either_browser: Browser, world: AwardWorld) -> None:
    programme = world.programme(state="reviewing")
    world.awards(programme, 2)
    member = either_browser.sign_in(world.members[1])
    assert "0/2" in member.get("scoring.index").text
    assert "Hồ sơ chờ chấm điểm" in either_browser.get("home.today").text

    member.get("scoring.show", **FIRST)
    second = member.post("scoring.give", MARKS, to=FIRST)

    assert second.path == "/hoc-bong/cham-diem/HB26/2"
    assert db.session.scalar(select(Score.total)) == 7200
    done = member.post("scoring.give", MARKS, to={"code": "HB26", "number": 2})
    assert "Đã chấm (2)" in done.text
    assert member.get("scoring.show", **FIRST).field("mark-1") == "8"
    assert db.session.scalar(select(func.count()).select_from(FileOpening)) == 3


def test_others_marks_are_seen_once_the_own_are_given(browser: Browser, world: AwardWorld) -> None:
    award = world.award(world.programme(state="reviewing"), "in_review")
    committee.score(award, 10, 9, world.members[2])
    member = browser.sign_in(world.members[1])

    before = member.get("scoring.show", **FIRST)
    assert world.members[2].signature not in before.page.one("main").text
    assert "96" not in [figure.text for figure in before.page.all("dd")]
    member.post("scoring.give", MARKS, to=FIRST)

    after = member.get("scoring.show", **FIRST)
    assert world.members[2].signature in after.text
    assert "96" in [figure.text for figure in after.page.all("dd")]


def test_a_missing_mark_is_asked_for_and_what_was_typed_stays(either_browser: Browser, world: AwardWorld) -> None:
    world.award(world.programme(state="reviewing"), "in_review")
    member = either_browser.sign_in(world.members[1])
    member.get("scoring.show", **FIRST)

    again = member.post("scoring.give", {"mark-1": "8", "note": "Em chăm"}, to=FIRST, expect=422)

    assert again.errors
    assert again.field("mark-1") == "8"
    assert again.field("note") == "Em chăm"
    member.post("scoring.give", {"mark-1": "11", "mark-2": "1"}, to=FIRST, expect=422)


def test_a_file_that_changed_is_to_be_looked_at_again(browser: Browser, world: AwardWorld) -> None:
    award = world.award(world.programme(state="reviewing"), "in_review")
    member = browser.sign_in(world.members[1])
    member.get("scoring.show", **FIRST)
    _mend(world, award.recipient_id)

    stale = member.post("scoring.give", MARKS, to=FIRST, expect=409)

    assert "đã thay đổi" in stale.text
    assert stale.field("mark-1") == "8"
    member.post("scoring.give", MARKS, to=FIRST)
    _mend(world, award.recipient_id, "Mẹ mới mất")
    assert "Cần chấm lại (1)" in member.get("scoring.index").text
    assert "không tính nữa" in member.get("scoring.show", **FIRST).text


def _mend(world: AwardWorld, recipient_id: int, note: str = "Đã bổ sung") -> None:
    recipient = db.session.get(type(world.pupil()), recipient_id)
    assert recipient is not None
    with writing():
        recipient.note = note
        record("recipient.changed", recipient, by=world.nominator, unit_id=recipient.unit_id)


def test_whoever_is_too_near_keeps_out(either_browser: Browser, world: AwardWorld) -> None:
    world.awards(world.programme(state="reviewing"), 2)
    member = either_browser.sign_in(world.members[1])
    member.get("scoring.show", **FIRST)
    member.post("scoring.declare", {"reason": " "}, to=FIRST, expect=422)

    onward = member.post("scoring.declare", {"reason": "Em là cháu tôi"}, to=FIRST)

    assert onward.path.endswith("/2")
    assert db.session.scalar(select(Conflict.reason)) == "Em là cháu tôi"
    member.get("scoring.show", **FIRST, expect=403)
    again = member.post("scoring.declare", {"reason": " "}, to=FIRST)
    assert again.path == onward.path
    member.post("scoring.give", MARKS, to=FIRST, expect=403)
    assert "Không chấm (1)" in member.get("scoring.index").text


def test_a_class_taught_binds_to_its_pupils(either_browser: Browser, world: AwardWorld) -> None:
    programme = world.programme(state="reviewing")
    world.award(programme, "in_review", recipient=world.pupil(class_name="7A2"))
    member = either_browser.sign_in(world.members[1])
    member.get("member_ties.mine")
    member.post("member_ties.add_class", {"school": "", "class_name": "7A2"}, expect=422)

    named = member.post("member_ties.add_class", {"school": str(world.school.id), "class_name": "7a2"})

    assert "1 hồ sơ" in named.text
    member.get("scoring.show", **FIRST, expect=403)
    member.post("member_ties.add_household", {"phone": "", "address": ""}, expect=422)
    wrong = member.post("member_ties.add_household", {"phone": "0900 12", "address": ""}, expect=422)
    assert "Số điện thoại chưa đúng" in wrong.error("phone")
    tie = db.session.scalars(select(Tie)).one()
    Browser(member.app).sign_in(world.members[2]).post("member_ties.end", to={"tie_id": tie.id}, expect=404)
    member.post("member_ties.end", to={"tie_id": tie.id})
    member.get("scoring.show", **FIRST, expect=403)  # what was found stays written


DEEDS = ("scoring.give", "scoring.declare")


@pytest.mark.parametrize("deed", DEEDS)
def test_only_members_of_this_committee_mark(browser: Browser, world: AwardWorld, deed: str) -> None:
    world.award(world.programme(state="reviewing"), "in_review")
    for officer in (world.secretary, world.accountant, world.chair, world.nominator):
        browser.sign_in(officer).post(deed, MARKS, to=FIRST, expect=403)
        browser.get("scoring.show", **FIRST, expect=403)
    other = people.person("hoidong9", role="committee_member")
    browser.sign_in(other).post(deed, MARKS, to=FIRST, expect=403)
    far = people.person("hoidong8", role="committee_member", unit=people.association("U02"))
    browser.sign_in(far).post(deed, MARKS, to=FIRST, expect=404)


def test_a_programme_whose_files_are_all_decided_is_laid_by(browser: Browser, world: AwardWorld) -> None:
    world.award(world.programme(state="reviewing"), "recommended")

    page = browser.sign_in(world.members[1]).get("scoring.index")

    assert "Chưa có hồ sơ nào chờ chấm" in page.text


def test_after_the_review_nothing_is_marked(browser: Browser, world: AwardWorld) -> None:
    world.award(world.programme(state="reviewing"), "recommended")
    member = browser.sign_in(world.members[1])

    assert member.get("scoring.show", **FIRST).path == "/hoc-bong/HB26/de-nghi/1"
    member.post("scoring.give", {**MARKS, "shown": "x"}, to=FIRST, expect=422)


@pytest.mark.parametrize(
    ("meaning", "marks"),
    [
        ("40: đặc biệt khó khăn\n30 điểm: rất khó khăn\n20 - khó khăn", [40, 30, 20, 0]),
        ("40: đặc biệt khó khăn", []),
        ("10: không tới mức cao nhất\n5: ít", []),
        ("", []),
    ],
)
def test_the_rubric_names_its_marks(meaning: str, marks: list[int]) -> None:
    assert rubric.marks_of(Criterion(position=1, name="Hoàn cảnh", weight=60, most=40, meaning=meaning)) == marks
