"""JPEG 2000 without its notes: the boxes that hold the picture stay; place, camera and whatever else was put in go."""

SIGNATURE = b"\x00\x00\x00\x0cjP  \r\n\x87\n"
OF_THE_PICTURE = frozenset({b"jP  ", b"ftyp", b"jp2h", b"jp2c"})
HEAD, LONG_HEAD = 8, 16


def without_boxes(picture: bytes) -> bytes:
    """The same picture of nothing but its own boxes; ValueError where a box ends outside it.

    One without boxes is only a picture already.
    """
    if not picture.startswith(SIGNATURE):
        return picture
    kept, at = [], 0
    while at < len(picture):
        length, head = int.from_bytes(picture[at : at + 4], "big"), HEAD
        if length == 1:
            length, head = int.from_bytes(picture[at + HEAD : at + LONG_HEAD], "big"), LONG_HEAD
        length = length or len(picture) - at  # the last one may say that it goes on to the end
        if length < head or at + length > len(picture):
            raise ValueError("a box of a JPEG 2000 ends outside it")
        if picture[at + 4 : at + HEAD] in OF_THE_PICTURE:
            kept.append(picture[at : at + length])
        at += length
    return b"".join(kept)
