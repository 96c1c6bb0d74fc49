"""Who has recorded gifts, to choose from above a list."""

from collections.abc import Collection

from sqlalchemy import BigInteger, bindparam, select, text

from khuyenhoc.core.database import db
from khuyenhoc.org.users import User

DISTINCT = text(
    "WITH RECURSIVE seen (unit_id, recorder) AS ("
    " SELECT u.id, (SELECT MIN(d.created_by) FROM documents d WHERE d.unit_id = u.id AND d.kind = 'gift')"
    " FROM units u WHERE u.id IN :units"
    " UNION ALL"
    " SELECT s.unit_id, (SELECT MIN(d.created_by) FROM documents d WHERE d.unit_id = s.unit_id AND d.kind = 'gift'"
    " AND d.created_by > s.recorder) FROM seen s WHERE s.recorder IS NOT NULL)"
    " SELECT DISTINCT recorder FROM seen WHERE recorder IS NOT NULL"
).bindparams(bindparam("units", expanding=True))
"""Steps from one recorder to the next along the index, so that a million gifts cost as much as ten."""
_USERS = select(User).where(User.id.in_(select(DISTINCT.columns(recorder=BigInteger).subquery().c.recorder)))


def recorders(unit_ids: Collection[int]) -> list[tuple[int, str]]:
    """The people, present and past, who have recorded a gift of these units: id and signature."""
    users = db.session.scalars(_USERS, {"units": sorted(unit_ids)}).all()
    return [(user.id, user.signature) for user in sorted(users, key=lambda one: (one.name_key, one.id))]
