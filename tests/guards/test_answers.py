"""Every view that posts a deed knows its form's one-time key: sent again, the form has the same answer.

This reads the code. That each form does its deed once is tried in ``tests/hostile/test_twice.py``.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.guards import test_routes

ROOT = Path(test_routes.__file__).resolve().parents[2] / "khuyenhoc"
WAYS = {"once", "form_key"}
"""``org.answers.once``, or the key handed to the rule that makes the new thing."""

PRINT = "each press is a printing of its own, and is noted as one"
WRITES = "writes down how things are to be: written twice they are the same"
STANDS = "the rule answers what is there already like what was made"
HANDS_ON = "each deed of its table hands the key on to the rule"
ACCOUNTS = "accounts and sessions; most answer with a page of their own, shown once"
NO_DEED = "changes nothing in the books"

SAYS_THE_SAME = {
    "approvals.views.bulk:approve": STANDS,
    "approvals.views.inbox:decide": STANDS,
    "awards.views.minutes:print_minutes": PRINT,
    "awards.views.decisions:print_paper": PRINT,
    "awards.views.publication:print_notice": PRINT,
    "awards.views.nominate:create": STANDS,
    "funds.views.campaigns:change": WRITES,
    "giving.views.desk:close": STANDS,
    "giving.views.donors:change": WRITES,
    "giving.views.donors:choose_display": WRITES,
    "giving.views.gift_papers:print_paper": PRINT,
    "giving.views.gifts:print_receipt": PRINT,
    "giving.views.refunds:mend": WRITES,
    "giving.views.voids:asked": STANDS,
    "goods.views.allotting:allot": WRITES,
    "goods.views.buying:mend": WRITES,
    "goods.views.numbers:correct": WRITES,
    "goods.views.papers:print_paper": PRINT,
    "goods.views.write_offs:print_minutes": PRINT,
    "ledger.views:rename_account": WRITES,
    "org.views.account:enter": ACCOUNTS,
    "org.views.account:sign_out": ACCOUNTS,
    "org.views.account:change_password": ACCOUNTS,
    "org.views.account:end_session": ACCOUNTS,
    "org.views.account:end_other_sessions": ACCOUNTS,
    "org.views.people:create": ACCOUNTS,
    "org.views.people:save": WRITES,
    "org.views.people:reset_password": ACCOUNTS,
    "org.views.people:end_session": ACCOUNTS,
    "payouts.views.handovers:print_minutes": PRINT,
    "payouts.views.papers:print_list": PRINT,
    "payouts.views.papers:print_voucher": PRINT,
    "proof.views:prove": NO_DEED,
    "proof.views:issue_reconciliation": PRINT,
    "proof.views:run_proof": NO_DEED,
    "recipients.views.card_form:change": WRITES,
    "recipients.views.evidence:store": STANDS,
    "reports.views.annual:issue": PRINT,
    "reports.views.annual:say": WRITES,
    "reports.views.gift_links:make": STANDS,
    "reports.views.thanks:choose_name": WRITES,
    "reports.views.thanks:open_mine": NO_DEED,
    "treasury.views.books:issue_account": PRINT,
    "treasury.views.books:issue_journal": PRINT,
    "treasury.views.cash:add_up": NO_DEED,
    "treasury.views.cash:issue": PRINT,
    "treasury.views.movements:record": HANDS_ON,
    "treasury.views.vouchers:print_voucher": PRINT,
    "web.views:choose_language": NO_DEED,
}
"""View → why it does not ask for the key. What can be done only once, as a step of a document, does not belong here."""


def _views() -> Iterator[tuple[str, bool]]:
    """Each posting view, and whether it, or a helper of its module that it calls, knows the key."""
    for path in sorted(ROOT.rglob("*.py")):
        functions = {node.name: node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)}
        for name, view in functions.items():
            if any(".post(" in ast.unparse(decorator) for decorator in view.decorator_list):
                yield f"{path.relative_to(ROOT).with_suffix('')}:{name}".replace("/", "."), _knows(view, functions)


def _knows(view: ast.FunctionDef, functions: dict[str, ast.FunctionDef]) -> bool:
    asked, seen = [view], set()
    while asked:
        words = _words(asked.pop())
        if words & WAYS:
            return True
        asked += [functions[word] for word in sorted(words & set(functions)) if word not in seen]
        seen |= words
    return False


def _words(function: ast.FunctionDef) -> set[str]:
    found = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    found |= {node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)}
    return found | {node.value for node in ast.walk(function) if isinstance(node, ast.Constant) and node.value in WAYS}


def test_every_deed_knows_its_key() -> None:
    without = {name for name, knows in _views() if not knows}

    assert sorted(without - set(SAYS_THE_SAME)) == [], "wrap the deed in org.answers.once"


def test_nothing_is_excused_that_knows_its_key() -> None:
    assert sorted(set(SAYS_THE_SAME) - {name for name, knows in _views() if not knows}) == []
