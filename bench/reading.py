"""(b) Reading at ten thousand, a hundred thousand and a million gifts; the sites are filled once for all of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bench import bare, narrowed, pages, proof
from bench.options import Options
from bench.place import Ground
from bench.sites import Site, filled
from bench.timing import Figure

PARTS = ("pages", "narrowed")
"""What can be measured without the rest."""


def measure(ground: Ground, options: Options) -> list[Figure]:
    """Pages, narrowed lists, bare pages and the full proof."""
    sites = _sites(ground, options)
    figures = pages.measure(sites, options) + narrowed.measure(sites, options)
    figures += bare.measure(sites[-1], options) + proof.measure(sites, options)
    return _named(figures, ground)


def only(part: str) -> Callable[[Ground, Options], list[Figure]]:
    """What measures one of the parts."""
    measured = {"pages": pages.measure, "narrowed": narrowed.measure}[part]
    return lambda ground, options: _named(measured(_sites(ground, options), options), ground)


def _sites(ground: Ground, options: Options) -> Sequence[Site]:
    return [filled(ground, gifts) for gifts in options.sizes]


def _named(figures: Sequence[Figure], ground: Ground) -> list[Figure]:
    return [replace(figure, what=f"{figure.what}, {ground.engine}") for figure in figures]
