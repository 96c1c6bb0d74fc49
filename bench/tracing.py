"""(l) Tracing a new award: at 100,000 gifts and 50,000 awards against a hundredth of both."""

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from flask import Flask

from bench import filling, spending
from bench.filling import Filled
from bench.options import Options
from bench.place import Ground
from bench.timing import WARM_UP, Contender, Figure, first_in_line, milliseconds, side_by_side
from khuyenhoc.core import clock
from khuyenhoc.core.database import writing
from khuyenhoc.ledger import documents, followers
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.documents import Draft, Line
from khuyenhoc.ledger.followers import Parts, Use
from khuyenhoc.tracing import fates, stories
from khuyenhoc.tracing.following import Trace

HUNDREDTH = 100
FLAT = 1.3
AMOUNT = 300_000
WAYS = {"no bound gift left for its level": 1, "many bound gifts for its level": spending.PURPOSES}
"""What an award may find → its purpose."""

_numbers = itertools.count(5_000_000)


class _Timed(Trace):
    """The follower of the books, and how long its last document took it."""

    seconds = 0.0

    def posted(self, document: Document, draft: Draft, /) -> Parts:
        """As ever."""
        begin = time.perf_counter()
        parts = super().posted(document, draft)
        self.seconds = time.perf_counter() - begin
        return parts


class _Town:
    """A site whose gifts have paid awards."""

    def __init__(self, app: Flask, site: Filled) -> None:
        self.app, self.site, self.size = app, site, f"{site.gifts:,} gifts"

    def pay(self, purpose: int) -> None:
        """One award more, paid in cash."""
        world, award = self.site.world, next(_numbers)
        use = Use(world.campaign.id, AMOUNT, spending.HEADING, None, (purpose,), award)
        line = Line(world.campaign, world.cash, spending.HEADING, -AMOUNT)
        key = f"award-{award}"
        draft = Draft("payment", world.unit.id, "PC", clock.today(), "Trao", [line], key, AMOUNT, uses=[use])
        with self.app.app_context(), writing():
            documents.post(draft, by=world.treasurer)

    def sources(self) -> None:
        """Where the money of an award in the middle came from."""
        with self.app.app_context():
            assert stories.sources_of_award(spending.FIRST_AWARD + self.site.gifts // 4)

    def fate(self) -> None:
        """What became of a gift in the middle, and what is left of it."""
        with self.app.app_context():
            middle = documents.find_by_key(self.site.world.unit.id, f"bench-{self.site.gifts // 2}")
            assert middle is not None
            fates.takes([middle.id])
            fates.layers([middle.id])
            fates.left([middle.id])
            fates.award_sums([middle.id])


def measure(ground: Ground, options: Options) -> list[Figure]:
    """Awards posted in turns at both sizes: the trace's own part, and the whole deed; then the trace read both ways."""
    gifts = sorted(options.sizes)[len(options.sizes) // 2]
    towns = [_town(ground, size) for size in (gifts // HUNDREDTH, gifts)]
    timed = _Timed()
    followers.register("trace", timed)
    figures = []
    for way, purpose in WAYS.items():
        deeds = [Contender(town.size, _paying(town, purpose)) for town in towns]
        alone = [Contender(town.size, deed.run) for town, deed in zip(towns, deeds, strict=True)]
        with first_in_line():
            for number in range(-WARM_UP, options.rounds):
                for deed, trace in list(zip(deeds, alone, strict=True))[:: 1 if number % 2 else -1]:
                    taken = deed.turn()
                    if number >= 0:
                        deed.seconds.append(taken)
                        trace.seconds.append(timed.seconds)
        figures += [_flat(f"trace a new award, {way}", alone), _flat(f"pay a new award whole, {way}", deeds)]
    followers.register("trace", Trace())
    for what, readers in (
        ("where an award came from", [town.sources for town in towns]),
        ("what became of a gift", [town.fate for town in towns]),
    ):
        contenders = [Contender(town.size, _reading(read)) for town, read in zip(towns, readers, strict=True)]
        side_by_side(contenders, options.rounds)
        figures.append(_flat(what, contenders))
    return [replace(figure, what=f"{figure.what}, {ground.engine}") for figure in figures]


def _town(ground: Ground, gifts: int) -> _Town:
    app = ground.site(f"awards_{gifts}")
    with app.app_context():
        site = filling.fill(gifts, awards=gifts // 2)
    return _Town(app, site)


def _paying(town: _Town, purpose: int) -> Callable[[None], None]:
    return lambda _nothing: town.pay(purpose)


def _reading(read: Callable[[], None]) -> Callable[[None], None]:
    return lambda _nothing: read()


def _flat(what: str, contenders: Sequence[Contender]) -> Figure:
    """The larger site against the smaller."""
    small, large = contenders
    said = ", ".join(f"{one.name} {milliseconds(one.median)}" for one in contenders)
    return Figure(f"(l) {what}", large.median / small.median, FLAT, f"{said}, n={len(large.seconds)}")
