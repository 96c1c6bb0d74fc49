"""Who took which part in the case of a list: its own preparer and approvers, and those of its decision (048).

What is taken back of it stays in its case (052): who asked for that has asked, who approved it has approved.
"""

from collections.abc import Sequence

from sqlalchemy import select

from khuyenhoc.approvals import pairs, requests
from khuyenhoc.approvals.pairs import Part
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.awards import decisions, signing
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.core.database import db
from khuyenhoc.ledger.again import first_of
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.users import User
from khuyenhoc.payouts import payout_list
from khuyenhoc.payouts.payout_tables import Payout

SUBJECT = "payout"
HANDOVER = "handover"
"""What requests to take goods back are about: one handover's document."""


def prepared(payout: Payout) -> list[Part]:
    """What whoever approves the list is asked about: who prepared it, and who drafted and who signed its decision."""
    return [("prepare", payout.prepared_by), *_deciding(payout)]


def parts_of(payout: Payout) -> list[Part]:
    """What whoever pays or hands over is asked about: who prepared or approved it, who drafted or signed its decision,
    and who approved that goods of it be taken back.

    Who drafted the decision may hand its goods over: only the secretary drafts, and the secretary keeps the stock.
    """
    deciding = [part for part in _deciding(payout) if payout.method != "goods" or part[0] != "prepare"]
    approving = [*_approved(payout), *_approving(taking_back(payout))]
    return [("prepare", payout.prepared_by), *deciding, *approving]


def of_taking_back(payout: Payout) -> list[Part]:
    """What whoever asks that goods be taken back, or approves it, is asked about: the whole case of the list.

    Who prepared and approved the list, drafted and signed its decision, who handed anything over, and who asked for or
    approved anything that was taken back before.
    """
    asked = taking_back(payout)
    gave = {first_of(one).created_by for one in _handovers(payout)}
    own = [*prepared(payout), *_approved(payout), *(("pay", who) for who in sorted(gave))]
    return [*own, *_approving(asked), *(("ask", request.asked_by) for request in asked)]


def may_ask_back(payout: Payout, user: User) -> bool:
    """Whether this person neither approved the list or an earlier taking back nor signed its decision."""
    return not pairs.why_not("ask", user, of_taking_back(payout))


def require_asker_back(payout: Payout, by: User) -> None:
    """SamePerson for whoever approved the list or an earlier taking back, or signed its decision."""
    pairs.require_other_person("ask", by, of_taking_back(payout))


def taking_back(payout: Payout) -> Sequence[Request]:
    """Every request to take back what a list of goods has handed over, the oldest first."""
    ids = sorted(one.id for one in _handovers(payout))
    query = select(Request).where(Request.subject_kind == HANDOVER, Request.subject_id.in_(ids))
    return db.session.scalars(query.order_by(Request.id)).all() if ids else ()


def _handovers(payout: Payout) -> list[Document]:
    """Every handover of a list, voided or not; none of a list of money."""
    if payout.method != "goods":
        return []
    return [one for one in payout_list.documents_of(payout) if one.kind == "handover"]


def _approved(payout: Payout) -> list[Part]:
    about = requests.about(SUBJECT, payout.id)
    return [part for request in about if request.state == "approved" for part in _approving([request])]


def _approving(asked: Sequence[Request]) -> list[Part]:
    return [("approve", one.user_id) for request in asked for one in request.given]


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
