"""What whoever holds a paper may know of it: is it genuine, unaltered, still good. Never a name."""

import datetime
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from khuyenhoc.core.values import dataclass
from khuyenhoc.history import events, seal
from khuyenhoc.ledger import chain
from khuyenhoc.papers import issued, subjects
from khuyenhoc.papers.issued import IssuedPaper
from khuyenhoc.papers.kinds import OF_DOCUMENTS

State = Literal["live", "void", "replaced", "reopened"]

Telling = Callable[[int], Iterable[str]]

_told: dict[str, Telling] = {}


def register(name: str, tell: Telling) -> None:
    """Let a higher feature say what became of a document (by its id): sentences without any name. The last holds."""
    _told[name] = tell


@dataclass(frozen=True)
class Verification:
    """The facts of one paper. ``genuine``: what is stored is what was issued, and its seal is that of the books."""

    kind: str
    number: str
    amount: int
    """Whole đồng; 0 where the paper tells no sum."""
    day: datetime.date
    state: State
    genuine: bool
    unit: str
    seal: str
    entry_number: int | None
    became: Sequence[str] = ()
    """What became of it since, in sentences: that a part of it was given back."""


def verification(code: str) -> Verification | None:
    """The facts of the paper with this check code; None when no paper bears it."""
    paper = issued.find_by_code(code)
    if paper is None:
        return None
    return Verification(
        kind=paper.name,
        number=paper.label,
        amount=paper.amount,
        day=paper.day,
        state=_state(paper),
        genuine=is_genuine(paper),
        unit=str(paper.frozen["heading"]["unit"]),
        seal=paper.seal,
        entry_number=paper.entry_number,
        became=_became(paper),
    )


def _became(paper: IssuedPaper) -> list[str]:
    if paper.kind not in OF_DOCUMENTS or paper.document_id is None or issued.is_void(paper):
        return []
    return [sentence for name in sorted(_told) for sentence in _told[name](paper.document_id)]


def _state(paper: IssuedPaper) -> State:
    if issued.is_void(paper):
        return "void"
    if issued.is_replaced(paper):
        return "replaced"
    return "live" if subjects.stands(paper) else "reopened"


def is_genuine(paper: IssuedPaper) -> bool:
    """Whether content, columns, history and seal still say the same as on the day of issue."""
    if issued.fingerprint(paper.content) != paper.fingerprint:
        return False
    told = events.of("issued_papers", paper.id)
    if not told or not seal.says_the_same(told[-1].content, seal.content("issued_papers", paper.id)):
        return False
    if paper.entry_number is not None:
        return chain.seal_of(paper.unit_id, paper.entry_number) == paper.seal
    return True
