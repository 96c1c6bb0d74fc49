"""What stands in the way of voiding a document. Higher features say what they know, in a sentence that names it."""

from collections.abc import Callable

from khuyenhoc.ledger.document_tables import Document

Bar = Callable[[Document], str]

_bars: dict[str, Bar] = {}


def register(name: str, bar: Bar) -> None:
    """Ask ``bar`` before a document is voided; empty: nothing against it. The last of a name holds."""
    _bars[name] = bar


def why_kept(document: Document) -> str:
    """Why the document cannot be voided as things stand; empty when nothing stands in the way."""
    return next((said for name in sorted(_bars) if (said := _bars[name](document))), "")
