"""Was every meeting held under the rule that was in force on its day?"""

from collections.abc import Iterator

from khuyenhoc.awards.quorum import DEFAULT
from khuyenhoc.core.text import gettext as _
from khuyenhoc.proof.rows import stream
from khuyenhoc.proof.violations import Violation

_HELD = (
    "SELECT m.id, m.quorum, r.part, r.whole, r.least FROM meetings m LEFT JOIN quorum_rules r ON r.id ="
    " (SELECT q.id FROM quorum_rules q WHERE q.unit_id IN (0, m.unit_id) AND q.since <= m.held_on"
    " ORDER BY q.unit_id DESC, q.since DESC, q.id DESC LIMIT 1)"
    " WHERE m.state IN ('open', 'closed') ORDER BY m.id"
)


def by_their_rule() -> Iterator[Violation]:
    """A meeting that has begun keeps the rule of its day: the latest of its unit that had begun, else the default."""
    for row in stream(_HELD):
        should = DEFAULT.written if row["part"] is None else f"{row['part']}/{row['whole']}; {row['least']}"
        if row["quorum"] != should:
            text = _("Cuộc họp không theo quy định về số người dự của ngày ấy.")
            yield Violation("meetings", str(row["id"]), "quorum", should, row["quorum"], text)
