"""The cash book, the bank book and the journal say what the books say, line by line and page by page."""

import datetime

import pytest

from khuyenhoc.core.database import is_sqlite
from khuyenhoc.treasury.books import Span, account_book, last_day_before, on_account
from khuyenhoc.treasury.journal import journal
from khuyenhoc.treasury.printing import cash_book
from khuyenhoc.treasury.today import MoneyToday, money_today
from tests.support.plans import plans
from tests.support.world import DAY, World

YESTERDAY = DAY - datetime.timedelta(days=1)
AUGUST = Span(DAY.replace(day=1), DAY.replace(day=31))


def test_the_cash_book_carries_its_balance_on(ward: World) -> None:
    ward.gift(300_000, on=datetime.date(2026, 7, 20))
    ward.gift(500_000, on=YESTERDAY)
    cost = ward.pay(100_000, on=DAY)

    book = account_book(ward.cash, AUGUST)

    assert (book.opening, book.total_in, book.total_out, book.closing) == (300_000, 500_000, 100_000, 700_000)
    assert [line.balance for line in book.lines] == [800_000, 700_000]
    assert [line.closes_day for line in book.lines] == [True, True]
    assert (book.lines[1].label, book.lines[1].counter) == (cost.label, "642")


def test_of_one_campaign_only_its_own_lines(ward: World) -> None:
    ward.gift(300_000)
    ward.gift(50_000, campaign=ward.general)

    book = account_book(ward.cash, Span(AUGUST.since, AUGUST.until, ward.general))

    assert [line.money_in for line in book.lines] == [50_000]
    assert book.closing == 50_000
    assert on_account(ward.cash, DAY, ward.general) == 50_000


def test_an_empty_month_knows_when_the_account_last_moved(ward: World) -> None:
    july = datetime.date(2026, 7, 20)
    ward.gift(300_000, on=july)
    ward.gift(50_000, campaign=ward.general, on=datetime.date(2026, 7, 3))
    ward.gift(10_000, on=DAY)

    assert last_day_before(ward.cash, AUGUST) == july
    assert last_day_before(ward.cash, Span(AUGUST.since, AUGUST.until, ward.general)) == datetime.date(2026, 7, 3)
    assert last_day_before(ward.bank, AUGUST) is None


def test_a_long_month_goes_on_where_the_page_ended(ward: World) -> None:
    for amount in (1_000, 2_000, 3_000, 4_000, 5_000):
        ward.gift(amount)

    first = account_book(ward.cash, AUGUST, size=2)
    second = account_book(ward.cash, AUGUST, after=first.following, size=2)
    third = account_book(ward.cash, AUGUST, after=second.following, size=2)

    assert [line.balance for page in (first, second, third) for line in page.lines] == [
        1_000, 3_000, 6_000, 10_000, 15_000,
    ]  # fmt: skip
    assert third.following is None
    assert {page.closing for page in (first, second, third)} == {15_000}
    assert second.opening == 3_000


def test_a_void_stands_in_the_book_beside_what_it_undoes(ward: World) -> None:
    gift = ward.gift(500_000, on=YESTERDAY)
    ward.void(gift)

    lines = account_book(ward.cash, AUGUST).lines

    assert [(line.money_in, line.money_out, line.is_void_entry) for line in lines] == [
        (500_000, 0, False),
        (0, 500_000, True),
    ]
    assert lines[1].document == gift


def test_what_is_voided_on_its_own_day_is_taken_back_in_its_own_column(ward: World) -> None:
    ward.gift(900_000, on=YESTERDAY)
    twice, cost = ward.gift(500_000), ward.pay(100_000)
    ward.gift(70_000)
    ward.void(twice)
    ward.void(cost)

    book = account_book(ward.cash, AUGUST)

    assert [(line.money_in, line.money_out, line.balance) for line in book.lines] == [
        (900_000, 0, 900_000),
        (500_000, 0, 1_400_000),
        (0, 100_000, 1_300_000),
        (70_000, 0, 1_370_000),
        (-500_000, 0, 870_000),
        (0, -100_000, 970_000),
    ]
    assert (book.total_in, book.total_out, book.closing) == (970_000, 0, 970_000)
    paper = cash_book(book)
    assert [(row.receipt, row.payment) for row in paper.rows[-2:]] == [(twice.label, ""), ("", cost.label)]
    assert (paper.content()["sums"][-1], paper.content()["closing"]) == ([970_000, 0], 970_000)
    pages = [first := account_book(ward.cash, AUGUST, size=5), account_book(ward.cash, AUGUST, after=first.following)]
    assert [(page.opening, page.total_in, page.closing) for page in pages] == [
        (0, 970_000, 970_000),
        (870_000, 970_000, 970_000),
    ]
    of_general = Span(AUGUST.since, AUGUST.until, ward.general)
    assert account_book(ward.cash, of_general).total_in == 0
    assert journal(ward.unit.id, AUGUST).debit == 900_000 + 2 * 600_000 + 70_000


