"""What many read at once is made once: a part of a page is kept until anything in the books has changed.

Every change that such a part could show stands in a chain (donors, units and items in the history,
money in the entries), so the chains' lengths say whether a kept part still holds.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from sqlalchemy import case, func, select

from khuyenhoc.core.database import db
from khuyenhoc.history.chains import Chain

MOST = 64

Part = TypeVar("Part")


def version(unit_id: int) -> Hashable:
    """Another value after every deed anywhere; with the unit's heads, so that a restored database differs too."""
    own = case((Chain.unit_id == unit_id, Chain.head))
    found = db.session.execute(select(func.sum(Chain.length), func.min(own), func.max(own))).one()
    return tuple(found)


class Kept(Generic[Part]):
    """The latest parts that were made, a few of them. Shared by the threads of one process, so nobody changes them."""

    def __init__(self) -> None:
        self._parts: OrderedDict[Hashable, tuple[object, Part]] = OrderedDict()
        self._lock = threading.Lock()

    def part(self, key: Hashable, holds_for: object, make: Callable[[], Part]) -> Part:
        """The part of this key as it was made for equal ``holds_for``, or made anew."""
        with self._lock:
            found = self._parts.get(key)
            if found is not None and found[0] == holds_for:
                self._parts.move_to_end(key)
                return found[1]
        made = make()
        with self._lock:
            self._parts[key] = (holds_for, made)
            self._parts.move_to_end(key)
            while len(self._parts) > MOST:
                self._parts.popitem(last=False)
        return made
