"""What became of a gift: each đồng at the help that it paid for, at a cost, or where it lies unused.

A story tells of recipients only counts, and names that the minors' gate gave for the private page of
the donor concerned. Its sums are whole đồng and add up to the gift.
"""

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace

from khuyenhoc.core.dong import Dong
from khuyenhoc.core.names import text_key
from khuyenhoc.core.values import dataclass
from khuyenhoc.funds.items import SPENDING_KINDS, in_a_sentence, so_many
from khuyenhoc.recipients import gate
from khuyenhoc.reports import became_rows
from khuyenhoc.reports.became_rows import Piece, Rows
from khuyenhoc.tracing.fates import Taken
from khuyenhoc.tracing.headings import CARRIED, GIVEN_BACK

ORDER = tuple(SPENDING_KINDS)
"""The kinds of help, in the order in which they are told."""

NOTHING = gate.Breakdown((), 0)


@dataclass(frozen=True)
class Aid:
    """One kind of help: ``whole`` awards that this gift paid alone, ``shared`` ones that it paid a part of, in đồng.

    ``names`` are those who let the donor know, ``unnamed`` counts the others and ``levels`` breaks those down.
    ``waits``: some are paid and not yet in the hands of whom they are for; ``waiting``: how many, 0 where it is
    not told because fewer than five would be.
    """

    kind: str
    whole: int
    shared: int
    amount: Dong
    each_one_piece: bool = True
    waits: bool = False
    waiting: int = 0
    names: tuple[str, ...] = ()
    unnamed: int = 0
    levels: gate.Breakdown = NOTHING

    @property
    def count(self) -> int:
        """All awards that it had a part in."""
        return self.whole + self.shared


@dataclass(frozen=True)
class Rest:
    """So many đồng not used yet: money of a campaign, or (``item``) goods that lie in its stock."""

    campaign: str
    item: str
    amount: Dong


@dataclass(frozen=True)
class Step:
    """What happened on one day. ``kind``: moved, bought, refunded, or a kind of help, which ``aid`` then counts.

    ``what``: the campaign that money moved to, or the goods that were bought.
    """

    date: datetime.date
    kind: str
    amount: Dong
    what: str = ""
    aid: Aid | None = None


@dataclass(frozen=True)
class Story:
    """Everything that became of one gift, or of several together. ``amount`` is what was given, in đồng."""

    amount: Dong
    aids: Sequence[Aid] = ()
    costs: Mapping[str, Dong] = field(default_factory=dict)
    """Heading of the books → đồng that went there for nobody in particular."""
    rests: Sequence[Rest] = ()
    steps: Sequence[Step] = ()
    pieces: Sequence[Piece] = ()
    """What was given as goods, line by line."""

    @property
    def unspent(self) -> Dong:
        """What has not been used."""
        return sum(rest.amount for rest in self.rests)

    @property
    def returned(self) -> Dong:
        """What has gone back to the giver."""
        return self.costs.get(GIVEN_BACK, 0)

    @property
    def used(self) -> Dong:
        """What has been used, for help and for costs; what went back to the giver has not."""
        return sum(one.amount for one in self.aids) + sum(self.costs.values()) - self.returned

    @property
    def untraced(self) -> Dong:
        """What the trace does not know: 0, unless the books are being mended."""
        return self.amount - self.used - self.returned - self.unspent


def of(given: Mapping[int, Dong], *, named: bool = False, on: datetime.date | None = None) -> dict[int, Story]:
    """Id of a gift's document → its story. ``given``: id → đồng. So many queries, however many gifts and awards.

    ``named``: with what the gate lets a donor concerned know on that day, for nobody else's eyes.
    """
    rows = became_rows.read(given)
    stories = {id: _story(rows, {id}, amount) for id, amount in given.items()}
    return {id: _with_names(rows, story, {id}, on) for id, story in stories.items()} if named else stories


def each_and_all(given: Mapping[int, Dong]) -> tuple[dict[int, Story], Story]:
    """Each gift's story, and the one of all of a donor's gifts together: an award that they alone paid is whole."""
    rows = became_rows.read(given)
    each = {id: _story(rows, {id}, amount) for id, amount in given.items()}
    return each, _story(rows, given.keys(), sum(given.values()))


def _story(rows: Rows, ids: Collection[int], amount: Dong) -> Story:
    uses = [taken for taken in rows.taken(ids) if taken.is_use]
    kept, costs = _kept(uses), dict[str, Dong]()
    for one in uses:
        if one.award_id is None:
            costs[one.heading] = costs.get(one.heading, 0) + one.amount
    steps = [*_carried(rows, ids), *_refunds(uses), *_helped(rows, uses, kept)]
    return Story(
        amount=amount,
        aids=[_aid(rows, kind, kept[kind]) for kind in sorted(kept, key=_place)],
        costs={heading: total for heading, total in costs.items() if total},
        rests=rests_of(rows, ids),
        steps=sorted(steps, key=lambda step: step.date),
        pieces=[piece for piece in rows.pieces if piece.document_id in ids],
    )


