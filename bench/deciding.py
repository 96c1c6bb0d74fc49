"""(j) A decision over 614 awards, signed with its commitments and its paper, against raw SQL of the same rows."""

import datetime
import itertools
from dataclasses import dataclass
from typing import Any

from bench import raw, world
from bench.options import Options
from bench.place import Ground
from bench.timing import Contender, Figure, against, side_by_side
from khuyenhoc.awards import decisions, signing
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.awards.programme_tables import FundingLine, Level, Programme
from khuyenhoc.core import clock, names
from khuyenhoc.core.database import db, is_sqlite, writing
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.giving import donations
from khuyenhoc.giving.donations import GiftLine
from khuyenhoc.history.events import record, record_many
from khuyenhoc.org import grants, users
from khuyenhoc.org.users import COMMAND_LINE, User
from khuyenhoc.proof import verify
from khuyenhoc.recipients.recipient_tables import Recipient, School

AWARDS = 614
LEVELS = ((189, 700_000), (327, 900_000), (80, 1_200_000), (18, 2_000_000))
TURNS = 20
"""Each turn decides 614 awards more, so that they are fewer than those of a single gift."""

BOUND = 4
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Committee:
    """A campaign with money, whoever nominates, drafts and signs, and the pupils of the district."""

    campaign: Campaign
    nominator: User
    secretary: User
    chair: User
    pupils: list[int]


def measure(ground: Ground, options: Options) -> list[Figure]:
    """Rule and raw SQL sign decisions in turns on one connection; in the end all of it is verified."""
    app = ground.site("deciding")
    with app.app_context():
        committee = _found()
        db.session.rollback()
        driver = db.engine.raw_connection()
        driver.close()  # back into the pool: both sides use this one connection

        def by_rule(decision: Decision) -> None:
            with writing():
                signing.sign(decision, by=committee.chair)

        def by_hand(made: list[raw.Statement]) -> None:
            connection = db.engine.raw_connection()
            raw.write(connection.driver_connection, made)
            connection.close()

        rule = Contender("signing.sign", by_rule, lambda: _drafted(committee))
        hand = Contender("raw SQL", by_hand, lambda: _statements(committee, _drafted(committee)))
        side_by_side([rule, hand], min(options.rounds, TURNS), warm_up=2)
        db.session.rollback()
        proven = verify.verify()
        assert proven.ok, proven.plain()
    return [against(f"(j) sign a decision over {AWARDS} awards, {ground.engine}", rule, hand, BOUND)]


def _found() -> Committee:
    ward = world.found()
    with writing():
        people = {
            role: users.create(
                username=role,
                full_name=f"Trần Thị {role.title()}",
                honorific="Bà",
                password="mot cau de nho",
                by=COMMAND_LINE,
            )
            for role in ("nominator", "secretary", "chair")
        }
        for role, user in people.items():
            grants.give(user, role, ward.unit, by=COMMAND_LINE, starts=world.FOUNDED)
        donations.record(
            ward.donor, [GiftLine(ward.campaign, 900_000_000_000)], method="cash", account=ward.cash, on=clock.today(),
            by=ward.treasurer, key="the-great-gift",
        )  # fmt: skip
        pupils = _pupils(ward.unit.id, people["nominator"])
    return Committee(ward.campaign, people["nominator"], people["secretary"], people["chair"], pupils)


def _programme(campaign: Campaign, by: User) -> Programme:
    today = clock.today()
    programme = Programme(
        unit_id=campaign.unit_id, code=f"HB{next(_numbers)}", name="Tiếp bước đến trường", school_year="2026–2027",
        kind="scholarship", description="", opens=today, deadline=today, publication_days=5, state="reviewing",
    )  # fmt: skip
    programme.levels = [
        Level(
            position=place, code=f"M{place}", label=f"Mức {place}", amount=amount, quota=None, recipient_kinds="",
            school_levels="",
        )
        for place, (_n, amount) in enumerate(LEVELS, start=1)
    ]  # fmt: skip
    programme.funding = [FundingLine(position=1, campaign_id=campaign.id, level_id=None, amount=None)]
    db.session.add(programme)
    record("programme.drafted", programme, by=by, unit_id=campaign.unit_id)
    return programme


def _pupils(unit_id: int, by: User) -> list[int]:
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
    for n in range(AWARDS):
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


