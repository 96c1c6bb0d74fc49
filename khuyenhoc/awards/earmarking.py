"""What a bound gift may pay for is decided by two people: the accountant asks, another person approves.

Either a level falls under the giver's own words, or the giver has agreed to another purpose: then the consent is
recorded with who gave it, on which day, how, where the paper is kept, and with the file that shows it. Letting a
binding end takes the same way.
"""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import or_, select

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.registry import Approvable, Description, Fact, register
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.awards import consent_proofs, kept_promises
from khuyenhoc.awards.consent_proofs import ConsentProof
from khuyenhoc.awards.programme_tables import FundingLine, Level, Programme
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong, show
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.names import clean, clean_lines
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.core.values import dataclass
from khuyenhoc.giving import donations, donor_naming
from khuyenhoc.giving.donors import Donor
from khuyenhoc.history import chains, seal
from khuyenhoc.ledger import documents
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org import grants
from khuyenhoc.org.users import User
from khuyenhoc.tracing import earmarks, stories
from khuyenhoc.tracing.trace_tables import Earmark
from khuyenhoc.web.filters import day

KIND = "earmark"
SUBJECT = "bound_gift"
LONGEST = 200
SEES_PROOF = "trace.consent"
"""The permission to open the file that proves a consent."""


@dataclass(frozen=True)
class Consent:
    """The giver's agreement to another purpose: who gave it, when, how, where the paper is kept, and its file."""

    who: str
    on: datetime.date
    how: str
    proof: str
    file: ConsentProof | None = None

    @property
    def told(self) -> str:
        """As it is kept with the binding for good; the books speak Vietnamese."""
        return f"{self.who} đồng ý ngày {day(self.on)}, {self.how}; minh chứng: {self.proof}"


def ask_to_bind(gift: Document, level: Level, *, reason: str, consent: Consent | None, by: User) -> Request:
    """Ask that a bound gift may pay for a level: by the giver's own words, or (``consent``) by a later agreement.

    Pressed twice with the same words it is asked once. RuleBroken names the field to mend.
    """
    _require_right(gift, by)
    _require_bound(gift)
    if level.id not in {one.id for one in levels_for(gift)}:
        raise RuleBroken(_("Mức này không dùng tiền của chiến dịch mà khoản ủng hộ đang nằm."), field="level")
    if level.id in {one.purpose_id for one in earmarks.of(gift)}:
        raise RuleBroken(_("Khoản này đã được dùng cho mức ấy rồi."), field="level")
    if consent is not None:
        consent = _sound(consent, gift)
    payload: dict[str, Any] = {"purpose": level.id, "consent": consent.told if consent else ""}
    if consent is not None and consent.file is not None:
        payload["proof"] = consent.file.id
    return _ask(gift, payload, reason, by)


def ask_to_end(earmark: Earmark, *, reason: str, by: User) -> Request:
    """Ask that a gift pay for a level no longer. What it has paid for stays."""
    gift = documents.get_document(earmark.document_id)
    _require_right(gift, by)
    if earmark.ended_at is not None:
        raise RuleBroken(_("Mục đích này đã thôi gắn rồi."))
    return _ask(gift, {"end": earmark.id, "purpose": earmark.purpose_id}, reason, by)


def _ask(gift: Document, payload: Mapping[str, Any], reason: str, by: User) -> Request:
    chains.lock(gift.unit_id)
    known = waiting_for(gift)
    if known is not None and known.asked_by == by.id and (known.data, known.reason) == (payload, clean_lines(reason)):
        return known
    return requests.ask(
        KIND,
        unit_id=gift.unit_id,
        subject_kind=SUBJECT,
        subject_id=gift.id,
        by=by,
        reason=reason,
        amount=gift.amount,
        payload=payload,
    )


def _sound(consent: Consent, gift: Document) -> Consent:
    consent = Consent(clean(consent.who), consent.on, clean(consent.how), clean(consent.proof), consent.file)
    for field, text, sentence in (
        ("who", consent.who, _("Ai đã đồng ý?")),
        ("how", consent.how, _("Đồng ý bằng cách nào?")),
        ("proof", consent.proof, _("Minh chứng lưu ở đâu?")),
    ):
        if not text:
            raise RuleBroken(sentence, field=field)
        if len(text) > LONGEST:
            raise RuleBroken(_("Dài nhất %(n)s ký tự.", n=LONGEST), field=field)
    if consent.file is None:
        raise RuleBroken(_("Xin gửi ảnh hoặc bản PDF của văn bản đồng ý."), field="file")
    if consent.file.gift_id != gift.id:
        raise NotFound(_("Không có tệp này."))
    if consent.on > clock.today():
        raise RuleBroken(_("Ngày %(day)s chưa đến.", day=day(consent.on)), field="on")
    if consent.on < gift.date:
        raise RuleBroken(_("Ngày đồng ý phải từ ngày ủng hộ %(day)s trở đi.", day=day(gift.date)), field="on")
    return consent


def _require_right(gift: Document, by: User) -> None:
    if gift.unit_id not in grants.units_with(by, "trace.earmark"):
        raise NotAllowed(_("Việc này không thuộc vai trò của %(you)s ở đơn vị này.", you=by.address_form))


def _require_bound(gift: Document) -> None:
    if gift.is_void:
        raise RuleBroken(_("%(label)s đã hủy.", label=gift.label))
    if not earmarks.is_restricted(gift):
        raise RuleBroken(_("%(label)s không có mục đích riêng, dùng được cho mọi mức.", label=gift.label))


