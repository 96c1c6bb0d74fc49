"""How large a form may be: small everywhere, larger for those that take files, and then only from who may send them.

A form of files is read into memory no further than its words: files above half a MB lie on the disk while it is read.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, request

from khuyenhoc.org import access

View = TypeVar("View", bound=Callable[..., Any])

LONGEST_WORDS = 100_000
"""Bytes of one typed field of such a form, and MOST_PARTS how many there may be: so much is held in memory."""

MOST_PARTS = 400


def takes_files(most: int) -> Callable[[View], View]:
    """Mark a view (below ``@may``) whose form takes files, ``most`` bytes of them together."""

    def mark(view: View) -> View:
        view.bytes_of_files = most  # type: ignore[attr-defined]
        return view

    return mark


def together(app: Flask) -> int | None:
    """The bytes of files that the form which is being sent may have together; None where it takes none."""
    most: int | None = getattr(app.view_functions.get(request.endpoint or ""), "bytes_of_files", None)
    return most


def install(app: Flask) -> None:
    """Before anything is read: let the form be as large as its files may be."""

    @app.before_request
    def let_files_in() -> None:
        most, view = together(app), app.view_functions.get(request.endpoint or "")
        if most is None or request.method != "POST" or request.mimetype != "multipart/form-data":
            return
        if access.allowed(getattr(view, "permission", "")):
            usual = app.config["MAX_CONTENT_LENGTH"]
            request.max_content_length = max(most + app.config["MAX_FORM_MEMORY_SIZE"], usual)
            request.max_form_memory_size, request.max_form_parts = LONGEST_WORDS, MOST_PARTS
