"""Whoever follows what is posted: a higher feature registers, the books call it in the same transaction.

The trace of every đồng is one. A follower may refuse by RuleBroken; then nothing is posted.
"""

from typing import TYPE_CHECKING, NamedTuple, Protocol

from khuyenhoc.core.context import Person
from khuyenhoc.ledger.document_tables import Document

if TYPE_CHECKING:
    from khuyenhoc.ledger.documents import Draft


class Use(NamedTuple):
    """One use that a document makes of a campaign: so many đồng (and pieces), for which purpose and subject.

    ``purpose_id`` is a programme's level, ``subject_id`` an award: plain numbers to the books. A document
    whose uses say nothing of its lines is followed by its lines alone.
    """

    campaign_id: int
    amount: int
    heading: str
    item_id: int | None = None
    quantity: int = 0
    purpose_id: int | None = None
    subject_id: int | None = None


class Follower(Protocol):
    """Follows documents as they are posted and voided, under the unit's lock."""

    def posted(self, document: Document, draft: "Draft", /, *, by: Person) -> None:
        """A document has just been posted."""

    def voided(self, document: Document, /, *, by: Person) -> None:
        """A document has just been voided by its mirror."""


_followers: dict[str, Follower] = {}


def register(name: str, follower: Follower) -> None:
    """Let ``follower`` hear of every document. The last registration of a name holds."""
    _followers[name] = follower


def posted(document: Document, draft: "Draft", *, by: Person) -> None:
    """Tell everyone of a new document, in the order of their names."""
    for name in sorted(_followers):
        _followers[name].posted(document, draft, by=by)


def voided(document: Document, *, by: Person) -> None:
    """Tell everyone that a document is void."""
    for name in sorted(_followers):
        _followers[name].voided(document, by=by)
