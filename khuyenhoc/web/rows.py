"""Repeated rows of a form (the goods of a goal, the lines of a gift), for a ``FormField`` of a ``Part``."""

from collections.abc import Iterable
from typing import Any

from wtforms import FieldList

from khuyenhoc.web.page import wants_fragment


class RowsField(FieldList):
    """At most ``max_entries`` rows. Strange row numbers in the names of what was sent are passed over."""

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterable[int]:
        """Row numbers of one to four ASCII digits; ``int`` would stumble over ``²`` and over very long ones."""
        for name in formdata:
            if name.startswith(f"{prefix}-"):
                number = name[len(prefix) + 1 :].split("-", 1)[0]
                if number.isascii() and number.isdigit() and len(number) <= 4:
                    yield int(number)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._fresh: list[Any] = []

    def offer_more(self, rows: int = 1) -> None:
        """Add empty rows to fill in, as far as there may be more."""
        for _row in range(min(rows, self.max_entries - len(self.entries))):
            self.append_fresh()

    def append_fresh(self) -> Any:
        """A row that was not on the page before."""
        self._fresh.append(self.append_entry())
        return self._fresh[-1]

    @property
    def shown(self) -> list[Any]:
        """The rows to draw. Where htmx asked for more it is the new ones alone: someone is typing in the others."""
        return self._fresh if wants_fragment() and self._fresh else self.entries
