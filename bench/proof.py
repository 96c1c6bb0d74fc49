"""(b) The full proof of ``reconcile``: it sums every row, so its time may grow with the rows and no faster."""

from collections.abc import Callable, Sequence

from bench.options import Options
from bench.sites import Site
from bench.timing import Contender, Figure, milliseconds, side_by_side
from khuyenhoc.core.database import scalar
from khuyenhoc.proof.reconcile import statements

TURNS = 20
LINEAR = 1.3


def measure(sites: Sequence[Site], options: Options) -> list[Figure]:
    """Time per row at the last size against the first. A turn reads millions of rows: there are few turns."""
    contenders = [Contender(site.size, _prove(site)) for site in sites]
    side_by_side(contenders, min(TURNS, options.rounds))
    rows = [_rows(site) for site in sites]
    per_row = [contender.median / count for contender, count in zip(contenders, rows, strict=True)]
    said = ", ".join(
        f"{c.name} {milliseconds(c.median)} = {count / c.median:,.0f} rows/s"
        for c, count in zip(contenders, rows, strict=True)
    )
    turns = len(contenders[0].seconds)
    return [Figure("(b) full proof of reconcile, time per row", per_row[-1] / per_row[0], LINEAR, f"{said}, n={turns}")]


def _prove(site: Site) -> Callable[[None], None]:
    def run(_nothing: None) -> None:
        with site.app.app_context():
            assert all(statement.reconciled for statement in statements())

    return run


def _rows(site: Site) -> int:
    """Postings and documents' lines: what the proof sums."""
    with site.app.app_context():
        return int(scalar("SELECT COUNT(*) FROM postings")) + int(scalar("SELECT COUNT(*) FROM document_lines"))
