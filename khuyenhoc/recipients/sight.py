"""Who may open whose file: the one place where that is decided.

Whoever looks after a unit opens the files of that unit and of those below it. A member of the
committee opens a file only as part of an award that lies before them; which those are, the awards
say by ``members_see``. Everybody else learns that there is no such file.
"""

from collections.abc import Callable, Collection

from khuyenhoc.core.context import Person
from khuyenhoc.core.errors import NotFound
from khuyenhoc.core.text import gettext as _
from khuyenhoc.recipients.recipient_tables import Recipient
from khuyenhoc.recipients.recipients import get_recipient

_before_members: list[Callable[[int, int], bool]] = []


def members_see(rule: Callable[[int, int], bool]) -> Callable[[int, int], bool]:
    """Register when a member may open a file: ``rule(user_id, recipient_id)``; any one that says yes is enough."""
    if rule not in _before_members:
        _before_members.append(rule)
    return rule


def lies_before(member: Person, recipient: Recipient) -> bool:
    """Whether an award of this recipient lies before this member of a committee."""
    return any(rule(member.id, recipient.id) for rule in _before_members)


def opened(recipient_id: int, *, by: Person, unit_ids: Collection[int], as_member: bool) -> Recipient:
    """The file, if one of these units keeps it or it lies before the member; else NotFound."""
    recipient = get_recipient(recipient_id)
    if recipient.unit_id in unit_ids or (as_member and lies_before(by, recipient)):
        return recipient
    raise NotFound(_("Không có hồ sơ này."))
