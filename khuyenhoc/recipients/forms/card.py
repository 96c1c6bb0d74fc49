"""The form of a recipient's card, with its repeated rows: guardians, circumstances, results."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import wtforms
from wtforms import FormField

from khuyenhoc.core import codes
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.recipients.details import (
    AS_WRITTEN,
    GENDERS,
    HONORIFICS,
    MOST_CIRCUMSTANCES,
    MOST_GUARDIANS,
    MOST_RESULTS,
    CircumstanceDetails,
    Details,
    GuardianDetails,
    ResultDetails,
    of_card,
)
from khuyenhoc.recipients.recipient_tables import CIRCUMSTANCES, KINDS, LEVELS, Recipient
from khuyenhoc.web.fields import (
    ChoiceField,
    DayField,
    HundredthsField,
    LongTextField,
    PickField,
    QuantityField,
    Required,
    TextField,
    YesField,
    whole,
)
from khuyenhoc.web.forms import Form, KeyField, Part
from khuyenhoc.web.rows import RowsField

Files = Mapping[int, str]
"""Evidence of the card: id → its name on screen."""


class RowPart(Part):
    """One repeated row; where nothing was typed it asks for nothing. ``first`` names the field that a row must have."""

    first = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written into the row."""
        typed = [text for field in self for text in (field.raw_data or [field.data]) if text not in (None, "")]
        return not typed

    def validate(self, *args: Any, **more: Any) -> bool:
        """What was begun must be named."""
        fine = super().validate(*args, **more)
        field = self[self.first]
        if not self.is_empty and not field.data and not field.errors:
            field.errors = [*field.errors, _("Xin điền ô này, hoặc xóa trống cả dòng.")]
            return False
        return bool(fine)


class GuardianPart(RowPart):
    """Who answers for a minor."""

    first = "full_name"
    full_name = TextField(_l("Họ và tên"), longest=150)
    relation = TextField(_l("Là gì của em"), longest=40)
    phone = TextField(_l("Điện thoại"), longest=40)
    occupation = TextField(_l("Nghề nghiệp"), longest=80)

    @property
    def details(self) -> GuardianDetails:
        """The row, for the rules to check."""
        return GuardianDetails(self.full_name.data, self.relation.data, self.phone.data, self.occupation.data)

    def validate_relation(self, field: TextField) -> None:
        """Somebody's guardian is something to the child."""
        if self.full_name.data and not field.data:
            raise wtforms.ValidationError(_("Ví dụ: mẹ, cha, bà ngoại."))


class CircumstancePart(RowPart):
    """Why help is needed."""

    first = "code"
    code = PickField(_l("Hoàn cảnh"), blank=_l("Xin chọn"), choices=[*CIRCUMSTANCES.items()])
    note = TextField(_l("Nói rõ thêm"), longest=300)
    valid_from = DayField(_l("Có hiệu lực từ"))
    valid_to = DayField(_l("Đến hết ngày"))
    evidence_id = PickField(_l("Minh chứng"), blank=_l("Chưa có tệp"), coerce=whole)

    @property
    def details(self) -> CircumstanceDetails:
        """The row, for the rules to check."""
        dates = (self.valid_from.data, self.valid_to.data)
        return CircumstanceDetails(self.code.data, self.note.data, *dates, self.evidence_id.data)


class ResultPart(RowPart):
    """Results of one school year."""

    first = "school_year"
    school_year = TextField(_l("Năm học"), longest=20)
    study = TextField(_l("Học tập"), longest=40)
    conduct = TextField(_l("Rèn luyện"), longest=40)
    average = HundredthsField(_l("Điểm trung bình"))
    prizes = TextField(_l("Giải thưởng"), longest=300)
    evidence_id = PickField(_l("Minh chứng"), blank=_l("Chưa có tệp"), coerce=whole)

    @property
    def details(self) -> ResultDetails:
        """The row, for the rules to check."""
        texts = (self.school_year.data, self.study.data, self.conduct.data)
        return ResultDetails(*texts, self.average.data, self.prizes.data, self.evidence_id.data)


