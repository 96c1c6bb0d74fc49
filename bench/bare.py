"""(b) Our pages against bare ones: the same framework, the same fifty rows, and nothing else."""

from typing import Any

from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy import select

from bench.options import Options
from bench.pages import GIFTS, forget
from bench.sites import Site, fetch
from bench.timing import Contender, Figure, against, side_by_side
from khuyenhoc.core.database import db
from khuyenhoc.funds.campaigns import Campaign, get_campaign
from khuyenhoc.giving.donation_tables import Donation, DonationShare
from khuyenhoc.giving.donors import Donor
from khuyenhoc.ledger.document_tables import Document

_LIST = """<!doctype html><html lang="vi"><head><title>Khoản ủng hộ</title></head><body><table>
{% for document, donation, donor, campaign in rows %}<tr><td>{{ document.label }}</td><td>{{ document.date }}</td>
<td>{{ donor.name }}</td><td>{{ campaign.name }}</td><td>{{ donation.method }}</td><td>{{ document.state }}</td>
<td>{{ document.amount }}</td></tr>{% endfor %}</table></body></html>"""
_WALL = """<!doctype html><html lang="vi"><head><title>{{ campaign.name }}</title></head><body><table>
{% for share, document, donation, donor in rows %}<tr><td>{{ donor.name }}</td><td>{{ share.date }}</td>
<td>{{ share.amount }}</td></tr>{% endfor %}</table></body></html>"""


def _bare(site: Site) -> Flask:
    """Flask, Flask-SQLAlchemy and a template, on the same database."""
    app = Flask("bare")
    app.config["SQLALCHEMY_DATABASE_URI"] = site.app.config["SQLALCHEMY_DATABASE_URI"]
    app.jinja_env.loader = DictLoader({"list.html": _LIST, "wall.html": _WALL})
    db.init_app(app)

    @app.get("/list")
    def gifts() -> str:
        query = (
            select(Document, Donation, Donor, Campaign)
            .join(Donation, Donation.document_id == Document.id)
            .join(Donor, Donor.id == Donation.donor_id)
            .join(DonationShare, DonationShare.document_id == Document.id)
            .join(Campaign, Campaign.id == DonationShare.campaign_id)
            .where(Document.unit_id == site.ids["unit"], Document.kind == "gift")
            .order_by(Document.date.desc(), Document.id.desc())
            .limit(50)
        )
        return render_template("list.html", rows=db.session.execute(query).all())

    @app.get("/wall")
    def wall() -> str:
        campaign = get_campaign("XD26")
        query = (
            select(DonationShare, Document, Donation, Donor)
            .join(Document, Document.id == DonationShare.document_id)
            .join(Donation, Donation.document_id == DonationShare.document_id)
            .join(Donor, Donor.id == Donation.donor_id)
            .where(DonationShare.campaign_id == campaign.id, Document.state != "voided")
            .order_by(DonationShare.date.desc(), DonationShare.document_id.desc())
            .limit(50)
        )
        return render_template("wall.html", campaign=campaign, rows=db.session.execute(query).all())

    return app


def measure(site: Site, options: Options) -> list[Figure]:
    """The signed-in list and the public page, as the next reader finds it and made anew."""
    client: Any = _bare(site).test_client()
    at = f"at {site.size}"
    bare_list = Contender("bare list", lambda _nothing: fetch(client, "/list"))
    ours = Contender("signed-in list", lambda _nothing: fetch(site.treasurer, GIFTS))
    side_by_side([ours, bare_list], options.rounds)
    bare_wall = Contender("bare page", lambda _nothing: fetch(client, "/wall"))
    page = Contender("public page", lambda _nothing: fetch(site.anyone, "/minh-bach/XD26"))
    side_by_side([page, bare_wall], options.rounds)
    bare_again = Contender("bare page", bare_wall.run)
    anew = Contender("public page", page.run, forget)
    side_by_side([anew, bare_again], options.rounds)
    return [
        against(f"(b) signed-in list against a bare one {at}", ours, bare_list, 4),
        against(f"(b) public campaign page against a bare one {at}", page, bare_wall, 3),
        against(f"(b) public campaign page made anew against a bare one {at}", anew, bare_again, 3),
    ]
