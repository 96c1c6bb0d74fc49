"""What is installed is pinned to the byte and names no place to fetch it from."""

import re
from pathlib import Path

import pytest

from tests.support import tree

LOCKED = sorted((tree.ROOT / "requirements").glob("*.txt"))
WANTED = sorted((tree.ROOT / "requirements").glob("*.in"))


def _pins(path: Path) -> dict[str, str]:
    found = re.findall(r"^([\w.\[\]-]+)==(\S+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"\[.*\]", "", name).lower(): version for name, version in found}


@pytest.mark.parametrize("path", [*LOCKED, *WANTED], ids=lambda path: path.name)
def test_requirements_name_no_place(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert "://" not in text
    assert not re.search(r"^\s*--?(i|index-url|extra-index-url|find-links|f|trusted-host)\b", text, re.MULTILINE)


@pytest.mark.parametrize("path", LOCKED, ids=lambda path: path.name)
def test_every_requirement_is_pinned_and_hashed(path: Path) -> None:
    requirements = re.split(r"\n(?=[a-z0-9])", path.read_text(encoding="utf-8").split("\n", 2)[2])

    assert requirements
    for requirement in requirements:
        assert re.match(r"[\w.-]+(\[[\w,]+\])?==\S+", requirement), requirement
        assert "--hash=sha256:" in requirement, requirement


def test_development_has_the_same_versions_as_a_real_site() -> None:
    runtime, dev = (_pins(tree.ROOT / "requirements" / f"{name}.txt") for name in ("runtime", "dev"))

    assert {name: dev.get(name) for name in runtime} == runtime


@pytest.mark.parametrize("name", ["runtime", "dev"])
def test_what_is_wanted_is_locked(name: str) -> None:
    text = (tree.ROOT / "requirements" / f"{name}.in").read_text(encoding="utf-8")
    wanted = {match.lower() for match in re.findall(r"^([\w.-]+)(?:\[|[<>=!])", text, re.MULTILINE)}

    assert wanted <= set(_pins(tree.ROOT / "requirements" / f"{name}.txt"))


def test_no_place_is_named_in_the_settings_either() -> None:
    for name in ("pyproject.toml", "Makefile", ".ci/run", ".ci/setup", ".ci/fetch-html-checker"):
        assert "://" not in (tree.ROOT / name).read_text(encoding="utf-8"), name
