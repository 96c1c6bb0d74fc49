"""Who gives: found as one types, chosen among candidates, made on the spot, or known to nobody. Never guessed."""

from collections.abc import Collection, Sequence

from khuyenhoc.core import names
from khuyenhoc.core.context import Person
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.giving import donor_naming, donors
from khuyenhoc.giving.donor_details import names_nobody
from khuyenhoc.giving.donor_hooks import SoFar, gift_side
from khuyenhoc.giving.donor_kinds import HONORIFICS, PERSONS
from khuyenhoc.giving.donor_search import search
from khuyenhoc.giving.donors import Details, Donor
from khuyenhoc.org.units import Unit

NEW, UNKNOWN = "moi", "khong-ro"
SHOWN = 6

_KINDS_BY_FIRST_WORDS = {
    "gia đình": "family",
    "công ty": "company",
    "doanh nghiệp": "company",
    "hộ kinh doanh": "household_business",
    "chùa": "religious",
    "giáo xứ": "religious",
    "dòng họ": "clan",
    "chi hội": "chapter",
    "hội": "association",
    "tập thể": "group",
    "nhóm": "group",
    "lớp": "group",
    "heo đất": "piggy_bank",
}
"""What the typed name says of itself; only offered, the person at the desk chooses."""


@dataclass(frozen=True)
class Giver:
    """What was answered about who gives. ``asked_for`` is the text that the shown candidates belonged to."""

    typed: str
    choice: str = ""
    asked_for: str = ""
    kind: str = ""
    honorific: str = ""

    @property
    def is_new(self) -> bool:
        """Whether a card has to be made."""
        return self.choice == NEW


@dataclass(frozen=True)
class Candidate:
    """A card that fits what was typed, with what tells it from another."""

    donor: Donor
    name: str
    hint: str
    parts: Sequence[tuple[str, bool]]
    """The name word by word, and whether the word is one that was typed."""


class NotChosen(RuleBroken):
    """Several may be meant, or none is known yet: the person at the desk chooses."""


def candidates(typed: str, unit_ids: Collection[int]) -> list[Candidate]:
    """The cards that fit what was typed, the surest first."""
    found = search(typed, unit_ids, SHOWN) if typed.strip() else []
    so_far = gift_side.so_far([donor.id for donor in found]) if found else {}
    return [_candidate(donor, typed, so_far.get(donor.id)) for donor in found]


def _candidate(donor: Donor, typed: str, given: SoFar | None) -> Candidate:
    name, beginnings = donor_naming.full_name(donor), tuple(names.folded_words(typed))
    parts = [(word, bool(beginnings) and names.fold(word).startswith(beginnings)) for word in name.split()]
    return Candidate(donor, name, _hint(donor, given), parts)


def _hint(donor: Donor, given: SoFar | None) -> str:
    """``…0002, đã ủng hộ 3 lần``."""
    said = _("chưa ủng hộ lần nào") if given is None else _("đã ủng hộ %(n)s lần", n=given.times)
    return f"…{donor.phone_tail}, {said}" if donor.phone_tail else said


def usual_choice(typed: str, found: Sequence[Candidate]) -> str:
    """What may stand chosen beforehand: the one card of exactly this name, or a new one where nothing fits.

    ``khuyết danh`` is no name: nobody knows who gave.
    """
    if names_nobody(typed):
        return UNKNOWN
    if not found:
        return NEW if typed.strip() else ""
    wanted = names.fold(typed)
    same = [c for c in found if wanted in (names.fold(c.name), names.fold(c.donor.name or ""))]
    return str(same[0].donor.id) if len(same) == 1 and len(found) == 1 else ""


def shown_choice(giver: Giver, found: Sequence[Candidate]) -> str:
    """What stands chosen when the form is shown again: the answer, if it was given to just this text."""
    answered = giver.choice == UNKNOWN or names.fold(giver.asked_for) == names.fold(giver.typed)
    return giver.choice if giver.choice and answered else usual_choice(giver.typed, found)


def new_card(typed: str) -> tuple[str, str, str]:
    """Kind, title and name that a new card would begin with: ``("individual", "Bà", "Trần Thị Minh Họa")``.

    Where only the accents are missing or others ("chua", "Chưa", "Gia Định"), no kind is offered: one is asked for.
    """
    typed = names.clean(typed)
    written, folded = typed.lower() + " ", names.fold(typed) + " "
    for words, kind in _KINDS_BY_FIRST_WORDS.items():
        if folded.startswith(names.fold(words) + " "):
            return kind if written.startswith(words + " ") else "", "", typed
    for honorific in sorted(HONORIFICS, key=len, reverse=True):
        rest = typed[len(honorific) + 1 :]
        if typed.lower().startswith(honorific.lower() + " ") and " " in rest:
            return "individual", honorific, rest
    return "individual", "", typed


def require_chosen(giver: Giver) -> None:
    """RuleBroken when nobody was typed; NotChosen until a candidate of just this text was chosen."""
    if giver.choice == UNKNOWN:
        return
    if not giver.typed.strip():
        raise RuleBroken(_("Ai tặng? Xin gõ tên, hoặc chọn “Không rõ người tặng”."), field="donor")
    if not giver.choice or names.fold(giver.asked_for) != names.fold(giver.typed):
        raise NotChosen(_("Xin chọn đúng người trong danh sách, hoặc “Người mới”."), field="donor")
    if giver.is_new and names_nobody(giver.typed):
        sentence = _("“%(name)s” không phải là tên. Xin chọn “Không rõ người tặng”.", name=names.clean(giver.typed))
        raise NotChosen(sentence, field="donor")


def settle(giver: Giver, *, unit: Unit, unit_ids: Collection[int], key: str, by: Person) -> Donor:
    """The donor that was chosen; a new card is made now, once for one key, with other content AlreadyRecorded."""
    require_chosen(giver)
    if giver.choice == UNKNOWN:
        return donors.unknown_giver(unit, by=by)
    if not giver.is_new:
        return donors.get_donor(int(giver.choice), frozenset(unit_ids))
    return donors.create(card(giver), unit=unit, by=by, key=key)


def card(giver: Giver) -> Details:
    """The card that would be made for a new giver, as chosen; a title typed before the name is no part of it."""
    _kind, honorific, name = new_card(giver.typed)
    without_title = giver.kind in PERSONS and giver.honorific == honorific
    typed = names.clean(giver.typed)
    return Details(kind=giver.kind, name=name if without_title else typed, honorific=giver.honorific or None)
