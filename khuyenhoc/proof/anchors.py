"""Anchors: where each chain ended, written outside the books once it is on the disk.

A chain cannot protect its own newest links: whoever cuts them off and turns the head back leaves an
unbroken, shorter chain. The file ``anchors.jsonl`` beside the installation remembers; so do the
nightly backup and every printed paper.
"""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from khuyenhoc.core import clock
from khuyenhoc.core.database import Notes, db, when_durable
from khuyenhoc.history import chains
from khuyenhoc.history.chains import Head
from khuyenhoc.web import instance
from khuyenhoc.web.logs import log

FILE = "anchors.jsonl"
KINDS = ("entries", "history")
Anchor = dict[str, Any]


def file() -> Path:
    """Where the anchors of the present installation are kept."""
    folder = instance.folder()
    assert folder is not None
    return folder / FILE


@when_durable
def _write(of_each: Sequence[Notes]) -> None:
    at = clock.stamp()
    lines = [_line(at, *of, *head) for moved in of_each for of, head in sorted(moved.items())]
    if lines and instance.folder() is not None:
        try:
            _append("".join(lines).encode())
        except OSError as full:  # the books are written; the next commit anchors them too
            log.warning("anchors_not_written", error=str(full))


def _append(lines: bytes) -> None:
    """One write at the end of the file, whole beside those of other processes."""
    book = os.open(file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(book, lines)
    finally:
        os.close(book)


def _line(at: str, unit: int, kind: str, length: int, hash: str) -> str:
    """As JSON, for which nothing in it has to be quoted; all writers wait while it is written."""
    return f'{{"at": "{at}", "unit": {unit}, "kind": "{kind}", "length": {length}, "hash": "{hash}"}}\n'


_encode = json.JSONEncoder(ensure_ascii=False).encode


def _read(lines: Iterable[bytes]) -> Iterator[Anchor]:
    """Every anchor that is whole; a line torn by a power cut is passed over."""
    for line in lines:
        anchor = _parsed(line)
        if anchor is not None:
            yield anchor


def _stored() -> list[Anchor]:
    return list(_read(file().read_bytes().splitlines())) if file().exists() else []


def _parsed(line: bytes) -> Anchor | None:
    try:
        anchor = json.loads(line)
    except ValueError:  # no JSON, or not even text
        return None
    whole = isinstance(anchor, dict) and {"unit", "kind", "length", "hash"} <= anchor.keys()
    return anchor if whole else None


@contextmanager
def remembered() -> Iterator[None]:
    """Read the anchors once, now. Whatever looks at the books after this finds every one of them there:
    an anchor is written only after its commit."""
    token = _remembered.set(_stored())
    try:
        yield
    finally:
        _remembered.reset(token)


_remembered: ContextVar[list[Anchor] | None] = ContextVar("remembered", default=None)


def known(kind: str) -> dict[tuple[int, int], str]:
    """What is anchored of one kind of chain: (unit, length) → hash."""
    anchors = _remembered.get()
    anchors = _stored() if anchors is None else anchors
    return {(a["unit"], a["length"]): a["hash"] for a in anchors if a["kind"] == kind}


def compact() -> None:
    """After a clean proof: keep of each chain where it ended then, and whatever was anchored since."""
    ends = {(unit, kind): head for kind in KINDS for unit, head in chains.heads(kind).items()}
    book = file().open("rb") if file().exists() else None
    later = [a for a in _read(book or ()) if _is_later(a, ends)]
    _replace([*_lines(ends), *(_encode(anchor) + "\n" for anchor in later)])
    if book is not None:
        with book:
            _append(book.read())  # written by others while the file was being replaced


def _is_later(anchor: Anchor, ends: dict[tuple[int, str], Head]) -> bool:
    end = ends.get((anchor["unit"], anchor["kind"]))
    return end is None or anchor["length"] > end.length


def _lines(ends: dict[tuple[int, str], Head]) -> list[str]:
    at = clock.stamp()
    return [_line(at, *of, *head) for of, head in sorted(ends.items())]


def start_anew() -> None:
    """After a restore: the books of the backup are the books now."""
    db.session.rollback()
    remove()
    compact()


def _replace(lines: list[str]) -> None:
    fresh = file().with_suffix(".new")
    fresh.write_text("".join(lines), encoding="utf-8")
    fresh.replace(file())


def remove() -> None:
    """The books that these anchors held are gone (a demonstration begun afresh)."""
    file().unlink(missing_ok=True)
