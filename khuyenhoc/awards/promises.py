"""Promises: what a decision would set aside, against what the funding lines and the stock still have.

Đồng are read as available (cash + bank − held − committed) and pieces as free, each as it stands at its lowest from
the day of the decision on; the same figures that the books guard. Reading them here takes no lock: whoever signs
holds the unit's.
"""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import func, select

from khuyenhoc.awards.award_tables import Award, AwardShare
from khuyenhoc.awards.funding import Line, Means, Missing, Plan, Want, allocate
from khuyenhoc.awards.programme_tables import Level, Programme
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong, show
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.funds.campaigns import Campaign, campaign_by_id
from khuyenhoc.funds.items import Item, item_by_id
from khuyenhoc.ledger import documents, refusals
from khuyenhoc.ledger.accounts import chart_of, get_account
from khuyenhoc.ledger.followers import Use
from khuyenhoc.tracing import eligible

LIVE = ("decided", "published", "paid", "handed_over", "settled")
"""States of an award whose shares count against the caps of the funding lines."""

PROMISED = ("decided", "published")
"""States of an award whose shares stand in the books as promised: neither paid nor handed over nor given back."""


class CannotBear(RuleBroken):
    """The funding lines or the stock cannot bear it; the sentence says what is missing and where."""


@dataclass(frozen=True)
class Stock:
    """Free pieces of one item in one campaign, and how many of them a plan takes or buys more."""

    item: Item
    free: int
    takes: int
    buys: int
    bound: int = 0
    """Pieces that nobody has been promised, which their givers bound to something else."""

    @property
    def remains(self) -> int:
        """Free pieces afterwards."""
        return self.free - self.takes


@dataclass(frozen=True)
class Source:
    """One campaign among the funding lines: what it may give, what it has, and what a plan takes of it."""

    campaign: Campaign
    levels: Sequence[Level]
    """Empty: it pays for all levels."""
    cap: Dong | None
    available: Dong
    takes: Dong
    stocks: Sequence[Stock]

    @property
    def remains(self) -> Dong:
        """Available money afterwards."""
        return self.available - self.takes


def plan_for(programme: Programme, awards: Sequence[Award], on: datetime.date | None = None) -> Plan:
    """What these awards would take from which campaign, the awards in their order."""
    packages = {level.id: (level.amount, _package(level)) for level in programme.levels}
    wants = [Want(award.id, level_id := award.level_id, *packages[level_id]) for award in awards]
    return allocate(_lines(programme), wants, _means(programme, on or clock.today(), {want.level_id for want in wants}))


def require_bearable(programme: Programme, plan: Plan, on: datetime.date | None = None) -> None:
    """CannotBear when something is missing, in đồng and pieces, with what each source has."""
    if plan.missing:
        raise CannotBear(" ".join([*missing_sentences(programme, plan), _what_there_is(programme, plan, on)]))


def require_eligible(awards: Sequence[Award], plan: Plan) -> None:
    """NotEnough when a campaign's money would reach only by what its givers bound to another purpose.

    What was promised before and is not paid yet needs its money too; each level is a purpose. Pieces likewise.
    """
    needs = outstanding(plan.committed)
    for award in awards:
        for share in plan.shares[award.id]:
            if share.amount:
                mine = needs[share.campaign_id]
                mine[award.level_id] = mine.get(award.level_id, 0) + share.amount
    for campaign_id, of_levels in needs.items():
        eligible.require(campaign_id, of_levels)
    _require_eligible_pieces(awards, plan)


def _require_eligible_pieces(awards: Sequence[Award], plan: Plan) -> None:
    waiting = outstanding_pieces({campaign_id for campaign_id, _item in plan.reserved})
    for place, taken in plan.reserved.items():
        needs = dict(waiting.get(place, {}))
        for award in awards:
            for share in plan.shares[award.id]:
                if (share.campaign_id, share.item_id) == place and not share.amount:
                    needs[award.level_id] = needs.get(award.level_id, 0) + share.quantity
        short = eligible.missing(needs, eligible.pieces(*place))
        if short:
            item = item_by_id(place[1])
            sentence = _(
                "%(campaign)s còn thiếu %(short)s cho %(asked)s %(unit)s của quyết định này: phần còn"
                " lại trong kho nhà hảo tâm dành cho mục đích khác, hoặc đã dành cho suất khác.",
                campaign=campaign_by_id(place[0]).name,
                short=item.many(short),
                unit=item.unit_of_measure,
                asked=taken,
            )
            raise CannotBear(sentence)


