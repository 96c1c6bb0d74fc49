"""What every template may use without importing it: the house's macros as ``ui``."""

import contextlib
from pathlib import Path
from typing import Any

import jinja2
from flask import Flask
from jinja2 import FileSystemBytecodeCache, StrictUndefined
from jinja2.bccache import Bucket

from khuyenhoc.web.forms import new_key

MACRO_FILES = ("ui/fields.html", "ui/parts.html", "ui/lists.html")


class Compiled(FileSystemBytecodeCache):
    """Compiled templates, kept in the instance folder, so that a start need not compile them again.

    A changed template is compiled anew. Where nothing can be kept (a full disk) the page is shown all the same.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        super().__init__(str(folder), f"%s-{jinja2.__version__}.cache")

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep one, if the disk lets us."""
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)


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
    environment.bytecode_cache = Compiled(app.config["SETTINGS"].instance / "templates")
    environment.trim_blocks = environment.lstrip_blocks = True
    if app.testing:
        environment.undefined = StrictUndefined
    environment.globals.update(ui=Macros(app), new_key=new_key, given=given)
