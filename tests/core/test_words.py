"""Amounts in words, against the accountants' table."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khuyenhoc.core import dong, words

FILE = Path(__file__).parents[1] / "data/amount_words_vi.csv"
TABLE = list(csv.DictReader(FILE.read_text(encoding="utf-8").splitlines()))

VALUES = {word: digit for digit, word in enumerate(words.DIGITS)} | {"mốt": 1, "tư": 4, "lăm": 5}
UNITS = {"nghìn": 10**3, "triệu": 10**6}


def understood(said: str) -> int:
    """A number from its words, by a road of its own: the tests' ear."""
    before, billion, after = said.rpartition(" tỷ")
    if billion:
        return understood(before) * 10**9 + (understood(after) if after else 0)
    total = group = 0
    for word in said.split():
        if word in UNITS:
            total, group = total + group * UNITS[word], 0
        elif word == "trăm":
            group *= 100
        elif word == "mươi":
            group = group // 100 * 100 + group % 100 * 10
        elif word == "mười":
            group += 10
        elif word not in ("linh", "lẻ"):
            group += VALUES[word]
    return total + group


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["number"])
def test_the_table_of_the_accountants_holds(row):
    assert dong.words(int(row["number"])) == row["words"]
    assert dong.words(int(row["number"]), le=True) == row["words_le"]


@given(st.integers(0, 10**15))
def test_words_say_the_number_and_no_other(number):
    assert understood(words.spell(number)) == number
    assert understood(words.spell(number, le=True)) == number


@given(st.integers(0, 999_999))
def test_all_that_is_shown_to_a_desk_can_be_understood(number):
    assert understood(words.spell(number)) == number


def test_what_is_owed_is_said_with_minus():
    assert dong.words(-35_000) == "Âm ba mươi lăm nghìn đồng"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "Zero đồng"),
        (1_000_005, "One million and five đồng"),
        (123_521, "One hundred and twenty-three thousand, five hundred and twenty-one đồng"),
        (2_000_000, "Two million đồng"),
        (1_019_500_000_000, "One trillion, nineteen billion, five hundred million đồng"),
        (-340, "Minus three hundred and forty đồng"),
    ],
)
def test_who_reads_english_reads_the_amount_in_english(number: int, said: str) -> None:
    assert words.amount_in_english(number) == said
