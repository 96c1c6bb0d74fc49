"""An association that gives scholarships: a chapter and a school, people for every part, nominations in any state."""

import datetime
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from khuyenhoc.awards.award_tables import STATES, Award
from khuyenhoc.awards.programme_tables import (
    CommitteeSeat,
    Criterion,
    EligibilityRule,
    FundingLine,
    Level,
    LevelItem,
    Programme,
    RequiredDocument,
    UnitQuota,
)
from khuyenhoc.core import clock, names
from khuyenhoc.core.database import db, writing
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.funds.funds import find_fund
from khuyenhoc.history.events import record, record_many
from khuyenhoc.org import unit_changes
from khuyenhoc.org.units import Unit
from khuyenhoc.org.users import User
from khuyenhoc.recipients import files, search
from khuyenhoc.recipients.recipient_tables import (
    Circumstance,
    Consent,
    Evidence,
    Guardian,
    Recipient,
    School,
    SchoolResult,
)
from tests.support import approved, people
from tests.support.world import DAY, HA, World, make_world

YEAR = "2026–2027"
LAST_YEAR = "2025–2026"
MILLION = 1_000_000
FIRST_DAY = datetime.date(2022, 1, 1)

MEMBERS = ("hoidong1", "hoidong2", "hoidong3", "hoidong4", "hoidong5")
ORDER = ("draft", "submitted", "verified", "in_review", "recommended", "decided", "published", "paid", "settled")
"""The usual way of an award, as far as these builders know who left a name on it."""

_numbers = itertools.count(1)
_phones = itertools.count(1)


