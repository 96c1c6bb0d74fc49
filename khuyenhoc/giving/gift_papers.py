"""The papers of a gift: which it may have, their issue and their printing.

Each gift has the voucher of how it came (Phiếu thu, Giấy xác nhận, Biên bản), and may have a letter of
thanks and the certificate Tấm lòng vàng. A paper is issued once; its first printing is the original.
"""

from collections.abc import Sequence

from khuyenhoc.core.context import Person
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.core.names import clean
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.giving import gift_paper_texts
from khuyenhoc.giving.gift_rows import GiftRow
from khuyenhoc.papers import issued, prints
from khuyenhoc.papers.content import Paper
from khuyenhoc.papers.issued import IssuedPaper, PaperPrint
from khuyenhoc.papers.kinds import KINDS

KIND_OF = {"cash": "receipt", "bank": "confirmation", "in_kind": "goods_receipt"}
"""How a gift came → the kind of its voucher."""

THANKS = ("thank_you", "gold_heart")
"""Papers beside the voucher, of the day on which they are asked for."""

LONGEST_DECISION = 40


@dataclass(frozen=True)
class Choice:
    """One kind of paper that a gift may have: issued or not, and its last printing, whose ordinal is their number."""

    kind: str
    name: str
    paper: IssuedPaper | None
    last: PaperPrint | None


def kinds(gift: GiftRow) -> tuple[str, ...]:
    """The kinds of papers that a gift may have. Nobody can be thanked for what nobody knows who gave."""
    voucher = KIND_OF[gift.donation.method]
    return (voucher,) if gift.donor.kind == "unknown" else (voucher, *THANKS)


def choices(gift: GiftRow) -> Sequence[Choice]:
    """Every kind of paper that a gift may have, and what became of it."""
    found = []
    for kind in kinds(gift):
        paper = find(gift, kind)
        found.append(Choice(kind, KINDS[kind].NAME, paper, prints.last_print(paper)))
    return found


def find(gift: GiftRow, kind: str = "") -> IssuedPaper | None:
    """The gift's paper of a kind (its voucher, when none is named), if it was issued."""
    return issued.find(_known(gift, kind), gift.document.id)


def was_printed(gift: GiftRow) -> bool:
    """Whether the original of the gift's voucher has left the house."""
    paper = find(gift)
    return paper is not None and issued.was_printed(paper)


def issue(gift: GiftRow, *, by: Person, kind: str = "", decision: str = "") -> IssuedPaper:
    """Issue a paper, once; asked again, the one that was issued. ``decision``: what a certificate stands on."""
    kind, document = _known(gift, kind), gift.document
    decision = clean(decision)
    if kind in THANKS and gift.is_all_back and find(gift, kind) is None:
        raise RuleBroken(_("%(label)s đã hoàn trả hết, không ra giấy tri ân nữa.", label=document.label))
    if len(decision) > LONGEST_DECISION:
        raise RuleBroken(_("Dài nhất %(n)s ký tự.", n=LONGEST_DECISION), field="decision")
    paper = paper_of(gift, kind, decision)
    return issued.issue(kind, paper, unit_id=document.unit_id, document_id=document.id, by=by)


def issue_and_print(gift: GiftRow, *, by: Person, kind: str = "", decision: str = "") -> PaperPrint:
    """Issue a paper if it is not yet, and write down that it is printed once more."""
    return issued.note_print(find(gift, kind) or issue(gift, by=by, kind=kind, decision=decision), by=by)


def paper_of(gift: GiftRow, kind: str = "", decision: str = "") -> Paper:
    """What the gift's paper of a kind says."""
    kind = _known(gift, kind)
    return gift_paper_texts.gold_heart(gift, decision) if kind == "gold_heart" else gift_paper_texts.CONTENT[kind](gift)


def _known(gift: GiftRow, kind: str) -> str:
    if kind and kind not in kinds(gift):
        raise NotFound(_("Khoản này không có loại giấy ấy."))
    return kind or KIND_OF[gift.donation.method]
