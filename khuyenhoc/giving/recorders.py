"""Who has recorded gifts, to choose from above a list."""

from collections.abc import Collection

from sqlalchemy import bindparam, select, text

from khuyenhoc.core.database import db
from khuyenhoc.core.names import sort_key
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


def recorders(unit_ids: Collection[int]) -> list[tuple[int, str]]:
    """The people, present and past, who have recorded a gift of these units: id and signature."""
    found = db.session.scalars(DISTINCT, {"units": sorted(unit_ids)}).all()
    users = db.session.scalars(select(User).where(User.id.in_(found))).all()
    return [(user.id, user.signature) for user in sorted(users, key=lambda one: (sort_key(one.full_name), one.id))]
