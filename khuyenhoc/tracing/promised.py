"""What is decided and not yet paid, and which đồng must be left to it. Who decides says it from above.

Nothing is asked before a use meets đồng that could serve others as well: most gifts are bound to one level.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol

from khuyenhoc.core.dong import Dong
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.tracing import eligible, queues
from khuyenhoc.tracing.queues import Open
from khuyenhoc.tracing.sparing import Group, Sparing


class Promises(Protocol):
    """Who knows what is promised."""

    def needs(self, campaign_id: int, /) -> Mapping[int, Dong]:
        """Purpose → đồng of this campaign that are promised and not paid, as they stand before the deed."""

    def refusal(self, campaign_id: int, lacking: Mapping[int, Dong], /) -> RuleBroken:
        """In words that name the decisions: these purposes would lack so many đồng that are promised to them."""


_promises: list[Promises] = []


def register(promises: Promises) -> None:
    """Let ``promises`` say what is promised. The last registration holds."""
    _promises[:] = [promises]


class Kept:
    """What must be left to others in one campaign while one deed draws from it.

    ``kept``: purpose → đồng of what is promised that the deed keeps thereby; ``own``: purpose → đồng that it draws.
    They differ where goods cost more or less than was set aside. ``void_id``: a document on its way out.
    """

    def __init__(
        self, campaign_id: int, kept: Mapping[int, Dong], own: Mapping[int, Dong], void_id: int | None
    ) -> None:
        self._campaign_id, self._void_id = campaign_id, void_id
        self._kept, self._own = kept, own
        self._several = False
        self._sparing: Sparing | None = None
        self._purposes: Mapping[int, frozenset[int]] = {}
        self._paid: list[tuple[tuple[int, ...], Dong]] = []
        self._taken: list[tuple[Open, Dong]] = []

    @property
    def awake(self) -> bool:
        """Whether a use has met đồng that others could have used."""
        return self._sparing is not None

    def pay(self, purposes: tuple[int, ...], amount: Dong) -> None:
        """A use for these purposes begins, of so many đồng."""
        if len(purposes) > 1 or purposes[0] not in self._own:
            amount = 0  # for any of several, or on the way out: none are set aside for it
        self._several = len(purposes) > 1
        if self._sparing is None:
            self._paid.append((purposes, amount))
        else:
            self._sparing.pay(purposes, amount)

    def room(self, layer: Open, most: Dong) -> Dong:
        """How many đồng of a layer, up to ``most``, the present use may take."""
        if self._sparing is None and layer.purposes < 2 and not (self._several and layer.restricted):
            return most
        return self._woken().room(self.group_of(layer), most)

    def take(self, layer: Open, amount: Dong) -> None:
        """So many đồng of a layer were taken."""
        if self._sparing is None:
            self._taken.append((layer, amount))
        else:
            self._sparing.take(self.group_of(layer), amount)

    def group_of(self, layer: Open) -> Group:
        """What the layer may serve."""
        return self._purposes.get(layer.source_id, frozenset()) if layer.restricted else None

    def refusal(self, takes: Iterable[tuple[Open, Dong]]) -> RuleBroken:
        """Who would lack what if so much more were taken of these layers."""
        sparing = self._woken()
        before = dict(sparing.unmet)
        for layer, amount in takes:
            sparing.take(self.group_of(layer), amount)
        lost = {purpose: amount - before.get(purpose, 0) for purpose, amount in sparing.unmet.items()}
        return _promises[0].refusal(self._campaign_id, {one: amount for one, amount in lost.items() if amount})

    def _woken(self) -> Sparing:
        """The flow as it stands after all that this deed has done before."""
        if self._sparing is None:
            needs = _promises[0].needs(self._campaign_id) if _promises else {}
            others = {purpose: max(0, amount - self._kept.get(purpose, 0)) for purpose, amount in needs.items()}
            self._purposes = eligible.purposes_by_source(self._campaign_id)
            self._sparing = Sparing(self._money())
            self._sparing.promise(others)
            self._sparing.promise(self._own)
            for purposes, amount in self._paid:
                self._sparing.pay(purposes, amount)
            for layer, amount in self._taken:
                self._sparing.take(self.group_of(layer), amount)
        return self._sparing

    def _money(self) -> dict[Group, Dong]:
        """The campaign's unspent đồng by what they may serve, without those of the document that is being voided."""
        money = dict(eligible.groups(self._campaign_id))
        for layer in queues.of_document(self._campaign_id, self._void_id) if self._void_id is not None else ():
            group = self.group_of(layer)
            money[group] = money.get(group, 0) - layer.unspent
        return money
