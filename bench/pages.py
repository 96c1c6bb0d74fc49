"""(b) Whole pages at every size: the last size against the first, request by request in turns."""

from collections.abc import Callable, Sequence
from urllib.parse import quote_plus

from flask.testing import FlaskClient

from bench.givers import KNOWN_NAME
from bench.options import Options
from bench.sites import Site, fetch, key
from bench.timing import Contender, Figure, milliseconds, side_by_side
from khuyenhoc.core import names
from khuyenhoc.core.database import db
from khuyenhoc.funds.campaigns import get_campaign
from khuyenhoc.ledger import balances
from khuyenhoc.proof.reconcile import kept_statement
from khuyenhoc.reports.kept import Kept
from khuyenhoc.reports.views import public

FLAT = 1.3
GIFTS, DONORS = "/khoan-ung-ho", "/nha-hao-tam"
KNOWN = quote_plus(names.fold(KNOWN_NAME))
Address = Callable[[Site], str]


def _deep(site: Site) -> str:
    with site.app.app_context():
        middle = site.middle()
        return f"{GIFTS}?xep=-ngay&sau={key(middle.date.isoformat(), middle.id)}"


def _deep_by_amount(site: Site) -> str:
    return f"{GIFTS}?xep=-tien&sau={key(300_000, site.ids['middle'])}"


def _deep_in_public(site: Site) -> str:
    with site.app.app_context():
        middle = site.middle()
        return f"/minh-bach/XD26?sau={middle.date.isoformat()}.{middle.id}"


SIGNED_IN: dict[str, Address] = {
    "list of gifts": lambda _site: GIFTS,
    "list of gifts, a page in the middle": _deep,
    "list of gifts by amount": lambda _site: f"{GIFTS}?xep=-tien",
    "list of gifts by amount, in the middle": _deep_by_amount,
    "list of gifts of some of one name": lambda _site: f"{GIFTS}?q={KNOWN}",
    "one gift": lambda site: f"{GIFTS}/{site.ids['middle']}",
    "desk's search for a giver": lambda _site: "/khoan-ung-ho/tim-nguoi?donor=nguyen+thi",
    "campaign page": lambda _site: "/chien-dich/XD26",
    "list of campaigns": lambda _site: "/chien-dich",
    "list of donors": lambda _site: DONORS,
    "donor search, a page full of a common name": lambda _site: f"{DONORS}?q=nguyen+thi",
    "donor search, some of one name": lambda _site: f"{DONORS}?q={KNOWN}",
    "books": lambda _site: "/so-sach",
    "documents of the books": lambda _site: "/so-sach/chung-tu",
    "journal of a month": lambda _site: "/so-sach/nhat-ky",
    "history": lambda _site: "/so-sach/nhat-ky-viec-lam",
    "inbox": lambda _site: "/phe-duyet",
    "home": lambda _site: "/",
}
"""Name → where the treasurer finds it."""

PUBLIC: dict[str, Address] = {
    "public campaign page": lambda _site: "/minh-bach/XD26",
    "public campaign page, in the middle": _deep_in_public,
    "public campaign page by amount": lambda _site: "/minh-bach/MAIAM",
    "board of an evening": lambda _site: "/minh-bach/XD26/bang-vang",
}
"""Each made anew for every turn: nothing that was kept for another reader helps."""


def measure(sites: Sequence[Site], options: Options) -> list[Figure]:
    """How flat the pages are, and the balances and kept totals that stand on them."""
    figures = [
        flat(
            name,
            sites,
            [_visit(site, address, site.auditor if name == "history" else site.treasurer) for site in sites],
            options,
        )
        for name, address in SIGNED_IN.items()
    ]
    figures += [
        flat(f"{name}, made anew", sites, [_visit(site, address, site.anyone) for site in sites], options)
        for name, address in PUBLIC.items()
    ]
    figures.append(flat("balances of a campaign", sites, [_inside(site, _balances) for site in sites], options))
    return figures


def flat(what: str, sites: Sequence[Site], contenders: Sequence[Contender], options: Options) -> Figure:
    """The last size against the first."""
    side_by_side(contenders, options.rounds)
    medians = ", ".join(f"{site.gifts:,} {milliseconds(c.median)}" for site, c in zip(sites, contenders, strict=True))
    ratio = contenders[-1].median / contenders[0].median
    return Figure(f"(b) {what}, flat", ratio, FLAT, f"{medians}, n={options.rounds}")


def _visit(site: Site, address: Address, client: FlaskClient) -> Contender:
    path = address(site)
    return Contender(site.size, lambda _nothing: fetch(client, path), forget)


def forget() -> None:
    """What the public page keeps for its next reader."""
    public._bodies = Kept()


def _inside(site: Site, read: Callable[[], object]) -> Contender:
    def run(_nothing: None) -> None:
        with site.app.app_context():
            read()

    return Contender(site.size, run)


def _balances() -> None:
    campaign = get_campaign("XD26")
    balances.of_campaign(campaign.id)
    balances.available(campaign.id)
    kept_statement(campaign)
    db.session.rollback()
