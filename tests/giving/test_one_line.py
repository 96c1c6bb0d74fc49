"""One line of typing per envelope: what is the name in it, and what the amount."""

import pytest

from khuyenhoc.giving.one_line import split, told_apart


@pytest.mark.parametrize(
    ("line", "who", "amount"),
    [
        ("minh hoa 2tr", "minh hoa", "2tr"),
        ("Bác Đỗ Văn Lúa Vàng 500k", "Bác Đỗ Văn Lúa Vàng", "500k"),
        ("Heo đất lớp 5A 1.234.000", "Heo đất lớp 5A", "1.234.000"),
        ("Tập thể lớp 9B 850 nghìn", "Tập thể lớp 9B", "850 nghìn"),
        ("Gia đình ông Ví 1tr5", "Gia đình ông Ví", "1tr5"),
        ("Khu phố 2 50.000 đồng", "Khu phố 2", "50.000 đồng"),
        ("Chùa Hoa Mẫu  3 TRIỆU", "Chùa Hoa Mẫu", "3 TRIỆU"),
        ("bà Tư 500000", "bà Tư", "500000"),
        ("nhóm bạn 2tr50", "nhóm bạn", "2tr50"),
        ("Lê Ba Thử 1.5", "Lê Ba Thử", "1.5"),
        ("minh hoa 500", "minh hoa", "500"),
    ],
)
def test_the_end_of_a_line_is_the_amount(line: str, who: str, amount: str) -> None:
    assert split(line) == (who, amount)


@pytest.mark.parametrize(
    "line",
    ["minh hoa", "Lớp 9A1 khóa 1996", "Chi hội Khu phố 2", "Heo đất Tổ 101", "Heo đất 0903000002", "2tr", "", "12 34"],
)
def test_a_number_that_may_be_part_of_a_name_stays_in_it(line: str) -> None:
    assert split(line) == (line, "")


def test_an_amount_in_its_own_field_leaves_the_line_alone() -> None:
    assert told_apart("minh hoa 2tr", ["500k"]) == ("minh hoa 2tr", ["500k"])
    assert told_apart("minh hoa 2tr50", ["", "2050000"]) == ("minh hoa", ["2tr50", "2050000"])
