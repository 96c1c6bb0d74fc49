"""What this installation keeps as its own and no page's: its folder (database, evidence, anchors) and its secret."""

from pathlib import Path

from flask import current_app, has_app_context


def folder() -> Path | None:
    """The instance folder of the present app; None outside any app."""
    if not has_app_context():
        return None
    path: Path = current_app.config["SETTINGS"].instance
    return path


def secret() -> str:
    """The installation's secret, from which further keys are derived."""
    key: str = current_app.config["SETTINGS"].secret_key
    return key
