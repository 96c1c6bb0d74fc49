"""The demonstration's whole year with its 1.539 awards: some families let donors know, most were never asked."""

from flask import Flask
from sqlalchemy import select

from khuyenhoc.core import clock, names
from khuyenhoc.core.database import db, writing
from khuyenhoc.demo import load
from khuyenhoc.giving.donation_tables import Donation
from khuyenhoc.giving.donors import Donor
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org import users
from khuyenhoc.papers.issued import IssuedPaper
from khuyenhoc.recipients import consents
from khuyenhoc.recipients.consents import Given
from khuyenhoc.recipients.recipient_tables import Recipient
from khuyenhoc.reports import links
from khuyenhoc.tracing import fates
from tests.hostile.children import Children, Secret

EVERY = 30
"""One family of so many lets the donor know."""


def make_year(app: Flask) -> Children:
    """Load it, write some consents down, open every giver's pages."""
    load.load(whole_year=True)
    made = Children(app)
    recipients = db.session.scalars(select(Recipient).order_by(Recipient.id)).all()
    donor = users.get_user("nhahaotam")
    own = [document.id for document, giver in _gifts() if giver == donor.donor_id]
    concerned = _recipients_of(own)
    agreed = [one for one in recipients if one.id in concerned or one.id % EVERY == 0]
    for one in agreed:
        _agree(one)
    known = {names.initials(name or "") for name in db.session.scalars(select(Donor.name))}
    made.secrets = [secret for one in recipients for secret in _secrets(one) if secret.text not in known]
    _open_pages(made, own, [one for one in agreed if one.id in concerned])
    return made


def _gifts() -> list[tuple[Document, int]]:
    query = select(Document, Donation.donor_id).join(Donation, Donation.document_id == Document.id)
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(Document.id))]


def _recipients_of(gifts: list[int]) -> set[int]:
    from_awards = select(fates.awards_of(gifts).subquery().c.award_id)
    awards = db.metadata.tables["awards"]
    return set(db.session.scalars(select(awards.c.recipient_id).where(awards.c.id.in_(from_awards))))


def _agree(recipient: Recipient) -> None:
    guardian = recipient.guardians[0] if recipient.guardians else None
    giver = (guardian.full_name, guardian.relation) if guardian else (recipient.full_name, "bản thân")
    given = Given(*giver, "paper", clock.today(), child_agreed=True)
    with writing():
        consents.give(recipient, ("process", "share_with_donor"), given, by=users.get_user("chihoi"))


def _secrets(recipient: Recipient) -> list[Secret]:
    found = [
        Secret("name", recipient.full_name),
        Secret("initials", names.initials(recipient.full_name), plain=False),
        Secret("address", recipient.address),
        Secret("bank account", recipient.bank_number),
    ]
    if recipient.phone:
        found.append(Secret("telephone", recipient.phone))
    found += [Secret("guardian", guardian.full_name) for guardian in recipient.guardians]
    if recipient.school is not None:
        found.append(Secret("school and class", f"{recipient.school.name}, lớp {recipient.class_name}"))
        found.append(Secret("class and school", f"lớp {recipient.class_name}, {recipient.school.name}"))
    return [secret for secret in found if len(secret.text) > 3] if recipient.kind != "group" else found[:1]


def _open_pages(made: Children, own: list[int], told: list[Recipient]) -> None:
    by = users.get_user("thuky")
    for document, _giver in _gifts():
        with writing():
            link = links.make(document, by=by)
            made.start.append(f"/chia-se/{link.shared}")
            if document.id in own:
                made.own.append(f"/tri-an/{link.private}")
    made.start += [f"/kiem-chung/{paper.code}" for paper in db.session.scalars(select(IssuedPaper))]
    initials = [Secret("initials", names.initials(one.full_name), plain=False) for one in told]
    made.allowed = dict.fromkeys(made.own, initials)
