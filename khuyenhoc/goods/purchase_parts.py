"""Who took which part in the case of a purchase: who asked and approved, and those of the decision it is for (048)."""

from khuyenhoc.approvals import pairs, requests
from khuyenhoc.approvals.pairs import Part
from khuyenhoc.awards import decisions, signing
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.goods.goods_tables import Purchase
from khuyenhoc.org.users import User

SUBJECT = "purchase"


def parts_of(purchase: Purchase) -> list[Part]:
    """Who asked for the purchase or mended it, who approved it, and who drafted or signed its decision."""
    asked = requests.about(SUBJECT, purchase.id)
    prepared = {purchase.asked_by, *(request.asked_by for request in asked)}
    approved = {one.user_id for request in asked if request.state == "approved" for one in request.given}
    own = [*(("prepare", who) for who in sorted(prepared)), *(("approve", who) for who in sorted(approved))]
    if purchase.decision_id is None:
        return own
    return [*own, *signing.parts_in_payment(decisions.get_decision(purchase.decision_id))]


def may_ask(decision: Decision | None, user: User) -> bool:
    """Whether this person did not sign the decision against which something would be bought."""
    return decision is None or not pairs.why_not("prepare", user, signing.parts_in_payment(decision))


def require_asker(decision: Decision | None, by: User) -> None:
    """SamePerson for whoever signed the decision."""
    if decision is not None:
        pairs.require_other_person("prepare", by, signing.parts_in_payment(decision))


def require_askers_apart(purchase: Purchase, decision: Decision | None) -> None:
    """RuleBroken where the purchase would stand against a decision that somebody signed who asked for it or mended it.

    It may have stood against none when it was asked for: mended, it comes into the case with all who have prepared it.
    """
    if decision is None:
        return
    deciding = signing.parts_in_payment(decision)
    asked = {purchase.asked_by: purchase.asked_by_name}
    asked |= {request.asked_by: request.asked_by_name for request in requests.about(SUBJECT, purchase.id)}
    for who in sorted(asked):
        if pairs.conflict("prepare", who, deciding):
            sentence = _(
                "%(name)s đã ký quyết định này và đã đề nghị lần mua này, nên không mua theo quyết định này được."
                " Xin hủy lần mua này và đề nghị lại.",
                name=asked[who],
            )
            raise RuleBroken(sentence, field="decision")
