"""Publication: what was decided is hung out by application code for the programme's working days.

A name stands there only with its owner's consent to be named, as it is on the day of looking. Until the days are over
nothing of the decision is paid or handed over.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select

from khuyenhoc.awards import annexes, decision_papers, decisions, holds, holidays, steps
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.decision_tables import Decision, DecisionLine
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.history import chains
from khuyenhoc.history.events import record
from khuyenhoc.org.units import names_on
from khuyenhoc.org.users import User
from khuyenhoc.papers import decisions as papers
from khuyenhoc.papers import heads, issued
from khuyenhoc.papers.content import on as words_of
from khuyenhoc.papers.issued import IssuedPaper
from khuyenhoc.recipients import gate
from khuyenhoc.recipients.recipient_tables import Consent, Recipient
from khuyenhoc.web.filters import day as shown_day

NOTICE = "award_notice"
AT_ONCE = 500


@dataclass(frozen=True)
class Line:
    """One award as everybody may see it. ``name`` is empty without consent."""

    position: int
    award_id: int
    code: str
    name: str
    level: str
    state: str


def publish(decision: Decision, *, by: User, on: datetime.date | None = None) -> None:
    """Hang a signed decision out from a day on (today), for the programme's working days, that day included."""
    chains.lock(decision.unit_id)
    db.session.refresh(decision)
    decisions.require_step(decision, "publish", by)
    if decision.kind == "withdrawal":
        raise RuleBroken(_("Quyết định thu hồi không công bố; hồ sơ bị thu hồi không còn trong danh sách công bố."))
    day = on or clock.today()
    assert decision.decided_on is not None
    if not decision.decided_on <= day <= clock.today():
        raise RuleBroken(_("Ngày công bố từ ngày ký đến hôm nay."), field="on")
    decision.published_from = day
    decision.published_until = holidays.last_working_day(day, decision.programme.publication_days)
    decision.state = "published"
    record("decision.published", decision, by=by, unit_id=decision.unit_id)
    awards = [award for award in decisions.awards_of(decision) if award.state == "decided"]
    steps.take_many(awards, "publish", by=by)


def finish(decision: Decision, *, by: User, on: datetime.date | None = None) -> None:
    """Note that the days are over; complaints that are still open go on holding their own award."""
    chains.lock(decision.unit_id)
    db.session.refresh(decision)
    decisions.require_step(decision, "finish", by)
    if not is_over(decision, on or clock.today()):
        assert decision.published_until is not None
        raise RuleBroken(_("Còn công bố đến hết ngày %(day)s.", day=shown_day(decision.published_until)))
    decision.state = "final"
    record("decision.finished", decision, by=by, unit_id=decision.unit_id)


def is_over(decision: Decision, on: datetime.date) -> bool:
    """Whether the days of publication have passed; at once where the programme asked for none."""
    if decision.published_until is None:
        return False
    return on > decision.published_until or _asked_for_none(decision)


def days_of(decision: Decision) -> int:
    """For how many working days a decision hung out, first and last included, whatever the programme says by now."""
    assert decision.published_from is not None
    assert decision.published_until is not None
    if _asked_for_none(decision):
        return 0
    return holidays.working_days(decision.published_from, decision.published_until)


def _asked_for_none(decision: Decision) -> bool:
    """Whether the programme asked for no days when it was signed. One day begins and ends on the same, as none does."""
    if decision.published_until != decision.published_from:
        return False
    paper = decision_papers.find(decision)
    return paper is None or not paper.frozen.get("publication_days")


def lines_of(
    decision: Decision, on: datetime.date | None = None, *, of_units: frozenset[int] | None = None
) -> list[Line]:
    """What everybody may see of a decision: live awards in the order of their codes, by code.

    The annex is sorted by name; in that order even codes would tell something of the names.
    """
    rows = [row for row in annexes.rows_of(decision, of_units=of_units) if row.state != "cancelled"]
    names = _names([row.recipient_id for row in rows], on or clock.today())
    found = sorted(rows, key=lambda row: row.code)
    return [
        Line(place, row.award_id, row.code, names.get(row.recipient_id, ""), row.level, row.state)
        for place, row in enumerate(found, start=1)
    ]


