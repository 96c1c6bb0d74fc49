"""What keeps a campaign from being closed. Higher features register what they know; each answer is a sentence."""

from collections.abc import Callable, Iterable

from khuyenhoc.funds.campaigns import Campaign

Check = Callable[[Campaign], Iterable[str]]

_checks: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    """Ask ``check`` before every closing; what it says stands in the refusal. The last of a name holds."""
    _checks[name] = check


def what_is_open(campaign: Campaign) -> list[str]:
    """Everything of a campaign that is still open, in whole sentences; empty when it may be closed."""
    return [sentence for name in sorted(_checks) for sentence in _checks[name](campaign)]
