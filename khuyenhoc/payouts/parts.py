"""Who took which part in the case of a list: its own preparer and approvers, and those of its decision (048)."""

from khuyenhoc.approvals import pairs, requests
from khuyenhoc.approvals.pairs import Part
from khuyenhoc.awards import decisions, signing
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.org.users import User
from khuyenhoc.payouts.payout_tables import Payout

SUBJECT = "payout"


def prepared(payout: Payout) -> list[Part]:
    """What whoever approves the list is asked about: who prepared it, and who drafted and who signed its decision."""
    return [("prepare", payout.prepared_by), *_deciding(payout)]


def parts_of(payout: Payout) -> list[Part]:
    """What whoever pays or hands over is asked about: who prepared or approved it, who drafted or signed its decision.

    Who drafted the decision may hand its goods over: only the secretary drafts, and the secretary keeps the stock.
    """
    deciding = [part for part in _deciding(payout) if payout.method != "goods" or part[0] != "prepare"]
    about = requests.about(SUBJECT, payout.id)
    approved = {one.user_id for request in about if request.state == "approved" for one in request.given}
    return [("prepare", payout.prepared_by), *deciding, *(("approve", who) for who in sorted(approved))]


def _deciding(payout: Payout) -> list[Part]:
    return signing.parts_in_payment(decisions.get_decision(payout.decision_id))


def may_pay(payout: Payout, user: User) -> bool:
    """Whether no other part in the case keeps this person from paying it or handing it over."""
    return not pairs.why_not("pay", user, parts_of(payout))


def require_payer(payout: Payout, by: User) -> None:
    """SamePerson for whom ``parts_of`` names: on the first day as on the second."""
    pairs.require_other_person("pay", by, parts_of(payout))


def may_prepare(decision: Decision, user: User) -> bool:
    """Whether this person did not sign the decision of which a list would be prepared."""
    return not pairs.why_not("prepare", user, signing.parts_in_payment(decision))


def require_preparer(decision: Decision, by: User) -> None:
    """SamePerson for whoever signed the decision."""
    pairs.require_other_person("prepare", by, signing.parts_in_payment(decision))
