"""Which campaign gives what: by example as one would tell it, and by any numbers at all."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from khuyenhoc.awards.funding import Line, Means, Missing, Plan, Share, Want, allocate

HB, GEN, XD = 1, 2, 3
PRIMARY, SECONDARY, BICYCLE, PACKAGE = 11, 12, 13, 14
BIKE, PACK, SET = 21, 22, 23


def money(award_id: int, amount: int, level: int = PRIMARY) -> Want:
    return Want(award_id, level, amount)


def bicycle(award_id: int) -> Want:
    return Want(award_id, BICYCLE, 2_375_000, ((BIKE, 1),))


def test_one_campaign_pays_for_all() -> None:
    plan = allocate([Line(HB)], [money(1, 700_000), money(2, 700_000)], Means({HB: 1_400_000}))

    assert plan == Plan({1: (Share(HB, 700_000),), 2: (Share(HB, 700_000),)}, ())


def test_an_award_is_split_where_the_first_campaign_runs_out() -> None:
    plan = allocate([Line(HB), Line(GEN)], [money(1, 700_000), money(2, 700_000)], Means({HB: 900_000, GEN: 5_000_000}))

    assert plan.shares[2] == (Share(HB, 200_000), Share(GEN, 500_000))
    assert plan.missing == ()


def test_a_cap_holds_even_where_there_is_more_money() -> None:
    plan = allocate([Line(HB, None, 1_000_000)], [money(1, 700_000), money(2, 700_000)], Means({HB: 9_000_000}))

    assert plan.committed == {HB: 1_000_000}
    assert plan.missing == (Missing(PRIMARY, 400_000),)


def test_a_line_pays_for_its_own_level_only() -> None:
    lines = [Line(HB, SECONDARY), Line(GEN, PRIMARY)]
    plan = allocate(lines, [money(1, 100), money(2, 200, SECONDARY)], Means({HB: 1_000, GEN: 1_000}))

    assert plan.committed == {GEN: 100, HB: 200}


def test_a_level_gives_way_where_another_has_no_other_line() -> None:
    lines = [Line(HB, PRIMARY), Line(HB, SECONDARY), Line(GEN, PRIMARY)]
    plan = allocate(lines, [money(1, 100), money(2, 100, SECONDARY)], Means({HB: 100, GEN: 100}))

    assert plan.missing == ()
    assert plan.shares == {1: (Share(GEN, 100),), 2: (Share(HB, 100),)}


def test_free_bicycles_go_first_and_the_rest_is_money_to_buy_them() -> None:
    means = Means({XD: 3 * 2_375_000}, {(XD, BIKE): 2}, {BIKE: 2_375_000})
    plan = allocate([Line(XD)], [bicycle(n) for n in range(1, 5)], means)

    assert plan.reserved == {(XD, BIKE): 2}
    assert plan.to_buy == {(XD, BIKE): 2}
    assert plan.committed == {XD: 4_750_000}
    assert plan.shares[3] == (Share(XD, 2_375_000, BIKE, 1),)


def test_bicycles_that_can_be_neither_taken_nor_bought_are_missing() -> None:
    means = Means({XD: 2_374_999}, {(XD, BIKE): 1}, {BIKE: 2_375_000})
    plan = allocate([Line(XD)], [bicycle(1), bicycle(2), bicycle(3)], means)

    assert plan.missing == (Missing(BICYCLE, 4_750_000, BIKE, 2),)


def test_what_is_worth_nothing_cannot_be_bought() -> None:
    plan = allocate([Line(XD)], [bicycle(1)], Means({XD: 10**9}, {}, {BIKE: 0}))

    assert plan.missing == (Missing(BICYCLE, 0, BIKE, 1),)


def test_a_package_takes_each_of_its_items() -> None:
    wants = [Want(n, PACKAGE, 150_000, ((PACK, 1), (SET, 1))) for n in (1, 2)]
    plan = allocate([Line(GEN)], wants, Means({GEN: 50_000}, {(GEN, PACK): 2, (GEN, SET): 1}, {PACK: 1, SET: 50_000}))

    assert plan.shares[1] == (Share(GEN, 0, PACK, 1), Share(GEN, 0, SET, 1))
    assert plan.shares[2] == (Share(GEN, 0, PACK, 1), Share(GEN, 50_000, SET, 1))


LEVELS = st.sampled_from([PRIMARY, SECONDARY])
LINES = st.lists(
    st.builds(
        Line, st.sampled_from([HB, GEN, XD]), st.none() | LEVELS, st.none() | st.integers(min_value=0, max_value=30)
    ),
    max_size=5,
)
MONEY = st.dictionaries(st.sampled_from([HB, GEN, XD]), st.integers(min_value=-3, max_value=40))
PIECES = st.dictionaries(
    st.tuples(st.sampled_from([HB, GEN, XD]), st.sampled_from([BIKE, PACK])), st.integers(min_value=-1, max_value=4)
)
VALUES = st.fixed_dictionaries(
    {BIKE: st.integers(min_value=0, max_value=9), PACK: st.integers(min_value=1, max_value=9)}
)


@st.composite
def wants(draw: st.DrawFn, goods: bool) -> list[Want]:
    """Awards of two levels; each level is money, or one and the same package for all of it."""
    package = tuple(draw(st.dictionaries(st.sampled_from([BIKE, PACK]), st.integers(1, 3), min_size=1)).items())
    amounts = {PRIMARY: draw(st.integers(1, 12)), SECONDARY: draw(st.integers(1, 12))}
    levels = draw(st.lists(LEVELS, max_size=8))
    return [
        Want(n, level, amounts[level], package if goods and level == SECONDARY else ())
        for n, level in enumerate(levels, start=1)
    ]


@given(LINES, wants(goods=True), MONEY, PIECES, VALUES)
def test_any_plan_keeps_within_money_pieces_caps_and_levels(
    lines: list[Line],
    asked: list[Want],
    money: dict[int, int],
    pieces: dict[tuple[int, int], int],
    values: dict[int, int],
) -> None:
    plan = allocate(lines, asked, Means(money, pieces, values))

    assert all(n <= max(money.get(campaign, 0), 0) for campaign, n in plan.committed.items())
    assert all(n <= max(pieces.get(place, 0), 0) for place, n in plan.reserved.items())
    given_to = {want.award_id: want.level_id for want in asked}
    for award_id, shares in plan.shares.items():
        for share in shares:
            assert share.amount >= 0
            assert share.amount or share.quantity
            assert any(
                ln.campaign_id == share.campaign_id and ln.level_id in (None, given_to[award_id]) for ln in lines
            )
    for campaign, n in plan.committed.items():
        caps = [line.cap for line in lines if line.campaign_id == campaign]
        assert None in caps or n <= sum(cap or 0 for cap in caps)


@given(LINES, wants(goods=True), MONEY, PIECES, VALUES)
def test_any_award_gets_exactly_what_it_asks_or_it_is_said_what_is_missing(
    lines: list[Line],
    asked: list[Want],
    money: dict[int, int],
    pieces: dict[tuple[int, int], int],
    values: dict[int, int],
) -> None:
    plan = allocate(lines, asked, Means(money, pieces, values))
    lacking: Counter[tuple[int, int | None]] = Counter()
    for want in asked:
        shares = plan.shares[want.award_id]
        if not want.pieces:
            lacking[want.level_id, None] += want.amount - sum(share.amount for share in shares)
        for item, n in want.pieces:
            mine = [share for share in shares if share.item_id == item]
            lacking[want.level_id, item] += n - sum(share.quantity for share in mine)
            assert all(share.amount in (0, share.quantity * values[item]) for share in mine)

    told = {(m.level_id, m.item_id): m.quantity if m.item_id else m.amount for m in plan.missing}
    assert {place: n for place, n in lacking.items() if n} == told


@given(LINES, wants(goods=False), MONEY)
def test_nothing_is_refused_that_the_lines_together_can_bear(
    lines: list[Line], asked: list[Want], money: dict[int, int]
) -> None:
    """Against the plainest judge: every set of levels must find room in the lines open to it, and that is enough."""
    plan = allocate(lines, asked, Means(money))
    needs = Counter[int]()
    for want in asked:
        needs[want.level_id] += want.amount
    borne = sum(needs.values()) - sum(missing.amount for missing in plan.missing)

    room = [
        sum(needs[level] for level in needs if level not in left_out) + _room(lines, money, left_out)
        for left_out in ({}, {PRIMARY}, {SECONDARY}, {PRIMARY, SECONDARY})
    ]

    assert borne == min(room)


def _room(lines: list[Line], money: dict[int, int], levels: "set[int] | dict[int, int]") -> int:
    """The most that these levels can be given, by the smallest cut behind them."""
    total = 0
    for campaign in {line.campaign_id for line in lines}:
        mine = [ln for ln in lines if ln.campaign_id == campaign and any(ln.level_id in (None, at) for at in levels)]
        caps = sum(10**9 if line.cap is None else line.cap for line in mine)
        total += min(caps, max(money.get(campaign, 0), 0)) if mine else 0
    return total
