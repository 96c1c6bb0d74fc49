"""What the marks of a criterion are, read from the words of the rubric: ``30: rất khó khăn, mồ côi một bên``."""

import re
from typing import NamedTuple

from khuyenhoc.awards.programme_tables import Criterion

LINE = re.compile(r"\s*[-–•]?\s*([0-9]{1,3})\s*(?:điểm\s*)?[:.=–-]\s*(\S.*)")
MOST_BUTTONS = 20


class Meaning(NamedTuple):
    """One mark that the rubric names, and what it means."""

    mark: int
    words: str


def meanings(criterion: Criterion) -> list[Meaning]:
    """The marks that the rubric names, the highest first; none when its words are not of that form.

    Where every line names a mark, and there are at least two, these are the marks to choose from;
    none at all is 0, whether it is named or not.
    """
    lines = [line for line in criterion.meaning.splitlines() if line.strip()]
    read = [LINE.fullmatch(line) for line in lines]
    found = {int(match[1]): match[2].strip() for match in read if match}
    if len(lines) < 2 or not all(read) or len(found) != len(lines) or max(found) != criterion.most:
        return []
    found.setdefault(0, "")
    return [Meaning(mark, found[mark]) for mark in sorted(found, reverse=True)]


def marks_of(criterion: Criterion) -> list[int]:
    """The marks to choose from, the highest first; none: there are too many, and the mark is typed."""
    named = meanings(criterion)
    if named:
        return [one.mark for one in named]
    return list(range(criterion.most, -1, -1)) if criterion.most <= MOST_BUTTONS else []
