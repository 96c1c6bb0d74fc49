"""Scores: each member's marks for one award, given alone, bound to the file as it was shown.

Nobody sees others' marks before giving their own: while a meeting shows them in its list, and once its results do,
nobody gives first marks beside them. When the file changes, marks given before are stale
and do not count until they are given again.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from khuyenhoc.approvals import pairs
from khuyenhoc.awards import conflicts, steps
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.committee_tables import Mark, Meeting, Result, Score
from khuyenhoc.awards.programme_tables import Criterion, Programme
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import NotAllowed, RuleBroken
from khuyenhoc.core.names import clean_lines
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.history import chains, seal
from khuyenhoc.history.events import record, record_many
from khuyenhoc.org import grants
from khuyenhoc.org.users import User

FULL = 10_000
"""Full marks, in hundredths of a point: 100,00."""

TOO_LATE = _l("Điểm của các ủy viên khác đã hiện trong danh sách của cuộc họp, nên không chấm lần đầu được nữa.")
"""Why somebody gives no first marks beside those that a meeting shows, or has shown."""

SCORING = ("presider", "member")
AT_ONCE = 500


def shown(award: Award) -> str:
    """The fingerprint of what a member is shown: the recipient's file, the level, the reason, the evidence."""
    return shown_of([award])[award.id]


def shown_of(awards: Sequence[Award]) -> dict[int, str]:
    """The same for many awards."""
    files = seal.fingerprints("recipients", sorted({award.recipient_id for award in awards}))
    return {
        award.id: chains.digest(
            [
                files[award.recipient_id],
                award.level_id,
                award.reason,
                sorted([one.evidence_id, one.answers] for one in award.evidence),
            ]
        )
        for award in awards
    }


