"""The two links of a gift: the donor's own page, and the page to share. Random, revocable, never derived."""

from collections.abc import Sequence
from urllib.parse import quote

from flask import url_for
from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from khuyenhoc.core import clock, codes
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import Base, db, only_where
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.core.names import clean
from khuyenhoc.core.text import gettext as _
from khuyenhoc.giving import given_back
from khuyenhoc.history import chains
from khuyenhoc.history.events import record
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.documents import get_document
from khuyenhoc.papers import issued
from khuyenhoc.papers.qr import qr_svg

LONGEST_TOKEN = 43
LONGEST_REASON = 500


class GiftLink(Base):
    """A pair of tokens for one gift; revoked ones stay, so that nobody is ever given them again."""

    __tablename__ = "gift_links"
    __table_args__ = (
        Index(
            "uq_gift_links_live",
            "document_id",
            unique=True,
            info=only_where("revoked_at IS NULL"),
        ),
    )
    private: Mapped[str] = mapped_column(String(LONGEST_TOKEN), primary_key=True)
    shared: Mapped[str] = mapped_column(String(LONGEST_TOKEN), unique=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    made_at: Mapped[str] = mapped_column(String(27))
    revoked_at: Mapped[str | None] = mapped_column(String(27))

    @property
    def private_address(self) -> str:
        """The donor's own page, as it is sent."""
        return issued.site.get() + url_for("reports.thanks", token=self.private)

    @property
    def shared_address(self) -> str:
        """The page that the donor may pass on."""
        return issued.site.get() + url_for("reports.shared", token=self.shared)

    @property
    def private_qr(self) -> str:
        """The QR of the donor's own page, as the address of a picture."""
        return "data:image/svg+xml," + quote(qr_svg(self.private_address))


def find(document: Document) -> GiftLink | None:
    """The links of a gift that hold now."""
    query = select(GiftLink).where(GiftLink.document_id == document.id, GiftLink.revoked_at.is_(None))
    return db.session.scalar(query)


def of(documents: Sequence[Document]) -> dict[int, GiftLink]:
    """Document id → the links that hold now, for many gifts at once."""
    ids = [document.id for document in documents]
    query = select(GiftLink).where(GiftLink.document_id.in_(ids), GiftLink.revoked_at.is_(None))
    return {link.document_id: link for link in db.session.scalars(query)}


def make(document: Document, *, by: Person) -> GiftLink:
    """Give a gift its links; the same ones as long as they are not revoked."""
    chains.lock(document.unit_id)
    known = find(document)
    if known is not None:
        return known
    if document.kind != "gift":
        raise RuleBroken(_("Chỉ khoản ủng hộ mới có trang tri ân."))
    if document.is_void:
        raise RuleBroken(_("%(label)s đã hủy, không còn trang tri ân.", label=document.label))
    link = GiftLink(
        private=codes.token(), shared=codes.token(), document_id=document.id, made_at=clock.stamp(), revoked_at=None
    )
    db.session.add(link)
    record("gift.link_made", document, by=by, unit_id=document.unit_id, details={"label": document.label})
    return link


def revoke(document: Document, *, by: Person, reason: str) -> None:
    """End both links of a gift at once: a link that went astray, a wish to be left alone."""
    chains.lock(document.unit_id)
    reason = clean(reason)
    if not reason:
        raise RuleBroken(_("Xin ghi lý do thu hồi."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise RuleBroken(_("Dài nhất %(n)s ký tự.", n=LONGEST_REASON), field="reason")
    link = find(document)
    if link is None:
        raise RuleBroken(_("Khoản này không có đường dẫn nào đang mở."))
    link.revoked_at = clock.stamp()
    details = {"label": document.label}
    record("gift.link_revoked", document, by=by, unit_id=document.unit_id, reason=reason, details=details)


def gift_of_private(token: str) -> tuple[GiftLink, Document]:
    """The gift behind a private link; NotFound for an unknown or revoked one, which look the same."""
    return _opened(db.session.get(GiftLink, token[:LONGEST_TOKEN]))


def gift_of_shared(token: str) -> tuple[GiftLink, Document]:
    """The gift behind a link to share; a void one, or one that has all gone back, is no longer told of."""
    link, document = _opened(db.session.scalar(select(GiftLink).where(GiftLink.shared == token[:LONGEST_TOKEN])))
    back = given_back.of([document.id]).get(document.id)
    gone = document.is_void or (back is not None and back.total >= document.amount)
    return _opened(None) if gone else (link, document)


def _opened(link: GiftLink | None) -> tuple[GiftLink, Document]:
    if link is None or link.revoked_at is not None:
        raise NotFound(_("Đường dẫn này không có, hoặc đã được thu hồi. Xin hỏi thủ quỹ của Hội."))
    return link, get_document(link.document_id)
