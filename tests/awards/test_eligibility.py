"""The conditions that the computer checks: each says yes or no with a sentence that one can act on."""

import datetime
from typing import Any

import pytest

from khuyenhoc.awards import eligibility, school_marks
from khuyenhoc.awards.eligibility import RULES, Case, Finding, Other
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.recipients.recipient_tables import Recipient
from tests.awards.award_world import consent, good, poor

DEADLINE = datetime.date(2026, 8, 30)


def _check(rule: str, parameter: str, others: tuple[Other, ...] = (), **card: Any) -> Finding:
    values = {"kind": "pupil", "level": "lower_secondary", "birth_date": datetime.date(2014, 9, 1), "birth_year": None}
    case = Case(Recipient(**{**values, **card}), DEADLINE, "2026–2027", "scholarship", others)
    return eligibility.check(case, [(rule, parameter)])[1]


def test_a_certificate_that_holds_on_the_deadline_is_poverty() -> None:
    found = _check("poverty", "poor,near_poor", circumstances=[poor(DEADLINE)])

    assert found.met
    assert found.why == "Hộ nghèo, giấy có giá trị đến 30/8/2026."


def test_a_certificate_that_ends_the_day_before_is_not() -> None:
    found = _check("poverty", "poor,near_poor", circumstances=[poor(DEADLINE - datetime.timedelta(days=1))])

    assert not found.met
    assert found.why == "Hộ nghèo: giấy hết giá trị ngày 29/8/2026, cần còn giá trị ngày 30/8/2026."


def test_poverty_without_the_end_of_its_certificate_is_asked_for() -> None:
    found = _check("poverty", "poor,near_poor", circumstances=[poor(None, "near_poor")])

    assert not found.met
    assert "có giá trị đến ngày nào" in found.why


def test_near_poor_is_not_poor() -> None:
    assert not _check("poverty", "poor", circumstances=[poor(DEADLINE, "near_poor")]).met


def test_an_orphan_needs_no_end() -> None:
    everything = list(RULES["hardship"].choices)[2]

    assert _check("hardship", everything, circumstances=[poor(None, "orphan_mother")]).met
    assert _check("hardship", everything).why.startswith("Thẻ chưa ghi: hộ nghèo, hộ cận nghèo, mồ côi cha")


@pytest.mark.parametrize(
    ("study", "least", "met"),
    [
        ("Tốt", "4", True),
        ("Khá", "4", False),
        ("Khá", "3", True),
        ("Hoàn thành tốt", "3", True),
        ("hoàn thành", "3", False),
        ("Học sinh giỏi", "4", True),
        ("Trung bình", "2", True),
        ("Chưa đạt", "2", False),
    ],
)
def test_results_are_put_on_one_scale(study: str, least: str, met: bool) -> None:
    assert _check("results", least, results=[good(study)]).met is met


def test_results_of_long_ago_do_not_count() -> None:
    found = _check("results", "2", results=[good("Tốt", "2023–2024")])

    assert (found.met, found.why) == (False, "Thẻ chưa ghi kết quả năm học 2025–2026.")


def test_words_that_no_report_uses_are_asked_again() -> None:
    assert "Chưa đọc được xếp loại này" in _check("results", "2", results=[good("ngoan")]).why


def test_the_average_is_shown_as_the_report_does() -> None:
    found = _check("average", "650", results=[good(average=649)])

    assert (found.met, found.why) == (False, "Điểm trung bình năm học 2025–2026 là 6,49.")
    assert school_marks.shown(850) == "8,5"
    assert school_marks.shown(800) == "8,0"


def test_age_is_told_on_the_deadline() -> None:
    assert _check("age", "6–11").why == "11 tuổi vào ngày 30/8/2026."
    assert _check("age", "6–11").met
    assert not _check("age", "12–15").met


def test_where_only_the_year_of_birth_is_known_both_ages_may_count() -> None:
    found = _check("age", "12–15", birth_date=None, birth_year=2014)

    assert (found.met, found.why) == (True, "11–12 tuổi vào ngày 30/8/2026.")


def test_an_award_of_the_year_rules_out_another() -> None:
    found = _check("one_award", "any", (Other("XD26-0003", "bicycle", True),))

    assert (found.met, found.why) == (False, "Năm học này đã được cấp: XD26-0003.")
    assert _check("one_award", "same_kind", (Other("XD26-0003", "bicycle", True),)).met


def test_another_nomination_is_only_a_warning() -> None:
    found = _check("one_award", "any", (Other("XD26-0003", "bicycle", False),))

    assert (found.met, found.note) == (True, True)


def test_consents_must_hold_on_the_deadline() -> None:
    whole = "process,committee"

    assert _check("consents", whole, consents=[consent(1, "process"), consent(2, "committee")]).met
    found = _check("consents", whole, consents=[consent(1, "process")])
    assert (found.met, "đưa ra hội đồng xét" in found.why) == (False, True)


def test_a_level_is_for_whom_it_says() -> None:
    case = Case(Recipient(kind="pupil", level="primary"), DEADLINE, "2026–2027", "scholarship")
    for_secondary = eligibility.check(case.__class__(**{**case.__dict__, "school_levels": "lower_secondary"}), [])[0]

    assert (for_secondary.met, for_secondary.why) == (False, "Mức này dành cho THCS, em học Tiểu học.")
    assert eligibility.check(case, [])[0].why == "Học sinh, Tiểu học."


def test_a_parameter_that_the_rule_does_not_know_is_refused() -> None:
    assert RULES["age"].checked("6-18") == "6–18"
    for name, parameter in (("age", "18–6"), ("age", "x"), ("age", "²–3"), ("poverty", "rich"), ("results", "9")):
        with pytest.raises(RuleBroken):
            RULES[name].checked(parameter)


@pytest.mark.parametrize("name", RULES)
def test_every_rule_answers_an_empty_card(name: str) -> None:
    rule = RULES[name]
    parameter = next(iter(rule.choices), "6–18")

    found = _check(name, parameter, birth_date=None, level=None)

    assert found.why
    assert rule.words(parameter).startswith(str(rule.label))
