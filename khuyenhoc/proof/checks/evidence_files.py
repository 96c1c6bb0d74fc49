"""Does the disk still hold what was uploaded? A file altered or taken away there is found by its digest."""

from collections.abc import Iterator

from khuyenhoc.core.text import gettext as _
from khuyenhoc.proof.rows import stream
from khuyenhoc.proof.violations import Violation
from khuyenhoc.recipients import files


def unaltered() -> Iterator[Violation]:
    """Every file that a card or a consent holds lies in its place, with the digest and size that were written down."""
    yield from _each("evidence", "SELECT id, digest, size FROM evidence WHERE removed_at IS NULL ORDER BY id")
    yield from _each("consent_proofs", "SELECT id, digest, size FROM consent_proofs ORDER BY id")


def _each(table: str, sql: str) -> Iterator[Violation]:
    for row in stream(sql):
        digest, size = str(row["digest"]), row["size"]
        found = files.found(digest)
        if found is None:
            text = _("Tệp minh chứng không còn trên ổ đĩa.")
            yield Violation(table, str(row["id"]), "digest", digest, None, text)
        elif found != (digest, size):
            field, expected, there = ("digest", digest, found[0]) if found[0] != digest else ("size", size, found[1])
            text = _("Tệp minh chứng trên ổ đĩa khác với lúc tải lên.")
            yield Violation(table, str(row["id"]), field, expected, there, text)
