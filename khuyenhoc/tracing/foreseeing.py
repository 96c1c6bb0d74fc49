"""What would be left of a campaign's money if some of it left, or a document were voided. Nothing is written.

The same đồng are drawn as when it happens, so that asking is refused where doing would be.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.followers import Use
from khuyenhoc.tracing import eligible, following, voiding
from khuyenhoc.tracing.eligible import Groups
from khuyenhoc.tracing.headings import FACTS, GIVEN_BACK
from khuyenhoc.tracing.pools import Draw
from khuyenhoc.tracing.queues import Place, Pool
from khuyenhoc.tracing.trace_tables import NONE, Layer, OpenLayer


def after_leaving(campaign_id: int, amount: Dong, *, source_id: int | None = None, fact: bool = False) -> Groups:
    """A campaign's unspent money by what it may serve, after so many đồng have left for no level's purpose.

    NotEnough when they are not there. ``source_id``: that gift's own đồng go first; ``fact``: bound ones too.
    """
    portions = Draw().take(Pool(campaign_id, NONE), amount, source_id=source_id, fact=fact)
    return _groups(campaign_id, {portion.place: portion.amount for portion in portions})


def after_buying(campaign_id: int, uses: Sequence[Use]) -> Groups:
    """A campaign's unspent money by what it may serve, after goods were bought by a document that makes these uses.

    NotEnough when there are not so many đồng that may pay for them and that others can do without.
    """
    draw, gone = following.drawing(uses), dict[Place, Dong]()
    for use in uses:
        if use.heading == "bought":
            for portion in draw.take(Pool(campaign_id, NONE), use.amount, use.purposes, spares=True):
                _add(gone, portion.place, portion.amount)
    return _groups(campaign_id, gone)


def without(document: Document) -> dict[int, Groups]:
    """Campaign → what would be left there of which money if the document were voided, where it had brought money.

    NotEnough when what stands on it finds no other đồng to stand on.
    """
    query = select(Layer).where(Layer.document_id == document.id, Layer.item_id == NONE).order_by(Layer.position)
    layers = db.session.scalars(query).all()
    draw = Draw(frozenset(Place(layer.document_id, layer.position) for layer in layers), document.id)
    replacement = db.session.scalar(select(Document.id).where(Document.replaces_id == document.id).limit(1))
    gone: dict[int, dict[Place, Dong]] = {}
    for layer in layers:
        mine = gone.setdefault(layer.campaign_id, {})
        _add(mine, Place(layer.document_id, layer.position), _unspent(layer))
        for pool, use in voiding.uses_of(layer):
            if use.amount <= 0 or use.heading == GIVEN_BACK:
                continue
            fact = use.heading in FACTS
            for portion in draw.take(pool, use.amount, use.purposes, source_id=replacement, fact=fact, spares=True):
                _add(mine, portion.place, portion.amount)
    return {campaign_id: _groups(campaign_id, places) for campaign_id, places in gone.items()}


def _add(places: dict[Place, Dong], place: Place, amount: Dong) -> None:
    places[place] = places.get(place, 0) + amount


def _unspent(layer: Layer) -> Dong:
    found = db.session.get(OpenLayer, (layer.document_id, layer.position), populate_existing=True)
    return found.unspent if found is not None else 0


def _groups(campaign_id: int, gone: Mapping[Place, Dong]) -> Groups:
    left = dict(eligible.groups(campaign_id))
    for place, amount in gone.items():
        layer = db.session.get(OpenLayer, tuple(place))
        if layer is None or not amount:
            continue
        group = frozenset(eligible.purposes_of(layer.source_document_id)) if layer.restricted else None
        left[group] = left.get(group, 0) - amount
    return left
