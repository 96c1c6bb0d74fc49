"""The committee's tables: ties and conflicts, scores, meetings, votes."""

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

from khuyenhoc.awards.programme_tables import Programme
from khuyenhoc.core.database import Base, BigInt
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.history.seal import part_of, sealed

BASES = {
    "declared": _l("Tự khai"),
    "own_nominee": _l("Người giới thiệu"),
    "own_class": _l("Học sinh lớp mình"),
    "household": _l("Cùng nhà hoặc họ hàng"),
}
"""What a conflict rests on → the words on screen. All but the first are found by the system."""

CHOICES = {"for": _l("Tán thành"), "against": _l("Không tán thành"), "abstain": _l("Không tham gia")}


@sealed
class Tie(Base):
    """What binds a member to recipients: a class taught, a household's address or telephone, a relative."""

    __tablename__ = "member_ties"
    __table_args__ = (
        CheckConstraint("kind IN ('class', 'household', 'relative')", name="kind"),
        Index("ix_member_ties_user", "user_id"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(9))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    class_name: Mapped[str] = mapped_column(String(20))
    phone: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(200))
    recipient_id: Mapped[int | None] = mapped_column(ForeignKey("recipients.id"))
    ended_at: Mapped[str | None] = mapped_column(String(27))


@sealed
class Conflict(Base):
    """This member neither scores, votes nor decides on this award, and why."""

    __tablename__ = "conflicts"
    __table_args__ = (
        UniqueConstraint("award_id", "user_id"),
        CheckConstraint("basis IN ('declared', 'own_nominee', 'own_class', 'household')", name="basis"),
        Index("ix_conflicts_user", "user_id", "award_id"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("awards.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    user_name: Mapped[str] = mapped_column(String(120))
    basis: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text)
    noted_at: Mapped[str] = mapped_column(String(27))


@sealed
class Score(Base):
    """One member's marks for one award, bound to the fingerprint of the file that was shown.

    ``total`` is in hundredths of the programme's full marks: 8250 is 82,50 of 100.
    """

    __tablename__ = "scores"
    __table_args__ = (
        UniqueConstraint("award_id", "user_id"),
        CheckConstraint("total BETWEEN 0 AND 10000", name="total"),
        Index("ix_scores_user", "user_id", "award_id"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("awards.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    user_name: Mapped[str] = mapped_column(String(120))
    fingerprint: Mapped[str] = mapped_column(String(64))
    total: Mapped[int] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(Text)
    given_at: Mapped[str] = mapped_column(String(27))

    marks: Mapped[list["Mark"]] = relationship(order_by="Mark.criterion", lazy="selectin", cascade="all, delete-orphan")


@part_of(Score, "score_id")
class Mark(Base):
    """The marks of one criterion."""

    __tablename__ = "score_marks"
    __table_args__ = (CheckConstraint("mark >= 0", name="mark"),)
    score_id: Mapped[int] = mapped_column(ForeignKey("scores.id"), primary_key=True, autoincrement=False)
    criterion: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    mark: Mapped[int] = mapped_column(Integer)


@sealed
class Meeting(Base):
    """One meeting of a programme's committee. ``quorum`` is the written rule in force on its day."""

    __tablename__ = "meetings"
    __table_args__ = (
        CheckConstraint("state IN ('planned', 'open', 'closed', 'cancelled')", name="state"),
        Index("ix_meetings_programme", "programme_id", "held_on"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    held_on: Mapped[datetime.date] = mapped_column(Date)
    place: Mapped[str] = mapped_column(String(150))
    started_at: Mapped[str] = mapped_column(String(5))
    ended_at: Mapped[str] = mapped_column(String(5))
    state: Mapped[str] = mapped_column(String(9))
    presider_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    secretary_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    quorum: Mapped[str] = mapped_column(String(200))
    budget: Mapped[int | None] = mapped_column(BigInteger)
    dissent: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)
    opened_by: Mapped[int | None] = mapped_column(BigInteger)
    closed_at: Mapped[str | None] = mapped_column(String(27))

    programme: Mapped[Programme] = relationship()
    attendance: Mapped[list["Attendance"]] = relationship(
        order_by="Attendance.user_id", lazy="selectin", cascade="all, delete-orphan"
    )
    ties: Mapped[list["TieBreak"]] = relationship(
        order_by="TieBreak.position", lazy="selectin", cascade="all, delete-orphan"
    )
    results: Mapped[list["Result"]] = relationship(order_by="Result.position", cascade="all, delete-orphan")


@part_of(Meeting, "meeting_id")
class Attendance(Base):
    """Who of the committee was there; absence has its reason."""

    __tablename__ = "attendance"
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, autoincrement=False)
    user_name: Mapped[str] = mapped_column(String(120))
    part: Mapped[str] = mapped_column(String(9))
    present: Mapped[bool] = mapped_column(Boolean)
    reason: Mapped[str] = mapped_column(String(200))


@part_of(Meeting, "meeting_id")
class TieBreak(Base):
    """Of equals the presider put this award first, and said why."""

    __tablename__ = "tie_breaks"
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    award_id: Mapped[int] = mapped_column(ForeignKey("awards.id"))
    before_id: Mapped[int] = mapped_column(ForeignKey("awards.id"))
    reason: Mapped[str] = mapped_column(Text)


@part_of(Meeting, "meeting_id")
class Result(Base):
    """What became of one award in the meeting, at which place of the ranked list."""

    __tablename__ = "meeting_results"
    __table_args__ = (CheckConstraint("outcome IN ('recommended', 'reserve', 'rejected')", name="outcome"),)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), primary_key=True, autoincrement=False)
    award_id: Mapped[int] = mapped_column(ForeignKey("awards.id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer)
    score: Mapped[int | None] = mapped_column(Integer)
    outcome: Mapped[str] = mapped_column(String(11))
    reason: Mapped[str] = mapped_column(Text)


@sealed
class Vote(Base):
    """One member's vote, on one award or (null) on the whole list, bound to the fingerprint of what was shown."""

    __tablename__ = "votes"
    __table_args__ = (
        CheckConstraint("choice IN ('for', 'against', 'abstain')", name="choice"),
        UniqueConstraint("meeting_id", "user_id", "award_id"),
        Index("ix_votes_meeting", "meeting_id", "award_id"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    award_id: Mapped[int | None] = mapped_column(ForeignKey("awards.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    user_name: Mapped[str] = mapped_column(String(120))
    choice: Mapped[str] = mapped_column(String(7))
    fingerprint: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[str] = mapped_column(String(27))
