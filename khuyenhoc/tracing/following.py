"""Following the books: each document lays layers, takes from them, or carries them on, as it is posted."""

from collections.abc import Iterable, Sequence

from khuyenhoc.core.context import Person
from khuyenhoc.core.dong import Dong
from khuyenhoc.ledger import followers
from khuyenhoc.ledger.accounts import SPENDING
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.documents import Draft, Line
from khuyenhoc.ledger.followers import Parts, Use
from khuyenhoc.tracing import givingback, voiding
from khuyenhoc.tracing.headings import CARRIED, FACTS, KINDS, SOURCES
from khuyenhoc.tracing.pools import Draw, Portion
from khuyenhoc.tracing.queues import Place, Pool
from khuyenhoc.tracing.trace_tables import NONE
from khuyenhoc.tracing.written import NOWHERE, Arrival, Written, lay_on

USES = frozenset(SPENDING) | FACTS | SOURCES


class Trace:
    """The follower of the books."""

    def posted(self, document: Document, draft: Draft, /) -> Parts:
        """Lay what came in, take what went out, carry on what moved."""
        uses = _uses(draft)
        written, draw = Written(document.id, draft.date), drawing(draft.uses)
        for position, line in enumerate(draft.lines, start=1):
            if line.heading in SOURCES and line.amount > 0 and line.account.kind in KINDS:
                here = Place(document.id, position)
                lot = here if line.account.kind == "stock" else NOWHERE
                written.lay(pool_of(line), lot, here, line.amount, restricted=draft.restricted)
        for use in uses:
            _follow(written, draw, use)
        for heading in CARRIED:
            _carry(written, draw, draft, heading)
        return written.store()

    def voided(self, document: Document, /, *, by: Person) -> None:
        """Undo what the document laid and took; what stood on its layers is re-pointed by recorded steps."""
        voiding.undo(document, by=by)


def drawing(uses: Sequence[Use]) -> Draw:
    """The draw of a document that makes these uses: what it pays for awards was promised to them until now.

    For goods that is what it releases; they may cost more or less.
    """
    paid = [use for use in uses if use.subject_id is not None and use.item_id is None and use.amount > 0]
    goods = [use for use in uses if use.heading == "bought"]
    if not goods:
        return Draw(promised=_by_purpose(paid))
    released = [use._replace(amount=-use.amount) for use in uses if use.heading == "committed" and use.amount < 0]
    return Draw(promised=_by_purpose(paid + released), drawn=_by_purpose(paid + goods))


def _spares(use: Use) -> bool:
    """Whether a use leaves to others what they cannot do without: what an award gets, and what goods cost."""
    return use.subject_id is not None or use.heading == "bought"


def pool_of(line: Line) -> Pool:
    """The pool that a line moves."""
    return Pool(line.campaign.id, line.item_id or NONE)


def _uses(draft: Draft) -> list[Use]:
    """The uses that the draft names; for what it does not name, those that its lines are. What returns comes last."""
    named = {(use.campaign_id, use.heading, use.item_id) for use in draft.uses}
    found = [use for use in draft.uses if use.heading in USES and use.amount]
    for line in draft.lines:
        is_source = line.heading in SOURCES and line.amount > 0
        if line.account.kind not in KINDS or line.heading not in USES or is_source or not line.amount:
            continue
        if (line.campaign.id, line.heading, line.item_id) not in named:
            found.append(Use(line.campaign.id, -line.amount, line.heading, line.item_id))
    return sorted(found, key=lambda use: use.amount < 0)


def _by_purpose(uses: Iterable[Use]) -> dict[int, dict[int, Dong]]:
    """Campaign → purpose → đồng, of the uses that are for one."""
    sums: dict[int, dict[int, Dong]] = {}
    for use in uses:
        if len(use.purposes) == 1:
            mine = sums.setdefault(use.campaign_id, {})
            mine[use.purposes[0]] = mine.get(use.purposes[0], 0) + use.amount
    return sums


def _follow(written: Written, draw: Draw, use: Use) -> None:
    pool = Pool(use.campaign_id, use.item_id or NONE, use.lot)
    if use.amount > 0:
        fact, spares = use.heading in FACTS, _spares(use)
        portions = draw.take(
            pool, use.amount, use.purposes, source_id=use.source_id, worth=use.worth, fact=fact, spares=spares
        )
        written.take(pool, portions, use)
        return
    portions, untraced = givingback.portions(pool, use)
    written.take(pool, portions, use)
    if untraced:  # it comes back from before the trace began: a source of its own
        written.lay(pool, NOWHERE, Place(written.document_id, NONE), untraced, restricted=False)


def _carry(written: Written, draw: Draw, draft: Draft, heading: str) -> None:
    """A purchase turns đồng into goods, a transfer moves them: their sources go along, use by use."""
    carried: list[Portion] = []
    consented = heading == "transfers_out" and bool(draft.details.get("consent"))
    for pool, amount in _leaving(draft, heading).items():
        named = [use for use in draft.uses if (use.heading, use.campaign_id) == (heading, pool.campaign_id)]
        for use in named or [Use(pool.campaign_id, amount, heading)]:
            portions = draw.take(pool, use.amount, use.purposes, fact=consented, spares=_spares(use))
            written.take(pool, portions, use)
            carried += portions
    arrives = CARRIED[heading]
    arrivals = [
        Arrival(pool_of(line), Place(written.document_id, at) if line.item_id else NOWHERE, line.amount)
        for at, line in enumerate(draft.lines, start=1)
        if line.heading == arrives and line.amount > 0
    ]
    lay_on(written, carried, arrivals, freed=arrives == "transfers_in")


def _leaving(draft: Draft, heading: str) -> dict[Pool, Dong]:
    """From where how many carried đồng leave; what pays for goods merely moves, under the heading of money."""
    leaves = {heading}
    if heading == "bought" and any(line.heading == "bought" for line in draft.lines):
        leaves.add("moved")
    sums: dict[Pool, Dong] = {}
    for line in draft.lines:
        if line.heading in leaves and line.account.kind in KINDS and line.amount < 0:
            sums[pool_of(line)] = sums.get(pool_of(line), 0) - line.amount
    return sums


followers.register("trace", Trace())
