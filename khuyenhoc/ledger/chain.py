"""What a paper and the public page show of the chain: an entry's number and the start of its hash."""

from khuyenhoc.core.database import db
from khuyenhoc.history import chains
from khuyenhoc.ledger.entries import Entry


def seal16(hash: str) -> str:
    """The first 16 hex digits of a hash in groups of four: ``B41D 6E07 93AC F512``."""
    return " ".join(hash[at : at + 4].upper() for at in range(0, 16, 4))


def seal_of(unit_id: int, number: int) -> str:
    """The seal of one entry."""
    entry = db.session.get(Entry, (unit_id, number))
    assert entry is not None
    return seal16(entry.hash)


def head(unit_id: int) -> chains.Head:
    """How many entries a unit's books hold, and the hash of the last."""
    return chains.heads("entries").get(unit_id, chains.Head(0, chains.GENESIS))
