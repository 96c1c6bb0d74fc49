"""One thing that waits for whoever is signed in."""

from khuyenhoc.core.values import dataclass


@dataclass(frozen=True)
class Work:
    """One thing to do: how many, what, why, and where."""

    count: int
    title: str
    note: str
    url: str
