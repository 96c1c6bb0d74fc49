"""Issued papers: frozen at issue, numbered, fingerprinted, each with a random check code of its own.

A paper is never changed. A new version is a new row with its own code; the older one stays and says
that it was replaced. What a paper prints is its frozen content and nothing else, so a reprint years
later shows the names of its day.
"""

import datetime
import hashlib
import json
from collections.abc import Callable, Sequence
from contextvars import ContextVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    func,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from khuyenhoc.core import clock, codes
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import Base, BigInt, db, only_where
from khuyenhoc.core.dong import figures
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.core.names import fold
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history import chains
from khuyenhoc.history.events import record
from khuyenhoc.history.seal import part_of, sealed
from khuyenhoc.ledger import chain
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.documents import get_document
from khuyenhoc.papers.content import Content, Paper
from khuyenhoc.papers.kinds import KINDS, OF_DOCUMENTS, OF_GIFTS, VOUCHERS
from khuyenhoc.papers.press import print_pdf

_no_longer_good: dict[str, Callable[[int], bool]] = {}
"""Kind of paper that stands on no document → whether that of this id, which it is about, was taken back."""

site: ContextVar[str] = ContextVar("site", default="http://127.0.0.1:8000")
"""The address of this site as papers print it, without a slash at the end."""


@sealed
class IssuedPaper(Base):
    """One version of one paper. Rows are only ever added.

    It is about a document: of the ledger, or of a kind that stands on none, what ``document_id`` names there;
    or about what ``subject`` names: a month of a book, a campaign on a day, a year.
    """

    __tablename__ = "issued_papers"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("kind", "document_id", "version"),
        UniqueConstraint("unit_id", "series", "year", "number", "version"),
        CheckConstraint("version > 0", name="version"),
        CheckConstraint("(series IS NULL) = (number IS NULL)", name="number_of_series"),
        Index("ix_issued_papers_document", "document_id"),
        Index(
            "uq_issued_papers_subject",
            "unit_id",
            "kind",
            "subject",
            "version",
            unique=True,
            info=only_where("subject IS NOT NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(24))
    document_id: Mapped[int | None] = mapped_column(BigInteger)
    subject: Mapped[str | None] = mapped_column(String(60))
    series: Mapped[str | None] = mapped_column(String(4))
    year: Mapped[int | None] = mapped_column(Integer)
    number: Mapped[int | None] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer)
    label: Mapped[str] = mapped_column(String(40))
    day: Mapped[datetime.date] = mapped_column(Date)
    amount: Mapped[int] = mapped_column(BigInteger)
    entry_number: Mapped[int | None] = mapped_column(Integer)
    seal: Mapped[str] = mapped_column(String(19))
    code: Mapped[str] = mapped_column(String(14))
    content: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[str] = mapped_column(String(27))
    issued_by: Mapped[int] = mapped_column(BigInteger)
    issued_by_name: Mapped[str] = mapped_column(String(120))

    @property
    def name(self) -> str:
        """What kind of paper it is, in Vietnamese: ``Phiếu thu``."""
        return KINDS[self.kind].NAME

    @property
    def frozen(self) -> Content:
        """The content as it was frozen."""
        content: Content = json.loads(self.content)
        return content

    @property
    def file_name(self) -> str:
        """``phieu-thu-PT-2026-0127.pdf``: it names no donor, and stands in a header, which bears no accents."""
        return "-".join([*fold(self.name).split(), *fold(self.label).upper().split()]) + ".pdf"


@part_of(IssuedPaper, "paper_id")
class PaperPrint(Base):
    """One printing: the first is the original, every later one a copy."""

    __tablename__ = "paper_prints"
    paper_id: Mapped[int] = mapped_column(ForeignKey("issued_papers.id"), primary_key=True, autoincrement=False)
    ordinal: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    printed_at: Mapped[str] = mapped_column(String(27))
    printed_by: Mapped[int] = mapped_column(BigInteger)
    printed_by_name: Mapped[str] = mapped_column(String(120))

    @property
    def is_copy(self) -> bool:
        """Whether the original was printed before."""
        return self.ordinal > 1


def issue(kind: str, paper: Paper, *, unit_id: int, document_id: int | None, by: Person) -> IssuedPaper:
    """Issue a paper, once: asked again for the same document, it gives the one that was issued.

    Takes a number of its own where the kind has a series (TLV, BB), else bears the label that it was given.
    """
    assert KINDS[kind] is type(paper), kind
    chains.lock(unit_id)
    if document_id is not None and (known := find(kind, document_id)):
        return known
    return add(paper, unit_id=unit_id, document_id=document_id, by=by)


def reissue(old: IssuedPaper, paper: Paper, *, by: Person, reason: str) -> IssuedPaper:
    """Issue the next version, with the same number and a new code; the old one says that it was replaced."""
    chains.lock(old.unit_id)
    if _newest_version(old) != old.version:
        raise RuleBroken(_("Giấy này đã có bản mới hơn."))
    return add(paper, unit_id=old.unit_id, document_id=old.document_id, by=by, after=old, reason=reason)


def add(
    paper: Paper,
    *,
    unit_id: int,
    document_id: int | None,
    by: Person,
    after: IssuedPaper | None = None,
    reason: str = "",
    subject: str | None = None,
) -> IssuedPaper:
    """Write a paper down as it is, the unit locked: ``issue``, ``reissue`` and ``subjects`` say when."""
    entry_number, seal = _sealed_by(paper, unit_id, document_id, subject)
    issued = IssuedPaper(
        unit_id=unit_id,
        kind=paper.TEMPLATE,
        document_id=document_id,
        subject=subject,
        version=after.version + 1 if after else 1,
        day=paper.day,
        amount=getattr(paper, "amount", 0),
        entry_number=entry_number,
        seal=seal,
        code=codes.verification_code(),
        issued_at=clock.stamp(),
        issued_by=by.id,
        issued_by_name=by.signature,
    )
    _number(issued, paper, after)
    issued.content = freeze(paper.numbered(issued.label).content() | {"proof": _proof(issued)})
    issued.fingerprint = fingerprint(issued.content)
    db.session.add(issued)
    details = {"label": issued.label, "kind": issued.kind, "version": issued.version}
    record("paper.issued", issued, by=by, unit_id=unit_id, reason=reason, details=details)
    return issued


def _sealed_by(paper: Paper, unit_id: int, document_id: int | None, subject: str | None) -> tuple[int | None, str]:
    """The entry whose seal the paper bears: its document's, or the newest one of the books that it is about."""
    if subject is not None:
        head = chain.head(unit_id)
        return (head.length, chain.seal16(head.hash)) if head.length else (None, "")
    document = _live_document(paper, unit_id, document_id)
    return (document.entry_number, chain.seal_of(unit_id, document.entry_number)) if document else (None, "")


def _live_document(paper: Paper, unit_id: int, document_id: int | None) -> Document | None:
    if paper.TEMPLATE not in OF_DOCUMENTS or document_id is None:
        return None
    document = get_document(document_id)
    if document.unit_id != unit_id:
        raise NotFound(_("Không có chứng từ này."))
    if document.is_void:
        raise RuleBroken(_("%(label)s đã hủy, không ra giấy được.", label=document.label))
    if isinstance(paper, VOUCHERS) and (paper.label, paper.amount) != (document.label, document.amount):
        raise ValueError(f"the paper says {paper.label} {paper.amount}, the books {document.label} {document.amount}")
    return document


def _number(issued: IssuedPaper, paper: Paper, after: IssuedPaper | None) -> None:
    """The unit's lock is held, so that two papers cannot take one number and none is left out."""
    issued.label = getattr(paper, "label", "")
    if not paper.SERIES:
        return
    issued.series, issued.year = paper.SERIES, paper.day.year
    if after:
        issued.year, issued.number = after.year, after.number
    else:
        taken = select(func.max(IssuedPaper.number)).where(
            IssuedPaper.unit_id == issued.unit_id,
            IssuedPaper.series == issued.series,
            IssuedPaper.year == issued.year,
        )
        issued.number = (db.session.scalar(taken) or 0) + 1
    issued.label = f"{issued.series}-{issued.year}-{issued.number:04d}"


def _proof(issued: IssuedPaper) -> Content:
    address = site.get().rstrip("/")
    return {
        "code": codes.show_verification_code(issued.code),
        "address": f"{address}/kiem-chung/{issued.code}",
        "place": f"{address.partition('://')[2]}/kiem-chung",
        "entry": figures(issued.entry_number) if issued.entry_number else "",
        "seal": issued.seal,
    }


def freeze(content: Content) -> str:
    """A content as it is stored: one text for one content."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def fingerprint(frozen: str) -> str:
    """SHA-256, in hex, of a frozen content."""
    return hashlib.sha256(frozen.encode("utf-8", "surrogatepass")).hexdigest()


def find(kind: str, document_id: int) -> IssuedPaper | None:
    """The newest version of a document's paper of one kind."""
    query = select(IssuedPaper).where(IssuedPaper.kind == kind, IssuedPaper.document_id == document_id)
    return db.session.scalar(query.order_by(IssuedPaper.version.desc()).limit(1))


def find_about(kind: str, unit_id: int, subject: str) -> IssuedPaper | None:
    """The newest version of a unit's paper of one kind about this subject."""
    query = select(IssuedPaper).where(
        IssuedPaper.unit_id == unit_id, IssuedPaper.kind == kind, IssuedPaper.subject == subject
    )
    return db.session.scalar(query.order_by(IssuedPaper.version.desc()).limit(1))


def find_by_code(code: str) -> IssuedPaper | None:
    """The paper that bears this check code, typed with or without its hyphens."""
    normal = codes.normalise_code(code)
    return db.session.scalar(select(IssuedPaper).where(IssuedPaper.code == normal)) if normal else None


def get_paper(paper_id: int) -> IssuedPaper:
    """The paper of this id. Whose it is and who may see it, the feature knows."""
    paper = db.session.get(IssuedPaper, paper_id)
    if paper is None:
        raise NotFound(_("Không có giấy này."))
    return paper


def of_gift(document_id: int) -> Sequence[IssuedPaper]:
    """The newest version of every paper of one gift, oldest first."""
    query = select(IssuedPaper).where(IssuedPaper.document_id == document_id, IssuedPaper.kind.in_(OF_GIFTS))
    newest = {paper.kind: paper for paper in db.session.scalars(query.order_by(IssuedPaper.version))}
    return sorted(newest.values(), key=lambda paper: paper.id)


def void_when(kind: str, taken_back: Callable[[int], bool]) -> None:
    """Register when papers of a kind that stand on no document are void: by the id of what they are about."""
    _no_longer_good[kind] = taken_back


def is_void(paper: IssuedPaper) -> bool:
    """Whether what the paper stands on was cancelled."""
    if paper.kind in _no_longer_good and paper.document_id is not None:
        return _no_longer_good[paper.kind](paper.document_id)
    if paper.kind not in OF_DOCUMENTS or paper.document_id is None:
        return False
    document = db.session.get(Document, paper.document_id)
    return document is None or document.is_void


def is_replaced(paper: IssuedPaper) -> bool:
    """Whether a newer version was issued."""
    return _newest_version(paper) > paper.version


def _newest_version(paper: IssuedPaper) -> int:
    if paper.subject is not None:
        newest = find_about(paper.kind, paper.unit_id, paper.subject)
    else:
        newest = find(paper.kind, paper.document_id) if paper.document_id is not None else None
    return newest.version if newest else paper.version


def render(paper: IssuedPaper, *, copy: bool = False) -> bytes:
    """The paper as PDF, from what was frozen; HỦY stands on it when its document is void."""
    return print_pdf(paper.kind, paper.frozen, copy=copy, void=is_void(paper))


def was_printed(paper: IssuedPaper) -> bool:
    """Whether the original has left the house."""
    return db.session.scalar(select(PaperPrint.ordinal).where(PaperPrint.paper_id == paper.id).limit(1)) is not None


def note_print(paper: IssuedPaper, *, by: Person) -> PaperPrint:
    """Write down a printing. Print it with ``render(paper, copy=printed.is_copy)``."""
    chains.lock(paper.unit_id)
    before = select(func.max(PaperPrint.ordinal)).where(PaperPrint.paper_id == paper.id)
    printed = PaperPrint(
        paper_id=paper.id,
        ordinal=(db.session.scalar(before) or 0) + 1,
        printed_at=clock.stamp(),
        printed_by=by.id,
        printed_by_name=by.signature,
    )
    db.session.add(printed)
    record("paper.printed", paper, by=by, unit_id=paper.unit_id, details={"ordinal": printed.ordinal})
    return printed
