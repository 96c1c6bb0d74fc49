"""Any sequence of all the events of design section 3, against books kept in the plainest way."""

import datetime
import itertools
import os
from collections.abc import Callable

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.ledger import accounts, balances
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.proof.reconcile import kept_statement, statements
from khuyenhoc.proof.verify import verify
from tests.ledger.model import Happened, Move, PlainBooks, standing
from tests.support import approved
from tests.support.world import DAY, World, make_world

SEQUENCES = int(os.environ.get("KHUYENHOC_SEQUENCES", "12"))
TOGETHER = 50
"""So many sequences share one database at most: every one of them is verified with all that is there."""

_codes = itertools.count(100)

Told = tuple[str, str, list[tuple[str, str, str, int, int]]]
"""Kind of document, series, and lines: campaign, kind of account, heading, đồng, pieces."""

EVENTS: dict[str, Callable[[str, int, int], Told]] = {
    "opening": lambda c, x, n: ("opening", "SD", [(c, "bank", "opening", x, 0), (c, "stock", "opening", x, n)]),
    "gift in cash": lambda c, x, n: ("gift", "PT", [(c, "cash", "received", x, 0)]),
    "gift by bank": lambda c, x, n: ("gift", "NH", [(c, "bank", "received", x, 0)]),
    "gift in kind": lambda c, x, n: ("gift", "HV", [(c, "stock", "received", x, n)]),
    "gift for two campaigns": lambda c, x, n: (
        "gift",
        "PT",
        [("XD", "cash", "received", x, 0), ("GEN", "cash", "received", x, 0)],
    ),
    "interest": lambda c, x, n: ("other_income", "TK", [(c, "bank", "other_income", x, 0)]),
    "bank fee": lambda c, x, n: ("bank_fee", "UN", [(c, "bank", "bank_fees", -x, 0)]),
    "running cost": lambda c, x, n: ("running_cost", "PC", [(c, "cash", "running_costs", -x, 0)]),
    "cash to bank": lambda c, x, n: ("cash_to_bank", "CT", [(c, "bank", "moved", x, 0), (c, "cash", "moved", -x, 0)]),
    "bank to cash": lambda c, x, n: ("bank_to_cash", "CT", [(c, "cash", "moved", x, 0), (c, "bank", "moved", -x, 0)]),
    "moved": lambda c, x, n: (
        "transfer",
        "CT",
        [("GEN", "bank", "transfers_out", -x, 0), ("XD", "bank", "transfers_in", x, 0)],
    ),
    "bought": lambda c, x, n: ("purchase", "PC", [(c, "stock", "bought", x, n), (c, "cash", "moved", -x, 0)]),
    "bought for a decision": lambda c, x, n: (
        "purchase",
        "UN",
        [
            (c, "stock", "bought", x, n),
            (c, "bank", "moved", -x, 0),
            (c, "commitments", "committed", -x, 0),
            (c, "reservations", "reserved", 0, n),
        ],
    ),
    "decided": lambda c, x, n: ("commitment", "QĐ", [(c, "commitments", "committed", x, 0)]),
    "reserved": lambda c, x, n: ("commitment", "QĐ", [(c, "reservations", "reserved", 0, n)]),
    "paid": lambda c, x, n: (
        "payment",
        "PC",
        [(c, "cash", "scholarship", -x, 0), (c, "commitments", "committed", -x, 0)],
    ),
    "handed over": lambda c, x, n: (
        "handover",
        "XK",
        [(c, "stock", "bicycle", -x, -n), (c, "reservations", "reserved", 0, -n)],
    ),
    "absent": lambda c, x, n: ("hold", "TG", [(c, "cash", "moved", x, 0), (c, "held", "moved", -x, 0)]),
    "second date": lambda c, x, n: ("hold", "TG", [(c, "held", "moved", x, 0), (c, "cash", "moved", -x, 0)]),
    "never claimed": lambda c, x, n: ("hold", "TG", [(c, "held", "scholarship", x, 0)]),
    "refunded": lambda c, x, n: ("refund", "PC", [(c, "cash", "refunded", -x, 0)]),
    "written off": lambda c, x, n: ("write_off", "XK", [(c, "stock", "write_off", -x, -n)]),
}

