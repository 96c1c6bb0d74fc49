"""What higher features show beside something that the books know: some documents, or one subject of their uses.

The books know no donors and no awards: whoever can tell where money came from registers it here.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import field
from typing import Any

from khuyenhoc.core.values import dataclass


@dataclass(frozen=True)
class Beside:
    """A template and what it needs; inside it, ``panel.<name>`` is the context."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Used:
    """What a page shows: documents of one unit, or (``subject_id``) what one award has received through any."""

    unit_id: int
    document_ids: Collection[int] = ()
    subject_id: int | None = None


Provider = Callable[[Used], Beside | None]

_providers: dict[str, Provider] = {}


def register(name: str, provider: Provider) -> None:
    """Show a panel beside every use, for whom ``provider`` gives one. The last of a name holds."""
    _providers[name] = provider


def of(used: Used) -> list[Beside]:
    """The panels, in the order of their names."""
    found = (provider(used) for _name, provider in sorted(_providers.items()))
    return [panel for panel in found if panel is not None]
