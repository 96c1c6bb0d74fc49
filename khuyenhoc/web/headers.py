"""What every answer tells the browser: whence it may load, what it may keep, who may look on."""

from flask import Flask, Response, request

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

HEADERS_OF_FILES = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Style, script and pictures are no pages: the rest would weigh more than many of them."""

OF_A_FILE = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""The policy for what somebody sent: it is shown, and does nothing."""


def install(app: Flask) -> None:
    """Put the headers on every answer; a view may set a stricter value itself (a donor's page: ``no-referrer``)."""

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in (HEADERS_OF_FILES if request.endpoint == "static" else HEADERS).items():
            response.headers.setdefault(name, value)
        if request.is_secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if not response.cache_control:
            response.cache_control.no_store = True
        return response
