"""Who else counts on money that somebody asks to spend. Higher features say it in a sentence that names them."""

from collections.abc import Callable
from typing import NamedTuple

from khuyenhoc.core.dong import Dong
from khuyenhoc.ledger.refusals import StandsOnIt


class Leaving(NamedTuple):
    """So many đồng that would leave a campaign. ``source_id``: the gift that goes back; ``fact``: bound ones too."""

    campaign_id: int
    amount: Dong
    source_id: int | None = None
    fact: bool = False


Claim = Callable[[Leaving], str]

_claims: dict[str, Claim] = {}


def register(name: str, claim: Claim) -> None:
    """Ask ``claim`` before money is asked for and before it is approved; empty: nobody counts on it."""
    _claims[name] = claim


def why_kept(leaving: Leaving) -> str:
    """Why this money must stay as things stand; empty when it may leave. Nothing is changed by asking."""
    return next((said for name in sorted(_claims) if (said := _claims[name](leaving))), "")


def require(leaving: Leaving, field: str = "amount") -> None:
    """StandsOnIt, with the sentence that names who counts on it."""
    if said := why_kept(leaving):
        raise StandsOnIt(said, field=field)
