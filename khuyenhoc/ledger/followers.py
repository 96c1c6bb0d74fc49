"""Whoever follows what is posted: a higher feature registers, the books call it in the same transaction.

The trace of every đồng is one. A follower may refuse by RuleBroken; then nothing is posted.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from khuyenhoc.core.context import Person
from khuyenhoc.ledger.document_tables import Document

if TYPE_CHECKING:
    from khuyenhoc.ledger.documents import Draft


class Use(NamedTuple):
    """One use that a document makes of a campaign: so many đồng, for which purposes and which subject.

    ``purposes`` are the levels of programmes it may serve, ``subject_id`` an award, ``source_id`` the gift
    that it gives back, ``lot`` the line of the document that brought the pieces, ``worth`` how many of its đồng
    are those that may serve which purposes (None: all): plain numbers to the books. A negative amount gives back
    what the subject had used. The uses of a heading add up to what the document's lines say of it; where none are
    named the lines speak.
    """

    campaign_id: int
    amount: int
    heading: str
    item_id: int | None = None
    purposes: tuple[int, ...] = ()
    subject_id: int | None = None
    source_id: int | None = None
    lot: tuple[int, int] | None = None
    worth: tuple[tuple[frozenset[int] | None, int], ...] = ()


Parts = Mapping[str, Sequence[dict[str, Any]]]
"""Table → the rows that a follower has written, to be sealed with the document."""


class Follower(Protocol):
    """Follows documents as they are posted and voided, under the unit's lock."""

    def posted(self, document: Document, draft: "Draft", /) -> Parts:
        """A document has just been posted; gives the rows written that are parts of it."""

    def voided(self, document: Document, /, *, by: Person) -> None:
        """A document is being voided: its mirror stands in the books, the history does not tell of it yet."""


_followers: dict[str, Follower] = {}


def register(name: str, follower: Follower) -> None:
    """Let ``follower`` hear of every document. The last registration of a name holds."""
    _followers[name] = follower


def posted(document: Document, draft: "Draft") -> dict[str, list[dict[str, Any]]]:
    """Tell everyone of a new document, in the order of their names; gives all the rows that they wrote."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for name in sorted(_followers):
        for table, written in _followers[name].posted(document, draft).items():
            rows.setdefault(table, []).extend(written)
    return rows


def voided(document: Document, *, by: Person) -> None:
    """Tell everyone that a document is being voided."""
    for name in sorted(_followers):
        _followers[name].voided(document, by=by)
