"""(b) Every way to narrow the list of gifts, also to what is rare or not there at all: none may read all to find it."""

import datetime
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from bench.options import Options
from bench.pages import FLAT
from bench.sites import Site
from bench.timing import Contender, Figure, milliseconds, side_by_side
from khuyenhoc.core import clock
from khuyenhoc.giving import gift_list, gift_rows
from khuyenhoc.giving.gift_list import Wanted
from khuyenhoc.giving.views.gifts import _orders
from khuyenhoc.web import lists

CHOICES: dict[str, tuple[Any, ...]] = {
    "campaign_id": (None, "XD26", "HIEM"),
    "method": (None, "cash", "in_kind"),
    "state": (None, "acknowledged", "voided"),
    "recorder_id": (None, "recorder"),
    "days": (None, 2 * 365),
}


def measure(sites: Sequence[Site], options: Options) -> list[Figure]:
    """The worst of all narrowings: rows, totals and what stands beside them, without the page around."""
    figures = []
    for chosen in product(*CHOICES.values()):
        asked = {name: value for name, value in zip(CHOICES, chosen, strict=True) if value is not None}
        contenders = [Contender(site.size, _read(site, asked)) for site in sites]
        side_by_side(contenders, options.rounds)
        ratio = contenders[-1].median / contenders[0].median
        medians = ", ".join(f"{c.name} {milliseconds(c.median)}" for c in contenders)
        named = ", ".join(f"{name} {value}" for name, value in asked.items()) or "nothing"
        figures.append(Figure("(b) the worst narrowing of the list, flat", ratio, FLAT, f"{named}: {medians}"))
    worst = max(figures, key=lambda figure: figure.ratio)
    over = sum(not figure.holds for figure in figures)
    return [replace(worst, detail=f"{worst.detail}, n={options.rounds}; {over} of {len(figures)} ways miss")]


def _read(site: Site, asked: dict[str, Any]) -> Any:
    named = {name: site.ids.get(value, value) if name.endswith("_id") else value for name, value in asked.items()}
    days = named.pop("days", None)
    starts = clock.today() - datetime.timedelta(days=days) if days else None
    wanted = Wanted(frozenset([site.ids["unit"]]), starts=starts, **named)

    def run(_nothing: None) -> int:
        with site.app.test_request_context("/khoan-ung-ho"):
            selection = gift_list.select_gifts(wanted)
            listing = lists.read(selection.gifts, _orders(selection), selection.id)
            gift_list.totals(wanted)
            return len(gift_rows.rows(listing.rows, campaign_id=wanted.campaign_id))

    return run