def total(criteria: Sequence[Criterion], marks: Mapping[int, int]) -> int:
    """The weighed marks in hundredths of 100, half a hundredth rounded up. A pure function.

    Each criterion counts mark/most of its weight; a criterion without a mark counts nothing.
    """
    weights = sum(criterion.weight for criterion in criteria)
    if not weights:
        return 0
    common = 1
    for criterion in criteria:
        common *= criterion.most
    earned = sum(c.weight * marks.get(c.position, 0) * common // c.most for c in criteria)
    return (2 * earned * FULL + weights * common) // (2 * weights * common)


def give(award: Award, marks: Mapping[int, int], *, by: User, shown_as: str, note: str = "") -> Score:
    """Give, or give anew, one member's marks for one award in review. ``shown_as`` is what the member saw."""
    chains.lock(award.unit_id)
    db.session.refresh(award)
    require_may_score(award, by)
    if shown_as != shown(award):
        raise steps.Stale(_("Hồ sơ đã thay đổi sau khi trang này mở. Xin xem lại rồi chấm."))
    score = _scored(award, marks, by, shown_as, note)
    db.session.add(score)
    record("score.given", score, by=by, unit_id=award.unit_id)
    return score


def give_many(several: Sequence[tuple[Award, Mapping[int, int], str]], *, by: User) -> list[Score]:
    """Give marks for many awards of one programme, by the same rules as ``give``: (award, marks, what was shown)."""
    if not several:
        return []
    awards = [award for award, _marks, _shown in several]
    programme = awards[0].programme
    chains.lock(programme.unit_id)
    _require_judge(programme, by)
    present, parts = shown_of(awards), steps.parts_of(awards)
    bound, ties = conflicts.of(award.id for award in awards), conflicts.ties_of([by.id])
    late = too_late(programme, awards, by)
    rows = []
    for award, marks, shown_as in several:
        if award.programme_id != programme.id or award.state != "in_review":
            raise steps.WrongStep(_("Hồ sơ này không ở bước chấm điểm."))
        pairs.require_other_person("score", by, parts[award.id])
        if by.id in bound.get(award.id, {}) or conflicts.found(award, [by], ties):
            raise NotAllowed(conflicts.why_barred(award, by))
        if award.id in late:
            raise NotAllowed(str(TOO_LATE))
        if shown_as != present[award.id]:
            raise steps.Stale(_("Hồ sơ đã thay đổi sau khi trang này mở. Xin xem lại rồi chấm."))
        rows.append(_scored(award, marks, by, shown_as, ""))
    db.session.add_all(rows)
    record_many("score.given", rows, by=by, unit_id=programme.unit_id)
    return rows


def _scored(award: Award, marks: Mapping[int, int], by: User, shown_as: str, note: str) -> Score:
    programme = award.programme
    _require_marks(programme, marks)
    score = of(award.id, by.id) or Score(award_id=award.id, user_id=by.id, user_name=by.signature)
    score.fingerprint, score.note, score.given_at = shown_as, clean_lines(note)[:2000], clock.stamp()
    score.total = total(programme.criteria, marks)
    kept = {mark.criterion: mark for mark in score.marks}
    score.marks = [_mark(kept.get(c.position), c.position, marks[c.position]) for c in programme.criteria]
    return score


def _mark(known: Mark | None, position: int, mark: int) -> Mark:
    row = known or Mark(criterion=position)
    row.mark = mark
    return row


def require_may_score(award: Award, user: User) -> None:
    """NotAllowed, SamePerson or RuleBroken unless this person may give marks for this award now."""
    _require_judge(award.programme, user)
    if award.state != "in_review":
        raise steps.WrongStep(_("Hồ sơ này không ở bước chấm điểm."))
    pairs.require_other_person("score", user, steps.parts_of([award])[award.id])
    bar = conflicts.why_barred(award, user)
    if bar:
        raise NotAllowed(bar)
    if too_late(award.programme, [award], user):
        raise NotAllowed(str(TOO_LATE))


def too_late(programme: Programme, awards: Sequence[Award], user: User) -> frozenset[int]:
    """Ids of the awards that others have marked and this person has not, once a meeting has shown those marks.

    An open meeting shows what there is; a closed one has left the means of those that it kept in reserve.
    """
    ids = [award.id for award in awards]
    under_way = select(Meeting.id).where(Meeting.programme_id == programme.id, Meeting.state == "open").limit(1)
    if db.session.scalar(under_way) is None:
        kept = select(Result.award_id, Result.score).where(Result.score.is_not(None))
        ids = sorted({award_id for award_id, _score in _all_rows(kept, ids, Result.award_id)})
    who: dict[int, set[int]] = {}
    for award_id, user_id in _all_rows(select(Score.award_id, Score.user_id), ids):
        who.setdefault(award_id, set()).add(user_id)
    return frozenset(award_id for award_id, givers in who.items() if user.id not in givers)


def _require_judge(programme: Programme, user: User) -> None:
    if programme.unit_id not in grants.units_with(user, "award.score") or not sits(programme, user):
        raise NotAllowed(_("Chỉ ủy viên hội đồng của chương trình mới chấm hồ sơ."))


def sits(programme: Programme, user: User) -> bool:
    """Whether this person sits on the programme's committee and gives marks. The chair of the association does not."""
    heads = {"chair", "vice_chair"} & grants.roles_by_unit(user).get(programme.unit_id, frozenset())
    return not heads and any(seat.user_id == user.id and seat.part in SCORING for seat in programme.seats)


def _require_marks(programme: Programme, marks: Mapping[int, int]) -> None:
    known = {criterion.position: criterion for criterion in programme.criteria}
    if set(marks) != set(known):
        raise RuleBroken(_("Xin cho điểm từng tiêu chí."), field="marks")
    for position, mark in marks.items():
        if not 0 <= mark <= known[position].most:
            sentence = _("%(name)s: điểm từ 0 đến %(most)s.", name=known[position].name, most=known[position].most)
            raise RuleBroken(sentence, field=f"mark-{position}")


def of(award_id: int, user_id: int) -> Score | None:
    """This member's marks for this award, or nothing."""
    return db.session.scalar(select(Score).where(Score.award_id == award_id, Score.user_id == user_id))


def visible(award: Award, user: User) -> list[Score]:
    """The marks that this person may see now: the own ones; all, once given or once the review is over."""
    query = select(Score).where(Score.award_id == award.id).order_by(Score.user_id)
    found = list(db.session.scalars(query))
    is_judge = sits(award.programme, user)
    if award.state == "in_review" and is_judge and not any(score.user_id == user.id for score in found):
        return []
    return found


def means(awards: Sequence[Award], files: Mapping[int, str] | None = None) -> dict[int, int]:
    """Award id → the mean of the marks that count, in hundredths, half rounded up; none: no entry.

    Marks of a file that has changed since, and of a member bound to it, do not count. ``files`` are
    the fingerprints of ``shown_of``, where the caller has read them.
    """
    present, bound = shown_of(awards) if files is None else files, conflicts.of(award.id for award in awards)
    sums: dict[int, list[int]] = {}
    columns = select(Score.award_id, Score.user_id, Score.fingerprint, Score.total)
    for award_id, user_id, fingerprint, total_ in _all_rows(columns, [award.id for award in awards]):
        if fingerprint == present[award_id] and user_id not in bound.get(award_id, {}):
            sums.setdefault(award_id, []).append(total_)
    return {award_id: (2 * sum(found) + len(found)) // (2 * len(found)) for award_id, found in sums.items()}


def stale(awards: Sequence[Award]) -> dict[int, int]:
    """Award id → how many members must look again, because the file has changed since they gave marks."""
    present = shown_of(awards)
    counts: dict[int, int] = {}
    for award_id, fingerprint in _all_rows(select(Score.award_id, Score.fingerprint), [award.id for award in awards]):
        if fingerprint != present[award_id]:
            counts[award_id] = counts.get(award_id, 0) + 1
    return counts


def _all_rows(columns: Any, award_ids: Sequence[int], award_id: Any = Score.award_id) -> Iterator[Any]:
    """Columns of the scores of many awards, or of what else names them by ``award_id``.

    Whole scores with their marks would cost a list its lightness.
    """
    ids = sorted(award_ids)
    for start in range(0, len(ids), AT_ONCE):
        yield from db.session.execute(columns.where(award_id.in_(ids[start : start + AT_ONCE])))
