"""What every template may use without importing it: the house's macros as ``ui``."""

from typing import Any

from flask import Flask
from jinja2 import StrictUndefined

from khuyenhoc.web.forms import new_key

MACRO_FILES = ("ui/fields.html", "ui/parts.html", "ui/lists.html")


class Macros:
    """The macros of ``templates/ui`` under one name; read when the first one is used."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._macros: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if not self._macros:
            for file in MACRO_FILES:
                module = self._app.jinja_env.get_template(file).module
                self._macros.update({n: m for n, m in vars(module).items() if not n.startswith("_")})
        if name not in self._macros:
            raise AttributeError(f"there is no macro ui.{name}")
        return self._macros[name]


def given(attributes: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Attributes of a control without those that say nothing; what the caller names goes before ours."""
    return {name: value for name, value in attributes.items() if value} | more


def install(app: Flask) -> None:
    """Prepare the template engine."""
    environment = app.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    if app.testing:
        environment.undefined = StrictUndefined
    environment.globals.update(ui=Macros(app), new_key=new_key, given=given)
