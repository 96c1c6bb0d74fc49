"""Consents: each purpose asked and given for itself, until the end of the school year, withdrawn with a word.

A withdrawal works at once and everywhere, because nobody stores the answer: whoever shows something
asks ``covers`` on that day. Whoever withdraws the keeping of the file withdraws everything else with it.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from khuyenhoc.core import clock, names
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.core.values import dataclass
from khuyenhoc.history.chains import lock
from khuyenhoc.history.events import record, record_many
from khuyenhoc.recipients import ages, consent_texts, school_years
from khuyenhoc.recipients.ages import Born
from khuyenhoc.recipients.recipient_tables import PURPOSES, Consent, Evidence, Recipient

CHANNELS = {
    "paper": _l("Phiếu đồng ý có chữ ký"),
    "school": _l("Ký tại trường, có giáo viên chứng kiến"),
    "message": _l("Tin nhắn của người giám hộ"),
}
"""How a consent reached us. Silence is none of them."""

TO_BE_CONSIDERED = ("process", "committee")
"""What somebody agrees to, so that a file may be kept and the committee may read it."""


@dataclass(frozen=True)
class Given:
    """Who said yes, how and when. ``child_agreed``: the child said yes too, which counts from seven full years."""

    given_by: str
    relation: str
    channel: str
    given_on: date
    child_agreed: bool = False
    version: str = consent_texts.CURRENT
    evidence_id: int | None = None


def give(recipient: Recipient, purposes: str | Collection[str], given: Given, *, by: Person) -> None:
    """Write down a yes for one purpose or several. It lasts until 31 May of the school year it was given for."""
    _locked(recipient)
    wanted = _add(recipient, purposes, given, by)
    record("consent.given", recipient, by=by, unit_id=recipient.unit_id, details={"purposes": wanted})


def give_many(several: Sequence[tuple[Recipient, Collection[str], Given]], *, unit_id: int, by: Person) -> None:
    """As ``give``, for many recipients of one unit at once; all of them or none."""
    lock(unit_id)
    for recipient, purposes, given in several:
        assert recipient.unit_id == unit_id
        _add(recipient, purposes, given, by)
    record_many("consent.given", [recipient for recipient, _purposes, _given in several], by=by, unit_id=unit_id)


def withdraw(recipient: Recipient, purposes: str | Collection[str], *, because: str, by: Person) -> None:
    """Take a yes back, today and at once. Taking back ``process`` takes back all."""
    _locked(recipient)
    asked = _known(purposes)
    wanted = set(PURPOSES) if "process" in asked else set(asked)
    reason, today = names.clean(because)[:300], clock.today()
    if not reason:
        raise RuleBroken(_("Ai rút, bằng cách nào?"), field="because")
    live = [consent for consent in recipient.consents if consent.purpose in wanted and is_live(consent, today)]
    if not live:
        raise RuleBroken(_("Không có sự đồng ý nào còn hiệu lực để rút."), field="purposes")
    for consent in live:
        consent.withdrawn_on, consent.withdrawn_because = today, reason
    details = {"purposes": sorted({consent.purpose for consent in live})}
    record("consent.withdrawn", recipient, by=by, unit_id=recipient.unit_id, reason=reason, details=details)


def covers(recipient: Recipient, purpose: str, on: date | None = None) -> bool:
    """Whether a yes for this purpose holds on that day (today): given, not expired, not withdrawn, the child's too."""
    return holding(recipient, purpose, on) is not None


def holding(recipient: Recipient, purpose: str, on: date | None = None) -> Consent | None:
    """The consent by which this purpose is covered on that day, or none."""
    assert purpose in PURPOSES, purpose
    day = on or clock.today()
    child_too = ages.is_asked_too(recipient.kind, Born(recipient.birth_date, recipient.birth_year), day)
    for consent in reversed(recipient.consents):
        if consent.purpose == purpose and is_live(consent, day) and (consent.child_agreed or not child_too):
            return consent
    return None


def lacking(recipient: Recipient, on: date | None = None) -> str:
    """What whoever considers a file is told when nobody has agreed that it be kept and read; empty when somebody has.

    A warning and no bar: a programme that wants the consent asks for it by a rule of its own.
    """
    if all(covers(recipient, purpose, on) for purpose in TO_BE_CONSIDERED):
        return ""
    if ages.is_minor(recipient.kind, Born(recipient.birth_date, recipient.birth_year), on or clock.today()):
        return _("Chưa có đồng ý của người giám hộ để xử lý hồ sơ.")
    return _("Chưa có đồng ý để xử lý hồ sơ.")


