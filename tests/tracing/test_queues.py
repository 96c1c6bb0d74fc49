"""The queue of each purpose, which the database keeps, is what a plain reading of layers, takes and earmarks finds.

And whoever draws from it finds the đồng that a plain reading would: its own oldest first, then the oldest free.
"""

import datetime
import os
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update

from khuyenhoc.core.database import db
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.proof.verify import verify
from khuyenhoc.tracing.pools import Draw
from khuyenhoc.tracing.queues import Place, Pool
from khuyenhoc.tracing.trace_tables import NONE, BoundLayer, Earmark, Layer, Take
from tests.support import plans
from tests.support.world import DAY
from tests.tracing.traced import PRIMARY, UPPER, Books, make_books

SEQUENCES = max(2, int(os.environ.get("KHUYENHOC_SEQUENCES", "12")) // 2)
EACH = 2_375_000
LEVELS = (31, 32, 33)

DEEDS = ("give", "bind", "bind", "mark", "mark", "mark", "unmark", "award", "award", "take back", "buy", "hand over")
step = st.tuples(st.sampled_from((*DEEDS, "void")), st.integers(0, 5), st.integers(0, 5), st.integers(1, 4))


@dataclass
class Deeds:
    """What has happened so far in a ward of its own."""

    books: Books
    gifts: list[Document] = field(default_factory=list)
    others: list[Document] = field(default_factory=list)
    awards: list[tuple[int, int]] = field(default_factory=list)

    def do(self, deed: str, which: int, level: int, n: int) -> None:
        """One deed; what the rules refuse changes nothing."""
        books, purpose = self.books, LEVELS[level % 3]
        purposes = tuple(sorted({purpose, LEVELS[n % 3]}))
        try:
            if deed in ("give", "bind"):
                on = DAY - datetime.timedelta(days=level)
                self.gifts.append(books.gift(n * EACH // 2, restricted=deed == "bind", on=on))
            elif deed == "mark" and self.gifts:
                books.mark(self.gifts[-1 - which % len(self.gifts)], purpose)
            elif deed == "unmark" and self.gifts:
                books.unmark(self.gifts[which % len(self.gifts)], purpose)
            elif deed == "award":
                self.award(n * EACH // 3, purposes)
            elif deed == "take back" and self.awards:
                amount, award_id = self.awards.pop(which % len(self.awards))
                self.others.append(books.never_claimed(amount, award_id))
            elif deed == "buy":
                self.others.append(books.buy(n % 2 + 1, *purposes))
            elif deed == "hand over":
                books.hand_over(900 + len(self.others), *purposes)
            elif deed == "void":
                among = self.others if level % 2 else self.gifts
                books.void(among.pop(which % len(among))) if among else None
        except RuleBroken:
            db.session.rollback()

    def award(self, amount: int, purposes: tuple[int, ...]) -> None:
        """Paid from the very đồng that a plain reading finds."""
        award_id = 100 + len(self.awards) + 50 * len(self.others)
        expected = plainly(self.books.bicycles.id, amount, purposes)
        paid = self.books.award(amount, award_id, *purposes)
        self.others.append(paid)
        self.awards.append((amount, award_id))
        taken = {Place(t.layer_document_id, t.layer_position): t.amount for t in takes_of(paid)}
        assert taken == expected


def takes_of(document: Document) -> list[Take]:
    return list(db.session.scalars(select(Take).where(Take.document_id == document.id)))


def open_layers() -> list[tuple[Layer, int]]:
    """Every layer with something left, and how much: amount less everything that was ever taken from it."""
    taken: dict[Place, int] = defaultdict(int)
    for take in db.session.scalars(select(Take)):
        taken[Place(take.layer_document_id, take.layer_position)] += take.amount
    found = [
        (layer, layer.amount - taken[Place(layer.document_id, layer.position)])
        for layer in db.session.scalars(select(Layer))
    ]
    return sorted(
        [(layer, left) for layer, left in found if left],
        key=lambda one: (one[0].date, one[0].document_id, one[0].position),
    )


def purposes_of(layer: Layer) -> set[int]:
    """What a bound layer may pay for now."""
    of_source = Earmark.document_id == layer.source_document_id
    return set(db.session.scalars(select(Earmark.purpose_id).where(of_source, Earmark.ended_at.is_(None))))


def plainly(campaign_id: int, amount: int, purposes: tuple[int, ...]) -> dict[Place, int]:
    """Where so many đồng come from when one looks at every layer there is."""
    here = [(layer, left) for layer, left in open_layers() if (layer.campaign_id, layer.item_id) == (campaign_id, 0)]
    own = [(layer, left) for layer, left in here if layer.restricted and purposes_of(layer) & {*purposes}]
    found: dict[Place, int] = {}
    for layer, left in [*own, *((layer, left) for layer, left in here if not layer.restricted)]:
        some = min(left, amount - sum(found.values()))
        if some:
            found[Place(layer.document_id, layer.position)] = some
    return found


def kept() -> list[tuple[Any, ...]]:
    """What stands in the queues."""
    found = db.session.scalars(select(BoundLayer)).all()
    return sorted((b.campaign_id, b.item_id, b.purpose_id, b.date, b.document_id, b.position) for b in found)


def wanted() -> list[tuple[Any, ...]]:
    """What should."""
    return sorted(
        (layer.campaign_id, layer.item_id, purpose, layer.date, layer.document_id, layer.position)
        for layer, _left in open_layers()
        if layer.restricted
        for purpose in purposes_of(layer)
    )


_codes = iter(range(10, 100))


@pytest.mark.long
@settings(max_examples=SEQUENCES, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(step, min_size=8, max_size=25))
def test_the_queues_are_what_a_plain_reading_finds(app: Flask, steps: list[tuple[str, int, int, int]]) -> None:
    deeds = Deeds(make_books(f"U{next(_codes)}"))

    for deed, which, level, n in steps:
        deeds.do(deed, which, level, n)
        db.session.rollback()
        assert kept() == wanted(), deed

    assert deeds.books.proven()


def test_a_layer_leaves_its_queue_when_used_up_and_comes_back_when_given_back(books: Books) -> None:
    gift = books.gift(500_000, restricted=True)
    books.mark(gift, PRIMARY)
    standing = kept()

    books.award(200_000, 7, PRIMARY)
    assert kept() == standing
    paid = books.award(300_000, 8, PRIMARY)
    assert kept() == []
    books.void(paid)
    assert kept() == standing
    books.unmark(gift, PRIMARY)
    assert kept() == []


def test_an_earmark_written_twice_ends_with_the_second(books: Books) -> None:
    gift = books.gift(500_000, restricted=True)
    books.mark(gift, PRIMARY)
    first = db.session.scalars(select(Earmark)).one()
    columns = "unit_id, document_id, purpose_id, basis, consent, made_at, made_by_name"
    db.session.execute(text(f"INSERT INTO earmarks ({columns}) SELECT {columns} FROM earmarks"))

    db.session.execute(update(Earmark).where(Earmark.id == first.id).values(ended_at="2026"))
    assert len(kept()) == 1
    db.session.execute(update(Earmark).values(ended_at="2026"))
    assert kept() == []
    db.session.execute(update(Earmark).where(Earmark.id == first.id).values(ended_at=None))
    assert kept() == wanted() != []
    db.session.rollback()


def test_verify_names_what_is_missing_in_a_queue_and_what_is_too_many(books: Books) -> None:
    gift = books.gift(500_000, restricted=True)
    books.mark(gift, PRIMARY)
    ((campaign, item, _purpose, date, document, position),) = kept()

    db.session.execute(update(BoundLayer).values(purpose_id=UPPER))

    found = [v for a in verify(afresh=False).answers if a.check.name == "trace" for v in a.violations]
    rows = [f"{campaign}/{item}/{purpose}/{date}/{document}/{position}" for purpose in (PRIMARY, UPPER)]
    assert [(v.table, v.row, v.expected, v.found) for v in found] == [
        ("trace_bound", rows[0], document, None),
        ("trace_bound", rows[1], None, document),
    ]
    db.session.rollback()


def test_a_draw_goes_along_its_queues_and_sorts_nothing(books: Books) -> None:
    gift = books.gift(2 * EACH, restricted=True)
    books.mark(gift, PRIMARY)
    books.gift(3 * EACH)

    with plans.plans() as told:
        Draw().take(Pool(books.bicycles.id, NONE), 4 * EACH, (PRIMARY, UPPER))

    assert told.costly() == []
    queues = [steps for statement, steps in told.found if "trace_bound b JOIN" in statement]
    assert len(queues) == 2
    assert not [step for steps in queues for step in steps if "ix_trace_open_oldest" in step]


@pytest.mark.sqlite  # PostgreSQL knows how few layers one document has laid; with so few rows in all it tells nothing
def test_what_lies_in_a_lot_is_found_past_all_other_lots(books: Books) -> None:
    books.gift(2 * EACH)
    lot = books.buy(1)
    books.buy(1)

    with plans.plans() as told:
        Draw().take(Pool(books.bicycles.id, books.world.bicycle.id, (lot.id, 1)), EACH, (PRIMARY,))

    steps = [step for _statement, found in told.found for step in found]
    assert [step for step in steps if "document_id=" in step or "document_id =" in step]
    assert not [step for step in steps if "ix_trace_open_oldest" in step]
