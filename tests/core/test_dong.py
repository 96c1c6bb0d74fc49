"""What people type at the desk, and what is understood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khuyenhoc.core import dong
from khuyenhoc.core.errors import RuleBroken

UNDERSTOOD = {
    "1000": 1_000,
    "2500000": 2_500_000,
    "999999999999": 999_999_999_999,
    "1.500": 1_500,
    "1,500": 1_500,
    "1 500": 1_500,
    "1\u00a0500\u00a0000": 1_500_000,
    "1.500.000": 1_500_000,
    "1,500,000": 1_500_000,
    "999.999.999.999": 999_999_999_999,
    "500k": 500_000,
    "500 K": 500_000,
    "500 nghìn": 500_000,
    "500 ngàn": 500_000,
    "2tr": 2_000_000,
    "2 triệu": 2_000_000,
    "2 TRIỆU": 2_000_000,
    "2 trie\u0323\u0302u": 2_000_000,
    "1tỷ": 1_000_000_000,
    "1 tỉ": 1_000_000_000,
    "2tr5": 2_500_000,
    "1tỷ2": 1_200_000_000,
    "5k5": 5_500,
    "2,5tr": 2_500_000,
    "2.5 triệu": 2_500_000,
    "2,05 triệu": 2_050_000,
    "0,5 tr": 500_000,
    "1,25k": 1_250,
    "1.500,5 triệu": 1_500_500_000,
    "1.500.000k": 1_500_000_000,
    "1 500k": 1_500_000,
    "500.000đ": 500_000,
    "500.000 ₫": 500_000,
    "500.000\u00a0₫": 500_000,
    "500.000 đồng": 500_000,
    "500000 VND": 500_000,
    "500k đ": 500_000,
    "2tr5đ": 2_500_000,
    "  500k  ": 500_000,
}

ASKED = {
    "1.5": [1_500, 1_500_000, 1_500_000_000],
    "12.34": [12_340, 12_340_000, 12_340_000_000],
    "2tr50": [2_000_050, 2_050_000, 2_500_000],
    "2tr05": [2_000_005, 2_005_000, 2_050_000],
    "26,542 triệu": [26_542_000, 26_542_000_000],
    "26.542 triệu": [26_542_000, 26_542_000_000],
    "500k500": [500_500],
    "1.500k": [1_500, 1_500_000],
    "500": [500, 500_000],
    "500đ": [500, 500_000],
    "1": [1, 1_000],
    "999": [999, 999_000],
}

REFUSED = [
    "",
    "   ",
    "0",
    "0đ",
    "0k",
    "-500.000",
    "−500.000",
    "+500.000",
    "1000000000000",
    "1.000.000.000.000",
    "1000 tỷ",
    "9" * 5000,
    "1" + ".000" * 3000,
    "1.50.000",
    "1.5000",
    "1.500,000",
    "1.500 000",
    "1,500.000",
    "1  500",
    ".500",
    "500.",
    "500.000.",
    "2tt",
    "tr5",
    "2tr5tr",
    "2tr5000",
    "0500000",
    "0900000001",
    "1e6",
    "0x10",
    "1_000",
    "năm trăm",
    "50%",
    "２０００",  # full width
    "٢٠٠٠",  # Arabic
    "५०००",
    "２tr",
    "đồng",
    "500k\x1f",
    "500k\x00",
    "500\x00000",
    "{{7*7}}",
    "1'; DROP TABLE entries;--",
]


@pytest.mark.parametrize(("typed", "amount"), UNDERSTOOD.items())
def test_an_amount_is_understood_as_people_type_it(typed, amount):
    assert dong.read(typed).amount == amount


@pytest.mark.parametrize(("typed", "readings"), ASKED.items())
def test_an_amount_that_can_be_read_two_ways_is_asked(typed, readings):
    with pytest.raises(dong.Unclear) as asked:
        dong.read(typed)

    assert asked.value.readings == readings


@pytest.mark.parametrize("typed", REFUSED)
def test_what_is_no_amount_is_refused_in_words(typed):
    with pytest.raises(RuleBroken) as refused:
        dong.read(typed)

    assert not isinstance(refused.value, dong.Unclear)
    assert 10 < len(str(refused.value)) < 150


@pytest.mark.parametrize("typed", [*REFUSED, "1.5", "2tr50", "26,542 triệu"])
def test_confirming_does_not_open_a_back_door(typed):
    with pytest.raises(RuleBroken):
        dong.read(typed, confirmed=True)


def test_below_a_thousand_the_question_says_what_it_is_about():
    with pytest.raises(dong.Unclear, match="500 đồng hay 500 nghìn"):
        dong.read("500")


def test_a_chosen_reading_is_taken_as_it_stands():
    assert dong.read("500", confirmed=True).amount == 500
    assert dong.read("26542000", confirmed=True).amount == 26_542_000


def test_a_reading_of_an_unclear_amount_is_itself_possible():
    with pytest.raises(dong.Unclear) as asked:
        dong.read("999,999 tỷ")

    assert asked.value.readings == [999_999_000_000]


def test_figures_and_words_come_with_the_reading():
    reading = dong.read("2tr")

    assert (reading.shown, reading.words) == ("2.000.000\u00a0₫", "Hai triệu đồng")


@given(st.integers(1_000, dong.LARGEST))
def test_what_is_shown_is_read_back(amount):
    assert dong.read(str(amount)).amount == amount
    assert dong.read(dong.figures(amount)).amount == amount
    assert dong.read(dong.show(amount)).amount == amount


def answer(typed: str) -> dong.Reading | RuleBroken:
    try:
        return dong.read(typed)
    except RuleBroken as refused:
        return refused


@given(st.text(max_size=30))
def test_whatever_is_typed_is_understood_or_refused_in_words(typed):
    said = answer(typed)

    assert 1 <= said.amount <= dong.LARGEST if isinstance(said, dong.Reading) else str(said)


@given(st.text("0123456789., ktrỷnghìàđồ", max_size=12))
def test_each_reading_that_is_offered_can_be_chosen(typed):
    said = answer(typed)
    offered = said.readings if isinstance(said, dong.Unclear) else []

    assert offered == sorted(set(offered))
    assert [dong.read(str(one), confirmed=True).amount for one in offered] == offered


def test_money_is_shown_the_house_way():
    assert dong.show(0) == "0\u00a0₫"
    assert dong.show(1_234_567) == "1.234.567\u00a0₫"
    assert dong.show(-35_000) == "\u2212\u00a035.000\u00a0₫"
    assert dong.figures(-1_000) == "\u2212\u00a01.000"


def test_a_percentage_is_cut_so_that_100_means_reached():
    assert dong.percent(54, 56, 2) == "96,42\u00a0%"
    assert dong.percent(51_119, 66_328, 2) == "77,07\u00a0%"
    assert dong.percent(999_999, 1_000_000) == "99\u00a0%"
    assert dong.percent(1_000_000, 1_000_000) == "100\u00a0%"
    assert dong.percent(91, 74) == "122\u00a0%"
    assert dong.percent(3, 0) == "–"
