"""Forms of nominations: the nomination itself, the confirmed list, the ward's check, and the filter of the list."""

from collections.abc import Mapping, Sequence
from dataclasses import field

from flask import request
from werkzeug.datastructures import FileStorage

from khuyenhoc.awards.award_tables import STATES, Award
from khuyenhoc.awards.programme_tables import Level, Programme
from khuyenhoc.core.dong import show
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.names import clean
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.core.values import dataclass
from khuyenhoc.recipients.recipient_tables import Evidence
from khuyenhoc.web.forms import ChoiceField, Form, KeyField, LongTextField, PickField, Required, TextField, whole
from khuyenhoc.web.lists import Filter

MOST_FILES = 60
LARGEST_RANK = 9_999


class NominationForm(Form):
    """Which level, and why. Everything else stands on the card of the recipient."""

    level = ChoiceField(_l("Mức đề nghị"), [Required(_l("Đề nghị mức nào?"))], coerce=whole)
    reason = LongTextField(_l("Lý do đề nghị"))
    shown = KeyField()

    def offer(self, levels: Sequence[Level]) -> None:
        """The levels of the programme with what one award is worth."""
        self.level.choices = [(level.id, f"{level.label}, {show(level.amount)}") for level in levels]


class Papers:
    """The papers section of the form: for each required document its ticked files and new uploads. 0: other papers."""

    def __init__(self, programme: Programme, known: Sequence[Evidence]) -> None:
        self.places = [(paper.position, paper.name, paper.kind, paper.optional) for paper in programme.required]
        self.places.append((0, str(_("Giấy tờ khác")), "", True))
        self.known = known
        self.problems: dict[int, str] = {}

    def sent(self) -> dict[int, int]:
        """File → the document it answers, as ticked; a file ticked twice answers the first."""
        ids, found = {file.id for file in self.known}, dict[int, int]()
        for place, *_rest in self.places:
            for typed in request.form.getlist(f"paper-{place}")[:MOST_FILES]:
                if typed.isascii() and typed.isdigit() and len(typed) < 18 and int(typed) in ids:
                    found.setdefault(int(typed), place)
        return found

    def uploads(self) -> list[tuple[int, str, FileStorage]]:
        """What is uploaded: the document it answers, its kind, the file."""
        return [
            (place, kind or "other", upload)
            for place, _name, kind, _optional in self.places
            for upload in request.files.getlist(f"file-{place}")[:MOST_FILES]
            if upload.filename
        ]

    def usual(self) -> dict[int, int]:
        """What is ticked in a new nomination: every file of a required kind."""
        by_kind = {kind: place for place, _name, kind, _optional in reversed(self.places) if kind}
        return {file.id: by_kind[file.kind] for file in self.known if file.kind in by_kind}

    def rows(self, ticked: Mapping[int, int]) -> list["PaperRow"]:
        """The section as it is shown."""
        kinds = {kind for _place, _name, kind, _optional in self.places if kind}
        rows = []
        for place, name, kind, optional in self.places:
            fits = [
                file
                for file in self.known
                if ticked.get(file.id) == place or (file.kind == kind if kind else file.kind not in kinds)
            ]
            rows.append(PaperRow(place, name, optional, fits, ticked, self.problems.get(place, "")))
        return rows


@dataclass(frozen=True)
class PaperRow:
    """One document: the files that may answer it, those ticked, what is wrong with an upload."""

    place: int
    name: str
    optional: bool
    files: Sequence[Evidence]
    ticked: Mapping[int, int]
    problem: str

    def is_ticked(self, file: Evidence) -> bool:
        """Whether this file answers this document."""
        return self.ticked.get(file.id) == self.place


@dataclass
class ListForm:
    """The list to confirm: which nominations, in which order, as they were shown."""

    awards: Sequence[Award]
    chosen: set[int] = field(default_factory=set)
    orders: dict[int, str] = field(default_factory=dict)
    shown: dict[int, str] = field(default_factory=dict)

    def read(self) -> None:
        """What was sent; numbers that are not of this list are passed over."""
        known = {award.number: award for award in self.awards}
        self.chosen = {number for number in ticked() if number in known}
        for number, award in known.items():
            self.orders[number] = clean(request.form.get(f"thu-tu-{number}", ""))[:9]
            self.shown[award.id] = clean(request.form.get(f"phien-{number}", ""))[:64]

    @property
    def in_order(self) -> list[Award]:
        """The chosen nominations in the order asked for; RuleBroken where an order is no number or given twice."""
        ranked: dict[int, Award] = {}
        for award in self.awards:
            if award.number not in self.chosen:
                continue
            typed = self.orders.get(award.number, "")
            if not (typed.isascii() and typed.isdigit() and 1 <= int(typed) <= LARGEST_RANK):
                raise RuleBroken(_("Xin ghi thứ tự ưu tiên 1, 2, 3… cho mỗi hồ sơ được chọn."))
            if int(typed) in ranked:
                raise RuleBroken(_("Thứ tự %(n)s ghi cho hai hồ sơ.", n=int(typed)))
            ranked[int(typed)] = award
        return [ranked[rank] for rank in sorted(ranked)]


def ticked() -> list[int]:
    """The numbers of the nominations whose boxes were sent; what is no such number is passed over."""
    sent = request.form.getlist("chon")
    return [int(typed) for typed in sent if typed.isascii() and typed.isdigit() and len(typed) <= 9]


class ConfirmForm(Form):
    """Token and key of the list to confirm."""


class VerifyForm(Form):
    """How it was checked."""

    note = LongTextField(_l("Đã thẩm tra thế nào"), [Required(_l("Xin ghi đã thẩm tra thế nào."))])
    shown = KeyField()


class ReturnForm(Form):
    """What to mend."""

    to_mend = LongTextField(_l("Cần bổ sung"), [Required(_l("Xin ghi rõ cần bổ sung gì."))])
    shown = KeyField()


class RefuseForm(Form):
    """Why the nomination ends here."""

    reason = LongTextField(_l("Lý do"), [Required(_l("Xin ghi lý do không nhận hồ sơ."))])
    shown = KeyField()


class WithdrawForm(Form):
    """Why the unit takes its nomination back."""

    reason = LongTextField(_l("Lý do rút"))
    shown = KeyField()


class NominationFilter(Filter):
    """Which nominations to look at."""

    q = TextField(_l("Tên hoặc số hồ sơ"))
    trang_thai = PickField(_l("Trạng thái"), blank=_l("Mọi trạng thái"), choices=list(STATES.items()))
    muc = PickField(_l("Mức"), blank=_l("Mọi mức"), choices=[], coerce=whole)
    don_vi = PickField(_l("Đơn vị"), blank=_l("Mọi đơn vị"), choices=[], coerce=whole)


class PersonFilter(Filter):
    """Whom to nominate."""

    q = TextField(_l("Tên, hoặc đuôi số điện thoại"))
