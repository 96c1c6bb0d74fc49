"""Money that leaves a campaign for something else must leave enough of the right purpose for the awards decided.

The books themselves keep what is available at zero or above; they do not know what givers bound. This follows
running costs, refunds and transfers as they are posted, and refuses them in words.
"""

from collections.abc import Iterable

from khuyenhoc.awards import promises
from khuyenhoc.core.context import Person
from khuyenhoc.core.dong import show
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds.campaigns import campaign_by_id
from khuyenhoc.ledger import followers
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.documents import Draft
from khuyenhoc.ledger.followers import Parts
from khuyenhoc.ledger.refusals import NotEnough
from khuyenhoc.tracing import eligible

KINDS = frozenset({"running_cost", "refund", "transfer"})
"""Kinds of documents by which money leaves for something else than an award, by somebody's own choice."""


def require(campaign_ids: Iterable[int]) -> None:
    """NotEnough when what was promised of these campaigns, level by level, can no longer be met all at once."""
    for campaign_id, needs in promises.outstanding(campaign_ids).items():
        short = eligible.missing(needs, eligible.groups(campaign_id)) if needs else 0
        if short:
            sentence = _(
                "Với khoản này, %(campaign)s không còn đủ tiền đúng mục đích cho các suất đã quyết định:"
                " thiếu %(short)s.",
                campaign=campaign_by_id(campaign_id).name,
                short=show(short),
            )
            raise NotEnough(sentence, field="amount")


class _Promises:
    """Hears of each document after the trace has taken it up."""

    def posted(self, document: Document, draft: Draft, /) -> Parts:
        if document.kind in KINDS:
            require(dict.fromkeys(line.campaign.id for line in draft.lines if line.amount < 0))
        return {}

    def voided(self, _document: Document, /, *, by: Person) -> None:
        """What a void may take away, the trace and the books decide."""


followers.register("trace, then promises", _Promises())
