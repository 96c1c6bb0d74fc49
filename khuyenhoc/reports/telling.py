"""What became of a gift, in words: "4 suất học bổng, 1 xe đạp, còn 1.250.000 ₫ chưa dùng".

Counts are those of ``became``; no sentence here knows a recipient.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from khuyenhoc.core.dong import figures, show
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds.items import so_many
from khuyenhoc.reports.became import Aid, Step, Story
from khuyenhoc.reports.became_rows import Piece

NOUNS = {
    "scholarship": (_l("1 suất học bổng"), _l("%(n)s suất học bổng")),
    "bicycle": (_l("1 xe đạp"), _l("%(n)s xe đạp")),
    "gift": (_l("1 phần quà"), _l("%(n)s phần quà")),
    "member_care": (_l("1 phần chăm lo hội viên"), _l("%(n)s phần chăm lo hội viên")),
    "reward": (_l("1 phần thưởng"), _l("%(n)s phần thưởng")),
}
"""Kind of help → one of it, and so many."""

OF_SEVERAL_PIECES = (_l("1 suất xe đạp"), _l("%(n)s suất xe đạp"))
"""Bicycles whose awards are not one bicycle each."""

OTHERWISE = (_l("1 suất"), _l("%(n)s suất"))

NAMES = {
    "scholarship": _l("Học bổng"),
    "bicycle": _l("Xe đạp"),
    "gift": _l("Phần quà"),
    "member_care": _l("Chăm lo hội viên"),
    "reward": _l("Khen thưởng"),
    "running_costs": _l("Chi phí hoạt động"),
    "bank_fees": _l("Phí ngân hàng"),
    "write_off": _l("Hiện vật hư hỏng, mất mát"),
    "refunded": _l("Hoàn trả nhà hảo tâm"),
}
"""What đồng went for → the words on the page."""

ICONS = {
    "scholarship": "award",
    "bicycle": "bicycle",
    "gift": "gift",
    "member_care": "envelope-heart",
    "reward": "patch-check",
    "moved": "arrow-left-right",
    "bought": "box-seam",
    "refunded": "arrow-return-left",
}
"""Kind of step → the picture beside it."""

ART = ("bicycle", "scholarship", "gift", "reward", "member_care")
"""What there is a drawing of, the dearest to the eye first."""


def counted(kind: str, n: int, *, one_piece: bool = True) -> str:
    """``4 suất học bổng``."""
    one, many = NOUNS.get(kind, OTHERWISE) if one_piece or kind != "bicycle" else OF_SEVERAL_PIECES
    return str(one) if n == 1 else str(many) % {"n": figures(n)}


def name_of(kind: str) -> str:
    """What đồng went for, as the heading of a line."""
    return str(NAMES.get(kind, _("Việc khác")))


def icon_of(kind: str) -> str:
    """The picture beside a step or a line."""
    return ICONS.get(kind, "gift")


def main_part(aid: Aid) -> str:
    """``172 suất học bổng``; where none was paid alone, ``Góp phần vào 2 suất học bổng``."""
    return _alone(aid) if aid.whole else shared_part(aid)


def shared_part(aid: Aid) -> str:
    """``Góp phần vào 2 suất học bổng khác``."""
    return _("Góp phần vào %(what)s", what=_shared(aid))


def aids_in_words(aids: Iterable[Aid]) -> str:
    """All kinds: first what was paid alone, then what was shared; empty where nothing has been given yet."""
    several = list(aids)
    said = [_alone(aid) for aid in several if aid.whole]
    shared = [_shared(aid) for aid in several if aid.shared]
    if shared:
        said.append(_("góp phần vào %(what)s", what=", ".join(shared)))
    return ", ".join(said)


def _alone(aid: Aid) -> str:
    return counted(aid.kind, aid.whole, one_piece=aid.each_one_piece)


def _shared(aid: Aid) -> str:
    some = counted(aid.kind, aid.shared, one_piece=aid.each_one_piece)
    return _("%(some)s khác", some=some) if aid.whole else some


def uses_in_words(kind: str, whole: int, shared: int) -> str:
    """What a campaign paid for, by itself and with others: ``614 suất học bổng, góp phần vào 3 suất học bổng khác``."""
    said = aids_in_words([Aid(kind, whole, shared, 0)])
    return said if whole else said[:1].upper() + said[1:]


def pieces_in_words(pieces: Sequence[Piece]) -> str:
    """``20 chiếc xe đạp 24 inch: đã trao 18, trong kho 2``."""
    return "; ".join(_piece(piece) for piece in pieces)


def _piece(piece: Piece) -> str:
    places = [
        (_("đã trao %(n)s", n=figures(piece.handed_over)), piece.handed_over),
        (_("trong kho %(n)s", n=figures(piece.in_stock)), piece.in_stock),
        (_("hư hỏng, mất mát %(n)s", n=figures(piece.written_off)), piece.written_off),
    ]
    return so_many(piece.given, piece.unit, piece.item) + ": " + ", ".join(said for said, n in places if n)


def in_words(story: Story) -> str:
    """The whole story in one line: ``4 suất học bổng, 1 xe đạp, còn 1.250.000 ₫ chưa dùng``."""
    in_stock = sum(rest.amount for rest in story.rests if rest.item) if story.pieces else 0
    unspent = story.unspent - in_stock
    left = _("còn %(amount)s chưa dùng", amount=show(unspent)) if unspent else ""
    return ", ".join(filter(None, (without_unspent(story), left)))


def without_unspent(story: Story) -> str:
    """What it was used for, in one line; empty while nothing of it has been used. Goods are told piece by piece."""
    if story.pieces:
        shared = aids_in_words(replace(aid, whole=0) for aid in story.aids if aid.shared)
        return ", ".join(filter(None, (pieces_in_words(story.pieces), shared)))
    said = [aids_in_words(story.aids)] if story.aids else []
    said += [f"{name_of(heading).lower()} {show(amount)}" for heading, amount in story.costs.items()]
    return ", ".join(said)


def without_amounts(story: Story) -> str:
    """What others may read of it: counts alone; empty where nothing has been given yet."""
    if story.pieces:
        return ", ".join(_handed_over(piece) for piece in story.pieces if piece.handed_over)
    return aids_in_words(story.aids)


def _handed_over(piece: Piece) -> str:
    return so_many(piece.handed_over, piece.unit, piece.item)


def heading(called: str, story: Story) -> str:
    """The first line of the page: the thanks, and what the gift has become."""
    called = "c" + called[1:] if called.startswith("Các ") else called
    if handed := without_amounts(story) if story.pieces else "":
        return _("Cảm ơn %(whom)s, %(what)s đã được trao", whom=called, what=handed)
    if whole := [aid for aid in story.aids if aid.whole]:
        return _("Cảm ơn %(whom)s, món quà đã thành %(what)s", whom=called, what=", ".join(map(_alone, whole)))
    if story.aids:
        return _("Cảm ơn %(whom)s, món quà đã %(what)s", whom=called, what=aids_in_words(story.aids))
    return _("Cảm ơn %(whom)s đã đồng hành cùng các em", whom=called)


def step_in_words(step: Step) -> str:
    """One step of the way, without its day."""
    amount = show(step.amount)
    if step.aid is not None and step.aid.whole:
        return _("Trao %(what)s: %(amount)s.", what=aids_in_words([step.aid]), amount=amount)
    if step.aid is not None:
        return f"{shared_part(step.aid)}: {amount}."
    if step.kind == "bought":
        return _("Mua %(goods)s: %(amount)s.", goods=step.what or _("hiện vật"), amount=amount)
    if step.kind == "moved":
        return _("Chuyển %(amount)s sang %(campaign)s.", amount=amount, campaign=step.what)
    return _("Hoàn trả nhà hảo tâm %(amount)s.", amount=amount)


def drawing(story: Story) -> str:
    """Which drawing stands above the page; empty while nothing has been given."""
    kinds = {aid.kind for aid in story.aids}
    return next((kind for kind in ART if kind in kinds), "")
