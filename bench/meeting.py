"""(k) The page of a meeting over 900 nominations, its cut line moving, against a bare page with the same rows.

Five members have marked every file. Ours reads files, marks and ties, ranks, cuts and shows; the bare one is the same
framework, one query over the same awards, and a table of all 900. Budget and quotas of the what-if change each turn,
so that nothing that was kept for the last helps.
"""

import itertools
from collections.abc import Iterator
from typing import Any

from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy import Row, select

from bench import awarding, world
from bench.options import Options
from bench.place import Ground
from bench.sites import fetch
from bench.timing import Contender, Figure, against, side_by_side
from khuyenhoc.awards import meetings, scores
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.committee_tables import Meeting
from khuyenhoc.awards.programme_tables import Level
from khuyenhoc.core import clock
from khuyenhoc.core.database import db, writing
from khuyenhoc.org.access import COOKIE
from khuyenhoc.org.users import User
from khuyenhoc.recipients.recipient_tables import Recipient, School

NOMINATIONS = 900
JUDGES = tuple(f"member{n}" for n in range(1, 6))
BOUND = 5
_PAGE = """<!doctype html><html lang="vi"><head><title>Họp xét</title></head><body><table>
{% for award, recipient, school, level in rows %}<tr><td>{{ loop.index }}</td><td>{{ award.number }}</td>
<td>{{ recipient.full_name }}</td><td>{{ school.name }}</td><td>{{ level.label }}</td>
<td>{{ level.amount }}</td></tr>{% endfor %}</table></body></html>"""


def measure(ground: Ground, options: Options) -> list[Figure]:
    """The whole list, and as it is first shown; page and what-if part."""
    app = ground.site("meeting")
    with app.app_context():
        meeting = _called()
        path = f"/hop-xet/{meeting.id}"
        programme_id, level_id = meeting.programme_id, meeting.programme.levels[0].id
        cookie = world.sign_in(db.session.get_one(User, meeting.secretary_id))
    secretary = app.test_client()
    secretary.set_cookie(COOKIE, cookie)
    bare: Any = _bare(app, programme_id).test_client()
    cuts = _cuts(level_id)
    figures = []
    for what, more, headers in (
        ("the page with all of them", "&tat_ca=1", {}),
        ("the cut line alone, by htmx", "", {"HX-Request": "true"}),
    ):

        def ours(cut: str, more: str = more, headers: dict[str, str] = headers) -> None:
            answer = secretary.get(f"{path}?{cut}{more}", headers=headers)
            assert answer.status_code == 200, answer.status_code

        page = Contender(what, ours, lambda: next(cuts))
        plain = Contender("bare page", lambda _nothing: fetch(bare, "/list"))
        side_by_side([page, plain], options.rounds)
        figures.append(against(f"(k) {NOMINATIONS} nominations, {what}, {ground.engine}", page, plain, BOUND))
    return figures


def _cuts(level_id: int) -> Iterator[str]:
    for n in itertools.count(1):
        yield f"ngan_sach={200_000_000 + n * 1_000_000}&suat_{level_id}={100 + n % 90}"


def _called() -> Meeting:
    """The meeting has begun; every member has marked every file."""
    ward = world.found()
    with writing():
        roles = {"nominator": "nominator", "secretary": "secretary", **dict.fromkeys(JUDGES, "committee_member")}
        people = awarding.enrol(ward.unit, roles)
        pupils = awarding.pupils(ward.unit.id, NOMINATIONS, people["nominator"])
        judges = [people[name] for name in JUDGES]
        programme = awarding.programme(ward.campaign, people["secretary"], judges)
        found = awarding.awards(
            programme, pupils, "in_review", nominator=people["nominator"], checker=people["secretary"]
        )
    for place, judge in enumerate(judges):
        with writing():
            shown = scores.shown_of(found)
            scores.give_many(
                [
                    (award, {1: (award.number + place) % 11, 2: (award.number * 7 + place) % 11}, shown[award.id])
                    for award in found
                ],
                by=judge,
            )
    with writing():
        meeting = meetings.plan(programme, held_on=clock.today(), place="Văn phòng Hội", by=people["secretary"])
        there = dict.fromkeys((row.user_id for row in meeting.attendance), None)
        meetings.open_meeting(meeting, there, started_at="08:30", by=people["secretary"])
    return meeting


def _bare(app: Flask, programme_id: int) -> Flask:
    """Flask, Flask-SQLAlchemy and a template, on the same database."""
    bare = Flask("bare")
    bare.config["SQLALCHEMY_DATABASE_URI"] = app.config["SQLALCHEMY_DATABASE_URI"]
    bare.jinja_env.loader = DictLoader({"list.html": _PAGE})
    db.init_app(bare)

    @bare.get("/list")
    def listed() -> str:
        return render_template("list.html", rows=_rows(programme_id))

    return bare


def _rows(programme_id: int) -> list[Row[Any]]:
    query = (
        select(Award, Recipient, School, Level)
        .join(Recipient, Recipient.id == Award.recipient_id)
        .join(School, School.id == Recipient.school_id)
        .join(Level, Level.id == Award.level_id)
        .where(Award.programme_id == programme_id)
        .order_by(Award.number)
    )
    return list(db.session.execute(query).all())
