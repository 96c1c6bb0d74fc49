"""The books in portions, for proofs that sum every row: what is summed at once stays small, however many there are."""

from collections.abc import Iterator

from khuyenhoc.proof.rows import few

BELOW_ALL = -(2**63)
AT_ONCE = 10_000
"""So many entries or documents are summed by one query: each row is met in the order in which it lies, and what a
database sorts to sum it stays small, so that a row costs the same among ten million."""


def of_entries() -> Iterator[str]:
    """Conditions on postings ``x`` and their entries ``e``, which together meet every posting once."""
    for unit_id in (row["unit_id"] for row in few("SELECT DISTINCT unit_id FROM entries")):
        if not isinstance(unit_id, int):  # another check names it
            continue
        for low, high in _parts("number", f"entries WHERE unit_id = {unit_id}"):
            for_each = " AND {0}.unit_id = {1} AND {0}.{2} > {3} AND {0}.{2} <= {4}".format
            yield for_each("x", unit_id, "entry_number", low, high) + for_each("e", unit_id, "number", low, high)


def of_documents() -> Iterator[str]:
    """Conditions on lines ``x`` and their documents ``d``, which together meet every line once."""
    for low, high in _parts("id", "documents WHERE 1 = 1"):
        yield f" AND x.document_id > {low} AND x.document_id <= {high} AND d.id > {low} AND d.id <= {high}"


def _parts(column: str, rows: str) -> Iterator[tuple[int, int]]:
    """Steps from one row to the one so many further on: numbers that somebody has made up do not lead astray."""
    low = BELOW_ALL
    some = f"SELECT {column} AS n FROM {rows} AND {column} > :low AND {column} <= {-BELOW_ALL - 1}"  # noqa: S608 - ours
    step = f"SELECT MAX(s.n) AS n FROM ({some} ORDER BY {column} LIMIT {AT_ONCE}) s"  # noqa: S608
    while (high := few(step, low=low)[0]["n"]) is not None:
        yield low, int(high)
        low = int(high)
