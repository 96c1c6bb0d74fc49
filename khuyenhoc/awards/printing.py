"""Nominations on paper: what the press takes. Whether they may be read at all, the caller has asked."""

import dataclasses
from collections.abc import Sequence

from khuyenhoc.awards import files, quotas, school_marks, steps
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.files import Completeness
from khuyenhoc.awards.programme_tables import Programme
from khuyenhoc.core import clock, codes
from khuyenhoc.core.database import db
from khuyenhoc.core.text import in_vietnamese
from khuyenhoc.funds.items import item_by_id
from khuyenhoc.org.units import Unit, name_on, unit_by_id
from khuyenhoc.org.users import User
from khuyenhoc.papers import applications as papers
from khuyenhoc.papers.content import Heading, figures_of
from khuyenhoc.papers.heads import heading, place
from khuyenhoc.recipients import consents
from khuyenhoc.recipients.details import GENDERS
from khuyenhoc.recipients.recipient_tables import CIRCUMSTANCES, PURPOSES, Circumstance, Guardian, Recipient


def unit_list(programme: Programme, unit: Unit, awards: Sequence[Award]) -> papers.UnitList:
    """Danh sách đề nghị of the awards that a unit has confirmed, in their order; in Vietnamese whoever asks."""
    with in_vietnamese():
        return _unit_list(programme, unit, awards)


def application(award: Award) -> papers.Application:
    """Phiếu đề nghị xét cấp of one award, with its conditions as they stand today; in Vietnamese whoever asks."""
    with in_vietnamese():
        return _application(award, files.completeness([award])[award.id])


def _unit_list(programme: Programme, unit: Unit, awards: Sequence[Award]) -> papers.UnitList:
    room = next((room for room in quotas.rooms(programme, unit.id) if room.level_id == quotas.ALL_LEVELS), None)
    last = max(awards, key=lambda award: award.rank or 0)
    return papers.UnitList(
        heading=_heading(unit.id, programme),
        day=clock.today(),
        programme=programme.name,
        code=programme.code,
        school_year=programme.school_year,
        deadline=programme.deadline,
        quota=room.quota if room is not None else 0,
        rows=[_nominee(award) for award in awards],
        confirmed_by=last.confirmed_by_name or "",
    )


def _application(award: Award, has: Completeness) -> papers.Application:
    recipient, today = award.recipient, clock.today()
    checks = [papers.Check(label=one.label, met=one.met, why=one.why) for one in has.findings]
    checks += [papers.Check(label=one.required.name, met=bool(one.files)) for one in has.papers]
    return papers.Application(
        heading=_heading(award.nominating_unit_id, award.programme),
        day=today,
        code=steps.code_of(award),
        programme=award.programme.name,
        school_year=award.programme.school_year,
        nominating_unit=name_on(unit_by_id(award.nominating_unit_id)),
        name=recipient.full_name,
        born=_born(recipient),
        gender=str(GENDERS.get(recipient.gender, "")),
        identity=f"●●●● {recipient.identity_tail}" if recipient.identity_tail else "",
        school=recipient.school.name if recipient.school else "",
        class_name=recipient.class_name,
        address=recipient.address,
        phone=codes.show_phone(recipient.phone),
        guardians=[_guardian(one) for one in recipient.guardians],
        circumstances=[_circumstance(one) for one in recipient.circumstances],
        results=[
            papers.ResultLine(
                year=one.school_year,
                study=one.study,
                conduct=one.conduct,
                average=school_marks.shown(one.average) if one.average is not None else "",
                prizes=one.prizes,
            )
            for one in reversed(recipient.results)
        ],
        level=award.level.label,
        amount=award.level.amount,
        goods=", ".join(_goods(item.item_id, item.quantity) for item in award.level.items),
        reason=award.reason,
        checks=checks,
        consents=[str(PURPOSES[purpose]) for purpose in PURPOSES if consents.covers(recipient, purpose, today)],
        nominator=_signed(award),
        verified=f"{award.verification} ({award.verified_by_name})" if award.verified_by else "",
    )


def _signed(award: Award) -> str:
    """Who nominated, as a name stands under a paper: without honorific."""
    user = db.session.get(User, award.nominated_by)
    return user.full_name if user is not None else award.nominated_by_name


def _heading(unit_id: int, programme: Programme) -> Heading:
    """The nominating unit's own head; a chapter signs where its association does."""
    association = name_on(unit_by_id(programme.unit_id))
    return dataclasses.replace(heading(unit_id, clock.today()), place=place(association))


def _nominee(award: Award) -> papers.Nominee:
    recipient = award.recipient
    attends = [recipient.school.name if recipient.school else "", recipient.class_name]
    return papers.Nominee(
        code=steps.code_of(award),
        name=recipient.full_name,
        born=_born(recipient),
        school=", ".join(filter(None, attends)),
        level=award.level.label,
        amount=award.level.amount,
        reason=_short(award.reason),
    )


def _short(text: str) -> str:
    """The first line, cut at a word: the list is to be read at a glance, the application says all."""
    line = text.split("\n", 1)[0]
    return line if len(line) <= 90 else line[:90].rsplit(" ", 1)[0] + " …"


def _born(recipient: Recipient) -> str:
    if recipient.birth_date:
        return figures_of(recipient.birth_date)
    return str(recipient.birth_year or "")


def _guardian(one: Guardian) -> str:
    return ", ".join(filter(None, [one.full_name, one.relation, one.occupation, codes.show_phone(one.phone)]))


def _circumstance(one: Circumstance) -> str:
    until = f" (giấy có giá trị đến {figures_of(one.valid_to)})" if one.valid_to else ""
    note = f". {one.note}" if one.note else ""
    return f"{CIRCUMSTANCES[one.code]}{until}{note}"


def _goods(item_id: int, quantity: int) -> str:
    return item_by_id(item_id).many(quantity)
