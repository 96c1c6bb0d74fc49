"""All money that goes out to one payee from one campaign in one month, whatever it is called: what policies sum up.

Features say where their money goes (``register``); a request of any kind is then measured against everybody's.
Asked, approved and paid count alike; what was voided, withdrawn, sent back to mend or given back does not. Cut in
pieces, or called by another kind, it stays one sum.
"""

import datetime
from collections.abc import Callable, Iterable

from khuyenhoc.approvals.registry import Added
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.values import dataclass
from khuyenhoc.ledger.payees import Payee, Payees


@dataclass(frozen=True)
class Question:
    """Which money is looked for: of which campaigns, asked for in which month, for whom.

    ``kind``: all of this kind counts, whoever gets it (purchases for a campaign, lists from it, what is moved out).
    """

    campaign_ids: frozenset[int]
    first: datetime.date
    payees: Payees
    kind: str = ""

    @property
    def following(self) -> datetime.date:
        """The first day that no longer counts."""
        return (self.first + datetime.timedelta(days=31)).replace(day=1)

    def has_day(self, day: datetime.date) -> bool:
        """Whether a day of Việt Nam lies in the month."""
        return self.first <= day < self.following

    def wants(self, kind: str, payee: Payee) -> bool:
        """Whether money of this kind, for this payee, counts."""
        return self.kind == kind or self.payees.has(payee)


def question(campaign_ids: Iterable[int], day: datetime.date, payees: Iterable[Payee], kind: str = "") -> Question:
    """The question for the month of ``day``."""
    return Question(frozenset(campaign_ids), day.replace(day=1), Payees(payees), kind)


Source = Callable[[Question], Iterable[Added]]
Asked = Callable[[Request], Question]

_sources: dict[str, Source] = {}
_questions: dict[str, Asked] = {}


def register(name: str, source: Source, questions: dict[str, Asked]) -> None:
    """Let a feature's money count: ``source`` finds it; ``questions``: kind of request → what is summed up for it."""
    _sources[name] = source
    _questions.update(questions)


def added(request: Request) -> list[Added]:
    """What is summed up for a request, itself included, in the order of days."""
    asked = _questions[request.kind](request)
    found = (one for name in sorted(_sources) for one in _sources[name](asked))
    return sorted(found, key=lambda one: (one.day, one.kind, one.subject_id))


def total(request: Request) -> Dong:
    """The sum that policies look at, in đồng; never less than the request's own."""
    return max(request.amount, sum(one.amount for one in added(request)))