@dataclass
class AwardWorld:
    """The books, the units, the people, and the verbs that tests of awards use."""

    world: World
    chapter: Unit
    school_unit: Unit
    school: School
    scholarships: Campaign
    secretary: User
    accountant: User
    treasurer: User
    chair: User
    vice_chair: User
    nominator: User
    teacher: User
    members: list[User]
    stranger: User
    far: Unit
    last_number: dict[int, int] = field(default_factory=dict)

    @property
    def unit(self) -> Unit:
        """The association that keeps the books."""
        return self.world.unit

    def also(self, user: User, role: str) -> None:
        """One more role for somebody, on the association."""
        people.grant(user, role, self.unit)

    def money(self, amount: int, campaign: Campaign | None = None) -> None:
        """So much cash for the scholarships."""
        self.world.gift(amount, campaign=campaign or self.scholarships)

    def pupil(self, name: str = "", **more: Any) -> Recipient:
        """A pupil of the chapter, poor until next year, with good results and a consent to be considered."""
        with writing():
            recipient = self._pupil(name, **more)
            record("recipient.created", recipient, by=self.nominator, unit_id=recipient.unit_id)
            search.index([recipient])
        return recipient

    def pupils(self, n: int, **more: Any) -> list[Recipient]:
        """So many pupils, written in bulk."""
        with writing():
            found = [self._pupil("", **more) for _ in range(n)]
            record_many("recipient.created", found, by=self.nominator, unit_id=found[0].unit_id)
            search.index(found)
        return found

    def _pupil(
        self,
        name: str = "",
        *,
        unit: Unit | None = None,
        circumstances: Sequence[Circumstance] | None = None,
        results: Sequence[SchoolResult] | None = None,
        consents: Sequence[str] = ("process", "committee"),
        **columns: Any,
    ) -> Recipient:
        number = next(_numbers)
        name = name or f"Nguyễn Thị Thử {number:05d}"  # sorted as they were made, whichever tests came before
        values: dict[str, Any] = {
            "kind": "pupil",
            "honorific": "em",
            "birth_date": datetime.date(2014, 1 + number % 12, 1 + number % 28),
            "birth_year": 2014,
            "gender": "female",
            "address": f"{number} đường Hoa Gạo",
            "school_id": self.school.id,
            "class_name": f"7A{1 + number % 9}",
            "level": "lower_secondary",
            "state": "active",
            **dict.fromkeys(("identity_sealed", "identity_digest", "identity_tail"), ""),
            **dict.fromkeys(("phone", "bank_name", "bank_number", "bank_holder", "note"), ""),
            **columns,
        }
        recipient = Recipient(
            unit_id=(unit or self.chapter).id,
            full_name=name,
            sort_key=names.sort_key(name),
            folded=names.fold(name),
            **values,
        )
        recipient.guardians = [_guardian()]
        recipient.circumstances = list([poor()] if circumstances is None else circumstances)
        recipient.results = list([good()] if results is None else results)
        recipient.consents = [consent(place, purpose) for place, purpose in enumerate(consents, start=1)]
        db.session.add(recipient)
        return recipient

    def file(self, recipient_id: int, kind: str = "poverty") -> Evidence:
        """A file of a recipient: the rows, and on the disk a content that answers to its digest."""
        content = b"so ho ngheo"
        with writing():
            file = Evidence(
                recipient_id=recipient_id,
                kind=kind,
                name="so-ho-ngheo.jpg",
                media_type="image/jpeg",
                size=len(content),
                digest=files.put(content),
                uploaded_at=clock.stamp(),
                uploaded_by=self.nominator.id,
                uploaded_by_name=self.nominator.signature,
                removed_at=None,
            )
            db.session.add(file)
            kept_by = db.session.get_one(Recipient, recipient_id).unit_id
            record("evidence.stored", file, by=self.nominator, unit_id=kept_by)
        return file

    def programme(
        self,
        code: str = "HB26",
        *,
        levels: Sequence[Level] | None = None,
        funding: Sequence[tuple[Campaign, int | None]] | None = None,
        quota: int | None = None,
        state: str = "open",
        rules: Sequence[tuple[str, str]] = (),
        required: Sequence[tuple[str, str]] = (),
        **more: Any,
    ) -> Programme:
        """A programme with levels, funding, rubric and committee, standing in the state that the test needs."""
        values: dict[str, Any] = {
            "name": "Học bổng Tiếp bước đến trường",
            "school_year": YEAR,
            "kind": "scholarship",
            "description": "",
            "opens": DAY - datetime.timedelta(days=30),
            "deadline": DAY + datetime.timedelta(days=15),
            "publication_days": 5,
            **more,
        }
        with writing():
            programme = Programme(unit_id=self.unit.id, code=code, state=state, **values)
            programme.levels = list(levels or [level("THCS", MILLION)])
            _name_programme(programme)
            lines = funding if funding is not None else [(self.scholarships, None)]
            programme.funding = [
                FundingLine(position=place, campaign_id=campaign.id, level_id=None, amount=most)
                for place, (campaign, most) in enumerate(lines, start=1)
            ]
            programme.criteria = [
                Criterion(position=1, name="Hoàn cảnh", weight=60, most=10, meaning="10: rất khó khăn"),
                Criterion(position=2, name="Học tập", weight=40, most=10, meaning="10: xuất sắc"),
            ]
            programme.quotas = [UnitQuota(unit_id=self.chapter.id, level_id=0, quota=quota)] if quota else []
            programme.seats = self._seats()
            programme.rules = [
                EligibilityRule(position=place, rule=rule, parameter=parameter)
                for place, (rule, parameter) in enumerate(rules, start=1)
            ]
            programme.required = [
                RequiredDocument(position=place, name=name, kind=kind, optional=False)
                for place, (name, kind) in enumerate(required, start=1)
            ]
            db.session.add(programme)
            record("programme.drafted", programme, by=self.secretary, unit_id=self.unit.id)
        return programme

    def _seats(self) -> list[CommitteeSeat]:
        parts = [("presider", self.members[0]), *(("member", user) for user in self.members[1:])]
        return [CommitteeSeat(user_id=user.id, part=part) for part, user in [*parts, ("secretary", self.secretary)]]

    def award(
        self,
        programme: Programme,
        state: str = "draft",
        *,
        recipient: Recipient | None = None,
        level: Level | None = None,
        unit: Unit | None = None,
        nominated_by: User | None = None,
        verified_by: User | None = None,
        **more: Any,
    ) -> Award:
        """One nomination in the state that the test needs, with the names that its way there would have left."""
        pupil = recipient or self.pupil(unit=unit)
        with writing():
            award = self._award(programme, state, pupil, level, nominated_by, verified_by, more)
            record("award.drafted", award, by=nominated_by or self.nominator, unit_id=award.unit_id)
        return award

    def awards(
        self, programme: Programme, n: int, state: str = "in_review", *, level: Level | None = None, **more: Any
    ) -> list[Award]:
        """So many nominations in one state, written in bulk."""
        pupils = self.pupils(n)
        with writing():
            found = [self._award(programme, state, pupil, level, None, None, more) for pupil in pupils]
            record_many("award.drafted", found, by=self.nominator, unit_id=self.unit.id)
        return found

    def _award(
        self,
        programme: Programme,
        state: str,
        recipient: Recipient,
        of: Level | None,
        nominated_by: User | None,
        verified_by: User | None,
        more: dict[str, Any],
    ) -> Award:
        assert state in STATES
        passed = ORDER[: ORDER.index(state) + 1] if state in ORDER else ORDER[:2]
        nominator, checker = nominated_by or self.nominator, verified_by or self.secretary
        confirmed, verified, decided = ("submitted" in passed), ("verified" in passed), ("decided" in passed)
        of = of or programme.levels[0]
        number = self.last_number[programme.id] = self.last_number.get(programme.id, 0) + 1
        values: dict[str, Any] = {
            "rank": None,
            "reason": "Nhà xa trường, học giỏi",
            "score": None,
            "meeting_id": None,
            "decision_id": None,
            "to_mend": "",
            "verification": "Đã đến thăm nhà" if verified else "",
            "amount": of.amount if decided else 0,
            **more,
        }
        award = Award(
            unit_id=programme.unit_id,
            programme_id=programme.id,
            number=number,
            level_id=of.id,
            recipient_id=recipient.id,
            nominating_unit_id=recipient.unit_id,
            state=state,
            nominated_by=nominator.id,
            nominated_by_name=nominator.signature,
            nominated_at=clock.stamp(),
            confirmed_by=nominator.id if confirmed else None,
            confirmed_by_name=nominator.signature if confirmed else None,
            verified_by=checker.id if verified else None,
            verified_by_name=checker.signature if verified else None,
            **values,
        )
        db.session.add(award)
        db.session.flush()
        return award


