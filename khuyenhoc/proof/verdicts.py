"""What pages say of a campaign's reconciliation: the kept totals, as long as no full proof has found them wanting."""

from collections.abc import Sequence

from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.proof import runs
from khuyenhoc.proof.reconcile import Statement, kept_statements, statements


def statement_of(campaign: Campaign) -> Statement:
    """As ``statements_of``, for one campaign."""
    return statements_of([campaign])[0]


def statements_of(campaigns: Sequence[Campaign]) -> list[Statement]:
    """Each campaign's reconciliation, in the same order, in đồng and pieces.

    From the kept totals of both sides; where the last full proof of a campaign did not hold, every row of it is summed
    anew at each look, until a proof holds: kept totals do not know of what was changed behind the books.
    """
    wanting = runs.wanting([campaign.id for campaign in campaigns])
    kept = {one.campaign_id: one for one in kept_statements([one for one in campaigns if one.id not in wanting])}
    summed = {one.campaign_id: one for one in _summed([one.code for one in campaigns if one.id in wanting])}
    found = kept | summed
    return [found[campaign.id] for campaign in campaigns]


def _summed(codes: Sequence[str]) -> Sequence[Statement]:
    return statements(codes) if codes else ()
