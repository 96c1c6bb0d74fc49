"""What the page of a meeting shows: the ranked list with its cut line, in rows fit to be read. Reading only."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import NamedTuple

from sqlalchemy import select

from khuyenhoc.awards import conflicts, meeting_lists
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.committee_tables import BASES, Meeting, Result, Vote
from khuyenhoc.awards.programme_tables import Level
from khuyenhoc.awards.ranking import RECOMMENDED, Candidate, Ranked, Room
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.core.values import dataclass
from khuyenhoc.recipients.recipient_tables import Recipient, School

OUTCOMES = {
    "recommended": _l("Đề nghị trao"),
    "reserve": _l("Chờ bổ sung"),
    "rejected": _l("Không đề nghị"),
}
"""What becomes of an award in a meeting → the words on screen."""

WHYS = {
    "above": "",
    "no_score": _l("Chưa có điểm"),
    "level_quota": _l("Hết suất của mức này"),
    "unit_quota": _l("Hết suất của đơn vị"),
    "budget": _l("Hết kinh phí"),
    "tie": _l("Bằng điểm ngay vạch, chờ chủ trì quyết định"),
    "below_least": _l("Dưới điểm sàn"),
    "no_quorum": _l("Không đủ người biểu quyết"),
    "voted_down": _l("Không được tán thành"),
    "freed": _l("Dưới vạch khi biểu quyết; nay có chỗ vì hồ sơ khác không được tán thành"),
}
"""Why an award stands where it does → the words on screen."""

ENDS, AROUND, SHORT = 5, 10, 80
"""Of a list longer than ``SHORT``: so many of its head, so many on each side of the line."""


class Row(NamedTuple):
    """One award of the list as it is read."""

    position: int
    number: int
    award_id: int
    name: str
    place: str
    level: str
    score: int | None
    amount: Dong
    sum: Dong
    outcome: str
    why: str
    tied: bool
    notes: Sequence[str]
    votes: str


class Gap(NamedTuple):
    """Rows that are not shown: from which place to which."""

    first: int
    last: int
    outcome: str


@dataclass
class Board:
    """The list, what it costs, and the fingerprint to which a vote on it is bound."""

    rows: Sequence[Row]
    spent: Dong
    count: int
    fingerprint: str = ""
    unscored: int = 0
    cut: int = 0
    """The place of the last award above the line."""
    tied: int = 0
    now: meeting_lists.Now | None = None
    gaps: dict[int, Gap] = field(default_factory=dict)

    def ends(self) -> list[Row | Gap]:
        """The head of the list and what lies around the line; between them gaps."""
        if len(self.rows) <= SHORT:
            return list(self.rows)
        found: list[Row | Gap] = []
        hidden: list[Row] = []
        for row in self.rows:
            near = abs(row.position - self.cut) <= AROUND or row.position <= ENDS
            if near or row.why == "tie" or row.notes:
                found += self._gap(hidden)
                found.append(row)
                hidden = []
            else:
                hidden.append(row)
        return found + self._gap(hidden)

    def _gap(self, hidden: Sequence[Row]) -> list[Row | Gap]:
        outcomes = {row.outcome for row in hidden}
        if not hidden:
            return []
        return [Gap(hidden[0].position, hidden[-1].position, outcomes.pop() if len(outcomes) == 1 else "")]


def live(meeting: Meeting, room: Room | None = None) -> Board:
    """The list as it stands now; with ``room`` as it would stand. The fingerprint is that of the real one."""
    now = meeting_lists.now_of(meeting)
    real = meeting_lists.ranked(meeting, now=now)
    lines = meeting_lists.ranked(meeting, room, now) if room is not None else real
    board = _board(meeting, lines, meeting_lists.shown(meeting, real, now))
    board.now = now
    return board


def closed(meeting: Meeting) -> Board:
    """The list as the meeting left it."""
    query = select(Result, Award.level_id, Award.nominating_unit_id, Level.amount)
    query = query.join(Award, Award.id == Result.award_id).join(Level, Level.id == Award.level_id)
    query = query.where(Result.meeting_id == meeting.id).order_by(Result.position)
    lines = [
        Ranked(Candidate(r.award_id, level_id, unit_id, amount, r.score), r.position, False, r.outcome, r.reason)
        for r, level_id, unit_id, amount in db.session.execute(query)
    ]
    return _board(meeting, lines, meeting_lists.last_list(meeting_lists.votes_of(meeting)))


def of(meeting: Meeting, room: Room | None = None) -> Board:
    """The board of a meeting, whichever state it stands in."""
    return closed(meeting) if meeting.state == "closed" else live(meeting, room)


def _board(meeting: Meeting, lines: Sequence[Ranked], fingerprint: str) -> Board:
    """The list with its notes, and the votes that were given on the list of this fingerprint."""
    people = _people(meeting, {one.candidate.award_id for one in lines})
    cast = [one for one in meeting_lists.votes_of(meeting) if one.fingerprint == fingerprint]
    notes, votes = _notes(meeting, people), _votes(cast)
    levels = {level.id: level.label for level in meeting.programme.levels}
    rows: list[Row] = []
    spent = 0
    for one in lines:
        number, name, class_name, school = people[one.candidate.award_id]
        spent += one.candidate.amount if one.outcome == RECOMMENDED else 0
        rows.append(
            Row(
                position=one.position,
                number=number,
                award_id=one.candidate.award_id,
                name=name,
                place=", ".join(filter(None, [class_name, school])),
                level=levels[one.candidate.level_id],
                score=one.candidate.score,
                amount=one.candidate.amount,
                sum=spent,
                outcome=one.outcome,
                why=one.why,
                tied=one.tied,
                notes=notes.get(one.candidate.award_id, ()),
                votes=votes.get(one.candidate.award_id, ""),
            )
        )
    above = [row.position for row in rows if row.outcome == RECOMMENDED]
    return Board(
        rows=rows,
        spent=spent,
        count=len(above),
        fingerprint=fingerprint,
        cut=max(above, default=0),
        unscored=sum(1 for row in rows if row.score is None),
        tied=sum(1 for row in rows if row.why == "tie"),
    )


Person = tuple[int, str, str, str | None]


def _people(meeting: Meeting, award_ids: set[int]) -> dict[int, Person]:
    query = select(Award.id, Award.number, Recipient.full_name, Recipient.class_name, School.name)
    query = query.join(Recipient, Recipient.id == Award.recipient_id)
    query = query.outerjoin(School, School.id == Recipient.school_id)
    query = query.where(Award.programme_id == meeting.programme_id)
    return {
        award_id: (number, name, class_name, school)
        for award_id, number, name, class_name, school in db.session.execute(query)
        if award_id in award_ids
    }


def _notes(meeting: Meeting, people: Mapping[int, Person]) -> dict[int, list[str]]:
    """Award id → who keeps out of it, and whom the presider put it before, with the reason."""
    code = meeting.programme.code
    names = {row.user_id: row.user_name for row in meeting.attendance}
    found: dict[int, list[str]] = {}
    for award_id, bound in conflicts.of(people).items():
        for user_id, basis in sorted(bound.items()):
            if user_id in names:
                why = str(BASES[basis]).lower()
                found.setdefault(award_id, []).append(str(_KEEPS_OUT) % {"name": names[user_id], "why": why})
    for tie in meeting.ties:
        if tie.before_id in people:
            before = f"{code}-{people[tie.before_id][0]:04d}"
            told = str(_PUT_BEFORE) % {"code": before, "why": tie.reason}
            found.setdefault(tie.award_id, []).append(told)
    return found


_KEEPS_OUT = _l("%(name)s không tham gia: %(why)s")
_PUT_BEFORE = _l("Chủ trì xếp trước %(code)s: %(why)s")


def _votes(votes: Sequence[Vote]) -> dict[int, str]:
    """Award id → ``5 / 2 / 0`` where it was voted on by itself."""
    counts: dict[int, dict[str, int]] = {}
    for vote in votes:
        if vote.award_id is not None:
            mine = counts.setdefault(vote.award_id, {"for": 0, "against": 0, "abstain": 0})
            mine[vote.choice] += 1
    return {award_id: f"{n['for']} / {n['against']} / {n['abstain']}" for award_id, n in counts.items()}