def level(
    code: str, amount: int, quota: int | None = None, items: Sequence[tuple[int, int]] = (), place: int = 1
) -> Level:
    """A level worth so much; with items (item id, pieces) a package of goods."""
    made = Level(position=place, code=code, label=f"Mức {code}", amount=amount, quota=quota)
    made.recipient_kinds, made.school_levels = "", ""
    made.items = [LevelItem(item_id=item_id, quantity=n) for item_id, n in items]
    return made


def _name_programme(programme: Programme) -> None:
    """Goods of a level name the programme too, which has no id before it is stored."""
    packages = {place.code: list(place.items) for place in programme.levels}
    for place in programme.levels:
        place.items = []
    db.session.add(programme)
    db.session.flush()
    for place in programme.levels:
        for item in packages[place.code]:
            item.programme_id = programme.id
        place.items = packages[place.code]


def poor(until: datetime.date | None = datetime.date(2026, 12, 31), code: str = "poor") -> Circumstance:
    """A certificate that says poor, until a day."""
    since = datetime.date(2026, 1, 1)
    return Circumstance(position=1, code=code, note="", valid_from=since, valid_to=until, evidence_id=None)


def good(study: str = "Tốt", year: str = LAST_YEAR, average: int | None = 850) -> SchoolResult:
    """Results of one school year."""
    return SchoolResult(school_year=year, study=study, conduct="Tốt", average=average, prizes="", evidence_id=None)


def _guardian() -> Guardian:
    phone = f"+84900{next(_phones):06d}"
    return Guardian(position=1, full_name="Nguyễn Văn Phụ Huynh", relation="cha", occupation="thợ hồ", phone=phone)


def consent(place: int, purpose: str) -> Consent:
    """A consent of the guardian and the child, for one purpose, until the end of the school year."""
    return Consent(
        position=place,
        purpose=purpose,
        text_version="2026-1",
        given_by="Nguyễn Văn Phụ Huynh",
        relation="cha",
        child_agreed=True,
        channel="paper",
        given_on=DAY - datetime.timedelta(days=20),
        expires_on=datetime.date(2027, 5, 31),
        evidence_id=None,
        recorded_by_name="Cô Hồ Thị Nháp",
        withdrawn_on=None,
        withdrawn_because="",
    )


def make_award_world(code: str = "U01", *, world: World | None = None) -> AwardWorld:
    """Found the association (or take up one that is there) with its chapter and school; U01 is the tests' own."""
    world = world or make_world(code)
    with writing():
        chapter = _unit("U07", "chapter_neighbourhood", "Chi hội Khuyến học Khu phố 1", world.unit)
        school_unit = _unit("U09", "chapter_school", "Chi hội Trường THCS Hoa Mai", world.unit)
        scholarships = _campaign(world, f"HB-{code}", "Học bổng Tiếp bước", "scholarship")
        school = School(name="THCS Hoa Mai", level="lower_secondary", unit_id=school_unit.id)
        db.session.add(school)
        record("school.added", school, by=HA, unit_id=world.unit.id)
    far = people.association("U02")
    officers = [people.person(name, unit=world.unit) for name in OFFICERS]
    return AwardWorld(
        world,
        chapter,
        school_unit,
        school,
        scholarships,
        *officers,
        nominator=people.person("chihoi", unit=chapter),
        teacher=people.person("truong", role="nominator", unit=school_unit),
        members=[people.person(name, role="committee_member", unit=world.unit) for name in MEMBERS],
        stranger=people.person("nguoila", role="nominator", unit=far),
        far=far,
    )


OFFICERS = ("thuky", "ketoan", "thuquy", "chutich", "phochutich")


def _unit(code: str, kind: str, name: str, parent: Unit) -> Unit:
    return unit_changes.open_unit(code=code, kind=kind, name=name, starts=FIRST_DAY, parent=parent, by=HA)


def _campaign(world: World, code: str, name: str, kind: str) -> Campaign:
    fund = find_fund(f"Q{world.unit.code}")
    assert fund is not None
    campaign = Campaign(code=code, name=name, fund_id=fund.id, unit_id=world.unit.id, kind=kind)
    campaign.standing, campaign.state, campaign.starts = False, "open", FIRST_DAY
    db.session.add(campaign)
    record("campaign.opened", campaign, by=HA, unit_id=world.unit.id)
    approved.opened(campaign)
    return campaign
