"""Quorum and majority by a written, dated rule. Whoever is recused counts neither as a member nor as present."""

import datetime
from collections.abc import Collection

from khuyenhoc.core.values import dataclass


@dataclass(frozen=True)
class Rule:
    """At least ``part``/``of`` of the members who are not recused, and at least ``least`` people."""

    since: datetime.date
    part: int
    of: int
    least: int

    @property
    def written(self) -> str:
        """As it is kept with a meeting: ``2/3; 3``."""
        return f"{self.part}/{self.of}; {self.least}"


RULES = (Rule(datetime.date(2012, 1, 1), 2, 3, 3),)
"""The rules of the award committees in the order of their days (regulation of the association's committees)."""


def rule_on(day: datetime.date) -> Rule:
    """The rule in force on a day."""
    return next(rule for rule in reversed(RULES) if rule.since <= day or rule is RULES[0])


def read(written: str) -> Rule:
    """A rule as a meeting keeps it."""
    share, least = written.split(";")
    part, of = share.split("/")
    return Rule(datetime.date.min, int(part), int(of), int(least))


def needed(rule: Rule, members: int) -> int:
    """How many must be present of so many members who are not recused: rounded up, and no fewer than the least."""
    return max(rule.least, -(-members * rule.part // rule.of))


def is_reached(rule: Rule, members: Collection[int], present: Collection[int], recused: Collection[int] = ()) -> bool:
    """Whether those present and not recused may decide."""
    able = set(members) - set(recused)
    return len(able & set(present)) >= needed(rule, len(able))


def is_carried(votes_for: int, able: int) -> bool:
    """More than half of those present and not recused say yes."""
    return 2 * votes_for > able
