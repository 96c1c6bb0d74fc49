"""What leaves a campaign for something else must leave enough of the right purpose for the awards decided.

The books themselves keep what is available and what is free at zero or above; they do not know what givers bound.
This follows costs, refunds, transfers, cash that is missing, goods bought or written off, and every void, as they are
posted, and refuses them in words that name the decision; it is asked before they are asked for; and ``verify`` asks it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import func, select

from khuyenhoc.awards import decisions, promises
from khuyenhoc.awards.award_tables import Award, AwardShare
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong, figures, show
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds.campaigns import campaign_by_id
from khuyenhoc.funds.items import item_by_id
from khuyenhoc.ledger import bars, claims, followers
from khuyenhoc.ledger.claims import Leaving
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.documents import Draft
from khuyenhoc.ledger.followers import Parts, Use
from khuyenhoc.ledger.refusals import NotEnough
from khuyenhoc.tracing import eligible, foreseeing, promised
from khuyenhoc.tracing.eligible import Groups

KINDS = frozenset({"running_cost", "refund", "transfer", "cash_difference", "bank_fee", "write_off", "purchase"})
"""Kinds of documents by which money or goods leave for something else than an award. A purchase for awards decided
turns their own money into their pieces: it is asked when their shares say so (``goods.purchases``)."""

MOST_NAMES = 3


class Shortage(NamedTuple):
    """What is missing in a campaign, in đồng or (``item_id``) pieces, and whose awards stand on it."""

    campaign_id: int
    item_id: int | None
    needed: int
    short: int
    decisions: tuple[tuple[Decision, int], ...]
    """Each with how many of its awards wait for this."""

    @property
    def told(self) -> str:
        """``thiếu 1.000.000 ₫ cho Quyết định 01/QĐ-HKH (2026), 3 suất``."""
        amount = show(self.short)
        if self.item_id is not None:
            amount = item_by_id(self.item_id).many(self.short)
        return _("thiếu %(amount)s cho %(decisions)s", amount=amount, decisions=names(self.decisions))

    @property
    def sentence(self) -> str:
        """Why it cannot be done."""
        return _(
            "%(campaign)s không còn đủ đúng mục đích cho các suất đã quyết định: %(told)s.",
            campaign=campaign_by_id(self.campaign_id).name,
            told=self.told,
        )


def names(found: Sequence[tuple[Decision, int]]) -> str:
    """``Quyết định 01/QĐ-HKH (2026), 3 suất``: at most three decisions."""
    told = [
        _("%(decision)s, %(n)s suất", decision=decisions.title_of(one), n=figures(count))
        for one, count in found[:MOST_NAMES]
    ]
    return "; ".join(told)


def shortages(campaign_ids: Iterable[int]) -> Iterator[Shortage]:
    """What was promised of these campaigns, level by level, and can no longer be met all at once."""
    campaign_ids = list(dict.fromkeys(campaign_ids))
    for campaign_id, needs in promises.outstanding(campaign_ids).items():
        if needs and (found := _short(campaign_id, None, needs, eligible.groups(campaign_id))):
            yield found
    for (campaign_id, item_id), needs in promises.outstanding_pieces(campaign_ids).items():
        if found := _short(campaign_id, item_id, needs, eligible.pieces(campaign_id, item_id)):
            yield found


def require(campaign_ids: Iterable[int]) -> None:
    """NotEnough, with the decisions' names, when something promised of these campaigns can no longer be met."""
    for found in shortages(campaign_ids):
        raise NotEnough(found.sentence, field="amount" if found.item_id is None else "quantity")


def refusal(campaign_id: int, item_id: int | None, lacking: Mapping[int, int]) -> NotEnough:
    """These levels would lack so many đồng, or pieces, that are promised to their awards."""
    short = sum(lacking.values())
    found = Shortage(campaign_id, item_id, short, short, standing(campaign_id, item_id, lacking))
    return NotEnough(found.sentence, field="amount" if item_id is None else "quantity")


def _short(campaign_id: int, item_id: int | None, needs: Mapping[int, int], there: Groups) -> Shortage | None:
    short = eligible.missing(needs, there)
    if not short:
        return None
    levels = [level_id for level_id, lack in eligible.lacking(needs, there).items() if lack]
    return Shortage(campaign_id, item_id, sum(needs.values()), short, standing(campaign_id, item_id, levels))


