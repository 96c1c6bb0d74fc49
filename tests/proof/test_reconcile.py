"""Whatever sets documents and ledger of a campaign apart is named, with the document at fault."""

import json

import pytest
from flask import Flask
from sqlalchemy import text

from khuyenhoc.core.database import db, is_sqlite
from khuyenhoc.proof import faults, reconcile, sheet
from khuyenhoc.proof.cli import reconcile_command
from tests.giving.gift_world import Ward, make_ward
from tests.support import site
from tests.support.worlds import Worlds


@pytest.fixture
def ward(worlds: Worlds) -> Ward:
    """The ward that receives gifts, for every test anew."""
    return worlds.begin_with(make_ward)


CHANGES = {
    "a swapped digit in the ledger": "UPDATE postings SET amount = amount + 27 WHERE {cash}",
    "another heading on the paper": "UPDATE document_lines SET heading = 'other_income' WHERE document_id = :id",
    "another account on the paper": "UPDATE document_lines SET account_id = :bank WHERE document_id = :id",
    "another account in the ledger": "UPDATE postings SET account_id = :bank WHERE {cash}",
    "a document that says void": "UPDATE documents SET state = 'voided', voided_by_entry = 1 WHERE id = :id",
    "a line of another campaign": "UPDATE document_lines SET campaign_id = :other WHERE document_id = :id",
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_document_at_fault_is_named(ward: Ward, change: str) -> None:
    world, gift = ward.world, ward.give(500_000)
    tamper(CHANGES[change], gift.id, gift.entry_number, ward)

    statement = reconcile.statements([world.bicycles.code])[0]

    assert not statement.reconciled
    assert gift.label in [fault.document.label for fault in faults.of(world.bicycles.id) if fault.document]
    db.session.rollback()


@pytest.mark.sqlite
@pytest.mark.parametrize("where", ["postings SET amount = 'abc' WHERE {cash}", "document_lines SET amount = 1e400"])
def test_a_text_in_the_place_of_an_amount_is_a_difference_and_no_crash(ward: Ward, where: str) -> None:
    gift = ward.give(500_000)
    tamper(f"UPDATE {where}", gift.id, gift.entry_number, ward)

    statement = reconcile.statements([ward.world.bicycles.code])[0]

    assert not statement.reconciled
    assert gift.label in [fault.document.label for fault in faults.of(ward.world.bicycles.id) if fault.document]
    db.session.rollback()


def test_the_terminal_says_differences_in_words(ward: Ward, app: Flask) -> None:
    """With the code of the goods: names of the contract are for JSON."""
    gift = ward.give(gift=ward.gift(ward.bicycles(2), method="in_kind"))
    tamper(
        "UPDATE document_lines SET quantity = 3, amount = 9 WHERE document_id = :id", gift.id, gift.entry_number, ward
    )
    code = ward.world.bicycles.code
    db.session.commit()

    done = app.test_cli_runner().invoke(reconcile_command, ["--campaign", code])

    assert done.exit_code == 1
    assert f"{ward.world.bicycle.code}: Được tặng: 2 ≠ 3" in done.output
    assert "Ủng hộ: 4.750.000 ≠ 9" in done.output
    assert " item " not in done.output
    assert "received" not in done.output


def test_every_figure_has_a_name(ward: Ward) -> None:
    ward.give(gift=ward.gift(ward.bicycles(2), method="in_kind"))
    found = reconcile.statements([ward.world.bicycles.code])[0]
    for figures in (found.ledger.flows, found.ledger.spent, *found.ledger.items.values()):
        figures.update({figure: value + 1 for figure, value in figures.items()})

    named = {one.name: sheet.name_of(one.name) for one in found.differences()}

    assert len(named) > 20
    assert all(name and name != figure for figure, name in named.items())


def test_a_void_that_is_no_void_is_named(ward: Ward) -> None:
    gift = ward.give(500_000)
    ward.approve(ward.ask_void(gift))
    tamper("UPDATE documents SET state = 'recorded', voided_by_entry = NULL WHERE id = :id", gift.id, 0, ward)

    assert [fault.document.label for fault in faults.of(ward.world.bicycles.id) if fault.document] == [gift.label]
    assert faults.of(ward.world.bicycles.id)[0].in_ledger == 0
    db.session.rollback()


def test_a_difference_divisible_by_nine_says_so(ward: Ward) -> None:
    gift = ward.give(540_000)
    tamper(CHANGES["a swapped digit in the ledger"], gift.id, gift.entry_number, ward)

    fault = next(f for f in faults.of(ward.world.bicycles.id) if f.document and f.document.id == gift.id)

    assert (fault.in_documents, fault.in_ledger) == (540_000, 540_027)
    assert "chia hết cho 9" in fault.causes[0]
    db.session.rollback()


def test_no_other_difference_is_blamed_on_swapped_digits(ward: Ward) -> None:
    gift = ward.give(540_000)
    tamper("UPDATE postings SET amount = amount + 10000 WHERE {cash}", gift.id, gift.entry_number, ward)

    assert not any("chia hết cho 9" in cause for fault in faults.of(ward.world.bicycles.id) for cause in fault.causes)
    db.session.rollback()


def test_pieces_that_no_kind_of_document_moved_do_not_reconcile(ward: Ward) -> None:
    ward.world.post(
        "cash_difference", "KQ", ward.world.line(ward.world.stock, "other_income", 2_375_000, n=1), memo="lạc"
    )

    assert not reconcile.statements([ward.world.bicycles.code])[0].reconciled


def test_the_command_finds_a_code_however_it_is_typed(app: Flask, ward: Ward) -> None:
    code = ward.world.bicycles.code

    answer = site.on_its_own(
        lambda: app.test_cli_runner().invoke(reconcile_command, ["--campaign", code.lower(), "--json"])
    )

    assert [campaign["code"] for campaign in json.loads(answer.output)["campaigns"]] == [code]


def tamper(sql: str, document_id: int, entry_number: int, ward: Ward) -> None:
    """Somebody with the whole database in their hands; not committed."""
    db.session.rollback()
    if is_sqlite():
        db.session.execute(text("PRAGMA ignore_check_constraints = ON"))
        for name in db.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            db.session.execute(text(f"DROP TRIGGER {name}"))
    else:
        db.session.execute(text("SET LOCAL session_replication_role = replica"))
    cash = f"unit_id = {ward.world.unit.id} AND entry_number = {entry_number} AND account_id = {ward.world.cash.id}"
    known = {"id": document_id, "bank": ward.world.bank.id, "other": ward.world.general.id}
    wanted = {name: value for name, value in known.items() if f":{name}" in sql}
    db.session.execute(text(sql.replace("{cash}", cash)), wanted)