def rests_of(rows: Rows, ids: Collection[int]) -> list[Rest]:
    """Where the rest of these gifts lies, campaign by campaign, money before goods."""
    return [
        Rest(rows.campaign_names[one.campaign_id], rows.items[one.item_id][0] if one.item_id else "", one.amount)
        for one in rows.left_of(ids)
    ]


Kept = Mapping[str, Mapping[int, Dong]]
"""Kind of help → award id → đồng that stayed with it."""


def _kept(uses: Iterable[Taken]) -> Kept:
    """What came back, because nobody claimed the award, is no help."""
    found: dict[str, dict[int, Dong]] = {}
    for one in uses:
        if one.award_id is not None:
            awards = found.setdefault(one.heading, {})
            awards[one.award_id] = awards.get(one.award_id, 0) + one.amount
    stayed = {kind: {award: total for award, total in awards.items() if total} for kind, awards in found.items()}
    return {kind: awards for kind, awards in stayed.items() if awards}


def _place(kind: str) -> tuple[int, str]:
    return (ORDER.index(kind) if kind in ORDER else len(ORDER), kind)


def _aid(rows: Rows, kind: str, awards: Mapping[int, Dong]) -> Aid:
    whole = sum(amount == rows.sums.get(award_id) for award_id, amount in awards.items())
    known = [rows.awards[award_id] for award_id in awards if award_id in rows.awards]
    waiting = sum(award.waits for award in known)
    told = dict(gate.counts({"waiting": waiting, "received": len(awards) - waiting}).rows)
    return Aid(
        kind=kind,
        whole=whole,
        shared=len(awards) - whole,
        amount=sum(awards.values()),
        each_one_piece=all(rows.pieces_each.get(award.level_id, 1) == 1 for award in known),
        waits=waiting > 0,
        waiting=told.get("waiting", 0),
        unnamed=len(awards),
    )


def _with_names(rows: Rows, story: Story, ids: Collection[int], on: datetime.date | None) -> Story:
    kept = _kept(taken for taken in rows.taken(ids) if taken.is_use)
    whose = {
        kind: [rows.awards[award_id].recipient_id for award_id in awards if award_id in rows.awards]
        for kind, awards in kept.items()
    }
    names = gate.names_of_concerned({one for some in whose.values() for one in some}, on)
    aids = []
    for aid in story.aids:
        here = [one for one in whose[aid.kind] if one in names]
        others = [one for one in whose[aid.kind] if one not in names]
        said = tuple(sorted((names[one] for one in here), key=text_key))
        levels = gate.levels_of(others) if others else NOTHING
        aids.append(replace(aid, names=said, unnamed=aid.count - len(said), levels=levels))
    return replace(story, aids=aids)


def _carried(rows: Rows, ids: Collection[int]) -> Iterator[Step]:
    """Purchases and transfers that took these đồng along, one step per document."""
    documents: dict[int, tuple[datetime.date, str, Dong]] = {}
    for taken in rows.taken(ids):
        if taken.heading in CARRIED:
            _date, _heading, so_far = documents.get(taken.document_id, (taken.date, taken.heading, 0))
            documents[taken.document_id] = (taken.date, taken.heading, so_far + taken.amount)
    laid = rows.arrived(ids) if documents else {}
    for document_id, (date, heading, amount) in documents.items():
        arrived = laid.get(document_id, {})
        if amount and heading == "transfers_out":
            there = dict.fromkeys(rows.campaign_names[campaign_id] for campaign_id, _item in arrived)
            yield Step(date, "moved", amount, ", ".join(there))
        elif amount:
            goods = [_goods(rows, document_id, item_id, part) for (_campaign, item_id), part in arrived.items()]
            yield Step(date, "bought", amount, ", ".join(goods))


def _goods(rows: Rows, document_id: int, item_id: int, amount: Dong) -> str:
    """``2 chiếc xe đạp 24 inch`` where the đồng make whole pieces, else the goods alone."""
    name, unit = rows.items[item_id]
    lot = rows.bought.get((document_id, item_id))
    if lot is None or not lot.amount or amount * lot.quantity % lot.amount:
        return in_a_sentence(name)
    return so_many(amount * lot.quantity // lot.amount, unit, name)


def _refunds(uses: Iterable[Taken]) -> Iterator[Step]:
    return (Step(one.date, "refunded", one.amount) for one in uses if one.heading == GIVEN_BACK)


def _helped(rows: Rows, uses: Iterable[Taken], kept: Kept) -> Iterator[Step]:
    """What was handed over on which day, by kind. A day's awards that came back are not there."""
    days: dict[tuple[datetime.date, str], dict[int, Dong]] = {}
    for one in uses:
        if one.award_id is not None and one.award_id in kept.get(one.heading, {}):
            day = days.setdefault((one.date, one.heading), {})
            day[one.award_id] = day.get(one.award_id, 0) + one.amount
    for (date, kind), awards in days.items():
        some = {award_id: amount for award_id, amount in awards.items() if amount > 0}
        if some:
            aid = replace(_aid(rows, kind, some), waits=False, waiting=0)
            yield Step(date, kind, aid.amount, aid=aid)
