"""What is written on a recipient's card, and the rules it has to keep."""

import re
from dataclasses import replace
from datetime import date

from khuyenhoc.core import clock, codes, names
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.core.values import dataclass
from khuyenhoc.recipients import ages, identity, school_years
from khuyenhoc.recipients.ages import Born
from khuyenhoc.recipients.recipient_tables import CIRCUMSTANCES, KINDS, LEVELS, Recipient

GENDERS = {"female": _l("Nữ"), "male": _l("Nam")}
HONORIFICS = ("Em", "Cháu", "Anh", "Chị", "Cô", "Thầy", "Ông", "Bà", "Bác")
AT_SCHOOL = frozenset({"pupil"})
"""Kinds whose school, class and level must be known; of a student only the school."""

AS_WRITTEN = (
    "kind",
    "honorific",
    "full_name",
    "birth_date",
    "birth_year",
    "gender",
    "phone",
    "address",
    "class_name",
    "level",
    "bank_name",
    "bank_number",
    "bank_holder",
    "note",
)
"""What a card holds just as it is written."""

MOST_GUARDIANS, MOST_CIRCUMSTANCES, MOST_RESULTS = 4, 8, 12
_BANK_NUMBER = re.compile(r"[0-9]{6,19}")


@dataclass(frozen=True)
class GuardianDetails:
    """Who answers for a minor."""

    full_name: str
    relation: str
    phone: str = ""
    occupation: str = ""


@dataclass(frozen=True)
class CircumstanceDetails:
    """Why help is needed; ``valid_to`` included, none: without end. ``evidence_id`` is a file of the same card."""

    code: str
    note: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    evidence_id: int | None = None


@dataclass(frozen=True)
class ResultDetails:
    """Results of one school year; ``average`` in hundredths: 825 is 8,25."""

    school_year: str
    study: str = ""
    conduct: str = ""
    average: int | None = None
    prizes: str = ""
    evidence_id: int | None = None


@dataclass(frozen=True)
class Details:
    """A recipient's card as typed or as stored.

    ``identity`` is the number as typed; empty: none; None: as it stands. ``school`` is its name.
    """

    kind: str
    full_name: str
    birth_date: date | None = None
    birth_year: int | None = None
    gender: str = ""
    honorific: str | None = None
    phone: str = ""
    address: str = ""
    identity: str | None = None
    school: str = ""
    class_name: str = ""
    level: str | None = None
    bank_name: str = ""
    bank_number: str = ""
    bank_holder: str = ""
    note: str = ""
    guardians: tuple[GuardianDetails, ...] = ()
    circumstances: tuple[CircumstanceDetails, ...] = ()
    results: tuple[ResultDetails, ...] = ()

    @property
    def born(self) -> Born:
        """What is known of the birth."""
        return Born(self.birth_date, self.birth_year)


def checked(details: Details) -> Details:
    """The details as they are stored; RuleBroken with the field to mend."""
    if details.kind not in KINDS:
        raise RuleBroken(_("Xin chọn loại người nhận."), field="kind")
    details = _person(details)
    details = _bank(_school(details))
    details = replace(
        details,
        phone=phone_for(details.phone, "phone"),
        address=_line(details.address, 200, "address"),
        note=names.clean_lines(details.note)[:2000],
        guardians=tuple(map(_guardian, details.guardians[:MOST_GUARDIANS])),
        circumstances=tuple(map(_circumstance, details.circumstances[:MOST_CIRCUMSTANCES])),
        results=_results(details.results[:MOST_RESULTS]),
    )
    if ages.is_minor(details.kind, details.born, clock.today()) and not details.guardians:
        raise RuleBroken(_("Trẻ em cần có người giám hộ trên thẻ."), field="guardians")
    return details


def of_card(recipient: Recipient) -> Details:
    """A card that stands, as it would be typed; its identity number stays as it is."""
    guardians = tuple(GuardianDetails(g.full_name, g.relation, g.phone, g.occupation) for g in recipient.guardians)
    circumstances = tuple(
        CircumstanceDetails(c.code, c.note, c.valid_from, c.valid_to, c.evidence_id) for c in recipient.circumstances
    )
    results = tuple(
        ResultDetails(r.school_year, r.study, r.conduct, r.average, r.prizes, r.evidence_id) for r in recipient.results
    )
    return Details(
        **{name: getattr(recipient, name) for name in AS_WRITTEN},
        school=recipient.school.name if recipient.school else "",
        guardians=guardians,
        circumstances=circumstances,
        results=results,
    )


def phone_for(typed: str, field: str) -> str:
    """A telephone as it is stored, empty for none; RuleBroken when it is not one."""
    if not (typed or "").strip():
        return ""
    phone = codes.normalise_phone(typed)
    if phone is None:
        raise RuleBroken(_("Số điện thoại chưa đúng. Di động có 10 số, ví dụ 0900 000 001."), field=field)
    return phone


