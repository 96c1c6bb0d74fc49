"""Wires the features together; the only module that knows them all."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Blueprint, Flask
from flask_compress import Compress
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from config import WITHOUT_A_KEY, SettingMissing
from khuyenhoc.approvals.views import bulk, inbox, policies
from khuyenhoc.awards import award_tables, committee_tables, decision_tables, kept_promises, programme_tables
from khuyenhoc.awards.views import (
    bound_gifts,
    checks,
    confirm,
    decisions,
    drafting,
    earmarks,
    meeting_files,
    meetings,
    member_ties,
    minutes,
    nominate,
    nominations,
    programmes,
    publication,
    quorum_rules,
    results,
    scoring,
    signer_ties,
)
from khuyenhoc.core.database import db, engine_options, prepare_engine
from khuyenhoc.funds.views import campaigns, funds
from khuyenhoc.giving.views import desk, donors, gift_form, gift_papers, gifts, refunds, voids
from khuyenhoc.goods import approvables as goods
from khuyenhoc.goods import lot_bars, purchase_voiding, write_off_approvals
from khuyenhoc.goods.views import allotting, buying, numbers, purchases, stock, write_offs
from khuyenhoc.goods.views import papers as purchase_papers
from khuyenhoc.home import views as home
from khuyenhoc.ledger import views as ledger
from khuyenhoc.org import access, answers, installation, uploads
from khuyenhoc.org.views import account, people, unit_pages
from khuyenhoc.papers.views import consent as consent_papers
from khuyenhoc.papers.views import verifying as papers
from khuyenhoc.payouts import approvables as paying
from khuyenhoc.payouts import taking_back_approvals
from khuyenhoc.payouts.views import deeds, handovers, payouts, preparing
from khuyenhoc.payouts.views import papers as payout_papers
from khuyenhoc.proof import links
from khuyenhoc.proof import views as proof
from khuyenhoc.recipients import recipient_tables
from khuyenhoc.recipients.views import card_form, cards, consent, evidence
from khuyenhoc.reports.views import annual, annual_lists, gift_links, public, thanks, trace_panels
from khuyenhoc.tracing import following
from khuyenhoc.treasury.views import books, cash, documents, movements, payments, running_costs, vouchers
from khuyenhoc.web import addresses, assets, errors, filters, headers, language, logs, navigation, templating, unread
from khuyenhoc.web import views as web
from khuyenhoc.web.page import htmx

if TYPE_CHECKING:
    from config import Settings

FEATURES: tuple[Blueprint, ...] = (
    home.blueprint,
    web.blueprint,
    papers.blueprint,
    account.blueprint,
    proof.blueprint,
    people.blueprint,
    unit_pages.blueprint,
    inbox.blueprint,
    bulk.blueprint,
    policies.blueprint,
    campaigns.blueprint,
    funds.blueprint,
    programmes.blueprint,
    nominations.blueprint,
    nominate.blueprint,
    confirm.blueprint,
    checks.blueprint,
    scoring.blueprint,
    member_ties.blueprint,
    signer_ties.blueprint,
    meetings.blueprint,
    meeting_files.blueprint,
    minutes.blueprint,
    quorum_rules.blueprint,
    results.blueprint,
    donors.blueprint,
    gift_form.blueprint,
    gifts.blueprint,
    gift_papers.blueprint,
    gift_links.blueprint,
    thanks.blueprint,
    public.blueprint,
    annual.blueprint,
    annual_lists.blueprint,
    voids.blueprint,
    refunds.blueprint,
    desk.blueprint,
    ledger.blueprint,
    documents.blueprint,
    vouchers.blueprint,
    movements.blueprint,
    running_costs.blueprint,
    payments.blueprint,
    cash.blueprint,
    books.blueprint,
    decisions.blueprint,
    drafting.blueprint,
    earmarks.blueprint,
    bound_gifts.blueprint,
    publication.blueprint,
    stock.blueprint,
    numbers.blueprint,
    allotting.blueprint,
    purchases.blueprint,
    buying.blueprint,
    purchase_papers.blueprint,
    write_offs.blueprint,
    payouts.blueprint,
    preparing.blueprint,
    deeds.blueprint,
    handovers.blueprint,
    payout_papers.blueprint,
    cards.blueprint,
    card_form.blueprint,
    consent.blueprint,
    evidence.blueprint,
    consent_papers.blueprint,
)
"""Every feature's pages: import its ``views`` above, add one line here."""

ROOMS = (
    recipient_tables,
    programme_tables,
    award_tables,
    committee_tables,
    decision_tables,
    kept_promises,
    goods,
    lot_bars,
    purchase_voiding,
    write_off_approvals,
    paying,
    taking_back_approvals,
    following,
    trace_panels,
)
"""What belongs to the site whether or not a page above brings it along: tables, who follows the books, panels."""

MANNERS: tuple[Callable[[Flask], None], ...] = (
    links.install,
    uploads.install,  # before anything reads the form
    addresses.install,
    logs.install,
    headers.install,
    errors.install,
    unread.install,
    filters.install,
    navigation.install,
    access.install,
    answers.install,
    templating.install,
)
"""What a feature gives to the whole site (who is signed in, a filter, a check): one function each."""


def create_app(settings: "Settings") -> Flask:
    """The site, from its settings. Opens no connection."""
    app = Flask(__name__, root_path=str(settings.root), template_folder="templates", static_folder=None)
    _configure(app, settings)
    language.install(app, settings.root / "translations")
    assets.install(app, settings.root / "static")
    htmx.init_app(app)
    Compress(app)
    for install in MANNERS:
        install(app)
    CSRFProtect(app)  # after the manners: what is too large or unreadable is refused first
    for blueprint in FEATURES:
        app.register_blueprint(blueprint)
    _connect(app, settings)
    return app


def create_site(settings: "Settings") -> Flask:
    """The site as it is served: ``SettingMissing`` where a real one would run on the demonstration's secret."""
    app = create_app(settings)
    if settings.secret_of_demonstration:
        with app.app_context():
            if not installation.holds_demonstration():
                raise SettingMissing(WITHOUT_A_KEY)
    return app


def _configure(app: Flask, settings: "Settings") -> None:
    settings.instance.mkdir(parents=True, exist_ok=True)
    app.config.update(
        SETTINGS=settings,
        TESTING=settings.testing,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        SESSION_COOKIE_NAME="kh",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        MAX_CONTENT_LENGTH=settings.upload_limit,
        MAX_FORM_MEMORY_SIZE=1_000_000,
        MAX_FORM_PARTS=5_000,
        WTF_CSRF_TIME_LIMIT=None,  # a desk stays open a whole evening; the token lives as long as the sign-in
        WTF_CSRF_SSL_STRICT=False,  # proxies and our own Referrer-Policy; the token itself is always checked
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_MIMETYPES=["text/html", "application/json"],
        COMPRESS_BR_LEVEL=4,
    )
    if settings.proxies:
        hops = settings.proxies
        # The proxy hands on Host itself; X-Forwarded-Host is passed through by many, so that anyone could name us.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]


def _connect(app: Flask, settings: "Settings") -> None:
    app.config["MIGRATIONS"] = str(settings.root / "migrations")
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
