"""A paper as the answer, to be looked at in the browser."""

from flask import Response


def answer(paper: bytes, file_name: str) -> Response:
    """The PDF, inline. ``file_name`` names no person."""
    response = Response(paper, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{file_name}"'
    return response
