"""The QR of a paper is what the library would draw, and can be told from every other."""

import re

import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from khuyenhoc.papers.qr import qr_svg

ADDRESSES = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-./:", min_size=12, max_size=90)
RUN = re.compile(r"M(\d+) (\d+)\.5h(\d+)")


@settings(max_examples=25, deadline=None)
@given(ADDRESSES, st.lists(st.integers(0, 2**32), min_size=1, max_size=4))
def test_every_address_is_drawn_as_the_library_draws_it(beginning: str, codes: list[int]) -> None:
    for code in codes:
        address = f"https://{beginning}/{code:010}"
        rows = segno.make(address, error="m", micro=False, mask=0, mode="byte").matrix
        drawn = [bytearray(len(row)) for row in rows]
        for x, y, length in (map(int, run.groups()) for run in RUN.finditer(qr_svg(address))):
            drawn[y][x : x + length] = b"\x01" * length
        assert drawn == list(rows)
