"""How templates show what they are given."""

import pytest

from khuyenhoc.web.filters import unbroken


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Quyết định 05/QĐ-HKH (2026)", 'Quyết định <span class="text-nowrap">05/QĐ-HKH</span> (2026)'),
        ("Năm học 2026–2027", 'Năm học <span class="text-nowrap">2026–2027</span>'),
        ("Tuyên dương – khen thưởng", "Tuyên dương – khen thưởng"),
        ("A-B <b>9-1</b>", 'A-B <span class="text-nowrap">&lt;b&gt;9-1&lt;/b&gt;</span>'),
        ("9" * 30 + "-1", "9" * 30 + "-1"),
    ],
)
def test_a_number_of_a_paper_stands_on_one_line(text: str, shown: str) -> None:
    assert unbroken(text) == shown
