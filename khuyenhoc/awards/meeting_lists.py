"""What a meeting has before it: its members, the ranked list as it stands, and the votes. Reading only."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import func, select

from khuyenhoc.awards import programmes, quotas, scores
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.committee_tables import Meeting, Vote
from khuyenhoc.awards.programme_tables import Programme
from khuyenhoc.awards.ranking import Candidate, Ranked, Room, cut
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history import chains
from khuyenhoc.org.users import User


class Now(NamedTuple):
    """What lies before the meeting at this moment, read once: the awards, the fingerprint of each file, the scores."""

    awards: Sequence[Award]
    files: Mapping[int, str]
    means: Mapping[int, int]


def now_of(meeting: Meeting) -> Now:
    """Read what lies before the meeting."""
    awards = awards_of(meeting.programme)
    files = scores.shown_of(awards)
    return Now(awards, files, scores.means(awards, files))


def ranked(meeting: Meeting, room: Room | None = None, now: Now | None = None) -> list[Ranked]:
    """The list as it stands now, by quotas and budget; or what if there were this room."""
    awards, _files, means = now or now_of(meeting)
    amounts = {level.id: level.amount for level in meeting.programme.levels}
    candidates = [
        Candidate(award.id, award.level_id, award.nominating_unit_id, amounts[award.level_id], means.get(award.id))
        for award in awards
    ]
    said = [(tie.award_id, tie.before_id) for tie in meeting.ties]
    return cut(candidates, room or room_of(meeting), said)


def room_of(meeting: Meeting) -> Room:
    """What the meeting allows, and of each level what earlier meetings have left."""
    return Room(budget=meeting.budget, levels=quotas.left_of_levels(meeting.programme, meeting.id))


def shown(meeting: Meeting, lines: Sequence[Ranked], now: Now | None = None) -> str:
    """The fingerprint of the list that is voted on: order, scores, files, outcome of each."""
    files = (now or now_of(meeting)).files
    return chains.digest(
        [
            meeting.id,
            [
                [one.position, one.candidate.award_id, one.candidate.score, one.outcome, files[one.candidate.award_id]]
                for one in lines
            ],
        ]
    )


def awards_of(programme: Programme) -> list[Award]:
    """What the committee has before it, in the order of the application codes."""
    return sorted(programmes.in_states(programme, ["in_review"]), key=lambda award: award.number)


def judges(meeting: Meeting) -> list[int]:
    """The ids of the members who vote: the presider and the members; the secretary only writes."""
    return [row.user_id for row in meeting.attendance if row.part in scores.SCORING]


def present(meeting: Meeting) -> list[int]:
    """The ids of everybody who is there."""
    return [row.user_id for row in meeting.attendance if row.present]


def votes_of(meeting: Meeting) -> Sequence[Vote]:
    """Every vote of a meeting, in the order in which they came."""
    return db.session.scalars(select(Vote).where(Vote.meeting_id == meeting.id).order_by(Vote.id)).all()


def last_list(votes: Sequence[Vote]) -> str:
    """The fingerprint of the list that was voted on last; empty when none was."""
    given = [one for one in votes if one.award_id is None]
    return max(given, key=lambda one: (one.at, one.id)).fingerprint if given else ""


def live_of(programme: Programme) -> Meeting | None:
    """The meeting of a programme that is planned or under way."""
    query = select(Meeting).where(Meeting.programme_id == programme.id, Meeting.state.in_(("planned", "open")))
    return db.session.scalar(query.limit(1))


class ToCall(NamedTuple):
    """A programme whose committee could be called together: so many files wait, after a meeting or before the first."""

    programme: Programme
    waiting: int
    again: bool


def to_call(unit_ids: Iterable[int]) -> list[ToCall]:
    """The programmes of these units with files that wait for a meeting and none called, the nearest deadline first."""
    of_state = select(Meeting.programme_id).where(Meeting.state.in_(("planned", "open")))
    query = (
        select(Programme, func.count(Award.id))
        .join(Award, Award.programme_id == Programme.id)
        .where(Programme.unit_id.in_(sorted(unit_ids)), Programme.state == "reviewing", Award.state == "in_review")
        .where(Programme.id.not_in(of_state))
        .group_by(Programme.id)
        .order_by(Programme.deadline, Programme.id)
    )
    met = set(db.session.scalars(select(Meeting.programme_id).where(Meeting.state == "closed").distinct()))
    return [ToCall(programme, int(n), programme.id in met) for programme, n in db.session.execute(query)]


def get_meeting(meeting_id: int) -> Meeting:
    """The meeting of this id; NotFound when there is none."""
    meeting = db.session.get(Meeting, meeting_id)
    if meeting is None:
        raise NotFound(_("Không có cuộc họp này."))
    return meeting


def users(ids: Sequence[int]) -> list[User]:
    return list(db.session.scalars(select(User).where(User.id.in_(sorted(ids))).order_by(User.id)))


def lock(meeting: Meeting) -> None:
    """Take the unit's lock, and read the meeting as it stands now."""
    chains.lock(meeting.unit_id)
    db.session.refresh(meeting)


def require_state(meeting: Meeting, *states: str) -> None:
    """RuleBroken, in words, unless the meeting stands in one of these states."""
    if meeting.state not in states:
        sentence = {
            "planned": _("Cuộc họp chưa bắt đầu."),
            "open": _("Cuộc họp đã bắt đầu."),
            "closed": _("Cuộc họp đã kết thúc."),
            "cancelled": _("Cuộc họp đã hủy."),
        }[meeting.state]
        raise RuleBroken(sentence)
