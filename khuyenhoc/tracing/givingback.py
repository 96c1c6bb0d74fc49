"""Giving back: what was spent and returned goes back to the layers that it came from, the latest first."""

from sqlalchemy import func, select

from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.ledger.followers import Use
from khuyenhoc.tracing.pools import Portion
from khuyenhoc.tracing.queues import Place, Pool
from khuyenhoc.tracing.trace_tables import Take


def portions(pool: Pool, use: Use) -> tuple[list[Portion], Dong]:
    """The layers that a returning use goes back to, each with a negative amount, and what nothing was traced for."""
    missing, found = -use.amount, []
    for place, used in _used(pool, use):
        some = min(used, missing)
        found.append(Portion(place, -some))
        missing -= some
        if not missing:
            break
    return found, missing


def _used(pool: Pool, use: Use) -> list[tuple[Place, Dong]]:
    total = func.sum(Take.amount)
    query = (
        select(Take.layer_document_id, Take.layer_position, total)
        .where(
            Take.award_id == use.subject_id if use.subject_id is not None else Take.award_id.is_(None),
            Take.heading == use.heading,
            Take.campaign_id == pool.campaign_id,
            Take.item_id == pool.item_id,
        )
        .group_by(Take.layer_document_id, Take.layer_position)
        .having(total > 0)
        .order_by(func.max(Take.document_id).desc(), Take.layer_document_id.desc(), Take.layer_position.desc())
    )
    return [(Place(document, position), int(amount)) for document, position, amount in db.session.execute(query)]
