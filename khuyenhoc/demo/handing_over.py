"""How the awards of one decision reach their people: lists by how they are paid, each approved, paid and received."""

from collections.abc import Sequence

from khuyenhoc.approvals import requests
from khuyenhoc.awards import programmes, publication
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.demo import frames
from khuyenhoc.demo.asking import approve
from khuyenhoc.demo.books import Books
from khuyenhoc.payouts import lists, outcomes, paying
from khuyenhoc.payouts.payout_tables import Payout
from khuyenhoc.payouts.receiving import Receipt

WITNESS = "Cô Hồ Thị Nháp, giáo viên"

Shares = dict[tuple[str, str], list[Award]]
"""How the awards are paid: method and account of the file → whom."""


def hand_over(decision: Decision, shares: Shares, name: str, books: Books) -> None:
    """Note that the publication is over, then list by list; at the end the programme is closed."""
    publication.finish(decision, by=books.people["thuky"])
    for (method, account), awards in shares.items():
        _pay(decision, method, account, awards, name, books)
    programmes.close(decision.programme, by=books.people["thuky"])


def _pay(decision: Decision, method: str, account: str, awards: Sequence[Award], name: str, books: Books) -> None:
    """The accountant prepares, the chair approves, the treasurer pays or hands over before a witness."""
    if method == "goods":
        frames.allot(decision, by=books.people["thuky"])
    payout = lists.prepare(
        decision,
        awards,
        method=method,
        account=books.accounts[account] if account else None,
        planned_on=clock.today(),
        place="Hội trường quận Sông Xanh",
        by=books.accountant,
        key=f"demo-list-{name}-{method}",
    )
    approve(requests.find_waiting(lists.KIND, lists.SUBJECT, payout.id), by=books.chair)
    db.session.refresh(payout)
    if method == "goods":
        paying.hand_over(payout, _receipts(payout), by=books.treasurer, key=f"demo-handover-{name}")
    else:
        paying.pay(payout, by=books.treasurer)
    if method == "cash":
        outcomes.receive(payout, _receipts(payout), by=books.people["thuky"])
    outcomes.settle(payout, by=books.accountant)


def _receipts(payout: Payout) -> dict[int, Receipt]:
    found = {}
    for line in lists.lines_of(payout):
        guardians = line.award.recipient.guardians
        name, relation = (guardians[0].full_name, guardians[0].relation) if guardians else (line.name, "bản thân")
        found[line.id] = Receipt(name, relation, None, WITNESS)
    return found
