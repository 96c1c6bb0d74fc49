"""What was worked out stays right until something is recorded: every change of the books and around them is.

The heads of all chains together say how everything stands; whoever asks on every page for what costs more than
reading them keeps the answer with them. Dates count too: a role, a unit or a policy may begin or end overnight.
"""

import datetime
from collections.abc import Callable
from typing import NamedTuple

from khuyenhoc.core import clock, fixed
from khuyenhoc.core.database import db
from khuyenhoc.history.chains import digest


class _Kept(NamedTuple):
    """A number, the day on which it was counted, and the digest of the heads of all chains at that instant."""

    day: datetime.date
    heads: str
    number: int


_kept: dict[tuple[str, int], _Kept] = {}


def counted(what: str, user_id: int, count: Callable[[], int]) -> int:
    """What ``count`` gives for this user today, counted anew only when something has been recorded since.

    Inside a deed, which may have changed what it has not recorded yet, it is always counted. ``count`` itself reads
    all that it looks at: what the request knew before (the reader's roles) may be older than the heads.
    """
    if "writing" in db.session.info:
        return count()
    rows = fixed.rows("SELECT head FROM chains ORDER BY unit_id, kind")
    day, heads = clock.today(), digest([head for (head,) in rows])
    known = _kept.get((what, user_id))
    if known is None or (known.day, known.heads) != (day, heads):
        known = _kept[what, user_id] = _Kept(day, heads, count())
    return known.number
