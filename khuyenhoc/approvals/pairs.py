"""Pairs: what must never be done by one person within one case. One table for all features.

A case is whatever one approval, award or payment is about; whoever took part in it is a list of
(step, user id). The rule is a pure function, so that pages, commands and bulk deeds ask the same.
"""

from collections.abc import Iterable
from typing import NamedTuple

from khuyenhoc.core.errors import NotAllowed
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.org.users import User


class Pair(NamedTuple):
    """Two steps of one case that need two people, in whichever order they come."""

    first: str
    second: str


PAIRS = (
    Pair("ask", "approve"),
    Pair("ask", "decide"),
    Pair("prepare", "decide"),
    Pair("prepare", "approve"),
    Pair("approve", "pay"),
    Pair("prepare", "pay"),
    Pair("decide", "pay"),
    Pair("pay", "witness"),
    Pair("nominate", "verify"),
    Pair("nominate", "score"),
    Pair("verify", "score"),
    Pair("nominate", "decide"),
)

DID = {
    "ask": _l("đã đề nghị"),
    "prepare": _l("đã lập"),
    "approve": _l("đã duyệt"),
    "pay": _l("đã chi"),
    "witness": _l("đã chứng kiến"),
    "nominate": _l("đã giới thiệu"),
    "verify": _l("đã xác minh"),
    "score": _l("đã chấm"),
    "decide": _l("đã quyết định"),
}
"""Step → how it is told of somebody who took it."""

DO = {
    "ask": _l("đề nghị"),
    "prepare": _l("lập"),
    "approve": _l("duyệt"),
    "pay": _l("chi"),
    "witness": _l("chứng kiến"),
    "nominate": _l("giới thiệu"),
    "verify": _l("xác minh"),
    "score": _l("chấm"),
    "decide": _l("quyết định"),
}
"""Step → how it is told of somebody who would take it."""

Part = tuple[str, int]
"""One part in a case: which step, and the id of the user who took it."""


class SamePerson(NotAllowed):
    """Somebody tried two steps of one case that need two people."""


def conflict(step: str, user_id: int, parts: Iterable[Part]) -> str | None:
    """The step already taken by this person that forbids ``step`` in the same case, or nothing."""
    taken = {other for other, someone in parts if someone == user_id}
    if not taken:
        return None
    for first, second in PAIRS:
        if step == second and first in taken:
            return first
        if step == first and second in taken:
            return second
    return None


def why_not(step: str, user: User, parts: Iterable[Part]) -> str:
    """The sentence that says why this person cannot take the step; empty when nothing stands in the way."""
    taken = conflict(step, user.id, parts)
    if taken is None:
        return ""
    you = user.address_form.capitalize()
    return _("%(you)s %(did)s việc này nên không %(do)s được.", you=you, did=str(DID[taken]), do=str(DO[step]))


def require_other_person(step: str, user: User, parts: Iterable[Part]) -> None:
    """SamePerson when this person already took a step of the case that forbids this one."""
    sentence = why_not(step, user, parts)
    if sentence:
        raise SamePerson(sentence)
