"""Awards by the ten thousand, paid out of what was given: each takes from the oldest đồng that may serve it."""

from collections import defaultdict, deque
from collections.abc import Iterator
from typing import Any

from bench.bulk import Row
from bench.gifts import Maker, add, yesterday
from bench.writing import Contents
from khuyenhoc.history import chains
from khuyenhoc.history.seal import Rows
from khuyenhoc.ledger.write import PostingLine

PURPOSES = 20
"""Levels of programmes: four in each of five years."""

PAID = 16
"""The levels that have had awards; the bound gifts of the last year's wait."""

BOUND = 20
"""One gift of so many is bound to a purpose."""

SIZES = (100_000, 200_000, 300_000)
IN_ONE_LIST = 50
FIRST_AWARD = 1_000_000
HEADING = "scholarship"


class Spending:
    """Holds what the gifts have laid until awards have taken their part of it."""

    def __init__(self, awards: int) -> None:
        self.awards = awards
        self.open: list[Row] = []
        self.purpose_of: dict[int, int] = {}
        self._contents = Contents("documents"), Contents("earmarks")

    def binds(self, number: int, method: str) -> bool:
        """Whether the giver of this gift bound it to a purpose."""
        return method != "in_kind" and number % BOUND == 7

    def lay(self, layer: Row, number: int) -> None:
        """A gift's đồng wait to be taken."""
        self.open.append({**layer, "unspent": layer["amount"]})
        if layer["restricted"]:
            self.purpose_of[layer["document_id"]] = 1 + number // BOUND % PURPOSES

    def rows(self, maker: Maker) -> Iterator[tuple[str, Row]]:
        """Earmarks, the lists that pay the awards, and what is left of every layer."""
        for place, (document_id, purpose) in enumerate(self.purpose_of.items(), start=1):
            yield from self._earmark(maker, place, document_id, purpose)
        queues: dict[int, deque[Row]] = defaultdict(deque)
        for layer in self.open:
            if layer["campaign_id"] == maker.site.world.campaign.id and not layer["item_id"]:
                queues[self.purpose_of.get(layer["document_id"], 0)].append(layer)
        for first in range(0, self.awards, IN_ONE_LIST):
            yield from self._list(maker, first, min(first + IN_ONE_LIST, self.awards), queues)
        for layer in self.open:
            yield "trace_open", layer
            if layer["unspent"] and layer["restricted"]:
                yield "trace_bound", {**layer, "purpose_id": self.purpose_of[layer["document_id"]]}

    def _earmark(self, maker: Maker, place: int, document_id: int, purpose: int) -> Iterator[tuple[str, Row]]:
        treasurer = maker.site.world.treasurer
        earmark = {
            "id": place,
            "unit_id": maker.chain.unit_id,
            "document_id": document_id,
            "purpose_id": purpose,
            "basis": "restriction",
            "consent": "",
            "made_at": maker.stamp,
            "made_by_name": treasurer.signature,
        }
        content = self._contents[1].of({"earmarks": [earmark]})
        yield "earmarks", earmark
        yield "history", maker.chain.event("earmark.made", "earmarks", place, content, {}, treasurer)

    def _list(self, maker: Maker, first: int, last: int, queues: dict[int, deque[Row]]) -> Iterator[tuple[str, Row]]:
        document = self._document(maker, first)
        takes: list[Row] = []
        for award in range(first, last):
            amount, purpose = SIZES[award % len(SIZES)], 1 + award % PAID
            for layer, part in _taken(amount, queues[purpose], queues[0]):
                takes.append(_take(document, layer, len(takes) + 1, award, purpose, part))
            document["amount"] += amount
        account, campaign = maker.site.world.cash, maker.site.world.campaign.id
        line = {
            "document_id": document["id"],
            "position": 1,
            "campaign_id": campaign,
            "account_id": account.id,
            "heading": HEADING,
            "amount": -document["amount"],
            "item_id": None,
            "quantity": 0,
        }
        rows: Rows = {"documents": [document], "document_lines": [line], "trace_takes": takes}
        content = self._contents[0].of(rows)
        for table, some in rows.items():
            yield from ((table, row) for row in some)
        label = {"label": f"PC-{document['year']}-{document['number']:04d}"}
        by = maker.site.world.treasurer
        yield "history", maker.chain.event("payment.posted", "documents", document["id"], content, label, by)
        spent = maker.of_kind["scholarship"]
        postings = [
            PostingLine(account.id, campaign, -document["amount"]),
            PostingLine(spent, campaign, document["amount"]),
        ]
        yield from maker.entry(document, postings)
        add(maker.totals[campaign, HEADING, account.id, 0], -document["amount"], 0, 1)
        for place, amount in ((account.id, -1), (spent, 1), (maker.of_kind["available"], -1)):
            add(maker.moves[campaign, place, 0, document["date"]], amount * document["amount"], 0)

    def _document(self, maker: Maker, first: int) -> Row:
        maker.next_id += 1
        day, by = yesterday(), maker.site.world.treasurer
        return {
            "id": maker.next_id - 1,
            "unit_id": maker.chain.unit_id,
            "kind": "payment",
            "series": "PC",
            "year": day.year,
            "number": first // IN_ONE_LIST + 1,
            "date": day.isoformat(),
            "state": "recorded",
            "memo": "Trao học bổng",
            "amount": 0,
            "entry_number": maker.chain.entries.length + 1,
            "idempotency_key": f"bench-list-{first}",
            "request_digest": chains.GENESIS,
            "created_at": maker.stamp,
            "created_by": by.id,
            "created_by_name": by.signature,
        }


def _taken(amount: int, *queues: deque[Row]) -> Iterator[tuple[Row, int]]:
    for queue in queues:
        while amount and queue:
            layer = queue[0]
            some = min(amount, layer["unspent"])
            layer["unspent"] -= some
            amount -= some
            if not layer["unspent"]:
                queue.popleft()
            yield layer, some
    assert not amount, "more awards than money"


def _take(document: Row, layer: Row, position: int, award: int, purpose: int, amount: int) -> dict[str, Any]:
    return {
        "document_id": document["id"],
        "position": position,
        "layer_document_id": layer["document_id"],
        "layer_position": layer["position"],
        "campaign_id": layer["campaign_id"],
        "item_id": 0,
        "heading": HEADING,
        "award_id": FIRST_AWARD + award,
        "purposes": str(purpose),
        "amount": amount,
    }
