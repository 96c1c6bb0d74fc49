"""Vietnamese names: sorted as in a printed list, found as people type."""

import random
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khuyenhoc.core import names

SORTED = (Path(__file__).parents[1] / "data/names_sorted_vi.txt").read_text(encoding="utf-8").split("\n")[:-1]


def test_people_stand_in_the_order_of_a_printed_list():
    shuffled = random.Random(22).sample(SORTED, len(SORTED))

    assert sorted(shuffled, key=names.sort_key) == SORTED


def test_tones_come_after_letters_and_names_before_families():
    people = ["Trần An", "Lê Án", "Lê Ân", "Lê Ăn", "Lê An", "An"]

    assert sorted(people, key=names.sort_key) == ["An", "Lê An", "Trần An", "Lê Án", "Lê Ăn", "Lê Ân"]


def test_other_texts_stand_letter_by_letter():
    texts = ["Chùa Liên Hoa", "Công ty B", "Công ty A", "công ty A", "Đoàn 9", "Doanh nghiệp", "9 bạn", "–", ""]

    assert sorted(texts, key=names.text_key) == [
        "", "–", "9 bạn", "Chùa Liên Hoa", "công ty A", "Công ty A", "Công ty B", "Doanh nghiệp", "Đoàn 9",
    ]  # fmt: skip


@given(st.text(max_size=20))
def test_a_sort_key_is_hexadecimal_so_that_both_engines_agree(text):
    assert set(names.sort_key(text) + names.text_key(text)) <= set("0123456789abcdef")


@pytest.mark.parametrize("typed", ["nguyen van a", "Nguyễn Văn A", "NGUYỄN  VĂN\tA", "Nguye\u0302\u0303n Va\u0306n A"])
def test_a_name_is_found_however_it_is_typed(typed):
    assert names.fold(typed) == "nguyen van a"


def test_d_with_a_stroke_is_d():
    assert names.fold("Đặng Thị Đào") == "dang thi dao"
    assert names.fold("Ðặng ðào") == "dang dao"  # the Icelandic look-alike
    assert names.fold("hoà") == names.fold("hòa") == "hoa"


def test_words_to_search_by_have_no_punctuation():
    assert names.folded_words("Tập thể lớp 9A1 khóa 1996–2000") == ["tap", "the", "lop", "9a1", "khoa", "1996", "2000"]
    assert names.folded_words("%_'\"\\ –") == []


def test_a_name_is_cleaned_before_it_is_stored():
    assert names.clean("  Nguyễn\u200b  Văn\x00 Thí\n\tDụ\u202e ") == "Nguyễn Văn Thí Dụ"
    assert names.clean("Họa\ud800") == "Họa"
    assert names.clean_lines(" a \r\n\r\n\r\n b\x07 \n") == "a\n\nb"


@given(st.text(st.characters()))
def test_what_is_cleaned_is_nfc_and_stays_as_it_is(text):
    once = names.clean(text)

    assert unicodedata.is_normalized("NFC", once)
    assert names.clean(once) == once
    once.encode()


def test_initials_are_all_that_a_short_name_shows():
    assert names.initials("Trần Thị Minh Họa") == "T.T.M.H."
    assert names.initials("đặng  thị Ánh") == "Đ.T.Á."
    assert names.given_name("Trần Thị Minh Họa") == "Họa"
    assert names.given_name("  ") == ""


def test_two_spellings_of_one_name_are_the_same_word():
    assert names.accented_words("Hoà Thuý – KHOẺ") == names.accented_words("hòa thúy khỏe") == ["hòa", "thúy", "khỏe"]
    assert names.accented_words("Quý Hoàn Hóa hoa") == ["quý", "hoàn", "hóa", "hoa"]
