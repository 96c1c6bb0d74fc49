"""What is measured is honest: after measuring, and after filling, everything that ``verify`` asks holds, but one thing.

A measured rule, and SQL that does the same, sign and void and bind with nobody who asks and nobody who approves: asking
is another rule, measured elsewhere or not at all. So the one question about approvals is left out.
"""

from khuyenhoc.proof import verify
from khuyenhoc.proof.violations import Violation

LEFT_OUT = "approvals"


def faults() -> list[tuple[str, tuple[Violation, ...]]]:
    """Which checks found what, that one aside."""
    answers = verify.verify().answers
    return [(one.check.name, one.violations) for one in answers if not one.ok and one.check.name != LEFT_OUT]


def require() -> None:
    """AssertionError with what was found, if anything was."""
    found = faults()
    assert not found, found
