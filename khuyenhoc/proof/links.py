"""Where a document's own page is; the proof names documents of every feature and imports no page of theirs."""

from flask import Flask, url_for

from khuyenhoc.history.names import deed_name
from khuyenhoc.ledger.document_tables import Document

PAGES = {"gift": ("giving.gift", "document_id")}
"""Kind of document → endpoint of its page and the name of its id there; every other kind: ``OTHERS``."""

OTHERS = ("treasury.document", "document_id")


def document_url(document: Document) -> str:
    """The page of a document."""
    endpoint, name = PAGES.get(document.kind, OTHERS)
    return url_for(endpoint, **{name: document.id})  # type: ignore[arg-type]


def install(app: Flask) -> None:
    """Give templates what they need to name documents and deeds."""
    app.jinja_env.globals.update(document_url=document_url, deed_name=deed_name)
