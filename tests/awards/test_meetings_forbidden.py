"""Every deed of a meeting, and who may not do it: another role, another unit, another state, one who is bound."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from khuyenhoc.awards import conflicts, meeting_lists, meetings, minutes, votes
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.committee_tables import Meeting
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import NotAllowed, RuleBroken
from khuyenhoc.org import grants
from khuyenhoc.org.users import COMMAND_LINE, User
from khuyenhoc.papers.issued import IssuedPaper
from tests.awards import committee_world as committee
from tests.awards.award_world import MILLION, AwardWorld
from tests.support import people

STATES = ("planned", "open", "closed", "cancelled")


@dataclass(frozen=True)
class Deed:
    """A deed of a meeting: who may do it, in which states, and how somebody would."""

    who: frozenset[str]
    states: frozenset[str]
    do: Callable[[Meeting, list[Award], User], object]


def _shown(meeting: Meeting) -> str:
    return meeting_lists.shown(meeting, meeting_lists.ranked(meeting))


def _open(meeting: Meeting, _awards: list[Award], by: User) -> None:
    everybody: dict[int, str | None] = {row.user_id: None for row in meeting.attendance}
    meetings.open_meeting(meeting, everybody, started_at="08:30", by=by)


OFFICERS, JUDGES = frozenset({"presider", "secretary"}), frozenset({"presider", "member"})
DEEDS = {
    "open": Deed(OFFICERS, frozenset({"planned"}), _open),
    "budget": Deed(
        OFFICERS,
        frozenset({"planned", "open"}),
        lambda meeting, _awards, by: meetings.set_budget(meeting, 2 * MILLION, by=by),
    ),
    "tie": Deed(
        frozenset({"presider"}),
        frozenset({"open"}),
        lambda meeting, awards, by: meetings.break_tie(meeting, awards[0], awards[1], reason="Mồ côi", by=by),
    ),
    "vote": Deed(
        JUDGES,
        frozenset({"open"}),
        lambda meeting, _awards, by: votes.vote(meeting, "for", by=by, shown_as=_shown(meeting)),
    ),
    "vote on one": Deed(
        JUDGES,
        frozenset({"open"}),
        lambda meeting, awards, by: votes.vote(meeting, "for", by=by, shown_as=_shown(meeting), award=awards[0]),
    ),
    "close": Deed(
        OFFICERS,
        frozenset({"voted"}),
        lambda meeting, _awards, by: meetings.close(meeting, ended_at="10:15", by=by),
    ),
    "cancel": Deed(
        OFFICERS,
        frozenset({"planned", "open"}),
        lambda meeting, _awards, by: meetings.cancel(meeting, reason="Mưa bão", by=by),
    ),
    "print": Deed(
        OFFICERS,
        frozenset({"closed"}),
        lambda meeting, _awards, by: minutes.note_print(meeting, by=by),
    ),
}


def bring_to(world: AwardWorld, state: str) -> tuple[Meeting, list[Award]]:
    """A meeting over two equals in this state; ``voted``: all that is wanting is its end."""
    programme = world.programme(state="reviewing")
    awards = world.awards(programme, 2)
    committee.score_all(world, awards, 8, 8)
    meeting = committee.call(world, programme)
    if state in ("open", "voted", "closed"):
        committee.gather(world, meeting)
    if state in ("voted", "closed"):
        committee.all_vote(world, meeting)
    if state == "closed":
        committee.close(world, meeting)
    if state == "cancelled":
        with writing():
            meetings.cancel(meeting, reason="Mưa bão", by=world.secretary)
    return meeting, awards


def everybody(world: AwardWorld) -> dict[str, User]:
    """The parts of the meeting, and one person for every other role."""
    return {
        "presider": world.members[0],
        "member": world.members[1],
        "secretary": world.secretary,
        "accountant": world.accountant,
        "treasurer": world.treasurer,
        "chair": world.chair,
        "vice_chair": world.vice_chair,
        "nominator": world.nominator,
        "auditor": people.person("kiemtra"),
        "administrator": people.person("admin"),
        "another member": people.person("hoidong9", role="committee_member", unit=world.unit),
        "another secretary": people.person("thuky9", role="secretary", unit=world.unit),
        "far member": people.person("xa.hoidong", role="committee_member", unit=people.association("U02")),
        "far secretary": people.person("xa.thuky", role="secretary", unit=people.association("U02")),
    }


def as_it_stands(meeting: Meeting) -> list[object]:
    """The meeting, its votes and its papers, read anew."""
    db.session.rollback()
    db.session.expire_all()
    cast = [(one.user_id, one.award_id, one.choice) for one in meeting_lists.votes_of(meeting)]
    printed = db.session.query(IssuedPaper).count()
    return [meeting.state, meeting.budget, len(meeting.ties), len(meeting.results), cast, printed]


@pytest.mark.alternating
@pytest.mark.parametrize("state", STATES)
def test_nothing_is_done_out_of_its_turn(world: AwardWorld, state: str) -> None:
    meeting, awards = bring_to(world, state)
    who, before = everybody(world), as_it_stands(meeting)

    for name, deed in DEEDS.items():
        for part in sorted(deed.who) if state not in deed.states else ():
            with pytest.raises(RuleBroken), writing():
                deed.do(meeting, awards, who[part])
            assert as_it_stands(meeting) == before, (name, part)


@pytest.mark.alternating
@pytest.mark.parametrize("name", DEEDS)
def test_nobody_else_does_it(world: AwardWorld, name: str) -> None:
    deed = DEEDS[name]
    meeting, awards = bring_to(world, sorted(deed.states)[0])
    before = as_it_stands(meeting)

    for part, user in everybody(world).items():
        if part not in deed.who:
            with pytest.raises(NotAllowed), writing():
                deed.do(meeting, awards, user)
            assert as_it_stands(meeting) == before, part


@pytest.mark.parametrize("name", ["tie", "vote", "close"])
def test_a_right_taken_away_is_gone_at_once(world: AwardWorld, name: str) -> None:
    deed = DEEDS[name]
    meeting, awards = bring_to(world, sorted(deed.states)[0])
    user = everybody(world)[sorted(deed.who)[0]]
    with writing():
        for grant in grants.live_of(user):
            grants.take_away(grant, by=COMMAND_LINE)
    before = as_it_stands(meeting)

    with pytest.raises(NotAllowed), writing():
        deed.do(meeting, awards, user)
    assert as_it_stands(meeting) == before


def test_who_is_bound_decides_nothing_about_that_award(world: AwardWorld) -> None:
    meeting, awards = bring_to(world, "open")
    with writing():
        for member in world.members[:2]:
            conflicts.declare(awards[0], by=member, reason="Cháu họ")
    before = as_it_stands(meeting)

    for name in ("tie", "vote on one"):
        with pytest.raises(NotAllowed, match="tự khai"), writing():
            DEEDS[name].do(meeting, awards, world.members[0])
    assert as_it_stands(meeting) == before


def take_the_right_of(*members: User) -> None:
    """They are members no more, from now on."""
    for member in members:
        with writing():
            grants.take_away(grants.live_of(member)[0], by=people.person("admin"))


def test_whoever_lost_the_right_before_voting_was_not_there_for_the_votes(world: AwardWorld) -> None:
    programme = world.programme(state="reviewing")
    awards = world.awards(programme, 2)
    committee.score_all(world, awards, 9, 8)
    meeting = committee.met(world, programme)
    committee.vote(meeting, world.members[3])
    take_the_right_of(*world.members[3:])
    for member in world.members[:3]:
        committee.vote(meeting, member)
    assert votes.waits_for(meeting) == []

    committee.close(world, meeting)

    assert committee.states(awards) == ["recommended", "recommended"]
    assert [row.user_id for row in meeting.attendance if not row.present] == [world.members[4].id]
    paper = minutes.find(meeting)
    assert paper is not None
    assert paper.frozen["list_vote"]["able"] == 4


def test_too_few_who_may_still_vote_decide_nothing(world: AwardWorld) -> None:
    programme = world.programme(state="reviewing")
    awards = world.awards(programme, 2)
    committee.score_all(world, awards, 9, 8)
    meeting = committee.met(world, programme)
    take_the_right_of(*world.members[3:])
    for member in world.members[:3]:
        committee.vote(meeting, member)

    committee.close(world, meeting)

    assert committee.states(awards) == ["in_review", "in_review"]