def standing(
    campaign_id: int, item_id: int | None, levels: Iterable[int] | None = None
) -> tuple[tuple[Decision, int], ...]:
    """The decisions of these levels' awards that wait for it, each with the number of awards, the latest first."""
    waits = AwardShare.amount > 0 if item_id is None else (AwardShare.item_id == item_id) & (AwardShare.amount == 0)
    query = (
        select(Award.decision_id, func.count(Award.id.distinct()))
        .join(AwardShare, AwardShare.award_id == Award.id)
        .where(
            AwardShare.campaign_id == campaign_id,
            Award.state.in_(promises.PROMISED),
            Award.decision_id.is_not(None),
            waits,
        )
        .group_by(Award.decision_id)
        .order_by(Award.decision_id.desc())
    )
    if levels is not None:
        query = query.where(Award.level_id.in_(sorted(levels)))
    return tuple((db.session.get_one(Decision, one), int(n)) for one, n in db.session.execute(query))


def _claim(leaving: Leaving) -> str:
    """Before money is asked for: would it leave enough for the awards decided?"""
    needs = promises.outstanding([leaving.campaign_id])[leaving.campaign_id]
    if not needs or leaving.amount <= 0:
        return ""
    try:
        there = foreseeing.after_leaving(
            leaving.campaign_id, leaving.amount, source_id=leaving.source_id, fact=leaving.fact
        )
    except NotEnough:
        return ""  # it is not there at all, which others say
    found = _short(leaving.campaign_id, None, needs, there)
    return found.sentence if found else ""


def why_not_bought(campaign_id: int, uses: Sequence[Use]) -> str:
    """Why goods cannot be bought by a document that makes these uses, as things stand; empty when they can.

    It takes what may serve them and the awards decided can do without; what it releases was promised until now.
    """
    try:
        there = foreseeing.after_buying(campaign_id, uses)
    except NotEnough as no:
        return str(no)
    needs = dict(promises.outstanding([campaign_id])[campaign_id])
    for use in uses:
        if use.heading == "committed":
            needs[use.purposes[0]] += use.amount
    found = _short(campaign_id, None, needs, there)
    return found.sentence if found else ""


def _bar(document: Document) -> str:
    """Before a void is asked for: would the awards decided still have what they stand on?"""
    brought = {line.campaign_id for line in document.lines if line.amount > 0}
    needs = {campaign_id: some for campaign_id, some in promises.outstanding(brought).items() if some}
    waiting = promises.outstanding_pieces(brought, besides=document.id)
    found: Shortage | None = None
    try:
        left = foreseeing.without(document) if needs else {}
    except NotEnough as no:
        return str(no)
    for campaign_id, there in left.items():
        found = found or _short(campaign_id, None, needs.get(campaign_id, {}), there)
    for line in document.lines:
        place = (line.campaign_id, line.item_id or 0)
        if line.quantity > 0 and place in waiting:
            there = eligible.pieces(*place, without=document.id)
            found = found or _short(*place, waiting[place], there)
    if found is None:
        return ""
    return _("Không hủy được %(label)s: %(why)s", label=document.label, why=found.sentence)


class _Promises:
    """Hears of each document after the trace has taken it up."""

    def posted(self, document: Document, draft: Draft, /) -> Parts:
        if document.kind in KINDS and not any(line.heading == "committed" for line in draft.lines):
            require(line.campaign.id for line in draft.lines if line.amount < 0)
        return {}

    def voided(self, document: Document, /, *, by: Person) -> None:
        require(line.campaign_id for line in document.lines if line.amount > 0)


class _Outstanding:
    """Tells the trace what is promised, so that an award is paid by đồng that others can do without."""

    def needs(self, campaign_id: int, /) -> Mapping[int, Dong]:
        return promises.outstanding([campaign_id])[campaign_id]

    def refusal(self, campaign_id: int, lacking: Mapping[int, Dong], /) -> NotEnough:
        return refusal(campaign_id, None, lacking)


def tell_the_trace() -> None:
    """Let the trace ask here what is promised."""
    promised.register(_Outstanding())


tell_the_trace()
followers.register("trace, then promises", _Promises())
claims.register("promises", _claim)
bars.register("promises", _bar, unless_again=True)
