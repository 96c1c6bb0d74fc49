"""The verbs of the committee: give marks, call and open a meeting, vote, close; for tests that begin there."""

from collections.abc import Sequence

from khuyenhoc.awards import meeting_lists, meetings, scores, votes
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.committee_tables import Meeting
from khuyenhoc.awards.programme_tables import Programme
from khuyenhoc.core.database import db, writing
from khuyenhoc.org.users import User
from tests.awards.award_world import AwardWorld
from tests.support.world import DAY


def score(award: Award, need: int, study: int, *by: User) -> None:
    """These members give marks: out of ten for need (weight 60) and for study (40)."""
    for member in by:
        with writing():
            scores.give(award, {1: need, 2: study}, by=member, shown_as=scores.shown(award))


def score_all(world: AwardWorld, awards: Sequence[Award], *marks: int) -> None:
    """Three members give each award the same marks for both criteria."""
    for award, mark in zip(awards, marks, strict=True):
        score(award, mark, mark, *world.members[:3])


def call(world: AwardWorld, programme: Programme, budget: int | None = None) -> Meeting:
    """The secretary calls the committee together."""
    with writing():
        return meetings.plan(programme, held_on=DAY, place="Văn phòng Hội", by=world.secretary, budget=budget)


def gather(world: AwardWorld, meeting: Meeting, absent: Sequence[User] = ()) -> Meeting:
    """Everybody comes but these."""
    away = {user.id for user in absent}
    there = {row.user_id: ("Đi công tác" if row.user_id in away else None) for row in meeting.attendance}
    with writing():
        meetings.open_meeting(meeting, there, started_at="08:30", by=world.secretary)
    return meeting


def met(world: AwardWorld, programme: Programme, budget: int | None = None, absent: Sequence[User] = ()) -> Meeting:
    """Called and opened."""
    return gather(world, call(world, programme, budget), absent)


def vote(meeting: Meeting, by: User, choice: str = "for", award: Award | None = None, note: str = "") -> None:
    """Vote on what stands there now."""
    shown = meeting_lists.shown(meeting, meeting_lists.ranked(meeting))
    with writing():
        votes.vote(meeting, choice, by=by, shown_as=shown, award=award, note=note)


def all_vote(world: AwardWorld, meeting: Meeting) -> None:
    """Everybody there says yes to the list."""
    there = set(meeting_lists.present(meeting))
    for member in world.members:
        if member.id in there:
            vote(meeting, member)


def close(world: AwardWorld, meeting: Meeting) -> None:
    """The secretary ends the meeting."""
    with writing():
        meetings.close(meeting, ended_at="10:15", by=world.secretary)


def states(awards: Sequence[Award]) -> list[str]:
    """The states of these awards, read anew."""
    db.session.expire_all()
    return [award.state for award in awards]
