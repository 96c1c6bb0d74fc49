"""What a nomination rests on: its papers, and whether every condition is met. One answer for page and rule."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from khuyenhoc.awards import eligibility, steps
from khuyenhoc.awards.award_tables import Award, AwardEvidence
from khuyenhoc.awards.eligibility import Case, Finding, Other
from khuyenhoc.awards.programme_tables import Level, Programme, RequiredDocument
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.recipients import evidence as files
from khuyenhoc.recipients.recipient_tables import Evidence, Recipient

HOLDING = ("decided", "published", "paid", "handed_over", "settled")
WAITING = ("submitted", "verified", "in_review", "recommended")
AT_ONCE = 500


class PaperState(NamedTuple):
    """A required document, and the files that answer it; none: it is missing."""

    required: RequiredDocument
    files: list[Evidence]

    @property
    def is_missing(self) -> bool:
        """Whether a paper that must be there is not."""
        return not self.files and not self.required.optional


@dataclass(frozen=True)
class Completeness:
    """What a nomination still lacks."""

    findings: Sequence[Finding]
    papers: Sequence[PaperState]
    reason: bool

    @property
    def missing(self) -> list[str]:
        """Each thing to mend, as a sentence."""
        lacking = [f"{finding.label}. {finding.why}" for finding in self.findings if not finding.met]
        lacking += [_("Thiếu giấy: %(name)s.", name=paper.required.name) for paper in self.papers if paper.is_missing]
        return lacking if self.reason else [*lacking, _("Chưa ghi lý do đề nghị.")]

    @property
    def is_complete(self) -> bool:
        """Whether the head of the unit may confirm it."""
        return not self.missing


def case_of(programme: Programme, level: Level, recipient: Recipient, others: Sequence[Other] = ()) -> Case:
    """What the conditions look at."""
    return Case(
        recipient=recipient,
        day=programme.deadline,
        school_year=programme.school_year,
        kind=programme.kind,
        others=others,
        recipient_kinds=level.recipient_kinds,
        school_levels=level.school_levels,
    )


def findings(programme: Programme, level: Level, recipient: Recipient) -> list[Finding]:
    """Every condition for somebody who is not nominated yet."""
    others = _others(programme, [recipient.id]).get(recipient.id, [])
    return _checked(programme, level, recipient, others)


def completeness(awards: Sequence[Award]) -> dict[int, Completeness]:
    """Award id → what it has and lacks, for many of one programme in a few queries."""
    if not awards:
        return {}
    _load(awards)
    programme = awards[0].programme
    assert all(award.programme_id == programme.id for award in awards)
    others = _others(programme, [award.recipient_id for award in awards])
    attached = _attached(awards)
    return {
        award.id: Completeness(
            _checked(programme, award.level, award.recipient, others.get(award.recipient_id, [])),
            [PaperState(paper, attached.get((award.id, paper.position), [])) for paper in programme.required],
            bool(award.reason),
        )
        for award in awards
    }


def require_complete(awards: Sequence[Award]) -> None:
    """RuleBroken with the first nomination that lacks something, and what."""
    found = completeness(awards)
    for award in awards:
        missing = found[award.id].missing
        if missing:
            sentence = _("Hồ sơ %(code)s chưa đủ. %(what)s", code=steps.code_of(award), what=" ".join(missing))
            raise RuleBroken(sentence)


def require_no_other_award(awards: Sequence[Award]) -> None:
    """RuleBroken where the programme gives to nobody twice in a year, and somebody has been given something meanwhile.

    While both were only nominated neither stood in the other's way.
    """
    programme = awards[0].programme
    rules = [rule for rule in programme.rules if rule.rule == eligibility.ONE_AWARD]
    others = _others(programme, [award.recipient_id for award in awards]) if rules else {}
    for award in awards:
        for rule in rules if award.recipient_id in others else ():
            case = case_of(programme, award.level, award.recipient, others[award.recipient_id])
            (finding,) = eligibility.check(case, [(rule.rule, rule.parameter)])[1:]
            if not finding.met:
                raise RuleBroken(_("Hồ sơ %(code)s: %(why)s", code=steps.code_of(award), why=finding.why))


def require_own(recipient_id: int, evidence_ids: Collection[int]) -> None:
    """RuleBroken when a file to be attached is not the recipient's own, or was taken away."""
    query = select(Evidence.id).where(Evidence.id.in_(sorted(evidence_ids)), Evidence.recipient_id == recipient_id)
    known = set(db.session.scalars(query.where(Evidence.removed_at.is_(None))))
    if set(evidence_ids) - known:
        raise RuleBroken(_("Tệp được chọn không thuộc hồ sơ này."), field="evidence")


@files.keep_while
def _nominations_rest_on(evidence_id: int) -> str:
    """A file that a nomination brings stays."""
    award_id = db.session.scalar(
        select(AwardEvidence.award_id).where(AwardEvidence.evidence_id == evidence_id).limit(1)
    )
    award = db.session.get(Award, award_id) if award_id is not None else None
    return _("Hồ sơ %(code)s dựa vào tệp này.", code=steps.code_of(award)) if award is not None else ""


def _load(awards: Sequence[Award]) -> None:
    """Read awards and recipients with all their parts at once, whatever of them is known already."""
    ids = [award.id for award in awards]
    for start in range(0, len(ids), AT_ONCE):
        query = select(Award).where(Award.id.in_(ids[start : start + AT_ONCE]))
        db.session.scalars(query.options(selectinload(Award.recipient), selectinload(Award.level))).all()


def _checked(programme: Programme, level: Level, recipient: Recipient, others: Sequence[Other]) -> list[Finding]:
    case = case_of(programme, level, recipient, others)
    return eligibility.check(case, [(rule.rule, rule.parameter) for rule in programme.rules])


def _others(programme: Programme, recipient_ids: Sequence[int]) -> Mapping[int, list[Other]]:
    """Recipient id → what else they are given, or nominated for, in the same school year."""
    query = select(Award.recipient_id, Award.number, Award.state, Programme.code, Programme.kind)
    query = query.join(Programme, Programme.id == Award.programme_id)
    query = query.where(Programme.school_year == programme.school_year, Programme.id != programme.id)
    query = query.where(Award.state.in_([*HOLDING, *WAITING])).order_by(Award.id)
    found: dict[int, list[Other]] = {}
    for start in range(0, len(recipient_ids), AT_ONCE):
        some = query.where(Award.recipient_id.in_(recipient_ids[start : start + AT_ONCE]))
        for recipient_id, number, state, code, kind in db.session.execute(some):
            found.setdefault(recipient_id, []).append(Other(f"{code}-{number:04d}", kind, state in HOLDING))
    return found


def _attached(awards: Sequence[Award]) -> dict[tuple[int, int], list[Evidence]]:
    answers = [(award.id, row.answers, row.evidence_id) for award in awards for row in award.evidence]
    ids = sorted({evidence_id for _award, _answers, evidence_id in answers})
    files_by_id: dict[int, Evidence] = {}
    for start in range(0, len(ids), AT_ONCE):
        query = select(Evidence).where(Evidence.id.in_(ids[start : start + AT_ONCE]), Evidence.removed_at.is_(None))
        files_by_id |= {file.id: file for file in db.session.scalars(query)}
    found: dict[tuple[int, int], list[Evidence]] = {}
    for award_id, place, evidence_id in answers:
        if evidence_id in files_by_id:
            found.setdefault((award_id, place), []).append(files_by_id[evidence_id])
    return found
