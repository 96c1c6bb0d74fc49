"""Biên bản họp Hội đồng xét: an official paper laid out as Nghị định 30/2020 has it, the ranked list as its annex.

Awards stand in it by their application codes; whom a code means, the annex of the decision says.
"""

from collections.abc import Sequence
from typing import ClassVar

from khuyenhoc.core.dong import Dong, figures, words
from khuyenhoc.core.values import dataclass
from khuyenhoc.papers.content import Content, Paper, on
from khuyenhoc.papers.decisions import whole


def at(clock: str) -> str:
    """``08 giờ 30 phút`` for ``08:30``, as Nghị định 30 writes the time of a minute."""
    hours, minutes = clock.split(":")
    return f"{hours} giờ {minutes} phút"


@dataclass(frozen=True, kw_only=True)
class Attendee:
    """One of the committee, with the honorific. ``absent``: why, when not there."""

    name: str
    part: str
    absent: str = ""


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One line of the rubric."""

    name: str
    weight: int
    most: int


@dataclass(frozen=True, kw_only=True)
class Recusal:
    """Who keeps out of these awards, neither marks nor votes, and why."""

    name: str
    why: str
    codes: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class TieLine:
    """Of equals the presider put ``code`` before ``before``, and said why."""

    code: str
    before: str
    score: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Votes. ``able``: so many could vote, present and not recused."""

    yes: int
    no: int
    out: int
    able: int


@dataclass(frozen=True, kw_only=True)
class OwnVote:
    """An award that was voted on by itself, and what came of it."""

    code: str
    tally: Tally
    outcome: str


@dataclass(frozen=True, kw_only=True)
class Voice:
    """Somebody thought otherwise: about the list (no code) or one award."""

    name: str
    choice: str
    note: str
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class RankedLine:
    """One award of the list as the meeting left it. ``votes``: ``4/5`` where its count differs from the list's."""

    position: int
    code: str
    level: str
    score: str
    amount: Dong
    outcome: str
    recommended: bool
    why: str = ""
    votes: str = ""


@dataclass(frozen=True, kw_only=True)
class CommitteeMinutes(Paper):
    """Biên bản họp Hội đồng xét. Its number (series BB) is taken when the meeting ends."""

    TEMPLATE: ClassVar[str] = "committee_minutes"
    NAME: ClassVar[str] = "Biên bản họp Hội đồng xét"
    SERIES: ClassVar[str] = "BB"
    label: str = ""
    programme: str
    school_year: str
    thing: str
    """What one award is, in the singular: ``suất học bổng``."""
    place: str
    started: str
    ended: str
    """``08:30``"""
    attendees: Sequence[Attendee]
    judges: int
    here: int
    needed: int
    share: str
    """``2/3``"""
    least: int
    regulation: str = ""
    """Where that is written: ``Quy chế số 12/QC-HKH ngày 05 tháng 02 năm 2026``."""
    criteria: Sequence[Criterion]
    recusals: Sequence[Recusal] = ()
    ties: Sequence[TieLine] = ()
    list_vote: Tally
    own_votes: Sequence[OwnVote] = ()
    voices: Sequence[Voice] = ()
    dissent: Sequence[str] = ()
    summary: Sequence[str] = ()
    budget: Dong | None = None
    quotas: Sequence[str] = ()
    """``Mức THCS: 20 suất``"""
    rows: Sequence[RankedLine]
    presider: str
    secretary: str

    @property
    def above(self) -> list[RankedLine]:
        """What the committee proposes."""
        return [row for row in self.rows if row.recommended]

    def _more(self) -> Content:
        spent = sum(row.amount for row in self.above)
        sums: list[list[Dong]] = [[0]]
        for row in self.rows:
            sums.append([sums[-1][0] + (row.amount if row.recommended else 0)])
        return {
            "title": f"{self.NAME} {self.label}".strip(),
            "number": self._number(),
            "about": f"Họp Hội đồng xét “{self.programme}” năm học {whole(self.school_year)}",
            "began": f"{at(self.started)}, {on(self.day)}",
            "finished": f"{at(self.ended)} cùng ngày",
            "quorum": self._quorum(),
            "is_carried": 2 * self.list_vote.yes > self.list_vote.able,
            "count": len(self.above),
            "spent": spent,
            "words": words(spent),
            "left": self.budget - spent if self.budget is not None else None,
            "cut": max((row.position for row in self.above), default=0),
            "sums": sums,
            "results": self._results(),
            "annex_of": f"Kèm theo Biên bản số {self._number()} {on(self.day)} của {self.heading.unit}",
        }

    def _number(self) -> str:
        return f"{int(self.label.rpartition('-')[2]):02d}/BB-HĐX" if self.label else ""

    def _quorum(self) -> str:
        by = f"Theo {self.regulation}, cần" if self.regulation else "Cần"
        rule = f"{by} có mặt ít nhất {self.share} số ủy viên biểu quyết và không dưới {self.least:02d} người"
        enough = "đủ" if self.here >= self.needed else "không đủ"
        return (
            f"Hội đồng có {self.judges:02d} ủy viên biểu quyết, có mặt {self.here:02d}."
            f" {rule}, tức {self.needed:02d} người: {enough} điều kiện họp."
        )

    def _results(self) -> list[str]:
        """``Đề nghị trao 12 suất``, then what else became of the rest."""
        counts: dict[str, int] = {}
        for row in self.rows:
            counts[row.outcome] = counts.get(row.outcome, 0) + 1
        return [f"{outcome}: {figures(n)} hồ sơ" for outcome, n in counts.items()]


ALL: tuple[type[Paper], ...] = (CommitteeMinutes,)
