"""Undoing a document in the trace. What later uses took from its layers is re-pointed to other sources.

Each step is written down: takes of the later document, sealed by a history event of its own that names
the voided one. The books allow a void only while enough is left; the trace finds where that lies.
"""

from collections.abc import Sequence
from dataclasses import field

from sqlalchemy import ColumnElement, func, select

from khuyenhoc.core.context import Person
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.history import events
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.documents import get_document
from khuyenhoc.ledger.followers import Use
from khuyenhoc.ledger.refusals import StandsOnIt
from khuyenhoc.tracing.headings import CARRIED, FACTS, GIVEN_BACK, VOID
from khuyenhoc.tracing.pools import Draw, Portion
from khuyenhoc.tracing.queues import Place, Pool
from khuyenhoc.tracing.trace_tables import Layer, OpenLayer, Take
from khuyenhoc.tracing.written import Arrival, further, lay_on

DEEPEST = 40
"""So often đồng may have been carried on; beyond that somebody has moved them in a ring."""


@dataclass
class _Undoing:
    """One void and everything that it re-points."""

    document: Document
    replacement_id: int | None
    leave: frozenset[Place]
    repointed: set[int] = field(default_factory=set)

    def draw(self, pool: Pool, use: Use, prefer: int | None = None) -> list[Portion]:
        """Other đồng for the same use: those of the gift recorded again first."""
        draw = Draw(self.leave, self.document.id)
        fact = use.heading in FACTS
        source_id = prefer or self.replacement_id
        return draw.take(pool, use.amount, use.purposes, source_id=source_id, fact=fact, spares=True)


def undo(document: Document, *, by: Person) -> None:
    """Undo what a document took and laid; NotEnough when what stood on it finds nothing else to stand on."""
    replacement = db.session.scalar(select(Document.id).where(Document.replaces_id == document.id).limit(1))
    layers = _layers_of(document.id)
    undoing = _Undoing(document, replacement, frozenset(_place(layer) for layer in layers))
    _give_back(undoing)
    for layer in layers:
        _retire(undoing, layer, layer.amount - _voided(layer), document.id, 0)
    for other in sorted(undoing.repointed - {document.id}):
        events.record(
            "trace.repointed",
            get_document(other),
            by=by,
            unit_id=document.unit_id,
            details={"because_of": document.label},
        )


def _layers_of(document_id: int) -> Sequence[Layer]:
    query = select(Layer).where(Layer.document_id == document_id).order_by(Layer.position)
    return db.session.scalars(query).all()


def _place(layer: Layer) -> Place:
    return Place(layer.document_id, layer.position)


def _give_back(undoing: _Undoing) -> None:
    """What the document took goes back; what it had given back is drawn again."""
    written = further(undoing.document.id)
    again: list[tuple[Pool, Use]] = []
    for place, pool, use in _net_takes(Take.document_id == undoing.document.id):
        written.take(pool, [Portion(place, -use.amount)] if use.amount > 0 else [], use)
        if use.amount < 0:
            again.append((pool, use._replace(amount=-use.amount)))
    written.store()
    for pool, use in again:
        more = further(undoing.document.id)
        more.take(pool, undoing.draw(pool, use), use)
        more.store()


def _net_takes(*conditions: ColumnElement[bool]) -> list[tuple[Place, Pool, Use]]:
    """Takes summed up by layer and use, those that come to nothing left out, the latest first."""
    total = func.sum(Take.amount)
    by = (
        Take.document_id,
        Take.layer_document_id,
        Take.layer_position,
        Take.campaign_id,
        Take.item_id,
        Take.heading,
        Take.award_id,
        Take.purposes,
    )
    query = select(*by, total).where(Take.heading != VOID, *conditions).group_by(*by)
    rows = db.session.execute(
        query.having(total != 0).order_by(Take.document_id.desc(), func.max(Take.position).desc())
    )
    found = []
    for document_id, layer, position, campaign, item, heading, award, purposes, amount in rows:
        levels = tuple(int(one) for one in purposes.split(",") if one)
        use = Use(campaign, int(amount), heading, item or None, levels, award, document_id)
        found.append((Place(layer, position), Pool(campaign, item), use))
    return found


