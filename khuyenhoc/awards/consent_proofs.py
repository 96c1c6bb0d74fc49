"""The file that proves a giver's consent to another purpose: looked into, cleaned, kept outside the web root.

It is kept for good, beside the words of the consent, and opened only by who asks, decides or audits.
"""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from khuyenhoc.core import clock, names
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import Base, BigInt, db
from khuyenhoc.core.errors import NotFound
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history import chains
from khuyenhoc.history.events import record
from khuyenhoc.history.seal import sealed
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.recipients import evidence, files


@sealed
class ConsentProof(Base):
    """One uploaded letter, mail or photograph of one, under its own digest; ``size`` in bytes. Rows are only added."""

    __tablename__ = "consent_proofs"
    __table_args__ = (
        CheckConstraint("size > 0", name="size"),
        UniqueConstraint("gift_id", "digest"),
        Index("ix_consent_proofs_digest", "digest"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger)
    gift_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    name: Mapped[str] = mapped_column(String(150))
    media_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64))
    uploaded_at: Mapped[str] = mapped_column(String(27))
    uploaded_by: Mapped[int] = mapped_column(BigInteger)
    uploaded_by_name: Mapped[str] = mapped_column(String(120))


def store(gift: Document, upload: bytes, *, by: Person, name: str = "") -> ConsentProof:
    """Check an upload, clean it and keep it with the gift. The same file again is the one that is there."""
    content, media_type = files.cleaned(upload)
    chains.lock(gift.unit_id)
    digest = files.digest(content)
    query = select(ConsentProof).where(ConsentProof.gift_id == gift.id, ConsentProof.digest == digest)
    known = db.session.scalar(query)
    if known is not None:
        return known
    files.put(content)
    proof = ConsentProof(
        unit_id=gift.unit_id,
        gift_id=gift.id,
        name=names.clean(name)[-150:] or "minh-chung",
        media_type=media_type,
        size=len(content),
        digest=digest,
        uploaded_at=clock.stamp(),
        uploaded_by=by.id,
        uploaded_by_name=by.signature,
    )
    db.session.add(proof)
    record("consent_proof.stored", proof, by=by, unit_id=gift.unit_id, details={"gift": gift.label})
    return proof


def get_proof(gift_id: int, proof_id: int) -> ConsentProof:
    """The proof of this id, kept with this gift; NotFound when there is none."""
    proof = db.session.get(ConsentProof, proof_id)
    if proof is None or proof.gift_id != gift_id:
        raise NotFound(_("Không có tệp này."))
    return proof


def content(proof: ConsentProof) -> bytes:
    """What is in the file; RuleBroken when the disk no longer holds what was stored."""
    return files.read(proof.digest)


def address(proof: ConsentProof) -> str:
    """Where it is opened."""
    return f"/khoan-ung-ho/{proof.gift_id}/muc-dich/minh-chung/{proof.id}"


@evidence.also_held
def _is_held(digest: str) -> bool:
    return db.session.scalar(select(ConsentProof.id).where(ConsentProof.digest == digest).limit(1)) is not None
