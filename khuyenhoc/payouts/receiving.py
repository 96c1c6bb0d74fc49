"""Receiving: who took it, as what of the recipient, and who saw it. Never the one who paid."""

import datetime
import re
from collections.abc import Mapping
from typing import NamedTuple

from khuyenhoc.approvals import pairs
from khuyenhoc.core import clock
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.names import clean, fold, folded_words
from khuyenhoc.core.text import gettext as _
from khuyenhoc.history import chains
from khuyenhoc.org.users import HONORIFICS, User
from khuyenhoc.payouts.payout_tables import PayoutLine

LONGEST_NAME = 150


class Receipt(NamedTuple):
    """Who received one line, and who witnessed it: a person with a sign-in, or a name."""

    received_by: str
    relation: str
    witness_id: int | None = None
    witness_name: str = ""


def require_witness(receipt: Receipt, *, payer_id: int | None, payer_name: str) -> None:
    """RuleBroken without a receiver and a witness; SamePerson when the witness is who paid."""
    if not clean(receipt.received_by):
        raise RuleBroken(_("Xin ghi ai nhận."), field="received_by")
    if receipt.witness_id is None and not clean(receipt.witness_name):
        raise RuleBroken(_("Xin ghi ai chứng kiến."), field="witness")
    if receipt.witness_id is not None and receipt.witness_id == payer_id:
        raise pairs.SamePerson(_("Người chi không chứng kiến việc mình chi. Xin chọn người khác."), field="witness")
    if _is_called(receipt.witness_name, payer_name):
        raise pairs.SamePerson(_("Người chi không chứng kiến việc mình chi. Xin chọn người khác."), field="witness")
    if _is_called(_witness(receipt), receipt.received_by):
        raise RuleBroken(_("Người nhận và người chứng kiến phải là hai người."), field="witness")


def _witness(receipt: Receipt) -> str:
    user = db.session.get(User, receipt.witness_id) if receipt.witness_id is not None else None
    return user.full_name if user is not None else receipt.witness_name


ADDRESSED = frozenset(fold(word) for word in HONORIFICS)


def _is_called(typed: str, name: str) -> bool:
    """Whether what was typed is this name: each with “Bà” before it or not, with an office or a point behind it."""
    words, wanted = _bare(typed), _bare(name)
    return bool(wanted) and words[-len(wanted) :] == wanted


def _bare(name: str) -> list[str]:
    """The words of a name alone: ``(Bà Lê Thị Hoa, mẹ)`` is ``le thi hoa``."""
    parts = (folded_words(part) for part in re.split(r"[,;()–]| - ", name))
    words = next((part for part in parts if part), [])
    return words[1:] if len(words) > 1 and words[0] in ADDRESSED else words


def said(deed: str, received: Mapping[int, Receipt]) -> str:
    """What a form says about who received, as one digest."""
    return chains.digest([deed, [[line_id, *receipt] for line_id, receipt in sorted(received.items())]])


def is_noted(line: PayoutLine, receipt: Receipt, *, by: Person) -> bool:
    """Whether this very receipt was already written down by this person: the button was pressed twice."""
    there = (line.received_by, line.relation, line.witness_id, line.witness_name, line.recorded_by)
    wanted = (_name(receipt.received_by), clean(receipt.relation)[:40], receipt.witness_id, _name(receipt.witness_name))
    return line.outcome == "received" and there == (*wanted, by.id)


def _name(typed: str) -> str:
    return clean(typed)[:LONGEST_NAME]


def note(line: PayoutLine, receipt: Receipt, *, by: Person, document_id: int | None = None) -> None:
    """Write down on a line that it was received; the history tells of it by the caller."""
    if line.is_away:
        line.second_date = None  # they came after all
    line.outcome = "received"
    line.received_by = _name(receipt.received_by)
    line.relation = clean(receipt.relation)[:40]
    line.witness_id, line.witness_name = receipt.witness_id, _name(receipt.witness_name)
    line.recorded_by, line.recorded_by_name = by.id, by.signature
    line.received_at = clock.stamp()
    if document_id is not None:
        line.document_id = document_id


def keep(line: PayoutLine, *, by: Person, document_id: int | None, second_date: datetime.date | None = None) -> None:
    """Write down on a line that it is kept for its recipient: whoever took it before is its receiver no more."""
    line.outcome, line.received_at, line.second_date = "absent", None, second_date
    line.received_by, line.relation, line.witness_id, line.witness_name = "", "", None, ""
    line.recorded_by, line.recorded_by_name, line.document_id = by.id, by.signature, document_id


def note_away(line: PayoutLine, *, by: Person, second_date: datetime.date | None) -> None:
    """Write down on a line of a cash list that nobody came for it: no money has moved, the line still waits."""
    line.second_date = second_date
    line.recorded_by, line.recorded_by_name = by.id, by.signature


def undo(line: PayoutLine) -> None:
    """Nobody has received it: the line waits as on the first day. What it said, the history keeps."""
    line.outcome, line.received_at, line.second_date, line.document_id = "waiting", None, None, None
    line.received_by, line.relation, line.witness_id, line.witness_name = "", "", None, ""
    line.recorded_by, line.recorded_by_name = None, ""
