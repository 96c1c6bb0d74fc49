"""(j) A decision over 614 awards, signed with its commitments and its paper, against raw SQL of the same rows."""

from dataclasses import dataclass
from typing import Any

from bench import awarding, proving, raw, world
from bench.options import Options
from bench.place import Ground
from bench.timing import Contender, Figure, against, side_by_side
from khuyenhoc.awards import decisions, signing
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.core import clock
from khuyenhoc.core.database import db, is_sqlite, writing
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.giving import donations
from khuyenhoc.giving.donations import GiftLine
from khuyenhoc.org.users import User

AWARDS = 614
TURNS = 20
"""Each turn decides 614 awards more, so that they are fewer than those of a single gift."""

BOUND = 4


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
        proving.require()
    return [against(f"(j) sign a decision over {AWARDS} awards, {ground.engine}", rule, hand, BOUND)]


def _found() -> Committee:
    ward = world.found()
    with writing():
        people = awarding.enrol(ward.unit, {role: role for role in ("nominator", "secretary", "chair")})
        donations.record(
            ward.donor, [GiftLine(ward.campaign, 900_000_000_000)], method="cash", account=ward.cash, on=clock.today(),
            by=ward.treasurer, key="the-great-gift",
        )  # fmt: skip
        pupils = awarding.pupils(ward.unit.id, AWARDS, people["nominator"])
    return Committee(ward.campaign, people["nominator"], people["secretary"], people["chair"], pupils)


def _drafted(committee: Committee) -> Decision:
    """A draft over 614 recommended awards of a programme of their own: the pupils are the same each time."""
    with writing():
        programme = awarding.programme(committee.campaign, committee.secretary)
        awards = awarding.awards(
            programme, committee.pupils, "recommended", nominator=committee.nominator, checker=committee.secretary
        )
        return decisions.draft(
            programme, awards, basis="Điều lệ Hội", by=committee.secretary, key=f"draft-{next(awarding.numbers):08d}"
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