def _drafted(committee: Committee) -> Decision:
    """A draft over 614 recommended awards of a programme of their own: the pupils are the same each time."""
    who = committee.nominator
    with writing():
        programme = _programme(committee.campaign, committee.secretary)
        each = [level for level, (n, _amount) in zip(programme.levels, LEVELS, strict=True) for _ in range(n)]
        awards = [
            Award(
                unit_id=programme.unit_id, programme_id=programme.id, number=next(_numbers), level_id=level.id,
                recipient_id=pupil, nominating_unit_id=programme.unit_id, rank=None, state="recommended",
                reason="Nhà xa trường", nominated_by=who.id, nominated_by_name=who.signature,
                nominated_at=clock.stamp(),
                confirmed_by=who.id, confirmed_by_name=who.signature, verified_by=committee.secretary.id,
                verified_by_name=committee.secretary.signature, verification="Đã đến thăm nhà", to_mend="", score=8_250,
                meeting_id=None, decision_id=None, amount=0,
            )
            for pupil, level in zip(committee.pupils, each, strict=True)
        ]  # fmt: skip
        db.session.add_all(awards)
        db.session.flush()
        record_many("award.drafted", awards, by=who, unit_id=programme.unit_id)
        return decisions.draft(
            programme, awards, basis="Điều lệ Hội", by=committee.secretary, key=f"draft-{next(_numbers):08d}"
        )


class _Undo(Exception):
    """Takes the model signature back."""


TABLES = ("documents", "document_lines", "postings", "entries", "award_shares", "issued_papers", "history")
"""Every table that a signature writes rows of its own to."""


def _statements(committee: Committee, decision: Decision) -> list[raw.Statement]:
    """What signing writes, row by row, as fixed SQL; the signature itself is undone."""
    decision_id = decision.id
    try:
        with writing():
            document = signing.sign(decision, by=committee.chair)
            places = _places(decision_id, document.id, document.unit_id, document.entry_number)
            rows = {name: _read(name, where) for name, where in places.items()}
            awards = _read("awards", f"decision_id = {decision_id}")
            (signed,) = _read("decisions", f"id = {decision_id}")
            raise _Undo
    except _Undo:
        db.session.expire_all()
    made = [_insert(name, rows[name]) for name in TABLES[:5]]
    made += [_update("awards", row, ("state", "decision_id", "amount")) for row in awards]
    changed = ("state", "document_id", "decided_on", "signed_by", "signed_by_name")
    made += [_update("decisions", signed, changed), _insert("issued_papers", rows["issued_papers"])]
    made += [(raw.TOTALS.format(marks=_marks(7)), raw.total_of(line)) for line in rows["document_lines"]]
    return [*made, _insert("history", rows["history"])]


def _places(decision_id: int, document_id: int, unit_id: int, entry_number: int) -> dict[str, str]:
    mine = f"SELECT award_id FROM decision_lines WHERE decision_id = {decision_id}"
    paper = f"SELECT id FROM issued_papers WHERE document_id = {document_id}"
    told = [
        f"subject_table = 'awards' AND action = 'award.decided' AND subject_id IN ({mine})",
        f"subject_table = 'documents' AND subject_id = {document_id}",
        f"subject_table = 'decisions' AND action = 'decision.signed' AND subject_id = {decision_id}",
        f"subject_table = 'issued_papers' AND subject_id IN ({paper})",
    ]
    return {
        "documents": f"id = {document_id}",
        "document_lines": f"document_id = {document_id}",
        "postings": f"unit_id = {unit_id} AND entry_number = {entry_number}",
        "entries": f"unit_id = {unit_id} AND number = {entry_number}",
        "award_shares": f"award_id IN ({mine})",
        "issued_papers": f"document_id = {document_id}",
        "history": " OR ".join(f"({one})" for one in told),
    }


def _read(name: str, where: str) -> list[tuple[Any, ...]]:
    sql = f"SELECT {', '.join(raw.columns(name))} FROM {name} WHERE {where} ORDER BY 1, 2"
    return [tuple(row) for row in db.session.connection().exec_driver_sql(sql)]


def _insert(name: str, rows: list[tuple[Any, ...]]) -> raw.Statement:
    return raw.insert(name, len(rows)), tuple(value for row in rows for value in row)


def _update(name: str, row: tuple[Any, ...], changed: tuple[str, ...]) -> raw.Statement:
    known = dict(zip(raw.columns(name), row, strict=True))
    settings = ", ".join(f"{column} = {_marks(1)}" for column in changed)
    sql = f"UPDATE {name} SET {settings} WHERE id = {_marks(1)}"
    return sql, (*(known[column] for column in changed), known["id"])


def _marks(count: int) -> str:
    return ", ".join(["?" if is_sqlite() else "%s"] * count)
