"""A committee at work: a programme with its levels, the pupils of a district, whoever nominates, marks and signs."""

import datetime
import itertools
from collections.abc import Sequence
from typing import Any

from bench import world
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.programme_tables import CommitteeSeat, Criterion, FundingLine, Level, Programme
from khuyenhoc.core import clock, names
from khuyenhoc.core.database import db
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.history.events import record, record_many
from khuyenhoc.org import grants, users
from khuyenhoc.org.units import Unit
from khuyenhoc.org.users import COMMAND_LINE, User
from khuyenhoc.recipients.recipient_tables import Recipient, School

LEVELS = ((189, 700_000), (327, 900_000), (80, 1_200_000), (18, 2_000_000))
"""How many awards of how many đồng: the 614 scholarships of the demonstration year are of such sizes."""

numbers = itertools.count(1)


def enrol(unit: Unit, roles: dict[str, str]) -> dict[str, User]:
    """User name → role; call it while writing."""
    made = {}
    for name, role in roles.items():
        made[name] = users.create(
            username=name,
            full_name=f"Trần Thị {name.title()}",
            honorific="Bà",
            password="mot cau de nho",
            by=COMMAND_LINE,
        )
        grants.give(made[name], role, unit, by=COMMAND_LINE, starts=world.FOUNDED)
    return made


def programme(campaign: Campaign, by: User, judges: Sequence[User] = ()) -> Programme:
    """A programme in review; with a committee and a rubric where there are judges: ``by`` takes its minutes."""
    today = clock.today()
    made = Programme(
        unit_id=campaign.unit_id, code=f"HB{next(numbers)}", name="Tiếp bước đến trường", school_year="2026–2027",
        kind="scholarship", description="", opens=today, deadline=today, publication_days=5, state="reviewing",
    )  # fmt: skip
    made.levels = [
        Level(
            position=place, code=f"M{place}", label=f"Mức {place}", amount=amount, quota=None, recipient_kinds="",
            school_levels="",
        )
        for place, (_n, amount) in enumerate(LEVELS, start=1)
    ]  # fmt: skip
    made.funding = [FundingLine(position=1, campaign_id=campaign.id, level_id=None, amount=None)]
    if judges:
        made.criteria = [
            Criterion(position=place, name=name, weight=50, most=10, meaning="")
            for place, name in enumerate(("Hoàn cảnh", "Học tập"), start=1)
        ]
        parts = ("presider", *["member"] * (len(judges) - 1), "secretary")
        seated = zip([*judges, by], parts, strict=True)
        made.seats = [CommitteeSeat(user_id=user.id, part=part) for user, part in seated]
    db.session.add(made)
    record("programme.drafted", made, by=by, unit_id=campaign.unit_id)
    return made


def pupils(unit_id: int, count: int, by: User) -> list[int]:
    """So many cards of one school; their ids."""
    school = School(name="THCS Sao Khuê Mẫu", level="lower_secondary", unit_id=unit_id)
    db.session.add(school)
    record("school.added", school, by=by, unit_id=unit_id)
    empty = (
        "identity_sealed",
        "identity_digest",
        "identity_tail",
        "phone",
        "bank_name",
        "bank_number",
        "bank_holder",
        "note",
    )
    found = []
    for n in range(count):
        name = f"Nguyễn Thị Thử {n}"
        values: dict[str, Any] = dict.fromkeys(empty, "")
        pupil = Recipient(
            unit_id=unit_id, kind="pupil", honorific="em", full_name=name, sort_key=names.sort_key(name),
            folded=names.fold(name), birth_date=datetime.date(2014, 3, 1), birth_year=2014, gender="female",
            address=f"{n} đường Hoa Gạo", school_id=school.id, class_name="7A1",
            level="lower_secondary", state="active", **values,
        )  # fmt: skip
        found.append(pupil)
    db.session.add_all(found)
    db.session.flush()
    record_many("recipient.created", found, by=by, unit_id=unit_id)
    return [pupil.id for pupil in found]


def awards(of: Programme, pupil_ids: Sequence[int], state: str, *, nominator: User, checker: User) -> list[Award]:
    """One award for each pupil, in the sizes of ``LEVELS`` and then in the smallest; call it while writing."""
    each = [level for level, (n, _amount) in zip(of.levels, LEVELS, strict=True) for _ in range(n)]
    each += [of.levels[0]] * (len(pupil_ids) - len(each))
    made = [
        Award(
            unit_id=of.unit_id, programme_id=of.id, number=next(numbers), level_id=level.id,
            recipient_id=pupil, nominating_unit_id=of.unit_id, rank=None, state=state,
            reason="Nhà xa trường", nominated_by=nominator.id, nominated_by_name=nominator.signature,
            nominated_at=clock.stamp(), confirmed_by=nominator.id, confirmed_by_name=nominator.signature,
            verified_by=checker.id, verified_by_name=checker.signature, verification="Đã đến thăm nhà", to_mend="",
            score=8_250 if state == "recommended" else None, meeting_id=None, decision_id=None, amount=0,
        )
        for pupil, level in zip(pupil_ids, each, strict=True)
    ]  # fmt: skip
    db.session.add_all(made)
    db.session.flush()
    record_many("award.drafted", made, by=nominator, unit_id=of.unit_id)
    return made