step = st.tuples(
    st.sampled_from([*EVENTS, "void", "void"]),
    st.sampled_from(["XD", "GEN"]),
    st.sampled_from([1, 500, 1_000, 2_000, 10**12]) | st.integers(1, 5_000),
    st.integers(1, 3),
    st.integers(0, 6),
    st.integers(0, 30),
)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(max(2, SEQUENCES // TOGETHER)))
@settings(max_examples=min(SEQUENCES, TOGETHER), deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(step, min_size=4, max_size=25))
def test_the_books_say_what_plain_books_say(
    app: Flask, seed: int, steps: list[tuple[str, str, int, int, int, int]]
) -> None:
    world, plain = make_world(f"W{next(_codes)}"), PlainBooks()
    posted: list[tuple[Document, Happened]] = []

    for event, campaign, x, n, days_ago, which in steps:
        if event == "void":
            _try_void(world, plain, posted, which)
        else:
            _try_post(world, plain, posted, EVENTS[event](campaign, x, n), DAY - datetime.timedelta(days=days_ago))

    _compare(world, plain)
    answers = [answer for answer in verify().answers if answer.check.name != "lots"]  # the bare books know no lots
    assert [answer.violations for answer in answers if not answer.ok] == []


def _try_post(
    world: World, plain: PlainBooks, posted: list[tuple[Document, Happened]], told: Told, day: datetime.date
) -> None:
    kind, series, lines = told
    moves: list[Move] = [(campaign, account, amount, n) for campaign, account, _heading, amount, n in lines]
    happened = Happened(day, moves, lines[0][2])
    allowed = plain.would_hold(happened)
    try:
        key = _approval(world, lines[1][3]) if kind == "transfer" and allowed else ""
        document = world.post(kind, series, *(_line(world, line) for line in lines), on=day, key=key)
    except RuleBroken:
        assert not allowed, f"{kind} was refused, but plain books can bear it"
        return
    assert allowed, f"{kind} was posted, but plain books cannot bear it"
    plain.all.append(happened)
    posted.append((document, happened))


def _approval(world: World, amount: int) -> str:
    """Money is moved as somebody has approved it; gives the key by which the books know that."""
    with writing():
        return approved.moving(world.general, world.bicycles, world.bank, amount)


def _try_void(world: World, plain: PlainBooks, posted: list[tuple[Document, Happened]], which: int) -> None:
    if not posted:
        return
    document, happened = posted[which % len(posted)]
    mirror = Happened(DAY, [(c, kind, -amount, -n) for c, kind, amount, n in happened.moves], happened.heading)
    allowed = plain.would_hold(mirror)
    try:
        world.void(document)
    except RuleBroken:
        assert not allowed, "a void was refused, but plain books can bear it"
        return
    assert allowed, "a void was posted, but plain books cannot bear it"
    plain.all.append(mirror)
    posted.remove((document, happened))


def _line(world: World, line: tuple[str, str, str, int, int]):  # type: ignore[no-untyped-def]
    campaign, kind, heading, amount, n = line
    account = {"cash": world.cash, "bank": world.bank}.get(kind) or accounts.of_kind(world.unit.id, kind)
    return world.line(account, heading, amount, _campaign(world, campaign), n)


def _campaign(world: World, name: str):  # type: ignore[no-untyped-def]
    return world.bicycles if name == "XD" else world.general


def _compare(world: World, plain: PlainBooks) -> None:
    db.session.expire_all()
    should = standing(plain.all)
    for name in ("XD", "GEN"):
        campaign = _campaign(world, name)
        found: dict[str, list[int]] = {}
        for row in balances.of_campaign(campaign.id):
            total = found.setdefault(row.kind, [0, 0])
            total[0] += row.amount
            total[1] += row.quantity
        for kind in ("cash", "bank", "stock", "held", "commitments", "reservations", "available", "free"):
            assert found.get(kind, [0, 0]) == should.get((name, kind), [0, 0]), f"{name} {kind}"
        full = statements([campaign.code])[0]
        assert full.reconciled
        assert kept_statement(campaign).ledger.plain() == full.ledger.plain()
        assert kept_statement(campaign).documents.plain() == full.documents.plain()
