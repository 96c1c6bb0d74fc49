"""Nominations: what a unit writes for its own people until its head confirms the list; then the ward's check.

A draft is stored at any time, however incomplete: what is missing is told, not refused. The list is
confirmed in order of need, within deadline, quota and conditions. Whoever nominates does not check.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Select, func, select

from khuyenhoc.awards import files, programmes, quotas, steps
from khuyenhoc.awards.award_tables import OVER, Award, AwardEvidence
from khuyenhoc.awards.programme_tables import STATES, Level, Programme
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import NotAllowed, RuleBroken
from khuyenhoc.core.names import clean_lines
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history import chains
from khuyenhoc.history.events import record, record_many
from khuyenhoc.org import grants
from khuyenhoc.org.units import Unit, below, require_open, unit_by_id
from khuyenhoc.org.users import User
from khuyenhoc.recipients import consents
from khuyenhoc.recipients.recipient_tables import Recipient

LONGEST = 2_000
ENDED_HERE = ("rejected", "withdrawn", "cancelled")
"""States after which the same person may be nominated again in the same programme."""

Evidence = Mapping[int, int]
"""Id of a file → position of the required document that it answers (0: none in particular)."""


def nominate(
    recipient: Recipient,
    level: Level,
    *,
    programme: Programme,
    unit: Unit,
    by: User,
    reason: str = "",
    evidence: Evidence | None = None,
) -> Award:
    """A draft for one of the unit's own people. Refused: programme not open, deadline over, twice the same person."""
    db.session.flush()
    chains.lock(programme.unit_id)
    db.session.refresh(programme)
    _require_nominator(unit, by)
    require_open(unit)
    require_takes(programme, unit)
    _require_own(recipient, unit)
    _require_level(level, programme)
    twin = live_award(programme, recipient.id)
    if twin is not None:
        sentence = _("Người này đã có hồ sơ %(code)s trong chương trình.", code=steps.code_of(twin))
        raise RuleBroken(sentence, field="recipient")
    award = _blank(programme, unit, recipient, by, _last_number(programme) + 1)
    _write(award, level, reason, evidence or {})
    db.session.add(award)
    record("award.drafted", award, by=by, unit_id=award.unit_id)
    return award


def nominate_many(
    several: Sequence[tuple[Recipient, Level]],
    *,
    programme: Programme,
    unit: Unit,
    by: User,
    reason: str = "",
) -> list[Award]:
    """Drafts for many of one unit's people, by the same rules as ``nominate``: all of them or none."""
    db.session.flush()
    chains.lock(programme.unit_id)
    db.session.refresh(programme)
    _require_nominator(unit, by)
    require_open(unit)
    require_takes(programme, unit)
    own = below(unit)
    found: list[Award] = []
    known = set(db.session.scalars(_live_ones(programme).with_only_columns(Award.recipient_id)))
    next_number = _last_number(programme) + 1
    for recipient, level in several:
        _require_known(recipient, own)
        _require_level(level, programme)
        if recipient.id in known:
            raise RuleBroken(_("Có người đã có hồ sơ trong chương trình."), field="recipient")
        known.add(recipient.id)
        award = _blank(programme, unit, recipient, by, next_number + len(found))
        _write(award, level, reason, {})
        found.append(award)
    db.session.add_all(found)
    record_many("award.drafted", found, by=by, unit_id=programme.unit_id)
    return found


def change(award: Award, level: Level, *, reason: str, evidence: Evidence, by: User, shown: str = "") -> None:
    """Write a draft or a returned nomination anew; until the review starts, also after the deadline."""
    _lock(award)
    _require_nominator(unit_by_id(award.nominating_unit_id), by)
    if award.state not in ("draft", "returned"):
        raise RuleBroken(_("Hồ sơ đã gửi nên không sửa được; xin nhờ thư ký trả lại để sửa."))
    if award.programme.state != "open":
        raise RuleBroken(_not_open(award.programme))
    if shown and shown != steps.version(award):
        raise steps.Stale(_("Người khác vừa sửa hồ sơ này. Xin mở lại để xem bản mới rồi ghi tiếp."))
    _require_level(level, award.programme)
    _write(award, level, reason, evidence)
    record("award.changed", award, by=by, unit_id=award.unit_id)


