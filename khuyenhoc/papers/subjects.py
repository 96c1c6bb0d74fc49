"""Papers about what no document says: a month of a book, a campaign on a day, a count, a year.

Each has a subject in words of the feature that issues it (``cash:4:2026-07:0``), and is frozen like every
other. It stands as long as what it is about stays as it was: a closed month, until it is opened again.
"""

import json
from collections.abc import Callable

from khuyenhoc.core.context import Person
from khuyenhoc.history import chains
from khuyenhoc.papers import issued
from khuyenhoc.papers.content import Paper
from khuyenhoc.papers.issued import IssuedPaper

PASSING = frozenset({"proof", "day", "on", "head", "heading", "signer"})
"""What a paper says of its issue and not of its matter: another day or another chair makes no new version."""

OPEN, UNISSUED = "CHƯA KHÓA SỔ", "BẢN XEM TRƯỚC"
"""What stands across a print that was not issued, and why it was not."""

_stands: dict[str, Callable[[IssuedPaper], bool]] = {}


def issue(subject: str, paper: Paper, *, unit_id: int, by: Person, reason: str = "") -> IssuedPaper:
    """Issue a paper about what no document says: a month of a book, a campaign on a day, a year.

    Asked again it gives the one that was issued, as long as it would say the same; else the next version,
    with the same number and a new code. It bears the seal of the books' head at its issue.
    """
    chains.lock(unit_id)
    known = issued.find_about(paper.TEMPLATE, unit_id, subject)
    if known is not None and says(known, paper):
        return known
    return issued.add(paper, unit_id=unit_id, document_id=None, by=by, after=known, reason=reason, subject=subject)


def mark(*, closed: bool) -> str:
    """What stands across a print that was not issued: the books are open, or nobody has issued it yet."""
    return UNISSUED if closed else OPEN


def says(known: IssuedPaper, paper: Paper) -> bool:
    """Whether an issued paper says what this one would, but for the day of its issue and whoever signs."""
    matter = json.loads(issued.freeze(paper.numbered(known.label).content()))
    then = known.frozen
    return all(then.get(name) == matter.get(name) for name in (then.keys() | matter.keys()) - PASSING)


def stands_while(kind: str, holds: Callable[[IssuedPaper], bool]) -> None:
    """Register when papers of a kind still stand: a closed month's book does until the month is opened again."""
    _stands[kind] = holds


def stands(paper: IssuedPaper) -> bool:
    """Whether what the paper is about is still as it was at its issue."""
    holds = _stands.get(paper.kind)
    return holds is None or holds(paper)