def levels_for(gift: Document) -> list[Level]:
    """The levels, of programmes not ended, that are paid from a campaign in which the gift lies untouched."""
    campaigns = {lies.campaign_id for lies in stories.unspent_of(gift.id)}
    query = (
        select(Level)
        .join(Programme, Programme.id == Level.programme_id)
        .join(FundingLine, FundingLine.programme_id == Programme.id)
        .where(
            Programme.unit_id == gift.unit_id,
            Programme.state != "closed",
            FundingLine.campaign_id.in_(sorted(campaigns)),
            or_(FundingLine.level_id.is_(None), FundingLine.level_id == Level.id),
        )
        .distinct()
    )
    found = db.session.scalars(query).all()
    return sorted(found, key=lambda level: (level.programme_id, level.position))


def level_by_id(level_id: int) -> Level:
    """The level of this id; NotFound when there is none."""
    level = db.session.get(Level, level_id)
    if level is None:
        raise NotFound(_("Không có mức này."))
    return level


def level_name(level_id: int) -> str:
    """``Mức tiểu học, Học bổng Tiếp bước 2026–2027``."""
    level = db.session.get(Level, level_id)
    if level is None:
        return _("Mức %(n)s", n=level_id)
    programme = db.session.get_one(Programme, level.programme_id)
    return f"{level.label}, {programme.name} {programme.school_year}"


def waiting_for(gift: Document) -> Request | None:
    """The request about this gift's purposes that waits for an approval."""
    return requests.find_waiting(KIND, SUBJECT, gift.id)


def unspent(gift: Document) -> Dong:
    """What of the gift is untouched, wherever it lies, in đồng."""
    return sum(lies.amount for lies in stories.unspent_of(gift.id))


def _describe(request: Request) -> Description:
    gift = documents.get_document(request.subject_id)
    donation = donations.get_donation(gift.id)
    giver = donor_naming.full_name(db.session.get_one(Donor, donation.donor_id), gift.date)
    name = level_name(request.data["purpose"])
    facts = [
        Fact(_("Khoản ủng hộ"), gift.label, f"/khoan-ung-ho/{gift.id}"),
        Fact(_("Người ủng hộ"), giver),
        Fact(_("Nhà hảo tâm dành cho"), donation.restriction),
        Fact(_("Mức"), name),
        *[Fact(_("Đang được dùng cho"), level_name(one.purpose_id)) for one in earmarks.of(gift)],
        Fact(_("Còn chưa dùng đến"), show(unspent(gift))),
    ]
    if "end" in request.data:
        title = _("Thôi dùng %(label)s cho %(level)s", label=gift.label, level=name)
        outcome = _("Duyệt thì khoản này không chi cho mức ấy nữa; phần đã chi vẫn giữ.")
    else:
        consent = request.data["consent"]
        facts.append(Fact(_("Căn cứ"), consent or _("Nằm trong lời của nhà hảo tâm")))
        if proof := proof_of(request):
            facts.append(Fact(_("Tệp minh chứng"), proof.name, consent_proofs.address(proof), SEES_PROOF))
        title = _("Dùng %(label)s cho %(level)s", label=gift.label, level=name)
        outcome = _("Duyệt thì khoản này được chi cho mức ấy.")
    return Description(
        title=title,
        subtitle=giver,
        amount=request.amount,
        facts=facts,
        warning=_("%(label)s đã hủy.", label=gift.label) if gift.is_void and request.is_waiting else "",
        outcome=outcome,
        url=f"/khoan-ung-ho/{gift.id}/muc-dich",
    )


def _fingerprint(request: Request) -> str:
    """The giver's words, the level as it stands, and what the gift may pay for already."""
    gift = documents.get_document(request.subject_id)
    level = db.session.get(Level, request.data["purpose"])
    programme = seal.fingerprint("programmes", level.programme_id) if level is not None else ""
    bound = [one.purpose_id for one in earmarks.of(gift)]
    proof = proof_of(request)
    shown = [gift.is_void, donations.get_donation(gift.id).restriction, programme, bound]
    return chains.digest([*shown, proof.digest] if proof else shown)


def proof_of(request: Request) -> ConsentProof | None:
    """The file that proves the consent that a request says; none where the giver's own words are the ground."""
    proof_id = request.data.get("proof")
    return consent_proofs.get_proof(request.subject_id, proof_id) if proof_id is not None else None


def _carry_out(request: Request, /, *, by: User) -> None:
    gift = documents.get_document(request.subject_id, fresh=True)
    asker = db.session.get_one(User, request.asked_by)
    _require_bound(gift)
    if "end" not in request.data:
        earmarks.mark(
            gift,
            request.data["purpose"],
            by=asker,
            consent=request.data["consent"],
            proof_id=request.data.get("proof"),
            approved_by=by,
        )
        return
    earmark = db.session.get_one(Earmark, request.data["end"])
    earmarks.end(earmark, by=asker, reason=request.reason, approved_by=by)
    kept_promises.require(_where_it_lies(gift))


def _where_it_lies(gift: Document) -> Iterable[int]:
    return dict.fromkeys(lies.campaign_id for lies in stories.unspent_of(gift.id))


register(
    Approvable(
        kind=KIND,
        title=_l("Mục đích của khoản ủng hộ"),
        describe=_describe,
        fingerprint=_fingerprint,
        carry_out=_carry_out,
    )
)
