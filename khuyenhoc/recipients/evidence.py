"""Evidence: the files that a card or a nomination rests on. Shown only to those who decide."""

from collections.abc import Callable, Collection, Sequence

from sqlalchemy import select

from khuyenhoc.core import clock, names
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history.chains import lock
from khuyenhoc.history.events import record
from khuyenhoc.recipients import files
from khuyenhoc.recipients.recipient_tables import EVIDENCE_KINDS, Evidence, Recipient

MOST = 60
"""Files of one card."""

_rests_on: list[Callable[[int], str]] = []
_also_held: list[Callable[[str], bool]] = []


def keep_while(rule: Callable[[int], str]) -> Callable[[int], str]:
    """Register why a file must stay: ``rule(evidence_id)`` gives a sentence, or nothing."""
    if rule not in _rests_on:
        _rests_on.append(rule)
    return rule


def also_held(rule: Callable[[str], bool]) -> Callable[[str], bool]:
    """Register who else keeps contents in the folder: ``rule(digest)`` says whether it holds this one."""
    if rule not in _also_held:
        _also_held.append(rule)
    return rule


def store(recipient: Recipient, upload: bytes, *, kind: str, by: Person, name: str = "") -> Evidence:
    """Check an upload, clean it and keep it with the card. The same file again is the one that is there."""
    if kind not in EVIDENCE_KINDS:
        raise RuleBroken(_("Đây là giấy tờ gì?"), field="kind")
    content, media_type = files.cleaned(upload)
    lock(recipient.unit_id)
    known = of(recipient)
    digest = files.digest(content)
    for file in known:
        if (file.digest, file.kind) == (digest, kind):
            return file
    if len(known) >= MOST:
        raise RuleBroken(_("Hồ sơ đã có %(n)s tệp. Xin bỏ bớt tệp cũ.", n=MOST), field="file")
    files.put(content)
    file = Evidence(
        recipient_id=recipient.id,
        kind=kind,
        name=names.clean(name)[-150:] or str(EVIDENCE_KINDS[kind]),
        media_type=media_type,
        size=len(content),
        digest=digest,
        uploaded_at=clock.stamp(),
        uploaded_by=by.id,
        uploaded_by_name=by.signature,
        removed_at=None,
        removed_because="",
    )
    db.session.add(file)
    details = {"recipient": recipient.id, "kind": kind}
    record("evidence.stored", file, by=by, unit_id=recipient.unit_id, details=details)
    return file


def remove(file: Evidence, recipient: Recipient, *, because: str, by: Person) -> None:
    """Take a file off the card; once that is stored, ``sweep`` takes it off the disk."""
    reason = names.clean(because)[:300]
    if not reason:
        raise RuleBroken(_("Xin ghi lý do."), field="because")
    for rule in _rests_on:
        if sentence := rule(file.id):
            raise RuleBroken(sentence)
    used = {one.evidence_id for one in recipient.circumstances} | {one.evidence_id for one in recipient.results}
    if file.id in used | {one.evidence_id for one in recipient.consents}:
        raise RuleBroken(_("Hoàn cảnh, kết quả hoặc sự đồng ý trên thẻ đang dựa vào tệp này."))
    file.removed_at, file.removed_because = clock.stamp(), reason
    record("evidence.removed", file, by=by, unit_id=recipient.unit_id, reason=reason)


def sweep(digest: str) -> None:
    """Delete a content that no card and nobody else holds any longer; call it after the removal is stored."""
    if db.session.scalar(select(Evidence.id).where(Evidence.digest == digest, Evidence.removed_at.is_(None)).limit(1)):
        return
    if not any(rule(digest) for rule in _also_held):
        files.drop(digest)


def of(recipient: Recipient) -> Sequence[Evidence]:
    """The files of a card, newest first."""
    query = select(Evidence).where(Evidence.recipient_id == recipient.id, Evidence.removed_at.is_(None))
    return db.session.scalars(query.order_by(Evidence.id.desc())).all()


def some(evidence_ids: Collection[int]) -> Sequence[Evidence]:
    """The files of these ids that are still there."""
    query = select(Evidence).where(Evidence.id.in_(sorted(evidence_ids)), Evidence.removed_at.is_(None))
    return db.session.scalars(query.order_by(Evidence.id)).all()


def get_evidence(evidence_id: int) -> Evidence:
    """The file of this id; NotFound when there is none, or no longer. Who may open it is decided in ``sight``."""
    file = db.session.get(Evidence, evidence_id)
    if file is None or file.removed_at is not None:
        raise NotFound(_("Không có tệp này."))
    return file


def content(file: Evidence) -> bytes:
    """What is in the file; RuleBroken when the disk no longer holds what was stored."""
    return files.read(file.digest)
