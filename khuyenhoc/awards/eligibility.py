"""Eligibility: the conditions that the computer checks, each a small pure function that says why.

A rule of ``RULES`` reads a ``Case`` (who, when, what else is held) and its parameter, and gives a finding:
whether it is met, and a sentence that a nominator can act on. Nothing here touches the database.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from datetime import date
from typing import Any, NamedTuple

from khuyenhoc.awards import school_marks
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.core.values import dataclass
from khuyenhoc.recipients import consents
from khuyenhoc.recipients.ages import Born
from khuyenhoc.recipients.recipient_tables import CIRCUMSTANCES, KINDS, LEVELS, PURPOSES, Circumstance, Recipient

CERTIFIED = frozenset({"poor", "near_poor"})
"""Circumstances that stand on a certificate with an end: without one they count for nothing."""

ORPHAN = "orphan_father,orphan_mother,orphan_both"


class Other(NamedTuple):
    """Another award of the same recipient in the same school year: its code, its kind, and whether it is decided."""

    code: str
    kind: str
    decided: bool


@dataclass(frozen=True)
class Case:
    """What the rules look at. ``day`` is the day on which everything must hold: the deadline of the programme."""

    recipient: Recipient
    day: date
    school_year: str
    kind: str
    others: Sequence[Other] = ()
    recipient_kinds: str = ""
    school_levels: str = ""


class Finding(NamedTuple):
    """One condition: what it asks, whether it is met, and why or why not. ``note`` asks for a second look."""

    label: str
    met: bool
    why: str
    note: bool = False


Check = Callable[[Case, str], tuple[bool, str]]


ONE_AWARD = "one_award"
"""The condition that looks at what else somebody is given."""


@dataclass(frozen=True)
class Rule:
    """A condition of the registry. ``choices``: parameter → words; ``read`` takes a typed one, else refuses."""

    label: Any
    check: Check
    choices: Mapping[str, Any] = field(default_factory=dict)
    read: Callable[[str], str] | None = None
    hint: Any = ""

    def words(self, parameter: str) -> str:
        """The condition with its parameter: ``Kết quả học tập: từ Khá, Hoàn thành tốt trở lên``."""
        return f"{self.label}: {self.choices.get(parameter, parameter)}" if parameter else str(self.label)

    def checked(self, parameter: str) -> str:
        """The parameter as it is stored; RuleBroken when the rule does not know it."""
        if self.read is not None:
            return self.read(parameter)
        if parameter not in (self.choices or {"": ""}):
            raise RuleBroken(_("Xin chọn mức cho điều kiện “%(label)s”.", label=str(self.label)))
        return parameter


def check(case: Case, rules: Iterable[tuple[str, str]]) -> list[Finding]:
    """Every finding of a case: whom the level is for, then the programme's rules in their order."""
    found = [_of_level(case)]
    for name, parameter in rules:
        rule = RULES[name]
        met, why = rule.check(case, parameter)
        found.append(Finding(rule.words(parameter), met, why, note=met and bool(case.others) and name == ONE_AWARD))
    return found


def _of_level(case: Case) -> Finding:
    kind, level = case.recipient.kind, case.recipient.level
    label, who = _("Đối tượng của mức"), str(KINDS[kind])
    if case.recipient_kinds and kind not in case.recipient_kinds.split(","):
        return Finding(label, False, _("Mức này dành cho %(whom)s.", whom=_names(KINDS, case.recipient_kinds)))
    if case.school_levels and level not in case.school_levels.split(","):
        wanted = _names(LEVELS, case.school_levels)
        if level is None:
            return Finding(label, False, _("Mức này dành cho %(whom)s; thẻ chưa ghi cấp học.", whom=wanted))
        return Finding(
            label, False, _("Mức này dành cho %(whom)s, em học %(level)s.", whom=wanted, level=str(LEVELS[level]))
        )
    return Finding(label, True, f"{who}, {LEVELS[level]}." if level else f"{who}.")


