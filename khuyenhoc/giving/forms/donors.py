"""Forms of the donors' pages."""

from collections.abc import Mapping
from typing import Any

import wtforms

from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.giving.donor_details import Details
from khuyenhoc.giving.donor_kinds import DISPLAYS, HONORIFICS, KINDS, PERSONS
from khuyenhoc.giving.donors import Donor
from khuyenhoc.web.fields import (
    ChoiceField,
    DayField,
    LongTextField,
    PickField,
    Required,
    TextField,
    YesField,
    whole,
)
from khuyenhoc.web.forms import Form
from khuyenhoc.web.lists import Filter

ON_CARD = ("kind", "name", "honorific", "phone", "email", "address", "tax_code", "shown_as", "note", "represents_id")


class DonorForm(Form):
    """A donor's card. ``units``: where a new card may be kept; one alone is not asked for."""

    unit = PickField(_l("Đơn vị giữ thẻ"), [Required(_l("Đơn vị nào giữ thẻ này?"))], coerce=whole)
    kind = PickField(_l("Loại"), [Required(_l("Xin chọn loại nhà hảo tâm."))], choices=[*KINDS.items()])
    honorific = PickField(_l("Xưng hô"), blank=_l("Chưa rõ"), choices=[(one, one) for one in HONORIFICS])
    name = TextField(_l("Tên"), longest=150)
    display = ChoiceField(_l("Cách nêu tên khi công khai"), [Required()], choices=[*DISPLAYS.items()], default="full")
    phone = TextField(_l("Điện thoại"), longest=40)
    email = TextField(_l("Thư điện tử"), longest=254)
    address = TextField(_l("Địa chỉ"), longest=200)
    tax_code = TextField(_l("Mã số thuế"), longest=40)
    shown_as = TextField(_l("Tên ghi khi công khai, nếu khác"), longest=150)
    represents_id = PickField(_l("Chi hội, trường mà thẻ này thay mặt"), blank=_l("Không"), coerce=whole)
    note = LongTextField(_l("Ghi chú"))
    anyway = YesField(_l("Đây là người khác, vẫn lập thẻ mới"))

    def __init__(
        self, *args: Any, units: Mapping[int, str] | None = None, represented: Mapping[int, str], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.name.flags.required = True  # but of a giver whom nobody knows: see validate_name
        self.represents_id.choices = [*represented.items()]
        if units is None:
            for only_new in ("unit", "display", "anyway"):
                del self[only_new]
        elif len(units) == 1:
            del self["unit"]
        else:
            self.unit.choices = [*units.items()]

    def validate_name(self, field: TextField) -> None:
        """Everyone has a name but a giver whom nobody knows."""
        if self.kind.data and self.kind.data != "unknown" and not field.data:
            raise wtforms.ValidationError(_("Xin ghi tên nhà hảo tâm."))

    def fill(self, donor: Donor) -> None:
        """Show the card as it stands."""
        for field in ON_CARD:
            self[field].data = getattr(donor, field)

    def details(self, display: str) -> Details:
        """What was written, for the rules to check."""
        answers: dict[str, Any] = {field: self[field].data or None for field in ON_CARD}
        if answers["kind"] not in PERSONS:
            answers["honorific"] = None
        answers |= {"address": self.address.data or "", "note": self.note.data or ""}
        return Details(display=display, **answers)


class DisplayForm(Form):
    """How the donor wants to be named, and how the wish reached us."""

    display = ChoiceField(_l("Cách nêu tên khi công khai"), [Required()], choices=[*DISPLAYS.items()])
    reason = TextField(_l("Nhà hảo tâm cho biết bằng cách nào"))


class RenameForm(Form):
    """A new name, and the day from which it holds."""

    name = TextField(_l("Tên mới"), [Required(_l("Xin ghi tên mới."))], longest=150)
    starts = DayField(_l("Từ ngày"), [Required(_l("Tên mới có từ ngày nào?"))], future=False)
    reason = TextField(_l("Lý do"))


class DonorFilter(Filter):
    """What the list of donors is narrowed by."""

    q = TextField(_l("Tìm"))
    loai = PickField(_l("Loại"), blank=_l("Tất cả"), choices=[*KINDS.items()])
    neu_ten = PickField(_l("Cách nêu tên"), blank=_l("Tất cả"), choices=[*DISPLAYS.items()])
