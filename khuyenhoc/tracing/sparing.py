"""Sparing: how many đồng of a group may go without those who are promised some losing theirs. Pure functions of sums.

What is promised is a flow from groups of đồng, each bound to one set of purposes or free, to the purposes that need
them. It is as large as it can be; when đồng go, it turns to other groups as long as there are any.
"""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from khuyenhoc.core.dong import Dong

Group = frozenset[int] | None
"""The purposes that đồng may serve; ``None``: all."""


class _Step(NamedTuple):
    """A group gives to a purpose; from whom it is taken away, or from nobody where it has something left."""

    group: Group
    purpose: int
    instead_of: int | None


class Sparing:
    """Promises and the đồng that are to meet them."""

    def __init__(self, money: Mapping[Group, Dong]) -> None:
        self._left = {group: amount for group, amount in money.items() if amount > 0 and group != frozenset()}
        self._order = sorted(self._left, key=lambda group: (group is None, sorted(group or ())))
        self._given: dict[Group, dict[int, Dong]] = {group: defaultdict(int) for group in self._left}
        self._closed: set[Group] = set()
        """Groups of which nothing more may go, until somebody is paid."""
        self.unmet: dict[int, Dong] = {}
        """Purpose → đồng that are promised and not there."""

    def promise(self, needs: Mapping[int, Dong]) -> None:
        """So many đồng more are promised; whoever was promised some before loses none of them."""
        for purpose in sorted(needs):
            missing = needs[purpose] - self._serve(purpose, needs[purpose])
            self.unmet[purpose] = self.unmet.get(purpose, 0) + missing

    def pay(self, purposes: Sequence[int], amount: Dong) -> None:
        """So many đồng promised to these purposes are paid now: what is there for them need not be kept any longer."""
        self._closed.clear()
        for purpose in purposes:
            some = min(self.unmet.get(purpose, 0), amount)
            self.unmet[purpose] = self.unmet.get(purpose, 0) - some
            amount -= some
            for group in self._order:
                some = min(self._given[group][purpose], amount)
                self._given[group][purpose] -= some
                self._left[group] += some
                amount -= some

    def room(self, group: Group, most: Dong) -> Dong:
        """How many đồng of a group, up to ``most``, may go and nobody loses anything."""
        if group not in self._left:
            return 0 if group is None else most
        for purpose in sorted(self._given[group]) if group not in self._closed else ():
            given = self._given[group][purpose]
            if given and self._left[group] < most:
                moved = self._serve(purpose, min(given, most - self._left[group]), barred=[group])
                self._given[group][purpose] -= moved
                self._left[group] += moved
        if self._left[group] < most:
            self._closed.add(group)
        return min(most, self._left[group])

    def take(self, group: Group, amount: Dong) -> None:
        """So many đồng of a group go; where there is no room for it, somebody loses them."""
        if group not in self._left:
            return
        self.room(group, amount)
        for purpose, given in self._given[group].items():
            lost = min(given, max(0, amount - self._left[group]))
            self._given[group][purpose] -= lost
            self._left[group] += lost
            self.unmet[purpose] += lost
        self._left[group] -= amount

    def _serve(self, purpose: int, amount: Dong, barred: Sequence[Group] = ()) -> Dong:
        """Give a purpose as many more as can be found; how many that are."""
        served = 0
        while served < amount and (steps := self._path(purpose, barred)):
            taken = [self._given[step.group][step.instead_of] for step in steps if step.instead_of is not None]
            some = min(amount - served, self._left[steps[-1].group], *taken)
            for step in steps:
                self._given[step.group][step.purpose] += some
                if step.instead_of is not None:
                    self._given[step.group][step.instead_of] -= some
            self._left[steps[-1].group] -= some
            served += some
        return served

    def _path(self, purpose: int, barred: Sequence[Group]) -> list[_Step]:
        """A way for đồng to reach the purpose, past purposes that can take from another group instead."""
        queue: deque[tuple[int, list[_Step]]] = deque([(purpose, [])])
        seen = {purpose}
        while queue:
            target, steps = queue.popleft()
            for group in self._order:
                if group in barred or (group is not None and target not in group):
                    continue
                if self._left[group]:
                    return [*steps, _Step(group, target, None)]
                for other, given in self._given[group].items():
                    if given and other not in seen:
                        seen.add(other)
                        queue.append((other, [*steps, _Step(group, target, other)]))
        return []
