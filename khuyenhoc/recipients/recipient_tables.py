"""Recipients: pupils, students, members, teachers and groups; for minors guardian, school, class.

A recipient's card with its parts is sealed as one. The identity number stands encrypted, with a keyed
digest to find duplicates by and its last four figures to show; nothing else of it is stored.
"""

import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from khuyenhoc.core.database import Base, BigInt
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.history.seal import part_of, sealed

KINDS = {
    "pupil": _l("Học sinh"),
    "student": _l("Sinh viên"),
    "member": _l("Hội viên"),
    "teacher": _l("Giáo viên"),
    "group": _l("Tập thể"),
}
"""Who receives → the word on screen."""

LEVELS = {
    "preschool": _l("Mầm non"),
    "primary": _l("Tiểu học"),
    "lower_secondary": _l("THCS"),
    "upper_secondary": _l("THPT"),
}
"""School level of a pupil → the word on screen."""

CIRCUMSTANCES = {
    "poor": _l("Hộ nghèo"),
    "near_poor": _l("Hộ cận nghèo"),
    "orphan_father": _l("Mồ côi cha"),
    "orphan_mother": _l("Mồ côi mẹ"),
    "orphan_both": _l("Mồ côi cả cha lẫn mẹ"),
    "disabled": _l("Khuyết tật"),
    "parent_illness": _l("Cha mẹ bệnh hiểm nghèo"),
    "merit_family": _l("Con thương binh, liệt sĩ"),
    "sudden_hardship": _l("Khó khăn đột xuất"),
    "far_from_school": _l("Nhà xa trường"),
    "other": _l("Hoàn cảnh khác"),
}
"""Circumstance code (form 10 of the association) → the word on screen."""

PURPOSES = {
    "process": _l("Lưu và xét hồ sơ"),
    "committee": _l("Đưa ra hội đồng xét"),
    "publish_name": _l("Nêu tên khi công bố"),
    "publish_photo": _l("Đăng ảnh"),
    "share_with_donor": _l("Cho nhà hảo tâm biết tên viết tắt và cấp học"),
}
"""What a consent covers → the words on screen. Each is asked and given for itself."""

EVIDENCE_KINDS = {
    "application": _l("Đơn xin"),
    "poverty": _l("Giấy hộ nghèo, cận nghèo"),
    "school_report": _l("Học bạ, phiếu kết quả học tập"),
    "certificate": _l("Giấy khen, giấy chứng nhận"),
    "death": _l("Giấy chứng tử của cha, mẹ"),
    "health": _l("Giấy tờ bệnh, khuyết tật"),
    "consent": _l("Phiếu đồng ý đã ký"),
    "photo": _l("Ảnh"),
    "other": _l("Giấy tờ khác"),
}
"""What an uploaded file is → the word on screen; a programme's required documents name these kinds."""

AGE_OF_OWN_CONSENT = 7
"""From seven full years the child says yes too (Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15)."""

MINOR_UNDER = 16
"""Under sixteen years a recipient is a child (Luật Trẻ em 2016, Điều 1)."""

LONGEST_WORD = 40
Word = String(LONGEST_WORD).with_variant(String(LONGEST_WORD, collation="C"), "postgresql")
"""Ordered by its bytes on both engines, so that words with one beginning are neighbours."""


@sealed
class School(Base):
    """A school that recipients attend; ``unit_id`` is its chapter, when it has one."""

    __tablename__ = "schools"
    __table_args__ = (
        UniqueConstraint("name"),
        CheckConstraint(
            "level IN ('preschool', 'primary', 'lower_secondary', 'upper_secondary', 'other')", name="level"
        ),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    name: Mapped[str] = mapped_column(String(150))
    level: Mapped[str] = mapped_column(String(16))
    unit_id: Mapped[int | None] = mapped_column(BigInteger)


@sealed
class Recipient(Base):
    """Who may be helped. ``unit_id`` is the chapter, school or ward that knows the person."""

    __tablename__ = "recipients"
    __table_args__ = (
        CheckConstraint("kind IN ('pupil', 'student', 'member', 'teacher', 'group')", name="kind"),
        CheckConstraint("gender IN ('', 'female', 'male')", name="gender"),
        CheckConstraint(
            "level IS NULL OR level IN ('preschool', 'primary', 'lower_secondary', 'upper_secondary')", name="level"
        ),
        CheckConstraint("state IN ('active', 'closed')", name="state"),
        UniqueConstraint("unit_id", "idempotency_key"),
        Index("ix_recipients_unit", "unit_id", "sort_key", "id"),
        Index("ix_recipients_everywhere", "sort_key", "id"),
        Index("ix_recipients_folded", "folded", "birth_date"),
        Index("ix_recipients_identity", "identity_digest"),
        Index("ix_recipients_school", "school_id", "class_name"),
        Index("ix_recipients_phone", "phone"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(8))
    honorific: Mapped[str | None] = mapped_column(String(20))
    full_name: Mapped[str] = mapped_column(String(150))
    sort_key: Mapped[str] = mapped_column(String(900))
    folded: Mapped[str] = mapped_column(String(150))
    birth_date: Mapped[datetime.date | None] = mapped_column(Date)
    birth_year: Mapped[int | None] = mapped_column(Integer)
    gender: Mapped[str] = mapped_column(String(6))
    phone: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(200))
    identity_sealed: Mapped[str] = mapped_column(Text)
    identity_digest: Mapped[str] = mapped_column(String(64))
    identity_tail: Mapped[str] = mapped_column(String(4))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    class_name: Mapped[str] = mapped_column(String(20))
    level: Mapped[str | None] = mapped_column(String(16))
    bank_name: Mapped[str] = mapped_column(String(60))
    bank_number: Mapped[str] = mapped_column(String(19))
    bank_holder: Mapped[str] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(6))
    idempotency_key: Mapped[str | None] = mapped_column(String(64))

    guardians: Mapped[list["Guardian"]] = relationship(
        order_by="Guardian.position", lazy="selectin", cascade="all, delete-orphan"
    )
    circumstances: Mapped[list["Circumstance"]] = relationship(
        order_by="Circumstance.position", lazy="selectin", cascade="all, delete-orphan"
    )
    results: Mapped[list["SchoolResult"]] = relationship(
        order_by="SchoolResult.school_year", lazy="selectin", cascade="all, delete-orphan"
    )
    consents: Mapped[list["Consent"]] = relationship(
        order_by="Consent.position", lazy="selectin", cascade="all, delete-orphan"
    )
    school: Mapped[School | None] = relationship(lazy="joined")


