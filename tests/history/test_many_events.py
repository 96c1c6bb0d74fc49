"""Many deeds told at once are told as one by one: same links, same seals."""

import datetime
import json

from flask import Flask

from khuyenhoc.core.database import db, writing
from khuyenhoc.history import chains, events, seal
from khuyenhoc.ledger import accounts
from khuyenhoc.proof import verify
from khuyenhoc.recipients.recipient_tables import School
from tests.support.world import HA


def _schools(count: int) -> list[School]:
    return [School(name=f"Trường Tiểu học Hoa Gạo {n}", level="primary", unit_id=None) for n in range(count)]


def test_many_are_told_with_what_each_of_them_is(app: Flask) -> None:
    schools = _schools(450)

    with writing():
        accounts.seed_kinds()
        db.session.add_all(schools)
        events.record_many("school.added", schools, by=HA, unit_id=0)

    told = events.of("schools", schools[449].id)
    assert [event.action for event in told] == ["school.added"]
    assert told[0].content == seal.content("schools", schools[449].id)
    assert json.loads(told[0].content)["schools"][0]["name"] == "Trường Tiểu học Hoa Gạo 449"
    assert verify.verify().ok


def test_what_is_written_down_is_what_the_encoder_of_json_would_write() -> None:
    names = ['Hoa "Gạo" 100%s', "dòng\nmới\t\\ \x00\x7f\u2028", None, "", True, 7, datetime.date(2026, 8, 15), 1.5]
    rows = {"schools": [{"id": 1, "name": name} for name in names]}
    columns = [column.name for column in seal.ROOTS["schools"].columns]
    expected = {"schools": [{name: chains.canonical(row.get(name)) for name in columns} for row in rows["schools"]]}

    assert seal.content_of("schools", rows) == json.dumps(expected, ensure_ascii=False, separators=(",", ":"))


def test_a_link_among_many_has_the_hash_that_it_has_alone() -> None:
    same = {"unit_id": 1, "reason": 'Giảm 50%, “%s” và "thế"\n', "details": None}
    own = {"number": 7, "content": '{"name": "100% \\ Ngọc"}', "previous_hash": "0" * 64}
    columns = ["number", "unit_id", "reason", "content", "details", "previous_hash"]
    alone = chains.link_hash(columns, [(same | own)[name] for name in columns])

    assert chains.Alike(columns, same).link_hash(same | own) == alone


def test_a_row_changed_behind_their_back_is_found(app: Flask) -> None:
    schools = _schools(3)
    with writing():
        db.session.add_all(schools)
        events.record_many("school.added", schools, by=HA, unit_id=0)

    with db.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE schools SET level = 'other' WHERE id = {schools[1].id}")

    db.session.rollback()
    answers = {answer.check.name: answer for answer in verify.verify().answers}
    found = answers["sealed_rows"].violations
    assert [(violation.table, violation.field) for violation in found] == [("schools", "level")]


def test_nothing_to_tell_is_nothing_told(app: Flask) -> None:
    with writing():
        events.record_many("school.added", [], by=HA, unit_id=0)

    assert events.of("schools", 1) == []