def outstanding(campaign_ids: Iterable[int]) -> dict[int, dict[int, Dong]]:
    """Campaign → level → đồng that stand promised and are not paid, of every programme."""
    needs: dict[int, dict[int, Dong]] = {campaign_id: {} for campaign_id in campaign_ids}
    query = (
        select(AwardShare.campaign_id, Award.level_id, func.sum(AwardShare.amount))
        .join(Award, Award.id == AwardShare.award_id)
        .where(AwardShare.campaign_id.in_(sorted(needs)), Award.state.in_(PROMISED), AwardShare.amount > 0)
        .group_by(AwardShare.campaign_id, Award.level_id)
    )
    for campaign_id, level_id, amount in db.session.execute(query):
        needs[campaign_id][level_id] = int(amount)
    return needs


def outstanding_pieces(campaign_ids: Iterable[int], *, besides: int = 0) -> dict[tuple[int, int], dict[int, int]]:
    """Campaign and item → level → pieces that stand reserved and are not handed over, of every programme.

    ``besides``: but for those that this document has bought for awards.
    """
    needs: dict[tuple[int, int], dict[int, int]] = {}
    query = (
        select(AwardShare.campaign_id, AwardShare.item_id, Award.level_id, func.sum(AwardShare.quantity))
        .join(Award, Award.id == AwardShare.award_id)
        .where(
            AwardShare.campaign_id.in_(sorted(campaign_ids)),
            AwardShare.item_id.is_not(None),
            AwardShare.amount == 0,
            func.coalesce(AwardShare.bought_by, -1) != besides,
            Award.state.in_(PROMISED),
        )
        .group_by(AwardShare.campaign_id, AwardShare.item_id, Award.level_id)
        .order_by(AwardShare.campaign_id, AwardShare.item_id)
    )
    for campaign_id, item_id, level_id, quantity in db.session.execute(query):
        needs.setdefault((campaign_id, item_id or 0), {})[level_id] = int(quantity)
    return needs


def missing_sentences(programme: Programme, plan: Plan) -> list[str]:
    """A sentence for every level, and item of it, that cannot be borne."""
    return [_missing(programme, missing) for missing in plan.missing]


def sources(programme: Programme, plan: Plan, on: datetime.date | None = None) -> list[Source]:
    """The campaigns of the funding lines in their order, beside what the plan takes of each."""
    on = on or clock.today()
    asking = set(db.session.scalars(select(Award.level_id).where(Award.id.in_(sorted(plan.shares))).distinct()))
    means, free = _means(programme, on, asking), _free(programme, on)
    levels = {level.id: level for level in programme.levels}
    found = []
    for campaign_id in dict.fromkeys(line.campaign_id for line in programme.funding):
        mine = [line for line in _lines(programme) if line.campaign_id == campaign_id]
        bound = [levels[line.level_id] for line in mine if line.level_id is not None]
        caps = [line.cap for line in mine if line.cap is not None]
        found.append(
            Source(
                campaign=campaign_by_id(campaign_id),
                levels=bound if len(bound) == len(mine) else (),
                cap=sum(caps) if len(caps) == len(mine) else None,
                available=means.money[campaign_id],
                takes=plan.committed.get(campaign_id, 0),
                stocks=[_stock((campaign_id, item_id), means, plan, free) for item_id in means.values],
            )
        )
    return found


def lines_of(
    unit_id: int, committed: Mapping[int, Dong], reserved: Mapping[tuple[int, int], int], sign: int = 1
) -> list[documents.Line]:
    """The lines of a decision's document: đồng committed and pieces reserved, or (``sign`` −1) released."""
    chart = chart_of(unit_id)
    money, pieces = (get_account(chart.id_of(kind)) for kind in ("commitments", "reservations"))
    return [
        *(
            documents.Line(campaign_by_id(campaign_id), money, "committed", sign * amount)
            for campaign_id, amount in committed.items()
        ),
        *(
            documents.Line(campaign_by_id(campaign_id), pieces, "reserved", 0, item_id, sign * quantity)
            for (campaign_id, item_id), quantity in reserved.items()
        ),
    ]


def uses_of(awards: Iterable[Award], plan: Plan, sign: int = 1) -> list[Use]:
    """The same by campaign, purpose (level) and item, for those who follow the books."""
    sums: dict[tuple[int, str, int | None, int], int] = {}
    for award in awards:
        for share in plan.shares[award.id]:
            heading = "committed" if share.amount else "reserved"
            item_id = None if share.amount else share.item_id
            key = (share.campaign_id, heading, item_id, award.level_id)
            sums[key] = sums.get(key, 0) + sign * share.amount
    return [Use(campaign, amount, heading, item, (level,)) for (campaign, heading, item, level), amount in sums.items()]


def _package(level: Level) -> tuple[tuple[int, int], ...]:
    return tuple((part.item_id, part.quantity) for part in level.items)


def _items(programme: Programme) -> list[int]:
    return list(dict.fromkeys(part.item_id for level in programme.levels for part in level.items))


