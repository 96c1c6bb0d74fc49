"""Donors: who gives, how to reach them, how they chose to be named.

A card is kept by one unit. Its name may have a past: a paper shows the name of its own date. How a
donor is addressed and publicly named is decided in ``donor_naming`` alone.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from khuyenhoc.core import clock, names
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import Base, BigInt, db, only_where
from khuyenhoc.core.errors import AlreadyRecorded, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.giving import donor_index
from khuyenhoc.giving.donor_details import Details, checked, name_for
from khuyenhoc.giving.donor_kinds import DISPLAYS, KINDS, PERSONS, UNNAMED
from khuyenhoc.history.events import record
from khuyenhoc.history.seal import part_of, sealed
from khuyenhoc.org.units import Unit, require_open

__all__ = ["Details", "Donor", "DonorName", "create", "edit", "find_donor", "get_donor", "rename", "set_display"]

SORT_KEY_LENGTH = 600


def _one_of(column: str, values: Sequence[str]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


@sealed
class Donor(Base):
    """One giver. ``name`` is what the giver is called today; None only when nobody knows who gave."""

    __tablename__ = "donors"
    __table_args__ = (
        CheckConstraint(_one_of("kind", [*KINDS]), name="kind"),
        CheckConstraint(_one_of("display", [*DISPLAYS]), name="display"),
        CheckConstraint("(name IS NULL) = (kind = 'unknown')", name="known_by_name"),
        CheckConstraint("kind <> 'unknown' OR display = 'anonymous'", name="unknown_unnamed"),
        Index("ix_donors_sort_key", "unit_id", "sort_key", "id"),
        Index("ix_donors_kind", "unit_id", "kind", "sort_key", "id"),
        Index("ix_donors_display", "unit_id", "display", "sort_key", "id"),
        Index("ix_donors_folded", "unit_id", "folded", "id"),
        Index("ix_donors_phone", "unit_id", "phone", "id"),
        Index("ix_donors_tax_code", "unit_id", "tax_code", "id", info=only_where("tax_code IS NOT NULL")),
        Index("ix_donors_everywhere", "sort_key", "id"),
        UniqueConstraint("unit_id", "idempotency_key"),
    )
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInt, ForeignKey("units.id"))
    kind: Mapped[str] = mapped_column(String(20))
    honorific: Mapped[str | None] = mapped_column(String(20))
    name: Mapped[str | None] = mapped_column(String(150))
    display: Mapped[str] = mapped_column(String(10))
    shown_as: Mapped[str | None] = mapped_column(String(150))
    phone: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))
    address: Mapped[str] = mapped_column(String(200))
    tax_code: Mapped[str | None] = mapped_column(String(14))
    note: Mapped[str] = mapped_column(Text)
    represents_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("units.id"))
    renamed: Mapped[bool] = mapped_column(Boolean)
    folded: Mapped[str] = mapped_column(String(150))
    sort_key: Mapped[str] = mapped_column(String(SORT_KEY_LENGTH))
    idempotency_key: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[str] = mapped_column(String(27))
    created_by: Mapped[int] = mapped_column(BigInteger)

    past_names: Mapped[list["DonorName"]] = relationship(order_by="DonorName.starts", lazy="select", viewonly=True)

    def name_on(self, day: date | None = None) -> str | None:
        """What the giver was called on that day (today when none is named); before its first name, that one."""
        if not self.renamed or day is None:
            return self.name
        in_force = [row.name for row in self.past_names if row.starts <= day]
        return in_force[-1] if in_force else self.past_names[0].name

    @property
    def phone_tail(self) -> str:
        """The last four digits, by which two people of one name are told apart."""
        return self.phone[-4:] if self.phone else ""


@part_of(Donor, "donor_id")
class DonorName(Base):
    """What a donor was called from one day on, until the next name."""

    __tablename__ = "donor_names"
    donor_id: Mapped[int] = mapped_column(BigInt, ForeignKey("donors.id"), primary_key=True, autoincrement=False)
    starts: Mapped[date] = mapped_column(Date, primary_key=True)
    name: Mapped[str] = mapped_column(String(150))


@dataclass(frozen=True)
class NameFrom:
    """One name of a past or present, and the day from which it holds."""

    starts: date
    name: str


def create(details: Details, *, unit: Unit, by: Person, past: Sequence[NameFrom] = (), key: str | None = None) -> Donor:
    """Open a card. ``past`` lists all names with their days when the name has a past; the latest is today's.

    The same ``key`` again gives the card it opened; with other content it is refused.
    """
    require_open(unit)
    past = sorted(past, key=lambda one: one.starts)
    details = checked(replace(details, name=past[-1].name) if past else details)
    if key and (opened := _opened_with(key, unit, details)):
        return opened
    donor = Donor(
        unit_id=unit.id,
        renamed=len(past) > 1,
        created_at=clock.stamp(),
        created_by=by.id,
        idempotency_key=key or None,
        folded="",
        sort_key="",
        **vars(details),
    )
    db.session.add(donor)
    db.session.flush()
    if donor.renamed:
        for one in past:
            db.session.add(DonorName(donor_id=donor.id, starts=one.starts, name=name_for(donor.kind, one.name)))
    _arrange(donor)
    record("donor.created", donor, by=by, unit_id=unit.id, details={"kind": donor.kind, "name": donor.name})
    return donor


def _opened_with(key: str, unit: Unit, details: Details) -> Donor | None:
    """The card that this one-time key has opened already."""
    opened = db.session.scalar(select(Donor).where(Donor.unit_id == unit.id, Donor.idempotency_key == key))
    if opened is not None and any(getattr(opened, field) != value for field, value in vars(details).items()):
        raise AlreadyRecorded(_("Thẻ này đã lập với nội dung khác: %(name)s.", name=opened.name or ""))
    return opened


def edit(donor: Donor, details: Details, *, by: Person, reason: str = "") -> None:
    """Correct a card. A corrected name counts for the whole of its time; for a new name see ``rename``."""
    details = checked(details)
    if (details.kind == "unknown") != (donor.kind == "unknown"):
        raise RuleBroken(_("Thẻ “không rõ người tặng” không đổi thành người khác; xin lập thẻ mới."), field="kind")
    changed = [field for field, value in vars(details).items() if getattr(donor, field) != value]
    if not changed:
        return
    before = {field: getattr(donor, field) for field in changed}
    for field in changed:
        setattr(donor, field, getattr(details, field))
    if "name" in changed and donor.renamed:
        latest = donor.past_names[-1]
        latest.name = donor.name or ""
    _arrange(donor)
    record("donor.edited", donor, by=by, unit_id=donor.unit_id, reason=reason, details=_told(donor, before))


def set_display(donor: Donor, display: str, *, by: Person, reason: str = "") -> None:
    """The donor's choice how to be named. It holds everywhere at once, because all pages ask ``public_name``."""
    if display not in DISPLAYS:
        raise RuleBroken(_("Xin chọn cách nêu tên."), field="display")
    if donor.kind == "unknown" and display != "anonymous":
        raise RuleBroken(_("Không rõ người tặng thì không có tên để nêu."), field="display")
    if donor.display == display:
        return
    before, donor.display = donor.display, display
    change = {"display": [before, display]}
    record("donor.display_chosen", donor, by=by, unit_id=donor.unit_id, reason=reason, details=change)