def test_the_journal_balances_and_names_goods(ward: World) -> None:
    ward.gift(500_000)
    ward.bicycles_given(2)
    ward.gift(70_000, campaign=ward.general)

    whole = journal(ward.unit.id, AUGUST)
    of_general = journal(ward.unit.id, Span(AUGUST.since, AUGUST.until, ward.general))

    assert whole.debit == whole.credit == 500_000 + 2 * 2_375_000 + 70_000
    assert [posting.quantity for posting in whole.entries[1].postings] == [2, 0]
    assert [entry.number for entry in of_general.entries] == [3]
    assert of_general.debit == 70_000


def test_the_journal_pages_on(ward: World) -> None:
    for amount in (1_000, 2_000, 3_000):
        ward.gift(amount)

    first = journal(ward.unit.id, AUGUST, size=2)
    rest = journal(ward.unit.id, AUGUST, after=first.following, size=2)

    assert [entry.number for entry in first.entries + rest.entries] == [1, 2, 3]
    assert rest.following is None


@pytest.mark.parametrize(
    ("months", "of_august"), [((7, 8, 7, 8), [20_000, 4_000_000]), ((8, 7, 8, 7), [1_000, 300_000])]
)
def test_a_month_is_whole_in_whatever_order_its_days_were_written(
    ward: World, months: tuple[int, ...], of_august: list[int]
) -> None:
    for amount, month in zip((1_000, 20_000, 300_000, 4_000_000), months, strict=True):
        ward.gift(amount, on=datetime.date(2026, month, 10))

    book = account_book(ward.cash, AUGUST)

    assert [line.money_in for line in book.lines] == of_august
    assert journal(ward.unit.id, AUGUST).debit == book.total_in == sum(of_august)


def test_of_other_months_no_posting_is_read(ward: World) -> None:
    ward.gift(500_000)

    with plans() as told:
        account_book(ward.cash, AUGUST)
        journal(ward.unit.id, AUGUST)

    sums = [(statement, steps) for statement, steps in told.found if "sum(" in statement and "BETWEEN" in statement]
    assert len(sums) == 2
    assert all("postings.entry_number BETWEEN" in statement for statement, _steps in sums)
    assert told.costly() == []
    numbers = [steps for statement, steps in told.found if statement.startswith("SELECT min(entries.number +")]
    assert numbers
    if is_sqlite():  # of a handful of entries PostgreSQL takes any index; that it reads none whole stands above
        assert all(any("ix_entries_unit_date" in step for step in steps) for steps in numbers)


def test_a_month_without_an_entry_has_empty_books(ward: World) -> None:
    ward.gift(500_000, on=datetime.date(2026, 7, 20))

    assert journal(ward.unit.id, AUGUST).entries == []
    assert journal(ward.unit.id, AUGUST).debit == 0
    assert account_book(ward.cash, AUGUST).closing == 500_000


def test_the_money_of_today(ward: World) -> None:
    ward.gift(300_000, on=YESTERDAY)
    ward.gift(500_000)
    ward.pay(100_000)

    assert money_today([ward.unit.id]) == MoneyToday(opening=300_000, money_in=500_000, money_out=100_000, bank=0)
    assert money_today([ward.unit.id]).now == 700_000
    assert money_today([]) == MoneyToday()


def test_a_day_counts_nothing_that_was_voided_on_it_and_what_went_back_of_an_earlier_day(ward: World) -> None:
    earlier, kept = ward.gift(300_000, on=YESTERDAY), ward.gift(900_000, on=YESTERDAY)
    ward.void(ward.gift(500_000))
    ward.void(ward.pay(100_000))
    ward.void(earlier)

    today, book = money_today([ward.unit.id]), account_book(ward.cash, Span(DAY, DAY))

    assert today == MoneyToday(opening=1_200_000, money_in=0, money_out=300_000, bank=0)
    assert (today.money_in, today.money_out, today.now) == (book.total_in, book.total_out, kept.amount)
