"""What lies before a member of a committee: which files wait for marks, which for a second look, which are done."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import exists, func, select
from sqlalchemy.orm import selectinload

from khuyenhoc.approvals import pairs
from khuyenhoc.awards import conflicts, scores, steps
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.committee_tables import BASES, Conflict, Meeting, Result, Score
from khuyenhoc.awards.programme_tables import CommitteeSeat, Programme
from khuyenhoc.core.database import db
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.org import grants
from khuyenhoc.org.users import User
from khuyenhoc.recipients import sight
from khuyenhoc.recipients.recipient_tables import Recipient

WAITING, STALE, GIVEN, BARRED = "cho-cham", "xem-lai", "da-cham", "khong-cham"

STANDS = {
    WAITING: _l("Chờ chấm"),
    STALE: _l("Cần chấm lại"),
    GIVEN: _l("Đã chấm"),
    BARRED: _l("Không chấm"),
}
"""How a file stands with a member → the words on screen."""

AT_ONCE = 500


class MyFile(NamedTuple):
    """One award as one member has it: how it stands, the own marks, why it is barred."""

    award: Award
    stands: str
    score: Score | None
    why: str


def programmes_of(user: User) -> list[Programme]:
    """The programmes with files in review on whose committee this person gives marks, the nearest deadline first."""
    units = grants.units_with(user, "award.score")
    if not units:
        return []
    query = select(Programme).join(CommitteeSeat, CommitteeSeat.programme_id == Programme.id)
    query = query.where(CommitteeSeat.user_id == user.id, CommitteeSeat.part.in_(scores.SCORING))
    in_review = select(Award.programme_id).where(Award.state == "in_review")
    query = query.where(Programme.state == "reviewing", Programme.unit_id.in_(sorted(units)))
    query = query.where(Programme.id.in_(in_review))
    found = db.session.scalars(query.order_by(Programme.deadline, Programme.id)).all()
    return [programme for programme in found if scores.sits(programme, user)]


def files_of(programme: Programme, user: User) -> list[MyFile]:
    """Every file of a programme in review as this member has it, by number."""
    query = select(Award).where(Award.programme_id == programme.id, Award.state == "in_review").order_by(Award.number)
    query = query.options(selectinload(Award.level), selectinload(Award.recipient).selectinload(Recipient.guardians))
    return stand(db.session.scalars(query).all(), user)


def stand(awards: Sequence[Award], user: User) -> list[MyFile]:
    """How each of these stands with this member, in a few queries."""
    if not awards:
        return []
    ids = [award.id for award in awards]
    given: dict[int, Score] = {}
    for start in range(0, len(ids), AT_ONCE):
        mine = select(Score).where(Score.user_id == user.id, Score.award_id.in_(ids[start : start + AT_ONCE]))
        given |= {score.award_id: score for score in db.session.scalars(mine)}
    shown = scores.shown_of([award for award in awards if award.id in given]) if given else {}
    why = _why_barred(awards, user)
    why |= dict.fromkeys(scores.too_late(awards[0].programme, awards, user) - why.keys(), str(scores.TOO_LATE))
    return [_one(award, given.get(award.id), shown.get(award.id, ""), why.get(award.id, "")) for award in awards]


def _one(award: Award, score: Score | None, shown: str, why: str) -> MyFile:
    if why:
        return MyFile(award, BARRED, score, why)
    if score is None:
        return MyFile(award, WAITING, None, "")
    return MyFile(award, GIVEN if score.fingerprint == shown else STALE, score, "")


def _why_barred(awards: Sequence[Award], user: User) -> dict[int, str]:
    known = conflicts.of(award.id for award in awards)
    ties = conflicts.ties_of([user.id])
    parts = steps.parts_of(awards)
    found: dict[int, str] = {}
    for award in awards:
        basis = known.get(award.id, {}).get(user.id) or conflicts.found(award, [user], ties).get(user.id)
        if basis is not None:
            found[award.id] = str(BASES[basis])
        elif sentence := pairs.why_not("score", user, parts[award.id]):
            found[award.id] = sentence
    return found


def next_after(files: Sequence[MyFile], number: int) -> MyFile | None:
    """The next file to be marked after this one, else the first that waits."""
    waiting = [file for file in files if file.stands in (WAITING, STALE)]
    return next((file for file in waiting if file.award.number > number), waiting[0] if waiting else None)


def count_waiting(user: User, programme_id: int | None = None) -> int:
    """How many files (of one programme) wait for this member's first marks: for the tab, one count."""
    mine = [one.id for one in programmes_of(user) if programme_id in (None, one.id)]
    if not mine:
        return 0
    query = select(func.count()).select_from(Award).where(Award.programme_id.in_(mine), Award.state == "in_review")
    query = query.where(~exists().where(Score.award_id == Award.id, Score.user_id == user.id))
    query = query.where(~exists().where(Conflict.award_id == Award.id, Conflict.user_id == user.id))
    marked = exists().where(Score.award_id == Award.id)
    under_way = exists().where(Meeting.programme_id == Award.programme_id, Meeting.state == "open")
    shown = exists().where(Result.award_id == Award.id, Result.score.is_not(None))
    query = query.where(~(marked & (under_way | shown)))
    for column in (Award.nominated_by, Award.confirmed_by, Award.verified_by):
        query = query.where(func.coalesce(column, 0) != user.id)
    return db.session.scalar(query) or 0


@sight.members_see
def lies_before(user_id: int, recipient_id: int) -> bool:
    """A committee's people open a file while an award of it lies before them; whoever is bound to it does not."""
    query = select(Award.id).join(CommitteeSeat, CommitteeSeat.programme_id == Award.programme_id)
    query = query.where(Award.recipient_id == recipient_id, Award.state == "in_review")
    query = query.where(CommitteeSeat.user_id == user_id)
    query = query.where(~exists().where(Conflict.award_id == Award.id, Conflict.user_id == user_id))
    return db.session.scalar(query.limit(1)) is not None


def note_found(programme: Programme, user: User) -> int:
    """Write down what this member's ties bind them to in a programme in review; gives how many."""
    return conflicts.look_for([file.award for file in files_of(programme, user)], [user], by=user)
