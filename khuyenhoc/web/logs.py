"""One line per request, without personal data: the endpoint, never the address or what was typed."""

import logging
import secrets
import sys
import time

import structlog
from flask import Flask, Response, g, request

from khuyenhoc.core.context import origin

log = structlog.get_logger("khuyenhoc")


def install(app: Flask) -> None:
    """Log every request and say to the rules below where a deed comes from."""
    _configure(quiet=app.testing)

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


def _configure(quiet: bool) -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR if quiet else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
