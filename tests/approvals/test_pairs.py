"""Nobody takes two steps of one case that need two people: each pair by its name."""

import pytest

from khuyenhoc.approvals.pairs import DID, DO, PAIRS, SamePerson, conflict, require_other_person, why_not
from khuyenhoc.org.users import User

HANH, OANH = 7, 8


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("ask", "approve"),
        ("ask", "decide"),
        ("prepare", "decide"),
        ("prepare", "approve"),
        ("approve", "pay"),
        ("prepare", "pay"),
        ("decide", "pay"),
        ("pay", "witness"),
        ("nominate", "verify"),
        ("nominate", "score"),
        ("verify", "score"),
        ("nominate", "decide"),
    ],
)
def test_one_person_never_does_both(first, second):
    assert conflict(second, HANH, [(first, HANH)]) == first
    assert conflict(first, HANH, [(second, HANH)]) == second
    assert conflict(second, OANH, [(first, HANH)]) is None


def test_the_table_holds_these_pairs_and_no_others():
    assert len(PAIRS) == 12
    assert {step for pair in PAIRS for step in pair} <= DID.keys() == DO.keys()


def test_the_chair_may_decide_and_approve_the_payment():
    assert conflict("approve", HANH, [("decide", HANH)]) is None


def test_the_refusal_says_why():
    hanh = User(id=HANH, honorific="Cô", full_name="Lương Thị Hạnh")

    assert why_not("approve", hanh, [("ask", HANH)]) == "Cô đã đề nghị việc này nên không duyệt được."
    with pytest.raises(SamePerson, match="đã lập"):
        require_other_person("pay", hanh, [("prepare", HANH)])
