"""What one document writes into the trace: the layers that it lays, and what it takes."""

from collections.abc import Iterable, Sequence
from dataclasses import field
from typing import Any, NamedTuple

from sqlalchemy import Table, func, select, tuple_

from khuyenhoc.core import fixed
from khuyenhoc.core.database import Base, db
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.values import dataclass
from khuyenhoc.ledger.followers import Parts, Use
from khuyenhoc.tracing.pools import Portion
from khuyenhoc.tracing.queues import Place, Pool
from khuyenhoc.tracing.trace_tables import NONE, Layer, Take

AT_ONCE = 100
NOWHERE = Place(NONE, NONE)


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


LAYERS, TAKES = _table(Layer), _table(Take)


@dataclass
class Written:
    """The rows that one document lays and takes; positions count on from what it has written before."""

    document_id: int
    date: Any
    layers: list[dict[str, Any]] = field(default_factory=list)
    takes: list[dict[str, Any]] = field(default_factory=list)
    first_layer: int = 1
    first_take: int = 1

    def lay(self, pool: Pool, lot: Place, source: Place, amount: Dong, *, restricted: bool) -> Place:
        """One layer more."""
        place = Place(self.document_id, self.first_layer + len(self.layers))
        self.layers.append(
            {
                "document_id": place.document_id,
                "position": place.position,
                "campaign_id": pool.campaign_id,
                "item_id": pool.item_id,
                "lot_document_id": lot.document_id,
                "lot_position": lot.position,
                "source_document_id": source.document_id,
                "source_position": source.position,
                "date": self.date,
                "restricted": restricted,
                "amount": amount,
            }
        )
        return place

    def take(self, pool: Pool, portions: Iterable[Portion], use: Use) -> None:
        """What one use takes, or gives back where the portion is negative."""
        for place, amount in portions:
            self.takes.append(
                {
                    "document_id": self.document_id,
                    "position": self.first_take + len(self.takes),
                    "layer_document_id": place.document_id,
                    "layer_position": place.position,
                    "campaign_id": pool.campaign_id,
                    "item_id": pool.item_id,
                    "heading": use.heading,
                    "award_id": use.subject_id,
                    "purposes": ",".join(str(purpose) for purpose in sorted(use.purposes)),
                    "amount": amount,
                }
            )

    def store(self) -> Parts:
        """Write the rows; the database keeps what is left of each layer."""
        rows_of = {LAYERS: self.layers, TAKES: self.takes}
        for table, rows in rows_of.items():
            for start in range(0, len(rows), AT_ONCE):
                fixed.insert(table, rows[start : start + AT_ONCE])
        return {table.name: rows for table, rows in rows_of.items() if rows}


def further(document_id: int) -> Written:
    """More rows of a document that has written some before."""
    last_layer, date = db.session.execute(
        select(func.max(Layer.position), func.max(Layer.date)).where(Layer.document_id == document_id)
    ).one()
    last_take = db.session.scalar(select(func.max(Take.position)).where(Take.document_id == document_id))
    return Written(document_id, date, first_layer=(last_layer or 0) + 1, first_take=(last_take or 0) + 1)


class Origin(NamedTuple):
    """Where a layer's đồng came from, and whether their giver bound them."""

    source: Place
    restricted: bool


def origins(places: Sequence[Place]) -> dict[Place, Origin]:
    """The origins of these layers."""
    found: dict[Place, Origin] = {}
    for start in range(0, len(places), AT_ONCE):
        some = [tuple(place) for place in places[start : start + AT_ONCE]]
        query = select(Layer).where(tuple_(Layer.document_id, Layer.position).in_(some))
        for layer in db.session.scalars(query):
            source = Place(layer.source_document_id, layer.source_position)
            found[Place(layer.document_id, layer.position)] = Origin(source, layer.restricted)
    return found


class Arrival(NamedTuple):
    """Where carried đồng arrive: in which pool, in which lot, how many."""

    pool: Pool
    lot: Place
    amount: Dong


def lay_on(written: Written, carried: Sequence[Portion], arrivals: Iterable[Arrival], *, freed: bool) -> list[Place]:
    """Lay what was taken down again where it arrives, in its order. ``freed``: what bound it stays behind."""
    known, queue, laid = origins([portion.place for portion in carried]), list(carried), []
    for arrival in arrivals:
        missing = arrival.amount
        while missing and queue:
            place, amount = queue.pop(0)
            some = min(amount, missing)
            missing -= some
            source, restricted = known[place]
            laid.append(written.lay(arrival.pool, arrival.lot, source, some, restricted=restricted and not freed))
            if amount > some:
                queue.insert(0, Portion(place, amount - some))
    return laid
