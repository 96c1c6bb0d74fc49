"""What stands in the way of voiding a document. Higher features say what they know, in a sentence that names it."""

from collections.abc import Callable

from khuyenhoc.ledger.document_tables import Document

Bar = Callable[[Document], str]

_bars: dict[str, Bar] = {}
_unless_again: set[str] = set()


def register(name: str, bar: Bar, *, unless_again: bool = False) -> None:
    """Ask ``bar`` before a document is voided; empty: nothing against it. The last of a name holds.

    ``unless_again``: not before it is asked to be recorded anew in the same step, which may put back what it takes;
    when that is done, the bar is asked with the new document there.
    """
    _bars[name] = bar
    (_unless_again.add if unless_again else _unless_again.discard)(name)


def why_kept(document: Document, *, again: bool = False) -> str:
    """Why the document cannot be voided as things stand; empty when nothing stands in the way.

    ``again``: it is to be recorded anew in the same step.
    """
    asked = (name for name in sorted(_bars) if not (again and name in _unless_again))
    return next((said for name in asked if (said := _bars[name](document))), "")
