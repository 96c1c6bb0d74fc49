"""What a kind of document is called, and the page it has. The books know neither: features register both."""

from collections.abc import Callable
from typing import Any

from khuyenhoc.ledger.accounts import KIND
from khuyenhoc.ledger.document_tables import COUNTER, Document

Address = Callable[[Document], str]

_named: dict[str, tuple[Any, Address]] = {}


def register(kind: str, name: Any, address: Address) -> None:
    """Name a kind of document (lazy text), and say where the page of one is. The last registration holds."""
    _named[kind] = (name, address)


def name_of(kind: str) -> str:
    """The kind on screen; the bare kind while no feature has named it."""
    return str(_named[kind][0]) if kind in _named else kind


def address_of(document: Document) -> str:
    """The document's page; empty when no feature shows it."""
    return _named[document.kind][1](document) if document.kind in _named else ""


def heading_name(heading: str) -> str:
    """A heading of the reconciliation on screen: the name of the account on the other side."""
    counter = COUNTER.get(heading)
    return KIND[counter].name if counter else ""
