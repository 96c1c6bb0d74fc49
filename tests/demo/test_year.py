"""The demonstration year, loaded through the pages' own functions, gives every expected figure."""

import dataclasses
from contextvars import copy_context
from datetime import timedelta

import pytest
from flask import Flask

from khuyenhoc.core import clock
from khuyenhoc.core.database import db, writing
from khuyenhoc.demo import cli, load, people, world
from khuyenhoc.demo.people import PASSWORD
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.users import COMMAND_LINE
from khuyenhoc.papers import issued
from khuyenhoc.proof.reconcile import report
from khuyenhoc.proof.verify import verify


def test_every_figure_after_the_gifts_is_exact(app: Flask) -> None:
    assert load.load(whole_year=False)
    file = world.read()
    found = {campaign["code"]: campaign for campaign in report()["campaigns"]}

    for expected in file["expected_after_gifts"]["campaigns"]:
        campaign = found[expected["code"]]
        for name, value in expected.items():
            assert (campaign["spent"][name] if name == "bank_fees" else campaign[name]) == value, (
                expected["code"],
                name,
            )
    for expected in file["today"]["expected"]:
        campaign = found[expected["code"]]
        assert {name: campaign[name] for name in expected} == expected
    numbers = {document.label for document in db.session.query(Document).filter_by(kind="gift")}
    assert numbers == {row["number"] for row in file["receipts"]}
    written = {clock.from_stamp(document.created_at).date() - document.date for document in db.session.query(Document)}
    assert written == {timedelta(0)}, "every document was written on its own day"
    assert all(campaign["reconciled"] for campaign in found.values())
    assert [answer.violations for answer in verify().answers if not answer.ok] == []


def test_a_second_load_changes_nothing(app: Flask) -> None:
    assert load.load(whole_year=False)
    assert not load.load(whole_year=False)


@pytest.mark.parametrize(
    ("loaded", "later", "says"), [("", "khac-han-2026", PASSWORD), ("rieng-toi-2026", "", "KHUYENHOC")]
)
def test_the_password_that_is_told_is_the_one_it_was_loaded_with(
    app: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], loaded: str, later: str, says: str
) -> None:
    with writing():
        people.enrol([], loaded or PASSWORD, by=COMMAND_LINE)
    monkeypatch.setenv("KHUYENHOC_DEMO_PASSWORD", later)

    cli.say_sign_ins(8000)

    said = capsys.readouterr().out
    assert says in said
    assert (PASSWORD in said) == (not loaded)


@pytest.mark.parametrize(
    ("public", "printed"), [("", "http://127.0.0.1:9123"), ("https://hkh.example", "https://hkh.example")]
)
def test_papers_print_the_address_at_which_the_demonstration_is_served(
    app: Flask, monkeypatch: pytest.MonkeyPatch, public: str, printed: str
) -> None:
    with writing():
        people.enrol([], PASSWORD, by=COMMAND_LINE)
    monkeypatch.setitem(app.config, "SETTINGS", dataclasses.replace(app.config["SETTINGS"], public_url=public))
    seen: list[str] = []
    monkeypatch.setattr(load, "load", lambda **_how: seen.append(issued.site.get()))

    runner = app.test_cli_runner()
    done = copy_context().run(runner.invoke, cli.demo_command, ["--load-only"], env={"PORT": "9123"})

    assert done.exit_code == 0, done.output
    assert seen == [printed]
    assert "http://127.0.0.1:9123" in done.output
