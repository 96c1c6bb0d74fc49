"""The ranked list and its cut line, as pure functions."""

from hypothesis import given
from hypothesis import strategies as st

from khuyenhoc.awards.ranking import Candidate, Room, cut, last_words, rank, spent


def _one(award_id: int, score: int | None, level: int = 1, unit: int = 1, amount: int = 100) -> Candidate:
    return Candidate(award_id, level, unit, amount, score)


def _outcomes(candidates: list[Candidate], room: Room, said: list[tuple[int, int]] | None = None) -> dict[int, str]:
    return {one.candidate.award_id: one.why for one in cut(candidates, room, said or [])}


def test_the_best_come_first_and_the_money_ends_somewhere() -> None:
    found = _outcomes([_one(1, 7000), _one(2, 9000), _one(3, 8000)], Room(budget=200))

    assert found == {2: "above", 3: "above", 1: "budget"}


def test_equals_astride_the_line_wait_for_the_presider() -> None:
    candidates = [_one(1, 9000), _one(2, 8000), _one(3, 8000)]

    assert _outcomes(candidates, Room(budget=200)) == {1: "above", 2: "tie", 3: "tie"}
    assert _outcomes(candidates, Room(budget=200), [(3, 2)]) == {1: "above", 3: "above", 2: "budget"}


def test_equals_who_all_fit_need_no_word() -> None:
    assert _outcomes([_one(1, 8000), _one(2, 8000)], Room(budget=200)) == {1: "above", 2: "above"}


def test_a_full_level_passes_the_place_to_the_next() -> None:
    candidates = [_one(1, 9000, level=1), _one(2, 8500, level=1), _one(3, 8000, level=2)]

    assert _outcomes(candidates, Room(levels={1: 1})) == {1: "above", 2: "level_quota", 3: "above"}


def test_a_full_unit_likewise() -> None:
    candidates = [_one(1, 9000, unit=7), _one(2, 8500, unit=7), _one(3, 8000, unit=8)]

    assert _outcomes(candidates, Room(units={7: 1})) == {1: "above", 2: "unit_quota", 3: "above"}


def test_whoever_has_no_score_is_never_above_the_line() -> None:
    assert _outcomes([_one(1, None), _one(2, 1)], Room()) == {2: "above", 1: "no_score"}


def test_the_presiders_last_word_counts() -> None:
    two, three = [_one(1, 8000), _one(2, 8000)], [_one(1, 8000), _one(2, 8000), _one(3, 8000)]

    def order(candidates: list[Candidate], said: list[tuple[int, int]]) -> list[list[int]]:
        return [[c.award_id for c in group] for group in rank(candidates, said)]

    assert order(two, [(1, 2), (2, 1)]) == [[2], [1]]
    assert order(three, [(1, 2), (2, 3), (3, 1)]) == [[2], [3], [1]]
    assert last_words([(1, 2), (2, 1), (1, 2)]) == [(1, 2)]


candidates = st.lists(
    st.builds(
        Candidate,
        st.integers(1, 10**6),
        st.integers(1, 3),
        st.integers(1, 3),
        st.sampled_from([100, 250]),
        st.none() | st.sampled_from([5000, 6000, 7000]),
    ),
    unique_by=lambda c: c.award_id,
    max_size=25,
)


@given(candidates=candidates, budget=st.integers(0, 3000), quota=st.integers(0, 5))
def test_no_list_ever_passes_money_or_quota(candidates: list[Candidate], budget: int, quota: int) -> None:
    ranked = cut(candidates, Room(budget=budget, levels={1: quota}, units={2: quota}))

    above = [one.candidate for one in ranked if one.outcome == "recommended"]
    assert spent(ranked) <= budget
    assert sum(c.level_id == 1 for c in above) <= quota
    assert sum(c.unit_id == 2 for c in above) <= quota
    assert [one.position for one in ranked] == list(range(1, len(candidates) + 1))


@given(candidates=candidates, quota=st.integers(0, 5))
def test_nobody_is_above_a_better_one_who_wanted_the_same_place(candidates: list[Candidate], quota: int) -> None:
    ranked = cut(candidates, Room(levels={1: quota, 2: quota, 3: quota}))

    for better in ranked:
        for worse in ranked:
            b, w = better.candidate, worse.candidate
            if b.level_id == w.level_id and b.score is not None and w.score is not None and b.score > w.score:
                assert not (worse.outcome == "recommended" and better.outcome != "recommended")
