"""The minutes of a meeting: frozen as it ends, numbered BB, by application code and not by name."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from khuyenhoc.awards import boards, meeting_lists, quorum, quotas, votes
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.committee_tables import BASES, CHOICES, Conflict, Meeting, Result
from khuyenhoc.awards.decision_papers import THINGS
from khuyenhoc.awards.programme_tables import SEATS
from khuyenhoc.awards.ranking import RECOMMENDED, last_words
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import NotAllowed, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import in_vietnamese
from khuyenhoc.org.users import User
from khuyenhoc.papers import heads, issued
from khuyenhoc.papers import minutes as papers
from khuyenhoc.papers.content import on
from khuyenhoc.papers.issued import IssuedPaper, PaperPrint

KIND = "committee_minutes"

Codes = Mapping[int, str]
"""Award id → application code."""


def issue(meeting: Meeting, *, by: User) -> IssuedPaper:
    """Freeze the minutes of a meeting that has ended, once; the number is taken with that."""
    if meeting.state != "closed":
        raise RuleBroken(_("Cuộc họp chưa kết thúc, chưa có biên bản."))
    paper = paper_of(meeting)
    return issued.issue(KIND, paper, unit_id=meeting.unit_id, document_id=meeting.id, by=by)


def find(meeting: Meeting) -> IssuedPaper | None:
    """The frozen minutes of a meeting."""
    return issued.find(KIND, meeting.id)


def find_all(meetings: Sequence[Meeting]) -> dict[int, IssuedPaper]:
    """Meeting id → its minutes."""
    query = select(IssuedPaper).where(IssuedPaper.kind == KIND)
    found = db.session.scalars(query.where(IssuedPaper.document_id.in_([meeting.id for meeting in meetings])))
    return {paper.document_id: paper for paper in found if paper.document_id is not None}


def note_print(meeting: Meeting, *, by: User) -> PaperPrint:
    """Write down a printing, by who presided or took the minutes; a meeting of former times gets its minutes now."""
    if by.id not in (meeting.presider_id, meeting.secretary_id):
        raise NotAllowed(_("Chỉ người chủ trì hoặc thư ký cuộc họp làm được việc này."))
    return issued.note_print(find(meeting) or issue(meeting, by=by), by=by)


def recipients_of(meeting: Meeting) -> list[int]:
    """The ids of those whose files the meeting had before it: who reads the minutes reads of them."""
    query = select(Award.recipient_id).join(Result, Result.award_id == Award.id)
    return sorted(db.session.scalars(query.where(Result.meeting_id == meeting.id)))


def paper_of(meeting: Meeting) -> papers.CommitteeMinutes:
    """What the minutes say, in Vietnamese whoever ends the meeting."""
    with in_vietnamese():
        return _paper(meeting)


def _paper(meeting: Meeting) -> papers.CommitteeMinutes:
    programme, rows = meeting.programme, boards.closed(meeting).rows
    codes = {row.award_id: f"{programme.code}-{row.number:04d}" for row in rows}
    rule, judges = quorum.rule_of(meeting), meeting_lists.judges(meeting)
    here = set(judges) & set(meeting_lists.present(meeting))
    return papers.CommitteeMinutes(
        heading=heads.heading(meeting.unit_id, meeting.held_on),
        day=meeting.held_on,
        programme=programme.name,
        school_year=programme.school_year,
        thing=THINGS[programme.kind],
        place=meeting.place,
        started=meeting.started_at,
        ended=meeting.ended_at,
        attendees=_attendees(meeting),
        judges=len(judges),
        here=len(here),
        needed=quorum.needed(rule, len(judges)),
        share=f"{rule.part}/{rule.whole}",
        least=rule.least,
        regulation=_regulation(meeting),
        criteria=[papers.Criterion(name=c.name, weight=c.weight, most=c.most) for c in programme.criteria],
        recusals=_recusals(meeting, codes),
        ties=_ties(meeting, codes, rows),
        **_voting(meeting, rows, codes, len(here)),
        dissent=[line for line in meeting.dissent.splitlines() if line.strip()],
        summary=[line for line in meeting.summary.splitlines() if line.strip()],
        budget=meeting.budget,
        quotas=list(_quotas(meeting)),
        presider=db.session.get_one(User, meeting.presider_id).full_name,
        secretary=db.session.get_one(User, meeting.secretary_id).full_name,
    )


def _regulation(meeting: Meeting) -> str:
    """Where the rule of its day is written; empty where none was."""
    row = quorum.row_on(meeting.unit_id, meeting.held_on)
    return f"{row.regulation} {on(row.regulated_on)}" if row else ""


def _quotas(meeting: Meeting) -> Iterable[str]:
    """Of each level with a number of its own how many there are; after earlier meetings also how many were left."""
    left = quotas.left_of_levels(meeting.programme, meeting.id)
    for level in meeting.programme.levels:
        if level.quota is not None:
            rest = f", còn {left[level.id]} suất" if left[level.id] < level.quota else ""
            yield f"{level.label}: {level.quota} suất{rest}"


def _voting(meeting: Meeting, rows: Sequence[boards.Row], codes: Codes, here: int) -> dict[str, Any]:
    """How the list and its awards were voted on: votes on a former list do not count, nor are they told."""
    given = meeting_lists.votes_of(meeting)
    shown = meeting_lists.last_list(given)
    on_list = [one for one in given if one.award_id is None and one.fingerprint == shown]
    counts = votes.counts(meeting, codes, shown)
    choices = [one.choice for one in on_list]
    return {
        "list_vote": papers.Tally(
            yes=choices.count("for"), no=choices.count("against"), out=choices.count("abstain"), able=here
        ),
        "own_votes": _own_votes(rows, codes, counts),
        "voices": [
            papers.Voice(
                name=one.user_name,
                choice=str(CHOICES[one.choice]),
                note=_line(one.note),
                code="" if one.award_id is None else codes[one.award_id],
            )
            for one in given
            if one.note and one.fingerprint == shown
        ],
        "rows": [_ranked(row, codes, counts[row.award_id], here) for row in rows],
    }


def _attendees(meeting: Meeting) -> list[papers.Attendee]:
    """The presider first, the secretary last, as the committee signs."""
    order = {"presider": 0, "member": 1, "secretary": 2}
    rows = sorted(meeting.attendance, key=lambda row: (order[row.part], row.user_id))
    return [
        papers.Attendee(name=row.user_name, part=str(SEATS[row.part]), absent="" if row.present else row.reason)
        for row in rows
    ]


def _recusals(meeting: Meeting, codes: Codes) -> list[papers.Recusal]:
    """Who keeps out of which awards: one line for each reason of each member."""
    members = {row.user_id: row.user_name for row in meeting.attendance}
    query = select(Conflict).join(Result, Result.award_id == Conflict.award_id)
    query = query.where(Result.meeting_id == meeting.id).order_by(Conflict.user_id, Conflict.award_id)
    lines: dict[tuple[int, str], list[str]] = {}
    for one in db.session.scalars(query):
        if one.user_id in members:
            why = str(BASES[one.basis]).lower()
            why = f"{why}: {_line(one.reason)}" if one.basis == "declared" else why
            lines.setdefault((one.user_id, why), []).append(codes[one.award_id])
    return [papers.Recusal(name=members[user], why=why, codes=sorted(some)) for (user, why), some in lines.items()]


def _ties(meeting: Meeting, codes: Codes, rows: Sequence[boards.Row]) -> list[papers.TieLine]:
    """The presider's words that stand: about awards whose scores are equal still, not taken back by a later word."""
    scores = {row.award_id: row.score for row in rows}
    said = {(tie.award_id, tie.before_id): tie.reason for tie in meeting.ties}
    equal = [pair for pair in said if scores.get(pair[0]) is not None and scores[pair[0]] == scores.get(pair[1])]
    spoken = [(tie.award_id, tie.before_id) for tie in meeting.ties]
    return [
        papers.TieLine(code=codes[first], before=codes[then], score=_score(scores[first]), why=_line(said[first, then]))
        for first, then in reversed(last_words([pair for pair in spoken if pair in equal]))
    ]


def _own_votes(rows: Sequence[boards.Row], codes: Codes, counts: Mapping[int, votes.Count]) -> list[papers.OwnVote]:
    return [
        papers.OwnVote(
            code=codes[row.award_id],
            tally=papers.Tally(yes=count.yes, no=count.no, out=count.out, able=count.able),
            outcome=str(boards.OUTCOMES[row.outcome]),
        )
        for row in rows
        if (count := counts[row.award_id]).own
    ]


def _ranked(row: boards.Row, codes: Codes, count: votes.Count, here: int) -> papers.RankedLine:
    return papers.RankedLine(
        position=row.position,
        code=codes[row.award_id],
        level=row.level,
        score=_score(row.score),
        amount=row.amount,
        outcome=str(boards.OUTCOMES[row.outcome]),
        recommended=row.outcome == RECOMMENDED,
        why=str(boards.WHYS.get(row.why, "")),
        votes=f"{count.yes}/{count.able}" if count.own or count.able != here else "",
    )


def _score(score: int | None) -> str:
    """``82,50`` for 8250 hundredths; nothing where no marks were given."""
    return "" if score is None else f"{score // 100},{score % 100:02d}"


def _line(text: str) -> str:
    return " ".join(text.split())
