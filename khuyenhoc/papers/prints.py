"""Printing what was issued: the first printing is the original, every later one a copy."""

import datetime

from sqlalchemy import select

from khuyenhoc.core import clock
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import db
from khuyenhoc.papers import issued
from khuyenhoc.papers.issued import IssuedPaper, PaperPrint

AT_THE_PRINTER = datetime.timedelta(minutes=15)
"""So long whoever printed the original may look at it once more, until it lies on paper."""


def pdf(paper: IssuedPaper, *, by: Person, ordinal: str = "") -> bytes:
    """The paper as PDF: a copy, unless it is the first printing that this person has just asked for."""
    printed = db.session.get(PaperPrint, (paper.id, 1)) if ordinal == "1" else None
    original = printed is not None and printed.printed_by == by.id and _just_now(printed)
    return issued.render(paper, copy=not original)


def last_print(paper: IssuedPaper | None) -> PaperPrint | None:
    """The last printing, whose ordinal is their number; None when it was never printed."""
    if paper is None:
        return None
    query = select(PaperPrint).where(PaperPrint.paper_id == paper.id)
    return db.session.scalar(query.order_by(PaperPrint.ordinal.desc()).limit(1))


def _just_now(printed: PaperPrint) -> bool:
    return clock.now() - clock.from_stamp(printed.printed_at) <= AT_THE_PRINTER