def rename(donor: Donor, name: str, *, starts: date, by: Person, reason: str = "") -> None:
    """From this day the donor has another name; what was before that day keeps the old one."""
    if donor.name is None:
        raise RuleBroken(_("Không rõ người tặng thì không có tên để đổi."), field="name")
    new = name_for(donor.kind, name)
    if starts > clock.today():
        raise RuleBroken(_("Ngày đổi tên không thể ở sau hôm nay."), field="starts")
    if donor.renamed and starts <= donor.past_names[-1].starts:
        raise RuleBroken(_("Ngày đổi tên phải sau ngày của tên hiện nay."), field="starts")
    if new == donor.name:
        raise RuleBroken(_("Tên mới giống tên hiện nay."), field="name")
    if not donor.renamed:
        db.session.add(DonorName(donor_id=donor.id, starts=date(1900, 1, 1), name=donor.name))
    db.session.add(DonorName(donor_id=donor.id, starts=starts, name=new))
    before, donor.name, donor.renamed = donor.name, new, True
    db.session.flush()
    db.session.expire(donor, ["past_names"])
    _arrange(donor)
    change = {"name": [before, new], "starts": starts.isoformat()}
    record("donor.renamed", donor, by=by, unit_id=donor.unit_id, reason=reason, details=change)


def find_donor(donor_id: int, unit_ids: frozenset[int]) -> Donor | None:
    """The donor of this id, if one of these units keeps the card."""
    donor = db.session.get(Donor, donor_id)
    return donor if donor is not None and donor.unit_id in unit_ids else None


def get_donor(donor_id: int, unit_ids: frozenset[int]) -> Donor:
    """The donor of this id; NotFound also when a unit keeps the card that is not among these."""
    donor = find_donor(donor_id, unit_ids)
    if donor is None:
        raise NotFound(_("Không có nhà hảo tâm này."))
    return donor


def unknown_giver(unit: Unit, *, by: Person) -> Donor:
    """The unit's one card for envelopes that nobody signed; opened when it is first needed."""
    query = select(Donor).where(Donor.unit_id == unit.id, Donor.kind == "unknown").order_by(Donor.id).limit(1)
    return db.session.scalar(query) or create(Details(kind="unknown", display="anonymous"), unit=unit, by=by)


def _arrange(donor: Donor) -> None:
    """Keep what lists and search stand on."""
    called = donor.name or donor.shown_as or UNNAMED
    key = names.sort_key(called) if donor.kind in PERSONS or donor.kind == "family" else names.text_key(called)
    donor.sort_key, donor.folded = key[:SORT_KEY_LENGTH], donor_index.folded(called)
    texts = [called, donor.honorific or "", *(row.name for row in donor.past_names if donor.renamed)]
    if donor.kind == "unknown":
        texts += [UNNAMED, "không rõ người tặng"]
    donor_index.index(donor.id, donor.unit_id, texts, donor.phone)


def _told(donor: Donor, before: dict[str, str | int | None]) -> dict[str, object]:
    """What the history keeps of a change: names with both values, contacts only that they changed."""
    private = {"phone", "email", "address", "note"}
    return {field: True if field in private else [old, getattr(donor, field)] for field, old in before.items()}