def confirm_list(
    programme: Programme,
    unit: Unit,
    awards: Sequence[Award],
    *,
    by: User,
    shown: Mapping[int, str] | None = None,
) -> None:
    """The head of the unit confirms these nominations, in order of need, all of them or none.

    Refused: after the deadline (what was returned may still come again while the programme is open), above the
    quota, or where a condition or a required paper is missing. Ranks go on after those confirmed before.
    """
    db.session.flush()
    chains.lock(programme.unit_id)
    db.session.refresh(programme)
    if not awards:
        raise RuleBroken(_("Xin chọn ít nhất một hồ sơ để xác nhận."))
    if programme.state != "open":
        raise RuleBroken(_not_open(programme))
    own = below(unit)
    if any(award.programme_id != programme.id or award.nominating_unit_id not in own for award in awards):
        raise NotAllowed(_("Danh sách chỉ gồm hồ sơ của đơn vị mình."))
    for award in awards:
        if award.state == "draft":
            require_takes(programme, unit)
    quotas.require_room(programme, awards)
    files.require_complete(awards)
    first = _last_rank(programme, awards[0].nominating_unit_id) + 1
    ranks = {award.id: {"rank": award.rank or place} for place, award in enumerate(awards, start=first)}
    steps.take_many(awards, "submit", by=by, shown=shown, each=ranks)


def verify(awards: Sequence[Award], *, by: User, note: str, shown: Mapping[int, str] | None = None) -> None:
    """The ward has checked these nominations and found them right; each is asked for its conditions once more."""
    note = _text(note, _("Xin ghi đã thẩm tra thế nào, ví dụ: đã đến thăm nhà, đã xem giấy."), "note")
    _require_under_way(awards)
    files.require_complete(awards)
    _require_room_again([award for award in awards if award.state == "returned"])
    each = {award.id: {"verification": note} for award in awards}
    steps.take_many(awards, "verify", by=by, reason=note, shown=shown, each=each)


def _require_room_again(returned: Sequence[Award]) -> None:
    """What a closed unit was sent back took no place meanwhile: it may be checked while there is still one."""
    for programme in dict.fromkeys(award.programme for award in returned):
        chains.lock(programme.unit_id)
        quotas.require_room(programme, [award for award in returned if award.programme_id == programme.id])


def send_back(award: Award, *, to_mend: str, by: User, shown: str = "") -> None:
    """Return a nomination with what to mend; its unit mends it and confirms it again."""
    to_mend = _text(to_mend, _("Xin ghi rõ cần bổ sung gì."), "to_mend")
    _require_under_way([award])
    steps.take(award, "return", by=by, reason=to_mend, shown=shown, to_mend=to_mend)


def refuse(award: Award, *, reason: str, by: User, shown: str = "") -> None:
    """The ward's check does not bear the nomination out; it ends here, with the reason."""
    reason = _text(reason, _("Xin ghi lý do không nhận hồ sơ."), "reason")
    steps.take(award, "refuse", by=by, reason=reason, shown=shown, verification=reason)


def withdraw(award: Award, *, reason: str, by: User, shown: str = "") -> None:
    """The unit takes its nomination back. Of a draft nobody need know why."""
    if award.state != "draft":
        reason = _text(reason, _("Xin ghi lý do rút hồ sơ."), "reason")
    steps.take(award, "withdraw", by=by, reason=clean_lines(reason), shown=shown)


def live_award(programme: Programme, recipient_id: int) -> Award | None:
    """The nomination of this person in the programme that has not ended, or nothing."""
    return db.session.scalar(_live_ones(programme).where(Award.recipient_id == recipient_id))


def consent_lacking(award: Award) -> str:
    """What whoever considers the file is told when nobody has agreed to it; empty when it is over."""
    return "" if award.state in OVER else consents.lacking(award.recipient)


