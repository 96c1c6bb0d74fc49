"""What higher features show on a campaign's pages. Funds know no ledger: whoever has figures registers them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any

from khuyenhoc.core.dong import Dong
from khuyenhoc.core.values import dataclass
from khuyenhoc.funds.campaigns import Campaign

PLACES = ("actions", "top", "main", "aside", "foot")
"""Where a panel may stand: buttons beside the heading, the ruled sheet, the wide and the narrow column, below all."""


@dataclass(frozen=True)
class Panel:
    """A template, and what it needs; inside it, ``panel.<name>`` is the context and ``campaign`` the campaign."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


Provider = Callable[[Campaign], Panel | None]


@dataclass(frozen=True)
class Progress:
    """How far a campaign has come. ``goods`` counts pieces received or bought per item id; amounts in whole đồng."""

    received: Dong = 0
    available: Dong = 0
    goods: Mapping[int, int] = field(default_factory=dict)
    reconciled: bool | None = None


ProgressSource = Callable[[Sequence[int]], Mapping[int, Progress]]

_providers: dict[str, tuple[str, int, Provider]] = {}
_progress: list[ProgressSource] = []


def register(name: str, provider: Provider, *, place: str = "main", order: int = 50) -> None:
    """Show a panel on every campaign's page, for whom ``provider`` gives one. The last of a name holds."""
    assert place in PLACES, place
    _providers[name] = (place, order, provider)


def register_progress(source: ProgressSource) -> None:
    """Name the one source of progress: campaign ids → progress, all in one go."""
    _progress[:] = [source]


def of(campaign: Campaign) -> dict[str, list[Panel]]:
    """The campaign's panels by place, in their order."""
    found: dict[str, list[Panel]] = {place: [] for place in PLACES}
    for _name, (place, _order, provider) in sorted(_providers.items(), key=lambda entry: (entry[1][1], entry[0])):
        panel = provider(campaign)
        if panel is not None:
            found[place].append(panel)
    return found


def progress_of(campaign_ids: Sequence[int]) -> Mapping[int, Progress]:
    """Campaign id → how far it has come; empty while no feature has figures."""
    return _progress[0](campaign_ids) if _progress and campaign_ids else {}
