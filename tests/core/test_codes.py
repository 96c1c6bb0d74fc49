"""Codes that people copy and type: each wrong one is noticed."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khuyenhoc.core import codes

symbols = st.text(codes.ALPHABET, min_size=6, max_size=6)


def test_a_verification_code_holds_sixty_bits_and_is_printed_in_groups():
    code = codes.verification_code()

    assert math.log2(len(codes.ALPHABET) ** len(code)) > 60
    assert [len(group) for group in codes.show_verification_code(code).split("-")] == [4, 4, 4, 2]
    assert len({codes.verification_code() for _ in range(500)}) == 500


def test_a_verification_code_is_understood_as_people_type_it():
    assert codes.normalise_code(" 7k2m 9pvc-fghj–x4 ") == "7K2M9PVCFGHJX4"
    assert codes.show_verification_code("7K2M9PVCFGHJX4") == "7K2M-9PVC-FGHJ-X4"


@pytest.mark.parametrize(
    "typed", ["", "7K2M", "7K2M-9PVC-FGHJ-X4X", "7K2M-9PVC-FGHJ-XO", "７K2M9PVCFGHJX4", "x" * 9999]
)
def test_what_cannot_be_a_verification_code_is_none(typed):
    assert codes.normalise_code(typed) is None


def test_the_printed_examples_of_reference_codes_hold():
    for stem, check in {"7K2M9P": "V", "CFGHJK": "4", "234567": "P", "XYVTRQ": "6", "MNPQRT": "5"}.items():
        assert codes.reference_check(stem) == check
        assert codes.is_reference_code(f"HKH{stem}{check}")


@given(symbols, st.integers(0, 5), st.sampled_from(codes.ALPHABET))
def test_one_wrong_symbol_is_noticed(stem, place, wrong):
    changed = stem[:place] + wrong + stem[place + 1 :]

    assert changed == stem or codes.reference_check(changed) != codes.reference_check(stem)


@given(symbols, st.integers(0, 4))
def test_two_swapped_symbols_are_noticed(stem, place):
    swapped = stem[:place] + stem[place + 1] + stem[place] + stem[place + 2 :]

    assert swapped == stem or codes.reference_check(swapped) != codes.reference_check(stem)


def test_a_new_reference_code_is_right():
    code = codes.reference_code()

    assert len(code) == 10
    assert codes.is_reference_code(code)
    assert not codes.is_reference_code(code.lower())


def test_a_token_is_unguessable():
    assert len(codes.token()) == 32
    assert len({codes.token() for _ in range(200)}) == 200


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("0100109106", "0100109106"),
        ("0100109106-001", "0100109106-001"),
        ("0100109106001", "0100109106-001"),
        (" 010 010 9106 ", "0100109106"),
        ("079068000001", "079068000001"),
        ("0100109107", None),
        ("0100109106-000", None),
        ("0100109106-01", None),
        ("123", None),
        ("０１００１０９１０６", None),
        ("", None),
        ("1" * 5000, None),
    ],
)
def test_a_tax_code_is_checked(typed, stored):
    assert codes.normalise_tax_code(typed) == stored


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("0900000001", "+84900000001"),
        ("0900 000 001", "+84900000001"),
        ("090.000.0001", "+84900000001"),
        ("+84 900 000 001", "+84900000001"),
        ("84900000001", "+84900000001"),
        ("+84 (0)900 000 001", "+84900000001"),
        ("0084900000001", "+84900000001"),
        ("028 3899 0001", "+842838990001"),
        ("+1 202 555 0123", "+12025550123"),
        ("0400000001", None),
        ("090000000", None),
        ("09000000011", None),
        ("９００", None),
        ("+84 1", None),
        ("số nhà 5", None),
        ("", None),
    ],
)
def test_a_phone_number_is_stored_in_one_form(typed, stored):
    assert codes.normalise_phone(typed) == stored


def test_a_phone_number_is_shown_as_people_write_it():
    assert codes.show_phone("+84900000001") == "0900 000 001"
    assert codes.show_phone("+12025550123") == "+12025550123"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Hoa@Example.VN ", "hoa@example.vn"),
        ("hoa", None),
        ("hoa@example", None),
        ("a@b.vn\nbcc: c@d.vn", None),
        ("", None),
    ],
)
def test_an_email_address_is_checked(typed, stored):
    assert codes.normalise_email(typed) == stored
