"""One payee, however the name is written; two cards of one kind are two, whatever they are called."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.ledger.payees import Payee, Payees, code_of, require_code

SHOP = "Cửa hàng Minh Anh"
words = st.lists(st.sampled_from(["Cửa", "hàng", "Đức", "Nguyễn", "Ánh", "9A1", "Thúy"]), min_size=1, max_size=4)
respelled = st.sampled_from([str.upper, str.lower, lambda s: unicodedata.normalize("NFD", s), lambda s: f" {s}. "])


@pytest.mark.parametrize(
    "name", ["cua hang minh anh", "CỬA HÀNG  MINH ANH", "Cửa hàng\tMinh-Anh.", "Cưả hàng Minh Anh"]
)
def test_accents_case_and_spaces_make_no_other_payee(name: str) -> None:
    assert Payee((SHOP,)).is_same(Payee((name,)))
    assert Payees([Payee((SHOP,))]).has(Payee((name,)))


@settings(deadline=None)
@given(words, respelled, st.sampled_from([" ", "  ", " - "]))
def test_however_a_name_is_respelled_it_is_found(name: list[str], spell: object, between: str) -> None:
    one, other = Payee((" ".join(name),)), Payee((spell(between.join(name)),))  # type: ignore[operator]

    assert one.is_same(other)
    assert other.is_same(one)
    assert Payees([one]).has(other)


def test_two_cards_are_two_payees_and_a_name_without_a_card_may_be_either() -> None:
    one, other = Payee(("Nguyễn Văn An",), ("donor", 1)), Payee(("Nguyễn Văn An",), ("donor", 2))

    assert not one.is_same(other)
    assert not Payees([one]).has(other)
    assert all(card.is_same(Payee(("nguyen van an",))) for card in (one, other))
    assert one.is_same(Payee(("Nguyễn Văn An",), ("recipient", 1)))


def test_a_code_in_common_makes_one_payee_of_two_names() -> None:
    shop = Payee((SHOP,), code=code_of("0312.345.678"))

    assert shop.is_same(Payee(("CH Minh Anh",), code="0312345678"))
    assert not shop.is_same(Payee(("CH Minh Anh",), code="0312345679"))
    assert not Payee(("Quán A",)).is_same(Payee(("Quán B",)))


@pytest.mark.parametrize("typed", ["12345", "x" * 8, "1" * 25])
def test_what_is_no_code_is_asked_again(typed: str) -> None:
    with pytest.raises(RuleBroken, match="từ 6 đến 24") as refused:
        require_code(typed)
    assert refused.value.field == "payee_code"
    assert require_code("  ") is None
