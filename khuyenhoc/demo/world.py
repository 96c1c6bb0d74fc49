"""The demonstration year as it lies in the file beside this: a fictional district, its donors and its gifts."""

import json
from datetime import date
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("sample_world.json")


def read() -> dict[str, Any]:
    """The whole file."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def day(text: str) -> date:
    """A date of the file."""
    return date.fromisoformat(text)
