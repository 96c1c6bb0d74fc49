"""The money of a day, for the first page: what the cash boxes held in the morning, what moved, what is there now."""

from collections.abc import Iterable
from datetime import date

from khuyenhoc.core import clock
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.values import dataclass
from khuyenhoc.ledger.accounts import cash_and_banks_of
from khuyenhoc.treasury.books import ONE_DAY, Span, moved, on_account


@dataclass(frozen=True)
class MoneyToday:
    """Whole đồng. ``now`` = ``opening`` + ``money_in`` − ``money_out`` for cash; ``bank`` is what the banks hold."""

    opening: Dong = 0
    money_in: Dong = 0
    money_out: Dong = 0
    bank: Dong = 0

    @property
    def now(self) -> Dong:
        """What must be in the cash boxes this evening."""
        return self.opening + self.money_in - self.money_out


def money_today(unit_ids: Iterable[int], day: date | None = None) -> MoneyToday:
    """The cash boxes and bank accounts of these units together, on one day (today)."""
    day = day or clock.today()
    opening = money_in = money_out = bank = 0
    for account in cash_and_banks_of(unit_ids):
        if account.kind == "bank":
            bank += on_account(account, day)
            continue
        opening += on_account(account, day - ONE_DAY)
        came, went = moved(account, Span(day, day))
        money_in, money_out = money_in + came, money_out + went
    return MoneyToday(opening, money_in, money_out, bank)
