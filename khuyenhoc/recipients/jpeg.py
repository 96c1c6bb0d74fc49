"""JPEG without its notes: what one sees stays bit for bit; place, camera, comments and small copies go."""

import re

START, END = b"\xff\xd8", b"\xff\xd9"
SCAN, COMMENT = 0xDA, 0xFE
JFIF, ADOBE = b"JFIF\x00", b"Adobe"
_MARKER = re.compile(rb"\xff+([^\x00\xff])", re.DOTALL)
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
"""In a scan a 0xFF of the picture is followed by 0, and restarts (D0 to D7) belong to it."""


def without_notes(jpeg: bytes) -> bytes:
    """The same picture without comments and application segments, and without what lies around it.

    Kept are only the two that say how its colours are to be read: JFIF's head, and Adobe's.
    ValueError where it is no JPEG.
    """
    at = jpeg.index(START) + len(START)
    kept = [START]
    while marker := _MARKER.match(jpeg, at):
        code, at = marker[1][0], marker.end()
        if code == END[1]:
            break
        if code == 0x01 or 0xD0 <= code <= 0xD7:  # stand alone, and say nothing
            continue
        length = int.from_bytes(jpeg[at : at + 2], "big")
        if length < 2 or at + length > len(jpeg):
            raise ValueError("a segment of a JPEG ends outside it")
        kept += _segment(code, jpeg[at + 2 : at + length])
        at += length
        if code == SCAN:
            following = _AFTER_SCAN.search(jpeg, at)
            end = following.start() if following else len(jpeg)
            kept.append(jpeg[at:end])
            at = end
    else:
        if at < len(jpeg):
            raise ValueError("a JPEG goes on with what is no marker")
    return b"".join([*kept, END])


def _segment(code: int, body: bytes) -> list[bytes]:
    if code == COMMENT or 0xE0 <= code <= 0xEF:
        if code == 0xE0 and body.startswith(JFIF):
            body = body[:12] + b"\x00\x00"  # without its small copy
        elif code != 0xEE or not body.startswith(ADOBE):
            return []
    return [bytes([0xFF, code]), (len(body) + 2).to_bytes(2, "big"), body]