def _circumstance(case: Case, parameter: str) -> tuple[bool, str]:
    codes = parameter.split(",")
    mine = [one for one in case.recipient.circumstances if one.code in codes]
    for one in mine:
        if _holds(one, case.day):
            return True, _holding(one)
    if not mine:
        return False, _("Thẻ chưa ghi: %(which)s.", which=_names(CIRCUMSTANCES, parameter, either=True))
    return False, " ".join(_lapsed(one, case.day) for one in mine)


def _holds(one: Circumstance, day: date) -> bool:
    if one.code in CERTIFIED and one.valid_to is None:
        return False
    return (one.valid_from is None or one.valid_from <= day) and (one.valid_to is None or one.valid_to >= day)


def _holding(one: Circumstance) -> str:
    name = str(CIRCUMSTANCES[one.code])
    if one.valid_to is None:
        return f"{name}."
    return _("%(what)s, giấy có giá trị đến %(until)s.", what=name, until=_day(one.valid_to))


def _lapsed(one: Circumstance, day: date) -> str:
    name = str(CIRCUMSTANCES[one.code])
    if one.valid_to is None and one.code in CERTIFIED:
        return _("%(what)s: thẻ chưa ghi giấy có giá trị đến ngày nào.", what=name)
    if one.valid_to is not None and one.valid_to < day:
        return _(
            "%(what)s: giấy hết giá trị ngày %(until)s, cần còn giá trị ngày %(day)s.",
            what=name,
            until=_day(one.valid_to),
            day=_day(day),
        )
    assert one.valid_from is not None
    return _("%(what)s: giấy có giá trị từ ngày %(since)s.", what=name, since=_day(one.valid_from))


def _results(case: Case, parameter: str) -> tuple[bool, str]:
    years = school_marks.years_that_count(case.school_year)
    result = next((one for year in years for one in case.recipient.results if one.school_year == year), None)
    if result is None:
        return False, _("Thẻ chưa ghi kết quả năm học %(year)s.", year=years[-1])
    told = _("Năm học %(year)s: %(study)s.", year=result.school_year, study=result.study or _("chưa xếp loại"))
    mark = school_marks.mark_of(result.study)
    if mark is None:
        return False, told + " " + _("Chưa đọc được xếp loại này; xin ghi Tốt, Khá, Đạt hoặc Hoàn thành tốt.")
    return mark >= int(parameter), told


def _average(case: Case, parameter: str) -> tuple[bool, str]:
    years = school_marks.years_that_count(case.school_year)
    mine = {one.school_year: one.average for one in case.recipient.results if one.average is not None}
    year = next((year for year in years if year in mine), None)
    if year is None:
        return False, _("Thẻ chưa ghi điểm trung bình năm học %(year)s.", year=years[-1])
    average = mine[year]
    assert average is not None
    told = _("Điểm trung bình năm học %(year)s là %(average)s.", year=year, average=school_marks.shown(average))
    return average >= int(parameter), told


def _age(case: Case, parameter: str) -> tuple[bool, str]:
    least, most = (int(part) for part in parameter.split("–"))
    born = Born(case.recipient.birth_date, case.recipient.birth_year)
    youngest, oldest = born.least_age(case.day), born.most_age(case.day)
    if youngest is None or oldest is None:
        return False, _("Thẻ chưa ghi ngày sinh hoặc năm sinh.")
    age = str(youngest) if youngest == oldest else f"{youngest}–{oldest}"
    told = _("%(age)s tuổi vào ngày %(day)s.", age=age, day=_day(case.day))
    return least <= oldest and youngest <= most, told


def _one_award(case: Case, parameter: str) -> tuple[bool, str]:
    counted = [other for other in case.others if parameter == "any" or other.kind == case.kind]
    decided = [other.code for other in counted if other.decided]
    if decided:
        return False, _("Năm học này đã được cấp: %(codes)s.", codes=", ".join(decided))
    waiting = [other.code for other in counted]
    if waiting:
        return True, _("Chưa được cấp, nhưng cũng đang được đề nghị ở: %(codes)s.", codes=", ".join(waiting))
    return True, _("Chưa được cấp suất nào trong năm học này.")


