"""How tests are shared out among workers: whole files, and what is built for several files goes to one worker."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

TOGETHER = ("tests/hostile/", "tests/reports/test_annual")
"""Beginnings of paths; the files of each share a site that takes long to build."""

FIRST = (
    "tests/hostile/",
    "tests/stories/test_awards_story.py",
    "tests/browser/test_every_page.py",
    "tests/proof/test_verify.py",
    "tests/payouts/test_fifty_at_once.py",
    "tests/demo/test_whole_year.py",
)
"""The longest begin, so that no worker is left with one of them when the others are done."""


APART = ("tests/stories/test_awards_story.py",)
"""Files whose tests are minutes long and share nothing; each goes to whoever is free."""


def turn(item: pytest.Item) -> int:
    """Where a test stands: those of ``FIRST`` in their order, then all others in theirs."""
    return next((place for place, path in enumerate(FIRST) if item.nodeid.startswith(path)), len(FIRST))


class Sharing(LoadFileScheduling):
    """A worker takes one file after the other, in the order in which they stand."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        if file in APART:
            return nodeid
        return next((beginning for beginning in TOGETHER if file.startswith(beginning)), file)