def lapsed(recipient: Recipient, purpose: str) -> Consent | None:
    """The latest yes for this purpose, when today it has expired or was withdrawn; none while it is in force."""
    given = [consent for consent in recipient.consents if consent.purpose == purpose]
    return given[-1] if given and not is_live(given[-1], clock.today()) else None


def covered(recipients: Iterable[Recipient], purpose: str, on: date | None = None) -> frozenset[int]:
    """Of these recipients the ids of those whose consent covers the purpose on that day."""
    return frozenset(recipient.id for recipient in recipients if covers(recipient, purpose, on))


def is_live(consent: Consent, day: date) -> bool:
    """Whether one recorded yes is in force on a day; on the day of its withdrawal it no longer is."""
    begun = consent.given_on <= day and (consent.expires_on is None or day <= consent.expires_on)
    return begun and (consent.withdrawn_on is None or day < consent.withdrawn_on)


def _add(recipient: Recipient, purposes: str | Collection[str], given: Given, by: Person) -> list[str]:
    wanted = _known(purposes)
    given_by, relation = _giver(recipient, given)
    expires, place = school_years.end_of(given.given_on), max((c.position for c in recipient.consents), default=0)
    for position, purpose in enumerate(wanted, place + 1):
        same = [one for one in recipient.consents if one.purpose == purpose and one.expires_on == expires]
        if any(one.withdrawn_on is None and one.child_agreed >= given.child_agreed for one in same):
            sentence = _("“%(purpose)s” đã được đồng ý cho năm học ấy rồi.", purpose=PURPOSES[purpose])
            raise RuleBroken(sentence, field="purposes")
        consent = Consent(
            position=position,
            purpose=purpose,
            text_version=given.version,
            given_by=given_by,
            relation=relation,
            child_agreed=given.child_agreed,
            channel=given.channel,
            given_on=given.given_on,
            expires_on=expires,
            evidence_id=given.evidence_id,
            recorded_by_name=by.signature,
            withdrawn_on=None,
            withdrawn_because="",
        )
        recipient.consents.append(consent)
    return wanted


def _known(purposes: str | Collection[str]) -> list[str]:
    asked = {purposes} if isinstance(purposes, str) else set(purposes)
    if not asked or asked - PURPOSES.keys():
        raise RuleBroken(_("Đồng ý cho việc gì? Xin chọn ít nhất một việc."), field="purposes")
    return [purpose for purpose in PURPOSES if purpose in asked]


def _giver(recipient: Recipient, given: Given) -> tuple[str, str]:
    """Who may say yes: for a minor a guardian of the card, and from seven years the child too; else the person."""
    consent_texts.known(given.version)
    if given.given_on > clock.today():
        raise RuleBroken(_("Ngày đồng ý không thể ở sau hôm nay."), field="given_on")
    if given.channel not in CHANNELS:
        raise RuleBroken(_("Sự đồng ý đến với Hội bằng cách nào?"), field="channel")
    _require_own_file(recipient, given.evidence_id)
    name, relation = names.clean(given.given_by)[:150], names.clean(given.relation)[:40]
    born = Born(recipient.birth_date, recipient.birth_year)
    if not ages.is_minor(recipient.kind, born, given.given_on):
        if not name:
            raise RuleBroken(_("Ai đồng ý?"), field="given_by")
        return name, relation or "bản thân"
    guardian = next((one for one in recipient.guardians if names.fold(one.full_name) == names.fold(name)), None)
    if guardian is None:
        raise RuleBroken(_("Người đồng ý phải là người giám hộ có tên trên thẻ."), field="given_by")
    if ages.is_asked_too(recipient.kind, born, given.given_on) and not given.child_agreed:
        raise RuleBroken(_("Từ đủ 7 tuổi, chính em cũng phải đồng ý."), field="child_agreed")
    return guardian.full_name, guardian.relation


def _require_own_file(recipient: Recipient, evidence_id: int | None) -> None:
    if evidence_id is None:
        return
    file = db.session.get(Evidence, evidence_id)
    if file is None or file.recipient_id != recipient.id or file.removed_at is not None:
        raise RuleBroken(_("Tệp được chọn không thuộc hồ sơ này."), field="evidence_id")


def _locked(recipient: Recipient) -> None:
    """Under the unit's lock the card is read anew, so that two clerks cannot write over one another."""
    lock(recipient.unit_id)
    db.session.flush()
    db.session.refresh(recipient)
