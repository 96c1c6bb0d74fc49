"""One line per request, without personal data: the endpoint, never the address or what was typed."""

import json
import logging
import secrets
import time
from typing import Any

from flask import Flask, Response, g, request

from khuyenhoc.core import clock
from khuyenhoc.core.context import origin


class Log:
    """Says what happened as one line of JSON on standard error, with whatever is known of it."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)
        self._logger.propagate = False
        out = logging.StreamHandler()
        self._logger.handlers = [out]

    def be_quiet(self, quiet: bool) -> None:
        """Say mistakes only."""
        self._logger.setLevel(logging.ERROR if quiet else logging.INFO)

    def info(self, event: str, **known: Any) -> None:
        """Something that happens all the time."""
        self._say(logging.INFO, event, known)

    def warning(self, event: str, **known: Any) -> None:
        """Something that somebody should look at one day."""
        self._say(logging.WARNING, event, known)

    def error(self, event: str, *, exc_info: BaseException, **known: Any) -> None:
        """A mistake, with its story."""
        story = logging.Formatter().formatException((type(exc_info), exc_info, exc_info.__traceback__))
        self._say(logging.ERROR, event, {**known, "exception": story})

    def _say(self, level: int, event: str, known: dict[str, Any]) -> None:
        if self._logger.isEnabledFor(level):
            what = {"event": event, "level": logging.getLevelName(level).lower(), "timestamp": clock.stamp()}
            self._logger.log(level, "%s", json.dumps({**known, **what}, ensure_ascii=False, default=repr))


log = Log("khuyenhoc")


def install(app: Flask) -> None:
    """Log every request and say to the rules below where a deed comes from."""
    log.be_quiet(app.testing)

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        g.request_id = secrets.token_hex(6)
        g.origin = origin.set(request.remote_addr or "mạng")

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "-")
        if request.endpoint != "static":
            milliseconds = round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1)
            log.info(
                "request",
                id=g.get("request_id"),
                method=request.method,
                endpoint=request.endpoint,
                status=response.status_code,
                ms=milliseconds,
            )
        return response

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        token = g.pop("origin", None)
        if token is not None:
            origin.reset(token)
