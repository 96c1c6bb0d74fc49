"""Votes: en bloc or one by one, bound to the list as it was shown, counted by the written rule."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from khuyenhoc.awards import conflicts, quorum, steps
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.committee_tables import CHOICES, Meeting, Vote
from khuyenhoc.awards.meeting_lists import (
    judges,
    lock,
    now_of,
    present,
    ranked,
    require_state,
    room_of,
    shown,
    users,
    votes_of,
)
from khuyenhoc.awards.ranking import BUDGET, LEVEL_QUOTA, RECOMMENDED, REJECTED, RESERVE, UNIT_QUOTA, Ranked, cut
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.names import clean_lines
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history.events import record
from khuyenhoc.org import grants
from khuyenhoc.org.users import User

FULL = frozenset({BUDGET, LEVEL_QUOTA, UNIT_QUOTA})
"""Why an award stood below the line: there was no room."""


def vote(meeting: Meeting, choice: str, *, by: User, shown_as: str, award: Award | None = None, note: str = "") -> Vote:
    """Vote once on the whole list, or on one award of it. A vote on another list than the present one is refused."""
    lock(meeting)
    require_state(meeting, "open")
    if choice not in CHOICES:
        raise RuleBroken(_("Xin chọn tán thành, không tán thành hoặc không tham gia."), field="choice")
    seated = by.id in present(meeting) and by.id in judges(meeting)
    if not seated or not grants.can(by, "meeting.see", meeting.unit_id):
        raise NotAllowed(_("Chỉ ủy viên có mặt mới biểu quyết."))
    if award is not None:
        if award.programme_id != meeting.programme_id or award.state != "in_review":
            raise NotFound(_("Hồ sơ này không có trong cuộc họp."))
        bar = conflicts.why_barred(award, by)
        if bar:
            raise NotAllowed(bar)
    now = now_of(meeting)
    if shown_as != shown(meeting, ranked(meeting, now=now), now):
        raise steps.Stale(_("Danh sách đã thay đổi sau khi trang này mở. Xin xem lại rồi biểu quyết."))
    note = clean_lines(note)[:2000]
    if choice == "against" and not note:
        raise RuleBroken(_("Xin ghi lý do không tán thành, để biên bản ghi lại."), field="note")
    about = award.id if award else None
    known = next((v for v in votes_of(meeting) if (v.user_id, v.award_id) == (by.id, about)), None)
    found = known or Vote(meeting_id=meeting.id, award_id=about, user_id=by.id)
    found.user_name, found.choice, found.fingerprint = by.signature, choice, shown_as
    found.note, found.at = note, clock.stamp()
    db.session.add(found)
    record("vote.given", found, by=by, unit_id=meeting.unit_id)
    return found


def who_votes(meeting: Meeting, fingerprint: str) -> set[int]:
    """The ids of those present who vote on this list; while it is open, without whoever lost the right before."""
    here = set(present(meeting)) & set(judges(meeting))
    if meeting.state != "open":
        return here
    voted = {one.user_id for one in votes_of(meeting) if one.award_id is None and one.fingerprint == fingerprint}
    known = {user.id: user for user in users(sorted(here - voted))}
    return {id for id in here if id in voted or grants.can(known[id], "meeting.see", meeting.unit_id)}


def waits_for(meeting: Meeting, shown_as: str = "") -> list[str]:
    """Whose vote is missing, by name: on the present list, or on an award voted on by itself and not yet settled.

    ``shown_as``: the fingerprint of the present list, where it is known.
    """
    given = votes_of(meeting)
    apart = {one.award_id for one in given if one.award_id is not None}
    lines = ranked(meeting) if apart or not shown_as else []
    fingerprint = shown_as or shown(meeting, lines)
    voted = {v.user_id for v in given if v.award_id is None and v.fingerprint == fingerprint}
    able = who_votes(meeting, fingerprint)
    missing = [row.user_name for row in meeting.attendance if row.user_id in able - voted]
    above = {one.candidate.award_id for one in lines if one.outcome == "recommended"}
    return missing + _unsettled(meeting, sorted(above & apart), fingerprint)


def _unsettled(meeting: Meeting, award_ids: Sequence[int], fingerprint: str) -> list[str]:
    """``Bà Vũ Thị Lan (hồ sơ HB26-0002)``: whose vote on an award by itself could still turn it."""
    names = {row.user_id: row.user_name for row in meeting.attendance}
    found = []
    for award_id, count in counts(meeting, award_ids, fingerprint).items():
        if not count.is_settled:
            code = steps.code_of(db.session.get_one(Award, award_id))
            found += [_("%(name)s (hồ sơ %(code)s)", name=names[user], code=code) for user in sorted(count.missing)]
    return found


class Count(NamedTuple):
    """How one award was voted on: by itself (``own``) or with the list. ``able``: present and not recused."""

    yes: int
    no: int
    out: int
    able: int
    missing: frozenset[int]
    own: bool
    quorate: bool

    @property
    def is_settled(self) -> bool:
        """Whether votes still missing could not turn it."""
        return quorum.is_carried(self.yes, self.able) or not quorum.is_carried(self.yes + len(self.missing), self.able)


def counts(meeting: Meeting, award_ids: Iterable[int], fingerprint: str) -> dict[int, Count]:
    """Award id → its votes on the list of this fingerprint; votes on another list do not count.

    What was voted on by itself, on whatever list, has only its own votes. Whoever is recused is left out.
    """
    ids = list(award_ids)
    voters: dict[int | None, dict[int, str]] = {}
    for one in votes_of(meeting):
        mine = voters.setdefault(one.award_id, {})
        if one.fingerprint == fingerprint:
            mine[one.user_id] = one.choice
    rule, members, bound = quorum.rule_of(meeting), judges(meeting), conflicts.of(ids)
    here = who_votes(meeting, fingerprint)
    found = {}
    for award_id in ids:
        recused = set(bound.get(award_id, {}))
        able = here - recused
        cast = voters.get(award_id, voters.get(None, {}))
        said = [choice for user_id, choice in cast.items() if user_id in able]
        found[award_id] = Count(
            yes=said.count("for"),
            no=said.count("against"),
            out=said.count("abstain"),
            able=len(able),
            missing=frozenset(able - set(cast)),
            own=award_id in voters,
            quorate=quorum.is_reached(rule, members, here, recused),
        )
    return found


def outcomes(meeting: Meeting, lines: Sequence[Ranked], fingerprint: str) -> dict[int, tuple[str, str]]:
    """Award id → outcome and its reason, after the votes on the list of this fingerprint.

    The list holds when more than half of those present and not recused say yes; what was voted on by
    itself holds by its own votes. Recused members are left out of that award's count. Whoever would stand above
    the line without those that were voted down stays in reserve, for nobody voted on that: the reason says so.
    """
    votes = counts(meeting, [one.candidate.award_id for one in lines], fingerprint)
    found = {}
    for one in lines:
        count = votes[one.candidate.award_id]
        if one.outcome != "recommended":
            found[one.candidate.award_id] = (one.outcome, one.why)
        elif not count.quorate:
            found[one.candidate.award_id] = (RESERVE, "no_quorum")
        elif quorum.is_carried(count.yes, count.able):
            found[one.candidate.award_id] = ("recommended", one.why)
        else:
            found[one.candidate.award_id] = (REJECTED, "voted_down")
    return found | dict.fromkeys(_freed(meeting, lines, found), (RESERVE, "freed"))


def _freed(meeting: Meeting, lines: Sequence[Ranked], found: Mapping[int, tuple[str, str]]) -> list[int]:
    """The awards in reserve for which there is room now that others were voted down."""
    left = [one.candidate for one in lines if found[one.candidate.award_id][1] != "voted_down"]
    if len(left) == len(lines):
        return []
    said = [(tie.award_id, tie.before_id) for tie in meeting.ties]
    above = [one.candidate.award_id for one in cut(left, room_of(meeting), said) if one.outcome == RECOMMENDED]
    return [award_id for award_id in above if found[award_id][0] == RESERVE and found[award_id][1] in FULL]