def _consents(case: Case, parameter: str) -> tuple[bool, str]:
    missing = [purpose for purpose in parameter.split(",") if not consents.covers(case.recipient, purpose, case.day)]
    if missing:
        what = _names(PURPOSES, ",".join(missing))
        return False, _("Chưa có sự đồng ý còn hiệu lực ngày %(day)s cho: %(what)s.", day=_day(case.day), what=what)
    return True, _("Đủ sự đồng ý, còn hiệu lực ngày %(day)s.", day=_day(case.day))


def _read_age(typed: str) -> str:
    parts = typed.replace("-", "–").split("–")
    numbers = [int(part) for part in map(str.strip, parts) if part.isascii() and part.isdigit() and len(part) <= 3]
    if len(parts) != 2 or len(numbers) != 2 or not 0 <= numbers[0] <= numbers[1] <= 120:
        raise RuleBroken(_("Xin gõ tuổi như 6–18."))
    return f"{numbers[0]}–{numbers[1]}"


def _names(names: Mapping[str, Any], codes: str, *, either: bool = False) -> str:
    words = [str(names[code]) for code in codes.split(",")]
    words = [word if word[1:2].isupper() else word[:1].lower() + word[1:] for word in words]  # THCS stays
    last = str(_("hoặc") if either else _("và"))
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


RULES: dict[str, Rule] = {
    "poverty": Rule(
        _l("Giấy chứng nhận còn giá trị"),
        _circumstance,
        {"poor,near_poor": _l("hộ nghèo hoặc cận nghèo"), "poor": _l("chỉ hộ nghèo")},
    ),
    "hardship": Rule(
        _l("Có hoàn cảnh khó khăn"),
        _circumstance,
        {
            ORPHAN: _l("mồ côi"),
            f"{ORPHAN},disabled,parent_illness": _l("mồ côi, khuyết tật hoặc cha mẹ bệnh hiểm nghèo"),
            f"poor,near_poor,{ORPHAN},disabled,parent_illness,sudden_hardship": _l(
                "hộ nghèo, cận nghèo, mồ côi, khuyết tật, cha mẹ bệnh hiểm nghèo hoặc khó khăn đột xuất"
            ),
            "far_from_school": _l("nhà xa trường"),
            "merit_family": _l("con thương binh, liệt sĩ"),
        },
    ),
    "results": Rule(
        _l("Kết quả học tập"),
        _results,
        {
            "4": _l("Tốt, Giỏi, Hoàn thành xuất sắc"),
            "3": _l("từ Khá, Hoàn thành tốt trở lên"),
            "2": _l("từ Đạt, Hoàn thành trở lên"),
        },
    ),
    "average": Rule(
        _l("Điểm trung bình cả năm"),
        _average,
        {"500": _l("từ 5,0"), "650": _l("từ 6,5"), "700": _l("từ 7,0"), "800": _l("từ 8,0"), "900": _l("từ 9,0")},
    ),
    "age": Rule(_l("Tuổi vào ngày hết hạn"), _age, read=_read_age, hint=_l("Ví dụ: 6–18")),
    ONE_AWARD: Rule(
        _l("Năm học này chưa được cấp suất nào khác"),
        _one_award,
        {"any": _l("tính mọi chương trình"), "same_kind": _l("chỉ tính chương trình cùng loại")},
    ),
    "consents": Rule(
        _l("Đủ sự đồng ý của gia đình"),
        _consents,
        {
            "process,committee": _l("lưu hồ sơ và đưa ra hội đồng"),
            "process,committee,share_with_donor": _l("như trên, và cho nhà hảo tâm biết tên viết tắt"),
            "process,committee,publish_name": _l("như trên, và nêu tên khi công bố"),
        },
    ),
}
"""Key of ``eligibility_rules.rule`` → the condition. A key, once used, keeps its meaning."""
