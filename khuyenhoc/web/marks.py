"""The short list of pages that are open to everyone: each says why."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


def public(reason: str) -> Callable[[View], View]:
    """Mark a view as open to people who are not signed in; the guard over all routes reads the reason."""

    def mark(view: View) -> View:
        view.public_because = reason  # type: ignore[attr-defined]
        return view

    return mark
