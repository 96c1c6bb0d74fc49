"""The project's own files, as the guards read them."""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "khuyenhoc"


def python_files(*folders: str) -> list[Path]:
    """Every Python file of the project, or of these folders of it; the loose files of the top level too."""
    wanted = folders or ("khuyenhoc", "tests", "bench", "migrations")
    found = [path for folder in wanted for path in (ROOT / folder).rglob("*.py")]
    return sorted([*found, *(() if folders else ROOT.glob("*.py"))])


def text_files() -> list[Path]:
    """Every file that people write: code, templates, SQL, papers, settings, texts."""
    endings = {".py", ".html", ".sql", ".typ", ".toml", ".md", ".css", ".js", ".in", ".cfg", ".po", ".pot"}
    folders = ("khuyenhoc", "tests", "bench", "migrations", "templates", "translations", "docs", "requirements")
    found = [path for folder in folders for path in (ROOT / folder).rglob("*")]
    own_static = [path for path in (ROOT / "static").glob("*") if path.is_file()]
    loose = [path for path in ROOT.iterdir() if path.is_file()]
    return sorted(path for path in [*found, *own_static, *loose] if path.suffix in endings or path.name == "Makefile")


def name_of(path: Path) -> str:
    """A file as one speaks of it: ``khuyenhoc/core/dong.py``."""
    return path.relative_to(ROOT).as_posix()


def module_of(path: Path) -> str:
    """A file as one imports it: ``khuyenhoc.core.dong``."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


@cache
def tree(path: Path) -> ast.Module:
    """A Python file, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(path: Path) -> Iterator[str]:
    """Every module that a file names in an import, wherever it stands."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@cache
def project() -> dict[str, Any]:
    """pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def layers() -> list[list[str]]:
    """The layers of the import contract from the top down, each a list of packages that are strangers."""
    (contract,) = project()["tool"]["importlinter"]["contracts"]
    return [[name.strip().strip("()") for name in line.split("|")] for line in contract["layers"]]
