"""Who has recorded gifts, to choose from above a list."""

from collections.abc import Collection

from sqlalchemy import literal, select

from khuyenhoc.core.database import db
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.grants import Grant
from khuyenhoc.org.permissions import PERMISSIONS
from khuyenhoc.org.users import User


def recorders(unit_ids: Collection[int]) -> list[tuple[int, str]]:
    """The officers, present and past, who have recorded a gift of these units: id and signature."""
    officers = select(Grant.user_id).where(Grant.role.in_(sorted(PERMISSIONS["gift.record_goods"])))
    has = (
        select(literal(1))
        .where(Document.unit_id.in_(sorted(unit_ids)), Document.kind == "gift", Document.created_by == User.id)
        .limit(1)
        .scalar_subquery()
    )
    query = select(User).where(User.id.in_(officers), has.is_not(None)).order_by(User.full_name, User.id)
    return [(user.id, user.signature) for user in db.session.scalars(query)]
