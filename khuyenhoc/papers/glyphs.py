"""Which letters the fonts of this folder can draw: read from the ``cmap`` tables of the files themselves.

PDF/A refuses a paper with a letter that no font has; a gift from a donor whose name is written in
another script must not fail for that.
"""

import struct
from collections.abc import Iterator
from functools import cache
from pathlib import Path

FONTS = Path(__file__).resolve().parent / "fonts"
FAMILIES = ("BeVietnamPro-*.ttf", "SourceSerif4_*.ttf")
"""Every template names both families, so a letter is drawn when one of them has it in all its faces."""


@cache
def covered() -> frozenset[str]:
    """Every character that can be printed in every face of at least one family."""
    drawn: set[str] = set()
    for pattern in FAMILIES:
        drawn |= frozenset.intersection(*(_characters(path.read_bytes()) for path in FONTS.glob(pattern)))
    return frozenset(drawn)


def _characters(font: bytes) -> frozenset[str]:
    found: set[str] = set()
    cmap = _table(font, b"cmap")
    (count,) = struct.unpack_from(">H", font, cmap + 2)
    for record in range(count):
        platform, _encoding, offset = struct.unpack_from(">HHL", font, cmap + 4 + 8 * record)
        (form,) = struct.unpack_from(">H", font, cmap + offset)
        if platform in {0, 3} and form in {4, 12}:
            ranges = _segments(font, cmap + offset) if form == 4 else _groups(font, cmap + offset)
            found.update(chr(code) for start, end in ranges for code in range(start, end + 1))
    return frozenset(found)


def _table(font: bytes, tag: bytes) -> int:
    (count,) = struct.unpack_from(">H", font, 4)
    for record in range(count):
        name, _checksum, offset, _length = struct.unpack_from(">4sLLL", font, 12 + 16 * record)
        if name == tag:
            return int(offset)
    raise ValueError(f"no {tag.decode()} table in this font")


def _segments(font: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Format 4: the ends, a gap, the starts."""
    (doubled,) = struct.unpack_from(">H", font, start + 6)
    count = doubled // 2
    ends = struct.unpack_from(f">{count}H", font, start + 14)
    starts = struct.unpack_from(f">{count}H", font, start + 16 + doubled)
    return ((first, last) for first, last in zip(starts, ends, strict=True) if first != 0xFFFF)


def _groups(font: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Format 12: groups of first, last and glyph."""
    (count,) = struct.unpack_from(">L", font, start + 12)
    for group in range(count):
        first, last, _glyph = struct.unpack_from(">LLL", font, start + 16 + 12 * group)
        yield first, last