def _means(programme: Programme, on: datetime.date, level_ids: Collection[int]) -> Means:
    """What there is for awards of these levels; for those of any of the programme's where none is named."""
    available = chart_of(programme.unit_id).id_of("available")
    campaigns = dict.fromkeys(line.campaign_id for line in programme.funding)
    items = _items(programme)
    free = _free(programme, on)
    usable = {place: min(n, _usable(programme, place, level_ids)) if n > 0 else n for place, n in free.items()}
    return Means(
        money={campaign: refusals.lowest(campaign, available, 0, on, 1)[0] for campaign in campaigns},
        pieces=usable,
        values={item: item_by_id(item).unit_value for item in items},
    )


def _free(programme: Programme, on: datetime.date) -> dict[tuple[int, int], int]:
    """Campaign and item → free pieces, whatever they are bound to."""
    free = chart_of(programme.unit_id).id_of("free")
    campaigns = dict.fromkeys(line.campaign_id for line in programme.funding)
    return {
        (campaign, item): refusals.lowest(campaign, free, item, on, 1)[1]
        for campaign in campaigns
        for item in _items(programme)
    }


def _usable(programme: Programme, place: tuple[int, int], level_ids: Collection[int]) -> int:
    """How many pieces may serve these levels, beside what stands reserved for awards of any."""
    there = eligible.pieces(*place)
    if set(there) <= {None}:
        return sum(there.values())
    waiting = outstanding_pieces([place[0]]).get(place, {})
    return eligible.most(level_ids or [level.id for level in programme.levels], waiting, there)


def _lines(programme: Programme) -> list[Line]:
    """The funding lines with what is left of their caps: what a level's own line bore does not count for the others."""
    spent = _spent(programme)
    found = []
    for line in sorted(programme.funding, key=lambda one: one.level_id is None):
        mine = [place for place in spent if place[0] == line.campaign_id and line.level_id in (None, place[1])]
        used = 0
        for place in mine:
            some = spent[place] if line.amount is None else min(spent[place], line.amount - used)
            spent[place] -= some
            used += some
        cap = None if line.amount is None else line.amount - used
        found.append((line.position, Line(line.campaign_id, line.level_id, cap)))
    return [line for _position, line in sorted(found, key=lambda one: one[0])]


def _spent(programme: Programme) -> dict[tuple[int, int], Dong]:
    query = (
        select(AwardShare.campaign_id, Award.level_id, func.sum(AwardShare.amount))
        .join(Award, Award.id == AwardShare.award_id)
        .where(Award.programme_id == programme.id, Award.state.in_(LIVE))
        .group_by(AwardShare.campaign_id, Award.level_id)
    )
    return {(campaign, level): int(amount) for campaign, level, amount in db.session.execute(query)}


def _stock(place: tuple[int, int], means: Means, plan: Plan, free: Mapping[tuple[int, int], int]) -> Stock:
    usable, takes, buys = means.pieces.get(place, 0), plan.reserved.get(place, 0), plan.to_buy.get(place, 0)
    return Stock(item_by_id(place[1]), usable, takes, buys, max(0, free[place] - usable))


def _missing(programme: Programme, missing: Missing) -> str:
    level = next(level.label for level in programme.levels if level.id == missing.level_id)
    if missing.item_id is None:
        return _("Mức “%(level)s” còn thiếu %(amount)s.", level=level, amount=show(missing.amount))
    values = {"level": level, "goods": item_by_id(missing.item_id).many(missing.quantity)}
    if not missing.amount:
        return _("Mức “%(level)s” còn thiếu %(goods)s.", **values)
    return _(
        "Mức “%(level)s” còn thiếu %(goods)s; mua thêm cần %(amount)s.",
        amount=show(missing.amount),
        **values,
    )


def _what_there_is(programme: Programme, plan: Plan, on: datetime.date | None) -> str:
    told = [_one_source(source) for source in sources(programme, plan, on)]
    if not told:
        return _("Chương trình chưa có nguồn kinh phí nào.")
    return _("Các nguồn: %(sources)s.", sources="; ".join(told))


def _one_source(source: Source) -> str:
    parts = [_("%(campaign)s còn %(amount)s dùng được", campaign=source.campaign.name, amount=show(source.available))]
    if source.cap is not None:
        parts.append(_("được chi %(amount)s nữa", amount=show(source.cap)))
    for s in source.stocks:
        parts.append(_("trong kho còn %(goods)s", goods=s.item.many(s.free)))
        if s.bound:
            parts.append(
                _("%(n)s %(unit)s khác nhà hảo tâm dành cho mục đích khác", n=s.bound, unit=s.item.unit_of_measure)
            )
    return ", ".join(parts)