def _live_ones(programme: Programme) -> Select[Award]:
    return select(Award).where(Award.programme_id == programme.id, Award.state.not_in(ENDED_HERE))


def require_takes(programme: Programme, unit: Unit) -> None:
    """RuleBroken unless the programme takes new nominations of this unit today."""
    day = clock.today()
    if programme.state != "open":
        raise RuleBroken(_not_open(programme))
    if day < programme.opens:
        raise RuleBroken(_("Chương trình nhận đề nghị từ ngày %(day)s.", day=_day(programme.opens)))
    if day > programme.deadline:
        raise RuleBroken(_("Hạn nhận đề nghị đã hết ngày %(day)s.", day=_day(programme.deadline)))
    if unit.id not in programmes.nominating_units(programme):
        raise NotAllowed(_("Chương trình này không nhận đề nghị của đơn vị."))


def _not_open(programme: Programme) -> str:
    state = str(STATES[programme.state]).lower()
    return _("Chương trình %(state)s, không nhận đề nghị nữa.", state=state)


def _require_nominator(unit: Unit, by: User) -> None:
    if not grants.can(by, "award.nominate", unit.id):
        raise NotAllowed(_("Việc này không thuộc vai trò của %(you)s ở đơn vị này.", you=by.address_form))


def _require_own(recipient: Recipient, unit: Unit) -> None:
    _require_known(recipient, below(unit))


def _require_known(recipient: Recipient, own: frozenset[int]) -> None:
    if recipient.unit_id not in own:
        raise NotAllowed(_("Đơn vị chỉ giới thiệu người của mình."))
    if recipient.state != "active":
        raise RuleBroken(_("Thẻ của người này đã đóng."), field="recipient")


def _require_level(level: Level, programme: Programme) -> None:
    if level.programme_id != programme.id:
        raise RuleBroken(_("Mức này không thuộc chương trình."), field="level")


def _require_under_way(awards: Sequence[Award]) -> None:
    for award in awards:
        if award.programme.state not in ("open", "reviewing"):
            raise RuleBroken(_not_open(award.programme))


def _last_number(programme: Programme) -> int:
    return db.session.scalar(select(func.max(Award.number)).where(Award.programme_id == programme.id)) or 0


def _blank(programme: Programme, unit: Unit, recipient: Recipient, by: User, number: int) -> Award:
    return Award(
        unit_id=programme.unit_id,
        programme_id=programme.id,
        number=number,
        recipient_id=recipient.id,
        nominating_unit_id=unit.id,
        state="draft",
        nominated_by=by.id,
        nominated_by_name=by.signature,
        nominated_at=clock.stamp(),
        verification="",
        to_mend="",
        amount=0,
    )


def _write(award: Award, level: Level, reason: str, evidence: Evidence) -> None:
    reason = clean_lines(reason)
    if len(reason) > LONGEST:
        raise RuleBroken(_("Xin viết ngắn hơn %(most)s chữ.", most=LONGEST), field="reason")
    award.level_id, award.reason = level.id, reason
    files.require_own(award.recipient_id, evidence)
    kept = {row.evidence_id: row for row in award.evidence}
    rows = []
    for evidence_id, answers in sorted(evidence.items()):
        row = kept.get(evidence_id) or AwardEvidence(evidence_id=evidence_id)
        row.answers = answers
        rows.append(row)
    award.evidence = rows


def _last_rank(programme: Programme, unit_id: int) -> int:
    query = select(func.max(Award.rank)).where(Award.programme_id == programme.id, Award.nominating_unit_id == unit_id)
    return db.session.scalar(query) or 0


def _lock(award: Award) -> None:
    db.session.flush()
    chains.lock(award.unit_id)
    db.session.refresh(award)


def _text(typed: str, otherwise: str, field: str) -> str:
    typed = clean_lines(typed)
    if not typed:
        raise RuleBroken(otherwise, field=field)
    if len(typed) > LONGEST:
        raise RuleBroken(_("Xin viết ngắn hơn %(most)s chữ.", most=LONGEST), field=field)
    return typed


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"
