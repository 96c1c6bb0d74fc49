"""How a donor is written: in the books, on papers and letters, and where others can read it.

``public_name`` is the one gate: whatever a stranger may see asks it, so a donor's choice holds on
every page, export and preview at once. Papers and names are Vietnamese in every language.
"""

from datetime import date

from khuyenhoc.core import names
from khuyenhoc.giving.donor_kinds import CLERGY, PERSONS, UNNAMED
from khuyenhoc.giving.donors import Donor

NEUTRAL = "Ông/Bà"
"""The title of a person for whom none was chosen; it is never guessed."""

_WITH_RESPECT = frozenset({"company", "household_business", "religious", "association", "chapter"})
_NOUNS = {
    "company": "Doanh nghiệp",
    "household_business": "Hộ kinh doanh",
    "religious": "Cơ sở tôn giáo",
    "clan": "Dòng họ",
    "association": "Hội",
    "group": "Tập thể",
    "chapter": "Chi hội",
    "piggy_bank": "Heo đất",
    "upper_level": "Hội cấp trên",
}
_SHORT_FORMS = {
    "household_business": "Quý cơ sở",
    "clan": "Quý bà con",
    "association": "Quý Hội",
    "group": "Quý tập thể",
    "family": "Gia đình",
    "chapter": "Quý Chi hội",
    "upper_level": "Quý cơ quan",
    "unknown": "Nhà hảo tâm",
}


def full_name(donor: Donor, on: date | None = None) -> str:
    """Title and name, as the books and the donor's own papers have it: ``Bà Trần Thị Minh Họa``."""
    name = donor.name_on(on)
    if name is None:
        return donor.shown_as or UNNAMED
    return f"{donor.honorific} {name}" if donor.honorific else name


def public_name(donor: Donor, on: date | None = None) -> str:
    """How the donor chose to be named where others can read it, by the name of that day."""
    return named_as(donor, donor.display, on)


def named_as(donor: Donor, display: str, on: date | None = None) -> str:
    """What each choice would show, for the page where the donor chooses."""
    name = donor.name_on(on)
    if name is None or display == "anonymous":
        return UNNAMED
    if display == "short":
        return _short(donor, name)
    return donor.shown_as or full_name(donor, on)


def _short(donor: Donor, name: str) -> str:
    """Initials: ``Bà Đ.T.T.T.``, ``Gia đình ông V.T.C.``, ``Doanh nghiệp C.T.T.M.H.``"""
    if donor.kind == "family":
        return f"{donor.honorific} {_initials_of_a_family(name)}".strip()
    title = donor.honorific if donor.kind in PERSONS else _NOUNS[donor.kind]
    return f"{title or ''} {names.initials(name) or UNNAMED}".strip()


def _initials_of_a_family(name: str) -> str:
    """Small words are what a person was (``cố nhà giáo``), capital ones who it was."""
    words = name.split()
    small = [word for word in words if word[:1].islower()]
    rest = [word for word in words if not word[:1].islower()]
    return " ".join([*small, names.initials(" ".join(rest))]) if rest else names.initials(name)


def salutation(donor: Donor, on: date | None = None) -> str:
    """Whom a letter greets, after “Kính gửi:”: ``Bà Trần Thị Minh Họa``, ``Quý Công ty TNHH Mây Hồng``."""
    name = donor.name_on(on)
    if name is None:
        return "Nhà hảo tâm"
    if donor.kind in PERSONS:
        return f"{donor.honorific or NEUTRAL} {name}"
    if donor.kind == "piggy_bank":
        return " ".join([_savers(name), _of_the_pig(name)]).strip()
    if donor.kind == "clan":
        return f"Quý bà con {name}"
    if donor.kind == "group" and not _begins(name, "tap the"):
        return f"Tập thể {name}"
    if donor.kind in _WITH_RESPECT and not _begins(name, "quy"):
        return f"Quý {name}"
    return full_name(donor, on)


def address_form(donor: Donor) -> str:
    """What a letter says after the greeting: ``Bà Họa``, ``Quý Công ty``; never by the family name."""
    if donor.kind in PERSONS and donor.name is not None:
        if not donor.honorific:
            return "Quý vị"
        by_whole_name = donor.honorific in CLERGY or donor.kind == "foreign_individual"
        return f"{donor.honorific} {donor.name if by_whole_name else names.given_name(donor.name)}"
    if donor.kind == "company":
        return "Quý Công ty" if _begins(donor.name or "", "cong ty") else "Quý doanh nghiệp"
    if donor.kind == "religious":
        return _first_matching(donor.name or "", "Chùa", "Giáo xứ", "Nhà thờ", "Tịnh xá", "Hội thánh")
    if donor.kind == "piggy_bank":
        return _savers(donor.name or "")
    return _SHORT_FORMS[donor.kind]


def _of_the_pig(name: str) -> str:
    return name[len("heo đất") :].strip() if _begins(name, "heo dat") else name


def _savers(name: str) -> str:
    """Pupils and teachers fill a school's piggy bank, neighbours that of a neighbourhood."""
    place = _of_the_pig(name)
    return "Các em và thầy cô" if _begins(place, "truong") or _begins(place, "lop") else "Quý bà con"


def _first_matching(name: str, *nouns: str) -> str:
    return next((f"Quý {noun}" for noun in nouns if _begins(name, names.fold(noun))), "Quý vị")


def _begins(name: str, folded_words: str) -> bool:
    return f"{names.fold(name)} ".startswith(f"{folded_words} ")
