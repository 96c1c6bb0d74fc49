"""Repeated rows of a form (the goods of a goal, the lines of a gift), for a ``FormField`` of a ``Part``."""

from collections.abc import Iterable
from typing import Any

from wtforms import FieldList


class RowsField(FieldList):
    """At most ``max_entries`` rows. Strange row numbers in the names of what was sent are passed over."""

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterable[int]:
        """Row numbers of one to four ASCII digits; ``int`` would stumble over ``²`` and over very long ones."""
        for name in formdata:
            if name.startswith(f"{prefix}-"):
                number = name[len(prefix) + 1 :].split("-", 1)[0]
                if number.isascii() and number.isdigit() and len(number) <= 4:
                    yield int(number)

    def offer_more(self, rows: int = 1) -> None:
        """Add empty rows to fill in, as far as there may be more."""
        for _row in range(min(rows, self.max_entries - len(self.entries))):
            self.append_entry()
