"""What of the meetings waits for one person: to be begun, voted in, ended, and the minutes to be printed."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from sqlalchemy import exists, select

from khuyenhoc.awards import meeting_lists, minutes, votes
from khuyenhoc.awards.committee_tables import Attendance, Meeting
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.org.users import User
from khuyenhoc.papers.issued import IssuedPaper, PaperPrint

BEGIN, ATTEND, VOTE, CLOSE, PRINT = "begin", "attend", "vote", "close", "print"


class MeetingWork(NamedTuple):
    """What this person is to do in a meeting, and how many members' votes are still missing there."""

    meeting: Meeting
    what: str
    missing: int = 0


def waiting(user: User, unit_ids: Collection[int]) -> list[MeetingWork]:
    """The meetings of these units where it is this person's turn, the one under way first."""
    if not unit_ids:
        return []
    query = select(Meeting).join(Attendance, Attendance.meeting_id == Meeting.id)
    query = query.where(Attendance.user_id == user.id, Meeting.unit_id.in_(sorted(unit_ids)))
    query = query.where(Meeting.state.in_(("planned", "open")))
    live = db.session.scalars(query.order_by(Meeting.state, Meeting.held_on, Meeting.id)).all()
    found = [
        one
        for meeting in live
        for one in (_open(meeting, user) if meeting.state == "open" else _planned(meeting, user))
    ]
    return [*found, *(MeetingWork(meeting, PRINT) for meeting in _unprinted(user, unit_ids))]


def _planned(meeting: Meeting, user: User) -> Iterator[MeetingWork]:
    """Whoever holds it begins it on its day; the others are told of it beforehand."""
    holds = user.id in (meeting.presider_id, meeting.secretary_id)
    yield MeetingWork(meeting, BEGIN if holds and meeting.held_on <= clock.today() else ATTEND)


def _open(meeting: Meeting, user: User) -> Iterator[MeetingWork]:
    lines = meeting_lists.ranked(meeting)
    fingerprint = meeting_lists.shown(meeting, lines)
    able = votes.who_votes(meeting, fingerprint)
    cast = meeting_lists.votes_of(meeting)
    voted = {vote.user_id for vote in cast if vote.award_id is None and vote.fingerprint == fingerprint}
    if user.id in able - voted:
        yield MeetingWork(meeting, VOTE)
    elif user.id in (meeting.presider_id, meeting.secretary_id):
        yield MeetingWork(meeting, CLOSE, len(votes.waits_for(meeting, fingerprint)))


def _unprinted(user: User, unit_ids: Collection[int]) -> list[Meeting]:
    """Meetings whose minutes this person took, and whose paper was never printed to be signed."""
    printed = exists().where(PaperPrint.paper_id == IssuedPaper.id)
    query = select(Meeting).join(IssuedPaper, IssuedPaper.document_id == Meeting.id)
    query = query.where(IssuedPaper.kind == minutes.KIND, ~printed, Meeting.secretary_id == user.id)
    query = query.where(Meeting.unit_id.in_(sorted(unit_ids)), Meeting.state == "closed")
    return list(db.session.scalars(query.order_by(Meeting.held_on, Meeting.id)))