def _person(details: Details) -> Details:
    name = _line(details.full_name, 150, "full_name")
    if not any(character.isalpha() for character in name):
        raise RuleBroken(_("Xin ghi họ và tên."), field="full_name")
    if details.kind == "group":
        return replace(
            details, full_name=name, birth_date=None, birth_year=None, gender="", honorific=None, identity=""
        )
    _birth(details)
    if details.gender and details.gender not in GENDERS:
        raise RuleBroken(_("Xin chọn giới tính."), field="gender")
    if details.honorific and details.honorific not in HONORIFICS:
        raise RuleBroken(_("Xin chọn cách xưng hô."), field="honorific")
    number = details.identity
    if number:
        number = identity.checked(number, born=details.birth_date, birth_year=details.birth_year, gender=details.gender)
    return replace(
        details,
        full_name=name,
        birth_year=details.birth_date.year if details.birth_date else details.birth_year,
        honorific=details.honorific or None,
        identity=number,
    )


def _birth(details: Details) -> None:
    today = clock.today()
    if details.birth_date and not date(1900, 1, 1) <= details.birth_date <= today:
        raise RuleBroken(_("Ngày sinh không thể ở sau hôm nay."), field="birth_date")
    if details.birth_year and not 1900 <= details.birth_year <= today.year:
        raise RuleBroken(_("Năm sinh phải từ 1900 đến nay."), field="birth_year")
    if details.kind in AT_SCHOOL and details.birth_date is None and details.birth_year is None:
        raise RuleBroken(_("Học sinh cần có ngày sinh, hoặc ít nhất năm sinh."), field="birth_date")


def _school(details: Details) -> Details:
    school, of_class = _line(details.school, 150, "school"), _line(details.class_name, 20, "class_name")
    if details.level and details.level not in LEVELS:
        raise RuleBroken(_("Xin chọn cấp học."), field="level")
    minor = ages.is_minor(details.kind, details.born, clock.today())
    if (minor or details.kind in AT_SCHOOL | {"student"}) and not school:
        raise RuleBroken(_("Xin ghi trường đang học."), field="school")
    if (minor or details.kind in AT_SCHOOL) and not of_class:
        raise RuleBroken(_("Xin ghi lớp đang học."), field="class_name")
    if details.kind in AT_SCHOOL and not details.level:
        raise RuleBroken(_("Xin chọn cấp học."), field="level")
    return replace(details, school=school, class_name=of_class, level=details.level or None)


def _bank(details: Details) -> Details:
    number = re.sub(r"[\s.\-]", "", details.bank_number)
    bank, holder = _line(details.bank_name, 60, "bank_name"), _line(details.bank_holder, 120, "bank_holder")
    if number and not _BANK_NUMBER.fullmatch(number):
        raise RuleBroken(_("Số tài khoản có 6 đến 19 chữ số."), field="bank_number")
    if number and not bank:
        raise RuleBroken(_("Tài khoản này ở ngân hàng nào?"), field="bank_name")
    if bank and not number:
        raise RuleBroken(_("Xin ghi số tài khoản."), field="bank_number")
    if number and not holder:
        raise RuleBroken(_("Ai đứng tên tài khoản này?"), field="bank_holder")
    return replace(details, bank_name=bank, bank_number=number, bank_holder=holder if number else "")


def _guardian(one: GuardianDetails) -> GuardianDetails:
    name = _line(one.full_name, 150, "guardians")
    if not any(character.isalpha() for character in name):
        raise RuleBroken(_("Xin ghi họ và tên người giám hộ."), field="guardians")
    relation = _line(one.relation, 40, "guardians")
    if not relation:
        raise RuleBroken(_("%(name)s là gì của em?", name=name), field="guardians")
    phone = phone_for(one.phone, "guardians")
    return GuardianDetails(name, relation, phone, _line(one.occupation, 80, "guardians"))


def _circumstance(one: CircumstanceDetails) -> CircumstanceDetails:
    if one.code not in CIRCUMSTANCES:
        raise RuleBroken(_("Xin chọn hoàn cảnh."), field="circumstances")
    note = _line(one.note, 300, "circumstances")
    if one.code == "other" and not note:
        raise RuleBroken(_("Xin nói rõ hoàn cảnh khác là gì."), field="circumstances")
    if one.valid_from and one.valid_to and one.valid_to < one.valid_from:
        raise RuleBroken(_("Ngày hết hiệu lực phải sau ngày bắt đầu."), field="circumstances")
    return replace(one, note=note)


def _results(several: tuple[ResultDetails, ...]) -> tuple[ResultDetails, ...]:
    kept: dict[str, ResultDetails] = {}
    for one in several:
        try:
            year = school_years.read(one.school_year)
        except RuleBroken as no:
            raise RuleBroken(str(no), field="results") from no
        if year in kept:
            raise RuleBroken(_("Năm học %(year)s được ghi hai lần.", year=year), field="results")
        if one.average is not None and not 0 <= one.average <= 1000:
            raise RuleBroken(_("Điểm trung bình từ 0 đến 10."), field="results")
        kept[year] = replace(
            one,
            school_year=year,
            study=_line(one.study, 40, "results"),
            conduct=_line(one.conduct, 40, "results"),
            prizes=_line(one.prizes, 300, "results"),
        )
    return tuple(kept[year] for year in sorted(kept))


def _line(typed: str | None, longest: int, field: str) -> str:
    line = names.clean(typed or "")
    if len(line) > longest:
        raise RuleBroken(_("Dài nhất %(n)s ký tự.", n=longest), field=field)
    return line
