"""Documents that were voided and recorded again: which one stands at the beginning."""

from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.documents import get_document


def first_of(document: Document) -> Document:
    """The document that this one is recorded anew for, back to the first; itself where it replaces none.

    Goods that were recorded again went on the first one's day, out of the hands of whoever recorded that one.
    """
    while document.replaces_id is not None:
        document = get_document(document.replaces_id)
    return document
