"""What the database itself refuses to a program that knows none of the rules: each guard by name, on both engines."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from khuyenhoc.core.database import db, is_sqlite, writing
from khuyenhoc.ledger import accounts, balances, chain, periods
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.proof.verify import verify
from tests.support import approved
from tests.support.world import DAY, HA, World, make_world

EARLIER = DAY - datetime.timedelta(days=40)
Row = tuple[int, int, int | None, int]
"""Account, đồng, item, pieces."""


def run(sql: str, **values: Any) -> None:
    db.session.execute(text(sql), values)


def rows(ward: World, debit: str, credit: str, amount: int) -> list[Row]:
    """Two postings that balance."""
    kinds = {"cash": ward.cash.id, "bank": ward.bank.id, "stock": ward.stock.id}
    debited, credited = (kinds.get(kind) or accounts.of_kind(ward.unit.id, kind).id for kind in (debit, credit))
    return [(debited, amount, None, 0), (credited, -amount, None, 0)]


def entry(ward: World, postings: list[Row], campaign: Any = None, **others: Any) -> None:
    """Write an entry as any program could; it need not be right."""
    head = chain.head(ward.unit.id)
    values = {
        "unit_id": ward.unit.id,
        "number": head.length + 1,
        "date": DAY,
        "kind": "gift",
        "memo": "x",
        "source_kind": "document",
        "source_id": 987_654,
        "actor_id": 1,
        "actor_name": "x",
        "created_at": "2026-08-15T13:47:00.000000Z",
        "idempotency_key": "raw",
        "reversal_of": None,
        "previous_hash": head.hash,
        "hash": "f" * 64,
        **others,
    }
    for line, (account, amount, item, pieces) in enumerate(postings, start=1):
        run(
            "INSERT INTO postings (unit_id, entry_number, line, account_id, campaign_id, amount, item_id, quantity)"
            " VALUES (:unit, :number, :line, :account, :campaign, :amount, :item, :pieces)",
            unit=ward.unit.id,
            number=values["number"],
            line=line,
            account=account,
            campaign=(campaign or ward.bicycles).id,
            amount=amount,
            item=item,
            pieces=pieces,
        )
    names = ", ".join(values)
    run(f"INSERT INTO entries ({names}) VALUES ({', '.join(f':{name}' for name in values)})", **values)


def unbalanced(ward: World, gift: Document) -> None:
    entry(ward, [*rows(ward, "cash", "gifts_money", 1_000)[:1], *rows(ward, "cash", "gifts_money", 999)[1:]])


def balanced_only_over_two_campaigns(ward: World, gift: Document) -> None:
    debit, credit = rows(ward, "cash", "gifts_money", 1_000)
    number = chain.head(ward.unit.id).length + 1
    run(
        "INSERT INTO postings VALUES (:unit, :number, 9, :account, :campaign, -1000, NULL, 0)",
        unit=ward.unit.id,
        number=number,
        account=credit[0],
        campaign=ward.general.id,
    )
    entry(ward, [debit])


def without_postings(ward: World, gift: Document) -> None:
    entry(ward, [])


def past_its_predecessor(ward: World, gift: Document) -> None:
    entry(ward, rows(ward, "cash", "gifts_money", 1_000), previous_hash="0" * 64)


def with_a_number_left_out(ward: World, gift: Document) -> None:
    entry(ward, rows(ward, "cash", "gifts_money", 1_000), number=chain.head(ward.unit.id).length + 2)


def on_a_day_to_come(ward: World, gift: Document) -> None:
    entry(ward, rows(ward, "cash", "gifts_money", 1_000), date=datetime.date(2999, 1, 1))


def into_a_closed_month(ward: World, gift: Document) -> None:
    ward.gift(1_000, on=EARLIER, campaign=ward.general)
    approved.close(ward.unit.id, periods.month_index(EARLIER), by=HA)
    entry(ward, rows(ward, "cash", "gifts_money", 1_000), date=EARLIER)


def on_a_stranger_s_account(ward: World, gift: Document) -> None:
    other = make_world("U06")
    entry(ward, [(other.cash.id, 1_000, None, 0), *rows(ward, "cash", "gifts_money", 1_000)[1:]])


def for_a_stranger_s_campaign(ward: World, gift: Document) -> None:
    entry(ward, rows(ward, "cash", "gifts_money", 1_000), make_world("U06").bicycles)


def on_a_measure(ward: World, gift: Document) -> None:
    entry(ward, rows(ward, "available", "gifts_money", 1_000))


def goods_in_the_cash_box(ward: World, gift: Document) -> None:
    debit, credit = rows(ward, "cash", "gifts_kind", 1_000)
    entry(ward, [(debit[0], 1_000, ward.bicycle.id, 1), credit])


def half_a_mirror(ward: World, gift: Document) -> None:
    entry(ward, rows(ward, "gifts_money", "cash", 250_000), reversal_of=gift.entry_number)


def a_second_entry_of_a_document(ward: World, gift: Document) -> None:
    entry(ward, rows(ward, "cash", "gifts_money", 1_000), source_id=gift.id)


def a_key_used_twice(ward: World, gift: Document) -> None:
    entry(ward, rows(ward, "cash", "gifts_money", 1_000), idempotency_key=gift.idempotency_key)


def more_cash_than_there_is(ward: World, gift: Document) -> None:
    entry(ward, rows(ward, "running_costs", "cash", 500_001))


def money_of_the_bank_that_lies_in_the_box(ward: World, gift: Document) -> None:
    entry(ward, rows(ward, "bank_fees", "bank", 1))


def promised_money(ward: World, gift: Document) -> None:
    ward.decide(400_000)
    entry(ward, rows(ward, "running_costs", "cash", 100_001))


def a_promise_that_nothing_stands_behind(ward: World, gift: Document) -> None:
    entry(ward, rows(ward, "commitments", "commitments_contra", 500_001))


def a_bicycle_that_is_not_there(ward: World, gift: Document) -> None:
    ward.bicycles_given(1)
    debit, credit = rows(ward, "bicycle", "stock", 1_000)
    entry(ward, [debit, (credit[0], -1_000, ward.bicycle.id, -2)])


def a_bicycle_that_is_promised(ward: World, gift: Document) -> None:
    ward.bicycles_given(2)
    ward.reserve(2)
    debit, credit = rows(ward, "bicycle", "stock", 1_000)
    entry(ward, [debit, (credit[0], -1_000, ward.bicycle.id, -1)])


def a_payment_before_the_money_came(ward: World, gift: Document) -> None:
    entry(ward, rows(ward, "running_costs", "cash", 1_000), date=EARLIER)


def a_payment_that_leaves_a_later_day_negative(ward: World, gift: Document) -> None:
    ward.gift(300_000, on=EARLIER, campaign=ward.general)
    ward.pay(300_000, on=EARLIER + datetime.timedelta(days=9), campaign=ward.general)
    ward.gift(300_000, campaign=ward.general)
    entry(ward, rows(ward, "running_costs", "cash", 1_000), ward.general, date=EARLIER)


def one_more_posting_of_an_entry(ward: World, gift: Document) -> None:
    run(
        "INSERT INTO postings (unit_id, entry_number, line, account_id, campaign_id, amount, quantity)"
        " VALUES (:unit, :number, 3, :cash, :campaign, 1, 0)",
        unit=ward.unit.id,
        number=gift.entry_number,
        cash=ward.cash.id,
        campaign=ward.bicycles.id,
    )


def one_more_line_of_a_document(ward: World, gift: Document) -> None:
    run(
        "INSERT INTO document_lines (document_id, position, campaign_id, account_id, heading, amount, quantity)"
        " VALUES (:id, 2, :campaign, :cash, 'received', 1, 0)",
        id=gift.id,
        campaign=ward.bicycles.id,
        cash=ward.cash.id,
    )


def copied(gift: Document, **others: str) -> None:
    """A document like this one, but for what is said."""
    names = [column.name for column in Document.__table__.columns if column.name != "id"]
    fresh = {"number": "number + 1", "idempotency_key": "'raw'", **others}
    values = ", ".join(fresh.get(name, name) for name in names)
    run(f"INSERT INTO documents ({', '.join(names)}) SELECT {values} FROM documents WHERE id = :id", id=gift.id)


def a_number_left_out(ward: World, gift: Document) -> None:
    copied(gift, number="number + 2")


def a_number_taken_twice(ward: World, gift: Document) -> None:
    copied(gift, number="number")


def a_number_of_another_year(ward: World, gift: Document) -> None:
    copied(gift, number="1", year="2025")


def another_amount_on_a_document(ward: World, gift: Document) -> None:
    run("UPDATE documents SET amount = amount + 1 WHERE id = :id", id=gift.id)


def a_void_taken_back(ward: World, gift: Document) -> None:
    ward.void(gift)
    run("UPDATE documents SET state = 'recorded', voided_at = NULL, voided_by_entry = NULL WHERE id = :id", id=gift.id)


def a_chain_that_jumps(ward: World, gift: Document) -> None:
    run("UPDATE chains SET length = length + 2 WHERE unit_id = :unit", unit=ward.unit.id)


ONCE = "UNIQUE constraint failed: entries|uq_entries"
REFUSED: dict[Callable[[World, Document], None], str] = {
    unbalanced: "entries_balance",
    balanced_only_over_two_campaigns: "entries_balance",
    without_postings: "entries_not_empty",
    past_its_predecessor: "entries_chain",
    with_a_number_left_out: "entries_chain",
    on_a_day_to_come: "entries_not_in_future",
    into_a_closed_month: "entries_period_open",
    on_a_stranger_s_account: "entries_own_unit",
    for_a_stranger_s_campaign: "entries_own_unit",
    on_a_measure: "entries_own_unit",
    goods_in_the_cash_box: "postings_item_where_due",
    half_a_mirror: "entries_mirror",
    a_second_entry_of_a_document: ONCE,
    a_key_used_twice: ONCE,
    more_cash_than_there_is: "never_below_zero",
    money_of_the_bank_that_lies_in_the_box: "never_below_zero",
    promised_money: "never_below_zero",
    a_promise_that_nothing_stands_behind: "never_below_zero",
    a_bicycle_that_is_not_there: "never_below_zero",
    a_bicycle_that_is_promised: "never_below_zero",
    a_payment_before_the_money_came: "never_below_zero",
    a_payment_that_leaves_a_later_day_negative: "ck_day_balances_never_below_zero",
    one_more_posting_of_an_entry: "postings_append_only",
    one_more_line_of_a_document: "document_lines_append_only",
    a_number_left_out: "documents_gapless",
    a_number_taken_twice: "documents_gapless",
    a_number_of_another_year: "documents_year",
    another_amount_on_a_document: "documents_append_only",
    a_void_taken_back: "documents_steps",
    a_chain_that_jumps: "chains_grow",
}
"""Deed → the name that the database says when it refuses."""


@pytest.mark.parametrize("deed", REFUSED, ids=lambda deed: deed.__name__)
def test_the_database_refuses_by_name(ward: World, deed: Callable[[World, Document], None]) -> None:
    gift = ward.gift(500_000)

    with pytest.raises(DBAPIError, match=REFUSED[deed]), writing():
        deed(ward, gift)

    assert balances.held_by(ward.bicycles.id, "cash") in (0, 500_000)
    assert verify().ok


BOOKS = ("entries", "postings", "history", "documents", "document_lines", "chains", "accounts", "account_kinds")


@pytest.mark.parametrize("table", BOOKS)
def test_nothing_of_the_books_is_deleted(ward: World, table: str) -> None:
    ward.gift(500_000)

    with pytest.raises(DBAPIError, match=f"{table}_append_only"), writing():
        run(f"DELETE FROM {table}")


@pytest.mark.parametrize("table, column", [("entries", "memo"), ("postings", "amount"), ("history", "details")])
def test_nothing_that_was_written_is_written_over(ward: World, table: str, column: str) -> None:
    ward.gift(500_000)

    with pytest.raises(DBAPIError, match=f"{table}_append_only"), writing():
        run(f"UPDATE {table} SET {column} = {column}")
    if is_sqlite():
        with pytest.raises(DBAPIError, match=f"{table}_append_only"), writing():
            run(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


@pytest.mark.postgresql
@pytest.mark.parametrize("table", BOOKS)
def test_no_table_of_the_books_is_emptied(ward: World, table: str) -> None:
    ward.gift(500_000)

    with pytest.raises(DBAPIError, match=f"{table}_append_only"), writing():
        run(f"TRUNCATE {table} CASCADE")