def concerns(decision: Decision, unit_ids: frozenset[int]) -> bool:
    """Whether one of these units nominated anybody in the decision."""
    mine = select(DecisionLine.award_id).join(Award, Award.id == DecisionLine.award_id)
    mine = mine.where(DecisionLine.decision_id == decision.id, Award.nominating_unit_id.in_(sorted(unit_ids)))
    return db.session.scalar(mine.limit(1)) is not None


def notice(decision: Decision, *, of_units: frozenset[int] | None = None, by: User | None = None) -> papers.AwardNotice:
    """What the notice says today; ``of_units``: the part that these units nominated, for their own board."""
    assert decision.document is not None
    assert decision.decided_on is not None
    assert decision.published_from is not None
    assert decision.published_until is not None
    programme = decision.programme
    return papers.AwardNotice(
        heading=heads.heading(decision.unit_id, decision.published_from),
        day=decision.published_from,
        label=decision.document.label,
        number=decisions.printed_number(decision),
        decided_words=words_of(decision.decided_on),
        programme=programme.name,
        school_year=programme.school_year,
        thing=decision_papers.THINGS[programme.kind],
        since=words_of(decision.published_from),
        until=words_of(decision.published_until),
        working_days=days_of(decision),
        unit_name=", ".join(sorted(names_on(of_units).values())) if of_units is not None else "",
        rows=[
            papers.NoticeLine(code=line.code, name=line.name, level=line.level)
            for line in lines_of(decision, of_units=of_units)
        ],
        signer=by.full_name if by is not None else "",
    )


def current_notice(decision: Decision) -> IssuedPaper | None:
    """The frozen notice, as long as it shows nothing that may not be shown today."""
    known = issued.find(NOTICE, decision.document_id) if decision.document_id is not None else None
    if known is None or known.frozen["rows"] != notice(decision).content()["rows"]:
        return None
    return known


def issue_notice(decision: Decision, *, by: User) -> IssuedPaper:
    """The notice of the whole decision as it may be hung out today: frozen; anew when what may be shown has changed."""
    decisions.require_right(by, "decision.publish", decision.unit_id)
    if decision.state not in ("published", "final"):
        raise RuleBroken(_("Quyết định chưa công bố."))
    current = current_notice(decision)
    if current is not None:
        return current
    paper = notice(decision, by=by)
    known = issued.find(NOTICE, decision.document_id) if decision.document_id is not None else None
    if known is None:
        return issued.issue(NOTICE, paper, unit_id=decision.unit_id, document_id=decision.document_id, by=by)
    return issued.reissue(known, paper, by=by, reason="Danh sách được nêu đã đổi.")


def _names(recipient_ids: Sequence[int], on: datetime.date) -> dict[int, str]:
    """Recipient id → the name that the gate lets out. Only who ever agreed to be named is asked about."""
    found: dict[int, str] = {}
    asked = select(Consent.recipient_id).where(Consent.purpose == "publish_name")
    for start in range(0, len(recipient_ids), AT_ONCE):
        some = Recipient.id.in_(recipient_ids[start : start + AT_ONCE])
        for recipient in db.session.scalars(select(Recipient).where(some, Recipient.id.in_(asked))):
            found[recipient.id] = gate.name_in_publication(recipient, on)
    return found


def _still_published(awards: Sequence[Award]) -> Mapping[int, str]:
    """Awards whose decision still hangs out."""
    ids = {award.decision_id for award in awards if award.decision_id is not None}
    running: dict[int, datetime.date] = {}
    for decision in _decisions(sorted(ids)):
        if decision.published_until is not None and not is_over(decision, clock.today()):
            running[decision.id] = decision.published_until
    return {
        award.id: _("Còn công bố đến hết ngày %(day)s.", day=shown_day(running[award.decision_id]))
        for award in awards
        if award.decision_id in running
    }


def _decisions(ids: Sequence[int]) -> Iterable[Decision]:
    return db.session.scalars(select(Decision).where(Decision.id.in_(ids)))


holds.register("publication", frozenset({"pay", "hand_over"}), _still_published)