class RecipientWord(Base):
    """One word that a recipient can be found by: of the name as written and folded, or a telephone read backwards."""

    __tablename__ = "recipient_words"
    __table_args__ = (
        Index("ix_recipient_words_written", "written", "recipient_id"),
        Index("ix_recipient_words_recipient_id", "recipient_id"),
    )
    word: Mapped[str] = mapped_column(Word, primary_key=True)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("recipients.id"), primary_key=True, autoincrement=False)
    written: Mapped[str] = mapped_column(Word, primary_key=True)


@part_of(Recipient, "recipient_id")
class Guardian(Base):
    """Who answers for a minor."""

    __tablename__ = "guardians"
    __table_args__ = (Index("ix_guardians_phone", "phone"),)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("recipients.id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    full_name: Mapped[str] = mapped_column(String(150))
    relation: Mapped[str] = mapped_column(String(40))
    occupation: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str] = mapped_column(String(16))


@part_of(Recipient, "recipient_id")
class Circumstance(Base):
    """Why help is needed, with its evidence and how long that holds. ``valid_to`` included; null: without end."""

    __tablename__ = "circumstances"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from", name="order"),
    )
    recipient_id: Mapped[int] = mapped_column(ForeignKey("recipients.id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(24))
    note: Mapped[str] = mapped_column(String(300))
    valid_from: Mapped[datetime.date | None] = mapped_column(Date)
    valid_to: Mapped[datetime.date | None] = mapped_column(Date)
    evidence_id: Mapped[int | None] = mapped_column(BigInteger)


@part_of(Recipient, "recipient_id")
class SchoolResult(Base):
    """Results of one school year, ``2021–2022``. ``average`` in hundredths: 825 is 8,25."""

    __tablename__ = "school_results"
    __table_args__ = (CheckConstraint("average IS NULL OR average BETWEEN 0 AND 1000", name="average"),)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("recipients.id"), primary_key=True, autoincrement=False)
    school_year: Mapped[str] = mapped_column(String(9), primary_key=True)
    study: Mapped[str] = mapped_column(String(40))
    conduct: Mapped[str] = mapped_column(String(40))
    average: Mapped[int | None] = mapped_column(Integer)
    prizes: Mapped[str] = mapped_column(String(300))
    evidence_id: Mapped[int | None] = mapped_column(BigInteger)


@part_of(Recipient, "recipient_id")
class Consent(Base):
    """One recorded yes for one purpose: which text, who gave it, how, until when; withdrawn on a day or not."""

    __tablename__ = "consents"
    __table_args__ = (
        CheckConstraint(
            "purpose IN ('process', 'committee', 'publish_name', 'publish_photo', 'share_with_donor')", name="purpose"
        ),
        CheckConstraint("expires_on IS NULL OR expires_on >= given_on", name="order"),
    )
    recipient_id: Mapped[int] = mapped_column(ForeignKey("recipients.id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    purpose: Mapped[str] = mapped_column(String(16))
    text_version: Mapped[str] = mapped_column(String(20))
    given_by: Mapped[str] = mapped_column(String(150))
    relation: Mapped[str] = mapped_column(String(40))
    child_agreed: Mapped[bool] = mapped_column(Boolean)
    channel: Mapped[str] = mapped_column(String(40))
    given_on: Mapped[datetime.date] = mapped_column(Date)
    expires_on: Mapped[datetime.date | None] = mapped_column(Date)
    evidence_id: Mapped[int | None] = mapped_column(BigInteger)
    recorded_by_name: Mapped[str] = mapped_column(String(120))
    withdrawn_on: Mapped[datetime.date | None] = mapped_column(Date)
    withdrawn_because: Mapped[str] = mapped_column(String(300))


@sealed
class Evidence(Base):
    """One uploaded file, checked and kept outside the web root under its own digest; ``size`` in bytes.

    A removed one keeps its row and its reason, the file itself is gone.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint("size > 0", name="size"),
        Index("ix_evidence_recipient", "recipient_id", "id"),
        Index("ix_evidence_digest", "digest"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("recipients.id"))
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(150))
    media_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64))
    uploaded_at: Mapped[str] = mapped_column(String(27))
    uploaded_by: Mapped[int] = mapped_column(BigInteger)
    uploaded_by_name: Mapped[str] = mapped_column(String(120))
    removed_at: Mapped[str | None] = mapped_column(String(27))
    removed_because: Mapped[str] = mapped_column(String(300), default="")


class FileOpening(Base):
    """Somebody opened a recipient's file: who, when, from where, which page. Rows are only ever added."""

    __tablename__ = "file_openings"
    __table_args__ = (Index("ix_file_openings_recipient", "recipient_id", "id"),)
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    recipient_id: Mapped[int] = mapped_column(BigInteger)
    user_id: Mapped[int] = mapped_column(BigInteger)
    user_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[str] = mapped_column(String(27))
    origin: Mapped[str] = mapped_column(String(64))
    page: Mapped[str] = mapped_column(String(60))
