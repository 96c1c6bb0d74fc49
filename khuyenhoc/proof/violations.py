"""What a check finds: which table, which row, which field, what should stand there and what does."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from khuyenhoc.core.values import dataclass

Plain = int | str | None


@dataclass(frozen=True)
class Violation:
    """One thing that does not hold; ``message`` says it in the reader's language."""

    table: str
    row: str
    field: str
    expected: Plain
    found: Plain
    message: str

    def plain(self) -> dict[str, Any]:
        """As it stands in the JSON of ``khuyenhoc verify``."""
        return asdict(self)


@dataclass(frozen=True)
class Check:
    """One bookkeeper's question, by name; ``question`` is lazy text."""

    name: str
    question: object
    ask: Callable[[], Iterator[Violation]]
