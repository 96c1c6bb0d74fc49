"""Who reads: whose files, which parts of them, and the note that each opening leaves."""

from khuyenhoc.core.database import writing
from khuyenhoc.org import access, units
from khuyenhoc.org.access import actor
from khuyenhoc.recipients import gate, openings, sight
from khuyenhoc.recipients.recipient_tables import Recipient


def file_or_404(recipient_id: int) -> Recipient:
    """The file, for whoever looks after its unit, and for a member before whom an award of it lies."""
    return sight.opened(
        recipient_id,
        by=actor(),
        unit_ids=access.units_where("recipient.list"),
        as_member=any("committee_member" in roles for roles in access.my_roles().values()),
    )


def file_to_change(recipient_id: int) -> Recipient:
    """The file, for whoever may write in it: NotFound for a foreign one, NotAllowed where only the right is missing."""
    recipient = file_or_404(recipient_id)
    access.require("recipient.edit", recipient.unit_id)
    return recipient


def noted(recipient: Recipient, page: str) -> Recipient:
    """Note the opening before anything is shown; the file as it stands then."""
    recipient_id = recipient.id
    with writing():
        openings.log_many([recipient_id], page, by=actor())
    return file_or_404(recipient_id)


def parts_of(recipient: Recipient) -> frozenset[str]:
    """The parts of this file that the reader's roles open."""
    roles = access.my_roles().get(recipient.unit_id, frozenset()) - {"committee_member"}
    return gate.parts_for(roles | ({"committee_member"} if sight.lies_before(actor(), recipient) else set()))


def parts_in(unit_id: int) -> frozenset[str]:
    """The parts of every file of this unit that the reader's roles open: what a list of them may show."""
    return gate.parts_for(access.my_roles().get(unit_id, frozenset()) - {"committee_member"})


def open_units() -> dict[int, str]:
    """Where the reader may keep files today: unit id → name."""
    mine = units.some_units(access.units_where("recipient.edit"))
    return units.names_on([unit.id for unit in mine if units.is_open(unit)])
