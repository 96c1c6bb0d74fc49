"""(b) Reading at ten thousand, a hundred thousand and a million gifts; the sites are filled once for all of it."""

from dataclasses import replace

from bench import bare, narrowed, pages, proof
from bench.options import Options
from bench.place import Ground
from bench.sites import filled
from bench.timing import Figure


def measure(ground: Ground, options: Options) -> list[Figure]:
    """Pages, narrowed lists, bare pages and the full proof."""
    sites = [filled(ground, gifts) for gifts in options.sizes]
    figures = pages.measure(sites, options) + narrowed.measure(sites, options)
    figures += bare.measure(sites[-1], options) + proof.measure(sites, options)
    return [replace(figure, what=f"{figure.what}, {ground.engine}") for figure in figures]