def uses_of(layer: Layer) -> list[tuple[Pool, Use]]:
    """What stands on a layer, use by use, the latest first."""
    on_it = (Take.layer_document_id == layer.document_id, Take.layer_position == layer.position)
    return [(pool, use) for _place, pool, use in _net_takes(*on_it)]


def _voided(layer: Layer) -> Dong:
    mine = (Take.layer_document_id == layer.document_id, Take.layer_position == layer.position)
    return int(
        db.session.scalar(select(func.coalesce(func.sum(Take.amount), 0)).where(*mine, Take.heading == VOID)) or 0
    )


def _unspent(layer: Layer) -> Dong:
    mine = (OpenLayer.document_id == layer.document_id, OpenLayer.position == layer.position)
    return int(db.session.scalar(select(OpenLayer.unspent).where(*mine)) or 0)


def _retire(
    undoing: _Undoing, layer: Layer, amount: Dong, document_id: int, depth: int, prefer: int | None = None
) -> None:
    """Take ``amount`` đồng of a layer out of the trace; whoever stands on them is re-pointed first."""
    if amount <= 0:
        return
    if depth > DEEPEST:
        raise RuleBroken(_("Tiền của chứng từ này đã chuyển qua lại quá nhiều lần. Xin hủy các lần chuyển sau trước."))
    pool = Pool(layer.campaign_id, layer.item_id)
    missing = amount - _unspent(layer)
    for _pool, use in uses_of(layer) if missing > 0 else ():
        some = min(use.amount, missing)
        if some > 0:
            _move(undoing, layer, use._replace(amount=some), depth, prefer)
            missing -= some
    written = further(document_id)
    written.take(pool, [Portion(_place(layer), amount)], Use(layer.campaign_id, amount, VOID))
    written.store()


def _move(undoing: _Undoing, layer: Layer, use: Use, depth: int, prefer: int | None) -> None:
    """Let one use stand on other đồng; what it had carried on gets their sources."""
    assert use.source_id is not None  # the document that made the use
    user, pool = use.source_id, Pool(layer.campaign_id, layer.item_id)
    if use.heading == GIVEN_BACK:
        raise _returned(undoing.document, get_document(user))
    portions = undoing.draw(pool, use, prefer)
    written = further(user)
    written.take(pool, [*portions, Portion(_place(layer), -use.amount)], use)
    undoing.repointed.add(user)
    if use.heading not in CARRIED:
        written.store()
        return
    old = _carried_on(user, layer, use.amount)
    arrivals = [Arrival(Pool(one.campaign_id, one.item_id), _lot(one), some) for one, some in old]
    written.date = old[0][0].date if old else written.date
    lay_on(written, portions, arrivals, freed=use.heading == "transfers_out")
    written.store()
    source = written.layers[0]["source_document_id"] if written.layers else None
    for one, some in old:
        _retire(undoing, one, some, user, depth + 1, source)


def _returned(document: Document, refund: Document) -> StandsOnIt:
    """A refund gives back a gift's own đồng: it can stand on no others."""
    return StandsOnIt(
        _(
            "Không hủy được %(label)s: tiền này đã hoàn trả nhà hảo tâm bằng %(later)s."
            " Xin hủy phiếu hoàn trả ấy trước.",
            label=document.label,
            later=refund.label,
        )
    )


def _lot(layer: Layer) -> Place:
    return Place(layer.lot_document_id, layer.lot_position)


def _carried_on(user: int, layer: Layer, amount: Dong) -> list[tuple[Layer, Dong]]:
    """The layers that a document laid from this layer's source, up to the amount; the latest first, as the uses are."""
    same = (Layer.source_document_id == layer.source_document_id, Layer.source_position == layer.source_position)
    query = select(Layer).where(Layer.document_id == user, *same).order_by(Layer.position.desc())
    found = []
    for one in db.session.scalars(query).all():
        some = min(one.amount - _voided(one), amount)
        if some > 0:
            found.append((one, some))
            amount -= some
    return found
