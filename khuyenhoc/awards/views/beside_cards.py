"""What a recipient's card tells: the nominations that stand, and the open programmes to nominate for from there."""

from flask import url_for
from sqlalchemy import select

from khuyenhoc.awards import sight, steps
from khuyenhoc.awards.award_tables import STATES, Award
from khuyenhoc.awards.nominations import ENDED_HERE
from khuyenhoc.awards.programme_tables import Programme
from khuyenhoc.awards.programmes import nominating_units
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.text import gettext as _
from khuyenhoc.org import access
from khuyenhoc.recipients import beside
from khuyenhoc.recipients.beside import Told
from khuyenhoc.recipients.recipient_tables import Recipient
from khuyenhoc.web.filters import day

MOST = 20


@beside.tells
def nominations_of(recipient: Recipient) -> list[Told]:
    """The nominations that the reader sees, the latest first, then where the reader may nominate this person."""
    query = select(Award).where(Award.recipient_id == recipient.id, sight.seen_awards())
    awards = db.session.scalars(query.order_by(Award.id.desc()).limit(MOST)).all()
    lines = [_told(award) for award in awards]
    there = {award.programme_id for award in awards if award.state not in ENDED_HERE}
    if recipient.state == "active" and access.allowed("award.nominate", recipient.unit_id):
        lines += [_offer(recipient, one) for one in _open(recipient) if one.id not in there]
    return lines


def _told(award: Award) -> Told:
    url = url_for("nominations.show", code=award.programme.code, number=award.number)
    note = f"{award.programme.name}, {award.programme.school_year}"
    return Told(url, steps.code_of(award), note, str(STATES[award.state]))


def _open(recipient: Recipient) -> list[Programme]:
    """The programmes that take nominations of this person's unit today."""
    today = clock.today()
    query = select(Programme).where(Programme.state == "open", Programme.opens <= today, Programme.deadline >= today)
    found = db.session.scalars(query.order_by(Programme.deadline, Programme.id).limit(MOST))
    return [programme for programme in found if recipient.unit_id in nominating_units(programme)]


def _offer(recipient: Recipient, programme: Programme) -> Told:
    url = url_for("nominate.new", code=programme.code, nguoi=recipient.id)
    until = _("Nhận đề nghị đến hết ngày %(day)s.", day=day(programme.deadline))
    return Told(url, _("Giới thiệu vào: %(name)s", name=programme.name), until, _("Chưa giới thiệu"))
