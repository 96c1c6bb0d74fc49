"""What other modules show on a gift's page: the donor's links, thanks. Each registers a panel."""

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from khuyenhoc.core.values import dataclass
from khuyenhoc.giving.gift_rows import GiftRow

PLACES = ("actions", "main", "aside")
"""Where a panel may stand: buttons beside the heading, the wide column, the narrow one."""


@dataclass(frozen=True)
class GiftPanel:
    """A template and what it needs; inside it, ``panel.<name>`` is the context and ``gift`` the GiftRow."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


Provider = Callable[[GiftRow], GiftPanel | None]

_providers: dict[str, tuple[str, int, Provider]] = {}


def register(name: str, provider: Provider, *, place: str = "aside", order: int = 50) -> None:
    """Show a panel on every gift's page, for whom ``provider`` gives one. The last of a name holds."""
    assert place in PLACES, place
    _providers[name] = (place, order, provider)


def of(gift: GiftRow) -> dict[str, list[GiftPanel]]:
    """The gift's panels by place, in their order."""
    found: dict[str, list[GiftPanel]] = {place: [] for place in PLACES}
    for _name, (place, _order, provider) in sorted(_providers.items(), key=lambda one: (one[1][1], one[0])):
        panel = provider(gift)
        if panel is not None:
            found[place].append(panel)
    return found
