"""The folder where this installation keeps what is its own and no page's: database, secret, anchors."""

from pathlib import Path

from flask import current_app, has_app_context


def folder() -> Path | None:
    """The instance folder of the present app; None outside any app."""
    if not has_app_context():
        return None
    path: Path = current_app.config["SETTINGS"].instance
    return path
