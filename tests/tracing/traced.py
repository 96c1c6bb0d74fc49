"""A ward whose đồng are followed: gifts with and without a purpose, awards, purchases, and where all of it went."""

import datetime
import itertools
from dataclasses import dataclass

from khuyenhoc.core.database import db, writing
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.ledger import accounts, documents
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.documents import Draft, Line
from khuyenhoc.ledger.followers import Use
from khuyenhoc.proof.verify import verify
from khuyenhoc.tracing import earmarks, stories
from tests.support import approved
from tests.support.world import DAY, HA, World, make_world

PRIMARY, UPPER = 31, 32
"""Two levels of a programme, as plain numbers."""

_keys = itertools.count(1)


@dataclass
class Books:
    """The verbs."""

    world: World

    @property
    def bicycles(self) -> Campaign:
        return self.world.bicycles

    def gift(
        self, amount: int, *, restricted: bool = False, campaign: Campaign | None = None, on: datetime.date = DAY
    ) -> Document:
        """A gift in cash, bound to a purpose or not."""
        line = self.world.line(self.world.cash, "received", amount, campaign)
        return self._post("gift", "PT", [line], on, restricted=restricted)

    def award(self, amount: int, award_id: int, *purposes: int) -> Document:
        """An award paid in cash, for one of these levels."""
        line = self.world.line(self.world.cash, "scholarship", -amount)
        use = Use(self.bicycles.id, amount, "scholarship", None, purposes, award_id)
        return self._post("payment", "PC", [line], uses=[use])

    def buy(self, n: int, *purposes: int) -> Document:
        """Bicycles bought in cash."""
        world, worth = self.world, n * 2_375_000
        lines = [world.line(world.stock, "bought", worth, n=n), world.line(world.cash, "moved", -worth)]
        return self._post("purchase", "PC", lines, uses=[Use(self.bicycles.id, worth, "bought", None, purposes)])

    def hand_over(self, award_id: int, *purposes: int, lot: Document | None = None) -> Document:
        """One bicycle handed over for an award."""
        world = self.world
        line = world.line(world.stock, "bicycle", -2_375_000, n=-1)
        place = (lot.id, 1) if lot else None
        use = Use(self.bicycles.id, 2_375_000, "bicycle", world.bicycle.id, purposes, award_id, None, place)
        return self._post("handover", "XK", [line], uses=[use])

    def refund(self, gift: Document, amount: int) -> Document:
        """A gift given back."""
        line = self.world.line(self.world.cash, "refunded", -amount)
        use = Use(self.bicycles.id, amount, "refunded", source_id=gift.id)
        return self._post("refund", "PC", [line], uses=[use])

    def never_claimed(self, amount: int, award_id: int) -> Document:
        """The money of an absent recipient is the campaign's again."""
        world = self.world
        held = accounts.of_kind(world.unit.id, "held")
        away = [world.line(world.cash, "moved", amount), world.line(held, "moved", -amount)]
        self._post("hold", "TG", away)
        use = Use(self.bicycles.id, -amount, "scholarship", None, (), award_id)
        return self._post("hold", "TG", [world.line(held, "scholarship", amount)], uses=[use])

    def move(self, amount: int, source: Campaign, target: Campaign, consent: str = "") -> Document:
        """Money moved from one campaign to another."""
        world = self.world
        lines = [
            world.line(world.cash, "transfers_out", -amount, source),
            world.line(world.cash, "transfers_in", amount, target),
        ]
        with writing():
            key = approved.moving(source, target, world.cash, amount, consent=consent)
        return self._post("transfer", "CT", lines, key=key, details={"consent": consent} if consent else {})

    def mark(self, gift: Document, purpose: int, consent: str = "") -> None:
        """Let a restricted gift pay for a level."""
        with writing():
            approved.bind(gift, purpose, by=HA, consent=consent)

    def unmark(self, gift: Document, purpose: int) -> None:
        """Let it pay for that level no longer."""
        with writing():
            for earmark in earmarks.of(gift):
                if earmark.purpose_id == purpose:
                    approved.unbind(earmark, by=HA, reason="Ghi nhầm")

    def void(self, document: Document) -> None:
        """Void it."""
        self.world.void(document)

    def _post(  # type: ignore[no-untyped-def]
        self, kind: str, series: str, lines: list[Line], on: datetime.date = DAY, key: str = "", **more
    ) -> Document:
        amount = max(abs(line.amount) for line in lines)
        key = key or f"trace-{next(_keys)}"
        draft = Draft(kind, self.world.unit.id, series, on, kind, lines, key, amount, **more)
        with writing():
            return documents.post(draft, by=HA)

    def went(self, source: Document) -> dict[int | str, int]:
        """Award (or heading) → đồng of this source that went there."""
        found: dict[int | str, int] = {}
        for use in stories.uses_of(source.id):
            place = use.award_id if use.award_id is not None else use.heading
            found[place] = found.get(place, 0) + use.amount
        return {place: amount for place, amount in found.items() if amount}

    def unspent(self, source: Document) -> int:
        """What is left of a source, wherever it lies."""
        return sum(lies.amount for lies in stories.unspent_of(source.id))

    def proven(self) -> bool:
        """Whether every đồng is traced, and all else holds; of lots and lists these bare books know nothing."""
        db.session.rollback()
        return {answer.check.name for answer in verify().answers if not answer.ok} <= {"lots", "payouts"}


def make_books(code: str = "U05") -> Books:
    """Found them."""
    return Books(make_world(code))
