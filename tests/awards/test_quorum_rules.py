"""The quorum is a written, dated setting: from a day on, by a regulation, and no meeting that was held gets another."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from khuyenhoc.awards import minutes, quorum
from khuyenhoc.awards.committee_tables import Meeting
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.history import events
from khuyenhoc.history.chains import INSTALLATION
from khuyenhoc.org import grants, units
from khuyenhoc.org.users import COMMAND_LINE, User
from khuyenhoc.papers import issued
from khuyenhoc.proof.verify import verify
from tests.awards import committee_world as committee
from tests.awards.award_world import AwardWorld
from tests.papers.reading import read, squeeze, text_of
from tests.proof.test_verify import tampering
from tests.support import people
from tests.support.browser import Browser
from tests.support.world import DAY

RULE = {
    "unit": "0",
    "share": "4/5",
    "least": "5",
    "since": "15/8/2026",
    "regulation": "Quy chế xét cấp số 12/QC-HKH",
    "regulated_on": "5/2/2026",
}


def lay_down(by: User, **more: Any) -> quorum.QuorumRule:
    said = {
        "unit_id": INSTALLATION,
        "share": "4/5",
        "least": 5,
        "since": DAY,
        "regulation": RULE["regulation"],
        "regulated_on": date(2026, 2, 5),
        "by": by,
    }
    with writing():
        return quorum.add_rule(**{**said, **more})


def called(world: AwardWorld) -> Meeting:
    programme = world.programme(state="reviewing")
    committee.score_all(world, world.awards(programme, 1), 9)
    return committee.call(world, programme)


def ended(world: AwardWorld, meeting: Meeting) -> Meeting:
    committee.all_vote(world, meeting)
    committee.close(world, meeting)
    return meeting


def test_a_rule_holds_from_its_day_on(world: AwardWorld) -> None:
    lay_down(world.secretary, since=DAY + timedelta(days=3))

    assert quorum.rule_on(world.unit.id, DAY + timedelta(days=2)).written == "2/3; 3"
    assert quorum.rule_on(world.unit.id, DAY + timedelta(days=3)).written == "4/5; 5"


def test_of_two_rules_of_one_day_the_later_word_counts(world: AwardWorld) -> None:
    lay_down(world.secretary)
    lay_down(world.secretary, share="3/4", least=3)

    assert quorum.rule_on(world.unit.id, DAY).written == "3/4; 3"


def test_a_units_own_rule_comes_before_that_of_all(world: AwardWorld) -> None:
    lay_down(world.secretary, unit_id=world.unit.id)
    lay_down(world.secretary, share="3/4", least=3, since=DAY + timedelta(days=1))

    assert quorum.rule_on(world.unit.id, DAY + timedelta(days=9)).written == "4/5; 5"
    assert quorum.rule_on(world.far.id, DAY + timedelta(days=9)).written == "3/4; 3"


def test_a_meeting_elsewhere_is_in_nobodys_way(world: AwardWorld) -> None:
    meeting = committee.gather(world, called(world))

    lay_down(world.secretary, unit_id=world.far.id)

    assert quorum.rule_of(meeting).written == "2/3; 3"
    assert verify().ok


def test_a_meeting_is_held_under_the_rule_of_its_day_even_when_called_before(world: AwardWorld) -> None:
    meeting = called(world)
    lay_down(world.secretary)
    assert quorum.needed(quorum.rule_of(meeting), 5) == 5

    with pytest.raises(RuleBroken, match="cần ít nhất 5"):
        committee.gather(world, meeting, absent=world.members[4:])
    committee.gather(world, meeting)

    assert meeting.quorum == "4/5; 5"
    assert verify().ok


def test_the_minutes_name_the_rule_and_where_it_is_written(world: AwardWorld) -> None:
    lay_down(world.secretary)
    meeting = ended(world, committee.gather(world, called(world)))

    paper = minutes.find(meeting)
    assert paper is not None

    said = squeeze(text_of(read(issued.render(paper))))

    assert "QC-HKH ngày 05 tháng 02 năm 2026, cần có mặt ít nhất 4/5" in said
    assert "không dưới 05 người" in said


@pytest.mark.parametrize("is_over", [False, True], ids=["open", "closed"])
def test_no_rule_reaches_a_meeting_that_has_begun(world: AwardWorld, is_over: bool) -> None:
    meeting = committee.gather(world, called(world))
    if is_over:
        ended(world, meeting)

    with pytest.raises(RuleBroken, match="đã có cuộc họp"):
        lay_down(world.secretary)
    lay_down(world.secretary, since=DAY + timedelta(days=1))

    assert quorum.rule_of(meeting).written == "2/3; 3"
    assert verify().ok


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("share", "1/2"), ("share", "4/3"), ("share", "0/1"), ("share", "2"), ("share", "0,67"), ("share", "２/３"),
        ("share", "67%"), ("least", 2), ("least", 51), ("since", DAY - timedelta(days=1)), ("regulation", "Quy chế"),
        ("regulation", "  "), ("regulated_on", DAY + timedelta(days=1)),
    ],
)  # fmt: skip
def test_what_is_no_rule_is_refused_beside_its_field(world: AwardWorld, field: str, wrong: Any) -> None:
    with pytest.raises(RuleBroken) as no:
        lay_down(world.secretary, **{field: wrong})

    assert no.value.field == field
    db.session.rollback()
    assert quorum.all_rules() == []


@pytest.mark.parametrize(("share", "written"), [("1/1", "1/1; 5"), ("50/99", "50/99; 5"), (" 3 / 4 ", "3/4; 5")])
def test_more_than_half_and_no_more_than_all(world: AwardWorld, share: str, written: str) -> None:
    lay_down(world.secretary, share=share)

    assert quorum.rule_on(world.unit.id, DAY).written == written


@pytest.mark.parametrize("deed", ["UPDATE quorum_rules SET least = 3", "DELETE FROM quorum_rules"])
def test_the_database_changes_no_rule(world: AwardWorld, deed: str) -> None:
    lay_down(world.secretary)
    db.session.rollback()

    with pytest.raises(DBAPIError, match="append"), db.engine.begin() as connection:
        connection.execute(text(deed))


def test_verify_names_a_meeting_under_another_rule(world: AwardWorld) -> None:
    meeting = committee.gather(world, called(world))
    db.session.rollback()

    with db.engine.begin() as connection:
        connection.execute(text("UPDATE meetings SET quorum = '2/4; 3'"))
    db.session.rollback()

    found = [v for a in verify().answers if a.check.name == "quorum" for v in a.violations]
    assert [(v.table, v.row, v.expected, v.found) for v in found] == [
        ("meetings", str(meeting.id), "2/3; 3", "2/4; 3"),
    ]


def test_verify_names_a_rule_that_was_altered(world: AwardWorld) -> None:
    lay_down(world.secretary)
    db.session.rollback()

    with tampering() as stored:
        assert stored("UPDATE quorum_rules SET least = 4")
        found = {answer.check.name for answer in verify(afresh=False).answers if not answer.ok}

    assert "sealed_rows" in found


@pytest.fixture
def admin(world: AwardWorld) -> User:
    """Who administers every unit."""
    user = people.person("admin")
    with writing():
        for unit in units.all_units():
            if unit.id != world.unit.id:
                grants.give(user, "administrator", unit, by=COMMAND_LINE, starts=people.FOUNDED)
    return user


def test_the_administrator_writes_it_and_everybody_who_reads_rules_reads_it(
    browser: Browser, world: AwardWorld, admin: User
) -> None:
    browser.sign_in(admin).get("quorum_rules.index")
    browser.post("quorum_rules.add", RULE)

    said = browser.sign_in(world.chair).get("quorum_rules.index").text
    assert "ít nhất 4/5, không dưới 5 người" in said
    assert "Quy chế xét cấp số 12/QC-HKH" in said
    assert [deed.action for deed in events.of("quorum_rules", 1)] == ["quorum_rule.added"]


@pytest.mark.parametrize(("field", "wrong"), [("share", "1/2"), ("least", "2"), ("since", "14/8/2026"), ("share", "")])
def test_a_rule_that_makes_no_sense_is_asked_again(
    browser: Browser, world: AwardWorld, admin: User, field: str, wrong: str
) -> None:
    page = browser.sign_in(admin).post("quorum_rules.add", {**RULE, field: wrong}, expect=422)

    assert page.errors
    assert "Quy chế xét cấp số 12/QC-HKH" in page.text
    assert quorum.all_rules() == []


def test_nobody_else_writes_it(browser: Browser, world: AwardWorld) -> None:
    page = browser.sign_in(world.chair).get("quorum_rules.index")
    assert page.fields("/hoc-bong/so-nguoi-du-hop") == {}
    browser.post("quorum_rules.add", RULE, expect=403)
    browser.sign_in(world.secretary).get("quorum_rules.index", expect=403)


def test_who_administers_one_association_of_two_writes_no_rule_for_all(browser: Browser, world: AwardWorld) -> None:
    browser.sign_in("admin").get("quorum_rules.index")

    browser.post("quorum_rules.add", RULE, expect=422)
    browser.post("quorum_rules.add", {**RULE, "unit": str(world.far.id)}, expect=422)
    browser.post("quorum_rules.add", {**RULE, "unit": str(world.unit.id)})

    assert [rule.unit_id for rule in quorum.all_rules()] == [world.unit.id]
