"""A violation leads to the page of what it names, as far as the reader may open that."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from khuyenhoc.core.database import db
from khuyenhoc.history.seal import PARTS, ROOTS
from khuyenhoc.org import access
from khuyenhoc.org.users import User
from khuyenhoc.proof import links
from tests.giving.gift_world import Ward
from tests.proof.full_world import make_full_world
from tests.support import people
from tests.support.browser import Browser
from tests.support.worlds import Worlds

NOWHERE = {
    "accounts": "a line of the chart",
    "funds": "a line of the list of funds",
    "member_ties": "a member's own page",
    "periods": "a line of the list of months",
    "schools": "a word on the cards of pupils",
    "stated_figures": "a line of a year's report",
}
"""Sealed tables whose rows have no page."""

Asking = Callable[[str, str], str | None]


@pytest.fixture
def books(worlds: Worlds) -> Ward:
    """Books with a little of everything, for one test alone."""
    return worlds.begin_with(make_full_world)


@pytest.fixture
def read_by(app: Flask, books: Ward) -> Callable[[User], Asking]:
    """Where a row leads for this reader."""

    def of(reader: User) -> Asking:
        cookie = f"{access.COOKIE}={people.session_of(reader)}"

        def ask(table: str, row: str) -> str | None:
            with app.app_context(), app.test_request_context(headers={"Cookie": cookie}):
                return links.row_url(table, row)

        return ask

    return of


def of_table(table: str, column: str = "id") -> str:
    """What the first row of a table is called."""
    return str(db.session.scalar(text(f"SELECT MIN({column}) FROM {table}")))


def test_every_sealed_table_has_a_page_or_a_reason(the_site: Flask) -> None:
    known = {*links.PLACES, *links.OWNERS, "documents", "awards"}

    assert set(ROOTS) - known == set(NOWHERE)
    assert {root for root, parts in PARTS.items() if parts} <= known


@pytest.mark.parametrize("table", [*links.PLACES])
def test_every_place_asks_for_a_right_and_knows_its_address(the_site: Flask, table: str) -> None:
    place = links.PLACES[table]

    assert getattr(the_site.view_functions[place.endpoint], "permission", "")
    assert place.column in ROOTS[table].columns


def test_the_page_of_the_proof_leads_to_what_is_at_fault(browser: Browser, books: Ward) -> None:
    donor, request, campaign = of_table("donors"), of_table("approval_requests"), books.world.bicycles.code
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE donors SET note = 'khác'"))
        connection.execute(text("UPDATE approval_requests SET reason = 'khác'"))
        connection.execute(text("UPDATE campaigns SET name = 'Khác'"))
    browser.sign_in("kiemtra").get("proof.proof")

    page = browser.post("proof.run_proof")

    for address in (f"/nha-hao-tam/{donor}", f"/phe-duyet/{request}", f"/chien-dich/{campaign}"):
        assert page.offers(address), address
        browser.get(address)


def test_parts_entries_and_postings_lead_to_their_document(read_by: Callable[[User], Asking], books: Ward) -> None:
    ask, gift, unit = read_by(people.person("ketoan")), of_table("donations", "document_id"), books.world.unit.id
    number = db.session.scalar(text(f"SELECT entry_number FROM documents WHERE id = {gift}"))

    for table, row in (
        ("documents", gift), ("document_lines", f"{gift}/1"), ("donations", gift), ("trace_layers", f"{gift}/1"),
        ("entries", f"{unit}/{number}"), ("postings", f"{unit}/{number}/1"),
    ):  # fmt: skip
        assert ask(table, row) == f"/khoan-ung-ho/{gift}", table


def test_a_mirror_leads_to_the_document_that_it_undoes(read_by: Callable[[User], Asking], books: Ward) -> None:
    entry = db.session.execute(text("SELECT number, reversal_of FROM entries WHERE reversal_of IS NOT NULL")).one()
    voided = db.session.scalar(text(f"SELECT id FROM documents WHERE entry_number = {entry.reversal_of}"))

    assert (
        read_by(people.person("ketoan"))("entries", f"{books.world.unit.id}/{entry.number}")
        == f"/khoan-ung-ho/{voided}"
    )


def test_a_campaign_is_found_by_its_id_and_by_its_code(read_by: Callable[[User], Asking], books: Ward) -> None:
    ask, campaign = read_by(people.person("ketoan")), books.world.bicycles

    for table, row in (
        ("campaigns", campaign.code), ("campaigns", str(campaign.id)), ("campaign_goals", f"{campaign.id}/1"),
        ("balances", f"{campaign.id}/1/0"), ("document_totals", f"{campaign.id}/received/0/0"),
    ):  # fmt: skip
        assert ask(table, row) == f"/chien-dich/{campaign.code}", (table, row)


def test_who_may_not_open_it_gets_no_link(read_by: Callable[[User], Asking], books: Ward) -> None:
    gift, recipient = of_table("donations", "document_id"), of_table("recipients")
    stranger = people.person("nguoila", role="auditor", unit=people.association("U02"))

    assert read_by(people.person("kiemtra"))("documents", gift)
    assert read_by(stranger)("documents", gift) is None
    assert read_by(people.person("thuky"))("circumstances", f"{recipient}/1") == f"/nguoi-nhan/{recipient}"
    assert read_by(people.person("baocao"))("circumstances", f"{recipient}/1") is None
    assert read_by(people.person("baocao"))("documents", gift) is None


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("documents", "99999"), ("documents", "x"), ("documents", ""), ("documents", "9" * 30), ("documents", "١"),
        ("", ""), ("entries", "1/99999"), ("entries", "1"), ("postings", "XD/pack_50"), ("document_lines", "/"),
        ("no_such", "1"), ("campaigns", "KHONG-CO"), ("trace_bound", "1/2"), ("accounts", "1"), ("chains", "1/entries"),
    ],
)  # fmt: skip
def test_what_is_not_there_leads_nowhere(read_by: Callable[[User], Asking], table: str, row: str) -> None:
    assert read_by(people.person("kiemtra"))(table, row) is None
