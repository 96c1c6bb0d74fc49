"""The Nu HTML checker over pages that were kept as text."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support import tree

CHECKER = tree.ROOT / ".cache" / "vnu.jar"
QUICK = ["-Xmx512m", "-Xss8m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
"""Over in seconds, Java has no use for its thorough compiler; without it the checker's stack is too small."""


def faults(pages: dict[str, str], folder: Path) -> list[str]:
    """Every error and warning of the checker in these pages (name → HTML). Skips where it is not installed."""
    if not CHECKER.exists():
        pytest.skip("no Nu HTML checker here; run .ci/fetch-html-checker (needs npm)")
    if shutil.which("java") is None:
        pytest.skip("no Java here; on Debian: apt-get install default-jre-headless")
    names = {}
    for number, (name, text) in enumerate(sorted(pages.items())):
        (folder / f"{number:04d}.html").write_text(text, encoding="utf-8")
        names[f"{number:04d}.html"] = name
    command = ["java", *QUICK, "-jar", str(CHECKER), "--format", "json", "--exit-zero-always", str(folder)]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=240)
    messages = json.loads(run.stderr or run.stdout)["messages"]
    return [_sentence(names, message) for message in messages if _counts(message)]


def _counts(message: dict[str, str]) -> bool:
    return message["type"] != "info" or message.get("subType") == "warning"


def _sentence(names: dict[str, str], message: dict[str, str]) -> str:
    page = names.get(message.get("url", "").rsplit("/", 1)[-1], "?")
    return f"{page}: {message['message']} – {message.get('extract', '').strip()[:160]}"
