"""Phiếu đồng ý: a form to sign, one side of A4. Nothing is ticked beforehand; it is filled in and signed by hand."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from khuyenhoc.core import clock
from khuyenhoc.core.values import dataclass
from khuyenhoc.papers.content import Content, Paper, Signer, figures_of, plain
from khuyenhoc.papers.heads import heading
from khuyenhoc.recipients import ages, consent_texts, school_years
from khuyenhoc.recipients.ages import Born
from khuyenhoc.recipients.recipient_tables import PURPOSES, Recipient


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """One question of the form, answered by hand: yes or no."""

    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class ConsentForm(Paper):
    """Who is asked, about what, by which text. ``child``: the child signs too; ``minor``: a guardian signs."""

    TEMPLATE: ClassVar[str] = "consent"
    NAME: ClassVar[str] = "Phiếu đồng ý"
    recipient: str
    born: str
    school: str
    guardians: Sequence[str]
    version: str
    school_year: str
    until: date
    purposes: Sequence[Purpose]
    minor: bool
    child: bool

    def _more(self) -> Content:
        signers = []
        if self.minor:
            signers.append(Signer(title="Người giám hộ"))
        if self.child or not self.minor:
            signers.append(Signer(title="Em" if self.child else "Người đồng ý"))
        return {"signers": plain([*signers, Signer(title="Người nhận phiếu")])}


def of(recipient: Recipient) -> ConsentForm:
    """The form for this file, in the words that are asked today."""
    today, born = clock.today(), Born(recipient.birth_date, recipient.birth_year)
    minor = ages.is_minor(recipient.kind, born, today)
    texts = consent_texts.known(consent_texts.CURRENT)
    day_of_birth = figures_of(recipient.birth_date) if recipient.birth_date else str(recipient.birth_year or "")
    of_class = f"lớp {recipient.class_name}" if recipient.class_name else ""
    return ConsentForm(
        heading=heading(recipient.unit_id, today),
        day=today,
        recipient=recipient.full_name,
        born=day_of_birth,
        school=", ".join(part for part in (recipient.school.name if recipient.school else "", of_class) if part),
        guardians=[f"{one.full_name} ({one.relation})" for one in recipient.guardians] if minor else [],
        version=consent_texts.CURRENT,
        school_year=school_years.of(today),
        until=school_years.end_of(today),
        purposes=[Purpose(title=consent_texts.TITLES[purpose], text=texts[purpose]) for purpose in PURPOSES],
        minor=minor,
        child=ages.is_asked_too(recipient.kind, born, today),
    )
