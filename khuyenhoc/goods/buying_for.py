"""Whether goods that are to be bought are what their campaign is for."""

from sqlalchemy import select

from khuyenhoc.awards.programme_tables import LevelItem, Programme
from khuyenhoc.core.database import db
from khuyenhoc.funds import purposes
from khuyenhoc.funds.campaigns import Campaign, campaign_by_id
from khuyenhoc.funds.items import Item, in_a_sentence, item_by_id
from khuyenhoc.goods.goods_tables import Purchase


def why_another(purchase: Purchase) -> str:
    """The sentence that names goods of another kind than the campaign's, which no programme of its kind hands out."""
    campaign = campaign_by_id(purchase.campaign_id)
    if campaign.kind is None:
        return ""
    others = [item for line in purchase.lines if not _serves(item := item_by_id(line.item_id), campaign)]
    names = ", ".join(in_a_sentence(item.name) for item in others)
    return purposes.why_another(campaign, None, names) if names else ""


def _serves(item: Item, campaign: Campaign) -> bool:
    """Of the campaign's kind by the catalogue, or in a package of a programme of that kind."""
    if item.spending_kind == campaign.kind:
        return True
    query = select(LevelItem.item_id).join(Programme, Programme.id == LevelItem.programme_id)
    query = query.where(
        LevelItem.item_id == item.id, Programme.kind == campaign.kind, Programme.unit_id == campaign.unit_id
    )
    return db.session.scalar(query.limit(1)) is not None
