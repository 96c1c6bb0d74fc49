"""How states of programmes and awards look, everywhere the same: (kind of tag, icon)."""

from khuyenhoc.awards.programme_tables import Level
from khuyenhoc.core.text import gettext as _
from khuyenhoc.recipients.recipient_tables import KINDS, LEVELS
from khuyenhoc.web.filters import day

__all__ = ["AWARDS", "PROGRAMMES", "day", "for_whom"]

PROGRAMMES = {
    "draft": ("", "pencil"),
    "open": ("ok", "check-circle-fill"),
    "reviewing": ("wait", "hourglass-split"),
    "closed": ("ink", "lock"),
}

AWARDS = {
    "draft": ("", "pencil"),
    "submitted": ("wait", "hourglass-split"),
    "verified": ("ok", "check-circle-fill"),
    "in_review": ("wait", "hourglass-split"),
    "recommended": ("ok", "check-circle-fill"),
    "decided": ("ok", "check-circle-fill"),
    "published": ("ok", "check-circle-fill"),
    "paid": ("ok", "check-circle-fill"),
    "handed_over": ("ok", "check-circle-fill"),
    "settled": ("ink", "lock"),
    "returned": ("stop", "arrow-return-left"),
    "rejected": ("stop", "x-octagon"),
    "withdrawn": ("", "x-octagon"),
    "unclaimed": ("stop", "x-octagon"),
    "cancelled": ("stop", "x-octagon"),
}


def for_whom(level: Level) -> str:
    """Whom a level is for: ``Học sinh: Tiểu học, THCS``; anyone where nothing is said."""
    kinds = ", ".join(str(KINDS[kind]) for kind in level.recipient_kinds.split(",") if kind)
    schools = ", ".join(str(LEVELS[school]) for school in level.school_levels.split(",") if school)
    return ": ".join(filter(None, [kinds, schools])) or _("mọi đối tượng")
