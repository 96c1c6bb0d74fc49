"""Awards: one row from the first draft of a nomination to the settlement. Its steps stand in ``STEPS``."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from khuyenhoc.awards.programme_tables import Level, Programme
from khuyenhoc.core.database import Base, BigInt, only_where
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.history.seal import part_of, sealed
from khuyenhoc.recipients.recipient_tables import Recipient

STATES = {
    "draft": _l("Bản nháp"),
    "submitted": _l("Đã gửi"),
    "verified": _l("Đã thẩm tra"),
    "in_review": _l("Đang xét"),
    "recommended": _l("Được đề nghị"),
    "decided": _l("Đã quyết định"),
    "published": _l("Đang công bố"),
    "paid": _l("Đã chi"),
    "handed_over": _l("Đã trao"),
    "settled": _l("Đã quyết toán"),
    "returned": _l("Trả lại để sửa"),
    "rejected": _l("Không được chọn"),
    "withdrawn": _l("Đã rút"),
    "unclaimed": _l("Không đến nhận"),
    "cancelled": _l("Đã hủy"),
}

ENDED = ("rejected", "withdrawn", "cancelled", "unclaimed")
OVER = ("settled", *ENDED)
"""Nothing is done with such a file any more."""

STEPS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "submit": (("draft", "returned"), "submitted", "award.confirm"),
    "return": (("submitted", "verified"), "returned", "award.verify"),
    "verify": (("submitted",), "verified", "award.verify"),
    "refuse": (("submitted", "verified"), "rejected", "award.verify"),
    "withdraw": (
        ("draft", "returned", "submitted", "verified", "in_review", "recommended"),
        "withdrawn",
        "award.confirm",
    ),
    "take_up": (("verified",), "in_review", "meeting.hold"),
    "recommend": (("in_review",), "recommended", "meeting.hold"),
    "reject": (("in_review",), "rejected", "meeting.hold"),
    "decide": (("recommended",), "decided", "decision.sign"),
    "publish": (("decided",), "published", "decision.publish"),
    "pay": (("published",), "paid", "payout.pay"),
    "hand_over": (("published",), "handed_over", "payout.hand_over"),
    "take_back": (("handed_over",), "published", "approval.decide"),
    "settle": (("paid", "handed_over"), "settled", "payout.settle"),
    "not_claimed": (("published", "paid"), "unclaimed", "payout.settle"),
    "cancel": (("decided", "published"), "cancelled", "decision.sign"),
}
"""Step → from which states, to which, and the permission of whoever takes it. No other way changes a state."""


@sealed
class Award(Base):
    """One recipient in one programme. ``number`` counts per programme: the application code is ``HB22-0013``.

    ``unit_id`` keeps the books (the programme's unit), ``nominating_unit_id`` speaks for the recipient.
    ``score`` is the committee's mean in hundredths; ``amount`` is what was decided, in đồng.
    """

    __tablename__ = "awards"
    __table_args__ = (
        UniqueConstraint("programme_id", "number"),
        CheckConstraint("state IN ({})".format(", ".join(f"'{state}'" for state in STATES)), name="state"),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("rank IS NULL OR rank > 0", name="rank"),
        Index(
            "uq_awards_one_live",
            "programme_id",
            "recipient_id",
            unique=True,
            info=only_where("state NOT IN ('rejected', 'withdrawn', 'cancelled')"),
        ),
        Index("ix_awards_programme", "programme_id", "state", "id"),
        Index("ix_awards_unit", "nominating_unit_id", "programme_id", "state", "id"),
        Index("ix_awards_recipient", "recipient_id", "id"),
        Index("ix_awards_decision", "decision_id", "id"),
        Index("ix_awards_level", "level_id", "state", "id"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    number: Mapped[int] = mapped_column(Integer)
    level_id: Mapped[int] = mapped_column(ForeignKey("programme_levels.id"))
    recipient_id: Mapped[int] = mapped_column(ForeignKey("recipients.id"))
    nominating_unit_id: Mapped[int] = mapped_column(BigInteger)
    rank: Mapped[int | None] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text)
    nominated_by: Mapped[int] = mapped_column(BigInteger)
    nominated_by_name: Mapped[str] = mapped_column(String(120))
    nominated_at: Mapped[str] = mapped_column(String(27))
    confirmed_by: Mapped[int | None] = mapped_column(BigInteger)
    confirmed_by_name: Mapped[str | None] = mapped_column(String(120))
    verified_by: Mapped[int | None] = mapped_column(BigInteger)
    verified_by_name: Mapped[str | None] = mapped_column(String(120))
    verification: Mapped[str] = mapped_column(Text)
    to_mend: Mapped[str] = mapped_column(Text)
    score: Mapped[int | None] = mapped_column(Integer)
    meeting_id: Mapped[int | None] = mapped_column(BigInteger)
    decision_id: Mapped[int | None] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(BigInteger)

    programme: Mapped[Programme] = relationship()
    level: Mapped[Level] = relationship()
    recipient: Mapped[Recipient] = relationship()
    shares: Mapped[list["AwardShare"]] = relationship(
        order_by="AwardShare.position", lazy="selectin", cascade="all, delete-orphan"
    )
    evidence: Mapped[list["AwardEvidence"]] = relationship(
        order_by="AwardEvidence.evidence_id", lazy="selectin", cascade="all, delete-orphan"
    )


@part_of(Award, "award_id")
class AwardShare(Base):
    """What one campaign gives to a decided award: đồng committed, or pieces reserved from its stock.

    A share with an item and an amount is money committed for goods still to be bought. ``bought_by`` is the document
    by which the goods were bought for it, ``bought_from`` what was committed for them before, in đồng.
    """

    __tablename__ = "award_shares"
    __table_args__ = (
        CheckConstraint("amount >= 0 AND quantity >= 0", name="not_negative"),
        CheckConstraint("amount > 0 OR quantity > 0", name="not_empty"),
        CheckConstraint("(item_id IS NULL) = (quantity = 0)", name="quantity_of_item"),
        Index("ix_award_shares_campaign", "campaign_id", "award_id"),
        Index("ix_award_shares_bought_by", "bought_by", info=only_where("bought_by IS NOT NULL")),
    )
    award_id: Mapped[int] = mapped_column(ForeignKey("awards.id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    amount: Mapped[int] = mapped_column(BigInteger)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("items.id"))
    quantity: Mapped[int] = mapped_column(Integer)
    bought_by: Mapped[int | None] = mapped_column(BigInteger)
    bought_from: Mapped[int | None] = mapped_column(BigInteger)


@part_of(Award, "award_id")
class AwardEvidence(Base):
    """A file of the recipient that this nomination rests on; ``answers`` is the position of the required document."""

    __tablename__ = "award_evidence"
    award_id: Mapped[int] = mapped_column(ForeignKey("awards.id"), primary_key=True, autoincrement=False)
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"), primary_key=True, autoincrement=False)
    answers: Mapped[int] = mapped_column(Integer)
