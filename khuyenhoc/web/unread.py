"""What was sent and is too large is still read to its end before the answer goes: a browser that is sending does not
listen, and where the server closes meanwhile it shows “connection reset” instead of our sentence.
"""

import time
from typing import Any

from flask import Flask, Response, request

from khuyenhoc.core.database import db

MOST = 300 * 1024 * 1024
"""Bytes that are read and thrown away; whoever sends more finds the connection closed."""

LONGEST = 60.0
"""Seconds of it: a thread waits for nobody longer."""

AT_ONCE = 256 * 1024


def install(app: Flask) -> None:
    """Hear out whoever sends too much, and then say so."""

    @app.after_request
    def hear_out(response: Response) -> Response:
        if response.status_code == 413:
            db.session.rollback()  # the answer is written; nobody else waits for what it has read
            throw_away(request.environ.get("wsgi.input"), _left())
        return response


def _left() -> int:
    """Bytes that may still come: all of them where nothing was read because the length was said to be too large.

    Else only where the server itself knows the end; reading on from another one would wait for ever.
    """
    said, most = request.content_length or 0, request.max_content_length
    if most is not None and said > most:
        return said
    return MOST if request.environ.get("wsgi.input_terminated") else 0


def throw_away(stream: Any, left: int) -> int:
    """Read so many bytes (``MOST``, ``LONGEST``) or to the end; gives how many came."""
    ends, gone, left = time.monotonic() + LONGEST, 0, min(left, MOST)
    try:
        while gone < left and time.monotonic() < ends and (read := stream.read(min(AT_ONCE, left - gone))):
            gone += len(read)
    except OSError:
        pass  # nobody sends any more
    return gone