class CardForm(Form):
    """A recipient's card. ``units``: where it may be kept; one alone is not asked for."""

    unit = PickField(_l("Đơn vị lo cho em"), [Required(_l("Đơn vị nào giữ hồ sơ này?"))], coerce=whole)
    kind = PickField(_l("Người nhận là"), [Required(_l("Xin chọn loại người nhận."))], choices=[*KINDS.items()])
    honorific = PickField(_l("Xưng hô"), blank=_l("Không ghi"), choices=[(one, one) for one in HONORIFICS])
    full_name = TextField(_l("Họ và tên"), [Required(_l("Xin ghi họ và tên."))], longest=150)
    birth_date = DayField(_l("Ngày sinh"), future=False)
    birth_year = QuantityField(_l("Hoặc chỉ năm sinh"), least=1900, most=2100)
    gender = ChoiceField(_l("Giới tính"), choices=[*GENDERS.items()])
    identity = TextField(_l("Số định danh"), longest=40)
    without_identity = YesField(_l("Bỏ số định danh đang lưu"))
    school = TextField(_l("Trường"), longest=150)
    class_name = TextField(_l("Lớp"), longest=20)
    level = PickField(_l("Cấp học"), blank=_l("Không đi học phổ thông"), choices=[*LEVELS.items()])
    phone = TextField(_l("Điện thoại"), longest=40)
    address = TextField(_l("Địa chỉ"), longest=200)
    guardians = RowsField(FormField(GuardianPart), _l("Người giám hộ"), min_entries=1, max_entries=MOST_GUARDIANS)
    circumstances = RowsField(
        FormField(CircumstancePart), _l("Hoàn cảnh"), min_entries=1, max_entries=MOST_CIRCUMSTANCES
    )
    results = RowsField(FormField(ResultPart), _l("Kết quả học tập"), min_entries=1, max_entries=MOST_RESULTS)
    bank_name = TextField(_l("Ngân hàng"), longest=60)
    bank_number = TextField(_l("Số tài khoản"), longest=40)
    bank_holder = TextField(_l("Chủ tài khoản"), longest=120)
    note = LongTextField(_l("Ghi chú"))
    anyway = YesField(_l("Đã xem lại, đây là người khác"))
    more = KeyField()

    def __init__(
        self, *, units: Mapping[int, str], files: Files | None = None, card: Recipient | None = None, **more: Any
    ) -> None:
        super().__init__(**more)
        self._files, self._card = files or {}, card
        if len(units) == 1:
            del self["unit"]
        else:
            self.unit.choices = [*units.items()]
        if card is None or not card.identity_tail:
            del self["without_identity"]
        if card is not None:
            del self["anyway"]
        self._offer_files()

    def _offer_files(self) -> None:
        """Rows may name a file of this card; where there is none yet, none is asked for."""
        for row in [*self.circumstances, *self.results]:
            if self._files:
                row.form.evidence_id.choices = [*self._files.items()]
            else:
                row.form.evidence_id.choices = []

    def offer_more(self) -> bool:
        """Add a row where one was asked for instead of saving."""
        wanted = {"guardians": self.guardians, "circumstances": self.circumstances, "results": self.results}
        rows = wanted.get(self.more.data or "")
        if rows is not None:
            rows.offer_more()
            self._offer_files()
        return rows is not None

    def fill(self, recipient: Recipient) -> None:
        """Show the card as it stands; of the identity number nothing but its place."""
        details = of_card(recipient)
        for name in [*AS_WRITTEN, "school"]:
            self[name].data = getattr(details, name)
        self.phone.data = codes.show_phone(recipient.phone)
        if recipient.birth_date:
            self.birth_year.data = None
        if "unit" in self:
            self.unit.data = recipient.unit_id
        for name in ("guardians", "circumstances", "results"):
            rows = getattr(details, name)
            if rows:
                self[name].entries.clear()
                self[name].last_index = -1
                for row in rows:
                    shown = {"phone": codes.show_phone(row.phone)} if isinstance(row, GuardianDetails) else {}
                    self[name].append_entry({**vars(row), **shown})
        self._offer_files()

    def details(self) -> Details:
        """What was written, for the rules to check."""
        answers: dict[str, Any] = {name: self[name].data or None for name in AS_WRITTEN}
        texts = ("phone", "address", "class_name", "bank_name", "bank_number", "bank_holder", "note", "gender")
        answers |= {name: self[name].data or "" for name in texts}
        typed = self.identity.data or (None if self._card is not None else "")
        if "without_identity" in self and self.without_identity.data:
            typed = ""
        details = Details(**answers, identity=typed, school=self.school.data or "")
        return replace(
            details,
            guardians=tuple(row.form.details for row in self.guardians if not row.form.is_empty),
            circumstances=tuple(row.form.details for row in self.circumstances if not row.form.is_empty),
            results=tuple(row.form.details for row in self.results if not row.form.is_empty),
        )
