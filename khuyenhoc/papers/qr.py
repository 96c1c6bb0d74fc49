"""The QR of a paper's address.

Between two addresses of one length the dark modules differ by the same modules for each bit that differs, whatever the
others are: the code words of ISO/IEC 18004 are sums modulo 2, and the mask is one of eight, always the same. So the
library draws an address once and each changed bit once, and what follows costs a tenth.
"""

import re
from functools import lru_cache
from importlib import import_module

_RUNS = re.compile("1+")
_firsts: dict[int, bytes] = {}
"""Length → the first address of it, from which the others differ in little but their code."""


def qr_svg(address: str) -> str:
    """The QR of an address, black on nothing, without a quiet zone: the template leaves the white around it."""
    side, dark = _dark(address.encode())
    rows = [f"{dark >> (side * y) & (1 << side) - 1:0{side}b}" for y in range(side)]
    runs = ((run.start(), y, run.end() - run.start()) for y, row in enumerate(rows) for run in _RUNS.finditer(row))
    path = "".join(f"M{x} {y}.5h{length}" for x, y, length in runs)
    size = f'width="{side}" height="{side}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><path stroke="#000" d="{path}"/></svg>'


def _dark(address: bytes) -> tuple[int, int]:
    """How many modules a side has, and which are dark: row by row, the upper ones first."""
    first = _firsts.setdefault(len(address), address)
    side, dark = _drawn(first)
    for place, (before, now) in enumerate(zip(first, address, strict=True)):
        different = before ^ now
        while different:
            bit = different & -different
            dark ^= _changes(first, place, bit)
            different ^= bit
    return side, dark


@lru_cache(maxsize=2048)
def _changes(first: bytes, place: int, bit: int) -> int:
    """The modules that change colour with one bit of an address of this length."""
    other = bytearray(first)
    other[place] ^= bit
    return _drawn(first)[1] ^ _draw(bytes(other))[1]


@lru_cache(maxsize=64)
def _drawn(address: bytes) -> tuple[int, int]:
    return _draw(address)


def _draw(address: bytes) -> tuple[int, int]:
    # Any mask can be read; looking for the one with the best looks would take as long as half a page.
    rows = import_module("segno").make(address, error="m", micro=False, mask=0, mode="byte").matrix
    return len(rows), int("".join("".join(map(str, row)) for row in reversed(rows)), 2)
