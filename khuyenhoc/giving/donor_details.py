"""What is written on a donor's card, and the rules it has to keep."""

from dataclasses import replace

from khuyenhoc.core import codes, names
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.giving.donor_kinds import DISPLAYS, FAMILY, HONORIFICS, KINDS, OF_UNITS, PERSONS

NOBODY = frozenset(
    (
        *("khuyet danh", "an danh", "vo danh", "khong ten", "khong ro", "khong ro ten", "khong ro nguoi tang"),
        *("khong biet", "khong biet ten", "nguoi la", "anonymous", "unknown"),
        *("giau ten", "xin giau ten", "nguoi giau ten", "mot nguoi giau ten", "nha hao tam giau ten"),
    )
)
"""What is written where a name is not known, without accents and title."""


def names_nobody(typed: str) -> bool:
    """Whether this says that the giver's name is not known: such a giver is a kind, not a name."""
    words = names.folded_words(typed)
    titled = {names.fold(honorific) for honorific in HONORIFICS}
    return " ".join(words[1:] if len(words) > 1 and words[0] in titled else words) in NOBODY


@dataclass(frozen=True)
class Details:
    """A donor's card as typed or as stored. ``represents_id`` is the unit that a chapter or piggy bank stands for."""

    kind: str
    name: str | None = None
    honorific: str | None = None
    display: str = "full"
    shown_as: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str = ""
    tax_code: str | None = None
    note: str = ""
    represents_id: int | None = None


def checked(details: Details) -> Details:
    """The details as they are stored; RuleBroken with the field to mend."""
    if details.kind not in KINDS:
        raise RuleBroken(_("Xin chọn loại nhà hảo tâm."), field="kind")
    if details.display not in DISPLAYS:
        raise RuleBroken(_("Xin chọn cách nêu tên."), field="display")
    if details.kind == "unknown":
        return _unknown(details)
    return replace(
        details,
        name=name_for(details.kind, details.name or ""),
        honorific=_honorific(details.kind, details.honorific),
        shown_as=_line(details.shown_as, 150, "shown_as") or None,
        phone=_phone(details.phone),
        email=_email(details.email),
        address=_line(details.address, 200, "address"),
        tax_code=_tax_code(details.tax_code),
        note=names.clean_lines(details.note)[:2000],
        represents_id=details.represents_id if details.kind in OF_UNITS else None,
    )


def name_for(kind: str, typed: str) -> str:
    """A donor's name as it is stored; a family's without the word for family, which is its title."""
    name = _line(typed, 150, "name")
    if kind == "family" and names.fold(name).startswith("gia dinh "):
        name = name[len("gia đình ") :].strip()
    if not any(character.isalnum() for character in name):
        raise RuleBroken(_("Xin ghi tên nhà hảo tâm."), field="name")
    if names_nobody(name):
        sentence = _("“%(name)s” không phải là tên. Xin chọn loại “Không rõ người tặng”.", name=name)
        raise RuleBroken(sentence, field="name")
    return name


def _unknown(details: Details) -> Details:
    """Of a giver whom nobody knows nothing is written but where the envelope came from."""
    note = names.clean_lines(details.note)[:2000]
    shown_as = _line(details.shown_as, 150, "shown_as") or None
    return Details(kind="unknown", display="anonymous", shown_as=shown_as, note=note)


def _honorific(kind: str, chosen: str | None) -> str | None:
    if kind == "family":
        return FAMILY
    if kind not in PERSONS or not chosen:
        return None
    if chosen not in HONORIFICS:
        raise RuleBroken(_("Xin chọn cách xưng hô."), field="honorific")
    return chosen


def _line(typed: str | None, longest: int, field: str) -> str:
    line = names.clean(typed or "")
    if len(line) > longest:
        raise RuleBroken(_("Dài nhất %(n)s ký tự.", n=longest), field=field)
    return line


def _phone(typed: str | None) -> str | None:
    if not (typed or "").strip():
        return None
    phone = codes.normalise_phone(typed or "")
    if phone is None:
        raise RuleBroken(_("Số điện thoại chưa đúng. Di động có 10 số, ví dụ 0900 000 001."), field="phone")
    return phone


def _email(typed: str | None) -> str | None:
    if not (typed or "").strip():
        return None
    email = codes.normalise_email(typed or "")
    if email is None:
        raise RuleBroken(_("Địa chỉ thư điện tử chưa đúng, ví dụ: ten@example.vn."), field="email")
    return email


def _tax_code(typed: str | None) -> str | None:
    if not (typed or "").strip():
        return None
    code = codes.normalise_tax_code(typed or "")
    if code is None:
        raise RuleBroken(
            _("Mã số thuế chưa đúng: 10 số, 10 số và 3 số chi nhánh, hoặc 12 số của cá nhân."), field="tax_code"
        )
    return code
