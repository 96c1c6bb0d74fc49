"""Pages and fragments: one address, one template, with or without script.

The only module that knows what htmx asks for.
"""

from typing import Any

from flask import Response, make_response, render_template
from flask_htmx import HTMX
from jinja2_fragments.flask import render_block

htmx = HTMX()


def wants_fragment() -> bool:
    """Whether the reader's page asks for a part of itself (not a boosted link, not a step back in history)."""
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def page(template: str, fragment: str | None = None, status: int = 200, **context: Any) -> Response:
    """The whole page, or only its block ``fragment`` (and any toasts) when a part is asked for.

    A block rendered alone forgets the ``if`` around it: pass only what the reader may see.
    """
    if fragment is not None and wants_fragment():
        body = render_block(template, fragment, **context) + render_template("ui/toasts.html", oob=True)
    else:
        body = render_template(template, **context)
    response = make_response(body, status)
    response.vary.add("HX-Request")
    return response


def open_to_all(response: Response) -> Response:
    """A public page may be kept by the reader's own browser and asked for again; every other page is ``no-store``.

    Never by a cache that many share: the page speaks the reader's language and holds the reader's token.
    """
    response.cache_control.private = True
    response.cache_control.no_cache = True
    return response
